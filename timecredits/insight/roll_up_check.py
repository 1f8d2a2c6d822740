"""Proof that what the reports are made of says what the records say, as they were at the watermark."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from timecredits.foundation.clock import local_day
from timecredits.insight.counting.figures import work_out_span
from timecredits.insight.counting.months import add_months, month_of, span_of
from timecredits.insight.counting.recount import count_credits, count_hours, count_uses
from timecredits.insight.counting.touched import in_groups
from timecredits.insight.roll_up_models import Figure, PersonCredit, PersonMonth, PersonUse, RollUp, Span
from timecredits.ledger.books import BookFault
from timecredits.network.models import Volunteer
from timecredits.network.settings import read_settings

__all__ = ["MONTHS", "check_roll_ups"]

MONTHS: Final = 3
"""How many of the newest months are checked, unless all are asked for: so a page can wait for it."""
_COUNTS: Final[Mapping[Any, Callable[..., list[dict[str, Any]]]]] = {
    PersonMonth: count_hours,
    PersonCredit: count_credits,
    PersonUse: count_uses,
}


def check_roll_ups(session: Session, programme_id: UUID, *, months: int | None = MONTHS) -> list[BookFault]:
    """Every fault between the sums that reports are made of and the records, in the newest months (None: in all).

    `counts_differ`: people whose sums are not what their records come to, and the programme itself for pots and notes.
    `figures_differ`: figures that are not what the sums come to, by their ids; not looked for while months wait to be worked out.
    """
    state = session.scalars(select(RollUp).where(RollUp.programme_id == programme_id)).one_or_none()
    if state is None:
        return []
    checked = _months(session, programme_id, state, months)
    people = session.scalars(
        select(Volunteer.id).where(Volunteer.programme_id == programme_id, Volunteer.merged_into.is_(None)).order_by(Volunteer.id)
    ).all()
    wrong: set[UUID] = set()
    for month in checked:
        for model, count in _COUNTS.items():
            for group in in_groups([*people, *([None] if model is not PersonMonth else [])]):
                fresh = _by_person(model, count(session, programme_id, month, group, state.counted_to))
                kept = _by_person(model, _stored(session, programme_id, model, month, group))
                wrong |= {who or programme_id for who in fresh.keys() | kept.keys() if fresh.get(who) != kept.get(who)}
    faults = [BookFault("counts_differ", programme_id, tuple(sorted(wrong)))] if wrong else []
    if state.figures_to == state.counted_to:
        starts_in = read_settings(session, programme_id).year_starts_in
        spans = sorted({(span, span_of(span, month, starts_in)) for month in checked for span in Span})
        ids = [each for span, start in spans for each in _odd_figures(session, programme_id, span, start)]
        faults += [BookFault("figures_differ", programme_id, tuple(ids))] if ids else []
    return faults


def _months(session: Session, programme_id: UUID, state: RollUp, months: int | None) -> list[date]:
    last = month_of(local_day(state.counted_to - timedelta(microseconds=1)))
    if months is not None:
        return [add_months(last, -back) for back in range(months)]
    found = {last}
    for model in _COUNTS:
        first, newest = session.execute(
            select(func.min(model.month), func.max(model.month)).where(model.programme_id == programme_id)
        ).one()
        found |= {first, newest} - {None}
    count = (max(found).year - min(found).year) * 12 + max(found).month - min(found).month
    return [add_months(min(found), each) for each in range(count + 1)]


def _stored(session: Session, programme_id: UUID, model: Any, month: date, group: Iterable[UUID | None]) -> list[dict[str, Any]]:
    theirs = model.volunteer_id.in_([who for who in group if who is not None])
    if None in group:
        theirs = theirs | model.volunteer_id.is_(None)
    rows = session.execute(
        select(*model.__table__.columns).where(model.programme_id == programme_id, model.month == month, theirs)
    )
    return [dict(row._mapping) for row in rows]  # noqa: SLF001  its public name


def _by_person(model: Any, rows: list[dict[str, Any]]) -> dict[UUID | None, list[str]]:
    """Each person's rows in an order of their own, without ids."""
    names = [column.name for column in model.__table__.columns if column.name not in {"id", "programme_id"}]
    found: dict[UUID | None, list[str]] = {}
    for row in rows:
        found.setdefault(row["volunteer_id"], []).append(repr([row[name] for name in names]))
    return {who: sorted(lines) for who, lines in found.items()}


def _odd_figures(session: Session, programme_id: UUID, span: Span, starts_on: date) -> list[UUID]:
    names = ("topic", "dimension", "part", "people", "new_people", "regular_people", "times", "minutes")
    kept = {
        tuple(getattr(figure, name) for name in names): figure.id
        for figure in session.scalars(
            select(Figure).where(Figure.programme_id == programme_id, Figure.span == span, Figure.starts_on == starts_on)
        )
    }
    fresh = {tuple(row[name] for name in names) for row in work_out_span(session, programme_id, span, starts_on)}
    missing = [programme_id] if fresh - kept.keys() else []
    return missing + [figure_id for key, figure_id in kept.items() if key not in fresh]
