"""Days and lengths of time as people read them on paper: "21 November 2026", "1:30", "2 years 1 month".

What is printed knows its language, so `display_hours` and `display_span_in` give ready words in it: English ("en") or Welsh
("cy"). In Welsh a noun stays singular after a figure; after 2 it changes its first letter, and years have forms of their own.
The Welsh is a draft that no native speaker has read yet.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from babel.dates import format_date
from babel.numbers import format_decimal

from timecredits.foundation.amounts import MINUTES_A_CREDIT, hours_text
from timecredits.foundation.wording import Sentence, counted

__all__ = ["display_day", "display_hours", "display_hours_short", "display_span", "display_span_in"]

# Day before month in every language we offer; English alone would be American to Babel.
_LOCALES: Final = {"en": "en_GB"}

_WELSH: Final = "cy"
_ANY: Final = 0
# After which figure which word; _ANY after all others.
_WELSH_NOUNS: Final[Mapping[str, Mapping[int, str]]] = {
    "years": {1: "flwyddyn", 2: "flynedd", 3: "blynedd", 4: "blynedd", 6: "blynedd", _ANY: "mlynedd"},
    "months": {2: "fis", _ANY: "mis"},
    "days": {2: "ddiwrnod", _ANY: "diwrnod"},
    "hours": {_ANY: "awr"},
    "minutes": {2: "funud", _ANY: "munud"},
}


def display_day(day: date, language: str = "en") -> str:
    """Write a day in words, such as "21 November 2026"."""
    return format_date(day, "d MMMM y", locale=_LOCALES.get(language, language))


def display_hours_short(minutes: int) -> str:
    """Write an amount for a narrow column of figures, always as hours and minutes: 90 is "1:30", 77400 "1,290:00"."""
    hours, rest = divmod(minutes, MINUTES_A_CREDIT)
    return f"{hours:,}:{rest:02}"


def display_hours(minutes: int, language: str = "en") -> str:
    """Write time given in words: 390 is "6½ hours", in Welsh "6 awr 30 munud"."""
    if language != _WELSH:
        return str(hours_text(minutes))
    hours, rest = divmod(minutes, MINUTES_A_CREDIT)
    return _in_welsh(hours=hours, minutes=rest) or _welsh("hours", 0)


def display_span(start: date, end: date) -> Sentence:
    """Say how long it is from `start` to `end` in whole years and months; under a month in days."""
    years, months = _whole_months(start, end)
    said_years = counted("%(num)s year", "%(num)s years", years)
    said_months = counted("%(num)s month", "%(num)s months", months)
    if years and months:
        return Sentence("%(years)s %(months)s", years=said_years, months=said_months)
    if years or months:
        return said_years if years else said_months
    return counted("%(num)s day", "%(num)s days", max((end - start).days, 0))


def display_span_in(start: date, end: date, language: str = "en") -> str:
    """Write what `display_span` says in the language of the paper: "2 years 1 month", in Welsh "2 flynedd 1 mis"."""
    if language != _WELSH:
        return str(display_span(start, end))
    years, months = _whole_months(start, end)
    return _in_welsh(years=years, months=months) or _welsh("days", max((end - start).days, 0))


def _whole_months(start: date, end: date) -> tuple[int, int]:
    """Whole years and months from `start` to `end`, never below 0."""
    months = (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)
    return divmod(max(months, 0), 12)


def _in_welsh(**counts: int) -> str:
    """What isn't nothing, greatest first; "" where all is."""
    return " ".join(_welsh(noun, count) for noun, count in counts.items() if count)


def _welsh(noun: str, count: int) -> str:
    forms = _WELSH_NOUNS[noun]
    return f"{format_decimal(count, locale=_WELSH)} {forms.get(count, forms[_ANY])}"
