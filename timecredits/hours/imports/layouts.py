"""How a file was understood, put so that a person can look at it and change it."""

from collections.abc import Sequence

from timecredits.hours.imports.cells import Cell, Row, Sheet, column_letter, text_of
from timecredits.hours.imports.choices import heading_keys
from timecredits.hours.imports.columns import Columns
from timecredits.hours.imports.reading_result import Layout, RecognisedColumn, ShownColumn

__all__ = ["layout_of", "unmatched_layout"]

_SAMPLES = 3
_LONGEST = 40
_MOST_COLUMNS = 40


def layout_of(sheet: Sheet, columns: Columns, *, read: Sequence[str], all_sheets: Sequence[str]) -> Layout:
    """Return how the first sheet was understood, and which sheets there are."""
    shown = _shown(sheet, columns.heading, columns)
    many = {*columns.days, *columns.weekdays, *columns.people}
    kept = [each for column, each in enumerate(shown) if each.role is not None or each.heading or each.samples or column in many]
    around = columns.around
    about = [around.name, around.number] if "name" not in columns.roles and not columns.people else []
    about += [text_of(around.day)] if "date" not in columns.roles and not columns.wide else []
    return Layout(
        sheet=sheet.name,
        title=around.title,
        heading_row=columns.heading.number,
        wide=columns.wide,
        columns=tuple(RecognisedColumn(each.letter, each.heading, each.role) for each in kept if each.role is not None),
        passed_over=tuple(each.heading for each in kept if each.role is None and each.heading),
        shown=tuple(each for each in kept if each.role not in {"day", "person"})[:_MOST_COLUMNS],
        headings=tuple(text_of(cell) for cell in columns.heading.cells),
        sheets=tuple(read),
        all_sheets=tuple(all_sheets),
        about=tuple(text for text in about if text),
    )


def unmatched_layout(sheets: Sequence[Sheet], heading: Row) -> Layout:
    """Return the columns under headings that say too little, so that a person can say what they mean."""
    sheet = next(each for each in sheets if heading in each.rows)
    kept = [each for each in _shown(sheet, heading, None) if each.heading or each.samples]
    return Layout(
        sheet=sheet.name,
        title="",
        heading_row=heading.number,
        wide=False,
        columns=(),
        passed_over=tuple(each.heading for each in kept if each.heading),
        shown=tuple(kept)[:_MOST_COLUMNS],
        headings=tuple(text_of(cell) for cell in heading.cells),
    )


def _shown(sheet: Sheet, heading: Row, columns: Columns | None) -> list[ShownColumn]:
    below = [row for row in sheet.rows if row.number > (heading.number if columns is None else columns.last)]
    width = max([len(heading.cells), *(len(row.cells) for row in below[:100])])
    cells: list[Cell] = [heading.cell(column) for column in range(width)]
    roles = {} if columns is None else {column: role for role, column in columns.roles.items()}
    shown = []
    for column, key in enumerate(heading_keys(cells)):
        role = roles.get(column)
        if columns is not None and (column in columns.days or column in columns.weekdays):
            shown.append(ShownColumn(key, column_letter(column), text_of(cells[column]), "day", ()))
        elif columns is not None and column in columns.people:
            shown.append(ShownColumn(key, column_letter(column), text_of(cells[column]), "person", ()))
        else:
            values = (text_of(row.cell(column))[:_LONGEST] for row in below[:50])
            samples = tuple(dict.fromkeys(value for value in values if value))[:_SAMPLES]
            shown.append(ShownColumn(key, column_letter(column), text_of(cells[column]), role, samples))
    return shown
