"""How pages say when a service is open, and what can be ticked about one. Shared by the public and the staff pages."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from wtforms import SelectChoice

from timecredits.community.directory.finding import Listed
from timecredits.community.directory.opening_hours import DAYS, Open, is_open, joined, weekday_and_time
from timecredits.community.directory.topics import Choice, known
from timecredits.community.directory_models import SupportCost, SupportFault
from timecredits.foundation.local_times import DAY
from timecredits.web.filters import clock_time, say

_WEEK = 7


@dataclass(frozen=True, slots=True)
class OpenWords:
    """Whether it is open, in a sentence; empty where nobody said."""

    text: str = ""
    is_open: bool = False


def open_words(listed: Listed, now: datetime) -> OpenWords:
    """Say whether it is open: "Open now, until 5pm", "Closed now. Opens Tuesday at 9am", "Open day and night"."""
    if listed.service.always_open:
        return OpenWords(_("Open day and night"), is_open=True)
    if not listed.openings:
        return OpenWords()
    weekday, minute = weekday_and_time(now)
    if is_open(listed.openings, now):
        closes = _closing(listed.openings, weekday, minute)
        return OpenWords(_("Open now, until %(time)s", time=closes) if closes else _("Open now"), is_open=True)

    def wait(each: Open) -> int:
        return ((each.weekday - weekday) * DAY + each.opens - minute) % (_WEEK * DAY)

    opens = min(listed.openings, key=wait)
    if opens.weekday == weekday and wait(opens) < DAY:
        return OpenWords(_("Closed now. Opens at %(time)s", time=clock_time(opens.opens)))
    return OpenWords(_("Closed now. Opens %(day)s at %(time)s", day=say(DAYS[opens.weekday]), time=clock_time(opens.opens)))


def week(openings: Iterable[Open]) -> list[tuple[str, str]]:
    """(days, their times) where it is open: ("Monday to Friday", "9am to 12:30pm, 2pm to 5pm")."""
    by_day: dict[int, list[str]] = {}
    for each in joined(openings):
        whole = each.opens == 0 and each.closes == DAY
        times = (
            _("all day") if whole else _("%(from)s to %(until)s", **{"from": _clock(each.opens), "until": _clock(each.closes)})
        )
        by_day.setdefault(each.weekday, []).append(times)
    runs: list[tuple[int, int, str]] = []
    for weekday, times in sorted(by_day.items()):
        text = ", ".join(times)
        if runs and runs[-1][1:] == (weekday - 1, text):
            runs[-1] = (runs[-1][0], weekday, text)
        else:
            runs.append((weekday, weekday, text))
    return [(_days(first, last), text) for first, last, text in runs]


def names_of(choices: Mapping[str, Choice], keys: Sequence[str]) -> list[str]:
    """What these keys are called, in the reader's language."""
    return [say(choices[key].name) for key in known(choices, keys)]


def options(choices: Mapping[str, Choice]) -> list[tuple[str, str]]:
    """(key, name) of each, in order."""
    return [(key, say(each.name)) for key, each in choices.items()]


def ticks(choices: Mapping[str, Choice]) -> list[SelectChoice]:
    """The same for a field of a form."""
    return [SelectChoice(key, text) for key, text in options(choices)]


def cost_words(cost: SupportCost) -> str:
    """What it costs, in a word or two."""
    words: dict[SupportCost, str] = {
        SupportCost.FREE: _("Free"),
        SupportCost.DONATION: _("Give what you can"),
        SupportCost.LOW: _("A small charge"),
        SupportCost.PAID: _("You pay"),
    }
    return words[cost]


def fault_words(fault: SupportFault) -> str:
    """What a reader may say is wrong."""
    words: dict[SupportFault, str] = {
        SupportFault.PHONE: _("The phone number"),
        SupportFault.LINK: _("The website link"),
        SupportFault.TIMES: _("The opening times"),
        SupportFault.CLOSED: _("It has closed for good"),
        SupportFault.OTHER: _("Something else"),
    }
    return words[fault]


def _days(first: int, last: int) -> str:
    if first == last:
        return say(DAYS[first])
    return str(_("%(first)s to %(last)s", first=say(DAYS[first]), last=say(DAYS[last])))


def _closing(openings: Sequence[Open], weekday: int, minute: int) -> str:
    """When it closes, if that is within a day; "" where a time alone would be taken for today's or tonight's."""
    closes = next(each.closes for each in openings if each.weekday == weekday and each.opens <= minute < each.closes)
    if closes < DAY:
        return _clock(closes)
    goes_on = next((each.closes for each in openings if each.weekday == (weekday + 1) % _WEEK and each.opens == 0), 0)
    return _clock(goes_on) if goes_on <= minute else ""


def _clock(minutes: int) -> str:
    return str(_("midnight")) if minutes in (0, DAY) else clock_time(minutes)
