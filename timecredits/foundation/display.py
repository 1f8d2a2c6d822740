"""Days, lengths of time and amounts as people read them on paper: "21 November 2026", "1½ hours", "2 years 1 month"."""

from datetime import date
from typing import Final

from babel.dates import format_date

from timecredits.foundation.wording import Sentence, counted

__all__ = ["display_day", "display_hours", "display_hours_short", "display_month", "display_span"]

_HOUR: Final = 60
_QUARTERS: Final = {0: "", 15: "¼", 30: "½", 45: "¾"}
# Day before month in every language we offer; English alone would be American to Babel.
_LOCALES: Final = {"en": "en_GB"}


def display_day(day: date, language: str = "en") -> str:
    """Write a day in words, such as "21 November 2026"."""
    return format_date(day, "d MMMM y", locale=_LOCALES.get(language, language))


def display_month(day: date, language: str = "en") -> str:
    """Write the month of a day, such as "November 2026"."""
    return format_date(day, "LLLL y", locale=_LOCALES.get(language, language))


def display_hours(minutes: int) -> Sentence:
    """Say an amount of time: 90 is "1½ hours", 60 "1 hour", 20 "20 minutes", 80 "1 hour 20 minutes", 77400 "1,290 hours"."""
    hours, rest = divmod(minutes, _HOUR)
    if rest not in _QUARTERS:
        left = counted("%(num)s minute", "%(num)s minutes", rest)
        if not hours:
            return left
        return Sentence("%(hours)s %(minutes)s", hours=counted("%(num)s hour", "%(num)s hours", hours), minutes=left)
    if hours == 1 and not rest:
        return Sentence("1 hour")
    amount = f"{hours:,}{_QUARTERS[rest]}" if hours or not rest else _QUARTERS[rest]
    return Sentence("%(amount)s hour" if not hours and rest else "%(amount)s hours", amount=amount)


def display_hours_short(minutes: int) -> str:
    """Write an amount for a narrow column of figures, always as hours and minutes: 90 is "1:30", 77400 "1,290:00"."""
    hours, rest = divmod(minutes, _HOUR)
    return f"{hours:,}:{rest:02}"


def display_span(start: date, end: date) -> Sentence:
    """Say how long it is from `start` to `end` in whole years and months; under a month in days."""
    months = (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)
    years, months = divmod(max(months, 0), 12)
    said_years = counted("%(num)s year", "%(num)s years", years)
    said_months = counted("%(num)s month", "%(num)s months", months)
    if years and months:
        return Sentence("%(years)s %(months)s", years=said_years, months=said_months)
    if years or months:
        return said_years if years else said_months
    return counted("%(num)s day", "%(num)s days", max((end - start).days, 0))
