"""Who signed in and never out: the activity's rule, the worker's round, and the coordinator's word."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.hours.attendances.at_the_door import TUESDAY, Door, at
from tests.hours.conftest import Place
from timecredits.foundation.audit import AuditEntry
from timecredits.foundation.clock import standing_at
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.hours.activity_models import AttendanceState, Forgotten
from timecredits.hours.attendances.attendance import Outcome
from timecredits.hours.attendances.attendance_places import day_session_id
from timecredits.hours.attendances.forgotten import drop, settle, settle_forgotten
from timecredits.hours.attendances.who_is_here import count_attendance, find_stay, list_credited, list_forgotten, who_is_here
from timecredits.hours.correcting import correct_hours
from timecredits.hours.models import HourEntry, HourSource
from timecredits.hours.recording import record_hours
from timecredits.hours.register.registers import save_register

WEDNESDAY = TUESDAY + timedelta(days=1)


@pytest.fixture
def door(place: Place) -> Door:
    door = Door(place.session, place)
    door.only_the_garden()
    return door


def settled(door: Door, moment: object = None) -> int:
    now = moment or at(18)
    with standing_at(now):  # type: ignore[arg-type]
        return settle_forgotten(door.session, door.place.programme_id, now)  # type: ignore[arg-type]


def give_by_rule(door: Door, minutes: int | None = None) -> None:
    activity = door.activity(door.place.garden_id)
    activity.forgotten, activity.forgotten_minutes = Forgotten.CREDIT, minutes
    door.session.flush()


def test_nothing_is_settled_before_its_time(door: Door, place: Place) -> None:
    """Two usual hours and three of grace."""
    came = door.answer(place.sian, at(10))
    assert settled(door, at(14, 59)) == 0
    assert settled(door, at(15)) == 1
    assert door.stay(came).state is AttendanceState.FORGOTTEN
    assert settled(door, at(15)) == 0


def test_a_planned_session_is_over_three_hours_after_its_end(door: Door, place: Place) -> None:
    door.plan(place.garden_id, starts=600, minutes=300)
    door.scan(place.sian, at(10))
    assert settled(door, at(17, 59)) == 0
    assert settled(door, at(18, 1)) == 1


@pytest.mark.parametrize(("set_time", "given"), [(None, 120), (90, 90)])
def test_a_set_time_is_given_and_flagged(door: Door, place: Place, set_time: int | None, given: int) -> None:
    give_by_rule(door, set_time)
    came = door.answer(place.sian, at(10))
    assert settled(door) == 1
    stay = door.stay(came)
    assert (stay.state, stay.left_at, stay.settled_by) == (AttendanceState.CREDITED, None, None)
    assert door.entries(place.sian) == [(TUESDAY, given)]
    assert place.credits(place.sian) == given
    (flagged,) = list_credited(door.session, *door.here, at(18))
    assert (flagged.name, flagged.recorded) == ("Siân O'Neill-Wyn", given)
    assert list_credited(door.session, *door.here, at(18) + timedelta(days=15)) == []


def test_a_flagged_one_that_was_corrected_shows_what_counts_now(door: Door, place: Place) -> None:
    give_by_rule(door)
    came = door.answer(place.sian, at(10))
    settled(door)
    assert came.attendance_id
    here = (door.session, *door.here)
    corrected = correct_hours(
        *here, came.attendance_id, minutes=60, reason="Left early", actor_id=None, today=TUESDAY, replacement_id=new_id()
    )
    assert find_stay(*here, came.attendance_id).recorded == 60
    assert corrected.replacement_id
    correct_hours(*here, corrected.replacement_id, minutes=None, reason="Was not there", actor_id=None, today=TUESDAY)
    assert find_stay(*here, came.attendance_id).recorded == 0


def test_a_set_time_is_divided_at_midnight(door: Door, place: Place) -> None:
    give_by_rule(door, 180)
    door.plan(place.garden_id, starts=22 * 60, minutes=240)
    came = door.answer(place.sian, at(23))
    assert settled(door, at(9, 0, WEDNESDAY)) == 1
    assert door.entries(place.sian) == [(TUESDAY, 60), (WEDNESDAY, 120)]
    assert find_stay(door.session, *door.here, door.stay(came).id).recorded == 180


def test_a_set_time_that_a_rule_forbids_waits_for_a_look(door: Door, place: Place) -> None:
    give_by_rule(door)
    others = [place.new(place.sian, 23 * 60, day=TUESDAY)]
    record_hours(place.session, *door.here, others, source=HourSource.SINGLE, actor_id=None, today=TUESDAY)
    came = door.answer(place.sian, at(10))
    assert settled(door) == 1
    assert door.stay(came).state is AttendanceState.FORGOTTEN


def test_where_a_register_gave_the_hours_nothing_more_is_to_be_done(door: Door, place: Place) -> None:
    give_by_rule(door)
    came = door.answer(place.sian, at(10))
    save_register(
        place.session,
        *door.here,
        session_id=day_session_id(place.garden_id, TUESDAY),
        activity_id=place.garden_id,
        day=TUESDAY,
        minutes={place.sian: 60},
        actor_id=None,
        today=TUESDAY,
    )
    assert settled(door) == 1
    assert door.stay(came).state is AttendanceState.DROPPED
    assert door.entries(place.sian) == [(TUESDAY, 60)]


def test_who_comes_again_is_signed_in_and_told(door: Door, place: Place) -> None:
    """The worker may be away; nobody is turned back for it."""
    first = door.answer(place.sian, at(10))
    again = door.answer(place.sian, at(10, 0, WEDNESDAY))
    assert (again.outcome, again.before) == (Outcome.SIGNED_IN, AttendanceState.FORGOTTEN)
    assert door.stay(first).state is AttendanceState.FORGOTTEN


def test_a_coordinator_gives_the_usual_time_or_says_how_long_and_why(door: Door, place: Place) -> None:
    usual, longer = door.answer(place.sian, at(10)), door.answer(place.lukasz, at(10, 30))
    settled(door)
    assert [each.name for each in list_forgotten(door.session, *door.here)] == ["Siân O'Neill-Wyn", "Łukasz Żak"]
    actor, now = new_id(), at(19)
    assert usual.attendance_id
    assert longer.attendance_id
    with standing_at(now):
        settle(door.session, *door.here, usual.attendance_id, minutes=120, actor_id=actor, now=now)
        with pytest.raises(RuleError, match="Say why"):
            settle(door.session, *door.here, longer.attendance_id, minutes=200, reason=" ", actor_id=actor, now=now)
        settle(door.session, *door.here, longer.attendance_id, minutes=200, reason="Locked up", actor_id=actor, now=now)
        with pytest.raises(RuleError, match="settled before"):
            settle(door.session, *door.here, longer.attendance_id, minutes=60, reason="No", actor_id=actor, now=now)
    assert door.entries(place.sian) == [(TUESDAY, 120)]
    assert door.entries(place.lukasz) == [(TUESDAY, 200)]
    entry = door.session.get_one(HourEntry, (place.programme_id, longer.attendance_id))
    assert (entry.note, entry.recorded_by) == ("Locked up", actor)
    stay = door.stay(longer)
    assert (stay.state, stay.settled_by, stay.settled_because) == (AttendanceState.SETTLED, actor, "Locked up")
    assert count_attendance(door.session, *door.here).forgotten == 0
    acts = list(door.session.scalars(select(AuditEntry.action).where(AuditEntry.actor_id == actor)))
    assert acts == ["attendance settled"] * 2


def test_a_coordinator_may_say_that_no_hours_came_of_it(door: Door, place: Place) -> None:
    came = door.answer(place.sian, at(10))
    settled(door)
    assert came.attendance_id
    with pytest.raises(RuleError, match="Say why"):
        drop(door.session, *door.here, came.attendance_id, reason="", actor_id=None, now=at(19))
    drop(door.session, *door.here, came.attendance_id, reason="A slip at the tablet", actor_id=None, now=at(19))
    assert door.stay(came).state is AttendanceState.DROPPED
    assert door.stay(came).settled_because == "A slip at the tablet"
    assert door.entries(place.sian) == []


def test_what_a_rule_forbids_stays_to_be_settled(door: Door, place: Place) -> None:
    came = door.answer(place.sian, at(10))
    settled(door)
    others = [place.new(place.sian, 23 * 60, day=TUESDAY)]
    record_hours(place.session, *door.here, others, source=HourSource.SINGLE, actor_id=None, today=TUESDAY)
    assert came.attendance_id
    with standing_at(at(19)), pytest.raises(RuleError, match="24 hours"):
        settle(door.session, *door.here, came.attendance_id, minutes=120, actor_id=None, now=at(19))
    assert door.stay(came).state is AttendanceState.FORGOTTEN
    for odd in (0, 24 * 60 + 1):
        with pytest.raises(RuleError, match="more than 0"):
            settle(door.session, *door.here, came.attendance_id, minutes=odd, reason="?", actor_id=None, now=at(19))


def test_another_organisation_s_stay_is_not_there(door: Door, place: Place) -> None:
    came = door.answer(place.sian, at(10))
    assert [each.name for each in who_is_here(door.session, *door.here)] == ["Siân O'Neill-Wyn"]
    there = (place.programme_id, place.other_organisation_id)
    assert who_is_here(door.session, *there) == []
    settled(door)
    assert list_forgotten(door.session, *there) == []
    assert came.attendance_id
    for verb in (
        lambda: find_stay(door.session, *there, came.attendance_id or new_id()),
        lambda: drop(door.session, *there, came.attendance_id or new_id(), reason="x", actor_id=None, now=at(19)),
        lambda: settle(door.session, *there, came.attendance_id or new_id(), minutes=120, actor_id=None, now=at(19)),
    ):
        with pytest.raises(NotFoundError):
            verb()


def test_a_leap_day_counts_like_any(door: Door, place: Place) -> None:
    door.scan(place.sian, at(23, 0, date(2028, 2, 28)))
    give_by_rule(door)
    assert settled(door, at(9, 0, date(2028, 2, 29))) == 1
    assert door.entries(place.sian) == [(date(2028, 2, 28), 60), (date(2028, 2, 29), 60)]
