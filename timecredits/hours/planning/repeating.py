"""How often something takes place: a small part of RFC 5545, stored as its text, offered and said in plain words.

Nobody types a rule. A screen offers `Repeats`; `rule_for` makes the text and the first day; `Repetition` reads one back.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from timecredits.foundation.display import display_day
from timecredits.foundation.wording import Sentence, counted

MOST_TIMES = 400
_LONGEST_INTERVAL = 52
_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WORKING_DAYS = (0, 1, 2, 3, 4)
_EVERY_DAY = 7
_LAST_OF_MONTH = 28

WEEKDAYS = tuple(Sentence(name) for name in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"))
"""Their names, 0 is Monday."""

_NTH = {
    1: Sentence("first"),
    2: Sentence("second"),
    3: Sentence("third"),
    4: Sentence("fourth"),
    -1: Sentence("last"),
}


class Repeats(StrEnum):
    """What a screen offers."""

    ONCE = "once"
    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"  # the second Tuesday
    MONTHLY_LAST = "monthly_last"  # the last Tuesday
    DAILY = "daily"
    WORKING_DAYS = "working_days"


class Freq(StrEnum):
    """Of RFC 5545's seven, those that make days."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"


class UnknownRuleError(ValueError):
    """A rule outside the part that is kept here."""


@dataclass(frozen=True, slots=True)
class Repetition:
    """One rule: every `interval` days, weeks, months or years, on `weekdays` (0 is Monday), of a month the `nth`, -1 the last."""

    freq: Freq
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    nth: int | None = None
    count: int | None = None

    @property
    def text(self) -> str:
        """The rule as RFC 5545 writes it: `FREQ=WEEKLY;INTERVAL=2;BYDAY=TU`."""
        parts = [f"FREQ={self.freq}"]
        if self.interval > 1:
            parts.append(f"INTERVAL={self.interval}")
        if self.weekdays:
            parts.append("BYDAY=" + ",".join(f"{self.nth or ''}{_CODES[day]}" for day in self.weekdays))
        if self.count is not None:
            parts.append(f"COUNT={self.count}")
        return ";".join(parts)

    @property
    def repeats(self) -> Repeats | None:
        """What a screen would have offered for it; None for a rule that none of them makes."""
        month = Repeats.MONTHLY_LAST if self.nth == -1 else Repeats.MONTHLY
        shapes = {
            (Freq.DAILY, 1): Repeats.DAILY,
            (Freq.WEEKLY, 1): Repeats.WORKING_DAYS if self.weekdays == _WORKING_DAYS else Repeats.WEEKLY,
            (Freq.WEEKLY, 2): Repeats.FORTNIGHTLY,
            (Freq.MONTHLY, 1): month if self.nth is not None and len(self.weekdays) == 1 else None,
        }
        return shapes.get((self.freq, self.interval))


def read_rule(text: str) -> Repetition:
    """A stored rule. Raises UnknownRuleError for anything outside the part that is kept here."""
    try:
        parts = dict(part.split("=") for part in text.split(";"))
        if set(parts) - {"FREQ", "INTERVAL", "BYDAY", "COUNT"}:
            raise UnknownRuleError(text)
        days = [each for each in parts.get("BYDAY", "").split(",") if each]
        prefixes = {each[:-2] for each in days}
        found = Repetition(
            freq=Freq(parts["FREQ"]),
            interval=int(parts.get("INTERVAL", 1)),
            weekdays=tuple(_CODES.index(each[-2:]) for each in days),
            nth=int(prefix) if len(prefixes) == 1 and (prefix := prefixes.pop()) else None,
            count=int(parts["COUNT"]) if "COUNT" in parts else None,
        )
    except (KeyError, ValueError) as fault:
        raise UnknownRuleError(text) from fault
    many = (
        len(prefixes) > 1
        or not 1 <= found.interval <= _LONGEST_INTERVAL
        or not 1 <= (1 if found.count is None else found.count) <= MOST_TIMES
    )
    if many or (found.nth is not None and (found.nth not in _NTH or found.freq is not Freq.MONTHLY)):
        raise UnknownRuleError(text)
    return found


