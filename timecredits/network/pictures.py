"""Pictures of people and places, kept by their programme."""

from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.pictures import MadePicture
from timecredits.network.models import Picture

__all__ = ["drop_picture", "keep_picture", "read_picture"]


def keep_picture(session: Session, programme_id: UUID, picture_id: UUID, made: MadePicture, *, shows: str = "") -> UUID:
    """Keep a picture; the same `picture_id` twice is one. `shows` is what it shows, for people who can't see it."""
    if session.get(Picture, (programme_id, picture_id)) is None:
        session.add(
            Picture(
                programme_id=programme_id,
                id=picture_id,
                jpeg=made.jpeg,
                width=made.width,
                height=made.height,
                shows=shows,
                made_at=clock.now(),
            )
        )
        session.flush()
    return picture_id


def read_picture(session: Session, programme_id: UUID, picture_id: UUID | None) -> bytes | None:
    """The JPEG, or None where there is no such picture."""
    found = None if picture_id is None else session.get(Picture, (programme_id, picture_id))
    return None if found is None else found.jpeg


def drop_picture(session: Session, programme_id: UUID, picture_id: UUID | None) -> None:
    """Keep a picture no longer."""
    if picture_id is not None:
        session.execute(delete(Picture).where(Picture.programme_id == programme_id, Picture.id == picture_id))
