"""What somebody says who asks to be in touch: question by question, kept sealed in a draft until it is sent.

Only the draft's id leaves the server, in the signed session of the browser that asks.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import CursorResult, and_, delete, or_, select
from sqlalchemy.orm import Session

from timecredits.community.referral_models import Referral, ReferralKind, ReferralState
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.sealing import open_sealed, seal
from timecredits.foundation.typed_words import tidy_line, tidy_text
from timecredits.foundation.wording import Sentence
from timecredits.network.models import Organisation
from timecredits.network.scope import find, find_and_hold
from timecredits.network.standing import not_on_hold

__all__ = [
    "LONGEST_NAME",
    "LONGEST_WORDS",
    "SAVED_FOR",
    "UNSAVED_FOR",
    "Answers",
    "OpenPlace",
    "Question",
    "Reach",
    "Wish",
    "begin_draft",
    "check_all",
    "find_draft",
    "forget_drafts",
    "missing_question",
    "open_answers",
    "places_to_ask",
    "save_answers",
    "seal_answers",
    "throw_away",
]

LONGEST_NAME: Final = 80
LONGEST_WORDS: Final = 1000
SAVED_FOR: Final = timedelta(days=14)
"""How long a draft with a code waits to be taken up again."""
UNSAVED_FOR: Final = timedelta(days=1)
"""How long one without a code waits: only the browser that began it can find it."""

_LONGEST_PHONE: Final = 30
_LONGEST_EMAIL: Final = 200
_FEWEST_DIGITS: Final = 6
_EMAIL: Final = re.compile(r"[^@\s<>\",;:()]+@[^@\s<>\"',;:()]+\.[^@\s<>\"',;:().]+")
_PURPOSE: Final = "referral"


class Wish(StrEnum):
    """What would help."""

    PEOPLE = "people"  # meet people
    GIVE = "give"  # give time
    TALK = "talk"  # somebody to talk to
    GROUP = "group"  # a group
    DO = "do"  # something to do
    UNSURE = "unsure"


class Reach(StrEnum):
    """When is a good time, and whether a message can be left."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    MESSAGE = "message"  # it is safe to leave a message, or to write


class Question(IntEnum):
    """The pages, in order."""

    WISHES = 1
    NAME = 2
    CONTACT = 3
    WHEN = 4
    MORE = 5


@dataclass(frozen=True, slots=True)
class Answers:
    """Everything that was said. `wishes` and `reach` hold words of Wish and Reach; the referrer's fields are a professional's."""

    wishes: tuple[str, ...] = ()
    name: str = ""
    phone: str = ""
    email: str = ""
    reach: tuple[str, ...] = ()
    more: str = ""
    referrer_name: str = ""
    referrer_place: str = ""
    referrer_contact: str = ""

    @property
    def may_leave_message(self) -> bool:
        """Whether a message or mail is safe. Not said is no."""
        return Reach.MESSAGE.value in self.reach


@dataclass(frozen=True, slots=True)
class OpenPlace:
    """An organisation that people can ask. What is not known is empty."""

    organisation_id: UUID
    name: str
    town: str
    summary: str
    phone: str


_FIELDS: Final[Mapping[Question, tuple[str, ...]]] = {
    Question.WISHES: ("wishes",),
    Question.NAME: ("name",),
    Question.CONTACT: ("phone", "email"),
    Question.WHEN: ("reach",),
    Question.MORE: ("more",),
}


def places_to_ask(session: Session, programme_id: UUID) -> list[OpenPlace]:
    """The organisations that take requests and are not on hold, by name."""
    rows = session.scalars(
        select(Organisation)
        .where(Organisation.programme_id == programme_id, Organisation.takes_referrals.is_(True), not_on_hold())
        .order_by(Organisation.name, Organisation.id)
    )
    return [OpenPlace(each.id, each.name, each.town, each.summary, each.contact_phone) for each in rows]


def begin_draft(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    organisation_id: UUID | None,
    *,
    draft_id: UUID | None = None,
    kind: ReferralKind = ReferralKind.SELF,
) -> UUID:
    """Begin to ask one organisation, or (None) whoever fits. With `draft_id` that draft asks this one from now on.

    A professional says first that the person agrees: that moment is kept. Raises NotFoundError for an organisation that takes
    no requests.
    """
    if organisation_id is not None:
        find(session, Organisation, programme_id, organisation_id, takes_referrals=True, suspended_at=None)
    now = clock.now()
    known = None if draft_id is None else find_draft(session, programme_id, draft_id, kind=kind, hold=True)
    if known is not None:
        known.organisation_id, known.changed_at = organisation_id, now
        session.flush()
        return known.id
    row_id = new_id()
    session.add(
        Referral(
            programme_id=programme_id,
            id=row_id,
            organisation_id=organisation_id,
            kind=kind,
            state=ReferralState.DRAFT,
            sealed=seal_answers(keyring, row_id, Answers()),
            consent_at=now if kind is ReferralKind.PROFESSIONAL else None,
            started_at=now,
            changed_at=now,
        )
    )
    session.flush()
    return row_id


def find_draft(
    session: Session, programme_id: UUID, referral_id: UUID, *, kind: ReferralKind = ReferralKind.SELF, hold: bool = False
) -> Referral | None:
    """A draft that can still be changed, or None: sent, thrown away, or another programme's.

    With `hold` nobody sends it until the transaction ends.
    """
    get = find_and_hold if hold else find
    try:
        row = get(session, Referral, programme_id, referral_id, kind=kind)
    except NotFoundError:
        return None
    return row if row.state is ReferralState.DRAFT else None


