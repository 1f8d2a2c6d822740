"""Looking for support: by words however they are spelled, and by what must be true of it.

Every word must be in an entry; the last one may be only begun. Where nothing fits, each word that no entry holds gives way to
those near to it, and the answer says so. Names come before other words; then by name. Both databases give the same entries in the
same order. It takes two statements, four where a word was misspelt, one more where it is about being near.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, String, case, cast, collate, func, literal, or_, select
from sqlalchemy.orm import Session

from timecredits.community.directory.engine import Group, Term, look_up
from timecredits.community.directory.opening_hours import Open, weekday_and_time
from timecredits.community.directory.vocabulary import near_words
from timecredits.community.directory.words import shown_word, words_of
from timecredits.community.directory_models import SupportCost, SupportOpening, SupportService
from timecredits.foundation.postcode_districts import miles_between
from timecredits.network.scope import find

__all__ = ["PAGE", "Found", "Listed", "Wanted", "find_helplines", "find_shown", "find_support"]

PAGE: Final = 20
LONGEST_QUERY: Final = 200
"""Letters of a search that are read."""
MOST_WORDS: Final = 8
_MOST_HELPLINES: Final = 10

_SMALL_WORDS: Final = (
    "a am an and are at be by can do find for from get give have help how i in is it looking me my need of on or please some "
    "somebody someone support that the there this to want we what where who with"
)
_PASSED_OVER: Final = frozenset(_SMALL_WORDS.split())
"""Words that say that somebody looks for something, not for what. Left out where other words stay."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; what is empty, None or False doesn't narrow. `near` is a district that we know, `within` miles."""

    words: str = ""
    topic: str = ""
    language: str = ""
    access: str = ""
    free: bool = False
    online: bool = False
    near: str = ""
    within: int = 10
    open_at: datetime | None = None
    organisation_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry with when it is open (rows as they are kept), and how far away it is, in miles, where that was asked."""

    service: SupportService
    openings: tuple[Open, ...]
    miles: float | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what was found. `spelled` is what was looked for instead, word by word, where the spelling was forgiven."""

    entries: Sequence[Listed]
    count: int
    page: int
    spelled: tuple[str, ...] = ()

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(-(-self.count // PAGE), 1)


def find_support(session: Session, programme_id: UUID, wanted: Wanted, *, page: int = 1, size: int = PAGE) -> Found:
    """A page of the entries that people can see and that fit. A page beyond the last has no entries."""
    miles = _miles(session, programme_id, wanted)
    words = _asked(wanted.words)
    if not words and any(map(str.isalnum, wanted.words[:LONGEST_QUERY])):
        return Found((), 0, page)  # only signs that are no words to a search
    groups = [Group((Term(word, is_start=place == len(words)),)) for place, word in enumerate(words, 1)]
    found = _page(session, programme_id, wanted, groups, miles, page, size)
    if found.entries or not words:
        return found
    return _forgiven(session, programme_id, wanted, words, miles, page, size)


def find_shown(session: Session, programme_id: UUID, service_id: UUID) -> Listed:
    """One entry that people can see. Raises NotFoundError for one that is hidden, removed, or of another programme."""
    entry = find(session, SupportService, programme_id, service_id, is_shown=True, removed_at=None)
    return Listed(entry, _openings(session, programme_id, [service_id]).get(service_id, ()))


def find_helplines(session: Session, programme_id: UUID) -> Sequence[SupportService]:
    """What the programme shows with the helplines at the top, by name; at most ten."""
    return session.scalars(
        select(SupportService)
        .where(*_visible(programme_id), SupportService.is_helpline, SupportService.phone != "")
        .order_by(_by_code(session, SupportService.folded_name), SupportService.id)
        .limit(_MOST_HELPLINES)
    ).all()


def _forgiven(
    session: Session, programme_id: UUID, wanted: Wanted, words: Sequence[str], miles: dict[str, float], page: int, size: int
) -> Found:
    near, last = near_words(session, programme_id, words), words[-1]
    known = all(near[word] == [word] for word in words[:-1])
    if (known and near[last] in ([], [last])) or not all(near[word] for word in words[:-1]):
        return Found((), 0, page)  # the same search again; or a word is like none that we know
    groups = [Group(tuple(map(Term, near[word]))) for word in words[:-1]]
    groups.append(Group(tuple(map(Term, near[last])) or (Term(last, is_start=True),)))
    found = _page(session, programme_id, wanted, groups, miles, page, size)
    return replace(found, spelled=tuple(shown_word((near[word] or [word])[0]) for word in words) if found.entries else ())


def _asked(typed: str) -> list[str]:
    words = words_of(typed[:LONGEST_QUERY])
    return ([each for each in words if each not in _PASSED_OVER] or words)[:MOST_WORDS]


def _visible(programme_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return (
        SupportService.programme_id == programme_id,
        SupportService.is_shown.is_(True),
        SupportService.removed_at.is_(None),
    )


def _page(
    session: Session,
    programme_id: UUID,
    wanted: Wanted,
    groups: Sequence[Group],
    miles: dict[str, float],
    page: int,
    size: int,
) -> Found:
    conditions = [*_visible(programme_id), *_narrowed(programme_id, wanted, miles)]
    rank: ColumnElement[int] = literal(0)
    hits = look_up(session, programme_id, groups) if groups else None
    if hits is not None:
        rank = case((hits.in_name, 0), else_=1)
    away: ColumnElement[int] = literal(0)
    if wanted.near:
        tenths = {district: round(far * 10) for district, far in miles.items()}
        away = case(tenths, value=SupportService.postcode_district, else_=99_999) if tenths else literal(99_999)
    query: Any = select(
        SupportService.id,
        rank.label("rank"),
        away.label("away"),
        SupportService.folded_name.label("name"),
        func.count().over().label("count"),
    ).where(*conditions)
    inner = (
        (query if hits is None else query.join(hits.table, hits.on))
        .order_by(rank, away, _by_code(session, SupportService.folded_name), SupportService.id)
        .limit(size)
        .offset((page - 1) * size)
        .subquery()
    )
    rows = session.execute(
        select(SupportService, inner.c.count)
        .join(inner, (SupportService.programme_id == programme_id) & (SupportService.id == inner.c.id))
        .order_by(inner.c.rank, inner.c.away, _by_code(session, inner.c.name), inner.c.id)
    ).all()
    openings = _openings(session, programme_id, [row[0].id for row in rows])
    entries = [
        Listed(service, openings.get(service.id, ()), miles.get(service.postcode_district) if wanted.near else None)
        for service, _count in rows
    ]
    return Found(entries, rows[0][1] if rows else 0, page)


def _narrowed(programme_id: UUID, wanted: Wanted, miles: dict[str, float]) -> list[ColumnElement[bool]]:
    narrowed: list[ColumnElement[bool]] = []
    # Lists of short keys: looking into their text is quick enough, and the same on both databases.
    for key, column in (
        (wanted.topic, SupportService.topics),
        (wanted.language, SupportService.languages),
        (wanted.access, SupportService.access_facts),
    ):
        if (
            key
        ):  # a key of topics.py: small letters and lines below, so nothing in it is a sign of LIKE's but "_", which is escaped
            narrowed.append(_as_text(column).contains(f'"{key}"', autoescape=True))
    if wanted.free:
        narrowed.append(SupportService.cost == SupportCost.FREE)
    if wanted.online:
        narrowed.append(SupportService.is_online.is_(True))
    if wanted.near:
        narrowed.append(or_(SupportService.postcode_district.in_(list(miles)), SupportService.is_online))
    if wanted.organisation_id is not None:
        narrowed.append(SupportService.organisation_id == wanted.organisation_id)
    if wanted.open_at is not None:
        weekday, minute = weekday_and_time(wanted.open_at)
        open_now = select(SupportOpening.service_id).where(
            SupportOpening.programme_id == programme_id,
            SupportOpening.weekday == weekday,
            SupportOpening.opens <= minute,
            SupportOpening.closes > minute,
        )
        narrowed.append(or_(SupportService.always_open, SupportService.id.in_(open_now)))
    return narrowed


def _as_text(column: Any) -> ColumnElement[str]:
    return cast(column, String)


def _miles(session: Session, programme_id: UUID, wanted: Wanted) -> dict[str, float]:
    """How far the districts of the directory are that lie near enough."""
    if not wanted.near:
        return {}
    districts = session.scalars(
        select(SupportService.postcode_district).where(SupportService.programme_id == programme_id).distinct()
    )
    far = {each: miles_between(wanted.near, each) for each in districts if each}
    return {each: miles for each, miles in far.items() if miles is not None and miles <= wanted.within}


def _openings(session: Session, programme_id: UUID, service_ids: Sequence[UUID]) -> dict[UUID, tuple[Open, ...]]:
    if not service_ids:
        return {}
    found: dict[UUID, tuple[Open, ...]] = {}
    for row in session.execute(
        select(SupportOpening.service_id, SupportOpening.weekday, SupportOpening.opens, SupportOpening.closes)
        .where(SupportOpening.programme_id == programme_id, SupportOpening.service_id.in_(service_ids))
        .order_by(SupportOpening.service_id, SupportOpening.weekday, SupportOpening.opens)
    ):
        found[row.service_id] = (*found.get(row.service_id, ()), Open(row.weekday, row.opens, row.closes))
    return found


def _by_code(session: Session, column: Any) -> ColumnElement[str]:
    """In the order of the letters' numbers, on both databases; a PostgreSQL database has an order of its own otherwise."""
    return collate(column, "C") if session.get_bind().dialect.name == "postgresql" else column
