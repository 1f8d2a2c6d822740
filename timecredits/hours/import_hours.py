"""Bring a register of hours in: look at it first, then add it. The same file again adds nothing.

A row's entry id is made from what the row says, so mending a few rows and loading the whole file again adds just those.
A row that cannot be used is sent back; the others go in.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import audit
from timecredits.foundation.db import new_id
from timecredits.foundation.folding import fold
from timecredits.foundation.wording import Sentence, counted
from timecredits.hours.activities import find_or_create_activities
from timecredits.hours.activity_models import Activity
from timecredits.hours.hour_rules import LONGEST_NOTE, Checked, HoursRuleError, NewHours, check_hours
from timecredits.hours.imports import KnownPerson, Layout, Problem, Reading, ReadyRow, Unreadable, read_register
from timecredits.hours.models import HourEntry, HourSource
from timecredits.hours.recording import write_entries
from timecredits.network.models import Enrolment, Volunteer

__all__ = ["ImportResult", "ImportedRow", "Unreadable", "preview_import", "run_import"]

_GROUP = 500  # ids in one question
_MOST_NAMED = 20  # rows named in one warning
_ROWS_KIND: Final = UUID("6f0f2a8e-58b1-5b53-9b0f-2f3c2d7b9f10")
"""The namespace of entry ids that come from rows. Changing it would let every old file in a second time."""

_COLUMNS: Final[dict[str, Literal["date", "volunteer", "hours"]]] = {
    "day": "date",
    "volunteer": "volunteer",
    "minutes": "hours",
}


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """A good row: `row` as the spreadsheet shows it, `column` a letter in a wide sheet. `is_new` unless it was in before."""

    entry_id: UUID
    row: int
    column: str | None
    volunteer: str
    name: str
    day: date
    minutes: int
    activity: str
    is_new: bool


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

    @property
    def to_add(self) -> int:
        """How many good rows are not in yet, or weren't before this import."""
        return self.ready - self.already


def preview_import(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    content: bytes,
    filename: str,
    *,
    activity: str | None = None,
    today: date,
) -> ImportResult:
    """Say what an import would do, and write nothing. Raises Unreadable for a file that can't be used at all."""
    plan = _plan(session, programme_id, organisation_id, content, filename, activity, today)
    made = (
        Sentence("“%(name)s” is a new activity. It is made when the hours are added.", name=plan.names[folded])
        for folded in plan.new_activities()
    )
    return plan.result(0, list(made))


def run_import(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    content: bytes,
    filename: str,
    *,
    activity: str | None = None,
    today: date,
    actor_id: UUID | None,
    import_id: UUID | None = None,
) -> ImportResult:
    """Add the good rows of a register, with their credits. Raises Unreadable for a file that can't be used at all.

    `import_id` is the upload's, for the audit trail.
    """
    plan = _plan(session, programme_id, organisation_id, content, filename, activity, today)
    new = plan.new_activities()
    found = find_or_create_activities(session, programme_id, organisation_id, [plan.names[folded] for folded in new])
    real = {plan.activities[folded]: found.ids[folded] for folded in new}
    plan.checked.earning.update(dict.fromkeys(real.values(), True))  # as every new activity does
    entries = [replace(entry, activity_id=real.get(entry.activity_id, entry.activity_id)) for entry in plan.good_entries()]
    added = write_entries(
        session, programme_id, organisation_id, entries, plan.checked, source=HourSource.IMPORT, actor_id=actor_id
    )
    audit.record(
        session, programme_id, "hours imported", actor_id=actor_id, subject_id=import_id, organisation_id=organisation_id
    )
    made = (Sentence("“%(name)s” is a new activity. It was made now.", name=plan.names[folded]) for folded in new)
    return plan.result(len(added), list(made))


@dataclass(frozen=True, slots=True)
class _Plan:
    """A register read and held against the rules. `entries` are rows not stored yet, good and bad, by entry id."""

    reading: Reading
    rows: dict[UUID, ReadyRow]
    entries: dict[UUID, NewHours]
    checked: Checked
    names: dict[str, str]
    activities: dict[str, UUID]
    to_be_made: frozenset[UUID]

    def good_entries(self) -> Iterator[NewHours]:
        """The entries that can be added."""
        held_back = self.checked.problems.keys() | self.checked.already
        return (entry for entry in self.entries.values() if entry.id not in held_back)

    def new_activities(self) -> list[str]:
        """Folded names of activities that the good entries need and that don't exist yet."""
        needed = {entry.activity_id for entry in self.good_entries()} & self.to_be_made
        return [folded for folded, activity_id in self.activities.items() if activity_id in needed]

    def result(self, imported: int, made: list[Sentence]) -> ImportResult:
        """What is told of it."""
        good = {entry.id for entry in self.good_entries()}
        rows = tuple(
            ImportedRow(
                entry_id=entry_id,
                row=row.row,
                column=row.column,
                volunteer=row.person.number or _name(row.person),
                name=_name(row.person),
                day=row.day,
                minutes=row.minutes,
                activity=self.names[fold(row.activity)],
                is_new=entry_id in good,
            )
            for entry_id, row in self.rows.items()
            if entry_id not in self.checked.problems
        )
        new = [row for row in rows if row.is_new]
        refused = (_problem(self.rows[entry_id], fault) for entry_id, fault in self.checked.problems.items())
        already = len(rows) - len(new)
        warnings = [*self.reading.warnings, *made, *_doubles(self.reading.repeated), *_remarks(self), *_known(already)]
        return ImportResult(
            ready=len(rows),
            imported=imported,
            already=already,
            minutes=sum(row.minutes for row in new),
            people=len({self.rows[row.entry_id].person.id for row in new}),
            rows=rows,
            problems=tuple(sorted([*self.reading.problems, *refused], key=lambda problem: problem.row)),
            warnings=tuple(warnings),
            layout=self.reading.layout,
        )


