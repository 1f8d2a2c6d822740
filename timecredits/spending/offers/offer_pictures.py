"""What the pictures of offers show, for people who can't see them."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.network.models import Picture
from timecredits.spending.models import Offer


def picture_words(session: Session, programme_id: UUID, picture_ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """The words for each picture. One query, none without pictures."""
    wanted = {each for each in picture_ids if each is not None}
    if not wanted:
        return {}
    rows = session.execute(select(Picture.id, Picture.shows).where(Picture.programme_id == programme_id, Picture.id.in_(wanted)))
    return {row.id: row.shows for row in rows}


def read_offer_picture(session: Session, programme_id: UUID, offer_id: UUID) -> bytes | None:
    """The JPEG shown with an offer that hasn't ended, or None where there is no such offer or picture."""
    return session.scalar(
        select(Picture.jpeg)
        .join(Offer, (Offer.programme_id == Picture.programme_id) & (Offer.picture_id == Picture.id))
        .where(Picture.programme_id == programme_id, Offer.id == offer_id, Offer.ended_at.is_(None)),
    )
