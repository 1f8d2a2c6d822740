"""A venue's manager looks after its tills: pairs one more, removes one, and marks one as lost."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.wording import Sentence
from timecredits.network.shared_venues import need_to_speak_for
from timecredits.network.venue_facts import find_membership
from timecredits.spending.models import Till, TillKind
from timecredits.spending.tills.pairing import begin_pairing

LONGEST_NAME = 40
LONGEST_REASON = 120

_till: Any = Till.__table__


def list_tills(session: Session, venue_id: UUID) -> Sequence[Till]:
    """A venue's tills that are paired now, the oldest first."""
    return session.scalars(
        select(Till)
        .where(Till.venue_id == venue_id, Till.revoked_at.is_(None), Till.kind == TillKind.SCREEN)
        .order_by(Till.paired_at, Till.id)
    ).all()


def invite_till(session: Session, programme_id: UUID, venue_id: UUID, *, name: str, actor_id: UUID | None) -> str:
    """Make a one-time pairing code, good for ten minutes (pairing.PAIRING_FOR).

    Raises RuleError for a name that can't be, and for somebody who doesn't speak for a venue that several programmes share.
    """
    find_membership(session, programme_id, venue_id)
    need_to_speak_for(session, venue_id, actor_id)
    name = " ".join(name.split())
    if not name:
        raise RuleError(Sentence("Give the till a name, such as Front desk."), field="name")
    if len(name) > LONGEST_NAME:
        raise RuleError(Sentence("Use at most %(most)s letters for the name.", most=LONGEST_NAME), field="name")
    audit.record(session, programme_id, "till invited", actor_id=actor_id, subject_id=venue_id)
    return begin_pairing(session, venue_id, till_name=name, made_by=actor_id)


def remove_till(session: Session, programme_id: UUID, venue_id: UUID, till_id: UUID, *, actor_id: UUID | None) -> Till:
    """A device is a till no more, from its next request on. Raises NotFoundError for a till of elsewhere, RuleError as above."""
    find_membership(session, programme_id, venue_id)
    need_to_speak_for(session, venue_id, actor_id)
    till = session.scalars(
        select(Till).where(
            Till.id == till_id, Till.venue_id == venue_id, Till.revoked_at.is_(None), Till.kind == TillKind.SCREEN
        ),
    ).one_or_none()
    if till is None:
        raise NotFoundError
    till.revoked_at = clock.now()
    audit.record(session, programme_id, "till removed", actor_id=actor_id, subject_id=till.id)
    session.flush()
    return till


def lose_till(session: Session, programme_id: UUID, till_id: UUID, *, reason: str, actor_id: UUID | None) -> bool:
    """Mark a till as lost or stolen: it takes nothing from its next request on, and what it still sends waits for a person.

    False where it was removed or marked before: then only the reason is kept. Raises NotFoundError for a till of a venue outside
    the programme, RuleError without a reason.
    """
    till = session.get(Till, till_id)
    if till is None or till.kind is not TillKind.SCREEN:
        raise NotFoundError
    find_membership(session, programme_id, till.venue_id)
    words = " ".join(reason.split())[:LONGEST_REASON]
    if not words:
        raise RuleError(Sentence("Say what happened, in a few words. Nothing was changed."), field="reason")
    was_paired = session.scalar(
        update(_till)
        .where(_till.c.id == till_id, _till.c.revoked_at.is_(None))
        .values(revoked_at=clock.now())
        .returning(_till.c.id)
    )
    session.execute(update(_till).where(_till.c.id == till_id).values(revoked_because=words))
    audit.record(session, programme_id, "till lost", actor_id=actor_id, subject_id=till_id)
    session.flush()
    session.expire(till)
    return was_paired is not None


def forget_till(session: Session, till_id: UUID) -> None:
    """The device itself stops being a till."""
    till = session.get(Till, till_id)
    if till is not None and till.revoked_at is None:
        till.revoked_at = clock.now()
        session.flush()
