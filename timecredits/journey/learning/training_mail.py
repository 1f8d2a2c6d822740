"""The email that tells a person that a group no longer stands behind a training. It names neither: somebody else may read it."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import mail
from timecredits.foundation.wording import Sentence
from timecredits.network.models import Programme, User, Volunteer

__all__ = ["tell_of_taking_back"]


def tell_of_taking_back(session: Session, programme_id: UUID, volunteer_id: UUID, *, base_url: str) -> bool:
    """Queue it. False for somebody without an email."""
    row = session.execute(
        select(User.email, Volunteer.first_name, Programme.name)
        .join(Volunteer, Volunteer.user_id == User.id)
        .join(Programme, Programme.id == Volunteer.programme_id)
        .where(
            Volunteer.programme_id == programme_id,
            Volunteer.id == volunteer_id,
            User.disabled_at.is_(None),
            User.email.is_not(None),
        )
    ).one_or_none()
    if row is None:
        return False
    lines = [
        Sentence("Hello %(name)s,", name=row.first_name),
        "",
        Sentence("Something in your list of training is no longer confirmed."),
        Sentence("It is still in your list, and you can change it now."),
        "",
        Sentence("See it here:"),
        f"{base_url}/my/journey/training",
        "",
        Sentence("Your hours, your credits and your letters stay as they are."),
    ]
    mail.queue(
        session,
        recipient=row.email,
        subject=str(Sentence("%(programme)s: a note about your list", programme=row.name)),
        body="\n".join(str(line) for line in lines),
    )
    return True
