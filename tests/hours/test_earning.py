"""How hours become credits: the numbers alone, then as they are recorded."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from tests.hours.conftest import TODAY, Place
from timecredits.foundation.db import new_id
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.hours.activity_models import Activity
from timecredits.hours.books import check_hours
from timecredits.hours.correcting import correct_hours
from timecredits.hours.earning import TO_THE_MINUTE, Earning, Given, Policy, Purse, earn, earn_all, week_of
from timecredits.hours.models import HourEntry
from timecredits.hours.recording import NewHours
from timecredits.network.models import Volunteer
from timecredits.network.settings import Rest, change_setting
from timecredits.network.volunteers import enrol_volunteer

MONDAY = date(2026, 11, 16)
STEPS = st.sampled_from([1, 15, 30, 60])
LENGTHS = st.integers(1, 1440)
DAYS = st.integers(0, 20).map(lambda number: MONDAY - timedelta(days=number))
LIMITS = st.one_of(st.none(), st.integers(1, 900))
POLICIES = st.builds(Policy, STEPS, st.sampled_from(Rest), LIMITS, LIMITS)
Batch = list[tuple[date, int]]
BATCHES = st.lists(st.tuples(DAYS, LENGTHS), max_size=20)
ANN = new_id()


def given_hours(batch: Batch, policy: Policy) -> list[Given]:
    return [Given(new_id(), ANN, day, minutes, policy) for day, minutes in batch]


@pytest.mark.parametrize(
    ("policy", "minutes", "put_by", "room", "expected"),
    [
        (TO_THE_MINUTE, 160, 0, None, Earning(160, 0, None)),
        (Policy(15), 160, 0, None, Earning(150, 10, None)),
        (Policy(15), 35, 10, None, Earning(45, -10, None)),
        (Policy(15), 14, 0, None, Earning(0, 14, "step")),
        (Policy(15, Rest.DROP), 160, 0, None, Earning(150, 0, None)),
        (Policy(15, Rest.DROP), 14, 14, None, Earning(0, 0, "step")),
        (Policy(60), 60, -60, None, Earning(0, 60, "step")),
        (Policy(60, a_day=240), 300, 0, 240, Earning(240, 0, None)),
        (Policy(60), 130, 0, 100, Earning(60, 10, None)),
        (Policy(15), 5, 10, 0, Earning(0, 0, "limit")),
        (TO_THE_MINUTE, 60, 0, 0, Earning(0, 0, "limit")),
    ],
)
def test_what_hours_bring(policy: Policy, minutes: int, put_by: int, room: int | None, expected: Earning) -> None:
    assert earn(policy, minutes, put_by=put_by, room=room) == expected


@given(BATCHES, STEPS)
def test_carry_over_never_loses_or_makes_a_minute(batch: Batch, step: int) -> None:
    purse = Purse()
    earnings = earn_all(given_hours(batch, Policy(step)), {ANN: purse})
    total = sum(minutes for _, minutes in batch)
    assert sum(each.earned for each in earnings.values()) == total - total % step
    assert purse.put_by == total % step


@given(BATCHES, POLICIES, st.randoms())
def test_the_order_they_are_handed_in_makes_no_difference(batch: Batch, policy: Policy, random: Any) -> None:
    hours = given_hours(batch, policy)
    shuffled = random.sample(hours, len(hours))
    assert earn_all(hours, {ANN: Purse()}) == earn_all(shuffled, {ANN: Purse()})


@given(st.lists(BATCHES, max_size=4), POLICIES)
def test_limits_are_never_passed_and_what_is_put_by_is_less_than_a_step(batches: list[Batch], policy: Policy) -> None:
    purse = Purse()
    for batch in batches:
        earnings = earn_all(given_hours(batch, policy), {ANN: purse})
        assert all((each.earned == 0) == (each.without is not None) for each in earnings.values())
        assert 0 <= purse.put_by < policy.step
    assert policy.a_day is None or all(earned <= policy.a_day for earned in purse.days.values())
    for day in purse.days:
        assert policy.a_week is None or sum(purse.days.get(each, 0) for each in week_of(day)) <= policy.a_week
    assert sum(purse.days.values()) + purse.put_by <= sum(minutes for batch in batches for _, minutes in batch)


@given(st.lists(st.tuples(POLICIES, BATCHES), max_size=5))
def test_whatever_policies_come_and_go_nobody_earns_more_than_they_gave(parts: list[tuple[Policy, Batch]]) -> None:
    purse, gave = Purse(), 0
    for policy, batch in parts:
        earn_all(given_hours(batch, policy), {ANN: purse})
        gave += sum(minutes for _, minutes in batch)
        assert sum(purse.days.values()) + purse.put_by <= gave
        assert purse.put_by >= 0


@given(POLICIES)
def test_a_policy_is_kept_with_the_hours_and_read_back(policy: Policy) -> None:
    assert Policy.read(policy.stored()) == policy


def test_a_week_is_monday_to_sunday() -> None:
    assert list(week_of(date(2026, 11, 22))) == [MONDAY + timedelta(days=each) for each in range(7)]
    assert next(week_of(MONDAY)) == MONDAY


def settle(place: Place, **settings: object) -> None:
    for name, value in settings.items():
        change_setting(place.session, place.programme_id, name, value, actor_id=None)


def entry(place: Place, entry_id: UUID) -> HourEntry:
    return place.session.get_one(HourEntry, (place.programme_id, entry_id))


def books_agree(place: Place) -> bool:
    return check_hours(place.session, place.programme_id) == []


def test_two_hours_forty_are_two_and_a_half_credits_and_ten_minutes_carry_over(place: Place) -> None:
    settle(place, credit_step=15)
    recorded = place.record(place.new(place.sian, 160, MONDAY))
    assert (recorded.minutes, recorded.earned, dict(recorded.put_by)) == (160, 150, {place.sian: 10})
    later = place.record(place.new(place.sian, 35, MONDAY))
    assert (later.earned, dict(later.put_by)) == (45, {})
    assert place.credits(place.sian) == 195
    assert books_agree(place)


def test_what_is_too_short_for_a_step_waits_and_says_why(place: Place) -> None:
    settle(place, credit_step=60)
    first = place.record(place.new(place.sian, 40)).entries[0]
    assert (entry(place, first).earned, entry(place, first).without_credits) == (0, "step")
    assert place.record(place.new(place.sian, 20)).earned == 60
    assert books_agree(place)


def test_what_is_put_by_is_a_persons_and_an_organisations(place: Place) -> None:
    settle(place, credit_step=60)
    place.record(place.new(place.sian, 40), place.new(place.lukasz, 30))
    assert place.record(place.new(place.lukasz, 20)).earned == 0
    place.enrol_elsewhere(place.sian)
    lunch = create_activity(
        place.session, place.programme_id, place.other_organisation_id, ActivityFacts("Lunch club"), actor_id=None
    )
    elsewhere = place.record(place.new(place.sian, 20, activity_id=lunch.id), organisation_id=place.other_organisation_id)
    assert elsewhere.earned == 0


def test_no_more_than_a_days_and_a_weeks_credits(place: Place) -> None:
    settle(place, credits_a_day=180, credits_a_week=300)
    days = [MONDAY + timedelta(days=each) for each in range(3)]
    earned = [place.record(place.new(place.sian, 240, day)).earned for day in days]
    assert earned == [180, 120, 0]
    assert place.record(place.new(place.sian, 60, MONDAY - timedelta(days=1))).earned == 60
    last = place.record(place.new(place.sian, 60, days[2])).entries[0]
    assert entry(place, last).without_credits == "limit"
    assert books_agree(place)


def test_limits_count_what_was_earned_anywhere_and_hours_are_kept_whole(place: Place) -> None:
    settle(place, credits_a_day=180)
    place.record(place.new(place.sian, 120))
    place.enrol_elsewhere(place.sian)
    lunch = create_activity(
        place.session, place.programme_id, place.other_organisation_id, ActivityFacts("Lunch club"), actor_id=None
    )
    recorded = place.record(place.new(place.sian, 120, activity_id=lunch.id), organisation_id=place.other_organisation_id)
    assert (recorded.minutes, recorded.earned) == (120, 60)


def test_an_activity_may_have_a_policy_of_its_own(place: Place) -> None:
    settle(place, credit_step=15)
    garden = place.session.get_one(Activity, (place.programme_id, place.garden_id))
    garden.credit_step, garden.credit_rest, garden.credits_a_day = 60, Rest.DROP, 120
    place.session.flush()
    assert place.record(place.new(place.sian, 170)).earned == 120
    assert place.record(place.new(place.sian, 60)).earned == 0
    assert place.record(place.new(place.lukasz, 59)).put_by == {}
    assert books_agree(place)


def test_a_change_of_policy_affects_only_later_hours(place: Place) -> None:
    before = place.record(place.new(place.sian, 100)).entries[0]
    settle(place, credit_step=60)
    assert place.record(place.new(place.sian, 100)).earned == 60
    assert entry(place, before).earned == 100
    settle(place, credit_step=1)
    assert place.record(place.new(place.sian, 10)).earned == 50  # with the 40 that were put by
    assert books_agree(place)


def test_a_correction_earns_by_the_policy_of_the_day_it_was_recorded(place: Place) -> None:
    settle(place, credit_step=60, credits_a_day=240)
    recorded = place.record(place.new(place.sian, 180)).entries[0]
    settle(place, credit_step=1, credits_a_day=60)
    corrected = correct(place, recorded, 170)
    assert (corrected.earned_before, corrected.earned_after) == (180, 120)
    assert place.credits(place.sian) == 120
    settle(place, credits_a_day=None)
    assert place.record(place.new(place.sian, 10)).earned == 60  # 50 were put by
    assert books_agree(place)


def test_taking_away_hours_that_others_built_on_is_made_up_for_first(place: Place) -> None:
    settle(place, credit_step=60)
    first = place.record(place.new(place.sian, 40)).entries[0]
    place.record(place.new(place.sian, 20))
    correct(place, first, None)
    assert place.credits(place.sian) == 60  # for 20 minutes that still count
    assert place.record(place.new(place.sian, 60)).earned == 0
    assert place.record(place.new(place.sian, 40)).earned == 60  # 120 minutes, two credits
    assert place.credits(place.sian) == 120
    assert books_agree(place)


@pytest.mark.parametrize("why", ["activity", "volunteer"])
def test_hours_without_credits_put_nothing_by(place: Place, why: str) -> None:
    settle(place, credit_step=60)
    place.session.get_one(Volunteer, (place.programme_id, place.sian)).wants_credits = why != "volunteer"
    place.session.flush()
    activity_id = place.meeting_id if why == "activity" else place.garden_id
    recorded = place.record(place.new(place.sian, 100, activity_id=activity_id))
    assert (recorded.earned, recorded.put_by) == (0, {})
    assert entry(place, recorded.entries[0]).without_credits == why
    assert correct(place, recorded.entries[0], 120).earned_after == 0
    assert books_agree(place)


def correct(place: Place, entry_id: UUID, minutes: int | None) -> Any:
    return correct_hours(
        place.session,
        place.programme_id,
        place.organisation_id,
        entry_id,
        minutes=minutes,
        reason="A slip",
        actor_id=None,
        today=TODAY,
    )


def test_limits_and_steps_ask_no_more_questions_for_more_people(place: Place) -> None:
    settle(place, credit_step=15, credits_a_day=180, credits_a_week=600)
    assert count_selects(place, 3) == count_selects(place, 40)


def count_selects(place: Place, people: int) -> int:
    entries: list[NewHours] = []
    for number in range(people):
        enrolled = enrol_volunteer(place.session, place.programme_id, place.organisation_id, first_name=f"Person {number}")
        entries += [place.new(enrolled.volunteer.id, 50, MONDAY - timedelta(days=day)) for day in range(3)]
    selects: list[str] = []
    listener: Callable[..., None] = lambda *args: selects.append(args[2]) if args[2].startswith("SELECT") else None  # noqa: E731
    bind = place.session.get_bind()
    event.listen(bind, "before_cursor_execute", listener)
    place.record(*entries)
    event.remove(bind, "before_cursor_execute", listener)
    return len(selects)
