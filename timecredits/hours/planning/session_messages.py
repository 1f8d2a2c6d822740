"""Writing to everybody who signed up for a session, in one step.

Our own words give the day and the time, and never what it is or where: others may read a letter over a shoulder. Who has no email
is named to the coordinator, who can phone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock, mail
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.wording import Sentence
from timecredits.hours.activity_models import SessionMessage, SignUpStatus
from timecredits.hours.planning.plan_holding import share_plan
from timecredits.hours.planning.session_texts import take_back_reminders, text_people
from timecredits.hours.planning.session_words import when_words
from timecredits.hours.planning.sessions import DatedSession, find_dated_session, keep_session
from timecredits.hours.planning.sign_up_mails import addresses
from timecredits.hours.planning.signing_up import SignedUp, hold_session, list_sign_ups
from timecredits.network.models import Programme

LONGEST_MESSAGE = 1000
MOST_A_DAY = 10
"""How often a coordinator may write about one session within a day: more would fill people's letter boxes."""

_DAY = timedelta(days=1)
SUBJECT = Sentence("a change to your session")
GREETING = Sentence("Hello,")
MAY_CANCEL = Sentence("Can't come? Sign in, open My sessions, and cancel. The next person then gets the place.")


@dataclass(frozen=True, slots=True)
class Told:
    """Who was written to: how many letters went out, and the names of people without an email. `again`: it was sent before.

    `too_often`: nobody was written to, because they were so often within a day; then everybody is named in `without_email`.
    """

    sent_to: int = 0
    without_email: tuple[str, ...] = ()
    again: bool = False
    too_often: bool = False

    def __add__(self, other: "Told") -> "Told":
        """Both together."""
        return Told(
            self.sent_to + other.sent_to,
            (*self.without_email, *other.without_email),
            too_often=self.too_often or other.too_often,
        )


def write_to_signed_up(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    dated: DatedSession,
    words: str,
    *,
    message_id: UUID,
    actor_id: UUID | None,
    waiting_too: bool = False,
) -> Told:
    """Send a coordinator's own words to everybody coming, and to those who wait if asked. The same `message_id` twice sends once.

    Raises RuleError when there are no words, nobody to read them, or too many letters in a day; NotFoundError for another
    organisation's session.
    """
    if dated.organisation_id != organisation_id:
        raise NotFoundError
    words = words.strip()
    if not words:
        raise RuleError(Sentence("Type what you want to say. Nothing was sent."), field="words")
    if len(words) > LONGEST_MESSAGE:
        raise RuleError(
            Sentence("That is too long. Use at most %(most)s letters. Nothing was sent.", most=LONGEST_MESSAGE), field="words"
        )
    share_plan(session, programme_id, dated.plan_id)
    dated = find_dated_session(session, programme_id, dated.plan_id, dated.planned_on)
    keep_session(session, programme_id, dated, actor_id=actor_id)
    dated = hold_session(session, programme_id, dated.id)
    if (known := session.get(SessionMessage, (programme_id, message_id))) is not None:
        if known.session_id != dated.id:
            raise NotFoundError
        return Told(known.sent_to, again=True)
    if _sent_lately(session, programme_id, dated.id) >= MOST_A_DAY:
        raise RuleError(
            Sentence("You have written %(most)s times in a day. Nothing was sent. Write again tomorrow.", most=MOST_A_DAY),
            field="words",
        )
    readers = _readers(session, programme_id, dated.id, waiting_too=waiting_too)
    if not readers:
        raise RuleError(Sentence("Nobody is signed up yet. Nothing was sent."), field="words")
    about = Sentence("This is about your session on %(when)s.", when=when_words(dated))
    told = send(
        session, programme_id, readers, neutral_subject(session, programme_id), [GREETING, words, about], message_id=message_id
    )
    keep_message(session, programme_id, dated.id, words, told, message_id=message_id, actor_id=actor_id)
    audit.record(
        session,
        programme_id,
        "session message sent",
        actor_id=actor_id,
        subject_id=message_id,
        organisation_id=organisation_id,
    )
    return told


