"""The journal of who was erased, as a file outside the database: ids and days, and nobody's name (docs/backup.md).

A database that comes back from a backup holds again whom it lost since. The list tells, for every erasing that was ever asked
for, whether it waits, was called off or was done; applied, it brings each to where it was, and erases again who had come back.
A line of JSON each; the last one proves the list whole.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.network.models import Programme, Volunteer
from timecredits.records.models import Erasure
from timecredits.records.privacy.erasing import Why, find_erasure, reapply

__all__ = ["Applied", "BadListError", "ErasureList", "apply_list", "list_lines", "newest_list", "read_list"]

SUFFIX: Final = ".erasures"
_FORMAT: Final = "timecredits-erasures"
_VERSION: Final = 1


class BadListError(Exception):
    """The file is no list of erasures, or not a whole one. Says so in one sentence."""


@dataclass(frozen=True, slots=True)
class Told:
    """One erasing as the list has it. `people` are the records that are this person's: the one named, and second ones of it."""

    programme_id: UUID
    id: UUID
    volunteer_id: UUID
    people: tuple[UUID, ...]
    why: str
    pot_id: UUID | None
    asked_by: UUID | None
    asked_at: datetime
    due_on: date
    called_off_by: UUID | None
    called_off_at: datetime | None
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class ErasureList:
    """What the journal said at one moment, the oldest first."""

    at: datetime
    erasures: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Applied:
    """What applying a list did: people `erased` again, erasings `learned` of, and those of programmes that `elsewhere` has."""

    erased: int
    learned: int
    elsewhere: int


def list_lines(session: Session, now: datetime) -> Iterator[str]:
    """The list as it is written, line by line."""
    digest = hashlib.sha256()
    count = 0
    for content in _contents(session, now):
        line = f"{json.dumps(content)}\n"
        digest.update(line.encode())
        count += 1
        yield line
    yield f"{json.dumps({'end': True, 'erasures': count - 1, 'sha256': digest.hexdigest()})}\n"


def read_list(file: Path) -> ErasureList:
    """The list in a file. Raises BadListError, OSError."""
    try:
        lines = file.read_bytes().decode().splitlines(keepends=True)
        first, *rest, last = lines
        head, end = json.loads(first), json.loads(last)
        if head["format"] != _FORMAT or head["version"] != _VERSION:
            raise BadListError(f"{file} is no list of erasures that this version can read.")
        digest = hashlib.sha256("".join(lines[:-1]).encode()).hexdigest()
        if last != f"{json.dumps({'end': True, 'erasures': len(rest), 'sha256': digest})}\n" or end["end"] is not True:
            raise BadListError(f"{file} is damaged: it is not as it was written.")
        return ErasureList(_moment(head["at"]), tuple(_told(json.loads(line)) for line in rest))
    except (ValueError, TypeError, KeyError, AttributeError) as fault:
        raise BadListError(f"{file} is not a whole list of erasures.") from fault


def newest_list(folder: str) -> Path | None:
    """The newest list that the worker wrote into `folder`, by its name; None where there is none, or no folder."""
    found = sorted(Path(folder).glob(f"*{SUFFIX}")) if folder else []
    return found[-1] if found else None


def apply_list(session: Session, listed: ErasureList) -> Applied:
    """Bring the journal to where the list has it, and erase again who had come back. Twice is once.

    Call it in a transaction of its own, before anybody works with a database that was restored.
    """
    here = set(session.scalars(select(Programme.id)))
    learned = elsewhere = 0
    for told in listed.erasures:
        if told.programme_id not in here:
            elsewhere += 1
            continue
        learned += _learn(session, told)
        if told.done_at is not None:
            for person_id in told.people:
                learned += _learn_of_second(session, told, person_id)
    session.flush()
    return Applied(reapply(session), learned, elsewhere)


def _learn(session: Session, told: Told) -> bool:
    """Have the journal say of one erasing what the list says; answers whether it didn't before."""
    row = session.get(Erasure, (told.programme_id, told.id))
    if row is None and told.called_off_at is None:
        # Were the list another branch of history's, there could be one of the same person under another id.
        row = find_erasure(session, told.programme_id, told.volunteer_id)
    if row is None:
        session.add(_row(told))
        session.flush()
        return True
    before = (row.called_off_at, row.done_at)
    if row.done_at is None:
        row.done_at = told.done_at
        if row.called_off_at is None and told.called_off_at is not None:
            row.called_off_at, row.called_off_by = told.called_off_at, told.called_off_by
    session.flush()
    return before != (row.called_off_at, row.done_at)


