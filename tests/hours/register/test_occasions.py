from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import pytest

from tests.hours.conftest import TODAY, Place
from tests.hours.history.weekly import make_weekly
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.hours.activity_models import ActivitySession
from timecredits.hours.planning.sessions import DatedSession, find_dated_session, keep_session, planned_id
from timecredits.hours.register.occasions import Occasion, day_session_id, find_occasion, occasion_of_session
from timecredits.hours.register.registers import save_register

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def find(place: Place, plan_id: UUID | None = None, time: int | None = None, *, days: int = 0) -> Occasion:
    day = TODAY + timedelta(days=days)
    return find_occasion(
        place.session, place.programme_id, place.organisation_id, place.garden_id, day, plan_id=plan_id, time=time
    )


def kept(place: Place, plan_id: UUID) -> tuple[DatedSession, ActivitySession]:
    dated = find_dated_session(place.session, place.programme_id, plan_id, TODAY)
    return dated, keep_session(place.session, place.programme_id, dated, actor_id=None)


def save(place: Place, occasion: Occasion) -> None:
    save_register(
        place.session,
        place.programme_id,
        place.organisation_id,
        session_id=occasion.session_id,
        activity_id=place.garden_id,
        day=occasion.day,
        minutes={place.sian: occasion.usual_minutes},
        actor_id=None,
        today=TODAY,
        planned=occasion.planned,
    )


def test_a_day_without_a_plan_has_a_register_of_its_own_and_a_second_one(place: Place) -> None:
    assert find(place).session_id == day_session_id(place.garden_id, TODAY) == uuid5(place.garden_id, "2026-11-21")
    assert find(place, time=2).session_id == uuid5(place.garden_id, "2026-11-21 2")
    assert find(place).usual_minutes == 120


def test_the_session_planned_that_day_is_meant(place: Place) -> None:
    plan = make_weekly(place, minutes=90)
    for occasion in (find(place), find(place, plan.id)):
        assert occasion.session_id == planned_id(plan.id, TODAY)
        assert occasion.usual_minutes == 90
    assert find(place, time=1).session_id == day_session_id(place.garden_id, TODAY)


def test_of_two_that_day_the_one_that_began_last(place: Place) -> None:
    early, late = make_weekly(place), make_weekly(place, starts=14 * 60)
    with clock.standing_at(NOON):
        occasion = find(place)
    assert occasion.planned is not None
    assert (occasion.planned.plan_id, [each.plan_id for each in occasion.also]) == (early.id, [late.id])
    with clock.standing_at(NOON + timedelta(hours=3)):
        assert find(place).session_id == planned_id(late.id, TODAY)


def test_a_moved_session_is_found_by_either_day_and_belongs_to_the_new_one(place: Place) -> None:
    plan = make_weekly(place)
    _, row = kept(place, plan.id)
    row.held_on = TODAY - timedelta(days=2)
    place.session.flush()
    for occasion in (find(place, plan.id), find(place, plan.id, days=-2), find(place, days=-2)):
        assert (occasion.session_id, occasion.day) == (planned_id(plan.id, TODAY), row.held_on)
    assert find(place).planned is None
    assert find(place, plan.id).called_off is None


def test_a_cancelled_session_gives_way_to_the_day_and_says_so(place: Place) -> None:
    plan = make_weekly(place)
    _, row = kept(place, plan.id)
    row.cancelled_at = clock.now()
    place.session.flush()
    occasion = find(place, plan.id)
    assert occasion.session_id == day_session_id(place.garden_id, TODAY)
    assert "was cancelled" in str(occasion.called_off)
    assert find(place).called_off is None


def test_a_plan_that_is_gone_or_never_was_gives_way_to_the_day(place: Place) -> None:
    meeting = make_weekly(place, activity_id=place.meeting_id)
    for plan_id in (new_id(), meeting.id):
        assert "no longer planned" in str(find(place, plan_id).called_off)
    plan = make_weekly(place)
    assert "no longer planned" in str(find(place, plan.id, days=-1).called_off)


def test_a_session_cancelled_or_moved_while_saving_stops_the_save(place: Place) -> None:
    plan = make_weekly(place)
    occasion = find(place)
    _, row = kept(place, plan.id)
    row.held_on = TODAY - timedelta(days=1)
    place.session.flush()
    with pytest.raises(RuleError, match="moved to 20 November 2026"):
        save(place, occasion)
    row.held_on, row.cancelled_at = TODAY, clock.now()
    place.session.flush()
    with pytest.raises(RuleError, match="cancelled just now"):
        save(place, occasion)
    assert place.credits(place.sian) == 0


def test_a_saved_register_knows_its_address(place: Place) -> None:
    plan = make_weekly(place)
    here = place.session, place.programme_id, place.organisation_id
    for occasion in (find(place, plan.id), find(place, time=1), find(place, time=3)):
        save(place, occasion)
        row = place.session.get_one(ActivitySession, (place.programme_id, occasion.session_id))
        found = occasion_of_session(*here, row)
        assert found is not None
        assert (found.session_id, found.time, found.day) == (occasion.session_id, occasion.time, TODAY)
    row.id = new_id()
    place.session.expunge(row)
    assert occasion_of_session(*here, row) is None


def test_another_organisations_activity_is_not_found(place: Place) -> None:
    with pytest.raises(NotFoundError):
        find_occasion(place.session, place.programme_id, place.other_organisation_id, place.garden_id, TODAY)
