from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from tests.hours.conftest import Place
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError
from timecredits.hours.activity_models import ActivityPlan, ActivitySession
from timecredits.hours.planning.sessions import DatedSession, find_dated_session, find_kept_sessions, keep_session, list_sessions

TUESDAY = date(2026, 3, 3)


def plan(place: Place, rule: str = "FREQ=WEEKLY;BYDAY=TU", **values: object) -> UUID:
    facts: dict[str, object] = {"starts_on": TUESDAY, "starts": 600, "minutes": 120, **values}
    made = ActivityPlan(
        programme_id=place.programme_id,
        id=new_id(),
        activity_id=place.garden_id,
        rule=rule,
        made_at=clock.now(),
        **facts,
    )
    place.session.add(made)
    place.session.flush()
    return made.id


def listed(place: Place, first: date, last: date) -> list[DatedSession]:
    return list_sessions(place.session, place.programme_id, first=first, last=last, organisation_id=place.organisation_id)


def test_every_tuesday_at_ten_stays_at_ten_when_the_clocks_change(place: Place) -> None:
    plan(place)
    found = listed(place, date(2026, 3, 20), date(2026, 4, 7))
    assert [each.day for each in found] == [date(2026, 3, 24), date(2026, 3, 31), date(2026, 4, 7)]
    assert [each.begins.hour for each in found] == [10, 9, 9]
    assert {each.starts for each in found} == {600}


@pytest.mark.parametrize(
    ("rule", "starts_on", "days"),
    [
        ("", date(2028, 2, 29), [date(2028, 2, 29)]),
        ("FREQ=MONTHLY;BYDAY=-1TU", date(2028, 1, 25), [date(2028, 2, 29)]),
        ("FREQ=YEARLY", date(2024, 2, 29), [date(2028, 2, 29)]),
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=2", date(2028, 2, 1), [date(2028, 2, 15)]),
    ],
)
def test_rules_of_many_kinds(place: Place, rule: str, starts_on: date, days: list[date]) -> None:
    plan(place, rule, starts_on=starts_on)
    assert [each.day for each in listed(place, date(2028, 2, 10), date(2028, 3, 10))] == days


def test_looking_writes_nothing_and_keeping_writes_once(place: Place) -> None:
    plan_id = plan(place, ends_on=date(2026, 3, 17))
    found = listed(place, TUESDAY, TUESDAY + timedelta(days=60))
    assert [each.day.day for each in found] == [3, 10, 17]
    for _ in range(2):
        keep_session(place.session, place.programme_id, found[1], actor_id=None)
    assert place.session.scalar(select(func.count()).select_from(ActivitySession)) == 1
    again = find_dated_session(place.session, place.programme_id, plan_id, date(2026, 3, 10))
    assert again.is_kept
    assert again.id == found[1].id
    assert find_kept_sessions(place.session, place.programme_id, [found[1].id, found[0].id]) == {again.id: again}


def test_a_moved_session_is_found_where_it_went_and_a_cancelled_one_says_why(place: Place) -> None:
    plan(place)
    first, second = listed(place, TUESDAY, TUESDAY + timedelta(days=7))
    row = keep_session(place.session, place.programme_id, first, actor_id=None)
    row.held_on, row.starts = date(2026, 4, 1), 660
    row = keep_session(place.session, place.programme_id, second, actor_id=None)
    row.cancelled_at, row.cancelled_because = clock.now(), "The boiler is broken."
    place.session.flush()
    assert [(each.day, each.cancelled_because) for each in listed(place, TUESDAY, date(2026, 3, 10))] == [
        (date(2026, 3, 10), "The boiler is broken.")
    ]
    (moved,) = listed(place, date(2026, 4, 1), date(2026, 4, 1))
    assert (moved.id, moved.starts, moved.planned_on) == (first.id, 660, TUESDAY)


def test_a_day_without_a_session_is_not_found(place: Place) -> None:
    plan_id = plan(place)
    for wanted, day in ((plan_id, date(2026, 3, 4)), (new_id(), TUESDAY), (plan_id, date(2026, 2, 24))):
        with pytest.raises(NotFoundError):
            find_dated_session(place.session, place.programme_id, wanted, day)
    with pytest.raises(NotFoundError):
        find_dated_session(place.session, place.programme_id, plan_id, TUESDAY, organisation_id=new_id())
