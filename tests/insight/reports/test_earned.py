"""What was earned in a year is told though few people's hours and credits differ; of months it is not."""

from datetime import date, timedelta

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.insight.reports.attacker import Space, credit_equations
from tests.insight.reports.programmes import Made, Step, make_programme
from timecredits.insight.counting.count_up import count_up
from timecredits.insight.reports.reading import list_years, read_table
from timecredits.insight.reports.rows import rows_behind
from timecredits.insight.reports.shapes import Table, TableName

PEOPLE = 8
AN_HOUR, NO_CREDITS = 60, 90  # minutes; the second is an activity without credits


def _told(made: Made, minutes: list[int]) -> None:
    """Each person gives an hour in each of three months of one year, and one more time these many minutes."""
    made.now = made.now.replace(month=10)
    for at, extra in enumerate(minutes):
        for who in range(PEOPLE):
            made.do(Step("hours", 1, who=who, minutes=AN_HOUR))
        made.do(Step("hours", 1, who=at, minutes=extra))
        made.now += timedelta(days=31)
    made.count()


def _credits(session: Session, made: Made) -> Table:
    (year,) = list_years(session, made.programme_id)
    return read_table(session, made.programme_id, TableName.CREDITS_BY_MONTH, year)


def _column(table: Table, name: str) -> tuple[set[int | None], int | None]:
    """What the lines say, and the total."""
    at = [column.name for column in table.columns].index(name)
    assert table.total is not None
    return {line.values[at].amount for line in table.lines}, table.total.values[at].amount


def test_the_year_tells_what_was_earned_and_its_months_do_not(engine: Engine) -> None:
    made = make_programme(engine, people=PEOPLE)
    _told(made, [NO_CREDITS, NO_CREDITS, NO_CREDITS])
    with Session(engine) as session:
        table = _credits(session, made)
        assert len(table.lines) == 10  # months up to now, not one line for the year
        assert _column(table, "earned") == ({None}, 3 * PEOPLE * AN_HOUR)
        assert _column(table, "outstanding") == ({None}, 3 * PEOPLE * AN_HOUR)
        assert _column(table, "used") == ({0}, 0)
        opens = table.total.values[0].opens if table.total else ""
        assert sum(row.amount for row in rows_behind(session, made.programme_id, opens).rows) == 3 * PEOPLE * AN_HOUR
        years = list_years(session, made.programme_id)
        space = Space(credit_equations(session, made, years))
        months = [date(2024, 4 + each, 1) for each in range(9)] + [date(2025, 1 + each, 1) for each in range(3)]
        assert space.tells({("earned differs", month): 1 for month in months})
        assert not any(space.tells({("earned differs", month): 1}) for month in months)


def test_where_hours_and_credits_are_the_same_months_tell_it_too(engine: Engine) -> None:
    made = make_programme(engine, people=PEOPLE)
    _told(made, [AN_HOUR, AN_HOUR, AN_HOUR])
    with Session(engine) as session:
        lines, total = _column(_credits(session, made), "earned")
        assert total == 3 * (PEOPLE + 1) * AN_HOUR
        assert lines == {0, (PEOPLE + 1) * AN_HOUR}


def test_people_who_became_one_do_not_wait_for_the_next_figures(engine: Engine) -> None:
    made = make_programme(engine, people=3 * PEOPLE)
    _told(made, [AN_HOUR])
    made.do(Step("merge", 1, who=0))
    later = made.now + timedelta(microseconds=1)
    count_up(engine, made.programme_id, now=later, lag=timedelta(0), figures_every=timedelta(days=10_000))
    with Session(engine) as session:
        (year,) = list_years(session, made.programme_id)
        table = read_table(session, made.programme_id, TableName.HOURS_BY_MONTH, year)
        assert table.total is not None
        assert table.as_of == later
        people = table.total.values[0]
        assert people.amount == PEOPLE - 1
        assert sum(row.amount for row in rows_behind(session, made.programme_id, people.opens).rows) == PEOPLE - 1
