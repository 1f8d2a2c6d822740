"""Days and lengths of time as people read them on paper: "21 November 2026", "1:30", "2 years 1 month"."""

from datetime import date
from typing import Final

from babel.dates import format_date

from timecredits.foundation.amounts import MINUTES_A_CREDIT
from timecredits.foundation.wording import Sentence, counted

__all__ = ["display_day", "display_hours_short", "display_span"]

# Day before month in every language we offer; English alone would be American to Babel.
_LOCALES: Final = {"en": "en_GB"}


def display_day(day: date, language: str = "en") -> str:
    """Write a day in words, such as "21 November 2026"."""
    return format_date(day, "d MMMM y", locale=_LOCALES.get(language, language))


def display_hours_short(minutes: int) -> str:
    """Write an amount for a narrow column of figures, always as hours and minutes: 90 is "1:30", 77400 "1,290:00"."""
    hours, rest = divmod(minutes, MINUTES_A_CREDIT)
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
