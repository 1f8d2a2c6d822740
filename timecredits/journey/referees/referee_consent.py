"""Asking somebody whether they agree to be named as a referee, and their answer: by a one-time link, without an account.

The newest link works until the next asking, so that an answer can be changed at any time; the one before it opens nothing.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import clock, mail
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.wording import Sentence
from timecredits.journey.one_time_links import (
    Act,
    Question,
    address_mark,
    asked_before,
    code_of,
    count_mail,
    letter_name,
    note_act,
    refuse_own_address,
    refuse_own_answer,
    refuse_too_often,
    refuse_too_soon,
    row_behind,
)
from timecredits.journey.planning.day_ranges import add_months
from timecredits.journey.planning_models import Consent, Referee
from timecredits.journey.referees.referee_answers import note_answer, phone_mark, said_no_before
from timecredits.journey.referees.referees import RefereeLine, find_referee, forget_referee, kept_referee
from timecredits.network.models import Programme, User

_YEAR = 12  # months


class Answer(StrEnum):
    """What a referee can say. `REMOVE` is a no that also takes their name off the list."""

    ALWAYS = "always"
    YEAR = "year"
    NO = "no"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class ConsentPage:
    """What the page behind a link shows: who asks, what is kept about the reader, and what they said so far.

    `asked_by` is the volunteer's name as it stands on letters; nothing else about them is there.
    """

    asked_by: str
    programme: str
    referee: RefereeLine
    year_ends: date

    @property
    def has_answered(self) -> bool:
        """Whether they answered this link, or an earlier one that still holds."""
        return self.referee.consent in {Consent.GIVEN, Consent.DECLINED, Consent.WITHDRAWN}


def why_not_ask(session: Session, keyring: Keyring, programme_id: UUID, volunteer_id: UUID, referee_id: UUID) -> Sentence | None:
    """Why this referee can't be asked by mail now, or None when they can."""
    row = kept_referee(session, programme_id, volunteer_id, referee_id)
    try:
        _check_may_ask(session, keyring, row, clock.today())
    except RuleError as fault:
        return fault.sentence
    return None


def ask_referee(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    volunteer_id: UUID,
    referee_id: UUID,
    *,
    base_url: str,
    user_id: UUID | None,
) -> None:
    """Send a referee the question. From now on only this link works.

    Raises RuleError with what to do instead: within a week of the last mail, after three without an answer, after a no, while a
    yes holds, without an address, for the volunteer's own, and for staff who left.
    """
    row = kept_referee(session, programme_id, volunteer_id, referee_id, lock=True)
    address = _check_may_ask(session, keyring, row, clock.today())
    count_mail(session, volunteer_id)
    row.consent, row.consent_from, row.consent_until = Consent.PENDING, None, None
    row.asked_at, row.answered_at = clock.now(), None
    session.flush()
    note_act(session, programme_id, address_mark(keyring, volunteer_id, address), Question.CONSENT, Act.ASKED, actor_id=user_id)
    programme = session.get_one(Programme, programme_id).name
    lines = [
        Sentence("Hello,"),
        "",
        Sentence(
            "%(name)s gives time with %(programme)s.", name=letter_name(session, programme_id, volunteer_id), programme=programme
        ),
        Sentence("They ask if you agree to be named as a referee when they apply for a job or a role."),
        "",
        Sentence("Read what it means, and say yes or no, here. You need no account:"),
        f"{base_url}/r/{code_of(session, keyring, Question.CONSENT, row)}",
        "",
        Sentence("You can change your mind later with the same link. If you do nothing, you are not named."),
    ]
    mail.queue(
        session,
        recipient=address,
        subject=str(Sentence("%(programme)s: a question for you", programme=programme)),
        body="\n".join(str(line) for line in lines),
    )


def read_consent(session: Session, keyring: Keyring, code: str) -> ConsentPage:
    """What the page behind a code shows. NotFoundError for a code that is forged, old, or of somebody taken off the list."""
    return _page(session, _behind(session, keyring, code, lock=False))


