"""Every CSV and every workbook that leaves us goes through the one writer that makes cells safe."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import timecredits
from timecredits.foundation.csv_text import csv_text

PACKAGE = Path(timecredits.__file__).parent
WRITERS = {"foundation/csv_text.py"}
READERS = {"hours/imports/reading.py"}
BOOKS = {"insight/report_files/workbook.py"}


def imported(name: str) -> Iterator[tuple[str, ast.Module]]:
    """The modules of ours that import this one."""
    for path in PACKAGE.rglob("*.py"):
        source = path.read_text()
        if name not in source:
            continue
        tree = ast.parse(source)
        for node in ast.walk(tree):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            if name in names or (isinstance(node, ast.ImportFrom) and node.module == name):
                yield path.relative_to(PACKAGE).as_posix(), tree


def called(tree: ast.AST) -> set[str]:
    """The names of all methods called."""
    return {each.func.attr for each in ast.walk(tree) if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute)}


def test_only_the_safe_writer_writes_csv() -> None:
    using = dict(imported("csv"))
    assert set(using) == WRITERS | READERS
    for path in READERS:
        assert not called(using[path]) & {"writer", "writerow", "writerows", "DictWriter"}
    assert "writerows" in called(using["foundation/csv_text.py"]), "what is looked for is there to be found"


def test_text_goes_into_workbooks_as_text() -> None:
    """Xlsxwriter's `write` takes a text that begins with = for a formula; write_string never does."""
    using = dict(imported("xlsxwriter"))
    assert set(using) == BOOKS
    assert dict(imported("openpyxl")) == {}
    for tree in using.values():
        assert {each for each in called(tree) if each.startswith("write")} <= {"write_string", "write_number"}


def test_csv_is_answered_only_with_what_the_writer_made() -> None:
    """No view puts a table together itself: wherever an answer is called CSV, there is no joining of cells."""
    for path in (PACKAGE / "web").rglob("*.py"):
        source = path.read_text()
        if "csv_answer(" in source or "text/csv" in source:
            assert '",".join' not in source, path
            assert "','.join" not in source, path


FORMULA = ["=", "+", "-", "@", "\t", "\r", "\n", "\0", "\uff1d", "\uff0b", "\uff0d", "\uff20"]
BEFORE = ["", " ", "   ", "\u00a0", "\u3000", "\ufeff", "\u200b", "\u200e ", "\v"]


@pytest.mark.parametrize("sign", FORMULA)
@pytest.mark.parametrize("before", BEFORE)
def test_no_cell_begins_a_formula(sign: str, before: str) -> None:
    line = csv_text(["a"], [(f"{before}{sign}cmd|' /C calc'!A0",)]).split("\r\n", 1)[1]
    assert line.lstrip('"').startswith("'")


@pytest.mark.parametrize("number", [0, -7, 2.5, -0.25])
def test_true_numbers_stay_numbers(number: float) -> None:
    assert csv_text(["a"], [(number,)]).split("\r\n")[1] == str(number)


@pytest.mark.parametrize(
    "text", ["Siân", "O'Neill-Wyn", "1 January", "a=b", "(-)", "10:30", " Smith=Jones", "t=1", "S-1", "\\-1", "'=kept'"]
)
def test_ordinary_words_stay_as_they_are(text: str) -> None:
    assert csv_text(["a"], [(text,)]).split("\r\n")[1] == text


def test_headings_are_made_safe_too() -> None:
    assert csv_text(["=cmd"], []).removeprefix("\ufeff").startswith("'=cmd")
