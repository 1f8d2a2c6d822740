"""One mail to each programme manager, 60 days before an agreement ends. It names nobody; where to look says the rest."""

from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import mail
from timecredits.foundation.display import display_day
from timecredits.foundation.wording import Sentence
from timecredits.network.agreements import ENDS_SOON
from timecredits.network.models import Organisation, Programme, ProgrammeVenue, RoleKind, StaffRole, User
from timecredits.network.roles import in_force

__all__ = ["tell_of_endings"]

_STILL: Final = timedelta(days=7)
"""A worker that stood still for so long still tells. Sent mails are forgotten after 30 days, so it must be less."""


def tell_of_endings(session: Session, programme_id: UUID, *, today: date) -> int:
    """Put a mail in the outbox for each agreement that ends in 60 days. Answers how many were written; twice is once."""
    ending = [
        *_ending(session, Organisation, programme_id, today),
        *_ending(session, ProgrammeVenue, programme_id, today),
    ]
    return sum(_tell(session, programme_id, each.id, each.agreement_ends_on, today) for each in ending)


def _ending(session: Session, model: Any, programme_id: UUID, today: date) -> list[Any]:
    soon = model.agreement_ends_on.between(today + ENDS_SOON - _STILL, today + ENDS_SOON)
    query = select(model).where(model.programme_id == programme_id, model.agreed_on.is_not(None), soon).order_by(model.id)
    return list(session.scalars(query))


def _tell(session: Session, programme_id: UUID, agreed_id: UUID, ends_on: date, today: date) -> int:
    managers = session.execute(
        select(User.id, User.email)
        .join(StaffRole, StaffRole.user_id == User.id)
        .where(
            StaffRole.programme_id == programme_id,
            StaffRole.kind == RoleKind.PROGRAMME_MANAGER,
            in_force(today),
            User.disabled_at.is_(None),
            User.email.is_not(None),
        )
        .distinct()
        .order_by(User.id)
    ).all()
    told = 0
    for user_id, email in managers:
        key = uuid5(agreed_id, f"agreement ends {ends_on} {user_id}")
        if not email or session.get(mail.MailMessage, key) is not None:
            continue
        mail.queue(
            session,
            recipient=email,
            subject=str(Sentence("Something to look at")),
            body=str(
                Sentence(
                    "Hello,\n\nAn agreement of %(programme)s ends on %(day)s. Nothing stops by itself on that day.\n\n"
                    "Sign in and look at Organisations and at Venues. The one that ends soon is marked there.\n",
                    programme=session.get_one(Programme, programme_id).name,
                    day=display_day(ends_on),
                )
            ),
            message_id=key,
        )
        told += 1
    return told
