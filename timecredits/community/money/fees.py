"""Joining fees: what joining costs once, and whether somebody paid it, owes it, or was let off. Pence of pounds sterling."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.community.referral_models import MoneyEntry, MoneyKind, MoneyState
from timecredits.foundation import audit, clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.network.models import Enrolment, Organisation, Volunteer
from timecredits.network.scope import find, find_and_hold
from timecredits.network.volunteers import find_enrolled

__all__ = ["MOST_PENCE", "FeeLine", "fee_of", "fees_of", "list_owed", "note_fee", "set_fee", "settle_fee", "take_back_money"]

MOST_PENCE: Final = 1_000_000
"""10,000 pounds: more is a slip of the finger."""


@dataclass(frozen=True, slots=True)
class FeeLine:
    """One joining fee. `settled_at` is when what was owed was received or waived; a fee taken back counts no more."""

    id: UUID
    volunteer_id: UUID
    name: str
    state: MoneyState
    pence: int
    noted_at: datetime
    settled_at: datetime | None
    taken_back_at: datetime | None


def fee_of(session: Session, programme_id: UUID, organisation_id: UUID) -> int | None:
    """What joining this organisation costs, in pence; None for nothing."""
    return find(session, Organisation, programme_id, organisation_id).joining_fee_pence


def set_fee(session: Session, programme_id: UUID, organisation_id: UUID, pence: int | None, *, actor_id: UUID | None) -> None:
    """Say what joining costs from now on; None or 0 for nothing. What was noted stays as it is. Raises RuleError."""
    organisation = find_and_hold(session, Organisation, programme_id, organisation_id)
    if pence is not None and not 0 <= pence <= MOST_PENCE:
        raise RuleError(Sentence("Type an amount in pounds, like 10 or 2.50. Nothing was changed."), field="pounds")
    organisation.joining_fee_pence = pence or None
    session.flush()
    audit.record(
        session,
        programme_id,
        "joining fee set",
        actor_id=actor_id,
        subject_id=organisation_id,
        organisation_id=organisation_id,
    )


def note_fee(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    volunteer_id: UUID,
    state: MoneyState,
    *,
    pence: int,
    actor_id: UUID | None,
    entry_id: UUID | None = None,
    unless_noted: bool = False,
) -> bool:
    """Note somebody's fee: owed, received or waived. The same `entry_id` twice is noted once: False.

    Everybody pays once: where a fee of theirs is noted already, RuleError, or with `unless_noted` False and nothing done.
    Raises NotFoundError for somebody who isn't enrolled here.
    """
    find_enrolled(session, programme_id, organisation_id, volunteer_id)
    session.execute(  # whoever notes a fee for the same person at the same moment waits here, and then finds this one
        select(Enrolment.id)
        .where(
            Enrolment.programme_id == programme_id,
            Enrolment.organisation_id == organisation_id,
            Enrolment.volunteer_id == volunteer_id,
        )
        .with_for_update()
    )
    rows = _rows(session, programme_id, organisation_id, volunteer_id)
    known = [each for each in rows if each.taken_back_at is None]
    if any(each.id == entry_id for each in rows) or (known and unless_noted):
        return False
    if known:
        raise RuleError(Sentence("A joining fee is noted for them already. Nothing was saved."))
    if not 0 < pence <= MOST_PENCE:
        raise RuleError(Sentence("Type an amount in pounds, like 10 or 2.50. Nothing was saved."), field="pounds")
    key, now = entry_id or new_id(), clock.now()
    session.add(
        MoneyEntry(
            programme_id=programme_id,
            id=key,
            organisation_id=organisation_id,
            volunteer_id=volunteer_id,
            kind=MoneyKind.JOINING_FEE,
            state=state,
            pence=pence,
            noted_by=actor_id,
            noted_at=now,
            settled_by=None if state is MoneyState.OWED else actor_id,
            settled_at=None if state is MoneyState.OWED else now,
        )
    )
    session.flush()
    audit.record(session, programme_id, "fee noted", actor_id=actor_id, subject_id=key, organisation_id=organisation_id)
    return True


def settle_fee(
    session: Session, programme_id: UUID, organisation_id: UUID, entry_id: UUID, state: MoneyState, *, actor_id: UUID | None
) -> bool:
    """Say that what was owed was received or waived, or (owed) that it is owed after all. False if it stands so already.

    Raises RuleError for one that was taken back; NotFoundError.
    """
    row = find_and_hold(session, MoneyEntry, programme_id, entry_id, organisation_id=organisation_id, kind=MoneyKind.JOINING_FEE)
    if row.taken_back_at is not None:
        raise RuleError(Sentence("This was taken back meanwhile. Nothing was changed."))
    if row.state is state:
        return False
    row.state = state
    row.settled_by, row.settled_at = (None, None) if state is MoneyState.OWED else (actor_id, clock.now())
    session.flush()
    audit.record(session, programme_id, "fee settled", actor_id=actor_id, subject_id=entry_id, organisation_id=organisation_id)
    return True


def take_back_money(
    session: Session, programme_id: UUID, organisation_id: UUID, entry_id: UUID, *, actor_id: UUID | None
) -> bool:
    """Take back a fee or donation that was noted by mistake: it stays to be seen and counts no more. False if it was."""
    row = find_and_hold(session, MoneyEntry, programme_id, entry_id, organisation_id=organisation_id)
    if row.taken_back_at is not None:
        return False
    row.taken_back_at = clock.now()
    session.flush()
    audit.record(
        session, programme_id, "money taken back", actor_id=actor_id, subject_id=entry_id, organisation_id=organisation_id
    )
    return True


def list_owed(session: Session, programme_id: UUID, organisation_id: UUID) -> list[FeeLine]:
    """Fees that people owe, the oldest first."""
    return [
        each
        for each in _lines(session, programme_id, organisation_id)
        if each.state is MoneyState.OWED and each.taken_back_at is None
    ]


def fees_of(session: Session, programme_id: UUID, organisation_id: UUID, volunteer_id: UUID) -> list[FeeLine]:
    """Everything noted of one person's fee, oldest first. Raises NotFoundError for somebody who isn't enrolled here."""
    find_enrolled(session, programme_id, organisation_id, volunteer_id)
    return [each for each in _lines(session, programme_id, organisation_id) if each.volunteer_id == volunteer_id]


def _lines(session: Session, programme_id: UUID, organisation_id: UUID) -> list[FeeLine]:
    rows = session.execute(
        select(MoneyEntry, Volunteer)
        .join(Volunteer, (Volunteer.programme_id == MoneyEntry.programme_id) & (Volunteer.id == MoneyEntry.volunteer_id))
        .where(
            MoneyEntry.programme_id == programme_id,
            MoneyEntry.organisation_id == organisation_id,
            MoneyEntry.kind == MoneyKind.JOINING_FEE,
        )
        .order_by(MoneyEntry.noted_at, MoneyEntry.id)
    )
    return [
        FeeLine(each.id, who.id, who.name, each.state, each.pence, each.noted_at, each.settled_at, each.taken_back_at)
        for each, who in rows
    ]


def _rows(session: Session, programme_id: UUID, organisation_id: UUID, volunteer_id: UUID) -> Sequence[MoneyEntry]:
    return session.scalars(
        select(MoneyEntry).where(
            MoneyEntry.programme_id == programme_id,
            MoneyEntry.organisation_id == organisation_id,
            MoneyEntry.volunteer_id == volunteer_id,
            MoneyEntry.kind == MoneyKind.JOINING_FEE,
        )
    ).all()
