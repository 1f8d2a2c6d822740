"""What pages that take credits read from their forms. Nothing here refuses: what can't be read is answered like what can't be."""

from datetime import datetime
from uuid import UUID

_FIRST_YEAR = 2000  # at the calendar's edge a moment may have no name in UTC
_LONGEST_NUMBER = 6


def read_id(text: str) -> UUID | None:
    """An id, or None for what is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def read_count(text: str | None) -> int | None:
    """A number of people: None where none was sent, -1 for what is no number (the party's own sentence answers)."""
    if text is None or not text.strip():
        return None
    try:
        return int(text[:_LONGEST_NUMBER])
    except ValueError:
        return -1


def read_moment(text: str) -> datetime | None:
    """An instant with its zone, or None."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo and moment.year >= _FIRST_YEAR else None
