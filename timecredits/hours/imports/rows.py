"""The whole reading of a register: bytes, people and today in; rows ready to be added and rows to send back out."""

from collections.abc import Sequence
from datetime import date

from timecredits.foundation.wording import Sentence, counted
from timecredits.hours.imports.cells import Sheet, Unclear, Unreadable, tidied
from timecredits.hours.imports.choices import Choices
from timecredits.hours.imports.columns import Columns, Finder, UnmatchedColumns
from timecredits.hours.imports.layouts import layout_of, unmatched_layout
from timecredits.hours.imports.limits import MOST_ENTRIES, MOST_WIDE_CELLS, too_many_entries
from timecredits.hours.imports.matching import KnownPerson, People
from timecredits.hours.imports.reading import read_sheets
from timecredits.hours.imports.reading_result import Layout, Problem, Reading, ReadSheet, ReadyRow
from timecredits.hours.imports.tables import SheetReader, with_numbers

__all__ = ["UnmatchedFile", "read_register"]


class UnmatchedFile(Unreadable):
    """A file with rows and headings that say too little. `layout` shows them, for a person to say what they mean."""

    def __init__(self, sentence: Sentence, layout: Layout) -> None:
        super().__init__(sentence)
        self.layout = layout


def read_register(
    content: bytes,
    filename: str,
    people: Sequence[KnownPerson],
    *,
    today: date,
    activity: str | None = None,
    choices: Choices | None = None,
) -> Reading:
    """Read a CSV, XLSX or ODS register of hours and return what would be added; never writes anything.

    `people` are those enrolled at the organisation, nobody else. A row without an activity of its own gets `activity`, or,
    where the sheet has no column of activities, the sheet's title line. `choices` are what a person said of columns and sheets.
    Raises Unreadable (with a Sentence) for a file that cannot be used at all, whatever its bytes; UnmatchedFile where saying
    which column is what may help; anything less is a Problem of its row.
    """
    choices = choices or Choices()
    sheets = [sheet for sheet in read_sheets(content) if sheet.rows]
    if not sheets:
        raise Unreadable(Sentence("We found nothing in “%(file)s”. Nothing was added.", file=tidied(filename)[:60]))
    known = People(people)
    finder = Finder(lambda text: _is_person(known, text), choices.columns)
    found, refused = _registers_among(sheets, known, finder, filename, today)
    if not found:
        if isinstance(refused, UnmatchedColumns):
            raise UnmatchedFile(refused.sentence, unmatched_layout(sheets, refused.heading))
        raise refused or Unreadable(Sentence("We found no row of headings. Nothing was added."))
    read = _wanted(found, choices)
    several = len(read) > 1
    collected = _Collected()
    kept: list[ReadSheet] = []
    warnings: list[Sentence] = []
    for sheet, columns in read:
        if columns.wide and sum(1 for row in sheet.rows for cell in row.cells if cell != "") > MOST_WIDE_CELLS:
            raise too_many_entries()
        reader = SheetReader(sheet, columns, known, finder, filename, today=today, activity=tidied(activity or ""))
        collected.take(reader, name=sheet.name if several else "")
        kept.append(reader.read_sheet())
        warnings += [*sheet.warnings, *reader.warnings()]
    warnings = [*_about_sheets(found, read), *dict.fromkeys(warnings)]
    if collected.passed_over:
        warnings.append(
            counted(
                "%(num)s row without a volunteer or hours was passed over.",
                "%(num)s rows without a volunteer or hours were passed over.",
                collected.passed_over,
            )
        )
    places = {sheet.name: place for place, (sheet, _) in enumerate(read)}
    return Reading(
        ready=tuple(collected.ready.values()),
        problems=tuple(sorted(collected.problems, key=lambda problem: (places.get(problem.sheet, 0), problem.row))),
        repeated=tuple(collected.repeated),
        warnings=tuple(warnings),
        layout=layout_of(
            read[0][0], read[0][1], read=[sheet.name for sheet, _ in read], all_sheets=[sheet.name for sheet, _ in found]
        ),
        sheets=tuple(kept),
    )


class _Collected:
    """What the sheets gave together."""

    def __init__(self) -> None:
        self.ready: dict[object, ReadyRow] = {}
        self.repeated: list[ReadyRow] = []
        self.problems: list[Problem] = []
        self.passed_over = 0

    def take(self, reader: SheetReader, *, name: str) -> None:
        for read in reader.read(name):
            self.problems.extend(read.problems)
            for entry in read.ready:
                if entry.sameness in self.ready:
                    self.repeated.append(entry)
                else:
                    self.ready[entry.sameness] = entry
            if len(self.ready) + len(self.repeated) + len(self.problems) > MOST_ENTRIES:
                raise too_many_entries()
        self.problems.extend(reader.heading_problems())
        self.passed_over += reader.passed_over


def _is_person(known: People, text: str) -> bool:
    try:
        known.find(text, "")
    except Unclear:
        return False
    return True


def _registers_among(
    sheets: Sequence[Sheet], known: People, finder: Finder, filename: str, today: date
) -> tuple[list[tuple[Sheet, Columns]], Unreadable | None]:
    """Return the sheets that have headings, with them, and why the first of the others has none that we know."""
    found: list[tuple[Sheet, Columns]] = []
    refused: Unreadable | None = None
    for sheet in sheets:
        try:
            found.append((sheet, with_numbers(sheet, SheetReader.find(sheet, finder, filename, today), known)))
        except Unreadable as reason:
            if refused is None or (isinstance(reason, UnmatchedColumns) and not isinstance(refused, UnmatchedColumns)):
                refused = reason
    return found, refused


def _wanted(found: list[tuple[Sheet, Columns]], choices: Choices) -> list[tuple[Sheet, Columns]]:
    """Return the sheets chosen, else the first and those laid out like it: a workbook's months, weeks or people."""
    chosen = [pair for pair in found if pair[0].name in choices.sheets]
    if chosen:
        return chosen
    first = found[0][1]
    return [pair for pair in found if pair[1].roles == first.roles and pair[1].shape == first.shape]


def _about_sheets(found: list[tuple[Sheet, Columns]], read: list[tuple[Sheet, Columns]]) -> list[Sentence]:
    told = []
    if len(read) > 1:
        names = ", ".join(f"“{sheet.name}”" for sheet, _ in read[:12]) + (" …" if len(read) > 12 else "")  # noqa: PLR2004
        told.append(Sentence("We read %(count)s sheets: %(names)s.", count=len(read), names=names))
    chosen = {sheet.name for sheet, _ in read}
    told.extend(
        Sentence("The sheet “%(other)s” was not read. Its columns are not like the others.", other=sheet.name)
        for sheet, _ in found
        if sheet.name not in chosen
    )
    for sheet, columns in read:
        month = columns.around.month
        if month is not None and month.guessed and columns.shape == "month":
            told.append(
                Sentence(
                    "No year stood by the month. We took it as %(year)s%(where)s.",
                    year=month.year,
                    where=f" (“{sheet.name}”)" if len(read) > 1 else "",
                )
            )
    return told
