"""Who stands behind a shown value, each with how often and how many minutes, as it was at the watermark."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from timecredits.insight.counting.cells import UNKNOWN, age_band, distance_band, venue_districts
from timecredits.insight.counting.recount import count_credits, count_hours, count_uses
from timecredits.insight.counting.touched import Touched, find_touched, in_groups
from timecredits.insight.reports.shapes import OTHERS, TableName
from timecredits.insight.roll_up_models import Flow, PersonCounted, PersonCredit, PersonMonth, PersonUse, RollUp

__all__ = ["Behind", "Share", "people_behind"]

_OTHER_SIGNS: Final = {Flow.EXPIRED: -1, Flow.OTHER_IN: 1, Flow.OTHER_OUT: -1}


@dataclass(frozen=True, slots=True)
class Behind:
    """Which value: its table, organisation, line (None: the total), the lines that stand alone, the time, and the column.

    `begins` is the first day, `ends` the first after it.
    """

    name: TableName
    part: str
    line: str | None
    alone: tuple[str, ...]
    begins: date
    ends: date
    column: str


@dataclass(slots=True)
class Share:
    """One person's share; `who` None: what is nobody's."""

    who: UUID | None
    times: int = 0
    minutes: int = 0


def people_behind(session: Session, programme_id: UUID, behind: Behind, as_of: datetime) -> list[Share]:
    """Everybody behind a value, once each."""
    if behind.name is TableName.CREDITS_BY_MONTH:
        return _credits(session, programme_id, behind, as_of)
    if behind.name in {TableName.USES_BY_VENUE, TableName.USES_BY_DISTANCE}:
        return _uses(session, programme_id, behind, as_of)
    return _hours(session, programme_id, behind, as_of)


def _fits(behind: Behind, part: str) -> bool:
    """Whether what is of this part belongs to the line: its own part, or every part that doesn't stand alone."""
    return behind.line is None or part == behind.line or (behind.line == OTHERS and part not in behind.alone)


def _chosen(behind: Behind, part: Any, as_kept: Callable[[str], Any] = str) -> list[Any]:
    """The same as conditions."""
    if behind.line is None:
        return []
    if behind.line == OTHERS:
        return [part.not_in([as_kept(each) for each in behind.alone])]
    return [part == as_kept(behind.line)]


def _changed_since(session: Session, programme_id: UUID, as_of: datetime) -> Touched:
    """Whose months were counted after the figures were worked out: these are counted anew as of then."""
    counted = session.scalar(select(RollUp.counted_to).where(RollUp.programme_id == programme_id))
    return find_touched(session, programme_id, as_of, counted) if counted is not None and counted > as_of else Touched()


def _hours(session: Session, programme_id: UUID, behind: Behind, as_of: datetime) -> list[Share]:
    """From the sums by person: a year's records are too many for a page."""
    who, new = PersonMonth.volunteer_id, behind.column == "new_people"
    of_row = _of_rows(behind)
    of_person = _of_people(behind)
    question = select(who, func.sum(PersonMonth.entries), func.sum(PersonMonth.minutes)).where(
        PersonMonth.programme_id == programme_id,
        PersonMonth.month >= behind.begins,
        PersonMonth.month < behind.ends,
        *of_row,
    )
    if of_person or new:
        question = question.join(
            PersonCounted, and_(PersonCounted.programme_id == PersonMonth.programme_id, PersonCounted.id == who)
        ).where(*of_person, *([PersonCounted.first_gave_on >= behind.begins] if new else []))
    if behind.column == "regular_people":
        question = question.having(func.count(PersonMonth.month.distinct()) >= _least_months(behind))
    changed = _changed_since(session, programme_id, as_of).hours
    anew = {person for person, _month in changed}
    shares = [
        Share(person, int(times), int(minutes))
        for person, times, minutes in session.execute(question.group_by(who))
        if person not in anew
    ]
    for group in in_groups(sorted(anew)):
        fit = set(group)
        if of_person:
            known = PersonCounted.programme_id == programme_id, PersonCounted.id.in_(group)
            fit = set(session.scalars(select(PersonCounted.id).where(*known, *of_person)))
        rows = _as_it_was(session, programme_id, PersonMonth, count_hours, group, changed, as_of)
        shares += _shares_of_months(behind, [row for row in rows if row["volunteer_id"] in fit])
    return shares