def _plan(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    content: bytes,
    filename: str,
    activity: str | None,
    today: date,
) -> _Plan:
    people = _people(session, programme_id, organisation_id)
    reading = read_register(content, filename, people, today=today, activity=activity)
    rows = {_entry_id(organisation_id, row): row for row in reading.ready}
    stored = _stored(session, programme_id, list(rows))
    known = _activities(session, programme_id, organisation_id)
    # A new activity gets the spelling used most, begun with a capital; a known one keeps its name.
    names = {folded: f"{name[:1].upper()}{name[1:]}" for folded, name in reading.activities().items()}
    names |= {folded: name for folded, (_, name) in known.items() if folded in names}
    activities = {folded: known[folded][0] if folded in known else new_id() for folded in names}
    to_be_made = frozenset(activities[folded] for folded in names if folded not in known)
    entries = {
        entry_id: NewHours(
            id=entry_id,
            volunteer_id=row.person.id,
            activity_id=activities[fold(row.activity)],
            session_id=None,
            day=row.day,
            minutes=row.minutes,
            starts=row.starts,
            note=row.note[:LONGEST_NOTE],
        )
        for entry_id, row in rows.items()
        if entry_id not in stored
    }
    checked = check_hours(session, programme_id, organisation_id, list(entries.values()), today=today, to_be_made=to_be_made)
    return _Plan(reading, rows, entries, checked, names, activities, to_be_made)


def _people(session: Session, programme_id: UUID, organisation_id: UUID) -> list[KnownPerson]:
    """Everybody enrolled here, also those who left since: their last hours may still be on paper."""
    found = session.execute(
        select(Volunteer.id, Enrolment.number, Volunteer.first_name, Volunteer.last_name)
        .join(Enrolment, (Enrolment.programme_id == Volunteer.programme_id) & (Enrolment.volunteer_id == Volunteer.id))
        .where(
            Volunteer.programme_id == programme_id,
            Enrolment.programme_id == programme_id,
            Enrolment.organisation_id == organisation_id,
        )
    )
    return [KnownPerson(*row) for row in found]


def _activities(session: Session, programme_id: UUID, organisation_id: UUID) -> dict[str, tuple[UUID, str]]:
    """Id and name of each activity here, closed ones too, by folded name."""
    rows = session.execute(
        select(Activity.folded_name, Activity.id, Activity.name).where(
            Activity.programme_id == programme_id, Activity.organisation_id == organisation_id
        )
    )
    return {folded: (activity_id, name) for folded, activity_id, name in rows}


def _entry_id(organisation_id: UUID, row: ReadyRow) -> UUID:
    """An id that is the same for the same row, in whatever file and spelling. A bar can't stand in what comes before the note."""
    person_id, day, minutes, starts, ends, activity, note = row.sameness
    said = (organisation_id, person_id, day.isoformat(), minutes, starts, ends, len(activity), activity, note)
    return uuid5(_ROWS_KIND, "|".join(map(str, said)))


def _stored(session: Session, programme_id: UUID, ids: Sequence[UUID]) -> set[UUID]:
    found: set[UUID] = set()
    for start in range(0, len(ids), _GROUP):
        found.update(
            session.scalars(
                select(HourEntry.id).where(HourEntry.programme_id == programme_id, HourEntry.id.in_(ids[start : start + _GROUP]))
            )
        )
    return found


def _problem(row: ReadyRow, fault: HoursRuleError) -> Problem:
    cells = (_name(row.person), row.day.strftime("%d/%m/%Y"), str(row.minutes), row.activity)
    return Problem(row.row, _COLUMNS.get(fault.field, "hours"), fault.sentence, cells, row.column)


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


def _remarks(plan: _Plan) -> Iterator[Sentence]:
    for remark in plan.checked.remarks[:_MOST_NAMED]:
        yield Sentence("Row %(row)s: %(remark)s", row=plan.rows[remark.entry_id].row, remark=remark.sentence)
    long = sum(len(row.note) > LONGEST_NOTE for entry_id, row in plan.rows.items() if entry_id in plan.entries)
    if long:
        yield counted(
            "%(num)s note was too long. We kept its first 500 letters.",
            "%(num)s notes were too long. We kept their first 500 letters.",
            long,
        )
