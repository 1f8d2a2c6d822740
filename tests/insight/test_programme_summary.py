"""A programme at a glance: what the reports may show, and what the last check found; cheap, and before anything too."""

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from tests.insight.books.test_books import checked
from tests.insight.reports.programmes import Step, busy_programme, make_programme
from tests.web.world import build_world
from timecredits.foundation import clock
from timecredits.foundation.db import transaction
from timecredits.insight.programme_summary import programme_summary
from timecredits.insight.reports.reading import list_years, read_table
from timecredits.insight.reports.shapes import TableName

_RECORDS = ("hour_entry", "transfer", "redemption", "hour_correction", "enrolment", "person_month")
MOST_QUESTIONS = 15


def test_it_says_what_the_reports_say(engine: Engine) -> None:
    made = busy_programme(engine, 3)
    made.count()
    checked(engine, made.programme_id)
    with transaction(engine) as session:
        year = list_years(session, made.programme_id)[0]
        asked: list[str] = []
        event.listen(session.connection(), "before_cursor_execute", lambda *args: asked.append(args[2]))
        found = programme_summary(session, made.programme_id, year)
        count = len(asked)
        for table, name in (
            (found.hours, TableName.HOURS_BY_MONTH),
            (found.credits, TableName.CREDITS_BY_MONTH),
            (found.organisations, TableName.HOURS_BY_ORGANISATION),
            (found.venues, TableName.USES_BY_VENUE),
        ):
            assert table == read_table(session, made.programme_id, name, year)
        assert found.people is None or found.people >= 5
        assert found.checked is not None
    assert count <= MOST_QUESTIONS
    assert not [sql for sql in asked for each in _RECORDS if f"FROM {each} " in sql.replace("\n", " ")]


def test_few_people_are_not_counted_out_loud(engine: Engine) -> None:
    made = make_programme(engine, people=3)
    made.do(Step("hours", 0))
    made.count()
    with transaction(engine) as session:
        found = programme_summary(session, made.programme_id, list_years(session, made.programme_id)[0])
        assert found.people is None
        assert found.hours.too_few
        assert found.organisations.too_few


def test_before_anything_was_counted_or_checked(session: Session) -> None:
    world = build_world(session)
    found = programme_summary(session, world.programme_id, clock.today().replace(month=4, day=1))
    assert (found.people, found.checked) == (None, None)
    assert found.hours.as_of is None
    assert found.hours.lines == ()