def rule_for(repeats: Repeats, first: date, weekdays: tuple[int, ...] = (), count: int | None = None) -> tuple[date, str]:
    """The first day on or after `first`, and the rule from there on ("" for once). Without `weekdays`, `first`'s own counts."""
    chosen = tuple(sorted(set(weekdays))) or (first.weekday(),)
    match repeats:
        case Repeats.ONCE:
            return first, ""
        case Repeats.DAILY:
            return first, Repetition(Freq.DAILY, count=count).text
        case Repeats.WORKING_DAYS:
            return _next_on(first, _WORKING_DAYS), Repetition(Freq.WEEKLY, weekdays=_WORKING_DAYS, count=count).text
        case Repeats.WEEKLY:
            return _next_on(first, chosen), Repetition(Freq.WEEKLY, weekdays=chosen, count=count).text
        case Repeats.FORTNIGHTLY:
            return _next_on(first, chosen), Repetition(Freq.WEEKLY, 2, chosen, count=count).text
    # Every month has four of each weekday; who begins on a fifth means the last.
    nth = -1 if repeats is Repeats.MONTHLY_LAST or first.day > _LAST_OF_MONTH else (first.day - 1) // _EVERY_DAY + 1
    while nth == -1 and (first + timedelta(weeks=1)).month == first.month:
        first += timedelta(weeks=1)
    return first, Repetition(Freq.MONTHLY, weekdays=(first.weekday(),), nth=nth, count=count).text


def rule_words(rule: str, starts_on: date, ends_on: date | None = None) -> Sentence:
    """A plan's rule in words: "Every 2 weeks on Tuesday and Thursday, until 3 March 2026"."""
    if not rule:
        return Sentence("Once, on %(day)s", day=display_day(starts_on))
    read = read_rule(rule)
    words = _how_often(read, starts_on)
    if read.count is not None:
        words = counted("%(rule)s, %(num)s time", "%(rule)s, %(num)s times", read.count, rule=words)
    if ends_on is not None:
        words = Sentence("%(rule)s, until %(day)s", rule=words, day=display_day(ends_on))
    return words


def _how_often(read: Repetition, starts_on: date) -> Sentence:
    match read.freq:
        case Freq.DAILY:
            return counted("Every day", "Every %(num)s days", read.interval)
        case Freq.WEEKLY if read.repeats is Repeats.WORKING_DAYS:
            return Sentence("Every weekday, Monday to Friday")
        case Freq.WEEKLY:
            days = _listed(read.weekdays or (starts_on.weekday(),))
            return counted("Every week on %(days)s", "Every %(num)s weeks on %(days)s", read.interval, days=days)
        case Freq.MONTHLY if read.nth is not None:
            return counted(
                "Every month on the %(nth)s %(days)s",
                "Every %(num)s months on the %(nth)s %(days)s",
                read.interval,
                nth=_NTH[read.nth],
                days=_listed(read.weekdays),
            )
        case Freq.MONTHLY:
            return counted(
                "Every month from %(day)s", "Every %(num)s months from %(day)s", read.interval, day=display_day(starts_on)
            )
    return counted("Every year from %(day)s", "Every %(num)s years from %(day)s", read.interval, day=display_day(starts_on))


def _listed(weekdays: tuple[int, ...]) -> Sentence:
    names = [WEEKDAYS[day] for day in weekdays]
    words = names[0]
    for before, name in pairwise([*names[1:], None]):
        if before is not None:
            joined = "%(days)s, %(day)s" if name is not None else "%(days)s and %(day)s"
            words = Sentence(joined, days=words, day=before)
    return words


def _next_on(first: date, weekdays: tuple[int, ...]) -> date:
    return next(day for day in (first + timedelta(days=ahead) for ahead in range(_EVERY_DAY)) if day.weekday() in weekdays)
