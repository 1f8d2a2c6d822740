"""What the rules of hours say of one entry, in words: which rule it breaks, at which field, and what a person reads.

Times of day are compared as instants, so that nights on which the clocks change are right to the minute.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from timecredits.foundation.amounts import hours_text
from timecredits.foundation.clock import first_moment
from timecredits.foundation.display import display_day
from timecredits.foundation.local_times import DAY, end_of, instant_at, minutes_of
from timecredits.foundation.wording import Sentence
from timecredits.hours.hour_facts import KnownHours, NewHours, Person
from timecredits.hours.imports.days import EARLIEST_YEAR
from timecredits.network.settings import Settings

LONGEST_DAY = 24 * 60
LONGEST_NOTE = 500


class HourRule(StrEnum):
    """Which rule speaks. The first four bear the names of the settings that say whether they warn or stop."""

    OVERLAP = "overlap"
    SAME_TWICE = "same_twice"
    BEFORE_JOINING = "before_joining"
    OVER_DAILY_LIMIT = "over_daily_limit"
    SAVED_BEFORE = "saved_before"  # the same entry, with other hours
    NOT_HERE = "not_here"
    NO_HOURS = "no_hours"  # being there is no time given
    ON_HOLD = "on_hold"  # the organisation is on hold
    LENGTH = "length"
    DAY = "day"
    MIDNIGHT = "midnight"
    FULL_DAY = "full_day"
    NOTE = "note"
    BUDGET = "budget"  # there are too few credits to pay for them


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that an entry breaks. `sentence` is for stopping it, `remark` for letting it by."""

    rule: HourRule
    field: str
    sentence: Sentence
    remark: Sentence


def ends_that_day(day: date, starts: int, minutes: int) -> bool:
    """Whether something that starts at this time of day ends by midnight, by the clock on the wall."""
    return 0 <= starts < DAY and end_of(day, starts, minutes) <= first_moment(day + timedelta(days=1))


def over_full_day(day: date, name: str) -> Broken:
    """A person would have more hours on a day than it has: 24, but 23 and 25 when the clocks change."""
    sentence = Sentence(
        "%(name)s would have more than %(hours)s on %(day)s. Nothing was saved.",
        name=name,
        hours=hours_text(minutes_of(day)),
        day=display_day(day),
    )
    return _stop(HourRule.FULL_DAY, "minutes", sentence)


def always_stops(entry: NewHours, person: Person, today: date, same_day: Sequence[KnownHours]) -> Iterator[Broken]:
    """The rules that stop whatever the programme sets. `same_day`: all that the person has on the day, wherever."""
    if person.left_on is not None and entry.day > person.left_on:
        yield _stop(HourRule.NOT_HERE, "volunteer", Sentence("%(name)s had left by then. Nothing was saved.", name=person.name))
    if entry.minutes <= 0:
        yield _stop(HourRule.LENGTH, "minutes", Sentence("Type more than 0 hours. Nothing was saved."))
    if entry.minutes > LONGEST_DAY:
        sentence = Sentence("A day has 24 hours. Nothing was saved. Type 24 hours or less.")
        yield _stop(HourRule.LENGTH, "minutes", sentence)
    if entry.day > today:
        sentence = Sentence("%(day)s has not come yet. Nothing was saved.", day=display_day(entry.day))
        yield _stop(HourRule.DAY, "day", sentence)
    if entry.day.year < EARLIEST_YEAR:
        sentence = Sentence("%(day)s is too long ago. Nothing was saved. Check the year.", day=display_day(entry.day))
        yield _stop(HourRule.DAY, "day", sentence)
    if entry.starts is not None and not ends_that_day(entry.day, entry.starts, entry.minutes):
        sentence = Sentence("These hours run past midnight. Nothing was saved. Split them over two days.")
        yield _stop(HourRule.MIDNIGHT, "minutes", sentence)
    if len(entry.note) > LONGEST_NOTE:
        sentence = Sentence("That note is too long. Use at most %(most)s letters.", most=LONGEST_NOTE)
        yield _stop(HourRule.NOTE, "note", sentence)
    if sum(known.minutes for known in same_day) + entry.minutes > minutes_of(entry.day):
        yield over_full_day(entry.day, person.name)


