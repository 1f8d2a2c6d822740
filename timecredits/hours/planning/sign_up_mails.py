"""Where people who signed up can be written to."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.network.models import User, Volunteer


def addresses(session: Session, programme_id: UUID, volunteer_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The email address of each volunteer who can sign in with one, if they have one."""
    rows = session.execute(
        select(Volunteer.id, User.email)
        .join(User, User.id == Volunteer.user_id)
        .where(Volunteer.programme_id == programme_id, Volunteer.id.in_(set(volunteer_ids)), User.disabled_at.is_(None))
    )
    return {volunteer_id: email for volunteer_id, email in rows if email}


def time_said(minutes: int) -> str:
    """Minutes after midnight as people say it: 2:05pm, 10am."""
    hour, minute = divmod(minutes % (24 * 60), 60)
    half = "am" if hour < 12 else "pm"  # noqa: PLR2004  noon
    return f"{hour % 12 or 12}:{minute:02}{half}" if minute else f"{hour % 12 or 12}{half}"
