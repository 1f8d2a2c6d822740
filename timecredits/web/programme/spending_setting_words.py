"""The settings about using credits in words: when they run out, how much a day, paper notes and passes, tills with no signal."""

from collections.abc import Callable, Mapping
from typing import Any

from timecredits.foundation.amounts import credits_text
from timecredits.foundation.wording import Sentence, counted
from timecredits.web.programme.setting_shape import SettingWords

_NO_LIMIT = Sentence("No limit")
_NEVER = Sentence("Never")
_DAY_HOURS = 24


def _months(number: int) -> Sentence:
    return counted("%(num)s month", "%(num)s months", number)


def _days(number: int) -> Sentence:
    return counted("%(num)s day", "%(num)s days", number)


def _hours(number: int) -> Sentence:
    if number % _DAY_HOURS == 0 and number > _DAY_HOURS:
        return _days(number // _DAY_HOURS)
    return counted("%(num)s hour", "%(num)s hours", number)


def _times(number: int) -> Sentence:
    return counted("%(num)s time", "%(num)s times", number)


def _choices(say: Callable[[int], Sentence], *values: int) -> tuple[tuple[int, Sentence], ...]:
    return tuple((value, say(value)) for value in values)


SPENDING_GROUPS: tuple[tuple[Sentence, tuple[SettingWords, ...]], ...] = (
    (
        Sentence("When credits run out"),
        (
            SettingWords(
                "expire_after_months",
                Sentence("Credits run out"),
                Sentence("What came first is used first. People are told 30 days before."),
                ((None, _NEVER), *_choices(lambda number: Sentence("After %(time)s", time=_months(number)), 6, 12, 18, 24, 36)),
            ),
        ),
    ),
    (
        Sentence("Limits for a day"),
        (
            SettingWords(
                "uses_a_day",
                Sentence("Uses in a day"),
                Sentence("How often one person can use credits in a day, at all places."),
                ((None, _NO_LIMIT), *_choices(_times, 1, 2, 3, 5, 10)),
            ),
            SettingWords(
                "used_a_day",
                Sentence("Most credits used in a day"),
                Sentence("For one person, at all places together."),
                unit="credits",
                may_be_empty=True,
            ),
            SettingWords(
                "given_a_day",
                Sentence("Most credits given in a day"),
                Sentence("What one person can give to others in a day."),
                unit="credits",
                may_be_empty=True,
            ),
        ),
    ),
    (
        Sentence("Events"),
        (
            SettingWords(
                "event_entry",
                Sentence("Credits for entry"),
                Sentence("Whether an event may ask for credits at the door. They go into a pot of whoever holds it."),
                ((False, Sentence("No")), (True, Sentence("Yes"))),
            ),
        ),
    ),
    (
        Sentence("Paper notes and passes"),
        (
            SettingWords(
                "note_months",
                Sentence("How long a note is good"),
                Sentence("From the day it is made. After that its credits go back to whoever paid."),
                _choices(_months, 1, 3, 6, 12, 24, 36),
            ),
            SettingWords(
                "pass_days",
                Sentence("How long a pass is good"),
                Sentence("A pass is for places with no signal. After that its credits come back by themselves."),
                _choices(_days, 1, 3, 7, 14, 31),
            ),
        ),
    ),
    (
        Sentence("Tills with no signal"),
        (
            SettingWords(
                "offline_warn_hours",
                Sentence("When a till asks for signal"),
                Sentence("How long after its last contact it asks staff to find signal."),
                _choices(_hours, 6, 12, 24, 48, 72),
            ),
            SettingWords(
                "offline_stop_hours",
                Sentence("When a till stops"),
                Sentence("How long after its last contact it takes no more credits."),
                _choices(_hours, 24, 48, 72, 120, 168),
            ),
            SettingWords(
                "offline_card_minutes",
                Sentence("Most credits for one card"),
                Sentence("What one card can use at a till until it has signal again."),
                unit="credits",
            ),
            SettingWords(
                "offline_most_uses",
                Sentence("Most uses at one till"),
                Sentence("How many it takes until it has signal again."),
                _choices(lambda number: counted("%(num)s use", "%(num)s uses", number), 0, 5, 10, 20, 50, 100),
            ),
            SettingWords(
                "offline_most_minutes",
                Sentence("Most credits at one till"),
                Sentence("What it takes in all until it has signal again."),
                unit="credits",
            ),
            SettingWords(
                "offline_most_once",
                Sentence("Most credits at once"),
                Sentence("What can be taken at one time with no signal."),
                unit="credits",
            ),
        ),
    ),
)

_SAYS: Mapping[str, Callable[[int], Sentence]] = {
    "expire_after_months": lambda value: Sentence("After %(time)s", time=_months(value)),
    "uses_a_day": _times,
    "note_months": _months,
    "pass_days": _days,
    "offline_warn_hours": _hours,
    "offline_stop_hours": _hours,
    "offline_most_uses": lambda value: counted("%(num)s use", "%(num)s uses", value),
}
"""How a value is said that is none of the choices; amounts of credit are said by themselves."""


def spending_value(name: str, value: Any) -> Sentence | None:
    """A value of one of these settings in words; None for any other setting."""
    if name in _SAYS:
        return _SAYS[name](value)
    return None


def spending_meaning(name: str, value: Any) -> Sentence | None:
    """What one of these settings does once it has this value; None for any other setting."""
    found = _MEANINGS.get(name)
    return found(value) if found is not None else None


def _expiry(value: int | None) -> Sentence:
    if value is None:
        return Sentence("Nobody's credits run out.")
    return Sentence(
        "Credits run out on the first day of a month, %(time)s after they came. "
        "Nothing runs out in the first 60 days after a change.",
        time=_months(value),
    )


def _limit(none: str, some: str) -> Callable[[int | None], Sentence]:
    return lambda value: Sentence(none) if value is None else Sentence(some, most=credits_text(value))


def _no_signal(some: str, say: Callable[[int], Sentence]) -> Callable[[int], Sentence]:
    return lambda value: Sentence(some, most=say(value)) if value else Sentence("With no signal, none are taken.")


_MEANINGS: Mapping[str, Callable[[Any], Sentence]] = {
    "expire_after_months": _expiry,
    "uses_a_day": lambda value: (
        Sentence("People can use credits as often as they like.")
        if value is None
        else counted(
            "One person can use credits %(num)s time in a day.", "One person can use credits %(num)s times in a day.", value
        )
    ),
    "used_a_day": _limit("People can use all they have.", "Nobody can use more than %(most)s in a day."),
    "given_a_day": _limit("People can give all they have.", "Nobody can give more than %(most)s in a day."),
    "event_entry": lambda value: (
        Sentence("An event may ask for credits. They are given at the door, not before.")
        if value
        else Sentence("Every event is free. What was given before stays as it is.")
    ),
    "note_months": lambda value: Sentence("A note made today is good for %(time)s.", time=_months(value)),
    "pass_days": lambda value: Sentence("A pass made today is good for %(time)s.", time=_days(value)),
    "offline_warn_hours": lambda value: Sentence("A till with no signal for %(time)s asks for it.", time=_hours(value)),
    "offline_stop_hours": lambda value: Sentence("A till with no signal for %(time)s takes no more credits.", time=_hours(value)),
    "offline_card_minutes": _no_signal("One card can use up to %(most)s there.", credits_text),
    "offline_most_uses": _no_signal("A till takes up to %(most)s.", lambda value: counted("%(num)s use", "%(num)s uses", value)),
    "offline_most_minutes": _no_signal("A till takes up to %(most)s.", credits_text),
    "offline_most_once": _no_signal("Up to %(most)s can be taken at one time.", credits_text),
}
