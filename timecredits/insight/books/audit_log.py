"""The audit log as a programme manager reads it: who did what, when, where, and to what kind of thing. No volunteer has a name.

Staff are named for what they do as staff. Somebody who is also a volunteer here is named only where they work, or for the whole
programme; elsewhere they are a volunteer like others. What keeps people safe tells neither who, nor where, nor whom.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, exists, false, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from timecredits.foundation.audit import AuditEntry
from timecredits.foundation.folding import fold
from timecredits.foundation.wording import Sentence
from timecredits.insight.books.audit_acts import ACTS
from timecredits.insight.books.audit_words import QUIET, SILENT, THINGS, ActGroup
from timecredits.insight.books.days import ALL_DAYS, Days, Place, before, in_days, page_after_page
from timecredits.network.models import ApiToken, Organisation, RoleKind, StaffRole, User, Volunteer
from timecredits.spending.models import Till

__all__ = ["MOST_LINES", "Asked", "Line", "LogPage", "Who", "WhoKind", "name_actors", "read_all", "read_log"]

MOST_LINES: Final = 50
_MOST_STAFF: Final = 50
"""Staff that a name is looked for among; a name that fits more is too short."""
_QUIET: Final = sorted(action for action, act in ACTS.items() if act.thing == QUIET)
_BY_PEOPLE: Final = frozenset({"referee consent asked", "spell confirmation asked"})
"""Acts of volunteers themselves, whatever else they are here."""
_entry: Any = AuditEntry.__table__


class WhoKind(StrEnum):
    """Who did something, where they are not named."""

    STAFF = "staff"
    VOLUNTEER = "volunteer"
    TILL = "till"
    KEY = "key"
    SERVICE = "service"  # nobody was signed in, or it was due
    OTHER = "other"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Who:
    """Who did something; `name` only for staff."""

    kind: WhoKind
    name: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for. Empty: everything. `staff` is part of a name, every word of it."""

    group: ActGroup | None = None
    staff: str = ""
    organisation_id: UUID | None = None
    days: Days = ALL_DAYS


@dataclass(frozen=True, slots=True)
class Line:
    """One act in words. `thing` is None where it tells no thing, `short_id` "" where it tells no id."""

    at: datetime
    who: Who
    did: Sentence
    organisation: str
    thing: Sentence | None
    short_id: str


@dataclass(frozen=True, slots=True)
class LogPage:
    """Lines, the newest first. `next` is what to hand on as `after` for older ones, "" at the end."""

    lines: tuple[Line, ...]
    next: str


def read_log(session: Session, programme_id: UUID, asked: Asked, *, after: str = "", limit: int = MOST_LINES) -> LogPage:
    """A page of the log. An `after` that is none begins from the newest."""
    query = (
        select(_entry, Organisation.name.label("organisation"))
        .outerjoin(
            Organisation,
            and_(Organisation.programme_id == _entry.c.programme_id, Organisation.id == _entry.c.organisation_id),
        )
        .where(_entry.c.programme_id == programme_id, *_wanted(session, programme_id, asked))
        .order_by(_entry.c.recorded_at.desc(), _entry.c.id.desc())
        .limit(limit + 1)
    )
    place = Place.read(after)
    if place is not None:
        query = query.where(before(_entry.c.recorded_at, _entry.c.id, place))
    rows = session.execute(query).all()
    shown = rows[:limit]
    who = name_actors(session, programme_id, [(row.actor_id, row.organisation_id) for row in shown])
    lines = tuple(_line(row, each) for row, each in zip(shown, who, strict=True))
    return LogPage(lines, Place(shown[-1].recorded_at, shown[-1].id).text if len(rows) > limit else "")


def read_all(session: Session, programme_id: UUID, asked: Asked, *, most: int) -> Iterator[Line]:
    """The newest `most` lines, some at a time."""
    return page_after_page(read_log, session, programme_id, asked, most=most)


