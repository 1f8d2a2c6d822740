"""Going out and in again: the stays of one session are rounded together, so that neither side gains."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hours.attendances.at_the_door import TUESDAY, Door, at
from tests.hours.conftest import Place
from timecredits.foundation.clock import standing_at
from timecredits.hours.activity_models import AttendanceState
from timecredits.hours.attendances.attendance import Outcome, find_here
from timecredits.hours.attendances.attendance_hours import counted_minutes
from timecredits.hours.attendances.rounding import Earlier, rounded, shares
from timecredits.hours.attendances.stays_to_check import list_to_check
from timecredits.hours.correcting import correct_hours
from timecredits.hours.models import HourSource
from timecredits.hours.recording import record_hours
from timecredits.hours.taking_away import take_away_hours
from timecredits.network.settings import Severity


@pytest.fixture
def door(place: Place) -> Door:
    door = Door(place.session, place)
    door.only_the_garden()
    return door


def stays(door: Door, place: Place, *lengths: int) -> list[int]:
    """Come and go so, two minutes apart; answers what each stay recorded, as it was said before leaving too."""
    found, moment = [], at(10)
    for length in lengths:
        assert door.answer(place.sian, moment).outcome is Outcome.SIGNED_IN
        moment += timedelta(minutes=length)
        stay = find_here(door.session, place.programme_id, place.sian)
        assert stay is not None
        counts = counted_minutes(door.session, stay, moment)
        found.append(door.answer(place.sian, moment).recorded)
        assert counts == found[-1]
        moment += timedelta(minutes=2)
    return found


def test_six_short_stays_count_as_their_sum(door: Door, place: Place) -> None:
    assert stays(door, place, 8, 8, 8, 8, 8, 8) == [15, 0, 15, 0, 15, 0]
    assert sum(minutes for _, minutes in door.entries(place.sian)) == rounded(48, 15)


def test_stays_too_short_by_themselves_count_together(door: Door, place: Place) -> None:
    assert stays(door, place, 5, 5, 5, 7) == [0, 15, 0, 0]
    again = door.answer(place.sian, at(12))
    left = door.answer(place.sian, at(12, 5))
    assert (left.outcome, left.so_far, again.outcome) == (Outcome.SIGNED_OUT, 15, Outcome.SIGNED_IN)


def test_what_a_coordinator_took_away_is_not_given_anew(door: Door, place: Place) -> None:
    door.answer(place.sian, at(10))
    first = door.answer(place.sian, at(11)).attendance_id
    assert first
    with standing_at(at(11, 5)):
        correct_hours(door.session, *door.here, first, minutes=30, reason="She was at the shop", actor_id=None, today=TUESDAY)
    door.answer(place.sian, at(11, 10))
    assert door.answer(place.sian, at(11, 40)).recorded == 30


def test_rounded_stays_of_one_session_do_not_overlap(door: Door, place: Place) -> None:
    door.set("overlap", Severity.STOP)
    door.set("same_twice", Severity.STOP)
    door.answer(place.sian, at(10))
    door.answer(place.sian, at(10, 8))
    came = door.answer(place.sian, at(10, 10))
    left = door.answer(place.sian, at(10, 40))
    assert (left.outcome, left.recorded, left.remarks) == (Outcome.SIGNED_OUT, 30, ())
    assert door.stay(came).state is AttendanceState.DONE


@given(lengths=st.lists(st.integers(0, 300), min_size=1, max_size=12), step=st.sampled_from([1, 15, 30]))
def test_the_sum_recorded_is_the_rounded_sum(lengths: list[int], step: int) -> None:
    moment, real, recorded = at(0), 0, 0
    for length in lengths:
        ends = moment + timedelta(minutes=length)
        recorded += sum(share.minutes for share in shares(moment, ends, step, Earlier(real, recorded)))
        real, moment = real + length, ends + timedelta(minutes=3)
    assert recorded == rounded(sum(lengths), step)


def test_a_stay_beside_other_hours_is_shown_to_a_coordinator(door: Door, place: Place) -> None:
    single = place.new(place.sian, 150, TUESDAY)
    with standing_at(at(9)):
        record_hours(door.session, *door.here, [single], source=HourSource.SINGLE, actor_id=None, today=TUESDAY)
    door.answer(place.sian, at(10))
    left = door.answer(place.sian, at(12))
    sentence = "Siân O'Neill-Wyn has 2½ hours for this activity on that day already."
    assert [str(each) for each in left.remarks] == [sentence]
    [shown] = list_to_check(door.session, *door.here, TUESDAY)
    assert (shown.volunteer_id, str(shown.sentence)) == (place.sian, sentence)
    assert list_to_check(door.session, place.programme_id, place.other_organisation_id, TUESDAY) == []
    take_away_hours(door.session, *door.here, [single.id], reason="Twice", actor_id=None, today=TUESDAY)
    assert list_to_check(door.session, *door.here, TUESDAY) == []
