"""What the rules about hours would have done with hours saved in the last three months. At most MOST of them are looked at."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from timecredits.foundation.wording import Sentence
from timecredits.hours.activity_models import Activity
from timecredits.hours.earning import Overrides, Purse, earn, policy_for
from timecredits.hours.models import HourCorrection, HourEntry
from timecredits.insight.preview_words import FEW, about_credits, about_people, roughly
from timecredits.network.models import Enrolment
from timecredits.network.settings import Settings

__all__ = ["EARNING", "HOUR_CHECKS", "MOST", "preview_earning", "preview_hour_check"]

MOST: Final = 2000
_GROUP: Final = 500
EARNING: Final = frozenset({"credit_step", "credit_rest", "credits_a_day", "credits_a_week"})
HOUR_CHECKS: Final = frozenset({"overlap", "same_twice", "before_joining", "daily_limit", "over_daily_limit"})
_CAN_EARN: Final = frozenset({None, "limit", "step"})
_TOO_FEW: Final = Sentence("Fewer than 5 people have hours in the last 3 months. So we show no numbers.")


@dataclass(frozen=True, slots=True)
class _Hours:
    id: UUID
    volunteer_id: UUID
    organisation_id: UUID
    activity_id: UUID
    day: date
    minutes: int
    starts: int | None
    can_earn: bool
    own: Overrides


@dataclass(frozen=True, slots=True)
class _Earned:
    """Minutes of credit in all, and by person and day."""

    minutes: int
    days: Mapping[tuple[UUID, date], int]


def preview_earning(session: Session, programme_id: UUID, settings: Settings, name: str, value: Any, since: datetime) -> Sentence:
    """What the hours saved since then would have brought with this value, and how many days a limit would have cut."""
    rows = _saved(session, programme_id, since)
    if len({row.volunteer_id for row in rows}) < FEW:
        return _TOO_FEW
    would = _earn(replace(settings, **{name: value}), rows)
    if getattr(settings, name) == value:
        said = Sentence("Hours of the last 3 months bring %(credits)s.", credits=about_credits(would.minutes))
    else:
        said = Sentence(
            "Hours of the last 3 months would bring %(credits)s. Now they bring %(now)s.",
            credits=about_credits(would.minutes),
            now=about_credits(_earn(settings, rows).minutes),
        )
    if name in {"credit_step", "credit_rest"} or value is None:
        return said
    return Sentence("%(said)s %(over)s", said=said, over=_over(rows, settings, name, value))


def preview_hour_check(
    session: Session, programme_id: UUID, settings: Settings, name: str, value: Any, since: datetime
) -> Sentence:
    """How many of the hours saved since then are such as the check speaks of."""
    rows = _saved(session, programme_id, since)
    if name == "overlap":
        found = _overlapping(rows)
    elif name == "same_twice":
        found = _twice(rows)
    elif name == "before_joining":
        found = _early(session, programme_id, rows)
    else:
        found = _long_days(rows, value if name == "daily_limit" else settings.daily_limit)
    people = len({row.volunteer_id for row in found})
    if not found:
        return Sentence("No hours of the last 3 months are like that.")
    if people < FEW:
        return Sentence("In the last 3 months a few people had hours like that.")
    return Sentence(
        "In the last 3 months %(people)s had hours like that, about %(times)s times.",
        people=about_people(people),
        times=roughly(len(found)),
    )


def _saved(session: Session, programme_id: UUID, since: datetime) -> list[_Hours]:
    """The newest of the hours saved since then that still count, in the order in which they earn."""
    corrected = and_(HourCorrection.programme_id == HourEntry.programme_id, HourCorrection.entry_id == HourEntry.id)
    newest = (
        select(
            HourEntry.id,
            HourEntry.volunteer_id,
            HourEntry.organisation_id,
            HourEntry.activity_id,
            HourEntry.done_on,
            HourEntry.minutes,
            HourEntry.starts,
            HourEntry.without_credits,
        )
        .outerjoin(HourCorrection, corrected)
        .where(HourEntry.programme_id == programme_id, HourEntry.recorded_at >= since, HourCorrection.id.is_(None))
        .order_by(HourEntry.recorded_at.desc())
        .limit(MOST)
    )
    own = {
        row[0]: Overrides(*row[1:])
        for row in session.execute(
            select(
                Activity.id,
                Activity.credit_step,
                Activity.credit_rest,
                Activity.credits_a_day,
                Activity.credits_a_week,
            ).where(Activity.programme_id == programme_id)
        )
    }
    rows = [_Hours(*row[:7], row.without_credits in _CAN_EARN, own[row.activity_id]) for row in session.execute(newest)]
    return sorted(rows, key=lambda row: (row.day, row.id))


def _earn(settings: Settings, rows: Sequence[_Hours]) -> _Earned:
    """What these bring by these settings, to people who begin with nothing put by."""
    policies = {own: policy_for(settings, own) for own in {row.own for row in rows}}
    days: defaultdict[UUID, dict[date, int]] = defaultdict(dict)
    purses: dict[tuple[UUID, UUID], Purse] = {}
    for row in rows:
        if not row.can_earn:
            continue
        policy = policies[row.own]
        # What is put by is one organisation's; limits look at all of them.
        purse = purses.setdefault((row.volunteer_id, row.organisation_id), Purse(days=days[row.volunteer_id]))
        purse.add(row.day, earn(policy, row.minutes, put_by=purse.put_by, room=purse.room(row.day, policy)))
    by_day = {(who, day): minutes for who, found in days.items() for day, minutes in found.items()}
    return _Earned(sum(by_day.values()), by_day)


def _over(rows: Sequence[_Hours], settings: Settings, name: str, value: int) -> Sentence:
    """How many days, or weeks, had more than the limit."""
    free = _earn(replace(settings, credits_a_day=None, credits_a_week=None), rows).days
    sums: defaultdict[tuple[UUID, Any], int] = defaultdict(int)
    for (who, day), minutes in free.items():
        sums[who, day if name == "credits_a_day" else day.isocalendar()[:2]] += minutes
    over = [who for (who, _when), minutes in sums.items() if minutes > value]
    if not over:
        return Sentence("Nobody had more than that.")
    if len(set(over)) < FEW:
        return Sentence("A few people had more than that.")
    times = {"people": about_people(len(set(over))), "times": roughly(len(over))}
    if name == "credits_a_day":
        return Sentence("About %(times)s days had more than that, of %(people)s.", **times)
    return Sentence("About %(times)s weeks had more than that, of %(people)s.", **times)


def _long_days(rows: Sequence[_Hours], limit: int) -> list[_Hours]:
    """One entry for each person and day at one organisation that had more minutes than the limit."""
    days: dict[tuple[UUID, UUID, date], list[_Hours]] = {}
    for row in rows:
        days.setdefault((row.volunteer_id, row.organisation_id, row.day), []).append(row)
    return [found[0] for found in days.values() if sum(row.minutes for row in found) > limit]


def _twice(rows: Sequence[_Hours]) -> list[_Hours]:
    seen, found = set(), []
    for row in rows:
        key = (row.volunteer_id, row.activity_id, row.day, row.minutes)
        if key in seen:
            found.append(row)
        seen.add(key)
    return found


def _overlapping(rows: Sequence[_Hours]) -> list[_Hours]:
    """Entries that begin before one of the same person and day has ended."""
    ends: dict[tuple[UUID, date], int] = {}
    found = []
    for row in sorted((row for row in rows if row.starts is not None), key=lambda row: row.starts or 0):
        key, starts = (row.volunteer_id, row.day), row.starts or 0
        if starts < ends.get(key, 0):
            found.append(row)
        ends[key] = max(ends.get(key, 0), starts + row.minutes)
    return found


def _early(session: Session, programme_id: UUID, rows: Sequence[_Hours]) -> list[_Hours]:
    """Entries of a day before the person joined the organisation."""
    wanted = sorted({row.volunteer_id for row in rows})
    joined: dict[tuple[UUID, UUID], date] = {}
    for first in range(0, len(wanted), _GROUP):
        found = select(Enrolment.volunteer_id, Enrolment.organisation_id, Enrolment.enrolled_on).where(
            Enrolment.programme_id == programme_id, Enrolment.volunteer_id.in_(wanted[first : first + _GROUP])
        )
        joined |= {(row.volunteer_id, row.organisation_id): row.enrolled_on for row in session.execute(found)}
    return [row for row in rows if row.day < joined.get((row.volunteer_id, row.organisation_id), date.min)]
