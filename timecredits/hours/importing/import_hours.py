"""Bring a register of hours in: look at it first, then add it. The same file again adds nothing.

A row's entry id is made from what the row says, so mending a few rows and loading the whole file again adds just those.
A row that cannot be used is sent back; the others go in.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from timecredits.foundation import audit
from timecredits.foundation.wording import Sentence, counted
from timecredits.hours.activities import find_or_create_activities
from timecredits.hours.budgets import BudgetError
from timecredits.hours.hour_rules import LONGEST_NOTE, Checked, HoursRuleError, Remark, check_hours
from timecredits.hours.importing.import_plan import Plan, name_key, plan_import
from timecredits.hours.importing.import_words import in_a_bulk
from timecredits.hours.imports import Choices, KnownPerson, Layout, Problem, Reading, ReadyRow, Unreadable
from timecredits.hours.models import HourImportEntry, HourSource
from timecredits.hours.recording import NewHours, write_entries

__all__ = [
    "ImportResult",
    "ImportedRow",
    "Tally",
    "Unreadable",
    "add_group",
    "make_activities",
    "preview_import",
    "result_of",
    "run_import",
]

_MOST_NAMED = 20  # rows named in one warning
_COLUMNS: Final[dict[str, Literal["date", "volunteer", "hours"]]] = {
    "day": "date",
    "volunteer": "volunteer",
    "minutes": "hours",
}
_link: Any = HourImportEntry.__table__
_LINK = {
    name: dialect.insert(_link).on_conflict_do_nothing(index_elements=["programme_id", "id"])
    for name, dialect in {"postgresql": postgresql, "sqlite": sqlite}.items()
}


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """A good row: `row` as the spreadsheet shows it, `column` a letter in a wide sheet. `is_new` unless it was in before.

    `sheet` is "" unless rows come from several sheets.
    """

    entry_id: UUID
    row: int
    column: str | None
    volunteer: str
    name: str
    day: date
    minutes: int
    activity: str
    is_new: bool
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What a look found, or what came of the import.

    `ready` good rows: `imported` added now (0 after a look), `already` there before. `minutes` and `people` are those of the
    good rows that are new. `volunteer` in a row is the number, or the name of somebody without one.
    """

    ready: int
    imported: int
    already: int
    minutes: int
    people: int
    rows: tuple[ImportedRow, ...]
    problems: tuple[Problem, ...]
    warnings: tuple[Sentence, ...]
    layout: Layout
    reading: Reading

    @property
    def to_add(self) -> int:
        """How many good rows are not in yet, or weren't before this import."""
        return self.ready - self.already

    @property
    def bad_rows(self) -> int:
        """How many rows are sent back; one may have several problems."""
        return len({(problem.sheet, problem.row) for problem in self.problems})


@dataclass(slots=True)
class Tally:
    """What came of the entries looked at so far."""

    problems: dict[UUID, HoursRuleError] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    already: set[UUID] = field(default_factory=set)
    added: set[UUID] = field(default_factory=set)

    def note(self, checked: Checked) -> None:
        """Take over what a look at some entries found."""
        self.problems |= checked.problems
        self.remarks += checked.remarks
        self.already |= checked.already

    def good(self, entries: Sequence[NewHours]) -> list[NewHours]:
        """Those of the entries looked at that can be added."""
        return [entry for entry in entries if entry.id not in self.problems and entry.id not in self.already]


def preview_import(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    content: bytes,
    filename: str,
    *,
    activity: str | None = None,
    choices: Choices | None = None,
    today: date,
) -> ImportResult:
    """Say what an import would do, and write nothing. Raises Unreadable for a file that can't be used at all."""
    plan = plan_import(session, programme_id, organisation_id, content, filename, activity=activity, choices=choices, today=today)
    entries, tally = list(plan.entries.values()), Tally()
    tally.note(check_hours(session, programme_id, organisation_id, entries, today=today, to_be_made=plan.to_be_made))
    made = [
        Sentence("“%(name)s” is a new activity. It is made when the hours are added.", name=plan.names[folded])
        for folded in plan.made_for(tally.good(entries))
    ]
    return result_of(plan, tally, made)


def run_import(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    content: bytes,
    filename: str,
    *,
    activity: str | None = None,
    choices: Choices | None = None,
    today: date,
    actor_id: UUID | None,
    import_id: UUID | None = None,
) -> ImportResult:
    """Add the good rows of a register, with their credits. Raises Unreadable for a file that can't be used at all.

    `import_id` is the upload's: its entries are then known as its own, and can be undone together.
    """
    plan = plan_import(session, programme_id, organisation_id, content, filename, activity=activity, choices=choices, today=today)
    entries, made = make_activities(session, programme_id, organisation_id, plan, today=today)
    tally = Tally()
    add_group(
        session,
        programme_id,
        organisation_id,
        entries,
        tally,
        today=today,
        actor_id=actor_id,
        import_id=import_id,
        unmade=plan.to_be_made,
    )
    audit.record(
        session, programme_id, "hours imported", actor_id=actor_id, subject_id=import_id, organisation_id=organisation_id
    )
    return result_of(plan, tally, made)


