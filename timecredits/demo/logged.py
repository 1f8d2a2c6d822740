"""Hours that people of the demo logged themselves: some wait for a look, one came back with a question."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.hours.self_logged.given_time import DayPart
from timecredits.hours.self_logged.logged_decisions import ask
from timecredits.hours.self_logged.logged_hours import log_hours

_ROWS = (
    # whose (counted from 0), days ago, minutes, from when, note
    (0, 9, 90, None, "Wrote to the new people"),
    (0, 4, 120, 14 * 60, "Put up posters"),
    (2, 6, 120, 10 * 60, "Cleared up after the rain"),
    (2, 5, 90, None, ""),
    (2, 4, 150, None, "Fixed the shed door"),
    (2, 3, 60, 9 * 60, ""),
    (2, 2, 120, None, "Watered everything"),
    (3, 3, 240, 10 * 60, "Fair at the town hall"),
    (3, 3, 240, None, "Fair at the town hall"),
    (4, 2, 45, None, "Rang round for next week"),
)
_QUESTION = "Thank you! Was that before or after the open day?"


def log_sample_hours(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    activity_id: UUID,
    people: Sequence[UUID],
    *,
    coordinator_id: UUID,
    base_url: str,
) -> None:
    """Log the rows above for these people of one group, and ask about the first. `people[0]` is the demo's volunteer."""
    asked_about = None
    for whose, days_ago, minutes, starts, note in _ROWS:
        if whose >= len(people):
            continue
        with clock.standing_at(clock.now() - timedelta(days=days_ago, hours=-1)):
            logged = log_hours(
                session,
                programme_id,
                people[whose],
                log_id=new_id(),
                activity_id=activity_id,
                parts=[DayPart(clock.today(), minutes, starts)],
                note=note,
                user_id=None,
                today=clock.today(),
            )
        asked_about = asked_about or logged.ids[0]
    if asked_about is not None:
        ask(
            session,
            programme_id,
            organisation_id,
            asked_about,
            question=_QUESTION,
            actor_id=coordinator_id,
            base_url=base_url,
        )
