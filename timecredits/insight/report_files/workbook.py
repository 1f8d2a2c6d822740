"""Tables as a workbook, a sheet each. Numbers are numbers, and no text is ever taken for a formula."""

import io
from collections.abc import Iterable
from typing import Any, Final

import xlsxwriter

from timecredits.foundation import clock
from timecredits.insight.report_files.csv_files import Head
from timecredits.insight.report_files.words import STATES
from timecredits.insight.report_files.written import ENGLISH, Voice, Written, WrittenCell
from timecredits.insight.reports.shapes import Unit

__all__ = ["workbook_of"]

_TIME: Final = frozenset({Unit.MINUTES, Unit.CREDITS})
_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
_FIRST_WIDTH, _WIDTH = 40, 16
_LONGEST_NAME: Final = 31
"""How many letters a spreadsheet gives to the name of a sheet."""
_NOT_IN_NAMES: Final = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


def workbook_of(tables: Iterable[Written], head: Head, voice: Voice = ENGLISH) -> bytes:
    """One workbook. Each sheet has on top what it is, "as of" and the rule about hidden numbers; then the table and its notes."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, _OPTIONS)
    book.set_properties({"title": head.owner, "comments": head.year, "created": clock.now().replace(tzinfo=None)})
    looks = {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "total": book.add_format({"bold": True, "top": 1}),
        Unit.MINUTES: book.add_format({"num_format": "#,##0.00"}),
        Unit.PEOPLE: book.add_format({"num_format": "#,##0"}),
        "total-time": book.add_format({"num_format": "#,##0.00", "bold": True, "top": 1}),
        "total-count": book.add_format({"num_format": "#,##0", "bold": True, "top": 1}),
        "hidden": book.add_format({"italic": True, "align": "right"}),
    }
    for written in tables:
        _sheet(
            book.add_worksheet(_name(written.title, {each.get_name() for each in book.worksheets()})), written, head, voice, looks
        )
    book.close()
    return made.getvalue()


def _sheet(sheet: Any, written: Written, head: Head, voice: Voice, looks: dict[Any, Any]) -> None:
    sheet.set_column(0, 0, _FIRST_WIDTH)
    sheet.set_column(1, max(1, len(written.columns)), _WIDTH)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    row = 0
    for line in head.lines(written, voice):
        sheet.write_string(row, 0, line, looks["title"] if row == 0 else None)
        row += 1
    row += 1
    if written.state != "shown":
        for sentence in STATES[written.state]:
            sheet.write_string(row, 0, voice.say(sentence))
            row += 1
        return
    for column, words in enumerate((written.first_column, *written.columns)):
        sheet.write_string(row, column, words, looks["head"])
    sheet.freeze_panes(row + 1, 1)
    sheet.repeat_rows(row)
    for line_of in written.rows:
        row += 1
        sheet.write_string(row, 0, line_of.label, looks["text"])
        for column, (cell, unit) in enumerate(zip(line_of.cells, written.units, strict=True), start=1):
            _cell(sheet, row, column, cell, looks[Unit.MINUTES] if unit in _TIME else looks[Unit.PEOPLE], looks["hidden"])
    if written.total is not None:
        row += 1
        sheet.write_string(row, 0, written.total.label, looks["total"])
        for column, (cell, unit) in enumerate(zip(written.total.cells, written.units, strict=True), start=1):
            _cell(sheet, row, column, cell, looks["total-time" if unit in _TIME else "total-count"], looks["hidden"])
    row += 1
    for note in written.notes:
        row += 1
        sheet.write_string(row, 0, note)


def _cell(sheet: Any, row: int, column: int, cell: WrittenCell, look: Any, hidden: Any) -> None:
    if cell.number is None:
        sheet.write_string(row, column, cell.text, hidden)
    else:
        sheet.write_number(row, column, cell.number, look)


def _name(title: str, taken: set[str]) -> str:
    """A name for a sheet that spreadsheets allow and no other sheet has."""
    whole = title.translate(_NOT_IN_NAMES).strip()[:_LONGEST_NAME]
    name, number = whole, 1
    while name.lower() in {each.lower() for each in taken}:
        number += 1
        name = f"{whole[: _LONGEST_NAME - 4]} ({number})"
    return name