def make_activities(
    session: Session, programme_id: UUID, organisation_id: UUID, plan: Plan, *, today: date
) -> tuple[list[NewHours], list[Sentence]]:
    """Make the activities that the plan's good entries need; answer all its entries with the real ids, and what was made."""
    entries = list(plan.entries.values())
    if not plan.to_be_made:
        return entries, []
    looked = Tally()
    looked.note(check_hours(session, programme_id, organisation_id, entries, today=today, to_be_made=plan.to_be_made))
    new = plan.made_for(looked.good(entries))
    found = find_or_create_activities(session, programme_id, organisation_id, [plan.names[folded] for folded in new])
    real = {plan.activities[folded]: found.ids[folded] for folded in new}
    made = [Sentence("“%(name)s” is a new activity. It was made now.", name=plan.names[folded]) for folded in new]
    return [replace(entry, activity_id=real.get(entry.activity_id, entry.activity_id)) for entry in entries], made


def add_group(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    entries: Sequence[NewHours],
    tally: Tally,
    *,
    today: date,
    actor_id: UUID | None,
    import_id: UUID | None,
    unmade: frozenset[UUID],
) -> None:
    """Hold some entries against the rules and add the good ones. `unmade` are ids of activities that were not made."""
    checked = check_hours(session, programme_id, organisation_id, entries, today=today, to_be_made=unmade, lock=True)
    tally.note(checked)
    while True:
        good = [entry for entry in tally.good(entries) if entry.activity_id not in unmade]
        try:
            added = write_entries(
                session, programme_id, organisation_id, good, checked, source=HourSource.IMPORT, actor_id=actor_id
            )
            break
        except BudgetError as fault:  # what the budget can't pay is sent back; the others go in
            tally.problems |= dict.fromkeys(fault.entry_ids, fault)
    tally.added |= added
    tally.already |= {entry.id for entry in good} - added
    if import_id is not None and added:
        rows = [{"programme_id": programme_id, "id": entry_id, "import_id": import_id} for entry_id in sorted(added)]
        connection = session.connection()
        connection.execute(_LINK[connection.dialect.name], rows)


def result_of(plan: Plan, tally: Tally, made: Sequence[Sentence]) -> ImportResult:
    """What is told of a look, or of an import."""
    refused = {entry_id: fault for entry_id, fault in tally.problems.items() if entry_id in plan.rows}
    rows = tuple(
        ImportedRow(
            entry_id=entry_id,
            row=row.row,
            column=row.column,
            volunteer=row.person.number or _name(row.person),
            name=_name(row.person),
            day=row.day,
            minutes=row.minutes,
            activity=plan.names[name_key(row.activity)],
            is_new=entry_id in plan.entries and entry_id not in tally.already,
            sheet=row.sheet,
        )
        for entry_id, row in plan.rows.items()
        if entry_id not in refused
    )
    new = [row for row in rows if row.is_new]
    already = len(rows) - len(new)
    problems = [*plan.reading.problems, *(_problem(plan.rows[entry_id], fault) for entry_id, fault in refused.items())]
    places = {name: place for place, name in enumerate(plan.reading.layout.sheets)}
    return ImportResult(
        ready=len(rows),
        imported=len(tally.added),
        already=already,
        minutes=sum(row.minutes for row in new),
        people=len({plan.rows[row.entry_id].person.id for row in new}),
        rows=rows,
        problems=tuple(sorted(problems, key=lambda problem: (places.get(problem.sheet, 0), problem.row))),
        warnings=(
            *plan.reading.warnings,
            *made,
            *_doubles(plan.reading.repeated),
            *_remarks(plan, tally),
            *_known(already),
        ),
        layout=plan.reading.layout,
        reading=plan.reading,
    )


def _problem(row: ReadyRow, fault: HoursRuleError) -> Problem:
    cells = (_name(row.person), row.day.strftime("%d/%m/%Y"), str(row.minutes), row.activity)
    return Problem(row.row, _COLUMNS.get(fault.field, "hours"), in_a_bulk(fault.sentence), cells, row.column, row.sheet)


def _name(person: KnownPerson) -> str:
    return f"{person.first_name} {person.last_name}".strip()


def _doubles(repeated: Sequence[ReadyRow]) -> Iterator[Sentence]:
    if repeated:
        numbers = [str(row.row) for row in repeated[:_MOST_NAMED]] + ["…"] * (len(repeated) > _MOST_NAMED)
        yield counted(
            "Row %(rows)s says the same as a row above it. It counts once.",
            "Rows %(rows)s say the same as rows above them. They count once.",
            len(repeated),
            rows=", ".join(numbers),
        )


def _known(already: int) -> Iterator[Sentence]:
    if already:
        yield counted(
            "%(num)s row was added before. It is not added again.",
            "%(num)s rows were added before. They are not added again.",
            already,
        )


def _remarks(plan: Plan, tally: Tally) -> Iterator[Sentence]:
    for remark in tally.remarks[:_MOST_NAMED]:
        row = plan.rows[remark.entry_id]
        if row.sheet:
            yield Sentence("%(sheet)s, row %(row)s: %(remark)s", sheet=row.sheet, row=row.row, remark=remark.sentence)
        else:
            yield Sentence("Row %(row)s: %(remark)s", row=row.row, remark=remark.sentence)
    long = sum(len(row.note) > LONGEST_NOTE for entry_id, row in plan.rows.items() if entry_id in plan.entries)
    if long:
        yield counted(
            "%(num)s note was too long. We kept its first 500 letters.",
            "%(num)s notes were too long. We kept their first 500 letters.",
            long,
        )