def answer_consent(
    session: Session, keyring: Keyring, code: str, answer: Answer, *, user_id: UUID | None = None, today: date
) -> ConsentPage | None:
    """Keep an answer; it takes the place of the one before. None when they were taken off the list as they asked.

    A no empties their email and phone at once. Raises NotFoundError as :func:`read_consent`, and RuleError for the volunteer.
    """
    row = _behind(session, keyring, code, lock=True)
    refuse_own_answer(session, row.programme_id, row.volunteer_id, user_id)
    said_yes = answer in {Answer.ALWAYS, Answer.YEAR}
    note_answer(session, keyring, row, address=_address(session, row), said_yes=said_yes)
    if said_yes:
        agree(row, today=today, until=add_months(today, _YEAR) if answer is Answer.YEAR else None)
    else:
        decline(row)
    if answer is Answer.REMOVE:
        forget_referee(row)
    session.flush()
    return None if answer is Answer.REMOVE else _page(session, row)


def agree(row: Referee, *, today: date, until: date | None) -> None:
    """Keep a yes from today, for good or until a day."""
    row.consent, row.consent_from, row.consent_until, row.answered_at = Consent.GIVEN, today, until, clock.now()


def decline(row: Referee) -> None:
    """Keep a no, and how to reach them no longer. After a yes it is a yes taken back."""
    agreed = row.consent in {Consent.GIVEN, Consent.WITHDRAWN}
    row.consent, row.consent_from, row.consent_until = Consent.WITHDRAWN if agreed else Consent.DECLINED, None, None
    row.email = row.phone = ""
    row.answered_at = clock.now()


def refuse_settled(row: Referee, today: date) -> None:
    """Raise RuleError where asking again would be no good: after a no, and while a yes holds."""
    if row.consent in {Consent.DECLINED, Consent.WITHDRAWN}:
        raise RuleError(Sentence("They said no. We do not ask them again. They can still change their mind with our mail."))
    if row.consent is Consent.GIVEN and (row.consent_until is None or row.consent_until >= today):
        raise RuleError(Sentence("They have agreed. You do not need to ask again. Nothing was sent."))


def _check_may_ask(session: Session, keyring: Keyring, row: Referee, today: date) -> str:
    """Where the question goes. Raises RuleError where it can't be asked."""
    refuse_settled(row, today)
    line = find_referee(session, row.programme_id, row.volunteer_id, row.id)
    if line.has_left_staff:
        raise RuleError(Sentence("They no longer work there, so we can not write to them. Nothing was sent."))
    address = _address(session, row)
    if not address:
        raise RuleError(Sentence("We have no email for them. Nothing was sent. Your coordinator can ring them."))
    refuse_own_address(session, row.programme_id, row.volunteer_id, address)
    mark = address_mark(keyring, row.volunteer_id, address)
    known_by = [mark, *([phone_mark(keyring, row.volunteer_id, row.phone)] if row.phone else [])]
    if any(said_no_before(session, keyring, row, each) for each in known_by):  # also of one taken off the list and added again
        raise RuleError(Sentence("They said no before. We do not ask them again. Nothing was sent."))
    before = asked_before(session, row.programme_id, mark, Question.CONSENT)
    refuse_too_often(before)
    refuse_too_soon(before.last)
    return address


def _address(session: Session, row: Referee) -> str:
    """Where they are written to: staff at the address they sign in with, while they may."""
    if row.user_id is None:
        return row.email
    found = session.scalar(select(User.email).where(User.id == row.user_id, User.disabled_at.is_(None)))
    return found or ""


def _behind(session: Session, keyring: Keyring, code: str, *, lock: bool) -> Referee:
    row: Referee | None = row_behind(session, keyring, Question.CONSENT, code, Referee, lock=lock)
    if row is None:
        raise NotFoundError
    return row


def _page(session: Session, row: Referee) -> ConsentPage:
    return ConsentPage(
        asked_by=letter_name(session, row.programme_id, row.volunteer_id),
        programme=session.get_one(Programme, row.programme_id).name,
        referee=find_referee(session, row.programme_id, row.volunteer_id, row.id),
        year_ends=add_months(clock.today(), _YEAR),
    )
