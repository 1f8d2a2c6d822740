"""A mail before a session, once to each person who is coming, wants it and has an address; and a text to who asked for one.

It goes out so many hours before as the programme sets (`reminder_hours`; 0 is never). Somebody who got their place after that has
just read about it and gets none; somebody whose session moved to a later day after the reminder gets another.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from timecredits.foundation import mail
from timecredits.foundation.clock import local_day
from timecredits.foundation.wording import Sentence
from timecredits.hours.activity_models import ActivitySession, SignUp, SignUpStatus
from timecredits.hours.planning.session_texts import text_reminder
from timecredits.hours.planning.session_words import when_words
from timecredits.hours.planning.sessions import DatedSession, find_kept_sessions
from timecredits.hours.planning.sign_up_mails import addresses
from timecredits.network.models import Programme, Volunteer
from timecredits.network.settings import read_settings
from timecredits.network.standing import on_hold_among
from timecredits.network.texting import numbers_that_want_texts

MOST_AT_ONCE = 500


def send_reminders(session: Session, programme_id: UUID, *, now: datetime) -> int:
    """Put the reminders that are due now into the outbox, at most 500 a call; answers how many. Twice at once is once."""
    hours = read_settings(session, programme_id).reminder_hours
    if not hours:
        return 0
    ahead = timedelta(hours=hours)
    rows = session.scalars(_coming(programme_id, now, ahead)).all()
    dated = find_kept_sessions(session, programme_id, [row.session_id for row in rows])
    on_hold = on_hold_among(session, programme_id, {each.organisation_id for each in dated.values()})
    dated = {key: each for key, each in dated.items() if each.organisation_id not in on_hold}
    due = {row.id for row in rows if row.session_id in dated and _is_due(row, dated[row.session_id], now, ahead)}
    held = [row for row in _hold(session, programme_id, due) if _is_due(row, dated[row.session_id], now, ahead)]
    people = [row.volunteer_id for row in held]
    known = addresses(session, programme_id, _who_want_mail(session, programme_id, people))
    numbers = numbers_that_want_texts(session, programme_id, people)
    programme, sent = session.get_one(Programme, programme_id), 0
    for row in held:
        row.reminded_at = now
        each = dated[row.session_id]
        number = numbers.get(row.volunteer_id)
        told = number is not None and text_reminder(session, each, row.volunteer_id, number)
        if row.volunteer_id in known:
            _queue(session, programme, row, each, known[row.volunteer_id])
        sent += told or row.volunteer_id in known
    session.flush()
    return sent


def _coming(programme_id: UUID, now: datetime, ahead: timedelta) -> Select[SignUp]:
    return (
        select(SignUp)
        .join(
            ActivitySession,
            (ActivitySession.programme_id == SignUp.programme_id) & (ActivitySession.id == SignUp.session_id),
        )
        .join(Volunteer, (Volunteer.programme_id == SignUp.programme_id) & (Volunteer.id == SignUp.volunteer_id))
        .where(
            SignUp.programme_id == programme_id,
            SignUp.status == SignUpStatus.COMING,
            ActivitySession.held_on.between(local_day(now), local_day(now + ahead)),
            ActivitySession.cancelled_at.is_(None),
            or_(Volunteer.user_id.is_not(None) & Volunteer.wants_reminders, Volunteer.wants_texts),
        )
        .order_by(ActivitySession.held_on, SignUp.id)
    )


def _who_want_mail(session: Session, programme_id: UUID, volunteer_ids: Sequence[UUID]) -> Sequence[UUID]:
    wanting = select(Volunteer.id).where(
        Volunteer.programme_id == programme_id, Volunteer.id.in_(volunteer_ids), Volunteer.wants_reminders
    )
    return session.scalars(wanting).all()


def _hold(session: Session, programme_id: UUID, ids: set[UUID]) -> Sequence[SignUp]:
    """Those of these sign-ups that nobody else holds, read anew."""
    return session.scalars(
        select(SignUp)
        .where(SignUp.programme_id == programme_id, SignUp.id.in_(sorted(ids)[:MOST_AT_ONCE]))
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()


def _is_due(row: SignUp, dated: DatedSession, now: datetime, ahead: timedelta) -> bool:
    since = dated.begins - ahead
    return (
        row.status is SignUpStatus.COMING
        and dated.is_on
        and since <= now < dated.begins
        and row.changed_at < since
        and (row.reminded_at is None or row.reminded_at < since)
    )


def _queue(session: Session, programme: Programme, row: SignUp, dated: DatedSession, recipient: str) -> None:
    mail.queue(
        session,
        recipient=recipient,
        subject=str(Sentence("%(programme)s: a reminder", programme=programme.name)),
        body=str(
            Sentence(
                "Hello,\n\nYou are down as coming: %(when)s.\n\n"
                "Can't come? That is fine. Sign in, open My sessions, and cancel. Then somebody else can have the place.\n\n"
                "To get no more of these, sign in, open My sessions, and choose Reminders.\n",
                when=when_words(dated),
            )
        ),
        message_id=uuid5(row.id, f"reminder {dated.begins.isoformat()}"),
    )