def _learn_of_second(session: Session, told: Told, person_id: UUID) -> bool:
    """A record that was merged since: in the copy it stands by itself, so it has to be erased by itself."""
    person = session.get(Volunteer, (told.programme_id, person_id))
    if person_id == told.volunteer_id or person is None or person.merged_into is not None or person.erased_at is not None:
        return False
    row = find_erasure(session, told.programme_id, person_id)
    if row is None:
        row = _row(told)
        row.id, row.volunteer_id = uuid5(told.id, f"also {person_id}"), person_id
        session.add(row)
    elif row.done_at is not None:
        return False
    row.done_at = told.done_at
    session.flush()
    return True


def _row(told: Told) -> Erasure:
    return Erasure(
        programme_id=told.programme_id,
        id=told.id,
        volunteer_id=told.volunteer_id,
        why=told.why,
        pot_id=told.pot_id,
        asked_by=told.asked_by,
        asked_at=told.asked_at,
        due_on=told.due_on,
        called_off_by=told.called_off_by,
        called_off_at=told.called_off_at,
        done_at=told.done_at,
    )


def _contents(session: Session, now: datetime) -> Iterator[Mapping[str, Any]]:
    yield {"format": _FORMAT, "version": _VERSION, "at": now.isoformat()}
    for programme_id in session.scalars(select(Programme.id).order_by(Programme.number)).all():
        second = _second_records(session, programme_id)
        rows = session.scalars(
            select(Erasure)
            .where(Erasure.programme_id == programme_id)
            .order_by(Erasure.asked_at, Erasure.id)
            .execution_options(yield_per=1000)
        )
        for row in rows:
            yield {
                "programme": str(programme_id),
                "erasure": str(row.id),
                "volunteer": str(row.volunteer_id),
                "people": [str(each) for each in _with_second(row.volunteer_id, second)],
                "why": row.why,
                "pot": _text(row.pot_id),
                "asked_by": _text(row.asked_by),
                "asked_at": row.asked_at.isoformat(),
                "due_on": row.due_on.isoformat(),
                "called_off_by": _text(row.called_off_by),
                "called_off_at": row.called_off_at.isoformat() if row.called_off_at else None,
                "done_at": row.done_at.isoformat() if row.done_at else None,
            }


def _second_records(session: Session, programme_id: UUID) -> Mapping[UUID, Sequence[UUID]]:
    """By record: those that were merged into it."""
    found: dict[UUID, list[UUID]] = defaultdict(list)
    query = select(Volunteer.id, Volunteer.merged_into).where(
        Volunteer.programme_id == programme_id, Volunteer.merged_into.is_not(None)
    )
    for volunteer_id, into in session.execute(query.order_by(Volunteer.id)):
        if into is not None:
            found[into].append(volunteer_id)
    return found


def _with_second(volunteer_id: UUID, second: Mapping[UUID, Sequence[UUID]]) -> list[UUID]:
    known, waiting = [volunteer_id], [volunteer_id]
    while waiting:
        waiting = [each for one in waiting for each in second.get(one, ()) if each not in known]
        known += waiting
    return known


def _text(one: UUID | None) -> str | None:
    return None if one is None else str(one)


def _told(line: Any) -> Told:
    return Told(
        programme_id=UUID(line["programme"]),
        id=UUID(line["erasure"]),
        volunteer_id=UUID(line["volunteer"]),
        people=tuple(UUID(each) for each in line["people"]),
        why=Why(line["why"]).value,
        pot_id=_id(line["pot"]),
        asked_by=_id(line["asked_by"]),
        asked_at=_moment(line["asked_at"]),
        due_on=date.fromisoformat(line["due_on"]),
        called_off_by=_id(line["called_off_by"]),
        called_off_at=_moment(line["called_off_at"]) if line["called_off_at"] else None,
        done_at=_moment(line["done_at"]) if line["done_at"] else None,
    )


def _id(words: str | None) -> UUID | None:
    return None if words is None else UUID(words)


def _moment(words: str) -> datetime:
    moment = datetime.fromisoformat(words)
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment
