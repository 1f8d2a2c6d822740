"""Texts about a session, beside the letter, to those who asked for them: the day and the time, never what it is or where.

Phones don't ring at night: what would go out then waits for the morning. A reminder that would come too late is left out;
that a session moved or is off is told at once even so, because somebody may be about to set out.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.clock import local_day
from timecredits.foundation.local_times import instant_at
from timecredits.foundation.texts import queue_text, take_back_texts
from timecredits.foundation.wording import Sentence
from timecredits.hours.planning.session_words import when_words
from timecredits.hours.planning.sessions import DatedSession
from timecredits.network.texting import numbers_that_want_texts

__all__ = [
    "moment_for",
    "said_to_be_off",
    "said_to_be_on_again",
    "said_to_have_changed",
    "said_to_remind",
    "take_back_reminders",
    "text_people",
    "text_reminder",
]

_MORNING: Final = 9 * 60
_EVENING: Final = 20 * 60
"""Minutes after midnight, on the wall: texts go out between the two."""
_IN_TIME: Final = timedelta(hours=1)


def said_to_remind(when: Sentence) -> Sentence:
    """The words of a reminder. With the longest day and times there are, each of these is one text of 160 plain letters."""
    return Sentence(
        "You are down as coming: %(when)s. Can't come? Sign in and cancel. To end these texts: My sessions, Reminders.", when=when
    )


def said_to_be_off(when: Sentence) -> Sentence:
    """That it will not take place."""
    return Sentence("Your session on %(when)s is off. To end these texts: My sessions, Reminders.", when=when)


def said_to_be_on_again(when: Sentence) -> Sentence:
    """That it takes place after all."""
    return Sentence("Your session on %(when)s is on after all. To end these texts: My sessions, Reminders.", when=when)


def said_to_have_changed(when: Sentence) -> Sentence:
    """That it is at another time or place; `when` is when it was to be."""
    return Sentence(
        "Your session on %(when)s has changed. Sign in and open My sessions to see. To end these texts: My sessions, Reminders.",
        when=when,
    )


def moment_for(now: datetime, begins: datetime, *, is_urgent: bool) -> datetime | None:
    """When a text about a session that begins then may go out; None where that would be too late, and not urgent."""
    today = local_day(now)
    morning, evening = instant_at(today, _MORNING), instant_at(today, _EVENING)
    if morning <= now < evening:
        return now
    next_morning = morning if now < morning else instant_at(today + timedelta(days=1), _MORNING)
    if next_morning + _IN_TIME <= begins:
        return next_morning
    return now if is_urgent else None


def text_people(
    session: Session,
    programme_id: UUID,
    volunteer_ids: Iterable[UUID],
    words: Sentence,
    *,
    key: UUID,
    begins: datetime,
) -> int:
    """Queue news of a session that begins then, to those who want texts; answers how many. The same `key` twice is one each."""
    numbers = numbers_that_want_texts(session, programme_id, volunteer_ids)
    moment = moment_for(clock.now(), begins, is_urgent=True)
    return sum(
        queue_text(session, number=number, body=str(words), key=uuid5(key, f"text {volunteer_id}"), not_before=moment)
        for volunteer_id, number in sorted(numbers.items())
    )


def text_reminder(session: Session, dated: DatedSession, volunteer_id: UUID, number: str) -> bool:
    """Queue a reminder of a session, once for each time that it begins; False where it would come too late, or was sent."""
    moment = moment_for(clock.now(), dated.begins, is_urgent=False)
    key = _reminder_key(dated.id, volunteer_id, dated.begins)
    words = str(said_to_remind(when_words(dated)))
    return moment is not None and queue_text(session, number=number, body=words, key=key, not_before=moment)


def take_back_reminders(session: Session, session_id: UUID, volunteer_ids: Iterable[UUID], begins: datetime) -> None:
    """Let reminders that wait for the morning never go: the session is off or has changed, or they aren't coming any more."""
    take_back_texts(session, [_reminder_key(session_id, each, begins) for each in volunteer_ids])


def _reminder_key(session_id: UUID, volunteer_id: UUID, begins: datetime) -> UUID:
    return uuid5(session_id, f"reminder text {volunteer_id} {begins.isoformat()}")
