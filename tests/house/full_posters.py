"""A poster at each of two venues, and a use of each."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.clock import standing_at
from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.spending.posters.keeping import make_poster, poster_code
from timecredits.spending.posters.poster_use import use_at_poster
from timecredits.spending.redemption import RedemptionRequest


def poster_things(
    session: Session, keyring: Keyring, programme_id: UUID, volunteer_id: UUID, *, venue_id: UUID, offer_id: UUID
) -> dict[str, str]:
    """Make the poster, and let the volunteer use it two minutes ago."""
    poster = make_poster(session, keyring, programme_id, venue_id, poster_id=new_id(), name="Front desk", actor_id=None)
    with standing_at(clock.now() - timedelta(minutes=2)):
        request = RedemptionRequest(new_id(), "", offer_id, adults=1, under_16s=0)
        answer = use_at_poster(session, programme_id, volunteer_id, poster, request)
    assert answer.minutes, answer
    return {"poster": str(poster.id), "poster_code": poster_code(keyring, poster), "poster_use": str(answer.id)}