def _of_rows(behind: Behind) -> list[Any]:
    if behind.name is TableName.HOURS_BY_CATEGORY:
        return _chosen(behind, PersonMonth.category)
    if behind.name is TableName.HOURS_BY_ORGANISATION:
        return _chosen(behind, PersonMonth.organisation_id, UUID)
    return [PersonMonth.organisation_id == UUID(behind.part)] if behind.part else []


def _of_people(behind: Behind) -> list[Any]:
    if behind.name is TableName.HOURS_BY_AGE:
        return _chosen(behind, age_band(behind.begins))
    if behind.name is TableName.HOURS_BY_DISTRICT:
        district = PersonCounted.postcode_district
        return _chosen(behind, case((district == "", UNKNOWN), else_=district))
    return []


def _least_months(behind: Behind) -> int:
    return max(2, ((behind.ends.year - behind.begins.year) * 12 + behind.ends.month - behind.begins.month) // 2)


def _as_it_was(
    session: Session,
    programme_id: UUID,
    model: Any,
    count: Callable[..., list[dict[str, Any]]],
    people: Sequence[UUID | None],
    changed: Collection[tuple[UUID | None, date]],
    as_of: datetime,
) -> list[dict[str, Any]]:
    """All sums of some people as they were: what is kept of the months that did not change, and what the others came to."""
    kept = session.execute(
        select(*model.__table__.columns).where(model.programme_id == programme_id, _is_among(model.volunteer_id, people))
    ).mappings()
    rows = [dict(row) for row in kept if (row["volunteer_id"], row["month"]) not in changed]
    months: defaultdict[date, list[UUID | None]] = defaultdict(list)
    among = set(people)
    for who, month in changed:
        if who in among:
            months[month].append(who)
    for month, theirs in months.items():
        rows += count(session, programme_id, month, theirs, as_of)
    return rows


def _shares_of_months(behind: Behind, rows: Sequence[dict[str, Any]]) -> list[Share]:
    """Of people whose sums were put together anew: those that belong to the value."""
    shares: dict[UUID, Share] = {}
    months: defaultdict[UUID, set[date]] = defaultdict(set)
    began: dict[UUID, date] = {}
    for row in rows:
        person, organisation = row["volunteer_id"], str(row["organisation_id"])
        began[person] = min(began.get(person, row["first_on"]), row["first_on"])
        fits = organisation == behind.part or not behind.part
        if behind.name is TableName.HOURS_BY_CATEGORY:
            fits = _fits(behind, str(row["category"]))
        elif behind.name is TableName.HOURS_BY_ORGANISATION:
            fits = _fits(behind, organisation)
        if fits and behind.begins <= row["month"] < behind.ends:
            share = shares.setdefault(person, Share(person))
            share.times += row["entries"]
            share.minutes += row["minutes"]
            months[person].add(row["month"])
    if behind.column == "new_people":
        return [share for person, share in shares.items() if began[person] >= behind.begins]
    if behind.column == "regular_people":
        return [share for person, share in shares.items() if len(months[person]) >= _least_months(behind)]
    return list(shares.values())


def _credits(session: Session, programme_id: UUID, behind: Behind, as_of: datetime) -> list[Share]:
    """From the sums by person: transfers have no index by time, so a year of them would be all there are.

    What was counted since the figures were is taken off again: those people's months are counted anew as of then.
    """
    wanted = _OTHER_SIGNS if behind.column == "other" else {Flow(behind.column): 1}
    shares: dict[UUID | None, Share] = {}

    def add(who: UUID | None, flow: Flow, times: int, minutes: int, sign: int = 1) -> None:
        share = shares.setdefault(who, Share(who))
        share.times += sign * wanted.get(flow, 0) * times
        share.minutes += sign * wanted.get(flow, 0) * minutes

    whose, which = PersonCredit.volunteer_id, PersonCredit.flow
    within = (
        PersonCredit.programme_id == programme_id,
        PersonCredit.month >= behind.begins,
        PersonCredit.month < behind.ends,
        PersonCredit.flow.in_(list(wanted)),
    )
    question = select(whose, which, func.sum(PersonCredit.times), func.sum(PersonCredit.minutes)).where(*within)
    for who, flow, times, minutes in session.execute(question.group_by(whose, which)):
        add(who, flow, int(times), int(minutes))
    months: defaultdict[date, list[UUID | None]] = defaultdict(list)
    for who, month in _changed_since(session, programme_id, as_of).credits:
        if behind.begins <= month < behind.ends:
            months[month].append(who)
    for month, people in months.items():
        for group in in_groups(people):
            now = select(whose, which, PersonCredit.times, PersonCredit.minutes).where(
                *within, PersonCredit.month == month, _is_among(whose, group)
            )
            for who, flow, times, minutes in session.execute(now):
                add(who, flow, times, minutes, -1)
            for row in count_credits(session, programme_id, month, group, as_of):
                add(row["volunteer_id"], row["flow"], row["times"], row["minutes"])
    return [share for share in shares.values() if share.times or share.minutes]


def _is_among(whose: Any, people: Sequence[UUID | None]) -> ColumnElement[bool]:
    named: ColumnElement[bool] = whose.in_([who for who in people if who is not None])
    return or_(named, whose.is_(None)) if None in people else named


def _uses(session: Session, programme_id: UUID, behind: Behind, as_of: datetime) -> list[Share]:
    """From the sums by person too."""
    changed = _changed_since(session, programme_id, as_of).uses
    anew = {person for person, _month in changed}
    kept = (row for row in _uses_now(session, programme_id, behind) if row[0] not in anew)
    shares: dict[UUID | None, Share] = {}
    for person, times, minutes in chain(kept, _uses_as_they_were(session, programme_id, behind, changed, as_of)):
        share = shares.setdefault(person, Share(person))
        share.times += int(times)
        share.minutes += int(minutes)
    return list(shares.values())


def _uses_now(session: Session, programme_id: UUID, behind: Behind) -> Iterator[tuple[UUID | None, int, int]]:
    """Who, how often and how many minutes. How far somebody went is known of a person and a venue together."""
    who = PersonUse.volunteer_id
    within = PersonUse.programme_id == programme_id, PersonUse.month >= behind.begins, PersonUse.month < behind.ends
    sums = func.sum(PersonUse.uses), func.sum(PersonUse.minutes)
    if behind.name is TableName.USES_BY_VENUE or behind.line is None:
        question = select(who, *sums).where(*within, *_chosen(behind, PersonUse.venue_id, UUID))
        for person, times, minutes in session.execute(question.group_by(who)):
            yield person, times, minutes
        return
    places = venue_districts(session)
    lives_in = PersonCounted.postcode_district
    rows = session.execute(
        select(who, lives_in, PersonUse.venue_id, *sums)
        .outerjoin(PersonCounted, and_(PersonCounted.programme_id == PersonUse.programme_id, PersonCounted.id == who))
        .where(*within)
        .group_by(who, lives_in, PersonUse.venue_id)
    )
    for person, district, venue_id, times, minutes in rows:
        if _fits(behind, distance_band(district or "", places.get(venue_id, ""))):
            yield person, times, minutes


def _uses_as_they_were(
    session: Session, programme_id: UUID, behind: Behind, changed: Collection[tuple[UUID | None, date]], as_of: datetime
) -> Iterator[tuple[UUID | None, int, int]]:
    """The same of those whose uses changed since."""
    places = venue_districts(session) if changed else {}
    for group in in_groups([*{person for person, _month in changed}]):
        people = PersonCounted.programme_id == programme_id, PersonCounted.id.in_([who for who in group if who is not None])
        districts = dict(session.execute(select(PersonCounted.id, PersonCounted.postcode_district).where(*people)).all())
        for row in _as_it_was(session, programme_id, PersonUse, count_uses, group, changed, as_of):
            person, venue_id = row["volunteer_id"], row["venue_id"]
            band = distance_band(districts.get(person, ""), places.get(venue_id, ""))
            part = str(venue_id) if behind.name is TableName.USES_BY_VENUE else band
            if behind.begins <= row["month"] < behind.ends and _fits(behind, part):
                yield person, row["uses"], row["minutes"]
