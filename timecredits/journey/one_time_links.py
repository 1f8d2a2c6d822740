"""What the links share that let somebody without an account answer one question: addresses, turns, and how often we may ask.

How often an address was asked is counted in the audit, under a keyed mark made from the address and the volunteer: so taking a
person off a list and adding them again begins nothing anew, although their address is gone by then. Whoever has the audit alone
can try no address against it.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.audit import AuditEntry
from timecredits.foundation.db import Base
from timecredits.foundation.display import display_day
from timecredits.foundation.errors import RuleError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.private_links import link_code, link_fits, read_link
from timecredits.foundation.secret_values import keyed_digest
from timecredits.foundation.wording import Sentence
from timecredits.network.models import Programme, User, Volunteer
from timecredits.network.tries import count_try

LONGEST_EMAIL: Final = 200
MOST_UNANSWERED: Final = 3
PAUSE: Final = timedelta(days=7)
"""How long we wait before we write to the same person again."""
MOST_A_DAY: Final = 10
"""Mails that one volunteer can have us send to other people in a day."""

_MARKS: Final = "asked before"
"""What the key of the marks is for."""
_EMAIL: Final = re.compile(r"""[^\s@,;:<>()\[\]"\\]+@[^\s@,;:<>()\[\]"\\.]+(\.[^\s@,;:<>()\[\]"\\.]+)+""")
_INSERTS: Final[dict[str, Any]] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


class Question(StrEnum):
    """What a one-time link asks. Each has a purpose of its own, so that no link of one kind opens the other."""

    CONSENT = "referee consent"
    CONFIRMATION = "spell confirmation"


class Act(StrEnum):
    """What happened to a question: the words stand in the audit."""

    ASKED = "asked"
    YES = "answered yes"
    NO = "answered no"


@dataclass(frozen=True, slots=True)
class AskedBefore:
    """What went before at one address: mails since the last answer, the last one's moment, the last answer and its moment."""

    unanswered: int
    last: datetime | None
    answered_at: datetime | None
    answer: Act | None

    @property
    def said_no(self) -> bool:
        """Whether the last answer was no."""
        return self.answer is Act.NO


def tidy_email(typed: str) -> str:
    """An email address as it is kept, "" for none. Raises RuleError for what can't be one address."""
    email = typed.strip()
    if email and (len(email) > LONGEST_EMAIL or _EMAIL.fullmatch(email) is None):
        raise RuleError(Sentence("Type one email address, like name@example.org. Nothing was saved."), field="email")
    return email


def mailbox(email: str) -> str:
    """The mailbox behind an address: capitals, and what stands after a plus, lead to the same one."""
    local, _, domain = email.strip().casefold().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def refuse_own_address(session: Session, programme_id: UUID, volunteer_id: UUID, email: str) -> None:
    """Raise RuleError where an address is the volunteer's own: nobody speaks for themselves."""
    own = session.scalar(
        select(User.email)
        .join(Volunteer, Volunteer.user_id == User.id)
        .where(Volunteer.programme_id == programme_id, Volunteer.id == volunteer_id)
    )
    if own and email and mailbox(own) == mailbox(email):
        raise RuleError(Sentence("This is your own email address. Nothing was saved. Type theirs."), field="email")


def refuse_own_answer(session: Session, programme_id: UUID, volunteer_id: UUID, user_id: UUID | None) -> None:
    """Raise RuleError where the volunteer themselves, signed in, would answer."""
    if user_id is not None and user_id == session.scalar(
        select(Volunteer.user_id).where(Volunteer.programme_id == programme_id, Volunteer.id == volunteer_id)
    ):
        raise RuleError(
            Sentence("You are signed in as the person who asks. Nothing was saved. Only the other person can answer.")
        )


def address_mark(keyring: Keyring, volunteer_id: UUID, email: str) -> UUID:
    """What stands in the audit for one volunteer's asking at one address. See :func:`keyed_mark`."""
    return keyed_mark(keyring, volunteer_id, "email", mailbox(email))


def keyed_mark(keyring: Keyring, volunteer_id: UUID, *about: str) -> UUID:
    """A mark from which nobody without our key finds what it is about. It is made with the current key: a new key forgets."""
    _number, key = keyring.signing_key(_MARKS)
    return UUID(bytes=keyed_digest(key, str(volunteer_id), *about)[:16])


def asked_before(session: Session, programme_id: UUID, mark: UUID, question: Question) -> AskedBefore:
    """What went before at the address of this mark."""
    acts = {f"{question} {act}": act for act in Act}
    rows = session.execute(
        select(AuditEntry.action, AuditEntry.recorded_at).where(
            AuditEntry.programme_id == programme_id,
            AuditEntry.organisation_id.is_(None),
            AuditEntry.subject_id == mark,
            AuditEntry.action.in_(acts),
        )
    ).all()
    answers = sorted((moment, acts[action]) for action, moment in rows if acts[action] is not Act.ASKED)
    answered_at, answer = answers[-1] if answers else (None, None)
    asked = [moment for action, moment in rows if acts[action] is Act.ASKED]
    waiting = [moment for moment in asked if answered_at is None or moment > answered_at]
    return AskedBefore(len(waiting), max(asked, default=None), answered_at, answer)


def note_act(session: Session, programme_id: UUID, mark: UUID, question: Question, act: Act, *, actor_id: UUID | None) -> None:
    """Keep that a question was asked or answered at an address."""
    audit.record(session, programme_id, f"{question} {act}", actor_id=actor_id, subject_id=mark)


def refuse_too_soon(last: datetime | None) -> None:
    """Raise RuleError within a week of the last mail."""
    if last is not None and clock.now() < last + PAUSE:
        raise RuleError(
            Sentence(
                "You asked on %(day)s. Nothing was sent. You can ask again on %(next)s.",
                day=display_day(clock.local_day(last)),
                next=display_day(clock.local_day(last + PAUSE)),
            )
        )


def refuse_too_often(before: AskedBefore) -> None:
    """Raise RuleError when three mails met with silence."""
    if before.unanswered >= MOST_UNANSWERED:
        raise RuleError(Sentence("We asked 3 times and heard nothing. Nothing was sent. You could talk to them, or ring."))


def count_mail(session: Session, volunteer_id: UUID) -> None:
    """Count a mail to somebody else. Raises RuleError for too many in a day."""
    if count_try(session, f"one-time links of {volunteer_id}", within=timedelta(days=1)) > MOST_A_DAY:
        raise RuleError(Sentence("You asked many people today. Nothing was sent. Try again tomorrow."))


def code_of(session: Session, keyring: Keyring, question: Question, row: Any) -> str:
    """The code at the end of a row's link; `row` has `asked_at`, the moment of the newest mail."""
    number = session.scalars(select(Programme.number).where(Programme.id == row.programme_id)).one()
    return link_code(keyring, question, number, row.id, turn=_turn(row.asked_at))


def row_behind(session: Session, keyring: Keyring, question: Question, code: str, model: Any, *, lock: bool) -> Any | None:
    """The row that a code opens, or None: forged, older than the newest mail, of a row taken away, or of another question."""
    link = read_link(code)
    if link is None:
        return None
    query = (
        select(model)
        .join(Programme, Programme.id == model.programme_id)
        .where(Programme.number == link.programme_number, model.id == link.row_id, model.removed_at.is_(None))
        .execution_options(populate_existing=True)
    )
    row = session.scalars(query.with_for_update(of=model) if lock else query).one_or_none()
    if row is None or row.asked_at is None:
        return None
    return row if link_fits(keyring, question, link, turn=_turn(row.asked_at)) else None


def letter_name(session: Session, programme_id: UUID, volunteer_id: UUID) -> str:
    """How the volunteer wants to be named to others."""
    volunteer = session.get_one(Volunteer, (programme_id, volunteer_id))
    return volunteer.letter_name or volunteer.name


def keep_once(session: Session, model: type[Base], values: dict[str, Any]) -> bool:
    """Add a row of a programme; False, and nothing changed, where its id is taken: a form was sent twice."""
    kept: Any = model
    statement = _INSERTS[session.get_bind().dialect.name](kept).values(**values)
    added = session.scalar(
        statement.on_conflict_do_nothing(index_elements=["programme_id", "id"]).returning(kept.id),
        execution_options={"populate_existing": True},
    )
    return added is not None


def _turn(asked_at: datetime) -> str:
    return asked_at.astimezone(UTC).isoformat()
