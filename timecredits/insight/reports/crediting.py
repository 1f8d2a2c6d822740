"""The table of credits by month: which way they went, and what is out at the end of each span.

What is out ties every flow of every year together, so this table is decided for all years at once (docs/adr/0031).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.insight.counting.cells import WHOLE, Cell, Dimension
from timecredits.insight.counting.months import LENGTHS, add_months, spans_in
from timecredits.insight.reports.published import FINEST_FIRST, passes
from timecredits.insight.reports.shapes import TableName, Unit
from timecredits.insight.reports.shown import Kept, Shown, YearFigures, content
from timecredits.insight.roll_up_models import Flow, PersonCredit, Span, Topic

__all__ = ["credit_tables", "signed"]

_ALL: Final = ("earned", "used", "given", "expired", "other_in", "other_out")
_FEWER: Final = ("earned", "used", "given", "other")
"""Where too few people stand behind what ran out or came and went in other ways, those are one column: what they came to."""
_SIGNS: Final = {
    Flow.EARNED: 1,
    Flow.RECEIVED: 1,
    Flow.OTHER_IN: 1,
    Flow.USED: -1,
    Flow.GIVEN: -1,
    Flow.EXPIRED: -1,
    Flow.OTHER_OUT: -1,
}
_OTHER: Final = (Flow.EXPIRED, Flow.OTHER_IN, Flow.OTHER_OUT)


def signed(cells: Mapping[str, Cell]) -> int:
    """By how many minutes these flows changed what is out."""
    return sum(sign * cells[flow].minutes for flow, sign in _SIGNS.items() if flow in cells)


def credit_tables(
    session: Session, programme_id: UUID, figures: Mapping[date, YearFigures], hours: Mapping[date, Span | None], today: date
) -> list[Shown]:
    """One table a year that has any flow. `hours` says how finely each year's hours are shown: credits never more so."""
    shown: list[Shown] = []
    out, unseen = 0, list[tuple[date, tuple[Flow, ...]]]()
    for year in sorted(figures):
        cells = figures[year].get((Topic.CREDITS, Dimension.FLOW), {})
        begins_with, change = out, signed(cells.get(Span.YEAR, {}).get(year, {}))
        out += change
        if not cells.get(Span.YEAR, {}).get(year):
            continue
        choice = _choose(figures[year], year, hours[year])
        columns = choice.columns
        if not columns:
            unseen.append((year, tuple(Flow)))
            shown.append(Shown(year, TableName.CREDITS_BY_MONTH, WHOLE, content((("earned", Unit.CREDITS),), too_few=True)))
            continue
        whole = columns in (_ALL, _FEWER)
        if not whole:
            unseen.append((year, _flows_not_in(columns)))
        # Between two amounts that are shown as out, what is not shown of the flows is a number of its own.
        if whole and _may_tie(session, programme_id, unseen):
            columns, unseen = (*columns, "outstanding"), []
        shown.append(_table(year, replace(choice, columns=columns), cells, begins_with, today))
    return shown


@dataclass(frozen=True, slots=True)
class _Choice:
    """Which spans the lines are of, which columns are shown, and which of these only in the year's total."""

    span: Span
    columns: tuple[str, ...]
    of_whole_only: frozenset[str]


