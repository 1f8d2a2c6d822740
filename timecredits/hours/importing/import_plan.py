"""A register read and matched with what is stored here: which entries it would add, to which activities, and under which ids.

An entry's id is made from what its row says, so the same row is the same entry in whatever file. Where an import was undone, its
rows may come in again: they then get the ids of another round.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation.db import new_id
from timecredits.foundation.folding import fold
from timecredits.hours.activity_models import Activity
from timecredits.hours.hour_rules import LONGEST_NOTE, NewHours
from timecredits.hours.imports import Choices, KnownPerson, Reading, ReadyRow, read_register
from timecredits.hours.models import HourEntry, HourImport, HourImportEntry
from timecredits.network.merged_records import merged_numbers
from timecredits.network.models import Enrolment, Volunteer

__all__ = ["Plan", "name_key", "plan_import"]

name_key = lru_cache(maxsize=4096)(fold)

_GROUP = 500  # ids in one question
_ROWS_KIND: Final = UUID("6f0f2a8e-58b1-5b53-9b0f-2f3c2d7b9f10")
"""The namespace of entry ids that come from rows. Changing it would let every old file in a second time."""


@dataclass(frozen=True, slots=True)
class Plan:
    """`rows` are the good rows by entry id, `entries` those not stored yet. `activities` are ids by folded name."""

    reading: Reading
    rows: dict[UUID, ReadyRow]
    entries: dict[UUID, NewHours]
    names: dict[str, str]
    activities: dict[str, UUID]
    to_be_made: frozenset[UUID]

    def made_for(self, entries: Sequence[NewHours]) -> list[str]:
        """Folded names of activities that these entries need and that don't exist yet."""
        needed = {entry.activity_id for entry in entries} & self.to_be_made
        return [folded for folded, activity_id in self.activities.items() if activity_id in needed]


def plan_import(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    content: bytes,
    filename: str,
    *,
    activity: str | None,
    choices: Choices | None,
    today: date,
) -> Plan:
    """Read the file and look up what it names. Writes nothing. Raises Unreadable."""
    people = _people(session, programme_id, organisation_id)
    reading = read_register(content, filename, people, today=today, activity=activity, choices=choices)
    stored, rows = _rounds(session, programme_id, organisation_id, reading.ready)
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
            activity_id=activities[name_key(row.activity)],
            session_id=None,
            day=row.day,
            minutes=row.minutes,
            starts=row.starts,
            note=row.note[:LONGEST_NOTE],
        )
        for entry_id, row in rows.items()
        if entry_id not in stored
    }
    return Plan(reading, rows, entries, names, activities, to_be_made)


def _people(session: Session, programme_id: UUID, organisation_id: UUID) -> list[KnownPerson]:
    """Everybody enrolled here, also those who left since: their last hours may still be on paper."""
    found = session.execute(
        select(Volunteer.id, Enrolment.number, Volunteer.first_name, Volunteer.last_name)
        .join(Enrolment, (Enrolment.programme_id == Volunteer.programme_id) & (Enrolment.volunteer_id == Volunteer.id))
        .where(
            Volunteer.programme_id == programme_id,
            Enrolment.programme_id == programme_id,
            Enrolment.organisation_id == organisation_id,
            Volunteer.merged_into.is_(None),
        )
    )
    more = merged_numbers(session, programme_id, organisation_id)
    return [KnownPerson(*row, tuple(more.get(row[0], ()))) for row in found]


def _activities(session: Session, programme_id: UUID, organisation_id: UUID) -> dict[str, tuple[UUID, str]]:
    """Id and name of each activity here, closed ones too, by folded name."""
    rows = session.execute(
        select(Activity.folded_name, Activity.id, Activity.name).where(
            Activity.programme_id == programme_id, Activity.organisation_id == organisation_id
        )
    )
    return {folded: (activity_id, name) for folded, activity_id, name in rows}


def _rounds(
    session: Session, programme_id: UUID, organisation_id: UUID, ready: Sequence[ReadyRow]
) -> tuple[set[UUID], dict[UUID, ReadyRow]]:
    """Give each row its id in the first round that no undone import has used, and say which of these are stored."""
    stored: set[UUID] = set()
    settled: dict[int, UUID] = {}
    left, round_number = dict(enumerate(ready)), 0
    while left:
        ids = {place: _entry_id(organisation_id, row, round_number) for place, row in left.items()}
        found = _stored(session, programme_id, list(ids.values()))
        for place, entry_id in ids.items():
            if not found.get(entry_id, False):  # not stored, or stored and standing
                settled[place] = entry_id
                del left[place]
        stored |= {entry_id for entry_id, undone in found.items() if not undone}
        round_number += 1
    return stored, {settled[place]: row for place, row in enumerate(ready)}


def _entry_id(organisation_id: UUID, row: ReadyRow, round_number: int) -> UUID:
    """An id that is the same for the same row, in whatever file and spelling. A bar can't stand in what comes before the note."""
    person_id, day, minutes, starts, ends, activity, note = row.sameness
    said = (organisation_id, person_id, day.isoformat(), minutes, starts, ends, len(activity), activity, note)
    first = uuid5(_ROWS_KIND, "|".join(map(str, said)))
    return first if round_number == 0 else uuid5(first, str(round_number))


def _stored(session: Session, programme_id: UUID, ids: Sequence[UUID]) -> dict[UUID, bool]:
    """Which of these entries are stored, and whether the import that brought each in was undone."""
    found: dict[UUID, bool] = {}
    query = (
        select(HourEntry.id, HourImport.undone_at)
        .outerjoin(
            HourImportEntry, (HourImportEntry.programme_id == HourEntry.programme_id) & (HourImportEntry.id == HourEntry.id)
        )
        .outerjoin(
            HourImport,
            (HourImport.programme_id == HourImportEntry.programme_id) & (HourImport.id == HourImportEntry.import_id),
        )
        .where(HourEntry.programme_id == programme_id)
    )
    for start in range(0, len(ids), _GROUP):
        rows = session.execute(query.where(HourEntry.id.in_(ids[start : start + _GROUP])))
        found.update((entry_id, undone_at is not None) for entry_id, undone_at in rows)
    return found
