"""The letter that tells somebody they were given credits. Its subject names neither the giver nor where they help."""

from collections.abc import Mapping, Sequence
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import mail
from timecredits.foundation.amounts import credits_text
from timecredits.foundation.wording import Sentence
from timecredits.network.models import User, Volunteer

SUBJECT = Sentence("You have received credits")

_GROUP = 500  # ids in one question


def tell_of_gifts(session: Session, programme_id: UUID, gifts: Mapping[UUID, UUID], minutes: int, giver: str | None) -> None:
    """Queue a letter to each receiver (`gifts`: volunteer by gift) who has an email. Twice is once.

    `giver` is a first name and initial, None for a pot. The words that came with a gift stay out of the letter: they are somebody
    else's, and it would carry them anywhere.
    """
    amount = credits_text(minutes)
    news = (
        Sentence("You have been given %(amount)s.", amount=amount)
        if giver is None
        else Sentence("%(giver)s gave you %(amount)s.", giver=giver, amount=amount)
    )
    readers = _readers(session, programme_id, list(gifts.values()))
    for gift_id, volunteer_id in gifts.items():
        if volunteer_id not in readers:
            continue
        address, first_name = readers[volunteer_id]
        lines = [
            Sentence("Hello %(name)s,", name=first_name),
            "",
            news,
            Sentence("They are yours now. There is nothing you need to do."),
            "",
            Sentence("Was this a mistake? Tell your coordinator. They can put it right."),
        ]
        mail.queue(
            session,
            recipient=address,
            subject=str(SUBJECT),
            body="\n".join(str(line) for line in lines),
            message_id=uuid5(gift_id, "letter"),
        )


def _readers(session: Session, programme_id: UUID, volunteer_ids: Sequence[UUID]) -> dict[UUID, tuple[str, str]]:
    found: dict[UUID, tuple[str, str]] = {}
    for start in range(0, len(volunteer_ids), _GROUP):
        rows = session.execute(
            select(Volunteer.id, User.email, Volunteer.first_name)
            .join(Volunteer, Volunteer.user_id == User.id)
            .where(
                Volunteer.programme_id == programme_id,
                Volunteer.id.in_(volunteer_ids[start : start + _GROUP]),
                User.disabled_at.is_(None),
                User.email.is_not(None),
            )
        )
        found.update((volunteer_id, (email or "", first_name)) for volunteer_id, email, first_name in rows)
    return found
