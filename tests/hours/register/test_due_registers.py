from datetime import date, timedelta

from tests.hours.conftest import TODAY, Place
from tests.hours.history.weekly import make_weekly
from timecredits.foundation import clock
from timecredits.hours.activities import close_activity
from timecredits.hours.activity_models import Activity
from timecredits.hours.planning.sessions import find_dated_session, keep_session
from timecredits.hours.register.due_registers import due_registers
from timecredits.hours.register.registers import save_register

LAST_WEEK = TODAY - timedelta(weeks=1)


def due(place: Place) -> list[tuple[date, int]]:
    found = due_registers(place.session, place.programme_id, place.organisation_id, today=TODAY)
    return [(each.dated.day, each.saved) for each in found]


def test_todays_sessions_and_those_nobody_wrote_down(place: Place) -> None:
    assert due(place) == []
    plan = make_weekly(place)
    assert due(place) == [(TODAY, 0), (LAST_WEEK, 0)]
    dated = find_dated_session(place.session, place.programme_id, plan.id, TODAY)
    save_register(
        place.session,
        place.programme_id,
        place.organisation_id,
        session_id=dated.id,
        activity_id=place.garden_id,
        day=TODAY,
        minutes={place.sian: 120, place.lukasz: 60},
        actor_id=None,
        today=TODAY,
        planned=dated,
    )
    assert due(place) == [(TODAY, 2), (LAST_WEEK, 0)]


def test_hours_of_that_day_from_anywhere_count_as_written_down(place: Place) -> None:
    make_weekly(place)
    place.record(place.new(place.sian, 60, LAST_WEEK))
    assert due(place) == [(TODAY, 0)]


def test_what_was_cancelled_closed_or_elsewhere_waits_for_nobody(place: Place) -> None:
    plan = make_weekly(place)
    for day in (TODAY, LAST_WEEK):
        dated = find_dated_session(place.session, place.programme_id, plan.id, day)
        keep_session(place.session, place.programme_id, dated, actor_id=None).cancelled_at = clock.now()
    place.session.flush()
    assert due(place) == []
    make_weekly(place)
    assert len(due(place)) == 2
    assert due_registers(place.session, place.programme_id, place.other_organisation_id, today=TODAY) == []
    close_activity(place.session, place.programme_id, place.organisation_id, place.garden_id, actor_id=None)
    assert due(place) == []


def test_a_session_whose_hours_do_not_count_has_no_register(place: Place) -> None:
    make_weekly(place)
    assert len(due(place)) == 2
    place.session.get_one(Activity, (place.programme_id, place.garden_id)).counts_hours = False
    place.session.flush()
    assert due(place) == []