def name_actors(
    session: Session, programme_id: UUID, acts: Sequence[tuple[UUID | None, UUID | None]], *, only_staff: Sequence[bool] = ()
) -> list[Who]:
    """Who stands behind these acts, each an actor and the organisation it was done at.

    `only_staff` says of each whether nobody but staff can do such a thing; then where they work doesn't matter.
    """
    ids = sorted({actor_id for actor_id, _where in acts if actor_id is not None})
    if not ids:
        return [Who(WhoKind.SERVICE) for _act in acts]
    names: dict[UUID, str] = {}
    works: dict[UUID, set[UUID | None]] = {}  # at which organisations; None: for the programme or a venue
    wide: set[UUID] = set()
    roles = select(User.id, User.name, StaffRole.kind, StaffRole.organisation_id).join(StaffRole, StaffRole.user_id == User.id)
    for user_id, name, kind, organisation_id in session.execute(
        roles.where(StaffRole.programme_id == programme_id, User.id.in_(ids))
    ):
        names[user_id] = name
        works.setdefault(user_id, set()).add(organisation_id)
        if kind == RoleKind.PROGRAMME_MANAGER:
            wide.add(user_id)
    people = set[UUID]()
    for volunteer_id, own_user in session.execute(
        select(Volunteer.id, Volunteer.user_id).where(
            Volunteer.programme_id == programme_id, or_(Volunteer.user_id.in_(ids), Volunteer.id.in_(ids))
        )
    ):
        people |= {each for each in (volunteer_id, own_user) if each is not None}
    tills = set(session.scalars(select(Till.id).where(Till.id.in_(ids))))
    keys = set(session.scalars(select(ApiToken.id).where(ApiToken.programme_id == programme_id, ApiToken.id.in_(ids))))

    def who(actor_id: UUID | None, organisation_id: UUID | None, *, as_staff: bool) -> Who:
        if actor_id is None:
            return Who(WhoKind.SERVICE)
        if actor_id in names and (as_staff or actor_id not in people or actor_id in wide or organisation_id in works[actor_id]):
            return Who(WhoKind.STAFF, names[actor_id])
        kinds = ((WhoKind.VOLUNTEER, people), (WhoKind.TILL, tills), (WhoKind.KEY, keys))
        return Who(next((kind for kind, known in kinds if actor_id in known), WhoKind.OTHER))

    sure = only_staff or [False] * len(acts)
    return [who(*act, as_staff=each) for act, each in zip(acts, sure, strict=True)]


def _wanted(session: Session, programme_id: UUID, asked: Asked) -> list[ColumnElement[bool]]:
    wanted = in_days(_entry.c.recorded_at, asked.days)
    if asked.group is not None:
        wanted.append(_entry.c.action.in_(sorted(action for action, act in ACTS.items() if act.group is asked.group)))
    if asked.organisation_id is not None:
        wanted.append(_entry.c.organisation_id == asked.organisation_id)
    if asked.staff:
        wanted.append(_done_by(session, programme_id, asked.staff))
    if asked.staff or asked.organisation_id is not None:
        wanted.append(_entry.c.action.not_in(_QUIET))  # to find them so would tell who, or where
    return wanted


def _done_by(session: Session, programme_id: UUID, name: str) -> ColumnElement[bool]:
    """Acts that would be shown under such a name, and no others: what is not shown can't be found either."""
    words = fold(name).split()
    staff = session.execute(
        select(User.id, User.name).where(exists().where(StaffRole.programme_id == programme_id, StaffRole.user_id == User.id))
    )
    ids = [each.id for each in staff if all(word in fold(each.name) for word in words)][:_MOST_STAFF]
    if not ids:
        return false()
    volunteers = set(
        session.scalars(select(Volunteer.user_id).where(Volunteer.programme_id == programme_id, Volunteer.user_id.in_(ids)))
    )
    only_staff = [each for each in ids if each not in volunteers]
    ways: list[ColumnElement[bool]] = [_entry.c.actor_id.in_(only_staff)] if only_staff else []
    for worker_id, role, at_id in session.execute(
        select(StaffRole.user_id, StaffRole.kind, StaffRole.organisation_id)
        .where(StaffRole.programme_id == programme_id, StaffRole.user_id.in_(sorted(volunteers & set(ids))))
        .distinct()
    ):
        at = _entry.c.organisation_id.is_(None) if at_id is None else _entry.c.organisation_id == at_id
        own = _entry.c.actor_id == worker_id
        ways.append(own if role == RoleKind.PROGRAMME_MANAGER else and_(own, at))
    return and_(or_(*ways), _entry.c.action.not_in(sorted(_BY_PEOPLE)))


def _line(row: Any, who: Who) -> Line:
    act = ACTS.get(row.action)
    if act is None:  # of a newer version than this one, after going back
        return Line(row.recorded_at, who, Sentence("%(act)s", act=row.action.capitalize()), row.organisation or "", None, "")
    if act.thing == QUIET:
        return Line(row.recorded_at, Who(WhoKind.QUIET), act.words, "", None, "")
    if row.action in _BY_PEOPLE and row.actor_id is not None:
        who = Who(WhoKind.VOLUNTEER)
    tells = row.subject_id is not None and act.thing not in SILENT
    return Line(
        at=row.recorded_at,
        who=who,
        did=act.words,
        organisation=row.organisation or "",
        thing=THINGS.get(act.thing),
        short_id=row.subject_id.hex[-8:] if tells else "",
    )
