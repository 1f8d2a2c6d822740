"""Mails about requests. They say that something waits, and nothing of what: who opens the mailbox may not be the person."""

from typing import Final
from uuid import NAMESPACE_OID, UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.community.referrals.asking import Answers
from timecredits.foundation import clock, mail
from timecredits.foundation.wording import Sentence
from timecredits.network.models import Organisation, RoleKind, StaffRole, User
from timecredits.network.roles import in_force

__all__ = ["tell_person", "tell_staff"]

_STAFF_SUBJECT: Final = Sentence("A new request waits for you")
_STAFF_BODY: Final = Sentence("A new request waits for you. Sign in to read it.")
_PERSON_SUBJECT: Final = Sentence("We got your message")
_PERSON_BODY: Final = Sentence(
    "Thank you. We got your message. Somebody will get back to you soon. You do not have to do anything."
)


def tell_staff(
    session: Session, programme_id: UUID, organisation_id: UUID | None, *, base_url: str, message_id: UUID | None = None
) -> int:
    """Queue a mail to the organisation, or (None) to the programme's managers. Answers how many; the same id is mailed once."""
    if organisation_id is not None:
        found = session.scalar(
            select(Organisation.contact_email).where(
                Organisation.programme_id == programme_id, Organisation.id == organisation_id
            )
        )
        recipients = [found] if found else []
    else:
        recipients = [
            each
            for each in session.scalars(
                select(User.email)
                .join(StaffRole, StaffRole.user_id == User.id)
                .where(
                    StaffRole.programme_id == programme_id,
                    StaffRole.kind == RoleKind.PROGRAMME_MANAGER,
                    in_force(clock.today()),
                    User.disabled_at.is_(None),
                )
                .order_by(User.id)
            )
            if each
        ]
    for recipient in recipients:
        key = None if message_id is None else uuid5(NAMESPACE_OID, f"request {message_id} {recipient}")
        body = f"{_STAFF_BODY}\n\n{base_url}\n"
        mail.queue(session, recipient=recipient, subject=str(_STAFF_SUBJECT), body=body, message_id=key)
    return len(recipients)


def tell_person(session: Session, referral_id: UUID, said: Answers) -> bool:
    """Tell who asked that it came, if they gave an email and said that a message is safe. Once a request."""
    if not said.email or not said.may_leave_message:
        return False
    key = uuid5(NAMESPACE_OID, f"asked {referral_id}")
    mail.queue(session, recipient=said.email, subject=str(_PERSON_SUBJECT), body=f"{_PERSON_BODY}\n", message_id=key)
    return True
