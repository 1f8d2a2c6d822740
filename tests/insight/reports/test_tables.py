"""Each total equals the sum of its rows and what the hours and the ledger say; rows say no more than that."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.insight.reports.attacker import YEAR_STARTS, entries_of
from tests.insight.reports.programmes import SLOW, Made, Step, busy_programme, make_programme
from timecredits.foundation.errors import NotFoundError
from timecredits.insight.counting.count_up import count_up
from timecredits.insight.counting.months import year_of
from timecredits.insight.reports.published import FEWEST
from timecredits.insight.reports.reading import list_years, read_table
from timecredits.insight.reports.rows import Row, rows_behind
from timecredits.insight.reports.shapes import Line, Table, TableName
from timecredits.ledger.models import FLOORED, Account


def tables_of(session: Session, made: Made) -> list[tuple[Table, UUID | None]]:
    """Every table of every year that a programme manager may read."""
    found = []
    for year in list_years(session, made.programme_id):
        for name in TableName:
            owners = made.organisations if name is TableName.HOURS_OF_ORGANISATION else [None]
            found += [(read_table(session, made.programme_id, name, year, organisation_id=owner), owner) for owner in owners]
    return found


@given(st.integers(0, 10**6))
@settings(max_examples=4, **SLOW)
def test_each_value_is_the_sum_of_the_rows_it_opens_to(engine: Engine, seed: int) -> None:
    made = busy_programme(engine, seed)
    opened = 0
    with Session(engine) as session:
        for table, _owner in tables_of(session, made):
            for line in [*table.lines, *([table.total] if table.total else [])]:
                for column, value in zip(table.columns, line.values, strict=True):
                    if not value.opens:
                        continue
                    found = rows_behind(session, made.programme_id, value.opens, limit=1000)
                    assert sum(row.amount for row in found.rows) == value.amount == found.amount, (table.name, line.key, column)
                    _tells_no_more(table, line, found.rows)
                    opened += 1
            for column in table.adds_up:
                _adds_up(table, column)
    assert opened


def _tells_no_more(table: Table, line: Line, rows: Sequence[Row]) -> None:
    """A row says what it adds and nothing of other columns; how many there are says nothing of people who are not shown."""
    assert all(row == Row(row.amount, is_nobodys=row.is_nobodys) for row in rows)
    said = {column.name: value.amount for column, value in zip(table.columns, line.values, strict=True)}
    of_people = sum(not row.is_nobodys for row in rows)
    if "people" in said:
        assert said["people"] is not None
        assert of_people <= said["people"] // FEWEST


def _adds_up(table: Table, column: str) -> None:
    at = [each.name for each in table.columns].index(column)
    values = [line.values[at].amount for line in table.lines]
    if table.total is None or not values or None in values or table.total.values[at].amount is None:
        return
    assert sum(each or 0 for each in values) == table.total.values[at].amount, (table.name, column)


@given(st.integers(0, 10**6))
@settings(max_examples=4, **SLOW)
def test_totals_are_what_the_hours_and_the_ledger_say(engine: Engine, seed: int) -> None:
    made = busy_programme(engine, seed)
    with Session(engine) as session:
        entries = entries_of(session, made)
        for year in list_years(session, made.programme_id):
            mine = [each for each in entries if year_of(each["month"], YEAR_STARTS) == year]
            table = read_table(session, made.programme_id, TableName.HOURS_BY_MONTH, year)
            if table.total is not None:
                said = dict(zip([each.name for each in table.columns], table.total.values, strict=True))
                assert said["minutes"].amount == sum(each["minutes"] for each in mine)
                assert said["times"].amount == len(mine)
                assert said["people"].amount == len({each["who"] for each in mine})
            for organisation_id in made.organisations:
                own = read_table(
                    session, made.programme_id, TableName.HOURS_OF_ORGANISATION, year, organisation_id=organisation_id, own=True
                )
                theirs = [each for each in mine if each["organisation"] == str(organisation_id)]
                assert (own.total.values[4].amount if own.total else 0) == sum(each["minutes"] for each in theirs)
                for line in own.lines:
                    at = [each for each in theirs if each["month"] == line.starts_on]
                    assert (line.values[0].amount, line.values[4].amount) == (
                        len({each["who"] for each in at}),
                        sum(each["minutes"] for each in at),
                    )
                    if at:
                        opened = rows_behind(
                            session, made.programme_id, line.values[4].opens, organisation_id=organisation_id, limit=1000
                        )
                        assert sum(row.amount for row in opened.rows) == line.values[4].amount
                        people = rows_behind(
                            session, made.programme_id, line.values[0].opens, organisation_id=organisation_id, limit=1000
                        )
                        assert sum(row.minutes or 0 for row in people.rows) == line.values[4].amount
                        assert sum(row.times or 0 for row in people.rows) == line.values[3].amount == len(opened.rows)
        held = session.scalar(
            select(func.sum(Account.balance)).where(Account.programme_id == made.programme_id, Account.kind.in_(list(FLOORED)))
        )
        newest = read_table(session, made.programme_id, TableName.CREDITS_BY_MONTH, list_years(session, made.programme_id)[0])
        names = [each.name for each in newest.columns]
        if newest.total is not None:
            assert newest.total.values[names.index("outstanding")].amount in {held, None}


def test_rows_are_as_of_the_figure_though_more_was_counted_since(engine: Engine) -> None:
    """Figures of a large programme come later than their sums. (Who became one since is one in the rows already.)"""
    made = busy_programme(engine, 5)
    for number, kind in enumerate(["hours", "use", "give", "open", "note", "undo", "hours", "correct", "take_back"]):
        made.do(Step(kind, 1, who=number, where=number))
    later = made.now + timedelta(microseconds=1)
    count_up(engine, made.programme_id, now=later, lag=timedelta(0), figures_every=timedelta(days=10_000))
    with Session(engine) as session:
        for table, _owner in tables_of(session, made):
            is_of_now = table.name is TableName.OUTCOMES  # the one table that is not counted before
            assert table.as_of is None or is_of_now or table.as_of < later
            for line in [*table.lines, *([table.total] if table.total else [])]:
                for value in line.values:
                    if value.opens:
                        found = rows_behind(session, made.programme_id, value.opens, limit=1000)
                        assert sum(row.amount for row in found.rows) == value.amount, value.opens


def test_a_key_of_something_else_opens_nothing(engine: Engine) -> None:
    made, other = busy_programme(engine, 3), make_programme(engine)
    with Session(engine) as session:
        keys = [
            value.opens
            for table, _owner in tables_of(session, made)
            for line in table.lines
            for value in line.values
            if value.opens
        ]
        assert keys
        for key in keys[:5]:
            with pytest.raises(NotFoundError):
                rows_behind(session, other.programme_id, key)
        for key in ("", "x", "~~~~", keys[0] + "x", keys[0].replace("hours", "uses"), keys[0].rpartition("~")[0] + "~"):
            with pytest.raises(NotFoundError):
                rows_behind(session, made.programme_id, key)


def test_a_programme_in_which_nothing_happened_has_empty_tables(engine: Engine) -> None:
    made = make_programme(engine)
    made.count()
    with Session(engine) as session:
        assert list_years(session, made.programme_id) == []
        for name in set(TableName) - {TableName.HOURS_OF_ORGANISATION}:
            assert read_table(session, made.programme_id, name, date(2025, 4, 1)).lines == ()
