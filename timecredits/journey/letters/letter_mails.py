"""Mails about letters. They say that something waits, and where to read it: who opens the mailbox may not be the person.

Neither subject nor body names the organisation, the person, or that it is about a letter.
"""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import mail
from timecredits.foundation.wording import Sentence
from timecredits.network.models import Programme, User, Volunteer

__all__ = ["tell_of_news", "tell_who_was_asked"]


def tell_of_news(session: Session, programme_id: UUID, volunteer_id: UUID, *, base_url: str) -> bool:
    """Queue a mail that something new waits for a volunteer. False for somebody without an email."""
    row = session.execute(
        select(User.email, Programme.name)
        .join(Volunteer, Volunteer.user_id == User.id)
        .join(Programme, Programme.id == Volunteer.programme_id)
        .where(Volunteer.programme_id == programme_id, Volunteer.id == volunteer_id, User.disabled_at.is_(None))
    ).one_or_none()
    if row is None or not row[0]:
        return False
    _queue(session, row[0], row[1], Sentence("Something new is waiting for you."), f"{base_url}/my")
    return True


def tell_who_was_asked(session: Session, programme_id: UUID, user_id: UUID, *, base_url: str) -> bool:
    """Queue a mail that somebody asks a member of staff for something. False for somebody without an email."""
    user = session.get_one(User, user_id)
    if user.email is None or user.disabled_at is not None:
        return False
    programme = session.get_one(Programme, programme_id)
    words = Sentence("Somebody asks you for something. It takes a few minutes.")
    _queue(session, user.email, programme.name, words, f"{base_url}/coordinator")
    return True


def _queue(session: Session, recipient: str, programme: str, words: Sentence, address: str) -> None:
    lines = [Sentence("Hello,"), "", words, "", Sentence("Sign in and read it here:"), address]
    mail.queue(
        session,
        recipient=recipient,
        subject=str(Sentence("%(programme)s: something is waiting for you", programme=programme)),
        body="\n".join(str(line) for line in lines),
    )
