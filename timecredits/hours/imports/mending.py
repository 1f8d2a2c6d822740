"""The rows to mend as a table: as they stood in the file, with what stood around them, and what to mend beside each."""

from collections.abc import Iterator, Sequence

from timecredits.hours.imports.cells import Row, text_of
from timecredits.hours.imports.reading_result import Problem, Reading, ReadSheet
from timecredits.hours.imports.words import is_there

__all__ = ["rows_to_mend"]


def rows_to_mend(
    reading: Reading, problems: Sequence[Problem], *, activity: str | None, heading: str, label: str
) -> list[list[str]]:
    """Return the table, its rows of one width; empty where there is nothing to mend.

    Titles and headings stay, so that the mended table reads as the file did. `heading` is the words over the new column,
    `label` those before an activity that was typed beside the file.
    """
    if not problems:
        return []
    several = len(reading.sheets) > 1
    width = max((len(row.cells) for each in reading.sheets for row in each.sheet.rows), default=0)
    table: list[list[str]] = [[f"{label}:", activity]] if activity else []
    for each in reading.sheets:
        mine = [problem for problem in problems if problem.sheet == (each.sheet.name if several else "")]
        if mine:
            if table:
                table.append([])
            if several:
                table.append(["Name:", each.person] if each.person else [each.sheet.name])
            table.extend(_of_sheet(each, mine, width, heading))
    return [row + [""] * (width + 1 - len(row)) for row in table]


def _of_sheet(read: ReadSheet, problems: Sequence[Problem], width: int, heading: str) -> Iterator[list[str]]:
    said: dict[int, list[str]] = {}
    columns: dict[int, str] = {}  # of headings at fault: every row with hours under one is to be mended
    for problem in problems:
        message = str(problem.message)
        if problem.row in read.heading_rows and problem.letter:
            columns[_number(problem.letter)] = message
        elif message not in said.setdefault(problem.row, []):
            said[problem.row].append(message)
    previous = 0
    for row in read.sheet.rows:
        under = [message for column, message in columns.items() if row.number in read.entry_rows and is_there(row.cell(column))]
        told = [*said.get(row.number, []), *under]
        if row.number in read.entry_rows and not told:
            continue
        if previous and row.number > previous + 1 and row.number not in read.entry_rows:
            yield []
        previous = row.number
        yield _padded(row, width) + ([heading] if row.number in read.heading_rows else [" ".join(told)])


def _padded(row: Row, width: int) -> list[str]:
    return [text_of(cell) for cell in row.cells] + [""] * (width - len(row.cells))


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
