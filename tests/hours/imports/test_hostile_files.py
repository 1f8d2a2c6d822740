"""Files meant to harm, or to be something else: each ends in a sentence, within bounds, and nothing else is ever raised."""

import random
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hours.imports.registers import DATA, csv_bytes, read, xlsx_bytes, zip_with
from timecredits.hours.imports import Reading, Unreadable

HEADINGS = b"Date,Name,Hours,Activity\n"
BOOK = xlsx_bytes([["Date", "Name", "Hours", "Activity"], ["4/3/2026", "Tony Butler", 2, "Garden"]])
SHEET = "xl/worksheets/sheet1.xml"
TEXTS = "xl/sharedStrings.xml"
SAMPLES = [(DATA / "register.csv").read_bytes(), (DATA / "rota.xlsx").read_bytes(), BOOK]


def _sheet(inside: bytes) -> bytes:
    return zip_with(BOOK, {SHEET: b"<worksheet><sheetData>" + inside + b"</sheetData></worksheet>"})


def _sentence(content: bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        read(content)
    return str(refused.value.sentence)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b" \n\t\n ", "empty"),
        (b"x" * (2 * 1024 * 1024 + 1), "bigger than 2 MB"),
        (HEADINGS + b"x" * (2 * 1024 * 1024 - 100), "too much text"),
        (HEADINGS + b"4/3/2026,Tony Butler,2," + b"x" * 65537, "too much text"),
        (HEADINGS + b"4/3/2026,Tony Butler,2," + "é".encode() * 32769, "too much text"),
        (HEADINGS + b'4/3/2026,"Tony Butler,2,Garden\n5/3/2026,Gail Steele,2,Garden\n', "a quote mark opens and never closes"),
        (b",".join(b"column %d" % number for number in range(100_000)), "more than 400 columns"),
        (HEADINGS + b"4/3/2026,Tony Butler,2,Garden\n" * 5001, "more than 5,000 rows"),
        (b"\0" * 1000, "too much text|no row of headings|found nothing"),
        ("\n".join(",".join(f"Mon {c}" for c in range(400)) for _ in range(500)).encode(), "no row of headings"),
        ("\n".join(",".join(f"a{r}b{c}" for c in range(100)) for r in range(1500)).encode(), "no row of headings"),
        (bytes(range(256)) * 100, "not a spreadsheet"),
        (random.Random(7).randbytes(2 * 1024 * 1024 - 100), "not a spreadsheet"),  # noqa: S311 - rubbish, not a secret
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "Workbook".encode("utf-16-le"), "old Excel file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "has a password"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "not a spreadsheet"),
        (b"<html><table><tr><td>Date</td></tr></table></html>", "not a spreadsheet"),
        (b"PK\x03\x04" + b"\0" * 100, "damaged"),
        (BOOK[:-200], "damaged"),
        (zip_with(BOOK, {SHEET: b"<worksheet><sheetData><row>"}), "damaged"),
        (zip_with(BOOK, {"xl/workbook.bin": b""}), "not a spreadsheet"),
        (zip_with(BOOK, {"xl/vbaProject.bin": b"Sub Auto_Open()"}), "holds macros"),
        (zip_with(BOOK, {"xl/macrosheets/sheet1.xml": b"<x/>"}), "holds macros"),
        (zip_with(BOOK, {"Basic/Standard/Module1.xml": b"<x/>"}), "holds macros"),
        (_sheet(b" " * 20_000_000), "too big inside"),
        (_sheet(b"<row/>" * 600_000), "too big inside"),
        (_sheet(b'<row><c r="ZZZ1"><v>1</v></c></row>'), "more than 400 columns"),
        (_sheet(b"<row><c><v>1</v></c></row>" * 5600), "more than 5,000 rows"),
        (zip_with(BOOK, {TEXTS: b"<sst><si><t>" + b"x" * 70_000 + b"</t></si></sst>"}), "too much text"),
        (
            zip_with(BOOK, {SHEET: b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'}),
            "do not open",
        ),
        (
            zip_with(BOOK, {SHEET: b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><worksheet>&a;</worksheet>'}),
            "do not open",
        ),
        (zip_with(BOOK, {SHEET: b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><worksheet/>'}), "do not open"),
    ],
)
def test_a_file_that_cannot_be_used_ends_in_a_sentence(content: bytes, words: str) -> None:
    with pytest.raises(Unreadable, match=words) as refused:
        read(content)
    assert all(len(sentence.split()) <= 20 for sentence in str(refused.value.sentence).split(". "))


def test_an_empty_list_of_macros_is_none() -> None:
    assert read(zip_with(BOOK, {"Basic/script-lc.xml": b"<x/>", "Basic/Standard/script-lb.xml": b"<x/>"})).ready


def test_one_long_text_in_every_cell_is_too_big() -> None:
    texts = b"<sst><si><t>" + b"x" * 60_000 + b"</t></si></sst>"
    cells = b"<row>" + b'<c t="s"><v>0</v></c>' * 100 + b"</row>"
    sheet = b"<worksheet><sheetData>" + cells + b"</sheetData></worksheet>"
    assert "too big inside" in _sentence(zip_with(BOOK, {TEXTS: texts, SHEET: sheet}))


def test_a_locked_zip_says_password() -> None:
    locked = bytearray(BOOK)
    place = 0
    while (place := locked.find(b"PK\x01\x02", place)) >= 0:
        locked[place + 8] |= 1
        place += 4
    assert "has a password" in _sentence(bytes(locked))


def test_a_part_that_lies_about_its_size_is_only_damaged(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.xlsx"
    bomb.write_bytes(_sheet(b" " * 15_000_000))
    content = bytearray(bomb.read_bytes())
    with zipfile.ZipFile(bomb) as archive:
        size = archive.getinfo(SHEET).file_size.to_bytes(4, "little")
    assert "damaged" in _sentence(bytes(content.replace(size, (100).to_bytes(4, "little"))))


def test_nul_letters_and_broken_letters_are_left_out_and_said() -> None:
    reading = read(HEADINGS + b"4/3/2026,Tony\0 Butler,2,Gar\0den\n")
    assert reading.ready[0].activity == "Garden"
    assert [str(warning) for warning in reading.warnings] == [
        "Some letters in this file could not be read. Look through the names and notes."
    ]


def test_half_a_surrogate_in_a_workbook_leaves_storable_text() -> None:
    reading = read(xlsx_bytes([["Date", "Name", "Hours", "Activity"], ["4/3/2026", "Tony Butler", 2, "Gar_xD800_den"]]))
    assert reading.ready[0].activity.encode() == b"Garden"


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_crash_the_reading(content: bytes) -> None:
    _ends_well(content)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(st.text(max_size=12), max_size=6), max_size=6))
def test_no_cells_crash_the_reading(rows: list[list[str]]) -> None:
    headings = ["Date", "Name", "Hours", "Start", "Finish", "Activity"]
    _ends_well(csv_bytes([headings, *rows], encoding="utf-8").replace(b"\0", b""))


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(SAMPLES), st.integers(0, 2**32))
def test_no_damage_to_a_good_file_crashes_the_reading(sample: bytes, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - damage, not a secret
    content = bytearray(sample)
    for _ in range(chance.randrange(1, 30)):
        place = chance.randrange(len(content))
        if chance.random() < 0.3:
            del content[place : place + chance.randrange(50)]
        else:
            content[place] = chance.randrange(256)
        if not content:
            break
    _ends_well(bytes(content))


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="<>/cvtrowfis=\"' n0123456789ABsb&;#_x", max_size=200))
def test_no_sheet_crashes_the_reading(inside: str) -> None:
    _ends_well(_sheet(inside.encode()))


def _ends_well(content: bytes) -> None:
    try:
        reading = read(content)
    except Unreadable as refused:
        assert str(refused.sentence)  # noqa: PT017 - the sentence is what is promised
    else:
        assert isinstance(reading, Reading)
        for problem in reading.problems:
            assert str(problem.message).encode()
        assert all(1 <= row.minutes <= 1440 for row in reading.ready)


_IN_BOUNDS = """
import resource, sys
# Bounded by the kernel, so that a file that takes more fails here: 200 MiB beyond what the imports take.
from tests.hours.imports.registers import read
from timecredits.hours.imports import Unreadable
taken = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (taken + 200 * 1024 * 1024,) * 2)
try:
    read(open(sys.argv[1], "rb").read())
except Unreadable:
    pass
print("done")
"""


@pytest.mark.parametrize("kind", ["wide", "cells", "texts", "colons", "newlines", "space"])
def test_the_worst_files_stay_within_memory(kind: str, tmp_path: Path) -> None:
    days = b",".join(b"%d/%d/2026" % (1 + number % 28, 1 + number // 28) for number in range(150))
    content = {
        "wide": lambda: b"Rota\nName," + days + b"\n" + (b"Tony Butler," + b",".join([b"2"] * 150) + b"\n") * 4900,
        "cells": lambda: _sheet(b"<row>" + b'<c r="A1" s="1" t="n"/>' * 499_000 + b"</row>"),
        "texts": lambda: zip_with(BOOK, {TEXTS: b"<sst>" + b"<si><t>ab</t></si>" * 240_000 + b"</sst>"}),
        "colons": lambda: zip_with(BOOK, {SHEET: b"<" + b"a:" * 8_000_000 + b"/>"}),
        "newlines": lambda: HEADINGS + b"\n" * 2_000_000,
        "space": lambda: _sheet(b"<row><c><v>" + b" \n" * 7_000_000 + b"</v></c></row>"),
    }[kind]()
    file = tmp_path / "file"
    file.write_bytes(content)
    run = subprocess.run([sys.executable, "-c", _IN_BOUNDS, str(file)], capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    assert run.stdout == "done\n", run.stderr
