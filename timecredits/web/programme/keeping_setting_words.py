"""The settings about what venues see, the year of the reports, and how long what is held is kept: all in words."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from timecredits.foundation.wording import Sentence, counted
from timecredits.web.programme.setting_shape import SettingWords

__all__ = ["KEEPING", "KEEPING_GROUPS", "keeping_meaning", "keeping_value"]

_MONTHS: Final = (
    Sentence("January"),
    Sentence("February"),
    Sentence("March"),
    Sentence("April"),
    Sentence("May"),
    Sentence("June"),
    Sentence("July"),
    Sentence("August"),
    Sentence("September"),
    Sentence("October"),
    Sentence("November"),
    Sentence("December"),
)
_A_YEAR: Final = 12
_UNTIL_ASKED: Final = Sentence("Until they ask")


def _time(months: int) -> Sentence:
    if months % _A_YEAR == 0 and months > _A_YEAR:
        return counted("%(num)s year", "%(num)s years", months // _A_YEAR)
    return counted("%(num)s month", "%(num)s months", months)


def _days(number: int) -> Sentence:
    return counted("%(num)s day", "%(num)s days", number)


def _times(*months: int) -> tuple[tuple[int, Sentence], ...]:
    return tuple((each, _time(each)) for each in months)


KEEPING_GROUPS: tuple[tuple[Sentence, tuple[SettingWords, ...]], ...] = (
    (
        Sentence("What venues see"),
        (
            SettingWords(
                "venues_see_balance",
                Sentence("Venues see what is left"),
                Sentence("Whether a till shows how many credits somebody has left."),
                ((False, Sentence("No")), (True, Sentence("Yes"))),
            ),
        ),
    ),
    (
        Sentence("Reports"),
        (
            SettingWords(
                "year_starts_in",
                Sentence("When a year begins"),
                Sentence("Reports are made for years that begin in this month."),
                tuple(enumerate(_MONTHS, start=1)),
            ),
        ),
    ),
    (
        Sentence("How long we keep things"),
        (
            SettingWords(
                "erasure_days",
                Sentence("How long erasing waits"),
                Sentence("From the day somebody asks. Until then it can be called off."),
                tuple((each, _days(each)) for each in (7, 14, 30, 60, 90)),
            ),
            SettingWords(
                "keep_people_months",
                Sentence("People who left"),
                Sentence("How long after their last hour, use or letter we keep them."),
                ((None, _UNTIL_ASKED), *_times(12, 24, 36, 72, 120)),
            ),
            SettingWords(
                "keep_requests_months",
                Sentence("Requests that are closed"),
                Sentence("Requests to be in touch, and requests for letters."),
                _times(3, 6, 12, 24, 36),
            ),
            SettingWords(
                "keep_words_months",
                Sentence("Words on mentoring and safety"),
                Sentence("What staff wrote down, from the day it was over."),
                _times(6, 12, 24, 36, 72),
            ),
            SettingWords(
                "keep_answers_months",
                Sentence("Answers on how people are"),
                Sentence("How long an answer keeps the name of who gave it."),
                _times(6, 12, 24, 36, 60),
            ),
        ),
    ),
)
KEEPING: Final = frozenset({"keep_people_months", "keep_requests_months", "keep_words_months", "keep_answers_months"})
"""The settings that say when something goes."""

_SAYS: Mapping[str, Callable[[int], Sentence]] = {"erasure_days": _days, **dict.fromkeys(KEEPING, _time)}


def keeping_value(name: str, value: Any) -> Sentence | None:
    """A value of one of these settings in words, where it is none of the choices; None for any other setting."""
    return _SAYS[name](value) if name in _SAYS and value is not None else None


def keeping_meaning(name: str, value: Any) -> Sentence | None:
    """What one of these settings does once it has this value; None for any other setting."""
    found = _MEANINGS.get(name)
    return found(value) if found is not None else None


def _people(value: int | None) -> Sentence:
    if value is None:
        return Sentence("Nobody's record goes until they ask for it.")
    return Sentence(
        "Who left %(time)s ago gets a mail, and a day on which they are erased. They can say no.",
        time=_time(value),
    )


_MEANINGS: Mapping[str, Callable[[Any], Sentence]] = {
    "venues_see_balance": lambda value: (
        Sentence("After a scan a till shows how many credits the person has left.")
        if value
        else Sentence("A till shows what it took, and never what is left.")
    ),
    "year_starts_in": lambda value: Sentence(
        "A year of the reports begins on 1 %(month)s. Reports are then counted anew. That can take some minutes.",
        month=_MONTHS[value - 1],
    ),
    "erasure_days": lambda value: Sentence(
        "Who asks today is erased %(time)s from now. Who asked before keeps their day.", time=_days(value)
    ),
    "keep_people_months": _people,
    "keep_requests_months": lambda value: Sentence(
        "What was said in a request goes %(time)s after it was closed.", time=_time(value)
    ),
    "keep_words_months": lambda value: Sentence("What staff wrote down goes %(time)s after it was over.", time=_time(value)),
    "keep_answers_months": lambda value: Sentence(
        "An answer goes %(time)s after it was given. Reports made before stay as they are.", time=_time(value)
    ),
}
