"""The mail to somebody who waited and has a place now. It says when, and never what or where: others may read over a shoulder."""

from collections.abc import Sequence
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from timecredits.foundation import mail
from timecredits.foundation.wording import Sentence
from timecredits.hours.activity_models import SignUp
from timecredits.hours.planning.session_words import when_words
from timecredits.hours.planning.sessions import DatedSession
from timecredits.hours.planning.sign_up_mails import addresses
from timecredits.network.models import Programme


def tell_moved_up(session: Session, programme_id: UUID, dated: DatedSession, sign_ups: Sequence[SignUp]) -> None:
    """Put a mail in the outbox for each of them who has an address."""
    known = addresses(session, programme_id, [each.volunteer_id for each in sign_ups])
    programme = session.get_one(Programme, programme_id)
    body = Sentence(
        "Hello,\n\nA place is free for you now: %(when)s. You are down as coming.\n\n"
        "Can't come? Sign in, open My sessions, and cancel. The next person then gets the place.\n",
        when=when_words(dated),
    )
    for each in sign_ups:
        if each.volunteer_id in known:
            mail.queue(
                session,
                recipient=known[each.volunteer_id],
                subject=str(Sentence("%(programme)s: you have a place", programme=programme.name)),
                body=str(body),
                message_id=uuid5(each.id, f"moved up {each.changed_at.isoformat()}"),
            )
