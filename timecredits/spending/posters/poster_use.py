"""Using credits at a venue's poster: the volunteer, signed in on their own phone, says what for and confirms."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.time_steps import step_at
from timecredits.network.models import Volunteer
from timecredits.spending.answers import Answer
from timecredits.spending.deciding import find_places
from timecredits.spending.models import CodeKind, Till, TillKind
from timecredits.spending.redemption import RedemptionRequest, redeem_shown
from timecredits.spending.showing import person_columns, show_person
from timecredits.spending.taking import AtTill


def use_at_poster(session: Session, programme_id: UUID, volunteer_id: UUID, poster: Till, request: RedemptionRequest) -> Answer:
    """Take a volunteer's credits at a poster, or say why not; the same decision as at a till, and the same rules for the id.

    `request.code` is left empty. Two uses within half a minute are one. Raises NotFoundError for a poster that was ended, a venue
    of other programmes, or somebody of elsewhere.
    """
    if poster.kind is not TillKind.POSTER or poster.revoked_at is not None:
        raise NotFoundError
    row = session.execute(
        select(*person_columns()).where(Volunteer.programme_id == programme_id, Volunteer.id == volunteer_id)
    ).one_or_none()
    places = [place for place in find_places(session, poster.venue_id, request.offer_id) if place.programme_id == programme_id]
    if row is None or not places:
        raise NotFoundError
    shown = show_person(row, CodeKind.POSTER, reference_of(volunteer_id), step_at(clock.now()))
    # Whose it is belongs to what was asked: another person's form with the same id is another request.
    own = replace(request, code=str(volunteer_id))
    return redeem_shown(session, AtTill(poster.id, poster.venue_id), places, own, shown)


def reference_of(volunteer_id: UUID) -> int:
    """63 bits of a volunteer's id, under which their uses at posters are held apart."""
    return int.from_bytes(volunteer_id.bytes[8:], "big") >> 1