def as_the_programme_sets(entry: NewHours, person: Person, here: Sequence[KnownHours], settings: Settings) -> Iterator[Broken]:
    """The rules that warn or stop as the programme sets. `here`: what the person has on the day at this organisation."""
    here_all, here = here, [known for known in here if not _in_one_session(entry, known)]
    if any(_same(entry, known) for known in here):
        said = {"name": person.name, "hours": hours_text(entry.minutes), "day": display_day(entry.day)}
        yield Broken(
            HourRule.SAME_TWICE,
            "minutes",
            Sentence("%(name)s has %(hours)s on %(day)s for this already. Nothing was saved.", **said),
            Sentence("%(name)s now has %(hours)s twice on %(day)s for the same activity. Check it.", **said),
        )
    elif any(_overlap(entry, known) for known in here):
        said = {"name": person.name, "day": display_day(entry.day)}
        yield Broken(
            HourRule.OVERLAP,
            "minutes",
            Sentence("%(name)s has other hours at the same time on %(day)s. Nothing was saved.", **said),
            Sentence("%(name)s has other hours at the same time on %(day)s. Check them.", **said),
        )
    elif maybe := [known for known in here if _maybe_same(entry, known)]:
        said = {"name": person.name, "already": hours_text(sum(known.minutes for known in maybe))}
        yield Broken(
            HourRule.SAME_TWICE,
            "minutes",
            Sentence("%(name)s has %(already)s for this activity on that day already. Nothing was saved.", **said),
            Sentence("%(name)s has %(already)s for this activity on that day already.", **said),
        )
    if sum(known.minutes for known in here_all) + entry.minutes > settings.daily_limit:
        said = {"name": person.name, "most": hours_text(settings.daily_limit), "day": display_day(entry.day)}
        yield Broken(
            HourRule.OVER_DAILY_LIMIT,
            "minutes",
            Sentence("%(name)s would have more than %(most)s on %(day)s. Nothing was saved.", **said),
            Sentence("%(name)s now has more than %(most)s on %(day)s. Check it.", **said),
        )
    if entry.day < person.enrolled_on:
        said = {"name": person.name, "joined": display_day(person.enrolled_on), "day": display_day(entry.day)}
        yield Broken(
            HourRule.BEFORE_JOINING,
            "day",
            Sentence("%(name)s joined on %(joined)s, after %(day)s. Nothing was saved.", **said),
            Sentence("%(name)s joined on %(joined)s. %(day)s is before that. Check it.", **said),
        )


def _same(entry: NewHours, known: KnownHours) -> bool:
    if (known.activity_id, known.minutes) != (entry.activity_id, entry.minutes):
        return False
    return entry.starts is None or known.starts is None or entry.starts == known.starts


def _maybe_same(entry: NewHours, known: KnownHours) -> bool:
    """Another length for the same activity, and no times of day that would show it to be other hours."""
    return known.activity_id == entry.activity_id and (entry.starts is None or known.starts is None)


def _in_one_session(entry: NewHours, known: KnownHours) -> bool:
    """Two stays of one session follow one another, though each is rounded; a register of it gives nothing beside them."""
    return entry.session_id is not None and entry.session_id == known.session_id


def _overlap(entry: NewHours, known: KnownHours) -> bool:
    if entry.starts is None or known.starts is None:
        return False
    begins, ends = instant_at(entry.day, entry.starts), end_of(entry.day, entry.starts, entry.minutes)
    return begins < end_of(entry.day, known.starts, known.minutes) and instant_at(entry.day, known.starts) < ends


def _stop(rule: HourRule, field: str, sentence: Sentence) -> Broken:
    return Broken(rule, field, sentence, sentence)
