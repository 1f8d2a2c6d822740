"""A person's card: the one live card there is, for staff of an organisation where they are enrolled, or for themselves."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation.errors import NotFoundError
from timecredits.hours.hour_facts import lock_people
from timecredits.network.models import Volunteer
from timecredits.network.scope import find
from timecredits.network.volunteers import find_enrolled
from timecredits.spending.card_models import Card

__all__ = ["find_live_card", "find_owner", "lock_live_card", "lock_owner"]


def find_owner(session: Session, programme_id: UUID, volunteer_id: UUID, organisation_id: UUID | None) -> Volunteer:
    """A person enrolled at this organisation; with none given, anybody of the programme. Raises NotFoundError."""
    if organisation_id is None:
        return find(session, Volunteer, programme_id, volunteer_id)
    return find_enrolled(session, programme_id, organisation_id, volunteer_id).volunteer


def find_live_card(session: Session, programme_id: UUID, volunteer_id: UUID) -> Card | None:
    """The card that counts, as it stands in the database now, or None. The caller has seen to it that they may ask."""
    return session.scalars(
        select(Card)
        .where(Card.programme_id == programme_id, Card.volunteer_id == volunteer_id, Card.ended_at.is_(None))
        .execution_options(populate_existing=True)
    ).one_or_none()


def lock_owner(session: Session, programme_id: UUID, volunteer_id: UUID, organisation_id: UUID | None) -> Volunteer:
    """The person, and nobody else changes anything about their card until this transaction ends."""
    volunteer = find_owner(session, programme_id, volunteer_id, organisation_id)
    lock_people(session, programme_id, [volunteer_id])
    session.refresh(volunteer)
    return volunteer


def lock_live_card(
    session: Session, programme_id: UUID, volunteer_id: UUID, organisation_id: UUID | None
) -> tuple[Volunteer, Card]:
    """The person and their live card, held until this transaction ends. Raises NotFoundError where there is no live card."""
    volunteer = lock_owner(session, programme_id, volunteer_id, organisation_id)
    card = find_live_card(session, programme_id, volunteer_id)
    if card is None:
        raise NotFoundError
    return volunteer, card
