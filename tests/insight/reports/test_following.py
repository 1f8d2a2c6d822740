"""Tables that follow those who began tell how many are new, so they are silent where that would leave few."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.insight.reports.attacker import YEAR_STARTS
from tests.insight.reports.programmes import Made, Step, make_programme
from timecredits.insight.counting.months import add_months, year_of
from timecredits.insight.reports.reading import read_table
from timecredits.insight.reports.shapes import Table, TableName
from timecredits.insight.roll_up_models import PersonCounted

FIRST, NEW = 6, 8
TWO_YEARS = timedelta(days=730)


def told(engine: Engine, there_before: int) -> Made:
    """Six people begin in one year. In the next, some of them come again, and eight others begin; two of these use a credit."""
    made = make_programme(engine, people=FIRST + NEW)
    for who in range(FIRST):
        made.do(Step("hours", 1, who=who))
    made.now += timedelta(days=365)
    for who in (*range(there_before), *range(FIRST, FIRST + NEW)):
        made.do(Step("hours", 1, who=who, minutes=60 if who < FIRST + NEW - 1 else 90))  # the last one's earn no credits
    for who in range(FIRST, FIRST + 6):
        made.do(Step("use", 24, who=who))
    made.now += TWO_YEARS
    for who in range(FIRST):  # so that the years in between have tables
        made.do(Step("hours", 1, who=who))
    made.count()
    return made


def tables(engine: Engine, made: Made) -> tuple[Table, Table]:
    """Of those who began in the second year: who stayed, and their first use."""
    with Session(engine) as session:
        first = max(session.query(PersonCounted.first_gave_on).filter_by(programme_id=made.programme_id).all())[0]
        year = year_of(first.replace(day=1), YEAR_STARTS)
        staying = read_table(session, made.programme_id, TableName.STAYING, add_months(year, 12))
        return staying, read_table(session, made.programme_id, TableName.FIRST_USE, year)


@pytest.mark.parametrize("there_before", [0, 5])
def test_who_began_is_told_beside_nobody_or_five_who_were_there_before(engine: Engine, there_before: int) -> None:
    staying, first_use = tables(engine, told(engine, there_before))
    assert sum(line.values[0].amount or 0 for line in staying.lines) == NEW
    assert first_use.total is not None
    assert first_use.total.values[0].amount == NEW  # also who has earned nothing


@pytest.mark.parametrize("there_before", [1, 2, 4])
def test_who_began_is_not_told_beside_few_who_were_there_before(engine: Engine, there_before: int) -> None:
    staying, first_use = tables(engine, told(engine, there_before))
    assert (list(staying.lines), staying.too_few) == ([], True)
    assert (list(first_use.lines), first_use.total, first_use.too_few) == ([], None, True)
