from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.hours.conftest import TODAY, Place
from timecredits.foundation.clock import standing_at
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.hours.correcting import correct_hours
from timecredits.hours.history.hour_history import NO_HOURS, hour_history, hour_totals
from timecredits.hours.history.hour_history_writing import write_hour_history_record
from timecredits.hours.models import HourSource
from timecredits.hours.recording import record_hours
from timecredits.network.users import create_user


def test_sums_by_year_and_role_and_regularity(place: Place) -> None:
    place.record(
        place.new(place.sian, 120, date(2025, 12, 1)),
        place.new(place.sian, 60, date(2026, 11, 2)),
        place.new(place.sian, 90, date(2026, 11, 16), activity_id=place.meeting_id),
    )
    history = hour_history(place.session, place.programme_id, place.sian, as_of=TODAY)
    assert history.total_minutes == 270
    assert history.by_year == ((2026, 150), (2025, 120))
    assert history.by_role == (("Garden group", "Riverside Trust", 180), ("Committee", "Riverside Trust", 90))
    assert (history.first_day, history.last_day) == (date(2025, 12, 1), date(2026, 11, 16))
    assert history.regularity == {"weeks_with_time": 2, "weeks": 26}
    assert [line.day for line in history.lines] == sorted((line.day for line in history.lines), reverse=True)


def test_22_of_the_last_26_weeks(place: Place) -> None:
    first = TODAY - timedelta(weeks=60)
    weeks = [week for week in range(26) if week not in {3, 4, 10, 20}]
    place.record(place.new(place.sian, 60, first), *(place.new(place.sian, 60, TODAY - timedelta(weeks=week)) for week in weeks))
    history = hour_history(place.session, place.programme_id, place.sian, as_of=TODAY)
    assert history.regularity == {"weeks_with_time": 22, "weeks": 26}


def test_a_corrected_line_stands_once_with_what_it_was_and_who_confirmed_it(place: Place) -> None:
    user = create_user(place.session, email="dee@example.org", name="Dee Marsh")
    with standing_at(datetime(2026, 11, 20, 23, 30, tzinfo=ZoneInfo("Europe/London"))):
        entry = place.new(place.sian)
        record_hours(
            place.session,
            place.programme_id,
            place.organisation_id,
            [entry],
            source=HourSource.REGISTER,
            actor_id=user.id,
            today=TODAY,
        )
        correct_hours(
            place.session,
            place.programme_id,
            place.organisation_id,
            entry.id,
            minutes=90,
            reason="Left early",
            actor_id=user.id,
            today=TODAY,
        )
    history = hour_history(place.session, place.programme_id, place.sian, as_of=TODAY)
    assert history.printable() == [
        {
            "day": "2026-11-21",
            "role": "Garden group",
            "organisation": "Riverside Trust",
            "minutes": 90,
            "source": "register",
            "confirmed_by": "Dee Marsh",
            "confirmed_on": "2026-11-20",
            "corrected_from": 120,
            "corrected_on": "2026-11-20",
        }
    ]
    record = write_hour_history_record(issued_on=TODAY, programme="Fenland", holder_name="Siân", entries=history.printable())
    assert record["total_minutes"] == history.total_minutes == 90


def test_an_organisation_sees_only_its_own_hours(place: Place) -> None:
    place.enrol_elsewhere(place.sian)
    lunch = create_activity(
        place.session, place.programme_id, place.other_organisation_id, ActivityFacts("Lunch club"), actor_id=None
    )
    place.record(place.new(place.sian, 60, activity_id=lunch.id), organisation_id=place.other_organisation_id)
    place.record(place.new(place.sian, 120))
    session, programme_id = place.session, place.programme_id
    assert hour_history(session, programme_id, place.sian, as_of=TODAY).total_minutes == 180
    assert hour_history(session, programme_id, place.sian, place.organisation_id, as_of=TODAY).total_minutes == 120
    assert hour_totals(session, programme_id, [place.sian])[place.sian].minutes == 180
    totals = hour_totals(session, programme_id, [place.sian, place.lukasz], place.organisation_id)
    assert totals[place.sian].minutes == 120
    assert totals[place.lukasz] == NO_HOURS


def test_nobody_has_an_empty_history(place: Place) -> None:
    history = hour_history(place.session, place.programme_id, place.lukasz, as_of=TODAY)
    assert (history.lines, history.total_minutes, history.first_day, history.regularity) == ((), 0, None, None)
