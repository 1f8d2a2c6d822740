"""The letter that tells a volunteer that their coordinator decided about hours they logged.

Neither its subject nor its body names the organisation, the activity or what was asked: who opens the mailbox may not be them.
"""

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from timecredits.foundation import mail
from timecredits.foundation.wording import Sentence
from timecredits.hours.models import LoggedHours, LoggedStatus
from timecredits.network.models import Programme, User, Volunteer

_WORDS = {
    LoggedStatus.RETURNED: (
        Sentence("There is a question about hours you logged. Your answer helps."),
        Sentence("Read it and answer here:"),
    ),
    LoggedStatus.DECLINED: (
        Sentence("Hours you logged could not be added. You can read why."),
        Sentence("Read it here:"),
    ),
}


def has_email(session: Session, log: LoggedHours) -> bool:
    """Whether a letter can reach the volunteer."""
    return _reader(session, log) is not None


def tell_by_mail(session: Session, log: LoggedHours, *, base_url: str) -> bool:
    """Queue a letter about hours that were just returned or declined. False for somebody without an email."""
    row = _reader(session, log)
    if row is None or log.status not in _WORDS:
        return False
    news, where = _WORDS[log.status]
    lines = [
        Sentence("Hello %(name)s,", name=row.first_name),
        "",
        news,
        "",
        where,
        f"{base_url}/my/hours/logged",
        "",
        Sentence("Your other hours and your credits stay as they are."),
    ]
    mail.queue(
        session,
        recipient=row.email,
        subject=str(Sentence("%(programme)s: a note about your hours", programme=row.name)),
        body="\n".join(str(line) for line in lines),
    )
    return True


def _reader(session: Session, log: LoggedHours) -> Row[str | None, str, str] | None:
    return session.execute(
        select(User.email, Volunteer.first_name, Programme.name)
        .join(Volunteer, Volunteer.user_id == User.id)
        .join(Programme, Programme.id == Volunteer.programme_id)
        .where(
            Volunteer.programme_id == log.programme_id,
            Volunteer.id == log.volunteer_id,
            User.disabled_at.is_(None),
            User.email.is_not(None),
        )
    ).one_or_none()
