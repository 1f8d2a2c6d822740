"""How hours become credits. Pure: numbers in, numbers out; all lengths are minutes, and one hour is one credit always.

A policy says in which steps credits come, what becomes of the rest, and how much a day and a week (Monday to Sunday) may bring.
The rest that is put by belongs to one person at one organisation, whichever activity it came from. Limits look at all that a
person earns in the programme. Of hours that a limit holds back nothing is put by, and what was put by before stays.
So for the entries of one person that count: minutes = earned + put by + what was dropped or held back.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Self
from uuid import UUID

from timecredits.network.settings import Rest, Settings

_WEEK = 7


@dataclass(frozen=True, slots=True)
class Policy:
    """Credits come in steps of `step` minutes; `rest` is what becomes of less; None is no limit."""

    step: int = 1
    rest: Rest = Rest.CARRY
    a_day: int | None = None
    a_week: int | None = None

    def stored(self) -> dict[str, Any] | None:
        """As an hour entry keeps it: None for credits to the minute without limits."""
        if self == TO_THE_MINUTE:
            return None
        return {"step": self.step, "rest": self.rest.value, "a_day": self.a_day, "a_week": self.a_week}

    @classmethod
    def read(cls, stored: Mapping[str, Any] | None) -> Self:
        """Back from what an entry keeps."""
        return cls(stored["step"], Rest(stored["rest"]), stored["a_day"], stored["a_week"]) if stored else cls()


TO_THE_MINUTE = Policy()


@dataclass(frozen=True, slots=True)
class Overrides:
    """What an activity says of earning; None: the programme's setting counts."""

    step: int | None = None
    rest: Rest | None = None
    a_day: int | None = None
    a_week: int | None = None


@dataclass(frozen=True, slots=True)
class Earning:
    """What hours bring: `earned` minutes of credit; `carried` put by, or below 0, taken from what was; `without` says why none.

    `without` is one of the words of HourEntry.without_credits, None where something was earned.
    """

    earned: int
    carried: int
    without: str | None


@dataclass(slots=True)
class Purse:
    """What a person has put by here, and what they earned in the programme on each day."""

    put_by: int = 0
    days: dict[date, int] = field(default_factory=dict)

    def add(self, day: date, earning: Earning) -> None:
        """Take one entry's earning in."""
        self.put_by += earning.carried
        self.days[day] = self.days.get(day, 0) + earning.earned

    def room(self, day: date, policy: Policy) -> int | None:
        """How much the limits leave for this day; None: they set none."""
        rooms = []
        if policy.a_day is not None:
            rooms.append(policy.a_day - self.days.get(day, 0))
        if policy.a_week is not None:
            rooms.append(policy.a_week - sum(self.days.get(each, 0) for each in week_of(day)))
        return max(0, min(rooms)) if rooms else None


@dataclass(frozen=True, slots=True)
class Given:
    """Hours that may earn: `without` is set where they can't, because of the activity or because the person said no thank you."""

    entry_id: UUID
    volunteer_id: UUID
    day: date
    minutes: int
    policy: Policy
    without: str | None = None


def policy_for(settings: Settings, overrides: Overrides | None = None) -> Policy:
    """The programme's policy, with what an activity has of its own."""
    own = overrides or Overrides()
    return Policy(
        step=settings.credit_step if own.step is None else own.step,
        rest=settings.credit_rest if own.rest is None else own.rest,
        a_day=settings.credits_a_day if own.a_day is None else own.a_day,
        a_week=settings.credits_a_week if own.a_week is None else own.a_week,
    )


def week_of(day: date) -> Iterator[date]:
    """The seven days of its week, Monday first."""
    monday = day - timedelta(days=day.weekday())
    return (monday + timedelta(days=each) for each in range(_WEEK))


def earn(policy: Policy, minutes: int, *, put_by: int = 0, room: int | None = None) -> Earning:
    """What `minutes` bring to somebody who has `put_by`, with `room` under the limits (None: any).

    `put_by` is below 0 after a correction took away minutes that later hours had built on: those are made up for first.
    """
    carries = policy.rest is Rest.CARRY
    to_turn = minutes + put_by if carries else minutes
    whole = max(0, to_turn - to_turn % policy.step)
    earned = whole if room is None else min(whole, room - room % policy.step)
    held_back = min(whole - earned, minutes)
    carried = minutes - earned - held_back if carries else 0
    if earned:
        return Earning(earned, carried, None)
    return Earning(0, carried, "limit" if whole else "step")


def earn_all(given: Iterable[Given], purses: Mapping[UUID, Purse]) -> dict[UUID, Earning]:
    """What each of these brings, by entry id; `purses` by volunteer change with it.

    They are taken in order of day and id, so that the order in which they were handed in makes no difference.
    """
    earnings = {}
    for each in sorted(given, key=lambda each: (each.day, each.entry_id)):
        purse = purses[each.volunteer_id]
        if each.without is not None:
            earning = Earning(0, 0, each.without)
        else:
            earning = earn(each.policy, each.minutes, put_by=purse.put_by, room=purse.room(each.day, each.policy))
            purse.add(each.day, earning)
        earnings[each.entry_id] = earning
    return earnings
