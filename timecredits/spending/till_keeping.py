"""A venue's manager looks after its tills: pairs one more, and removes one that is lost."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.wording import Sentence
from timecredits.spending.models import Till
from timecredits.spending.offer_keeping import find_membership
from timecredits.spending.tills import begin_pairing

LONGEST_NAME = 40


def list_tills(session: Session, venue_id: UUID) -> Sequence[Till]:
    """A venue's tills that are paired now, the oldest first."""
    return session.scalars(
        select(Till).where(Till.venue_id == venue_id, Till.revoked_at.is_(None)).order_by(Till.paired_at, Till.id)
    ).all()


def invite_till(session: Session, programme_id: UUID, venue_id: UUID, *, name: str, actor_id: UUID | None) -> str:
    """Make a one-time pairing code, good for ten minutes (tills.PAIRING_FOR). Raises RuleError for a name that can't be."""
    find_membership(session, programme_id, venue_id)
    name = " ".join(name.split())
    if not name:
        raise RuleError(Sentence("Give the till a name, such as Front desk."), field="name")
    if len(name) > LONGEST_NAME:
        raise RuleError(Sentence("Use at most %(most)s letters for the name.", most=LONGEST_NAME), field="name")
    audit.record(session, programme_id, "till invited", actor_id=actor_id, subject_id=venue_id)
    return begin_pairing(session, venue_id, till_name=name, made_by=actor_id)


def remove_till(session: Session, programme_id: UUID, venue_id: UUID, till_id: UUID, *, actor_id: UUID | None) -> Till:
    """Make a device a till no more, from its next request on. Raises NotFoundError for a till of elsewhere."""
    find_membership(session, programme_id, venue_id)
    till = session.scalars(
        select(Till).where(Till.id == till_id, Till.venue_id == venue_id, Till.revoked_at.is_(None)),
    ).one_or_none()
    if till is None:
        raise NotFoundError
    till.revoked_at = clock.now()
    audit.record(session, programme_id, "till removed", actor_id=actor_id, subject_id=till.id)
    session.flush()
    return till


def forget_till(session: Session, till_id: UUID) -> None:
    """The device itself stops being a till."""
    till = session.get(Till, till_id)
    if till is not None and till.revoked_at is None:
        till.revoked_at = clock.now()
        session.flush()
