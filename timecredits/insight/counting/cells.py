"""Figures of one span of time, worked out from the sums: of the whole, of each part, or of several parts taken together.

People are counted once in whatever they are counted in, so the people of several parts are never a sum.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from timecredits.foundation.postcode_districts import miles_between
from timecredits.insight.counting.months import LENGTHS, add_months
from timecredits.insight.roll_up_models import Flow, PersonCounted, PersonCredit, PersonMonth, PersonUse, Span
from timecredits.network.models import Venue

__all__ = [
    "AGES",
    "DISTANCES",
    "UNKNOWN",
    "WHOLE",
    "Cell",
    "Dimension",
    "credit_cells",
    "differing_people",
    "hours_cells",
    "use_cells",
]

WHOLE: Final = ""
UNKNOWN: Final = "unknown"
AGES: Final = (("under_18", 18), ("18_to_24", 25), ("25_to_34", 35), ("35_to_49", 50), ("50_to_64", 65), ("65_and_over", 0))
"""Bands of age at the beginning of the span, each with the age that ends it."""
DISTANCES: Final = (("under_2", 2.0), ("2_to_5", 5.0), ("5_to_10", 10.0), ("10_to_25", 25.0), ("25_and_over", 0.0))
"""Bands of miles from the person's district to the venue's, each with the miles that end it."""
_OTHER: Final = (Flow.EXPIRED, Flow.OTHER_IN, Flow.OTHER_OUT)


class Dimension:
    """What figures are divided by."""

    WHOLE = "whole"
    ORGANISATION = "organisation"
    CATEGORY = "category"
    AGE = "age"
    DISTRICT = "district"
    VENUE = "venue"
    DISTANCE = "distance"
    FLOW = "flow"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure's numbers, as in the table Figure."""

    people: int = 0
    new_people: int = 0
    regular_people: int = 0
    times: int = 0
    minutes: int = 0


