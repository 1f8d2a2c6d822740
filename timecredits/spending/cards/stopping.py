"""Stopping a card: it is dead at the next request, and so is every browser that may have been let in by it."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.network.sign_in_models import SignIn
from timecredits.spending.card_models import Card, SecondCheck
from timecredits.spending.cards.finding import lock_live_card

__all__ = ["CardEnd", "end_card", "end_card_sign_ins", "stop_card"]


class CardEnd(StrEnum):
    """Why a card is good no more."""

    REPLACED = "replaced"
    LOST = "lost"
    STOLEN = "stolen"
    NOT_WANTED = "not wanted"


def stop_card(
    session: Session,
    programme_id: UUID,
    volunteer_id: UUID,
    because: CardEnd,
    *,
    organisation_id: UUID | None,
    actor_id: UUID | None,
    keep_sign_in: UUID | None = None,
) -> Card:
    """End a person's card. The credits stay theirs. `organisation_id` None: the person themselves, whose browser stays signed in.

    Raises NotFoundError where there is no live card.
    """
    _volunteer, card = lock_live_card(session, programme_id, volunteer_id, organisation_id)
    end_card(session, card, because, keep_sign_in=keep_sign_in)
    audit.record(
        session,
        programme_id,
        f"card stopped: {because}",
        actor_id=actor_id,
        subject_id=card.id,
        organisation_id=organisation_id,
    )
    return card


def end_card(session: Session, card: Card, because: CardEnd, *, keep_sign_in: UUID | None = None) -> None:
    """End a card that the caller has locked."""
    card.ended_at, card.ended_because = clock.now(), because.value
    session.flush()
    end_card_sign_ins(session, card, keep_sign_in=keep_sign_in)


def end_card_sign_ins(session: Session, card: Card, *, keep_sign_in: UUID | None = None) -> None:
    """Sign out every browser in which somebody is the card's owner, where the card and its PIN could have opened it."""
    if card.check is not SecondCheck.PIN or card.secret_hash is None:
        return
    session.execute(
        update(SignIn)
        .where(
            SignIn.programme_id == card.programme_id,
            SignIn.volunteer_id == card.volunteer_id,
            SignIn.ended_at.is_(None),
            SignIn.id != keep_sign_in if keep_sign_in is not None else SignIn.id.is_not(None),
        )
        .values(ended_at=clock.now()),
        execution_options={"synchronize_session": False},
    )
