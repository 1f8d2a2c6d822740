"""The whole reading of a register: bytes, people and today in; rows ready to be added and rows to send back out."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from timecredits.foundation.folding import fold
from timecredits.foundation.wording import Sentence, counted
from timecredits.hours.imports.cells import Row, Sheet, Unreadable, column_letter, text_of, tidied
from timecredits.hours.imports.columns import Columns, Role, find_columns, is_heading_row
from timecredits.hours.imports.entries import EntryReader
from timecredits.hours.imports.limits import MOST_ENTRIES, MOST_ROWS, MOST_WIDE_CELLS, too_many_entries, too_many_rows
from timecredits.hours.imports.matching import KnownPerson, People
from timecredits.hours.imports.reading import read_sheets
from timecredits.hours.imports.reading_result import Layout, Problem, Reading, ReadyRow, RecognisedColumn

__all__ = ["read_register"]

_TOTAL = re.compile(r"(grand |sub |running )?(sub)?totals?( hours| hrs| time| minutes)?( given)?:?|sum|cyfanswm")


def read_register(
    content: bytes, filename: str, people: Sequence[KnownPerson], *, today: date, activity: str | None = None
) -> Reading:
    """Read a CSV or XLSX register of hours and return what would be added; never writes anything.

    `people` are those enrolled at the organisation, nobody else. A row without an activity of its own gets `activity`, or,
    where the sheet has no column of activities, the sheet's title line. Raises Unreadable (with a Sentence) for a file
    that cannot be used at all, whatever its bytes; anything less is a Problem of its row.
    """
    sheets = [sheet for sheet in read_sheets(content) if sheet.rows]
    sheet, columns, warnings = _register_among(sheets, filename)
    if columns.wide and sum(1 for row in sheet.rows for cell in row.cells if cell != "") > MOST_WIDE_CELLS:
        raise too_many_entries()
    known = People(people)
    if "number" in columns.weak and not _holds_numbers(sheet, columns, known):
        columns = _without_numbers(columns)
    entries = EntryReader(columns, known, today=today, activity=tidied(activity or ""))
    passed_over = 0
    ready: dict[object, ReadyRow] = {}
    repeated: list[ReadyRow] = []
    problems: list[Problem] = []
    for row in _data_rows(sheet, columns):
        read = entries.read(row)
        if read is None:
            passed_over += 1
            continue
        problems.extend(read.problems)
        for entry in read.ready:
            if entry.sameness in ready:
                repeated.append(entry)
            else:
                ready[entry.sameness] = entry
        if len(ready) + len(repeated) + len(problems) > MOST_ENTRIES:
            raise too_many_entries()
    problems.extend(entries.heading_problems())
    warnings += [*sheet.warnings, *entries.warnings()]
    if passed_over:
        warnings.append(
            counted(
                "%(num)s row without a volunteer or hours was passed over.",
                "%(num)s rows without a volunteer or hours were passed over.",
                passed_over,
            )
        )
    return Reading(
        ready=tuple(ready.values()),
        problems=tuple(sorted(problems, key=lambda problem: problem.row)),
        repeated=tuple(repeated),
        warnings=tuple(warnings),
        layout=_layout(sheet, columns),
    )


def _register_among(sheets: Sequence[Sheet], filename: str) -> tuple[Sheet, Columns, list[Sentence]]:
    """Return the first sheet that has headings, and a warning that names the others that have them too."""
    if not sheets:
        raise Unreadable(Sentence("We found nothing in “%(file)s”. Nothing was added.", file=tidied(filename)[:60]))
    found: list[tuple[Sheet, Columns]] = []
    refused: Unreadable | None = None
    for sheet in sheets:
        try:
            found.append((sheet, find_columns(sheet.rows)))
        except Unreadable as reason:
            refused = refused or reason
    if not found:
        raise refused or Unreadable(Sentence("We found no row of headings. Nothing was added."))
    warnings = [
        Sentence(
            "Only the sheet “%(read)s” was read. Load “%(other)s” as a file of its own.", read=found[0][0].name, other=sheet.name
        )
        for sheet, _ in found[1:]
    ]
    return *found[0], warnings


def _data_rows(sheet: Sheet, columns: Columns) -> Iterator[Row]:
    """Give the rows under the headings, without repeated headings, the repeated title and lines of totals."""
    given = 0
    for row in sheet.rows:
        if row.number <= columns.heading.number or is_heading_row(row, columns) or _is_total(row, columns):
            continue
        given += 1
        if given > MOST_ROWS:
            raise too_many_rows()
        yield row


def _is_total(row: Row, columns: Columns) -> bool:
    """A line of totals says so in its first words and has no date (in a wide sheet it has none anyway)."""
    if text_of(columns.cell(row, "date")) and not _TOTAL.fullmatch(fold(text_of(columns.cell(row, "date"))[:60])):
        return False
    texts = (fold(text_of(cell)[:60]) for cell in row.cells if isinstance(cell, str) and cell)
    first = next(texts, "")
    name = fold(text_of(columns.cell(row, "name"))[:60])
    return any(_TOTAL.fullmatch(text) for text in (first, name))


def _holds_numbers(sheet: Sheet, columns: Columns, known: People) -> bool:
    """Tell whether a column headed just "No." holds volunteer numbers, and not the numbers of the lines."""
    if not {"name", "first_name"} & columns.roles.keys():
        return True
    return any(known.knows_number(text) for row in sheet.rows if (text := text_of(columns.cell(row, "number"))))


def _without_numbers(columns: Columns) -> Columns:
    roles: dict[Role, int] = {role: column for role, column in columns.roles.items() if role != "number"}
    return Columns(columns.heading, roles, columns.days, columns.title, columns.weak)


def _layout(sheet: Sheet, columns: Columns) -> Layout:
    heading = columns.heading
    roles = {column: role for role, column in columns.roles.items()}
    recognised: list[RecognisedColumn] = []
    passed_over: list[str] = []
    for column, cell in enumerate(heading.cells):
        text = text_of(cell)
        if column in roles:
            recognised.append(RecognisedColumn(column_letter(column), text, roles[column]))
        elif column in columns.days:
            recognised.append(RecognisedColumn(column_letter(column), text, "day"))
        elif text:
            passed_over.append(text)
    return Layout(sheet.name, columns.title, heading.number, columns.wide, tuple(recognised), tuple(passed_over))