def hours_cells(
    session: Session, programme_id: UUID, span: Span, starts_on: date, dimension: str, *, together: Collection[str] | None = None
) -> dict[str, Cell]:
    """Hours by part. With `together`, of these parts as if they were one, under the key of the whole."""
    ends_on = add_months(starts_on, LENGTHS[span])
    part = _part(dimension, starts_on)
    of_person = dimension in {Dimension.AGE, Dimension.DISTRICT}
    key = literal(WHOLE) if together is not None else part
    months = PersonMonth.month >= starts_on, PersonMonth.month < ends_on
    inner_key = literal(WHOLE) if of_person or together is not None else part
    wanted = [] if together is None or of_person else [_among(dimension, part, together)]
    one = (
        select(
            inner_key.label("part"),
            PersonMonth.volunteer_id.label("who"),
            func.sum(PersonMonth.minutes).label("minutes"),
            func.sum(PersonMonth.entries).label("entries"),
            func.count(PersonMonth.month.distinct()).label("months"),
        )
        .where(PersonMonth.programme_id == programme_id, *months, *wanted)
        .group_by("part", PersonMonth.volunteer_id)
        .subquery()
    )
    outer: Any = key if of_person else one.c.part
    rows = session.execute(
        select(
            outer.label("key"),
            func.count(),
            func.sum(case((PersonCounted.first_gave_on >= starts_on, 1), else_=0)),
            func.sum(case((one.c.months >= max(2, LENGTHS[span] // 2), 1), else_=0)),
            func.sum(one.c.entries),
            func.sum(one.c.minutes),
        )
        .join(PersonCounted, and_(PersonCounted.programme_id == programme_id, PersonCounted.id == one.c.who))
        .where(*([part.in_(together)] if of_person and together is not None else []))
        .group_by("key")
    )
    return {_text(row[0]): Cell(*(int(each) for each in row[1:])) for row in rows}


def credit_cells(session: Session, programme_id: UUID, span: Span, starts_on: date) -> dict[str, Cell]:
    """Credits by flow, and under "other" the people of all that was neither earned, used nor given."""
    within = _within(PersonCredit, programme_id, span, starts_on)
    rows = session.execute(
        select(
            PersonCredit.flow,
            func.count(PersonCredit.volunteer_id.distinct()),
            func.sum(PersonCredit.times),
            func.sum(PersonCredit.minutes),
        )
        .where(*within)
        .group_by(PersonCredit.flow)
    )
    cells = {str(flow): Cell(people=people, times=int(times), minutes=int(minutes)) for flow, people, times, minutes in rows}
    people = session.scalar(
        select(func.count(PersonCredit.volunteer_id.distinct())).where(*within, PersonCredit.flow.in_(_OTHER))
    )
    return {**cells, "other": Cell(people=people or 0)}


def use_cells(
    session: Session, programme_id: UUID, span: Span, starts_on: date, dimension: str, *, together: Collection[str] | None = None
) -> dict[str, Cell]:
    """Uses by part: the whole, venues, or how far people came. With `together`, of these parts as if they were one."""
    if dimension == Dimension.DISTANCE:
        return _by_distance(session, programme_id, span, starts_on, together)
    key: Any = PersonUse.venue_id if dimension == Dimension.VENUE and together is None else literal(WHOLE)
    wanted = [] if together is None else [PersonUse.venue_id.in_([UUID(each) for each in together])]
    rows = session.execute(
        select(
            key.label("key"),
            func.count(PersonUse.volunteer_id.distinct()),
            func.sum(PersonUse.uses),
            func.sum(PersonUse.minutes),
        )
        .where(*_within(PersonUse, programme_id, span, starts_on), *wanted)
        .group_by("key")
    )
    return {
        _text(key): Cell(people=people, times=int(uses or 0), minutes=int(minutes or 0)) for key, people, uses, minutes in rows
    }


def differing_people(session: Session, programme_id: UUID, span: Span, starts: Sequence[date], what: Flow) -> int:
    """How many people's minutes differ between two tables that tell of the same: hours and credits earned, or uses and used.

    `starts` are the spans looked at as one: what is more in one may be less in another. Where those people are few, the
    difference of two totals would tell of them (docs/adr/0031).
    """
    model: Any = PersonMonth if what is Flow.EARNED else PersonUse
    counted = select(model.volunteer_id.label("who"), model.minutes.label("minutes")).where(
        model.programme_id == programme_id, _in_any(model, span, starts)
    )
    moved = select(PersonCredit.volunteer_id.label("who"), (-PersonCredit.minutes).label("minutes")).where(
        PersonCredit.programme_id == programme_id, _in_any(PersonCredit, span, starts), PersonCredit.flow == what
    )
    both = union_all(counted, moved).subquery()
    differ = (
        select(both.c.who).where(both.c.who.is_not(None)).group_by(both.c.who).having(func.sum(both.c.minutes) != 0).subquery()
    )
    return session.scalar(select(func.count()).select_from(differ)) or 0


def age_band(starts_on: date) -> ColumnElement[str]:
    """The band of a person's age on the first day of a span, from the month of birth."""
    born = PersonCounted.born_month
    bands = [(born > starts_on.replace(year=starts_on.year - ends), name) for name, ends in AGES[:-1]]
    return case((born.is_(None), UNKNOWN), *bands, else_=AGES[-1][0])


def distance_band(district: str, venue_district: str) -> str:
    """How far apart two districts are, as a band."""
    miles = miles_between(district, venue_district)
    if miles is None:
        return UNKNOWN
    return next((name for name, ends in DISTANCES[:-1] if miles < ends), DISTANCES[-1][0])


def venue_districts(session: Session) -> Mapping[UUID, str]:
    """The district of each venue."""
    return dict(session.execute(select(Venue.id, Venue.postcode_district)).all())


def _by_distance(
    session: Session, programme_id: UUID, span: Span, starts_on: date, together: Collection[str] | None
) -> dict[str, Cell]:
    districts = venue_districts(session)
    people: defaultdict[str, set[UUID]] = defaultdict(set)
    sums: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    rows = session.execute(
        select(
            PersonUse.volunteer_id,
            PersonCounted.postcode_district,
            PersonUse.venue_id,
            func.sum(PersonUse.uses),
            func.sum(PersonUse.minutes),
        )
        .outerjoin(PersonCounted, and_(PersonCounted.programme_id == programme_id, PersonCounted.id == PersonUse.volunteer_id))
        .where(*_within(PersonUse, programme_id, span, starts_on))
        .group_by(PersonUse.volunteer_id, PersonCounted.postcode_district, PersonUse.venue_id)
        .execution_options(yield_per=1000)
    )
    for who, district, venue_id, uses, minutes in rows:
        band = distance_band(district or "", districts.get(venue_id, ""))
        if together is not None:
            if band not in together:
                continue
            band = WHOLE
        sums[band][0] += int(uses)
        sums[band][1] += int(minutes)
        if who is not None:
            people[band].add(who)
    return {band: Cell(people=len(people[band]), times=uses, minutes=minutes) for band, (uses, minutes) in sums.items()}


def _part(dimension: str, starts_on: date) -> Any:
    parts: dict[str, Any] = {
        Dimension.WHOLE: literal(WHOLE),
        Dimension.ORGANISATION: PersonMonth.organisation_id,
        Dimension.CATEGORY: PersonMonth.category,
        Dimension.AGE: age_band(starts_on),
        Dimension.DISTRICT: case((PersonCounted.postcode_district == "", UNKNOWN), else_=PersonCounted.postcode_district),
    }
    return parts[dimension]


def _among(dimension: str, part: Any, together: Collection[str]) -> ColumnElement[bool]:
    wanted: list[Any] = [UUID(each) for each in together] if dimension == Dimension.ORGANISATION else [*together]
    found: ColumnElement[bool] = part.in_(wanted)
    return found


def _within(model: Any, programme_id: UUID, span: Span, starts_on: date) -> list[Any]:
    ends_on = add_months(starts_on, LENGTHS[span])
    return [model.programme_id == programme_id, model.month >= starts_on, model.month < ends_on]


def _in_any(model: Any, span: Span, starts: Sequence[date]) -> ColumnElement[bool]:
    return or_(*(and_(model.month >= each, model.month < add_months(each, LENGTHS[span])) for each in starts))


def _text(part: Any) -> str:
    return str(part)
