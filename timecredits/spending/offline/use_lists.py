"""Uses with no signal for those who look at them. What lies outside somebody's scope is not there for them.

An organisation's coordinators look at what its people and notes did, a programme manager at all.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from timecredits.foundation.errors import NotFoundError
from timecredits.network.models import Enrolment, User, Venue, Volunteer
from timecredits.spending.models import CodeKind, Offer, PaidBy, Redemption, Till
from timecredits.spending.note_models import CreditNote, NoteBatch
from timecredits.spending.offline_models import OfflineUse, SyncResult

A_PAGE = 25


class Group(StrEnum):
    """The two kinds of list: what somebody has to decide, and what somebody may want to know."""

    WAITING = "waiting"
    TOLD = "told"


@dataclass(frozen=True, slots=True)
class ListedUse:
    """One use as it stands in a list. `first_name` and `last_name` are empty for a note; `offer` for one nobody knows."""

    id: UUID
    scanned_at: datetime
    arrived_at: datetime
    clock_was_off: bool
    venue: str
    till: str
    offer: str
    minutes: int
    adults: int
    under_16s: int
    check: str
    kind: CodeKind | None
    result: SyncResult
    reason: str
    volunteer_id: UUID | None
    note_id: UUID | None
    offer_id: UUID | None
    first_name: str
    last_name: str
    decided: str
    decided_because: str
    decided_at: datetime | None
    decided_by: str
    paid_by: PaidBy | None
    undone_at: datetime | None

    @property
    def name(self) -> str:
        """First and last name, for those who know the person; empty for a note or a code of nobody's."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def is_waiting(self) -> bool:
        """Whether somebody has to decide."""
        return self.result is SyncResult.REVIEW and not self.decided


@dataclass(frozen=True, slots=True)
class UsePage:
    """One page of a list, and how many there are in all."""

    uses: list[ListedUse]
    found: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.found // A_PAGE))


def list_uses(
    session: Session, programme_id: UUID, group: Group, *, organisation_id: UUID | None = None, page: int = 1
) -> UsePage:
    """A page of what waits, longest first, or of what is told, newest first. Two queries."""
    wanted = _in_scope(programme_id, organisation_id) & _in_group(group)
    found = session.scalar(select(func.count()).select_from(OfflineUse).where(wanted)) or 0
    page = max(1, min(page, -(-found // A_PAGE) or 1))
    order = (OfflineUse.arrived_at, OfflineUse.id)
    rows = session.execute(
        _uses()
        .where(wanted)
        .order_by(*(order if group is Group.WAITING else (column.desc() for column in order)))
        .offset((page - 1) * A_PAGE)
        .limit(A_PAGE)
    )
    return UsePage([listed(row) for row in rows], found, page)


def count_uses(session: Session, programme_id: UUID, *, organisation_id: UUID | None = None) -> int:
    """How many wait for a decision. One query."""
    wanted = _in_scope(programme_id, organisation_id) & _in_group(Group.WAITING)
    return session.scalar(select(func.count()).select_from(OfflineUse).where(wanted)) or 0


def find_listed(session: Session, programme_id: UUID, use_id: UUID, *, organisation_id: UUID | None = None) -> ListedUse:
    """One use, or NotFoundError for one that isn't in this scope."""
    row = session.execute(_uses().where(_in_scope(programme_id, organisation_id), OfflineUse.id == use_id)).one_or_none()
    if row is None:
        raise NotFoundError
    return listed(row)


def _in_scope(programme_id: UUID, organisation_id: UUID | None) -> Any:
    scope = OfflineUse.programme_id == programme_id
    if organisation_id is None:
        return scope
    people = select(Enrolment.volunteer_id).where(
        Enrolment.programme_id == programme_id, Enrolment.organisation_id == organisation_id, Enrolment.left_on.is_(None)
    )
    notes = (
        select(CreditNote.id)
        .join(NoteBatch, (NoteBatch.programme_id == CreditNote.programme_id) & (NoteBatch.id == CreditNote.batch_id))
        .where(CreditNote.programme_id == programme_id, NoteBatch.organisation_id == organisation_id)
    )
    return scope & or_(OfflineUse.volunteer_id.in_(people), OfflineUse.note_id.in_(notes))


def _in_group(group: Group) -> Any:
    waiting = (OfflineUse.result == SyncResult.REVIEW) & OfflineUse.decided.is_(None)
    if group is Group.WAITING:
        return waiting
    told = OfflineUse.result.in_([SyncResult.DUPLICATE, SyncResult.OK_COVERED, SyncResult.FORGED])
    return or_(told, OfflineUse.decided.is_not(None), OfflineUse.clock_was_off & ~waiting)


def _uses() -> Any:
    return (
        select(
            OfflineUse,
            Venue.name.label("venue"),
            Till.name.label("till"),
            Offer.name.label("offer"),
            Volunteer.first_name,
            Volunteer.last_name,
            Redemption.paid_by,
            Redemption.undone_at,
            User.name.label("decided_by"),
        )
        .join(Venue, Venue.id == OfflineUse.venue_id)
        .join(Till, Till.id == OfflineUse.till_id)
        .outerjoin(Offer, (Offer.programme_id == OfflineUse.programme_id) & (Offer.id == OfflineUse.offer_id))
        .outerjoin(
            Volunteer,
            (Volunteer.programme_id == OfflineUse.programme_id)
            & (Volunteer.id == OfflineUse.volunteer_id)
            # A pass is its owner's and still a note: whoever used it need not have been them.
            & OfflineUse.note_id.is_(None),
        )
        .outerjoin(User, User.id == OfflineUse.decided_by)
        .outerjoin(Redemption, (Redemption.programme_id == OfflineUse.programme_id) & (Redemption.id == OfflineUse.id))
    )


def listed(row: Any) -> ListedUse:
    """A row of the query above as it stands in a list."""
    use: OfflineUse = row.OfflineUse
    return ListedUse(
        id=use.id,
        scanned_at=use.scanned_at,
        arrived_at=use.arrived_at,
        clock_was_off=use.clock_was_off,
        venue=row.venue,
        till=row.till,
        offer=row.offer or "",
        minutes=use.minutes,
        adults=use.sent.get("adults", 0),
        under_16s=use.sent.get("under_16s", 0),
        check=use.sent.get("check", ""),
        kind=use.kind,
        result=use.result,
        reason=use.reason,
        volunteer_id=use.volunteer_id,
        note_id=use.note_id,
        offer_id=use.offer_id,
        first_name=row.first_name or "",
        last_name=row.last_name or "",
        decided=use.decided or "",
        decided_because=use.decided_because,
        decided_at=use.decided_at,
        decided_by=row.decided_by or "",
        paid_by=row.paid_by,
        undone_at=row.undone_at,
    )
