"""Monday to Friday: how long somebody waits, against the aim. Public holidays count as working days: the aim gets no softer."""

from datetime import date, timedelta
from typing import Final

__all__ = ["AIM_DAYS", "working_days"]

AIM_DAYS: Final = 3
"""Within so many working days whoever asked should have heard from somebody."""
_WEEK: Final = 5


def working_days(first: date, last: date) -> int:
    """How many working days there are after `first`, up to and with `last`; 0 where `last` isn't later."""
    if last <= first:
        return 0
    weeks, rest = divmod((last - first).days, 7)
    return weeks * _WEEK + sum((first + timedelta(days=each)).weekday() < _WEEK for each in range(1, rest + 1))
