from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.hours.conftest import Place
from tests.hours.planning.coming import TEN, TUESDAY, TWO_HOURS, weekly
from timecredits.foundation.clock import standing_at
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.hours.activities import ActivityFacts, create_activity, find_activity
from timecredits.hours.activity_facts import facts_of
from timecredits.hours.activity_models import Forgotten, OpenTo
from timecredits.hours.planning.plans import PlanFacts, list_plans, make_plan, next_days, shape_plan
from timecredits.hours.planning.repeating import Repeats
from timecredits.hours.planning.sessions import list_sessions
from timecredits.network.settings import Rest

FACTS = PlanFacts(TUESDAY, TEN, TWO_HOURS, Repeats.WEEKLY)


@pytest.fixture(autouse=True)
def standing() -> Iterator[None]:
    with standing_at(datetime(2026, 11, 21, 9, tzinfo=UTC)):
        yield


def test_a_plan_is_made_once_however_often_it_is_sent(place: Place) -> None:
    plan_id, here = new_id(), (place.session, place.programme_id, place.organisation_id)
    for _ in range(2):
        made = make_plan(*here, place.garden_id, replace(FACTS, weekdays=(1, 3)), actor_id=None, plan_id=plan_id)
    assert (made.rule, made.starts_on) == ("FREQ=WEEKLY;BYDAY=TU,TH", TUESDAY)
    assert len(list_plans(*here[:2], [place.garden_id], today=TUESDAY)[place.garden_id]) == 1
    there = (place.session, place.programme_id, place.other_organisation_id)
    with pytest.raises(NotFoundError):
        make_plan(*there, place.garden_id, FACTS, actor_id=None)
    other = create_activity(*there, ActivityFacts("Lunch"), actor_id=None)
    with pytest.raises(NotFoundError):
        make_plan(*there, other.id, FACTS, actor_id=None, plan_id=plan_id)


def test_so_many_times_and_until_a_day(place: Place) -> None:
    weekly(place, times=3)
    weekly(place, first=TUESDAY + timedelta(days=1), last_day=date(2026, 12, 9))
    found = list_sessions(place.session, place.programme_id, first=TUESDAY, last=date(2027, 12, 31))
    assert [each.day.day for each in found] == [1, 2, 8, 9, 15]


def test_the_days_are_known_before_anything_is_saved(place: Place) -> None:
    activity = find_activity(place.session, place.programme_id, place.organisation_id, place.garden_id)
    look = shape_plan(activity, replace(FACTS, repeats=Repeats.MONTHLY_LAST), new_id())
    assert [each.isoformat() for each in next_days(look, TUESDAY)] == [
        "2026-12-29", "2027-01-26", "2027-02-23", "2027-03-30", "2027-04-27",
    ]  # fmt: skip
    once = shape_plan(activity, replace(FACTS, repeats=Repeats.ONCE, times=5, last_day=None), new_id())
    assert next_days(once, TUESDAY) == [TUESDAY]
    assert list_plans(place.session, place.programme_id, [place.garden_id], today=TUESDAY) == {}


def test_the_29th_of_february_comes_every_leap_year_only(place: Place) -> None:
    with standing_at(datetime(2028, 1, 10, tzinfo=UTC)):
        weekly(place, first=date(2028, 2, 29), repeats=Repeats.ONCE)
        [found] = list_sessions(place.session, place.programme_id, first=date(2028, 2, 1), last=date(2028, 3, 31))
    assert found.day == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"first_day": date(2206, 1, 1)}, "first_day"),
        ({"first_day": date(1926, 1, 1)}, "first_day"),
        ({"last_day": date(2066, 1, 1)}, "last_day"),
        ({"last_day": TUESDAY - timedelta(days=1)}, "last_day"),
        ({"last_day": TUESDAY, "weekdays": (4,)}, "last_day"),
        ({"last_day": TUESDAY, "times": 2}, "times"),
        ({"times": 0}, "times"),
        ({"times": 100_000}, "times"),
        ({"starts": -1}, "starts"),
        ({"starts": 1440}, "starts"),
        ({"minutes": 0}, "length"),
        ({"minutes": 1441}, "length"),
        ({"weekdays": (7,)}, "weekdays"),
        ({"place": "x" * 1001}, "place"),
        ({"capacity": 0}, "capacity"),
        ({"capacity": 100_000}, "capacity"),
    ],
)
def test_what_cannot_be_planned_is_said_at_its_field(place: Place, more: dict[str, object], field: str) -> None:
    here = (place.session, place.programme_id, place.organisation_id)
    with pytest.raises(RuleError) as fault:
        make_plan(*here, place.garden_id, replace(FACTS, **more), actor_id=None)  # type: ignore[arg-type]
    assert fault.value.field == field
    assert list_plans(*here[:2], [place.garden_id], today=TUESDAY) == {}


def test_all_that_is_said_about_an_activity_is_kept(place: Place) -> None:
    facts = ActivityFacts(
        name="Tea",
        summary="Tea.",
        place="Hall",
        when_text="Tuesdays",
        usual_minutes=90,
        earns_credits=False,
        good_first_step=True,
        role="Pour.\nSmile.",
        access_facts=("Step-free", "Own  words", " step-free "),
        capacity=8,
        open_to=OpenTo.ENROLLED,
        forgotten=Forgotten.CREDIT,
        forgotten_minutes=60,
        credit_step=15,
        credit_rest=Rest.DROP,
        credits_a_day=240,
        credits_a_week=600,
    )
    here = (place.session, place.programme_id, place.organisation_id)
    made = create_activity(*here, facts, actor_id=None)
    place.session.flush()
    place.session.expire_all()
    assert facts_of(find_activity(*here, made.id)) == replace(facts, access_facts=("step-free", "Own words"))


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"capacity": 0}, "capacity"),
        ({"access_facts": ("x" * 81,)}, "access_facts"),
        ({"access_facts": tuple(f"fact {number}" for number in range(21))}, "access_facts"),
        ({"role": "x" * 4001}, "role"),
        ({"forgotten_minutes": 1441}, "forgotten_minutes"),
        ({"credit_step": 7}, "credit_step"),
        ({"credits_a_day": 0}, "credits_a_day"),
        ({"credits_a_week": 60 * 24 * 7 + 1}, "credits_a_week"),
    ],
)
def test_what_cannot_be_said_about_an_activity(place: Place, more: dict[str, object], field: str) -> None:
    with pytest.raises(RuleError) as fault:
        create_activity(
            place.session,
            place.programme_id,
            place.organisation_id,
            replace(ActivityFacts("Tea"), **more),
            actor_id=None,  # type: ignore[arg-type]
        )
    assert fault.value.field == field