def save_answers(
    session: Session, keyring: Keyring, programme_id: UUID, draft_id: UUID, question: Question, given: Answers
) -> Answers:
    """Keep the answer to one question; the others stay. Answers everything said so far.

    Raises RuleError with the field for what can't be kept as it is; NotFoundError once it was sent.
    """
    row = find_and_hold(session, Referral, programme_id, draft_id, state=ReferralState.DRAFT)
    said = open_answers(keyring, row) or Answers()
    tidied = asdict(_tidied(given, question))
    said = replace(said, **{name: tidied[name] for name in _FIELDS[question]})
    row.sealed, row.changed_at = seal_answers(keyring, row.id, said), clock.now()
    session.flush()
    return said


def check_all(given: Answers, *, by_professional: bool = False) -> Answers:
    """Everything at once, tidied. Raises RuleError with the field for the first thing that is missing or can't be kept."""
    said = given
    if by_professional:
        missing = Sentence("Type your own name. Nothing was sent.")
        said = replace(
            said,
            referrer_name=tidy_line(given.referrer_name, LONGEST_NAME, field="referrer_name", missing=missing),
            referrer_place=tidy_line(
                given.referrer_place,
                2 * LONGEST_NAME,
                field="referrer_place",
                missing=Sentence("Type your job and where you work. Nothing was sent."),
            ),
            referrer_contact=tidy_line(
                given.referrer_contact,
                _LONGEST_EMAIL,
                field="referrer_contact",
                missing=Sentence("Type a phone number or email of yours. Nothing was sent."),
            ),
        )
    order = (Question.NAME, Question.CONTACT, Question.WISHES, Question.WHEN, Question.MORE)
    for question in order if by_professional else Question:
        tidied = asdict(_tidied(said, question))
        said = replace(said, **{name: tidied[name] for name in _FIELDS[question]})
    return said


def missing_question(said: Answers) -> Question | None:
    """The first question that must be answered before it can be sent, or None."""
    for question in (Question.WISHES, Question.NAME, Question.CONTACT):
        if not any(getattr(said, name) for name in _FIELDS[question]):
            return question
    return None


def throw_away(session: Session, programme_id: UUID, draft_id: UUID, *, kind: ReferralKind = ReferralKind.SELF) -> bool:
    """Remove a draft and everything in it. False where there is none any more."""
    row = find_draft(session, programme_id, draft_id, kind=kind, hold=True)
    if row is None:
        return False
    session.delete(row)
    session.flush()
    return True


def forget_drafts(session: Session, programme_id: UUID, *, now: datetime) -> int:
    """Remove drafts that nobody took up again in time. Answers how many."""
    gone = session.execute(
        delete(Referral).where(
            Referral.programme_id == programme_id,
            Referral.state == ReferralState.DRAFT,
            or_(
                Referral.changed_at < now - SAVED_FOR,
                and_(Referral.save_code_hash.is_(None), Referral.changed_at < now - UNSAVED_FOR),
            ),
        ),
        execution_options={"synchronize_session": False},
    )
    return cast("CursorResult[Any]", gone).rowcount


def seal_answers(keyring: Keyring, referral_id: UUID, said: Answers) -> bytes:
    """What is stored of them."""
    return seal(keyring, _PURPOSE, referral_id, json.dumps(asdict(said), ensure_ascii=False))


def open_answers(keyring: Keyring, row: Referral) -> Answers | None:
    """What was said, or None where the key is gone."""
    text = open_sealed(keyring, _PURPOSE, row.id, row.sealed)
    if text is None:
        return None
    kept: dict[str, Any] = json.loads(text)
    wishes, reach = tuple(kept.pop("wishes")), tuple(kept.pop("reach"))
    return Answers(wishes=wishes, reach=reach, **kept)


def _tidied(given: Answers, question: Question) -> Answers:
    match question:
        case Question.WISHES:
            wishes = tuple(each.value for each in Wish if each.value in given.wishes)
            if not wishes:
                raise RuleError(Sentence("Tick what would help. “I am not sure” is fine."), field="wishes")
            return replace(given, wishes=wishes)
        case Question.NAME:
            return replace(given, name=_name(given.name))
        case Question.CONTACT:
            phone, email = _phone(given.phone), _email(given.email)
            if not phone and not email:
                raise RuleError(Sentence("Type a phone number or an email. One is enough."), field="phone")
            return replace(given, phone=phone, email=email)
        case Question.WHEN:
            return replace(given, reach=tuple(each.value for each in Reach if each.value in given.reach))
        case Question.MORE:
            return replace(given, more=tidy_text(given.more, LONGEST_WORDS, field="more"))


def _name(typed: str) -> str:
    name = tidy_line(typed, LONGEST_NAME, field="name", missing=Sentence("Type a name. A first name is enough."))
    if "@" in name:
        raise RuleError(Sentence("That looks like an email. Type a name here. The email comes next."), field="name")
    return name


def _phone(typed: str) -> str:
    phone = tidy_line(typed, _LONGEST_PHONE, field="phone")
    if phone and (sum(map(str.isdecimal, phone)) < _FEWEST_DIGITS or any(map(str.isalpha, phone))):
        raise RuleError(Sentence("That is not a phone number. Type it with all its digits, like 01632 960123."), field="phone")
    return phone


def _email(typed: str) -> str:
    email = tidy_line(typed, _LONGEST_EMAIL, field="email")
    if email and not _EMAIL.fullmatch(email):
        raise RuleError(Sentence("Type an email address, like name@example.org."), field="email")
    return email
