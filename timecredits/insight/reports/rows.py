"""What stands behind a shown value: rows that add up to it, from what was counted of each person (docs/reports.md).

A programme manager's rows are of five people or more each, those alike in how much it was, and told without day or place. So a
row is never of one person, and no row can be taken off another figure: nobody knows whom it is of (docs/adr/0031). A row says
what it adds to the opened value and nothing of other columns, which the table may hide. To its own staff an organisation's rows
are the hour entries themselves.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, select, tuple_
from sqlalchemy.orm import Session

from timecredits.foundation.db import Day, Id
from timecredits.foundation.errors import NotFoundError
from timecredits.hours.models import HourCorrection, HourEntry
from timecredits.insight.counting.months import add_months
from timecredits.insight.counting.recount import stands_at
from timecredits.insight.reports.behind import Behind, Share, people_behind
from timecredits.insight.reports.published import FEWEST
from timecredits.insight.reports.reading import read_table
from timecredits.insight.reports.shapes import OTHERS, Line, Table, TableName, Unit
from timecredits.insight.reports.shown import parts_of_key

__all__ = ["MOST_ROWS", "Row", "Rows", "group_people", "rows_behind"]

MOST_ROWS: Final = 50
_OF_PEOPLE: Final = {"people", "new_people", "regular_people"}
_MIXED: Final = {"earned"}
"""Beside the same people in the order of their hours, these in the order of theirs would tell where the two differ."""


@dataclass(frozen=True, slots=True)
class Row:
    """What some people together add to the value, in its unit; `is_nobodys`: what notes and pots add.

    The others are told only to an organisation about its own hours. With a `day` a row is one entry; with `times` and `minutes`
    it is one person, how often they came and how much they gave.
    """

    amount: int
    is_nobodys: bool = False
    day: date | None = None
    times: int | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows behind one value, which they add up to. `next` is what to hand on as `after` for more, "" at the end."""

    table: Table
    line: Line
    column: str
    unit: Unit
    amount: int
    rows: tuple[Row, ...]
    next: str
    as_of: datetime


def rows_behind(
    session: Session,
    programme_id: UUID,
    opens: str,
    *,
    after: str = "",
    limit: int = MOST_ROWS,
    organisation_id: UUID | None = None,
) -> Rows:
    """The rows of the value that `opens` names, `limit` at a time.

    With `organisation_id`, of a value in that organisation's own table. Raises NotFoundError for what is hidden, is another's, or
    is no key at all.
    """
    try:
        name, year, part, line_key, column = parts_of_key(opens)
    except ValueError:
        raise NotFoundError from None
    own = organisation_id is not None
    if (own and part != str(organisation_id)) or (name is TableName.HOURS_OF_ORGANISATION) != bool(part):
        raise NotFoundError
    table = read_table(session, programme_id, name, year, organisation_id=UUID(part) if part else None, own=own)
    line = _line(table, line_key)
    at = next((index for index, each in enumerate(table.columns) if each.name == column), None)
    if at is None or line.values[at].opens != opens or table.as_of is None:
        raise NotFoundError
    amount = line.values[at].amount or 0
    if own and column in {"times", "minutes"}:
        rows, following = _entries(session, programme_id, UUID(part), line, column, table.as_of, after, limit)
    else:
        alone = tuple(each.key for each in table.lines if each.key != OTHERS)
        behind = Behind(
            name, part, line.key if line_key is not None else None, alone, _begins(line, year), _ends(line, year), column
        )
        shares = people_behind(session, programme_id, behind, table.as_of)
        mix = opens if column in _MIXED else ""
        groups = _people(shares) if own else group_people(shares, partial(_amount, column=column), least=_least(table), mix=mix)
        first = int(after) if after.isdecimal() else 0
        rows, following = groups[first : first + limit], str(first + limit) if first + limit < len(groups) else ""
    return Rows(table, line, column, table.columns[at].unit, amount, tuple(rows), following, table.as_of)


def group_people(shares: list[Share], amount_of: Callable[[Share], int], *, least: int, mix: str = "") -> list[Row]:
    """People in groups of `least` or more, those with the most first; what is left over joins the last group.

    With `mix`, in an order that nothing follows from, the same whenever it is opened. What is nobody's is one more row.
    """
    nobody = [share for share in shares if share.who is None and (share.times or share.minutes)]
    people = sorted(
        (share for share in shares if share.who is not None),
        key=partial(_mixed, mix) if mix else lambda share: (-share.minutes, -share.times, share.who),
    )
    starts = list(range(0, max(1, len(people) - least + 1), least)) if people else []
    groups = [people[start : starts[index + 1] if index + 1 < len(starts) else None] for index, start in enumerate(starts)]
    return [
        *(Row(sum(amount_of(share) for share in group)) for group in groups),
        *([Row(sum(amount_of(share) for share in nobody), is_nobodys=True)] if nobody else []),
    ]


def _mixed(mix: str, share: Share) -> bytes:
    return sha256(f"{mix} {share.who}".encode()).digest()


def _least(table: Table) -> int:
    """How many people a row is of at least: more where the table doesn't say how many there are, as the rows can be counted."""
    return FEWEST if any(column.name == "people" for column in table.columns) else 2 * FEWEST


def _people(shares: list[Share]) -> list[Row]:
    """A row a person, for those who know them by name."""
    told = sorted(shares, key=lambda share: (-share.minutes, -share.times, str(share.who)))
    return [Row(1, times=share.times, minutes=share.minutes) for share in told]


def _amount(share: Share, column: str) -> int:
    if column in _OF_PEOPLE:
        return int(share.who is not None)
    return share.times if column == "times" else share.minutes


def _line(table: Table, key: str | None) -> Line:
    found = table.total if key is None else next((line for line in table.lines if line.key == key), None)
    if found is None:
        raise NotFoundError
    return found


def _begins(line: Line, year: date) -> date:
    return line.starts_on or year


def _ends(line: Line, year: date) -> date:
    """The first day after it."""
    if line.ends_on is None:
        return add_months(year, 12)
    return add_months(line.ends_on.replace(day=1), 1)


def _entries(
    session: Session, programme_id: UUID, organisation_id: UUID, line: Line, column: str, as_of: datetime, after: str, limit: int
) -> tuple[list[Row], str]:
    """An organisation's own entries, by day."""
    place: Any = (HourEntry.done_on, HourEntry.id)
    question = (
        select(HourEntry.done_on, HourEntry.id, HourEntry.minutes)
        .outerjoin(
            HourCorrection,
            and_(HourCorrection.programme_id == HourEntry.programme_id, HourCorrection.entry_id == HourEntry.id),
        )
        .where(
            HourEntry.programme_id == programme_id,
            HourEntry.organisation_id == organisation_id,
            HourEntry.done_on >= line.starts_on,
            HourEntry.done_on <= line.ends_on,
            stands_at(as_of),
        )
        .order_by(*place)
        .limit(limit + 1)
    )
    if after:
        try:
            day, _, entry_id = after.partition("~")
            begun = date.fromisoformat(day), UUID(entry_id)
        except ValueError:
            raise NotFoundError from None
        question = question.where(tuple_(*place) > tuple_(*begun, types=[Day(), Id]))
    found = session.execute(question).all()
    rows = [Row(each.minutes if column == "minutes" else 1, day=each.done_on) for each in found[:limit]]
    last = found[limit - 1] if len(found) > limit else None
    return rows, "" if last is None else f"{last.done_on.isoformat()}~{last.id}"
