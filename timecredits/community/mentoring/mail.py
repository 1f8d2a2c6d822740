"""The letters of a mentoring. Both people get the same one, whoever did something; none says what it is about."""

from typing import Final, Literal
from uuid import uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.community.mentoring_models import Mentoring
from timecredits.foundation import mail
from timecredits.foundation.wording import Sentence
from timecredits.hours.planning.sign_up_mails import addresses
from timecredits.network.models import Programme, Volunteer

__all__ = ["PAGE", "News", "tell_both"]

News = Literal["asked", "agreed", "ended"]
PAGE: Final = "/my/pair"

_WORDS: Final[dict[News, Sentence]] = {
    "asked": Sentence("There is a question for you. You can say yes or no. Nothing begins before you say yes."),
    "agreed": Sentence("There is good news for you. You can read it on your page."),
    "ended": Sentence("Something that you took part in has ended. You do not need to do anything."),
}


def tell_both(session: Session, row: Mentoring, news: News, *, base_url: str) -> int:
    """Queue a letter to each of the two who has an email; answers to how many. The same news twice is one letter.

    Who ended it gets the letter as well: then neither the letter nor who has one tells who it was.
    """
    people = (row.mentor_id, row.mentee_id)
    reach = addresses(session, row.programme_id, people)
    if not reach:
        return 0
    programme = session.get_one(Programme, row.programme_id)
    named = session.scalars(select(Volunteer).where(Volunteer.programme_id == row.programme_id, Volunteer.id.in_(reach)))
    for person in named:
        lines = [Sentence("Hello %(name)s,", name=person.first_name), "", _WORDS[news]]
        if base_url:
            lines += ["", Sentence("Read it here:"), f"{base_url}{PAGE}"]
        mail.queue(
            session,
            recipient=reach[person.id],
            subject=str(Sentence("%(programme)s: a note for you", programme=programme.name)),
            body="\n".join(str(line) for line in lines),
            message_id=uuid5(row.id, f"{news} {person.id}"),
        )
    return len(reach)
