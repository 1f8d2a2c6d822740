"""Reading the tables of the reports: one or two questions each, from what the counting job left (docs/reports.md).

What a programme manager may not see is not in what is read here, so no page, file or picture can let it slip.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.clock import local_day
from timecredits.insight.counting.cells import WHOLE, Dimension
from timecredits.insight.counting.months import LENGTHS, add_months, spans_in
from timecredits.insight.outcomes import outcome_counts
from timecredits.insight.reports.shapes import Column, Line, Table, TableName, Unit, Value
from timecredits.insight.reports.shown import key_of
from timecredits.insight.roll_up_models import Figure, RollUp, ShownTable, Span, Topic
from timecredits.network.models import Organisation, Venue
from timecredits.network.scope import find

__all__ = ["counted_to", "list_years", "read_table"]

_NO_ROWS: Final = {"outstanding"}
"""Columns that are what is left after everything, and not the sum of rows of their span."""
_OPENED: Final = {
    TableName.HOURS_BY_MONTH,
    TableName.HOURS_BY_ORGANISATION,
    TableName.HOURS_BY_CATEGORY,
    TableName.HOURS_BY_AGE,
    TableName.HOURS_BY_DISTRICT,
    TableName.HOURS_OF_ORGANISATION,
    TableName.CREDITS_BY_MONTH,
    TableName.USES_BY_VENUE,
    TableName.USES_BY_DISTANCE,
}
OWN_COLUMNS: Final = (
    Column("people", Unit.PEOPLE),
    Column("new_people", Unit.PEOPLE),
    Column("regular_people", Unit.PEOPLE),
    Column("times", Unit.TIMES),
    Column("minutes", Unit.MINUTES),
)


def counted_to(session: Session, programme_id: UUID) -> datetime | None:
    """Up to when everything in the reports was counted; None: nothing yet."""
    return session.scalar(select(RollUp.figures_to).where(RollUp.programme_id == programme_id))


def list_years(session: Session, programme_id: UUID) -> list[date]:
    """The first days of the reporting years there is anything to show of, the newest first."""
    years = session.scalars(
        select(Figure.starts_on).where(Figure.programme_id == programme_id, Figure.span == Span.YEAR).distinct()
    )
    return sorted(years, reverse=True)


def read_table(
    session: Session,
    programme_id: UUID,
    name: TableName,
    year: date,
    *,
    organisation_id: UUID | None = None,
    own: bool = False,
) -> Table:
    """One table of the reporting year that begins on `year`.

    HOURS_OF_ORGANISATION needs `organisation_id`; with `own` it is as that organisation's staff see it, by month and with nothing
    hidden. A year without anything gives an empty table. Raises NotFoundError for an organisation that is not of the programme.
    """
    as_of = counted_to(session, programme_id)
    if name is TableName.OUTCOMES:
        return _outcomes(session, programme_id, year, None if as_of is None else clock.now())
    part = WHOLE
    if name is TableName.HOURS_OF_ORGANISATION:
        if organisation_id is None:
            raise ValueError("whose hours?")
        part = str(find(session, Organisation, programme_id, organisation_id).id)
        if own:
            return _own(session, programme_id, year, part, as_of)
    kept = session.scalar(
        select(ShownTable.content).where(
            ShownTable.programme_id == programme_id,
            ShownTable.year == year,
            ShownTable.name == name,
            ShownTable.part == part,
        )
    )
    if kept is None:
        return Table(name, (), (), None, year, as_of)
    return _table(session, programme_id, name, year, part, kept, as_of)


def _table(
    session: Session, programme_id: UUID, name: TableName, year: date, part: str, kept: Mapping[str, Any], as_of: datetime | None
) -> Table:
    columns = tuple(Column(each, Unit(unit)) for each, unit in kept["columns"])
    named = _names(session, programme_id, name, [key for key, *_rest in kept["lines"]])

    def values(line: str | None, numbers: Sequence[int | None]) -> tuple[Value, ...]:
        # Rows are of five people each, so how many rows there are would tell about how many people are not shown.
        is_open = not any(column.name == "people" and number is None for column, number in zip(columns, numbers, strict=True))
        return tuple(
            Value(number, _opens(name, year, part, line, column.name, number) if is_open else "")
            for column, number in zip(columns, numbers, strict=True)
        )

    lines = []
    for key, start, span, numbers in kept["lines"]:
        begins = date.fromisoformat(start) if start else None
        lines.append(Line(key, values(key, numbers), named.get(key, ""), begins, _last_day(begins, span)))
    total = kept["total"]
    return Table(
        name,
        columns,
        tuple(lines),
        None if total is None else Line("total", values(None, total), "", year, _last_day(year, Span.YEAR)),
        year,
        as_of,
        merged=kept["merged"],
        too_few=kept["too_few"],
        adds_up=frozenset(kept["adds_up"]),
    )


def _own(session: Session, programme_id: UUID, year: date, part: str, as_of: datetime | None) -> Table:
    """An organisation's hours by month, as its own staff see them: they know these people by name."""
    found = {
        (figure.span, figure.starts_on): figure
        for figure in session.scalars(
            select(Figure).where(
                Figure.programme_id == programme_id,
                Figure.topic == Topic.HOURS,
                Figure.dimension == Dimension.ORGANISATION,
                Figure.part == part,
                Figure.span.in_([Span.MONTH, Span.YEAR]),
                Figure.starts_on >= year,
                Figure.starts_on < add_months(year, 12),
            )
        )
    }

    def line(span: Span, start: date) -> Line:
        figure, key = found.get((span, start)), None if span is Span.YEAR else start.isoformat()
        numbers = [getattr(figure, column.name) if figure is not None else 0 for column in OWN_COLUMNS]
        values = tuple(
            Value(number, _opens(TableName.HOURS_OF_ORGANISATION, year, part, key, column.name, number))
            for column, number in zip(OWN_COLUMNS, numbers, strict=True)
        )
        return Line(key or "total", values, "", start, _last_day(start, span))

    today = None if as_of is None else local_day(as_of)
    months = [month for month in spans_in(Span.MONTH, year) if (Span.MONTH, month) in found or (today and month <= today)]
    shown = bool(found)
    return Table(
        TableName.HOURS_OF_ORGANISATION,
        OWN_COLUMNS,
        tuple(line(Span.MONTH, month) for month in months) if shown else (),
        line(Span.YEAR, year) if shown else None,
        year,
        as_of,
        adds_up=frozenset({"times", "minutes"}),
    )


