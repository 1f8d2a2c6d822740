"""The one place that asks what time it is.

Everything else takes its time from here, so that a test, a benchmark or the sample data can stand at any moment without
patching modules. Instants are timezone-aware UTC; what people see is Europe/London.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

_standing_at: ContextVar[datetime | None] = ContextVar("standing_at", default=None)


def now() -> datetime:
    """The present instant in UTC, or the one set by :func:`standing_at`."""
    return _standing_at.get() or datetime.now(UTC)  # noqa: TID251  the clock itself


def today() -> date:
    """Today's date as people in the United Kingdom see it."""
    return local_day(now())


def local_day(instant: datetime) -> date:
    """The calendar day in Europe/London on which `instant` falls."""
    return instant.astimezone(LONDON).date()


def first_moment(day: date) -> datetime:
    """The instant at which `day` begins in Europe/London."""
    return datetime.combine(day, time.min, LONDON).astimezone(UTC)


@contextmanager
def standing_at(instant: datetime) -> Iterator[None]:
    """Let :func:`now` answer `instant` (timezone-aware) within this block and this thread only."""
    if instant.tzinfo is None:
        raise ValueError("the clock needs an instant with a time zone")
    token = _standing_at.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _standing_at.reset(token)
