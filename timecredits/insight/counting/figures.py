"""Figures of the months that changed, and of the quarters and years they are in; then what may be shown of each year.

In three steps: the figures are written; what may be shown is worked out from them by reading only; that is written together with
the new watermark, if nothing was counted meanwhile. Stopped between, the months still wait and all of it is done again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.orm import Session

from timecredits.foundation.db import READ_ONLY, new_id, transaction
from timecredits.insight.counting.cells import (
    WHOLE,
    Cell,
    Dimension,
    credit_cells,
    differing_people,
    hours_cells,
    use_cells,
)
from timecredits.insight.counting.months import span_of, year_of
from timecredits.insight.counting.people_counted import changed_people, renew_people
from timecredits.insight.counting.recount import insert_rows
from timecredits.insight.counting.touched import is_merged_between
from timecredits.insight.reports.publishing import OF_ALL_YEARS, Shown, publish
from timecredits.insight.roll_up_models import (
    Figure,
    Flow,
    PersonCredit,
    PersonMonth,
    PersonUse,
    RollUp,
    ShownTable,
    Span,
    Topic,
)
from timecredits.network.settings import read_settings

__all__ = ["known_years", "work_out_figures", "work_out_span"]

_Rows = list[dict[str, Any]]
_ZERO: Final = datetime(1970, 1, 1, tzinfo=UTC)
_BY_YEAR_ONLY: Final = (Dimension.CATEGORY, Dimension.AGE, Dimension.DISTRICT)


def work_out_figures(engine: Engine, programme_id: UUID, *, now: datetime, every: timedelta) -> bool:
    """Work out what waits; answers whether anything was. Not sooner than `every` after the last time."""
    _renew_changed_people(engine, programme_id, every)
    with Session(engine) as session:
        session.connection(execution_options=READ_ONLY)
        state = session.scalars(select(RollUp).where(RollUp.programme_id == programme_id)).one_or_none()
        if state is None or (state.figures_to == state.counted_to and not state.waiting):
            return False
        counted_to, starts_in = state.counted_to, read_settings(session, programme_id).year_starts_in
        anew = _is_other_year(session, programme_id, starts_in)
        months = _all_months(session, programme_id) if anew else [date.fromisoformat(each) for each in state.waiting]
        too_soon = state.figures_to is not None and min(now, counted_to) - state.figures_to < every
        # People who became one are one in the rows at once, so the figures that open to them do not wait.
        if months and too_soon and not is_merged_between(session, programme_id, state.figures_to or _ZERO, counted_to):
            return False
        spans = sorted({(span, span_of(span, month, starts_in)) for month in months for span in Span})
        rows = [row for span, starts_on in spans for row in work_out_span(session, programme_id, span, starts_on)]
        years = known_years(session, programme_id, starts_in)
    if not _write_figures(engine, programme_id, counted_to, spans, rows, anew=anew):
        return False
    with Session(engine) as session:
        session.connection(execution_options=READ_ONLY)
        changed = {year_of(month, starts_in) for month in months}
        shown = publish(session, programme_id, years, changed, counted_to) if years else []
    return _write_shown(engine, programme_id, counted_to, shown, changed)


def _renew_changed_people(engine: Engine, programme_id: UUID, every: timedelta) -> None:
    """Renew who moved, told their age or was erased: no row says when. Looked for when time passes a mark of `every`."""
    with Session(engine) as session:
        session.connection(execution_options=READ_ONLY)
        state = session.scalars(select(RollUp).where(RollUp.programme_id == programme_id)).one_or_none()
        if state is None:
            return
        counted_to, figures_to = state.counted_to, state.figures_to
        if every and figures_to is not None and (counted_to - _ZERO) // every == (figures_to - _ZERO) // every:
            return
        changed = changed_people(session, programme_id)
    if not changed:
        return
    with transaction(engine) as session:
        held = _hold(session, programme_id, counted_to)
        if held is not None:
            months = renew_people(session, programme_id, changed)
            held.waiting = sorted({*held.waiting, *(month.isoformat() for month in months)})


def work_out_span(session: Session, programme_id: UUID, span: Span, starts_on: date) -> _Rows:
    """Every figure of one span, as rows of the table."""
    here = session, programme_id, span, starts_on
    found: dict[tuple[Topic, str], dict[str, Cell]] = {}
    for dimension in (Dimension.WHOLE, Dimension.ORGANISATION, *(_BY_YEAR_ONLY if span is Span.YEAR else ())):
        found[Topic.HOURS, dimension] = hours_cells(*here, dimension)
    found[Topic.CREDITS, Dimension.FLOW] = credit_cells(*here)
    differ = differing_people(session, programme_id, span, [starts_on], Flow.EARNED)
    found[Topic.CREDITS, Dimension.DIFFERS] = {Flow.EARNED.value: Cell(people=differ)}
    if span is Span.YEAR:
        for dimension in (Dimension.WHOLE, Dimension.VENUE, Dimension.DISTANCE):
            found[Topic.USES, dimension] = use_cells(*here, dimension)
        differ = differing_people(session, programme_id, span, [starts_on], Flow.USED)
        found[Topic.USES, Dimension.DIFFERS] = {Flow.USED.value: Cell(people=differ)}
    return [
        {
            "programme_id": programme_id,
            "id": new_id(),
            "topic": topic,
            "span": span,
            "starts_on": starts_on,
            "dimension": dimension,
            "part": part,
            **asdict(cell),
        }
        for (topic, dimension), cells in found.items()
        for part, cell in cells.items()
        if cell != Cell() or part == WHOLE
    ]


def known_years(session: Session, programme_id: UUID, starts_in: int) -> list[date]:
    """The reporting years from the first month anything was counted in to the last, in order."""
    ends = [
        month
        for model in (PersonMonth, PersonCredit, PersonUse)
        for which in (func.min, func.max)
        if (month := session.scalar(select(which(model.month)).where(model.programme_id == programme_id))) is not None
    ]
    if not ends:
        return []
    first, last = year_of(min(ends), starts_in), year_of(max(ends), starts_in)
    return [first.replace(year=year) for year in range(first.year, last.year + 1)]


def _all_months(session: Session, programme_id: UUID) -> list[date]:
    months: set[date] = set()
    for model in (PersonMonth, PersonCredit, PersonUse):
        months |= set(session.scalars(select(model.month).where(model.programme_id == programme_id).distinct()))
    return sorted(months)


def _is_other_year(session: Session, programme_id: UUID, starts_in: int) -> bool:
    """Whether figures stand that were worked out for years that began in another month."""
    years = session.scalars(
        select(Figure.starts_on).where(Figure.programme_id == programme_id, Figure.span == Span.YEAR).distinct()
    )
    return any(year.month != starts_in for year in years)


def _hold(session: Session, programme_id: UUID, counted_to: datetime) -> RollUp | None:
    """The programme's row, held, if nothing was counted meanwhile."""
    state = session.scalars(select(RollUp).where(RollUp.programme_id == programme_id).with_for_update()).one_or_none()
    return state if state is not None and state.counted_to == counted_to else None


