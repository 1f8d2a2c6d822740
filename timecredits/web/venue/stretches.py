"""Stretches of days that a venue looks at: this week, last month, or the days that were asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext as _

_DAY = timedelta(days=1)
_LONGEST = timedelta(days=366)
_FIRST_DAY = date(2000, 1, 1)


@dataclass(frozen=True)
class Stretch:
    """From one day to another, both included. `fault` says what is wrong with what was typed, at `field`."""

    first: date
    last: date
    name: str = ""
    fault: str = ""
    field: str = ""
    typed: tuple[str, str] = ("", "")


def usual_stretches(today: date) -> list[Stretch]:
    """This and last week (Monday to Sunday), this and last month."""
    monday = today - timedelta(days=today.weekday())
    first = today.replace(day=1)
    last_of_before = first - _DAY
    return [
        Stretch(monday, today, _("This week")),
        Stretch(monday - timedelta(days=7), monday - _DAY, _("Last week")),
        Stretch(first, today, _("This month")),
        Stretch(last_of_before.replace(day=1), last_of_before, _("Last month")),
    ]


def asked_stretch(asked: Mapping[str, str], today: date) -> Stretch:
    """The days in `from` and `to` of an address, as ISO text; without them this week."""
    if "from" not in asked:
        return usual_stretches(today)[0]
    typed = asked.get("from", "")[:20], asked.get("to", "")[:20]
    this_week = usual_stretches(today)[0]
    days = []
    for field, text in zip(("from", "to"), typed, strict=True):
        try:
            days.append(date.fromisoformat(text))
        except ValueError:
            return Stretch(this_week.first, this_week.last, "", _("Choose both days. Nothing is shown yet."), field, typed)
    first, last = max(days[0], _FIRST_DAY), min(days[1], today)
    if first > last:
        return Stretch(first, last, "", _("The last day is before the first. Change one of them."), "to", typed)
    if last - first > _LONGEST:
        return Stretch(first, last, "", _("That is more than a year. Choose fewer days."), "to", typed)
    return Stretch(first, last, typed=typed)