def tell_signed_up(
    session: Session,
    programme_id: UUID,
    session_id: UUID,
    lines: Sequence[Sentence | str],
    *,
    text: Sentence,
    before: datetime,
    after: datetime,
    message_id: UUID,
    actor_id: UUID | None,
) -> Told:
    """Send news of a session to everybody coming or waiting, and keep it; to nobody after MOST_A_DAY letters.

    `text` is the same in a few words, for those who want texts; `before` is when the session was to begin until now, `after` when
    it does. The caller holds the session.
    """
    readers = _readers(session, programme_id, session_id, waiting_too=True)
    if not readers:
        return Told()
    if _sent_lately(session, programme_id, session_id) >= MOST_A_DAY:
        return Told(without_email=tuple(each.name for each in readers), too_often=True)
    told = send(session, programme_id, readers, neutral_subject(session, programme_id), [GREETING, *lines], message_id=message_id)
    people = [each.volunteer_id for each in readers]
    take_back_reminders(session, session_id, people, before)
    text_people(session, programme_id, people, text, key=message_id, begins=min(before, after))
    body = "\n\n".join(str(line) for line in lines)
    keep_message(session, programme_id, session_id, body, told, message_id=message_id, actor_id=actor_id)
    return told


def list_messages(session: Session, programme_id: UUID, session_id: UUID) -> Sequence[SessionMessage]:
    """What was written about a session, newest first."""
    return session.scalars(
        select(SessionMessage)
        .where(SessionMessage.programme_id == programme_id, SessionMessage.session_id == session_id)
        .order_by(SessionMessage.sent_at.desc(), SessionMessage.id.desc())
    ).all()


def list_reachable(session: Session, programme_id: UUID, people: Sequence[SignedUp]) -> frozenset[UUID]:
    """Which of these people have an email."""
    return frozenset(addresses(session, programme_id, [each.volunteer_id for each in people]))


def send(
    session: Session,
    programme_id: UUID,
    readers: Sequence[SignedUp],
    subject: str,
    lines: Sequence[Sentence | str],
    *,
    message_id: UUID,
) -> Told:
    """Queue one letter a reader, one paragraph a line. A letter's id follows from `message_id` and its reader."""
    known = addresses(session, programme_id, [each.volunteer_id for each in readers])
    body = "\n\n".join(str(line) for line in lines if str(line)) + "\n"
    for volunteer_id, address in known.items():
        mail.queue(session, recipient=address, subject=subject, body=body, message_id=uuid5(message_id, str(volunteer_id)))
    return Told(len(known), tuple(each.name for each in readers if each.volunteer_id not in known))


def keep_message(
    session: Session, programme_id: UUID, session_id: UUID, body: str, told: Told, *, message_id: UUID, actor_id: UUID | None
) -> None:
    """Keep that it was sent, and to how many."""
    session.add(
        SessionMessage(
            programme_id=programme_id,
            id=message_id,
            session_id=session_id,
            body=body,
            sent_to=told.sent_to,
            without_email=len(told.without_email),
            sent_by=actor_id,
            sent_at=clock.now(),
        )
    )
    session.flush()


def neutral_subject(session: Session, programme_id: UUID) -> str:
    """What stands on top of every such letter: the programme's name, and that something changed."""
    programme = session.get_one(Programme, programme_id)
    return str(Sentence("%(programme)s: %(subject)s", programme=programme.name, subject=SUBJECT))


def _readers(session: Session, programme_id: UUID, session_id: UUID, *, waiting_too: bool) -> list[SignedUp]:
    signed_up = list_sign_ups(session, programme_id, [session_id]).get(session_id, [])
    return [each for each in signed_up if waiting_too or each.status is SignUpStatus.COMING]


def _sent_lately(session: Session, programme_id: UUID, session_id: UUID) -> int:
    found = session.scalar(
        select(func.count()).where(
            SessionMessage.programme_id == programme_id,
            SessionMessage.session_id == session_id,
            SessionMessage.sent_at > clock.now() - _DAY,
        )
    )
    return found or 0
