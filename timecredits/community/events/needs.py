"""What somebody needs to be able to come: sealed, read by staff of the event, and gone once the session is over.

The end that counts is the session's as it stands, so that a moved session neither loses a need too early nor keeps it too long.
After it nothing is read, also before the worker has come round to remove the rows.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from timecredits.community.event_models import EventNeeds
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.foundation.sealing import open_sealed, seal
from timecredits.foundation.typed_words import tidy_text
from timecredits.hours.activity_models import SignUp, SignUpStatus
from timecredits.hours.planning.sessions import DatedSession, find_kept_sessions

__all__ = ["LONGEST_NEEDS", "drop_needs", "forget_needs", "keep_needs", "read_needs", "tidy_needs"]

LONGEST_NEEDS: Final = 500
_PURPOSE: Final = "event needs"


def tidy_needs(words: str) -> str:
    """What was typed, as it is kept. Raises RuleError for too much of it."""
    return tidy_text(words, LONGEST_NEEDS, field="needs")


def keep_needs(session: Session, keyring: Keyring, sign_up: SignUp, dated: DatedSession, words: str) -> None:
    """Keep what somebody needs, in place of what they said before; nothing said: nothing is kept. `words` are tidy."""
    drop_needs(session, sign_up.programme_id, [sign_up.id])
    if not words or dated.ends <= clock.now():
        return
    row_id = new_id()
    session.add(
        EventNeeds(
            programme_id=sign_up.programme_id,
            id=row_id,
            sign_up_id=sign_up.id,
            sealed=seal(keyring, _PURPOSE, row_id, words),
            kept_until=dated.ends,
        )
    )
    session.flush()


def read_needs(session: Session, keyring: Keyring, programme_id: UUID, sign_up_ids: Iterable[UUID]) -> dict[UUID, str]:
    """What is needed, by sign-up; nothing for one that was cancelled, or whose session is over."""
    rows = _rows(session, programme_id, set(sign_up_ids))
    ended = _ended(session, programme_id, rows, clock.now())
    found = {}
    for needs, _sign_up in rows:
        words = None if needs.id in ended else open_sealed(keyring, _PURPOSE, needs.id, needs.sealed)
        if words:
            found[needs.sign_up_id] = words
    return found


def forget_needs(session: Session, programme_id: UUID, *, now: datetime) -> int:
    """Remove the needs of sessions that are over and of bookings that were cancelled. Answers how many; again finds none."""
    rows = _rows(session, programme_id)
    ended = _ended(session, programme_id, rows, now)
    drop_needs(session, programme_id, [needs.sign_up_id for needs, _ in rows if needs.id in ended])
    return len(ended)


def drop_needs(session: Session, programme_id: UUID, sign_up_ids: list[UUID]) -> None:
    """Remove what these bookings said they need."""
    for first in range(0, len(sign_up_ids), 500):  # a database takes so many ids in one question
        session.execute(
            delete(EventNeeds)
            .where(EventNeeds.programme_id == programme_id, EventNeeds.sign_up_id.in_(sign_up_ids[first : first + 500]))
            .execution_options(synchronize_session="fetch")
        )


def _rows(session: Session, programme_id: UUID, sign_up_ids: set[UUID] | None = None) -> list[tuple[EventNeeds, SignUp]]:
    query = (
        select(EventNeeds, SignUp)
        .join(SignUp, (SignUp.programme_id == EventNeeds.programme_id) & (SignUp.id == EventNeeds.sign_up_id))
        .where(EventNeeds.programme_id == programme_id)
    )
    if sign_up_ids is not None:
        query = query.where(EventNeeds.sign_up_id.in_(sign_up_ids))
    return [(needs, sign_up) for needs, sign_up in session.execute(query)]


def _ended(session: Session, programme_id: UUID, rows: list[tuple[EventNeeds, SignUp]], now: datetime) -> set[UUID]:
    kept = find_kept_sessions(session, programme_id, {sign_up.session_id for _, sign_up in rows})
    return {
        needs.id
        for needs, sign_up in rows
        if sign_up.status is SignUpStatus.CANCELLED
        or (kept[sign_up.session_id].ends if sign_up.session_id in kept else needs.kept_until) <= now
    }