def _write_figures(
    engine: Engine,
    programme_id: UUID,
    counted_to: datetime,
    spans: Sequence[tuple[Span, date]],
    rows: _Rows,
    *,
    anew: bool,
) -> bool:
    with transaction(engine) as session:
        if _hold(session, programme_id, counted_to) is None:
            return False
        if anew:
            session.execute(delete(Figure).where(Figure.programme_id == programme_id))
            session.execute(delete(ShownTable).where(ShownTable.programme_id == programme_id))
        for span, starts_on in spans:
            session.execute(
                delete(Figure).where(Figure.programme_id == programme_id, Figure.span == span, Figure.starts_on == starts_on)
            )
        insert_rows(session, Figure, rows)
    return True


def _write_shown(
    engine: Engine, programme_id: UUID, counted_to: datetime, shown: Iterable[Shown], changed: Iterable[date]
) -> bool:
    with transaction(engine) as session:
        state = _hold(session, programme_id, counted_to)
        if state is None:
            return False
        for year in changed:
            session.execute(delete(ShownTable).where(ShownTable.programme_id == programme_id, ShownTable.year == year))
        # These are decided for all years at once.
        session.execute(delete(ShownTable).where(ShownTable.programme_id == programme_id, ShownTable.name.in_(OF_ALL_YEARS)))
        rows = [{"programme_id": programme_id, "id": new_id(), **asdict(table)} for table in shown]
        insert_rows(session, ShownTable, rows)
        state.waiting, state.figures_to = [], counted_to
    return True
