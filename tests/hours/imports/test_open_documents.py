"""OpenDocument spreadsheets meant to harm, or odd: each ends in a sentence or in rows, within bounds."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hours.imports.registers import entries, ods_bytes, ods_with, read, zip_with
from timecredits.hours.imports import Unreadable

GOOD = ods_bytes({"Sheet1": [["Date", "Name", "Hours", "Activity"], ["4/3/2026", "Tony Butler", 2, "Garden"]]})


def sheet(inside: str, *, styles: str = "", name: str = "S") -> bytes:
    table = f'<table:table table:name="{name}" table:style-name="ta1">{inside}</table:table>'
    return ods_with(f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>", styles=styles)


def row(*cells: str, more: str = "") -> str:
    inside = "".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in cells)
    return f"<table:table-row{more}>{inside}</table:table-row>"


HEADINGS = row("Date", "Name", "Hours", "Activity")
ONE = row("4/3/2026", "Tony Butler", "2", "Garden")


def repeated(times: str, value: str = "x") -> str:
    return f'<table:table-cell table:number-columns-repeated="{times}"><text:p>{value}</text:p></table:table-cell>'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (sheet(HEADINGS + row("4/3/2026", "Tony Butler", "2", "G", more=' table:number-rows-repeated="1000000"')), "5,000 rows"),
        (sheet("<table:table-row>" + repeated("100000") + "</table:table-row>"), "400 columns"),
        (
            sheet("<table:table-row>" + repeated("9" * 20) + "</table:table-row>"),
            "400 col",
        ),
        (sheet(row("x" * 70_000)), "too much text"),
        (sheet(row(*["x" * 60_000] * 100)), "too big inside"),
        (sheet(row("x" * 900, more=' table:number-rows-repeated="5400"')), "too big inside"),
        (sheet("<table:table-row/>" * 600_000), "too big inside"),
        (sheet(" " * 20_000_000), "too big inside"),
        (GOOD[:-300], "damaged"),
        (zip_with(GOOD, {"content.xml": b"<office:document-content>"}), "damaged"),
        (zip_with(GOOD, {"content.xml": b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'}), "do not open"),
        (ods_with("", manifest="<m:manifest xmlns:m='m'><m:encryption-data/></m:manifest>"), "has a password"),
        (ods_with(""), "found nothing"),
        (sheet(""), "found nothing"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_document_that_cannot_be_used_ends_in_a_sentence(content: bytes, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        read(content)


def test_repeated_empty_rows_and_cells_only_move_on() -> None:
    blank = '<table:table-cell table:number-columns-repeated="16384"/>'
    gap = f'<table:table-row table:number-rows-repeated="40">{blank}</table:table-row>'
    reading = read(sheet(gap + HEADINGS + gap + ONE + gap * 1000))
    assert [(each.row, each.minutes) for each in reading.ready] == [(82, 120)]


def test_repeated_filled_cells_and_rows_count_each_time() -> None:
    name = "<table:table-cell><text:p>Tony Butler</text:p></table:table-cell>"
    wide = row("Name", "2/3/2026", "3/3/2026") + f"<table:table-row>{name}{repeated('2', '2')}</table:table-row>"
    assert entries(read(sheet(wide), activity="Garden")) == [("V1003", "2026-03-02", 120), ("V1003", "2026-03-03", 120)]
    same = row("4/3/2026", "Tony Butler", "2", "Garden", more=' table:number-rows-repeated="3"')
    reading = read(sheet(HEADINGS + same))
    assert (len(reading.ready), len(reading.repeated)) == (1, 2)


def test_comments_deleted_cells_and_hidden_sheets_are_not_read() -> None:
    comment = "<table:table-cell><office:annotation><text:p>5</text:p></office:annotation><text:p>2</text:p></table:table-cell>"
    rows = HEADINGS + ONE.replace("<table:table-cell><text:p>2</text:p></table:table-cell>", comment)
    gone = f"<table:tracked-changes><table:deletion>{ONE.replace('Garden', 'Gone')}</table:deletion></table:tracked-changes>"
    hidden = (
        '<style:style style:name="ta2"><style:table-properties table:display="false"/></style:style>'
        '<style:style style:name="ta1"><style:table-properties table:display="true"/></style:style>'
    )
    tables = (
        f'<table:table table:name="Old" table:style-name="ta2">{HEADINGS}{ONE.replace("Garden", "Old")}</table:table>'
        f'<table:table table:name="New" table:style-name="ta1">{rows}</table:table>'
    )
    content = ods_with(f"<office:body><office:spreadsheet>{gone}{tables}</office:spreadsheet></office:body>", styles=hidden)
    reading = read(content)
    assert [(each.minutes, each.activity) for each in reading.ready] == [(120, "Garden")]
    assert reading.layout.sheet == "New"


def test_a_formula_saved_without_its_answer_is_sent_back() -> None:
    formula = '<table:table-cell table:formula="of:=1+1"/>'
    rows = HEADINGS + ONE.replace("<table:table-cell><text:p>2</text:p></table:table-cell>", formula)
    assert "a sum without its answer" in str(read(sheet(rows)).problems[0].message)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="<>/table:rowcpn-=\"' 0123456789&;#", max_size=200))
def test_no_sheet_crashes_the_reading(inside: str) -> None:
    try:
        read(sheet(inside))
    except Unreadable as refused:
        assert str(refused.sentence)  # noqa: PT017 - the sentence is what is promised


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32))
def test_no_damage_to_a_good_document_crashes_the_reading(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - damage, not a secret
    content = bytearray(GOOD)
    for _ in range(chance.randrange(1, 20)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    try:
        read(bytes(content))
    except Unreadable as refused:
        assert str(refused.sentence)  # noqa: PT017 - the sentence is what is promised
