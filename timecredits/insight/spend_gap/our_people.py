"""People of one organisation who have credits and used none, for its own staff: names, never how many.

A number would tell one organisation of hours given at another. Read as things stand now, a page at a time.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from timecredits.ledger.models import Account
from timecredits.network.models import Enrolment, Volunteer
from timecredits.spending.models import Redemption

__all__ = ["WaitingPerson", "count_waiting", "list_waiting"]


@dataclass(frozen=True, slots=True)
class WaitingPerson:
    """Somebody enrolled here who has credits and never used any. `phone` is as this organisation was told it."""

    volunteer_id: UUID
    name: str
    enrolled_on: date
    phone: str


def count_waiting(session: Session, programme_id: UUID, organisation_id: UUID) -> int:
    """How many there are."""
    return session.scalar(_waiting(programme_id, organisation_id, func.count())) or 0


def list_waiting(session: Session, programme_id: UUID, organisation_id: UUID, *, first: int, most: int) -> list[WaitingPerson]:
    """`most` of them by name, from place `first` (0) on."""
    rows = session.execute(
        _waiting(programme_id, organisation_id, Volunteer, Enrolment.enrolled_on, Enrolment.phone)
        .order_by(Volunteer.folded_name, Volunteer.id)
        .offset(first)
        .limit(most)
    )
    return [WaitingPerson(person.id, person.name, enrolled_on, phone) for person, enrolled_on, phone in rows]


def _waiting(programme_id: UUID, organisation_id: UUID, *columns: Any) -> Any:
    """Enrolled here, credits there, none used, and nobody stopped their use."""
    used = exists().where(
        Redemption.programme_id == programme_id,
        Redemption.volunteer_id == Volunteer.id,
        Redemption.undone_at.is_(None),
    )
    return (
        select(*columns)
        .select_from(Enrolment)
        .join(Volunteer, (Volunteer.programme_id == Enrolment.programme_id) & (Volunteer.id == Enrolment.volunteer_id))
        .join(Account, (Account.programme_id == Volunteer.programme_id) & (Account.id == Volunteer.account_id))
        .where(
            Enrolment.programme_id == programme_id,
            Enrolment.organisation_id == organisation_id,
            Enrolment.left_on.is_(None),
            Volunteer.merged_into.is_(None),
            Volunteer.erased_at.is_(None),
            Volunteer.frozen_at.is_(None),
            Account.balance > 0,
            ~used,
        )
    )