def _choose(figures: YearFigures, year: date, hours: Span | None) -> _Choice:
    """The finest span, and the most columns, behind which enough people stand in every span; no columns where behind none.

    Where what was earned keeps even quarters from being shown, it is told of the year alone, the others as finely as may be.
    """
    given_time = figures.get((Topic.HOURS, Dimension.WHOLE), {}).get(Span.YEAR, {}).get(year, {}).get(WHOLE, Cell())
    if hours is None and given_time.people:
        return _Choice(Span.YEAR, (), frozenset())
    flows = figures[Topic.CREDITS, Dimension.FLOW]
    spans = [span for span in FINEST_FIRST if hours is None or LENGTHS[span] >= LENGTHS[hours]]
    earned = {span: _holds(flows, span, Flow.EARNED) and _may_stand_beside_hours(figures, span) for span in spans}
    if earned[Span.YEAR]:
        finer = [span for span in spans if span is not Span.YEAR]
        tries = [(span, False) for span in finer if earned[span]] + [(span, True) for span in finer] + [(Span.YEAR, False)]
        for span, of_whole_only in tries:
            for columns in (_ALL, _FEWER):
                if all(_holds(flows, span, column) for column in columns if column != Flow.EARNED):
                    return _Choice(span, columns, frozenset({Flow.EARNED.value, "outstanding"} if of_whole_only else ()))
    return _Choice(Span.YEAR, tuple(column for column in _ALL if _holds(flows, Span.YEAR, column)), frozenset())


def _holds(flows: Mapping[Span, Mapping[date, Mapping[str, Cell]]], span: Span, column: str) -> bool:
    return all(passes(cells.get(column, Cell()).people) for cells in flows.get(span, {}).values())


def _may_stand_beside_hours(figures: YearFigures, span: Span) -> bool:
    """Whether hours and what they earned may be shown side by side in these spans and longer ones of the year.

    In part of a year their difference belongs to the people with whom they differ. Of a whole year it is told: see docs/adr/0031.
    """
    differ = figures.get((Topic.CREDITS, Dimension.DIFFERS), {})
    return all(
        passes(cells.get(Flow.EARNED, Cell()).people)
        for each in (Span.MONTH, Span.QUARTER)
        if LENGTHS[each] >= LENGTHS[span]
        for cells in differ.get(each, {}).values()
    )


def _flows_not_in(columns: Sequence[str]) -> tuple[Flow, ...]:
    return tuple(flow for flow in Flow if flow not in (Flow.GIVEN, Flow.RECEIVED) and flow not in columns)


def _may_tie(session: Session, programme_id: UUID, unseen: Sequence[tuple[date, tuple[Flow, ...]]]) -> bool:
    people: set[UUID] = set()
    for year, flows in unseen:
        people |= set(
            session.scalars(
                select(PersonCredit.volunteer_id)
                .where(
                    PersonCredit.programme_id == programme_id,
                    PersonCredit.month >= year,
                    PersonCredit.month < add_months(year, 12),
                    PersonCredit.flow.in_(flows),
                    PersonCredit.volunteer_id.is_not(None),
                )
                .distinct()
            )
        )
    return passes(len(people))


def _table(year: date, choice: _Choice, cells: Mapping[Span, Mapping[date, Mapping[str, Cell]]], out: int, today: date) -> Shown:
    """Columns that are not shown stand there all the same and say so."""
    lines, running = list[Kept](), out
    told = (*(_FEWER if "other" in choice.columns else _ALL), "outstanding")

    def values(flows: Mapping[str, Cell], columns: Collection[str]) -> list[int | None]:
        return [_value(flows, column, running) if column in columns else None for column in told]

    for start in spans_in(choice.span, year):
        flows = cells.get(choice.span, {}).get(start, {})
        running += signed(flows)
        if start <= today or flows:
            in_lines = {*choice.columns} - choice.of_whole_only
            lines.append((start.isoformat(), start, choice.span, values(flows, in_lines)))
    body = content(
        [(column, Unit.CREDITS) for column in told],
        lines,
        total=values(cells[Span.YEAR][year], choice.columns),
        adds_up=[column for column in choice.columns if column != "outstanding"],
    )
    return Shown(year, TableName.CREDITS_BY_MONTH, WHOLE, body)


def _value(flows: Mapping[str, Cell], column: str, running: int) -> int:
    if column == "outstanding":
        return running
    if column == "other":
        return sum(_SIGNS[flow] * flows[flow].minutes for flow in _OTHER if flow in flows)
    return flows.get(column, Cell()).minutes
