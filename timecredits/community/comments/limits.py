"""How much one browser, one volunteer, and all visitors of an organisation can send in an hour. Counted in SQL, no captcha."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import counted
from timecredits.network.tries import count_of, count_try

__all__ = ["Writer", "check_limits", "count_sent"]

HOUR: Final = timedelta(hours=1)
MOST_OF_A_BROWSER: Final = 5
MOST_OF_A_VOLUNTEER: Final = 20
MOST_OF_VISITORS: Final = 60
"""At one organisation, all visitors together. Its volunteers and staff write on."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes, as far as the limits ask. `browser` is empty where somebody is signed in."""

    programme_id: UUID
    organisation_id: UUID
    volunteer_id: UUID | None = None
    user_id: UUID | None = None
    browser: str = ""


def check_limits(session: Session, writer: Writer) -> None:
    """Raise RuleError where the hour is full; it says when to try again."""
    if any(count_of(session, subject, within=HOUR) >= most for subject, most in _subjects(writer)):
        wait = _minutes_left()
        raise RuleError(
            counted(
                "That is a lot for one hour. Nothing was sent. Your words are still here. Try again in %(num)s minute.",
                "That is a lot for one hour. Nothing was sent. Your words are still here. Try again in %(num)s minutes.",
                wait,
            ),
            field="words",
        )


def count_sent(session: Session, writer: Writer) -> None:
    """Count one more."""
    for subject, _most in _subjects(writer):
        count_try(session, subject, within=HOUR)


def _subjects(writer: Writer) -> Iterator[tuple[str, int]]:
    if writer.user_id is not None:
        return
    if writer.volunteer_id is not None:
        yield f"comments of {writer.programme_id} {writer.volunteer_id}", MOST_OF_A_VOLUNTEER
        return
    if writer.browser:
        yield f"comments from {writer.browser}", MOST_OF_A_BROWSER
    yield f"comments by visitors, {writer.programme_id} {writer.organisation_id}", MOST_OF_VISITORS


def _minutes_left() -> int:
    """Whole minutes until the next hour of counting begins, at least one."""
    gone = (clock.now() - datetime(1970, 1, 1, tzinfo=UTC)) % HOUR
    return max(1, -(-(HOUR - gone) // timedelta(minutes=1)))
