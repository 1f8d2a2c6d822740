"""Whether a person wants texts, and to which number: the mobile number that their organisation keeps of them."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation.texts import drop_texts, mobile_number
from timecredits.network.models import Enrolment, Volunteer
from timecredits.network.scope import find

__all__ = ["mobile_numbers", "numbers_that_want_texts", "set_wants_texts"]


def mobile_numbers(session: Session, programme_id: UUID, volunteer_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The number of each of these people (`+447...`): what the first organisation that they haven't left keeps, if it is one."""
    rows = session.execute(
        select(Enrolment.volunteer_id, Enrolment.phone)
        .where(
            Enrolment.programme_id == programme_id,
            Enrolment.volunteer_id.in_(set(volunteer_ids)),
            Enrolment.left_on.is_(None),
            Enrolment.phone != "",
        )
        .order_by(Enrolment.enrolled_on.desc(), Enrolment.id.desc())
    )
    return {volunteer_id: number for volunteer_id, phone in rows if (number := mobile_number(phone)) is not None}


def numbers_that_want_texts(session: Session, programme_id: UUID, volunteer_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The same, of those who asked for texts."""
    wanting = session.scalars(
        select(Volunteer.id).where(
            Volunteer.programme_id == programme_id, Volunteer.id.in_(set(volunteer_ids)), Volunteer.wants_texts
        )
    )
    return mobile_numbers(session, programme_id, wanting.all())


def set_wants_texts(session: Session, programme_id: UUID, volunteer_id: UUID, *, wants_texts: bool) -> None:
    """Whether texts go out to this person from now on. After a no, what waits is not sent either."""
    find(session, Volunteer, programme_id, volunteer_id).wants_texts = wants_texts
    if not wants_texts:
        for number in mobile_numbers(session, programme_id, [volunteer_id]).values():
            drop_texts(session, number)
