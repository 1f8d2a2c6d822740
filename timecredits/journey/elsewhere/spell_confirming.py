"""Asking the contact of a spell elsewhere whether it is right, by a one-time link that is good for one answer."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation import clock, mail
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.wording import Sentence
from timecredits.journey.elsewhere.spells_elsewhere import Spell, kept_spell, spell_of
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
from timecredits.journey.planning_models import SpellElsewhere, SpellState
from timecredits.journey.printable import refuse_unprintable
from timecredits.journey.referees.referees import tidy_words
from timecredits.network.models import Programme

GOOD_FOR: Final = timedelta(days=60)
_UNPRINTABLE: Final = Sentence("We can not print one of these letters. Nothing was sent. Please use other letters.")


@dataclass(frozen=True, slots=True)
class ConfirmationPage:
    """What the page behind a link shows: what is claimed and by whom, or, once answered, only that it was."""

    asked_by: str
    spell: Spell
    is_answered: bool


def why_not_ask_contact(
    session: Session, keyring: Keyring, programme_id: UUID, volunteer_id: UUID, spell_id: UUID
) -> Sentence | None:
    """Why this spell's contact can't be asked now, or None when they can."""
    try:
        _check_may_ask(session, keyring, kept_spell(session, programme_id, volunteer_id, spell_id))
    except RuleError as fault:
        return fault.sentence
    return None


def ask_contact(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    volunteer_id: UUID,
    spell_id: UUID,
    *,
    base_url: str,
    user_id: UUID | None,
) -> None:
    """Send a spell's contact the question. From now on only this link works, for 60 days.

    Raises RuleError with what to do instead: within a week of the last mail to that address, after three without an answer, once
    answered, without an address, and for the volunteer's own.
    """
    row = kept_spell(session, programme_id, volunteer_id, spell_id, lock=True)
    _check_may_ask(session, keyring, row)
    count_mail(session, volunteer_id)
    row.state, row.asked_at = SpellState.ASKED, clock.now()
    session.flush()
    mark = address_mark(keyring, volunteer_id, row.contact_email)
    note_act(session, programme_id, mark, Question.CONFIRMATION, Act.ASKED, actor_id=user_id)
    programme = session.get_one(Programme, programme_id).name
    lines = [
        Sentence("Hello,"),
        "",
        Sentence(
            "%(name)s gives time with %(programme)s.", name=letter_name(session, programme_id, volunteer_id), programme=programme
        ),
        Sentence("They say that they also gave time at a place that you know."),
        "",
        Sentence("Read what they say, and tell us if it is right, here. You need no account:"),
        f"{base_url}/c/{code_of(session, keyring, Question.CONFIRMATION, row)}",
        "",
        Sentence(
            "The link works for one answer, for %(days)s days. If you do nothing, it stays unconfirmed.", days=GOOD_FOR.days
        ),
    ]
    mail.queue(
        session,
        recipient=row.contact_email,
        subject=str(Sentence("%(programme)s: a question for you", programme=programme)),
        body="\n".join(str(line) for line in lines),
    )


def read_confirmation(session: Session, keyring: Keyring, code: str) -> ConfirmationPage:
    """What the page behind a code shows. NotFoundError for one that is forged, old, over, or of a spell taken away."""
    return _page(session, _behind(session, keyring, code, lock=False))


def answer_spell(
    session: Session,
    keyring: Keyring,
    code: str,
    *,
    is_right: bool,
    name: str = "",
    role: str = "",
    user_id: UUID | None = None,
) -> ConfirmationPage:
    """Keep the contact's answer. The first one counts; a second changes nothing.

    Raises RuleError for a yes without a name and a role that can be printed, and for the volunteer; NotFoundError as
    :func:`read_confirmation`.
    """
    row = _behind(session, keyring, code, lock=True)
    if row.state is not SpellState.ASKED:
        return _page(session, row)
    refuse_own_answer(session, row.programme_id, row.volunteer_id, user_id)
    if is_right:
        name = tidy_words(name, field="name", missing=Sentence("Type your name. Nothing was sent."))
        role = tidy_words(role, field="role", missing=Sentence("Type your role there. Nothing was sent."))
        refuse_unprintable(_UNPRINTABLE, name=name, role=role)
    mark = address_mark(keyring, row.volunteer_id, row.contact_email)
    note_act(session, row.programme_id, mark, Question.CONFIRMATION, Act.YES if is_right else Act.NO, actor_id=None)
    row.state = SpellState.CONFIRMED if is_right else SpellState.REFUSED
    row.answered_at, row.answered_by = clock.now(), f"{name}, {role}" if is_right else ""
    row.contact_name = row.contact_email = ""  # they were only for this
    session.flush()
    return _page(session, row)


def _check_may_ask(session: Session, keyring: Keyring, row: SpellElsewhere) -> None:
    if row.state is SpellState.CONFIRMED:
        raise RuleError(Sentence("This is confirmed. You do not need to ask again. Nothing was sent."))
    if row.state is SpellState.REFUSED:
        raise RuleError(Sentence("They said that this is not right. Nothing was sent. Put it right first."))
    if not row.contact_email:
        raise RuleError(Sentence("Add the email of somebody there first. Nothing was sent."))
    refuse_own_address(session, row.programme_id, row.volunteer_id, row.contact_email)
    mark = address_mark(keyring, row.volunteer_id, row.contact_email)
    before = asked_before(session, row.programme_id, mark, Question.CONFIRMATION)
    if before.said_no:
        raise RuleError(Sentence("This person said no before. Nothing was sent. Ask somebody else who was there."))
    refuse_too_often(before)
    refuse_too_soon(before.last)  # also for another place, and for one that was changed since


def _behind(session: Session, keyring: Keyring, code: str, *, lock: bool) -> SpellElsewhere:
    row: SpellElsewhere | None = row_behind(session, keyring, Question.CONFIRMATION, code, SpellElsewhere, lock=lock)
    if row is None or row.asked_at is None or clock.now() >= row.asked_at + GOOD_FOR:
        raise NotFoundError
    return row


def _page(session: Session, row: SpellElsewhere) -> ConfirmationPage:
    return ConfirmationPage(
        letter_name(session, row.programme_id, row.volunteer_id), spell_of(row), row.state is not SpellState.ASKED
    )
