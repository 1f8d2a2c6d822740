"""What somebody might try at the door to be given more time than they were there."""

import pytest

from tests.hours.attendances.at_the_door import TUESDAY, Door, at
from tests.hours.conftest import Place
from timecredits.foundation.clock import standing_at
from timecredits.foundation.errors import RuleError
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.hours.activity_models import AttendanceState, AttendanceWay, Forgotten
from timecredits.hours.attendances.attendance import Outcome, find_here, sign_in, sign_out
from timecredits.hours.attendances.attendance_places import day_session_id, list_places
from timecredits.hours.attendances.forgotten import drop, settle, settle_forgotten
from timecredits.hours.register.registers import save_register


@pytest.fixture
def door(place: Place) -> Door:
    door = Door(place.session, place)
    door.only_the_garden()
    return door


def test_a_scan_from_before_the_last_stay_ended_gives_no_minute_twice(door: Door, place: Place) -> None:
    """A phone keeps a scan for ten minutes, and may hand it in again after a stay that a kiosk ended meanwhile."""
    usual = list_places(place.session, *door.here, at(10)).usual
    assert usual is not None
    for _ in range(3):
        with standing_at(at(10, 9)):
            sign_in(place.session, place.programme_id, usual, place.sian, way=AttendanceWay.WALL, at=at(10))
            stay = find_here(place.session, place.programme_id, place.sian)
            assert stay is not None
            sign_out(place.session, stay, way=AttendanceWay.CODE, at=at(10, 9))
    assert door.entries(place.sian) == [(TUESDAY, 15)]
    assert stay.came_at == at(10, 9)


@pytest.mark.parametrize(("minutes_later", "given"), [(0, 0), (20, 20), (59, 30)])
def test_going_on_to_another_door_gives_no_set_time_that_has_not_gone_by(
    door: Door, place: Place, minutes_later: int, given: int
) -> None:
    activity = door.activity(place.garden_id)
    activity.forgotten, activity.forgotten_minutes = Forgotten.CREDIT, 30
    place.enrol_elsewhere(place.sian)
    create_activity(place.session, place.programme_id, place.other_organisation_id, ActivityFacts("Tea"), actor_id=None)
    came = door.answer(place.sian, at(10))
    there = door.answer(place.sian, at(10, minutes_later), there=True)
    assert there.outcome is Outcome.SIGNED_IN
    assert sum(minutes for _, minutes in door.entries(place.sian)) == place.credits(place.sian) == given
    assert door.stay(came).state is (AttendanceState.CREDITED if given else AttendanceState.FORGOTTEN)


@pytest.mark.parametrize("minutes", [120, 90])
def test_a_forgotten_stay_that_a_register_gave_hours_for_meanwhile_gives_none_again(
    door: Door, place: Place, minutes: int
) -> None:
    came = door.answer(place.sian, at(10))
    with standing_at(at(18)):
        settle_forgotten(place.session, place.programme_id, at(18))
        save_register(
            place.session,
            *door.here,
            session_id=day_session_id(place.garden_id, TUESDAY),
            activity_id=place.garden_id,
            day=TUESDAY,
            minutes={place.sian: 120},
            actor_id=None,
            today=TUESDAY,
        )
        assert came.attendance_id is not None
        stay = (place.session, *door.here, came.attendance_id)
        with pytest.raises(RuleError, match="The register gave 2 hours"):
            settle(*stay, minutes=minutes, reason="She told me", actor_id=None, now=at(18))
        assert door.stay(came).state is AttendanceState.FORGOTTEN
        assert door.entries(place.sian) == [(TUESDAY, 120)]
        assert drop(*stay, reason="In the register", actor_id=None, now=at(18)).state is AttendanceState.DROPPED
