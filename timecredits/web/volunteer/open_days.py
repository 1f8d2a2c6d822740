"""Days of long ago: month and year are enough, and the day may stay empty."""

from calendar import monthrange
from datetime import date
from typing import Any

from timecredits.foundation import clock
from timecredits.web.hour_fields import DayField

_CENTURY = 100
_PARTS = 3


class OpenDayField(DayField):
    """A day that may be left out, whole or its day of the month.

    Without one it is the month's first day; with `ends` the month's last, but not after today in the month we are in.
    """

    def __init__(self, label: Any = None, *, ends: bool = False, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.ends = ends

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the three parts, if there are any."""
        parts = [part.strip() for part in valuelist]
        if not any(parts):
            if valuelist:
                self.data = None
            return
        if len(parts) == _PARTS and not parts[0]:
            parts[0] = str(self._usual_day(parts[1], parts[2]))
        super().process_formdata(parts)

    def pre_validate(self, form: Any) -> None:
        """Nothing is wanted here: the rules say what may be missing."""

    def _usual_day(self, month: str, year: str) -> int:
        if not self.ends:
            return 1
        try:
            number = int(year)
            full = number + 2000 if 0 <= number < _CENTURY else number
            last = monthrange(full, int(month))[1]
            today = clock.today()
            return today.day if (today.year, today.month) == (full, int(month)) else date(full, int(month), last).day
        except (ValueError, OverflowError):
            return 1  # no such month: the day field says so