def _outcomes(session: Session, programme_id: UUID, year: date, as_of: datetime | None) -> Table:
    """What people told came of it in the calendar year in which the reporting year begins, as of now.

    By calendar year wherever it is shown: two kinds of year side by side could be taken off each other. It is read from what was
    told, not from what was counted, and says so.
    """
    ends_on = min(date(year.year, 12, 31), max(local_day(as_of or clock.now()), date(year.year, 1, 1)))
    counts = outcome_counts(session, programme_id, today=ends_on).years[0]
    begins, ends = date(year.year, 1, 1), date(year.year, 12, 31)
    lines = tuple(Line(kind.value, (Value(people),), "", begins, ends) for kind, people in counts.people)
    return Table(
        TableName.OUTCOMES,
        (Column("people", Unit.PEOPLE),),
        lines if counts.shown else (),
        None,
        year,
        as_of,
        too_few=not counts.shown,
    )


def _names(session: Session, programme_id: UUID, name: TableName, keys: Collection[str]) -> dict[str, str]:
    if name is TableName.HOURS_BY_ORGANISATION:
        rows = session.execute(select(Organisation.id, Organisation.name).where(Organisation.programme_id == programme_id))
    elif name is TableName.USES_BY_VENUE:
        ids = [UUID(key) for key in keys if "-" in key]
        rows = session.execute(select(Venue.id, Venue.name).where(Venue.id.in_(ids)))
    else:
        return {}
    return {str(row[0]): row[1] for row in rows}


def _opens(name: TableName, year: date, part: str, line: str | None, column: str, number: int | None) -> str:
    if number is None or number == 0 or name not in _OPENED or column in _NO_ROWS:
        return ""
    return key_of(name, year, part, line, column)


def _last_day(start: date | None, span: str | None) -> date | None:
    if start is None or span is None:
        return None
    return add_months(start, LENGTHS[Span(span)]) - timedelta(days=1)
