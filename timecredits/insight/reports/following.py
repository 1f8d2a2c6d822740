"""Tables that follow people through time: who stayed, and how long it took from the first credit earned to the first used."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from timecredits.insight.counting.cells import WHOLE, Cell
from timecredits.insight.counting.months import add_months, month_of, span_of, spans_in
from timecredits.insight.reports.published import divide, hidden_in_total, passes
from timecredits.insight.reports.shapes import OTHERS, TableName, Unit
from timecredits.insight.reports.shown import Kept, Shown, content
from timecredits.insight.roll_up_models import PersonCounted, PersonMonth, Span

__all__ = ["FIRST_USE", "LATER", "NOT_YET", "STAYING", "first_use_band", "first_use_table", "staying_people", "staying_table"]

STAYING: Final = (("began", Unit.PEOPLE), ("after_3", Unit.PEOPLE), ("after_6", Unit.PEOPLE), ("after_12", Unit.PEOPLE))
_AFTER: Final = {"after_3": 3, "after_6": 6, "after_12": 12}
_WITHIN: Final = 3
"""Somebody still gave time so many months on, if they did in that month or in one of the two after it."""
_WHOLE_WAIT: Final = 12 + _WITHIN
FIRST_USE: Final = (("30_days", 30), ("90_days", 90), ("180_days", 180), ("365_days", 365))
"""Bands of days, each with the last day in it."""
LATER, NOT_YET = "later", "not_yet"


def staying_people(session: Session, programme_id: UUID, year: date) -> dict[date, dict[str, set[UUID]]]:
    """Of each quarter of a reporting year, who first gave time in it, and who of them still did 3, 6 and 12 months on."""
    found: defaultdict[date, dict[str, set[UUID]]] = defaultdict(lambda: {name: set() for name, _unit in STAYING})
    rows = session.execute(
        select(PersonCounted.id, PersonCounted.first_gave_on, PersonMonth.month)
        .join(
            PersonMonth,
            and_(PersonMonth.programme_id == PersonCounted.programme_id, PersonMonth.volunteer_id == PersonCounted.id),
        )
        .where(
            PersonCounted.programme_id == programme_id,
            PersonCounted.first_gave_on >= year,
            PersonCounted.first_gave_on < add_months(year, 12),
            PersonMonth.month < add_months(year, 12 + _WHOLE_WAIT),
        )
        .distinct()
        .execution_options(yield_per=1000)
    )
    for who, first_on, month in rows:
        if first_on is None:
            continue
        began = month_of(first_on)
        groups = found[span_of(Span.QUARTER, began, year.month)]
        groups["began"].add(who)
        for name, months in _AFTER.items():
            if add_months(began, months) <= month < add_months(began, months + _WITHIN):
                groups[name].add(who)
    return dict(found)


def staying_table(
    session: Session, programme_id: UUID, year: date, today: date, then: Mapping[Span, Mapping[date, Cell]]
) -> Shown | None:
    """The table of the year after the one in which people began, by the quarter they began in; `then` is that year's whole.

    By quarter where all four pass, else the year at once, else nothing. A quarter has its line once its last people's time is
    over. Who began is who is new: where that number may not stand beside the number of people, it doesn't stand here.
    """
    began = add_months(year, -12)
    may_tell_new = {span: all(map(_may_tell_new, cells.values())) for span, cells in then.items()}
    if not may_tell_new.get(Span.YEAR, True):
        may_tell_new[Span.QUARTER] = False  # four quarters are the year
    people = staying_people(session, programme_id, began)
    if not people:
        return None
    counts = {
        quarter: [len(group) for group in people.get(quarter, {}).values()] or [0] * len(STAYING)
        for quarter in spans_in(Span.QUARTER, began)
    }
    over = [quarter for quarter in counts if add_months(quarter, 3 + _WHOLE_WAIT - 1) <= today]
    lines: list[Kept] = []
    by_quarter = may_tell_new.get(Span.QUARTER, True) and all(passes(numbers[0]) for numbers in counts.values())
    if by_quarter and all(_may_show(counts[quarter]) for quarter in over):
        lines = [(quarter.isoformat(), quarter, Span.QUARTER, [*counts[quarter]]) for quarter in over]
    elif len(over) == len(counts) and may_tell_new.get(Span.YEAR, True):
        numbers = [sum(each) for each in zip(*counts.values(), strict=True)]
        if _may_show(numbers):
            lines = [(began.isoformat(), began, Span.YEAR, [*numbers])]
    body = content(STAYING, lines, too_few=bool(over) and not lines)
    return Shown(year, TableName.STAYING, WHOLE, body)


def first_use_band(earned_on: date | None, used_on: date | None) -> str:
    """Into which band somebody falls. Who used credits they were given before they earned any is in the first."""
    if used_on is None:
        return NOT_YET
    days = 0 if earned_on is None else (used_on - earned_on).days
    return next((name for name, last in FIRST_USE if days <= last), LATER)


def first_use_table(session: Session, programme_id: UUID, year: date, total_of_year: Cell) -> Shown | None:
    """Of those who began in the year, how long it took from the first credit earned to the first used.

    Of all who began, also who has earned none: else this table beside their number would tell how many have not (docs/adr/0031).
    """
    counts: defaultdict[str, int] = defaultdict(int)
    rows = session.execute(
        select(PersonCounted.first_earned_on, PersonCounted.first_used_on, func.count())
        .where(
            PersonCounted.programme_id == programme_id,
            PersonCounted.first_gave_on >= year,
            PersonCounted.first_gave_on < add_months(year, 12),
        )
        .group_by(PersonCounted.first_earned_on, PersonCounted.first_used_on)
    )
    for earned_on, used_on, people in rows:
        counts[first_use_band(earned_on, used_on)] += people
    total = sum(counts.values())
    columns = (("people", Unit.PEOPLE),)
    if not total:
        return None
    if not passes(total) or not _may_tell_new(total_of_year):
        return Shown(year, TableName.FIRST_USE, WHOLE, content(columns, too_few=True))

    def together(parts: Collection[str]) -> Cell:
        return Cell(people=sum(counts[part] for part in parts))

    divided = divide(_cells(counts), together)
    order = [name for name, _last in FIRST_USE] + [LATER, NOT_YET]
    lines: list[Kept] = [(band, None, None, [counts[band]]) for band in order if band in divided.alone]
    if divided.others is not None:
        lines.append((OTHERS, None, None, [divided.others.people]))
    body = content(columns, lines, total=[total], merged=divided.merged, too_few=divided.too_few, adds_up=["people"])
    return Shown(year, TableName.FIRST_USE, WHOLE, body)


def _cells(counts: Mapping[str, int]) -> dict[str, Cell]:
    return {band: Cell(people=people) for band, people in counts.items()}


def _may_tell_new(cell: Cell) -> bool:
    """Whether a number of new people may stand beside that of all who gave time then."""
    return "new_people" not in hidden_in_total(cell)


def _may_show(numbers: list[int]) -> bool:
    began, *stayed = numbers
    return passes(began) and all(passes(each) and passes(began - each) for each in stayed)
