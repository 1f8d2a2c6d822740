"""The tables of a reporting year as they may be shown, put together from the figures by the rules of published.py.

Read only. Here it is known what tables there are; the counting job keeps what comes of it, and reading.py reads it.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation.clock import local_day
from timecredits.insight.counting.cells import (
    AGES,
    DISTANCES,
    UNKNOWN,
    WHOLE,
    Cell,
    Dimension,
    differing_people,
    hours_cells,
    use_cells,
)
from timecredits.insight.counting.months import add_months, spans_in
from timecredits.insight.reports.crediting import credit_tables
from timecredits.insight.reports.following import first_use_table, staying_table
from timecredits.insight.reports.published import (
    Divided,
    OfOrganisations,
    divide,
    finest,
    hidden_columns,
    hidden_in_total,
    passes,
    spans_of_parts,
)
from timecredits.insight.reports.shapes import OTHERS, TableName, Unit
from timecredits.insight.reports.shown import Columns, Shown, YearFigures, content
from timecredits.insight.roll_up_models import Figure, Flow, Span, Topic

__all__ = ["OF_ALL_YEARS", "Shown", "figures_of_year", "publish"]

HOURS_COLUMNS: Final = (
    ("people", Unit.PEOPLE),
    ("new_people", Unit.PEOPLE),
    ("regular_people", Unit.PEOPLE),
    ("times", Unit.TIMES),
    ("minutes", Unit.MINUTES),
)
USES_COLUMNS: Final = (("people", Unit.PEOPLE), ("times", Unit.TIMES), ("minutes", Unit.CREDITS))
_OF_MONTHS: Final[Collection[str]] = ("people", "new_people", "times", "minutes")
OF_ALL_YEARS: Final = (
    TableName.CREDITS_BY_MONTH,
    TableName.USES_BY_VENUE,
    TableName.USES_BY_DISTANCE,
    TableName.STAYING,
    TableName.FIRST_USE,
)
"""Tables that are published anew whenever any year changed."""
_AMOUNTS: Final = ("times", "minutes")
_BANDS: Final = [name for name, _ends in (*AGES, *DISTANCES)]
_BY_PART: Final = {
    TableName.HOURS_BY_ORGANISATION: Dimension.ORGANISATION,
    TableName.HOURS_BY_CATEGORY: Dimension.CATEGORY,
    TableName.HOURS_BY_AGE: Dimension.AGE,
    TableName.HOURS_BY_DISTRICT: Dimension.DISTRICT,
}
_USES_BY_PART: Final = {TableName.USES_BY_VENUE: Dimension.VENUE, TableName.USES_BY_DISTANCE: Dimension.DISTANCE}


def figures_of_year(session: Session, programme_id: UUID, year: date) -> YearFigures:
    """Every figure of one reporting year, in one question."""
    found: YearFigures = {}
    rows = session.execute(
        select(
            Figure.topic,
            Figure.span,
            Figure.starts_on,
            Figure.dimension,
            Figure.part,
            Figure.people,
            Figure.new_people,
            Figure.regular_people,
            Figure.times,
            Figure.minutes,
        ).where(Figure.programme_id == programme_id, Figure.starts_on >= year, Figure.starts_on < add_months(year, 12))
    )
    for topic, span, starts_on, dimension, part, *numbers in rows:
        found.setdefault((topic, dimension), {}).setdefault(span, {}).setdefault(starts_on, {})[part] = Cell(*numbers)
    return found


def publish(
    session: Session, programme_id: UUID, years: Sequence[date], changed: Collection[date], counted_to: datetime
) -> list[Shown]:
    """The shown tables that may have changed with these years: theirs, and those of other years that tell of the same people."""
    figures = {year: figures_of_year(session, programme_id, year) for year in years}
    today = local_day(counted_to - timedelta(microseconds=1))
    shown: list[Shown] = []
    spans: dict[date, Span | None] = {}
    whole = {year: _by_span(figures[year], Topic.HOURS, Dimension.WHOLE, WHOLE) for year in years}
    totals = {year: whole[year].get(Span.YEAR, {}).get(year, Cell()) for year in years}
    for year in years:
        spans[year] = finest(whole[year]) if passes(totals[year].people) else None
        if year in changed:
            shown += _hours_tables(session, programme_id, year, figures[year], spans[year], today)
    telling = _years_that_tell_uses(session, programme_id, figures)
    for year in years:
        shown += _uses_tables(session, programme_id, year, figures[year], tells_minutes=year in telling)
    shown += credit_tables(session, programme_id, figures, spans, today)
    for year in years:
        first = first_use_table(session, programme_id, year, totals[year])
        staying = staying_table(session, programme_id, year, today, whole.get(add_months(year, -12), {}))
        shown += [each for each in (first, staying) if each is not None]
    return shown


def _by_span(figures: YearFigures, topic: Topic, dimension: str, part: str) -> dict[Span, dict[date, Cell]]:
    """The figures of one part by span and first day."""
    return {
        span: {starts_on: cells[part] for starts_on, cells in starts.items() if part in cells}
        for span, starts in figures.get((topic, dimension), {}).items()
    }


def _hours_tables(
    session: Session, programme_id: UUID, year: date, figures: YearFigures, span: Span | None, today: date
) -> list[Shown]:
    total = figures.get((Topic.HOURS, Dimension.WHOLE), {}).get(Span.YEAR, {}).get(year, {}).get(WHOLE, Cell())
    if total.people == 0:
        return []
    names = (TableName.HOURS_BY_MONTH, *_BY_PART)
    if span is None:
        parts = figures.get((Topic.HOURS, Dimension.ORGANISATION), {}).get(Span.YEAR, {}).get(year, {})
        hidden = [(name, WHOLE) for name in names] + [(TableName.HOURS_OF_ORGANISATION, part) for part in sorted(parts)]
        return [Shown(year, name, part, content(HOURS_COLUMNS, too_few=True)) for name, part in hidden]
    whole = _by_span(figures, Topic.HOURS, Dimension.WHOLE, WHOLE)
    shown = [_by_month(year, whole, span, total, today)]
    for name, dimension in _BY_PART.items():
        parts = figures.get((Topic.HOURS, dimension), {}).get(Span.YEAR, {}).get(year, {})
        together = partial(_hours_together, session, programme_id, year, dimension)
        divided = divide(parts, together)
        is_of_person = dimension in {Dimension.AGE, Dimension.DISTRICT}
        shown.append(Shown(year, name, WHOLE, _by_part(HOURS_COLUMNS, parts, divided, total, is_of_person=is_of_person)))
        if name is TableName.HOURS_BY_ORGANISATION:
            shown += _organisations(session, programme_id, year, figures, span, divided, today)
    return shown


def _by_month(year: date, whole: Mapping[Span, Mapping[date, Cell]], span: Span, total: Cell, today: date) -> Shown:
    columns: Columns = [each for each in HOURS_COLUMNS if each[0] in _OF_MONTHS]
    starts = _shown_spans(year, span, whole.get(span, {}), today)
    cells = [whole.get(span, {}).get(start, Cell()) for start in starts]
    hidden = hidden_columns([cell for cell in cells if cell.people], total, by_time=True)
    lines = [(start.isoformat(), start, span, _values(columns, cell, hidden)) for start, cell in zip(starts, cells, strict=True)]
    body = content(
        columns, lines, total=_values(columns, total, hidden_in_total(total)), adds_up=("times", "minutes", "new_people")
    )
    return Shown(year, TableName.HOURS_BY_MONTH, WHOLE, body)


def _place(part: str) -> int:
    """Bands of age and distance stand in their own order, what is not known after them; all others by how much it was."""
    return _BANDS.index(part) if part in _BANDS else len(_BANDS) if part == UNKNOWN else 0


def _by_part(
    columns: Sequence[tuple[str, Unit]],
    parts: Mapping[str, Cell],
    divided: Divided,
    total: Cell,
    hidden_everywhere: frozenset[str] = frozenset(),
    *,
    is_of_person: bool = False,
) -> dict[str, Any]:
    """`is_of_person`: each person is of one part only, so people add up too."""
    cells = {part: parts[part] for part in sorted(divided.alone, key=lambda part: (_place(part), -parts[part].minutes, part))}
    if divided.others is not None:
        cells[OTHERS] = divided.others
    hidden = hidden_columns([*cells.values()], total) | hidden_everywhere
    lines = [(part, None, None, _values(columns, cell, hidden)) for part, cell in cells.items()]
    return content(
        columns,
        lines,
        total=_values(columns, total, hidden_in_total(total) | hidden_everywhere),
        merged=divided.merged,
        too_few=divided.too_few,
        adds_up=[name for name, _unit in columns] if is_of_person else _AMOUNTS,
    )


def _organisations(
    session: Session,
    programme_id: UUID,
    year: date,
    figures: YearFigures,
    whole: Span,
    divided: Divided,
    today: date,
) -> list[Shown]:
    """The tables of single organisations: hours only, by month where that may be."""
    columns = tuple(each for each in HOURS_COLUMNS if each[0] in _AMOUNTS)
    everyone = figures.get((Topic.HOURS, Dimension.ORGANISATION), {})
    parts = sorted(everyone.get(Span.YEAR, {}).get(year, {}))
    cells = {part: _by_span(figures, Topic.HOURS, Dimension.ORGANISATION, part) for part in parts}

    def people_of_rest(span: Span, apart: Collection[str]) -> list[int]:
        rest = [part for part in parts if part not in set(apart)]
        found = []
        for start, at_once in everyone.get(span, {}).items():
            there = [part for part in rest if part in at_once]
            # More of one part alone are enough of all; only where there are few is it worth asking.
            most = max((at_once[part].people for part in there), default=0)
            asked = len(there) > 1 and most < FEWEST_ASKED
            found.append(
                hours_cells(session, programme_id, span, start, Dimension.ORGANISATION, together=there)[WHOLE].people
                if asked
                else most
            )
        return found

    spans = spans_of_parts(OfOrganisations(cells, whole, people_of_rest), divided.alone)
    shown = []
    for part in parts:
        span = spans.get(part)
        if span is None:
            shown.append(Shown(year, TableName.HOURS_OF_ORGANISATION, part, content(columns, too_few=True)))
            continue
        starts = _shown_spans(year, span, cells[part].get(span, {}), today)
        lines = [
            (start.isoformat(), start, span, _values(columns, cells[part].get(span, {}).get(start, Cell()))) for start in starts
        ]
        body = content(columns, lines, total=_values(columns, cells[part][Span.YEAR][year]), adds_up=_AMOUNTS)
        shown.append(Shown(year, TableName.HOURS_OF_ORGANISATION, part, body))
    return shown


FEWEST_ASKED: Final = 5


def _years_that_tell_uses(session: Session, programme_id: UUID, figures: Mapping[date, YearFigures]) -> set[date]:
    """The years in which the minutes of uses may stand beside credits used, which differ from them by what certain people did.

    These must be nobody or five people in the year, and in it with the years before that tell too: a visit of March whose
    credits went in April is more in one year and less in the next, and in both together nothing.
    """
    telling: list[date] = []
    for year in sorted(figures):
        differ = figures[year].get((Topic.USES, Dimension.DIFFERS), {}).get(Span.YEAR, {}).get(year, {})
        people = differ.get(Flow.USED, Cell()).people
        together = ([*telling[-count:], year] for count in range(1, len(telling) + 1))
        if people == 0 or (
            passes(people)
            and all(passes(differing_people(session, programme_id, Span.YEAR, each, Flow.USED)) for each in together)
        ):
            telling.append(year)
    return set(telling)


def _uses_tables(session: Session, programme_id: UUID, year: date, figures: YearFigures, *, tells_minutes: bool) -> list[Shown]:
    total = figures.get((Topic.USES, Dimension.WHOLE), {}).get(Span.YEAR, {}).get(year, {}).get(WHOLE, Cell())
    if not total.times:
        return []
    if not passes(total.people):
        return [Shown(year, name, WHOLE, content(USES_COLUMNS, too_few=True)) for name in _USES_BY_PART]
    hidden = frozenset() if tells_minutes else frozenset({"minutes"})
    shown = []
    for name, dimension in _USES_BY_PART.items():
        parts = figures.get((Topic.USES, dimension), {}).get(Span.YEAR, {}).get(year, {})
        divided = divide(parts, partial(_uses_together, session, programme_id, year, dimension))
        shown.append(Shown(year, name, WHOLE, _by_part(USES_COLUMNS, parts, divided, total, hidden)))
    return shown


def _hours_together(session: Session, programme_id: UUID, year: date, dimension: str, parts: Collection[str]) -> Cell:
    return hours_cells(session, programme_id, Span.YEAR, year, dimension, together=parts).get(WHOLE, Cell())


def _uses_together(session: Session, programme_id: UUID, year: date, dimension: str, parts: Collection[str]) -> Cell:
    return use_cells(session, programme_id, Span.YEAR, year, dimension, together=parts).get(WHOLE, Cell())


def _shown_spans(year: date, span: Span, cells: Mapping[date, Cell], today: date) -> list[date]:
    """The spans of the year that have begun, and later ones in which something is planned already."""
    return [start for start in spans_in(span, year) if start <= today or start in cells]


def _values(columns: Sequence[tuple[str, Unit]], cell: Cell, hidden: Collection[str] = frozenset()) -> list[int | None]:
    return [None if name in hidden else getattr(cell, name) for name, _unit in columns]
