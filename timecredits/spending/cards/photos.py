"""The photo that a person agreed to be known by at a venue. It is there only while they agree."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import audit
from timecredits.foundation.pictures import make_picture
from timecredits.network.models import Volunteer
from timecredits.network.pictures import drop_picture, keep_picture, read_picture
from timecredits.spending.card_models import Card, SecondCheck
from timecredits.spending.cards.finding import find_live_card, find_owner, lock_owner

__all__ = ["card_photo", "person_photo", "remove_photo", "set_photo"]

_LONGEST_SIDE = 640  # a face on a till's screen


def set_photo(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    volunteer_id: UUID,
    content: bytes,
    *,
    picture_id: UUID,
    actor_id: UUID | None,
) -> None:
    """Keep a photo of somebody enrolled here, who said yes to it, in place of an earlier one.

    Raises RuleError (field `picture`) for a file that won't do. The same `picture_id` twice is one photo.
    """
    made = make_picture(content, longest_side=_LONGEST_SIDE)
    volunteer = lock_owner(session, programme_id, volunteer_id, organisation_id)
    old = volunteer.photo_id
    if old == picture_id:
        return
    volunteer.photo_id = keep_picture(session, programme_id, picture_id, made)
    session.flush()
    drop_picture(session, programme_id, old)
    audit.record(
        session, programme_id, "photo added", actor_id=actor_id, subject_id=volunteer_id, organisation_id=organisation_id
    )


def remove_photo(
    session: Session, programme_id: UUID, volunteer_id: UUID, *, organisation_id: UUID | None, actor_id: UUID | None
) -> bool:
    """Keep a person's photo no longer. `organisation_id` None: the person themselves.

    A card that asked for the photo asks for a PIN from now on, which is still to be chosen: then the answer is True.
    """
    volunteer = lock_owner(session, programme_id, volunteer_id, organisation_id)
    if volunteer.photo_id is None:
        return False
    old, volunteer.photo_id = volunteer.photo_id, None
    card = find_live_card(session, programme_id, volunteer_id)
    wants_pin = card is not None and card.check is SecondCheck.PHOTO
    if card is not None and wants_pin:
        card.check, card.secret_hash = SecondCheck.PIN, None
    session.flush()
    drop_picture(session, programme_id, old)
    audit.record(
        session, programme_id, "photo removed", actor_id=actor_id, subject_id=volunteer_id, organisation_id=organisation_id
    )
    return wants_pin


def person_photo(session: Session, programme_id: UUID, volunteer_id: UUID, *, organisation_id: UUID | None) -> bytes | None:
    """The photo of somebody enrolled here, as JPEG, or None. `organisation_id` None: the person themselves."""
    volunteer = find_owner(session, programme_id, volunteer_id, organisation_id)
    return read_picture(session, programme_id, volunteer.photo_id)


def card_photo(session: Session, programme_id: UUID, card_id: UUID) -> bytes | None:
    """The photo of a live card's owner, as JPEG, where that is what the card asks for; else None. For the till that was asked."""
    photo_id = session.scalar(
        select(Volunteer.photo_id)
        .join(Card, (Card.programme_id == Volunteer.programme_id) & (Card.volunteer_id == Volunteer.id))
        .where(
            Card.programme_id == programme_id,
            Card.id == card_id,
            Card.ended_at.is_(None),
            Card.check == SecondCheck.PHOTO,
        )
    )
    return read_picture(session, programme_id, photo_id)
