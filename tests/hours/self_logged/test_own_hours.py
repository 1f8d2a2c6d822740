"""A coordinator who volunteers too: somebody else decides about their hours."""

import pytest

from tests.hours.attendances.at_the_door import Door, at
from tests.hours.conftest import Place
from tests.hours.self_logged.logged import give_sign_in, here
from timecredits.foundation.clock import standing_at
from timecredits.foundation.errors import RuleError
from timecredits.hours.activity_models import AttendanceState
from timecredits.hours.attendances.forgotten import settle, settle_forgotten
from timecredits.network.models import SelfLog
from timecredits.network.self_log import set_self_log


def test_nobody_lets_their_own_hours_count_at_once(place: Place) -> None:
    me = give_sign_in(place, place.sian)
    for wanted in (SelfLog.TRUSTED, SelfLog.NO):
        with pytest.raises(RuleError, match="These are your own hours"):
            set_self_log(place.session, *here(place), place.sian, wanted, actor_id=me)
    assert set_self_log(place.session, *here(place), place.lukasz, SelfLog.TRUSTED, actor_id=me)


def test_nobody_says_how_long_they_were_there_themselves(place: Place) -> None:
    me, door = give_sign_in(place, place.sian), Door(place.session, place)
    door.only_the_garden()
    came = door.answer(place.sian, at(10))
    assert came.attendance_id
    with standing_at(at(19)):
        settle_forgotten(place.session, place.programme_id, at(19))
        for minutes, reason in ((door.activity(place.garden_id).usual_minutes, ""), (200, "I was there")):
            with pytest.raises(RuleError, match="Ask a colleague"):
                settle(place.session, *here(place), came.attendance_id, minutes=minutes, reason=reason, actor_id=me, now=at(19))
        assert door.stay(came).state is AttendanceState.FORGOTTEN
        settle(place.session, *here(place), came.attendance_id, minutes=90, reason="Seen", actor_id=None, now=at(19))
    assert place.credits(place.sian) == 90
