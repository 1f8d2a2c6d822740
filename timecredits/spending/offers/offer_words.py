"""What must be known of an offer before anybody goes or pays, in words: the same for volunteers, tills, posters and the venue."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from timecredits.foundation.clock import local_day
from timecredits.foundation.display import display_day
from timecredits.foundation.wording import Sentence, counted
from timecredits.hours.planning.repeating import WEEKDAYS
from timecredits.spending.models import Offer, Per
from timecredits.spending.offers.offer_limits import is_on
from timecredits.spending.offers.offer_times import coming_slot, minutes_of, slot_at

_NOON, _MIDNIGHT = 12 * 60, 24 * 60
_A_RUN = 3
_EVERY_DAY = 7


@dataclass(frozen=True, slots=True)
class OfferRule:
    """Something to know first. `kind`: info, booking, times, days, places, once, age or people. `text` may be a venue's own."""

    kind: str
    text: Sentence | str


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether an offer is on at this moment, and what to say about that; no sentence where it always is."""

    is_on: bool
    sentence: Sentence | None


def rules_of(
    offer: Offer, now: datetime, *, left: int | None = None, groups: Sequence[str] | None = None
) -> tuple[OfferRule, ...]:
    """All that restricts an offer, the venue's own words first.

    `left` is how many places are left (offer_limits.places_left). `groups` are the names of those that it is kept for; at a venue
    they are left out, because whom somebody volunteers with is not a venue's to know.
    """
    return (*_words(offer), *_when(offer, now, left), *_whom(offer, groups))


def opening_of(offer: Offer, now: datetime) -> Opening:
    """Whether it is on, until when, or when next."""
    if is_on(offer, now):
        slot = slot_at(offer.times, now) if offer.times else None
        return Opening(True, Sentence("Open now until %(time)s", time=clock_words(slot.ends)) if slot else None)
    if not offer.times:
        coming = offer.starts_on if offer.starts_on and offer.starts_on > local_day(now) else None
        return Opening(False, Sentence("Opens on %(day)s", day=display_day(coming)) if coming else Sentence("Over"))
    slot = coming_slot(offer.times, now, first=offer.starts_on, last=offer.ends_on)
    if slot is None:
        return Opening(False, Sentence("Over"))
    return Opening(False, _opens(slot.day, clock_words(slot.starts), local_day(now)))


def times_words(times: Sequence[Mapping[str, Any]]) -> list[Sentence]:
    """When in the week, a line for each time: "Monday to Friday, 10am to 12 noon"."""
    return [
        Sentence(
            "%(days)s, %(starts)s to %(ends)s",
            days=days_words(each["days"]),
            starts=clock_words(each["from"]),
            ends=clock_words(each["until"]),
        )
        for each in times
    ]


def days_words(days: Sequence[int]) -> Sentence:
    """Some days of the week: "Every day", "Monday to Friday", "Saturday and Sunday"; 0 is Monday."""
    if len(days) == _EVERY_DAY:
        return Sentence("Every day")
    if len(days) >= _A_RUN and list(days) == list(range(days[0], days[-1] + 1)):
        return Sentence("%(first)s to %(last)s", first=WEEKDAYS[days[0]], last=WEEKDAYS[days[-1]])
    *most, last = (WEEKDAYS[day] for day in days)
    if not most:
        return last
    said = most[0]
    for each in most[1:]:
        said = Sentence("%(days)s, %(day)s", days=said, day=each)
    return Sentence("%(days)s and %(day)s", days=said, day=last)


def clock_words(text: str) -> Sentence:
    """A time of day: "10:30" is "10:30am", "12:00" "12 noon"."""
    minutes = minutes_of(text)
    if minutes == _NOON:
        return Sentence("12 noon")
    if minutes in {0, _MIDNIGHT}:
        return Sentence("midnight")
    hour, minute = divmod(minutes, 60)
    shown = f"{hour % 12 or 12}:{minute:02}" if minute else f"{hour % 12 or 12}"
    return Sentence("%(time)sam", time=shown) if minutes < _NOON else Sentence("%(time)spm", time=shown)


def _words(offer: Offer) -> Iterator[OfferRule]:
    if offer.restrictions:
        yield OfferRule("info", offer.restrictions)
    if offer.booking_note:
        yield OfferRule("booking", offer.booking_note)


def _when(offer: Offer, now: datetime, left: int | None) -> Iterator[OfferRule]:
    for words in times_words(offer.times):
        yield OfferRule("times", words)
    if offer.starts_on and offer.starts_on > local_day(now):
        yield OfferRule("days", Sentence("From %(day)s", day=display_day(offer.starts_on)))
    if offer.ends_on:
        yield OfferRule("days", Sentence("Until %(day)s", day=display_day(offer.ends_on)))
    if left is not None:
        yield OfferRule("places", places_words(offer, now, left))


def _whom(offer: Offer, groups: Sequence[str] | None) -> Iterator[OfferRule]:
    if offer.once_a is not None:
        yield OfferRule("once", _ONCE[offer.once_a])
    if offer.least_age:
        yield OfferRule("age", Sentence("For people aged %(age)s and over", age=offer.least_age))
    elif offer.under_16_minutes is None:
        yield OfferRule("age", Sentence("For people aged 16 and over"))
    if offer.organisation_ids:
        yield OfferRule("people", _kept_for(groups))


def places_words(offer: Offer, now: datetime, left: int) -> Sentence:
    """How many can still come, or how many can each time where it isn't on just now."""
    per = offer.places_per or Per.DAY
    if per is Per.SLOT and not is_on(offer, now):
        return counted("%(num)s place each time", "%(num)s places each time", left)
    if left == 0:
        return _NONE_LEFT[per]
    one, many = _LEFT[per]
    return counted(one, many, left)


def _opens(day: date, time: Sentence, today: date) -> Sentence:
    if day == today:
        return Sentence("Opens today at %(time)s", time=time)
    if day == today + timedelta(days=1):
        return Sentence("Opens tomorrow at %(time)s", time=time)
    if day < today + timedelta(days=_EVERY_DAY):
        return Sentence("Opens on %(day)s at %(time)s", day=WEEKDAYS[day.weekday()], time=time)
    return Sentence("Opens on %(day)s at %(time)s", day=display_day(day), time=time)


def _kept_for(groups: Sequence[str] | None) -> Sentence:
    if groups is None:
        return Sentence("Only for people from some groups. We check this for you.")
    return Sentence("Only for people from %(groups)s", groups=", ".join(groups))


_ONCE = {
    Per.DAY: Sentence("Once a day for each person"),
    Per.WEEK: Sentence("Once a week for each person"),
    Per.MONTH: Sentence("Once a month for each person"),
}
_NONE_LEFT = {
    Per.SLOT: Sentence("No places left this time"),
    Per.DAY: Sentence("No places left today"),
    Per.MONTH: Sentence("No places left this month"),
}
_LEFT = {
    Per.SLOT: ("%(num)s place left this time", "%(num)s places left this time"),
    Per.DAY: ("%(num)s place left today", "%(num)s places left today"),
    Per.MONTH: ("%(num)s place left this month", "%(num)s places left this month"),
}
