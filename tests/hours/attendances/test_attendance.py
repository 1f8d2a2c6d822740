"""Coming and going at an organisation's door, as its kiosk asks for it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from tests.hours.attendances.at_the_door import TUESDAY, Door, at
from tests.hours.conftest import Place
from timecredits.foundation.clock import standing_at
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.hours.activity_models import ActivitySession, Attendance, AttendanceState, AttendanceWay
from timecredits.hours.attendances.attendance import Outcome, find_here, sign_in, sign_out
from timecredits.hours.attendances.attendance_places import Places, find_code_place, list_places
from timecredits.hours.books import check_hours
from timecredits.hours.models import HourEntry, HourSource
from timecredits.hours.planning.sessions import find_dated_session, keep_session, planned_id
from timecredits.hours.recording import record_hours
from timecredits.hours.register.occasions import day_session_id
from timecredits.hours.register.registers import save_register
from timecredits.ledger.books import check_ledger


@pytest.fixture
def door(place: Place) -> Door:
    door = Door(place.session, place)
    door.only_the_garden()
    return door


def test_in_and_out_records_the_rounded_time_and_its_credits(door: Door, place: Place) -> None:
    came = door.answer(place.sian, at(10))
    assert (came.outcome, came.activity) == (Outcome.SIGNED_IN, "Garden group")
    left = door.answer(place.sian, at(11, 52))
    assert (left.outcome, left.stayed, left.recorded) == (Outcome.SIGNED_OUT, 112, 105)
    entry = place.session.get_one(HourEntry, (place.programme_id, left.attendance_id))
    assert (entry.source, entry.starts, entry.recorded_by) == (HourSource.ATTENDANCE, 600, None)
    assert entry.activity_session_id == day_session_id(place.garden_id, TUESDAY)
    assert place.credits(place.sian) == 105
    assert check_ledger(place.session, place.programme_id) == check_hours(place.session, place.programme_id) == []


@pytest.mark.parametrize(("step", "minutes"), [(1, 112), (15, 105), (30, 120)])
def test_the_programme_says_how_time_is_rounded(door: Door, place: Place, step: int, minutes: int) -> None:
    door.set("attendance_rounding", step)
    door.scan(place.sian, at(10))
    assert door.answer(place.sian, at(11, 52)).recorded == minutes


def test_a_second_scan_within_a_minute_does_nothing(door: Door, place: Place) -> None:
    came = door.answer(place.sian, at(10))
    again = door.answer(place.sian, at(10) + timedelta(seconds=59))
    assert (again.outcome, again.attendance_id) == (Outcome.ALREADY_IN, came.attendance_id)
    left = door.answer(place.sian, at(12))
    again = door.answer(place.sian, at(12) + timedelta(seconds=59))
    assert (again.outcome, again.attendance_id) == (Outcome.ALREADY_OUT, left.attendance_id)
    assert door.entries(place.sian) == [(TUESDAY, 120)]
    assert door.answer(place.sian, at(12) + timedelta(seconds=60)).outcome is Outcome.SIGNED_IN


def test_a_stay_too_short_to_count_is_told_and_leaves_no_hours(door: Door, place: Place) -> None:
    came = door.answer(place.sian, at(10))
    left = door.answer(place.sian, at(10, 5))
    assert (left.outcome, left.stayed) == (Outcome.TOO_SHORT, 5)
    assert door.stay(came).state is AttendanceState.DROPPED
    assert door.entries(place.sian) == []


def test_the_planned_session_that_is_on_is_the_one(door: Door, place: Place) -> None:
    plan_id = door.plan(place.garden_id)
    with standing_at(at(8, 59)):
        early = list_places(place.session, place.programme_id, place.organisation_id, at(8, 59))
    assert early.all == ()
    assert [each.plan_id for each in early.later] == [plan_id]
    assert door.answer(place.sian, at(8, 59)).outcome is Outcome.NOTHING_ON
    came = door.answer(place.sian, at(9, 5))
    assert door.stay(came).session_id == planned_id(plan_id, TUESDAY)
    assert list_places(place.session, place.programme_id, place.organisation_id, at(14, 59)).usual is not None
    assert list_places(place.session, place.programme_id, place.organisation_id, at(15)).usual is None


def test_a_session_after_midnight_belongs_to_the_evening(door: Door, place: Place) -> None:
    plan_id = door.plan(place.garden_id, starts=22 * 60, minutes=240)
    door.scan(place.sian, at(22))
    left = door.answer(place.sian, at(1, 30, date(2026, 11, 25)))
    assert left.recorded == 210
    assert door.entries(place.sian) == [(TUESDAY, 120), (date(2026, 11, 25), 90)]
    assert door.stay(left).session_id == planned_id(plan_id, TUESDAY)


def test_a_cancelled_session_is_not_on(door: Door, place: Place) -> None:
    plan_id = door.plan(place.garden_id)
    dated = find_dated_session(place.session, place.programme_id, plan_id, TUESDAY)
    keep_session(place.session, place.programme_id, dated, actor_id=None).cancelled_at = at(7)
    place.session.flush()
    assert door.answer(place.sian, at(10)).outcome is Outcome.NOTHING_ON


def test_where_several_are_on_one_is_chosen(door: Door, place: Place) -> None:
    door.activity(place.meeting_id).is_open = True
    found = door.scan(place.sian, at(10))
    assert isinstance(found, Places)
    assert {each.activity for each in found.all} == {"Garden group", "Committee"}
    came = door.answer(place.sian, at(10), chosen=day_session_id(place.meeting_id, TUESDAY))
    assert came.activity == "Committee"
    assert door.answer(place.sian, at(10), chosen=day_session_id(place.meeting_id, TUESDAY)).outcome is Outcome.ALREADY_IN
    assert door.answer(place.lukasz, at(10), chosen=place.garden_id).outcome is Outcome.NOTHING_ON


def test_the_one_that_is_planned_now_needs_no_choice_unless_the_person_asks(door: Door, place: Place) -> None:
    door.activity(place.meeting_id).is_open = True
    door.plan(place.garden_id)
    assert door.answer(place.sian, at(10)).activity == "Garden group"
    assert isinstance(door.scan(place.lukasz, at(10), choose=True), Places)


def test_changing_over_ends_the_one_before(door: Door, place: Place) -> None:
    door.activity(place.meeting_id).is_open = True
    door.plan(place.garden_id)
    door.scan(place.sian, at(10))
    door.scan(place.sian, at(11), choose=True)
    moved = door.answer(place.sian, at(11), chosen=day_session_id(place.meeting_id, TUESDAY))
    assert (moved.outcome, moved.before) == (Outcome.SIGNED_IN, AttendanceState.DONE)
    assert door.entries(place.sian) == [(TUESDAY, 60)]


def test_a_stay_at_another_organisation_is_left_for_its_coordinator(door: Door, place: Place) -> None:
    place.enrol_elsewhere(place.sian)
    first = door.answer(place.sian, at(10))
    there = door.answer(place.sian, at(11), there=True)
    assert there.outcome is Outcome.NOTHING_ON, "the other organisation has nothing on"
    create_activity(place.session, place.programme_id, place.other_organisation_id, ActivityFacts("Tea"), actor_id=None)
    there = door.answer(place.sian, at(11), there=True)
    assert (there.outcome, there.before) == (Outcome.SIGNED_IN, AttendanceState.FORGOTTEN)
    assert door.stay(first).state is AttendanceState.FORGOTTEN
    here = find_here(place.session, place.programme_id, place.sian)
    assert here is not None
    assert here.organisation_id == place.other_organisation_id


def test_somebody_not_enrolled_here_is_told_and_nothing_is_kept(door: Door, place: Place) -> None:
    assert door.answer(place.stranger, at(10)).outcome is Outcome.NOT_ENROLLED
    found = find_code_place(place.session, place.programme_id, place.garden_id, None, at(10))
    assert found is not None
    refused = sign_in(place.session, place.programme_id, found, place.stranger, way=AttendanceWay.WALL, at=at(10))
    assert refused.outcome is Outcome.NOT_ENROLLED
    for model in (Attendance, ActivitySession):
        assert place.session.scalar(select(func.count()).select_from(model)) == 0


def test_a_register_that_gave_the_hours_before_counts_once(door: Door, place: Place) -> None:
    came = door.answer(place.sian, at(10))
    with standing_at(at(11)):
        save_register(
            place.session,
            place.programme_id,
            place.organisation_id,
            session_id=day_session_id(place.garden_id, TUESDAY),
            activity_id=place.garden_id,
            day=TUESDAY,
            minutes={place.sian: 120},
            actor_id=None,
            today=TUESDAY,
        )
    left = door.answer(place.sian, at(12))
    assert (left.outcome, left.recorded) == (Outcome.SAVED_BEFORE, 120)
    assert door.stay(came).state is AttendanceState.DROPPED
    assert door.entries(place.sian) == [(TUESDAY, 120)]


def test_hours_that_a_rule_stops_wait_for_a_look_and_the_person_is_out(door: Door, place: Place) -> None:
    others = [place.new(place.sian, 23 * 60, day=TUESDAY)]
    record_hours(place.session, *door.here, others, source=HourSource.SINGLE, actor_id=None, today=TUESDAY)
    came = door.answer(place.sian, at(10))
    left = door.answer(place.sian, at(12))
    assert (left.outcome, left.stayed) == (Outcome.FOR_A_LOOK, 120)
    assert door.stay(came).state is AttendanceState.FORGOTTEN
    assert find_here(place.session, place.programme_id, place.sian) is None
    assert door.entries(place.sian) == [(TUESDAY, 23 * 60)]


def test_signing_out_twice_does_it_once(door: Door, place: Place) -> None:
    came = door.answer(place.sian, at(10))
    with standing_at(at(12)):
        done = sign_out(place.session, door.stay(came), way=AttendanceWay.STAFF, at=at(12))
        again = sign_out(place.session, door.stay(came), way=AttendanceWay.STAFF, at=at(12, 30))
    assert (done.outcome, again.outcome) == (Outcome.SIGNED_OUT, Outcome.ALREADY_OUT)
    assert door.entries(place.sian) == [(TUESDAY, 120)]


@pytest.mark.parametrize(("night", "minutes"), [(date(2027, 3, 27), 420), (date(2026, 10, 24), 540)])
def test_a_night_of_the_clock_change_is_right_to_the_minute(door: Door, place: Place, night: date, minutes: int) -> None:
    door.plan(place.garden_id, starts=22 * 60, minutes=minutes, day=night)
    door.scan(place.sian, at(22, 0, night))
    left = door.answer(place.sian, at(6, 0, night + timedelta(days=1)))
    assert left.recorded == left.stayed == minutes
    assert sum(given for _, given in door.entries(place.sian)) == minutes
