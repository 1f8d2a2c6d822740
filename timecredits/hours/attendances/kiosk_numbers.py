"""Signing in by number, for people who carry no phone: the volunteer number and the first letter of the first name.

Both must fit, and a wrong pair says nothing about either, so that trying numbers names nobody. Wrong ones are counted.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from timecredits.foundation.folding import fold
from timecredits.network.models import Enrolment, Volunteer
from timecredits.network.tries import count_of, count_try, take_back_try

MOST_MISSES = 5
MISSES_WITHIN = timedelta(minutes=5)
"""Five wrong numbers at one kiosk within this stretch pause typing there; the camera goes on."""

LONGEST_NUMBER = 40


def typing_is_paused(session: Session, kiosk_id: UUID) -> bool:
    """Whether too many wrong numbers were typed at this kiosk lately."""
    return count_of(session, _subject(kiosk_id), within=MISSES_WITHIN) >= MOST_MISSES


def find_by_number(
    session: Session, programme_id: UUID, organisation_id: UUID, *, number: str, letter: str, kiosk_id: UUID
) -> UUID | None:
    """The one volunteer enrolled here whose number and first letter these are, or None; a miss is counted.

    The try is counted before anything is looked up: on PostgreSQL two at once then follow one another, and past the limit a right
    pair is answered as a wrong one.
    """
    if count_try(session, _subject(kiosk_id), within=MISSES_WITHIN) > MOST_MISSES:
        return None
    wanted, first = " ".join(number.split()).lower(), fold(letter)[:1]
    found: list[UUID] = []
    if first and wanted and len(wanted) <= LONGEST_NUMBER:
        stays = aliased(Enrolment)
        here = select(stays.id).where(
            stays.programme_id == programme_id,
            stays.organisation_id == organisation_id,
            stays.volunteer_id == Volunteer.merged_into,
            stays.left_on.is_(None),
        )
        rows = session.execute(
            select(func.coalesce(Volunteer.merged_into, Volunteer.id).label("id"), Volunteer.first_name)
            .join(Enrolment, (Enrolment.programme_id == Volunteer.programme_id) & (Enrolment.volunteer_id == Volunteer.id))
            .where(
                Volunteer.programme_id == programme_id,
                Enrolment.organisation_id == organisation_id,
                # A second record's number finds the person, while they are here under the other.
                Enrolment.left_on.is_(None) | (Volunteer.merged_into.is_not(None) & here.exists()),
                func.lower(Enrolment.number) == wanted,
            )
        )
        found = [row.id for row in rows if fold(row.first_name)[:1] == first]
    if len(set(found)) == 1:
        take_back_try(session, _subject(kiosk_id), within=MISSES_WITHIN)
        return found[0]
    return None


def _subject(kiosk_id: UUID) -> str:
    return f"number at kiosk {kiosk_id}"
