"""Erase somebody: asked for, waited for, called off or done, and done again after a restore (docs/adr/0033).

The row that asks is the journal: ids and days, kept for good. Hours and credits stay in the books and the totals under an id
that leads to nobody. Everything else goes as the list of what is held says.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID, uuid5

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock, mail
from timecredits.foundation.display import display_day
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.wording import Sentence
from timecredits.hours.activity_models import Attendance, AttendanceState, SignUp, SignUpStatus
from timecredits.hours.hour_facts import lock_people
from timecredits.hours.planning.signing_up import cancel_sign_up
from timecredits.journey.planning_models import Referee, SpellElsewhere
from timecredits.ledger.transfers import balance
from timecredits.network.models import Programme, User, Volunteer
from timecredits.network.scope import find, find_and_hold
from timecredits.network.settings import read_settings
from timecredits.records.models import Erasure
from timecredits.records.privacy.collecting import people_of
from timecredits.records.privacy.erasing_credits import pass_credits_on
from timecredits.records.privacy.erasing_rows import erase_rows, free_users
from timecredits.records.privacy.erasing_work import forget_work
from timecredits.spending.giving.pots import find_community_pot

__all__ = [
    "Asked",
    "Why",
    "ask_to_erase",
    "call_off",
    "due_erasures",
    "erase_due",
    "erase_one",
    "find_erasure",
    "list_waiting",
    "reapply",
    "what_would_go",
]

_LIMIT: Final = 50
"""Erasures in one round of the worker."""


class Why(StrEnum):
    """Why somebody is erased."""

    ASKED = "asked"
    RETENTION = "retention"


@dataclass(frozen=True, slots=True)
class Asked:
    """An erasing that waits."""

    id: UUID
    volunteer_id: UUID
    name: str
    why: Why
    asked_on: date
    due_on: date


@dataclass(frozen=True, slots=True)
class WouldGo:
    """What an erasing would mean for somebody: credits left (minutes), and when it would be."""

    credits_left: int
    due_on: date
    days: int


def what_would_go(session: Session, programme_id: UUID, volunteer_id: UUID) -> WouldGo:
    """What the person is told before they ask. Raises NotFoundError."""
    person = find(session, Volunteer, programme_id, volunteer_id)
    days = read_settings(session, programme_id).erasure_days
    left = balance(session, programme_id, person.account_id)
    return WouldGo(left, clock.today() + timedelta(days=days), days)


def ask_to_erase(
    session: Session,
    programme_id: UUID,
    volunteer_id: UUID,
    *,
    erasure_id: UUID,
    actor_id: UUID | None,
    why: Why = Why.ASKED,
    pot_id: UUID | None = None,
    organisation_id: UUID | None = None,
    by_staff: bool = False,
) -> Erasure:
    """Ask for it. Nothing goes before the day it is due; the person goes on as before until then. Asked twice is asked once.

    `pot_id` is the community pot that gets the credits left over; with None they run out. Raises NotFoundError; RuleError for
    somebody erased, or whose record went into another.
    """
    person = find_and_hold(session, Volunteer, programme_id, volunteer_id)
    if person.erased_at is not None:
        raise RuleError(Sentence("This person was erased before. Nothing was changed."))
    if person.merged_into is not None:
        raise RuleError(Sentence("This record went into another one. Ask for that one. Nothing was changed."))
    standing = find_erasure(session, programme_id, volunteer_id)
    if standing is not None:
        return standing
    if session.get(Erasure, (programme_id, erasure_id)) is not None:  # a page of before it was called off, sent again
        raise RuleError(Sentence("This page was used before. Nothing was changed. Open it again to ask once more."))
    if pot_id is not None:
        find_community_pot(session, programme_id, pot_id)
    row = Erasure(
        programme_id=programme_id,
        id=erasure_id,
        volunteer_id=volunteer_id,
        why=why.value,
        pot_id=pot_id,
        asked_by=actor_id,
        asked_at=clock.now(),
        due_on=clock.today() + timedelta(days=read_settings(session, programme_id).erasure_days),
    )
    session.add(row)
    session.flush()
    if by_staff:
        audit.record(
            session,
            programme_id,
            "erasing asked for",
            actor_id=actor_id,
            subject_id=volunteer_id,
            organisation_id=organisation_id,
        )
    _tell(session, person, row)
    return row


def find_erasure(session: Session, programme_id: UUID, volunteer_id: UUID) -> Erasure | None:
    """The erasing of this person that waits or was done; None where none was asked for, or it was called off."""
    return session.scalars(
        select(Erasure).filter_by(programme_id=programme_id, volunteer_id=volunteer_id).where(Erasure.called_off_at.is_(None))
    ).one_or_none()


def call_off(
    session: Session,
    programme_id: UUID,
    volunteer_id: UUID,
    *,
    actor_id: UUID | None,
    organisation_id: UUID | None = None,
    by_staff: bool = False,
) -> None:
    """Let it not happen. Raises NotFoundError where none waits; RuleError once it was done."""
    person = find_and_hold(session, Volunteer, programme_id, volunteer_id)
    row = find_erasure(session, programme_id, volunteer_id)
    if row is None:
        raise NotFoundError
    if row.done_at is not None:
        raise RuleError(Sentence("This was done already. It can not be taken back."))
    row.called_off_at, row.called_off_by = clock.now(), actor_id
    session.flush()
    if by_staff:
        audit.record(
            session,
            programme_id,
            "erasing called off",
            actor_id=actor_id,
            subject_id=volunteer_id,
            organisation_id=organisation_id,
        )
        _tell_stopped(session, person, row)


def list_waiting(session: Session, programme_id: UUID, *, most: int = 200) -> list[Asked]:
    """Those that wait, the next one first."""
    rows = session.execute(
        select(Erasure, Volunteer)
        .join(Volunteer, (Volunteer.programme_id == Erasure.programme_id) & (Volunteer.id == Erasure.volunteer_id))
        .where(Erasure.programme_id == programme_id, Erasure.called_off_at.is_(None), Erasure.done_at.is_(None))
        .order_by(Erasure.due_on, Erasure.id)
        .limit(most)
    )
    return [
        Asked(row.id, person.id, person.name, Why(row.why), clock.local_day(row.asked_at), row.due_on) for row, person in rows
    ]


def due_erasures(session: Session, programme_id: UUID, *, today: date, most: int = _LIMIT) -> list[UUID]:
    """The ids of those that are due, the oldest first."""
    return list(
        session.scalars(
            select(Erasure.id)
            .where(
                Erasure.programme_id == programme_id,
                Erasure.called_off_at.is_(None),
                Erasure.done_at.is_(None),
                Erasure.due_on <= today,
            )
            .order_by(Erasure.due_on, Erasure.id)
            .limit(most)
        )
    )


def erase_due(session: Session, programme_id: UUID, *, today: date) -> int:
    """Do what is due; answers how many were erased. Two at once do nothing twice."""
    return sum(erase_one(session, programme_id, each) for each in due_erasures(session, programme_id, today=today))


def erase_one(session: Session, programme_id: UUID, erasure_id: UUID) -> bool:
    """Erase one whose day has come; False where it was called off, or done, a moment ago.

    Best in a transaction of its own: then one that fails holds up nobody else's.
    """
    return _erase(session, find(session, Erasure, programme_id, erasure_id))


def reapply(session: Session) -> int:
    """Erase again everybody whom the journal says was erased: for a database that was restored from before. Twice is once.

    Answers how many had come back. Call it in a transaction of its own, with the journal of after the copy was made.
    """
    back = 0
    for programme_id in session.scalars(select(Programme.id).order_by(Programme.number)).all():
        rows = session.scalars(
            select(Erasure)
            .join(Volunteer, (Volunteer.programme_id == Erasure.programme_id) & (Volunteer.id == Erasure.volunteer_id))
            .where(Erasure.programme_id == programme_id, Erasure.done_at.is_not(None), Volunteer.erased_at.is_(None))
            .order_by(Erasure.done_at, Erasure.id)
        ).all()
        for row in rows:
            if session.get_one(Volunteer, (row.programme_id, row.volunteer_id)).erased_at is None:  # nor with another's record
                back += _erase(session, row, again=True)
    return back


class _CalledOffError(Exception):
    """It was called off, or done, since it was looked up: what was begun is taken back."""


def _erase(session: Session, row: Erasure, *, again: bool = False) -> bool:
    """Rows are taken in the one order there is (docs/adr/0014): sessions, stays, people, what is theirs, accounts last."""
    programme_id, erasure_id, moment, today = row.programme_id, row.id, clock.now(), clock.today()
    try:
        people = people_of(session, programme_id, row.volunteer_id)
    except NotFoundError:  # the record itself is gone
        row.done_at = row.done_at or moment
        return True
    try:
        with session.begin_nested():
            _leave_sessions(session, programme_id, people)
            _hold_stays(session, programme_id, people)
            lock_people(session, programme_id, people)
            row = find_and_hold(session, Erasure, programme_id, erasure_id)
            if row.called_off_at is not None or (row.done_at is not None and not again):
                raise _CalledOffError  # noqa: TRY301  so that the savepoint is left by it
    except _CalledOffError:
        return False
    persons = [session.get_one(Volunteer, (programme_id, each), populate_existing=True) for each in people]
    user_ids = [each.user_id for each in persons if each.user_id is not None]
    contacts = _contacts(session, programme_id, people)
    forget_work(session, programme_id, people)
    counts = erase_rows(session, programme_id, people, moment=moment, day=today)
    addresses = free_users(session, user_ids, programme_id=programme_id, people=people, moment=moment)
    _forget_mail(session, addresses, contacts)
    row = session.get_one(Erasure, (programme_id, erasure_id))
    moved = sum(pass_credits_on(session, each, row.pot_id, erasure_id=row.id, day=today) for each in persons)
    row.counts = {**counts, "minutes_passed_on": moved}
    row.done_at = row.done_at or moment
    session.flush()
    audit.record(session, programme_id, "person erased", actor_id=row.asked_by, subject_id=row.volunteer_id)
    return True


def _hold_stays(session: Session, programme_id: UUID, people: list[UUID]) -> None:
    """Stays at the door that nobody ended: they come before the people, and end without hours (held_giving)."""
    open_stays = (AttendanceState.HERE, AttendanceState.FORGOTTEN)
    session.scalars(
        select(Attendance.id)
        .where(
            Attendance.programme_id == programme_id,
            Attendance.volunteer_id.in_(people),
            Attendance.state.in_(open_stays),
        )
        .order_by(Attendance.id)
        .with_for_update()
    ).all()


def _leave_sessions(session: Session, programme_id: UUID, people: list[UUID]) -> None:
    """Take them off what is still to come, so that somebody who waits gets the place."""
    rows = session.execute(
        select(SignUp.session_id, SignUp.volunteer_id)
        .where(SignUp.programme_id == programme_id, SignUp.volunteer_id.in_(people), SignUp.status != SignUpStatus.CANCELLED)
        .order_by(SignUp.session_id, SignUp.volunteer_id)
    ).all()
    for session_id, volunteer_id in rows:
        try:
            cancel_sign_up(session, programme_id, volunteer_id, session_id, actor_id=None)
        except (RuleError, NotFoundError):
            continue  # it began, or is over: then it is history


def _contacts(session: Session, programme_id: UUID, people: list[UUID]) -> list[str]:
    """Addresses of people who were written to about them: what still waits to go out names the person."""
    found: list[str] = []
    for model, column in ((Referee, Referee.email), (SpellElsewhere, SpellElsewhere.contact_email)):
        query = select(column).where(model.programme_id == programme_id, model.volunteer_id.in_(people), column != "")
        found += session.scalars(query)
    return found


def _forget_mail(session: Session, addresses: list[str], contacts: list[str]) -> None:
    """Mails to them, and those about them that have not gone out yet."""
    letters: Any = mail.MailMessage.__table__
    session.execute(
        delete(letters).where(
            or_(
                letters.c.recipient.in_(addresses),
                letters.c.recipient.in_(contacts) & letters.c.sent_at.is_(None),
            )
        )
    )


def _tell_stopped(session: Session, person: Volunteer, row: Erasure) -> None:
    """So that nobody's own wish is stopped behind their back."""
    email = _address(session, person)
    if email is None:
        return
    mail.queue(
        session,
        recipient=email,
        subject=str(Sentence("About your record")),
        body=str(
            Sentence(
                "Your record with %(programme)s will not be erased. Staff stopped it.\n\n"
                "If you want it erased, sign in and open My settings, or tell your coordinator.\n",
                programme=session.get_one(Programme, person.programme_id).name,
            )
        ),
        message_id=uuid5(row.id, "called off"),
    )


def _address(session: Session, person: Volunteer) -> str | None:
    user = session.get(User, person.user_id) if person.user_id is not None else None
    return user.email or None if user is not None else None


def _tell(session: Session, person: Volunteer, row: Erasure) -> None:
    email = _address(session, person)
    if email is None:
        return
    programme = session.get_one(Programme, person.programme_id)
    lines = [
        str(
            Sentence(
                "Your record with %(programme)s will be erased on %(day)s.", programme=programme.name, day=display_day(row.due_on)
            )
        ),
        "" if Why(row.why) is Why.ASKED else str(Sentence("You left a while ago, and we keep data no longer than we need it.")),
        str(Sentence("Nothing is erased before that day. To stop it, sign in and open My settings, or tell your coordinator.")),
    ]
    mail.queue(
        session,
        recipient=email,
        subject=str(Sentence("About your record")),
        body="\n\n".join(each for each in lines if each) + "\n",
        message_id=row.id,
    )
