"""Records that may be of one person: the same name however it was written, the same phone, the same sign-in; and why.

Two questions for everybody of a programme, grouped here: neither database sorts the words of a name. 50,000 people take under a
second. A pair that somebody looked at and said of that they are two people is left out (`say_not_same`).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations, pairwise
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.folding import fold
from timecredits.foundation.wording import Sentence
from timecredits.network.models import Enrolment, Organisation, Volunteer
from timecredits.records.models import Erasure, NotSame

__all__ = [
    "MOST_FOUND",
    "Alike",
    "Known",
    "find_alike",
    "list_not_same",
    "look_up",
    "name_key",
    "not_same_after_all",
    "say_not_same",
]

MOST_FOUND: Final = 500
"""Pairs that are shown at all: whoever has more begins with these."""
_SMALL: Final = 4
"""Up to so many records of one name each is paired with each; of more, neighbours only, so that "John Smith" fills no list."""
_FOUND_BY_NAME: Final = 20
_INSERTS: Final[Mapping[str, Any]] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


@dataclass(frozen=True, slots=True)
class Known:
    """A person as they are told from others: name, month of birth, and where they are enrolled with which number."""

    id: UUID
    name: str
    born_month: date | None
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Alike:
    """Two records, the surer the higher `score` is, and why."""

    one: Known
    other: Known
    score: int
    reasons: tuple[Sentence, ...]


def name_key(folded_name: str) -> str:
    """A folded name whatever the order of its words: the same for "holt mina" and "mina holt"."""
    return " ".join(sorted(folded_name.split()))


def find_alike(session: Session, programme_id: UUID) -> list[Alike]:
    """Pairs that may be one person, the surest first, at most MOST_FOUND."""
    people = {row.id: row for row in session.execute(_people(programme_id))}
    found: dict[tuple[UUID, UUID], tuple[int, list[Sentence]]] = {}
    for pair in _pairs(_by_name(people)):
        born = [people[each].born_month for each in pair]
        if None not in born and born[0] != born[1]:
            continue
        sure = None not in born
        said = Sentence("Same name and month of birth") if sure else Sentence("Same name")
        found[pair] = (3 if sure else 1, [said])
    for groups, points, said in (
        (_by_phone(session, programme_id, people), 2, Sentence("Same phone number")),
        (_by_user(people), 4, Sentence("Same sign-in")),
    ):
        for pair in _pairs(groups):
            score, reasons = found.get(pair, (0, []))
            found[pair] = (score + points, [*reasons, said])
    for pair in _two_people(session, programme_id):
        found.pop(pair, None)
    best = sorted(found.items(), key=lambda each: (-each[1][0], people[each[0][0]].folded_name, each[0]))[:MOST_FOUND]
    known = _known(people)
    return [Alike(known(one), known(other), score, tuple(reasons)) for (one, other), (score, reasons) in best]


def with_places(session: Session, programme_id: UUID, people: Sequence[Known]) -> dict[UUID, Known]:
    """The same people with where they are enrolled, such as "Hilltop (V1003)". One question."""
    rows = session.execute(
        select(Enrolment.volunteer_id, Organisation.name, Enrolment.number)
        .join(
            Organisation, (Organisation.programme_id == Enrolment.programme_id) & (Organisation.id == Enrolment.organisation_id)
        )
        .where(Enrolment.programme_id == programme_id, Enrolment.volunteer_id.in_([each.id for each in people]))
        .order_by(Organisation.name, Enrolment.id)
    )
    places: defaultdict[UUID, list[str]] = defaultdict(list)
    for volunteer_id, name, number in rows:
        places[volunteer_id].append(f"{name} ({number})" if number else name)
    return {each.id: replace(each, places=tuple(places[each.id])) for each in people}


def look_up(session: Session, programme_id: UUID, typed: str) -> list[Known]:
    """Who has this volunteer number at any organisation, or a name with these words; at most a handful, by name."""
    wanted = fold(typed.replace(",", " "))
    if not wanted:
        return []
    numbered = select(Enrolment.volunteer_id).where(
        Enrolment.programme_id == programme_id, func.lower(Enrolment.number) == " ".join(typed.split()).lower()
    )
    named = [Volunteer.folded_name.contains(word, autoescape=True) for word in wanted.split()[:6]]
    query = _people(programme_id).where(or_(Volunteer.id.in_(numbered), *([_all(named)] if named else [])))
    rows = {row.id: row for row in session.execute(query.order_by(Volunteer.folded_name, Volunteer.id).limit(_FOUND_BY_NAME))}
    known = _known(rows)
    return list(with_places(session, programme_id, [known(each) for each in rows]).values())


def say_not_same(session: Session, programme_id: UUID, one_id: UUID, other_id: UUID, *, actor_id: UUID | None) -> None:
    """Leave this pair out from now on. Saying it twice says it once. Raises NotFoundError."""
    one_id, other_id = sorted((one_id, other_id))
    known = select(func.count()).select_from(Volunteer).where(Volunteer.programme_id == programme_id)
    if one_id == other_id or session.scalar(known.where(Volunteer.id.in_([one_id, other_id]))) != 2:  # noqa: PLR2004  two
        raise NotFoundError
    connection, key = session.connection(), new_id()
    made = connection.execute(
        _INSERTS[connection.dialect.name](NotSame.__table__)
        .values(programme_id=programme_id, id=key, volunteer_id=one_id, other_id=other_id, said_by=actor_id, said_at=clock.now())
        .on_conflict_do_nothing(index_elements=["programme_id", "volunteer_id", "other_id"])
        .returning(NotSame.__table__.c.id)
    ).scalar()
    if made is not None:
        audit.record(session, programme_id, "two people said", actor_id=actor_id, subject_id=key)


def not_same_after_all(session: Session, programme_id: UUID, row_id: UUID, *, actor_id: UUID | None) -> None:
    """Let a pair be found again. Raises NotFoundError."""
    gone = delete(NotSame).where(NotSame.programme_id == programme_id, NotSame.id == row_id).returning(NotSame.id)
    if session.scalars(gone).one_or_none() is None:
        raise NotFoundError
    audit.record(session, programme_id, "two people unsaid", actor_id=actor_id, subject_id=row_id)


def list_not_same(session: Session, programme_id: UUID, *, most: int = 50) -> list[tuple[UUID, str, str]]:
    """Pairs that were said to be two people, newest first: (id, name, name)."""
    rows = session.execute(
        select(NotSame.id, NotSame.volunteer_id, NotSame.other_id)
        .where(NotSame.programme_id == programme_id)
        .order_by(NotSame.said_at.desc(), NotSame.id.desc())
        .limit(most)
    ).all()
    ids = {each for row in rows for each in row[1:]}
    people = select(Volunteer.id, Volunteer.first_name, Volunteer.last_name)
    found = session.execute(people.where(Volunteer.programme_id == programme_id, Volunteer.id.in_(ids)))
    names = {row.id: f"{row.first_name} {row.last_name}".strip() for row in found}
    return [(row[0], names.get(row[1], ""), names.get(row[2], "")) for row in rows]


def _people(programme_id: UUID) -> Any:
    """Records that stand: neither merged nor erased nor waiting to be erased."""
    erasing = select(Erasure.volunteer_id).where(Erasure.programme_id == programme_id, Erasure.called_off_at.is_(None))
    columns = (Volunteer.id, Volunteer.first_name, Volunteer.last_name, Volunteer.folded_name, Volunteer.born_month)
    return select(*columns, Volunteer.user_id).where(
        Volunteer.programme_id == programme_id,
        Volunteer.merged_into.is_(None),
        Volunteer.erased_at.is_(None),
        Volunteer.id.not_in(erasing),
    )


def _by_name(people: Mapping[UUID, Any]) -> Iterator[list[UUID]]:
    groups: defaultdict[str, list[UUID]] = defaultdict(list)
    for row in people.values():
        groups[name_key(row.folded_name)].append(row.id)
    for key, ids in groups.items():
        if len(ids) > 1 and " " in key:  # a first name alone says too little
            yield sorted(ids, key=lambda each: (people[each].born_month or date.min, each))


def _by_phone(session: Session, programme_id: UUID, people: Mapping[UUID, Any]) -> Iterator[list[UUID]]:
    groups: defaultdict[str, set[UUID]] = defaultdict(set)
    rows = session.execute(
        select(Enrolment.volunteer_id, Enrolment.phone).where(Enrolment.programme_id == programme_id, Enrolment.phone != "")
    )
    for volunteer_id, phone in rows:
        digits = "".join(filter(str.isdecimal, phone)).removeprefix("00").removeprefix("44").lstrip("0")
        if len(digits) > 5 and volunteer_id in people:  # noqa: PLR2004  an extension or a slip is no number
            groups[digits].add(volunteer_id)
    return (sorted(ids) for ids in groups.values() if len(ids) > 1)


def _by_user(people: Mapping[UUID, Any]) -> Iterator[list[UUID]]:
    groups: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for row in people.values():
        if row.user_id is not None:
            groups[row.user_id].append(row.id)
    return (sorted(ids) for ids in groups.values() if len(ids) > 1)


def _pairs(groups: Iterator[list[UUID]]) -> Iterator[tuple[UUID, UUID]]:
    for ids in groups:
        for one, other in combinations(ids, 2) if len(ids) <= _SMALL else pairwise(ids):
            yield (one, other) if one < other else (other, one)


def _two_people(session: Session, programme_id: UUID) -> Iterator[tuple[UUID, UUID]]:
    rows = session.execute(select(NotSame.volunteer_id, NotSame.other_id).where(NotSame.programme_id == programme_id))
    return ((row[0], row[1]) if row[0] < row[1] else (row[1], row[0]) for row in rows)


def _known(people: Mapping[UUID, Any]) -> Any:
    def known(volunteer_id: UUID) -> Known:
        row = people[volunteer_id]
        return Known(row.id, f"{row.first_name} {row.last_name}".strip(), row.born_month)

    return known


def _all(conditions: Sequence[Any]) -> Any:
    first, *rest = conditions
    for each in rest:
        first &= each
    return first
