"""A programme at a glance: time given, credits earned, used and still out, by organisation and by venue.

Hours count as evidence whatever became of the credits; credits are counted from the ledger's transfers and kept balances,
so that earned + made up - used - elsewhere = out can be seen to hold.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from timecredits.foundation.clock import first_moment
from timecredits.hours.books import check_hours
from timecredits.hours.models import HourCorrection, HourEntry
from timecredits.ledger.books import BookFault, check_ledger
from timecredits.ledger.models import Account, AccountKind, Transfer, TransferKind
from timecredits.network.models import Enrolment, Organisation, ProgrammeVenue, Venue, Volunteer
from timecredits.spending.books import check_spending
from timecredits.spending.giving.books import check_giving
from timecredits.spending.models import Redemption
from timecredits.spending.notes.books import check_notes


@dataclass(frozen=True)
class OrganisationLine:
    """One organisation: how many are enrolled, how many gave time since `since`, and for how many minutes."""

    name: str
    town: str
    enrolled: int
    gave_time: int
    minutes: int


@dataclass(frozen=True)
class VenueLine:
    """One venue: visits and minutes of credit used there since `since`; undone visits don't count."""

    name: str
    town: str
    visits: int
    minutes: int


@dataclass(frozen=True)
class ProgrammeSummary:
    """The whole programme. Amounts are minutes. `earned` and `used` are net of what was put right or undone.

    `made_up` is what goodwill paid where credits were used before hours were put right, less what came back.
    """

    since: date
    volunteers: int
    hours_minutes: int
    earned: int
    used: int
    made_up: int
    elsewhere: int
    out: int
    never_used: int
    organisations: list[OrganisationLine]
    venues: list[VenueLine]


def programme_summary(session: Session, programme_id: UUID, *, since: date) -> ProgrammeSummary:
    """Summarise a programme; lists and hours from `since` on, credits over all time."""
    moved = _moved(session, programme_id)
    out, volunteers, never_used = _held(session, programme_id)
    organisations = _organisations(session, programme_id, since)
    earned, used, made_up = (moved.pop(kind, 0) for kind in (TransferKind.EARNED, TransferKind.USED, TransferKind.GOODWILL))
    return ProgrammeSummary(
        since=since,
        volunteers=volunteers,
        hours_minutes=sum(line.minutes for line in organisations),
        earned=earned,
        used=-used,
        made_up=made_up,
        elsewhere=-sum(moved.values()),
        out=out,
        never_used=never_used,
        organisations=organisations,
        venues=_venues(session, programme_id, since),
    )


def find_book_faults(session: Session, programme_id: UUID) -> list[BookFault]:
    """Everything `timecredits check-books` would say of one programme."""
    checks = (check_ledger, check_hours, check_spending, check_notes, check_giving)
    return [fault for check in checks for fault in check(session, programme_id)]


def _moved(session: Session, programme_id: UUID) -> dict[TransferKind, int]:
    """Net minutes into volunteers' accounts by kind; a reversal counts against the kind that it reverses."""
    reversed_one = Transfer.__table__.alias("reversed_one")
    kind = func.coalesce(reversed_one.c.kind, Transfer.kind)
    totals: dict[TransferKind, int] = {}
    for side, sign in ((Transfer.credit_account, 1), (Transfer.debit_account, -1)):
        rows = session.execute(
            select(kind, func.sum(Transfer.amount))
            .join(Account, and_(Account.programme_id == Transfer.programme_id, Account.id == side))
            .outerjoin(
                reversed_one,
                and_(reversed_one.c.programme_id == Transfer.programme_id, reversed_one.c.id == Transfer.reverses),
            )
            .where(
                Transfer.programme_id == programme_id,
                Account.programme_id == programme_id,
                Account.kind == AccountKind.VOLUNTEER,
            )
            .group_by(kind),
        )
        for name, minutes in rows:
            totals[TransferKind(name)] = totals.get(TransferKind(name), 0) + sign * int(minutes or 0)
    return totals


def _held(session: Session, programme_id: UUID) -> tuple[int, int, int]:
    out, volunteers = session.execute(
        select(func.coalesce(func.sum(Account.balance), 0), func.count(Volunteer.id))
        .join(Account, and_(Account.programme_id == Volunteer.programme_id, Account.id == Volunteer.account_id))
        .where(Volunteer.programme_id == programme_id),
    ).one()
    users = select(Redemption.volunteer_id).where(
        Redemption.programme_id == programme_id,
        Redemption.undone_at.is_(None),
        Redemption.volunteer_id.is_not(None),  # a note is nobody's; one NULL here would leave nobody in the count
    )
    never_used = session.scalar(
        select(func.count(Volunteer.id))
        .join(Account, and_(Account.programme_id == Volunteer.programme_id, Account.id == Volunteer.account_id))
        .where(Volunteer.programme_id == programme_id, Account.balance > 0, Volunteer.id.not_in(users)),
    )
    return int(out or 0), volunteers, never_used or 0


def _organisations(session: Session, programme_id: UUID, since: date) -> list[OrganisationLine]:
    enrolled: dict[UUID, int] = dict(
        session.execute(
            select(Enrolment.organisation_id, func.count())
            .where(Enrolment.programme_id == programme_id, Enrolment.left_on.is_(None))
            .group_by(Enrolment.organisation_id),
        ).all(),
    )
    corrected = select(HourCorrection.entry_id).where(HourCorrection.programme_id == programme_id)
    given: dict[UUID, tuple[int, int]] = {
        organisation_id: (people, int(minutes))
        for organisation_id, people, minutes in session.execute(
            select(
                HourEntry.organisation_id,
                func.count(HourEntry.volunteer_id.distinct()),
                func.sum(HourEntry.minutes),
            )
            .where(HourEntry.programme_id == programme_id, HourEntry.done_on >= since, HourEntry.id.not_in(corrected))
            .group_by(HourEntry.organisation_id),
        )
    }
    rows = session.scalars(select(Organisation).where(Organisation.programme_id == programme_id).order_by(Organisation.name))
    return [OrganisationLine(row.name, row.town, enrolled.get(row.id, 0), *given.get(row.id, (0, 0))) for row in rows]


def _venues(session: Session, programme_id: UUID, since: date) -> list[VenueLine]:
    used: Any = and_(
        Redemption.programme_id == ProgrammeVenue.programme_id,
        Redemption.venue_id == ProgrammeVenue.venue_id,
        Redemption.undone_at.is_(None),
        Redemption.used_at >= first_moment(since),
    )
    rows = session.execute(
        select(Venue.name, Venue.town, func.count(Redemption.id), func.coalesce(func.sum(Redemption.minutes), 0))
        .join(ProgrammeVenue, ProgrammeVenue.venue_id == Venue.id)
        .outerjoin(Redemption, used)
        .where(ProgrammeVenue.programme_id == programme_id)
        .group_by(Venue.id, Venue.name, Venue.town)
        .order_by(Venue.name),
    )
    return [VenueLine(name, town, visits, int(minutes)) for name, town, visits, minutes in rows]
