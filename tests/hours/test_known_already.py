"""Hours that somebody has already for the same activity and day, with another length or recorded in another way."""

import pytest

from tests.hours.attendances.at_the_door import TUESDAY, Door, at
from tests.hours.conftest import TODAY, Place
from tests.hours.self_logged.logged import allow, approve_all, log, row
from timecredits.foundation.clock import standing_at
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.hours.hour_rules import HourRule
from timecredits.hours.models import HourSource, LoggedStatus
from timecredits.hours.recording import record_hours
from timecredits.hours.rule_words import remark_to_you
from timecredits.network.models import SelfLog


def test_another_length_with_no_time_of_day_is_remarked_on(place: Place) -> None:
    place.record(place.new(place.sian, 120, starts=600))
    [remark] = place.record(place.new(place.sian, 150)).warnings
    assert remark.rule is HourRule.SAME_TWICE
    assert str(remark.sentence) == "Siân O'Neill-Wyn has 2 hours for this activity on that day already."
    assert str(remark_to_you(remark)) == "You have 2 hours for this activity on that day already."


def test_another_time_day_activity_or_person_is_not(place: Place) -> None:
    place.record(place.new(place.sian, 120, starts=600))
    fine = [
        place.new(place.sian, 150, starts=840),
        place.new(place.sian, 150, TODAY.replace(day=20)),
        place.new(place.sian, 150, activity_id=place.meeting_id),
        place.new(place.lukasz, 150),
    ]
    assert place.record(*fine).warnings == ()


def test_two_stays_of_one_session_are_never_the_same_hours(place: Place) -> None:
    door = Door(place.session, place)
    door.only_the_garden()
    for hour, minute in ((10, 0), (10, 8), (10, 10), (10, 18)):
        answer = door.answer(place.sian, at(hour, minute))
    assert answer.remarks == ()


@pytest.mark.parametrize("source", [HourSource.ATTENDANCE, HourSource.REGISTER])
def test_trusted_hours_wait_where_others_recorded_the_same_day(place: Place, source: HourSource) -> None:
    allow(place, place.sian, SelfLog.TRUSTED)
    there = place.new(place.sian, 120, starts=600)
    record_hours(place.session, place.programme_id, place.organisation_id, [there], source=source, actor_id=None, today=TODAY)
    log_id = new_id()
    logged = log(place, place.sian, 90, starts=840, log_id=log_id)
    assert not logged.counts
    assert "Your coordinator looks at these first." in [str(each) for each in logged.warnings][-1]
    assert row(place, log_id).status is LoggedStatus.WAITING
    assert place.credits(place.sian) == 120
    assert not log(place, place.sian, 90, starts=840, log_id=log_id).counts
    assert approve_all(place, log_id).approved == (log_id,)
    assert place.credits(place.sian) == 210
    assert log(place, place.sian, 60, TODAY.replace(day=20)).counts
    assert log(place, place.sian, 60, activity_id=place.meeting_id).counts


@pytest.mark.parametrize("self_log", [SelfLog.TRUSTED, SelfLog.APPROVAL])
def test_an_id_that_is_taken_is_refused_in_words(place: Place, self_log: SelfLog) -> None:
    allow(place, place.sian, self_log)
    [taken] = place.record(place.new(place.lukasz, 120)).entries
    with pytest.raises(RuleError, match="Open the page again"):
        log(place, place.sian, 90, log_id=taken)
    assert place.credits(place.sian) == 0
    theirs = log(place, place.lukasz, 30).ids[0]
    with pytest.raises(NotFoundError):
        log(place, place.sian, 90, log_id=theirs)
    assert log(place, place.sian, 90).counts is (self_log is SelfLog.TRUSTED)
    with standing_at(at(9, 0, TUESDAY)):
        assert log(place, place.sian, 45, TODAY.replace(day=19)).warnings == ()
