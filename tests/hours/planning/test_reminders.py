from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.hours.conftest import Place
from tests.hours.planning.planned import NOW, Planned, plan_tuesdays
from timecredits.foundation import clock
from timecredits.foundation.mail import MailMessage
from timecredits.hours.activity_models import ActivityPlan, ActivitySession
from timecredits.hours.planning.reminders import send_reminders
from timecredits.hours.planning.sessions import DatedSession, find_dated_session
from timecredits.hours.planning.signing_up import sign_up
from timecredits.network.preferences import set_wants_reminders
from timecredits.network.settings import change_setting

HOUR = timedelta(hours=1)


@pytest.fixture
def planned(place: Place) -> Iterator[Planned]:
    with clock.standing_at(NOW):
        planned = plan_tuesdays(place)
        planned.give_address(place.sian, "sian@example.org")
        yield planned


def remind(planned: Planned, now: datetime) -> int:
    with clock.standing_at(now):
        return send_reminders(planned.session, planned.programme_id, now=now)


def letters(planned: Planned) -> list[MailMessage]:
    return list(planned.session.scalars(select(MailMessage).order_by(MailMessage.queued_at)))


def test_a_day_before_once_and_in_neutral_words(planned: Planned) -> None:
    planned.sign_up(planned.place.sian)
    planned.sign_up(planned.place.lukasz)  # has no address
    begins = planned.on().begins
    assert [remind(planned, begins - hours * HOUR) for hours in (25, 24, 24, 23, 1)] == [0, 1, 0, 0, 0]
    [letter] = letters(planned)
    assert (letter.recipient, letter.subject) == ("sian@example.org", "Fenland: a reminder")
    assert "Tuesday 24 November 2026, 10am to 12pm" in letter.body
    for telling in ("Garden", "Riverside"):
        assert telling not in letter.body + letter.subject


def test_none_for_who_just_signed_up_waits_cancelled_said_no_or_comes_too_late(planned: Planned) -> None:
    place, begins = planned.place, planned.on().begins
    with clock.standing_at(begins - 20 * HOUR):
        planned.sign_up(place.sian)
    assert remind(planned, begins - 10 * HOUR) == 0
    planned.sign_up(place.sian, 1)
    planned.cancel(place.sian, 1)
    assert remind(planned, planned.on(1).begins - HOUR) == 0
    planned.sign_up(place.sian, 2)
    set_wants_reminders(planned.session, planned.programme_id, place.sian, wants_reminders=False)
    assert remind(planned, planned.on(2).begins - HOUR) == 0
    set_wants_reminders(planned.session, planned.programme_id, place.sian, wants_reminders=True)
    assert remind(planned, planned.on(2).begins) == 0
    planned.activity()
    row = planned.session.get_one(ActivitySession, (planned.programme_id, planned.on(2).id))
    row.cancelled_at = clock.now()
    planned.session.flush()
    assert remind(planned, planned.on(2).begins - HOUR) == 0
    assert letters(planned) == []


def test_the_programme_says_how_long_before_and_may_say_never(planned: Planned) -> None:
    planned.sign_up(planned.place.sian)
    begins = planned.on().begins
    change_setting(planned.session, planned.programme_id, "reminder_hours", 0, actor_id=None)
    assert remind(planned, begins - HOUR) == 0
    with clock.standing_at(NOW + HOUR):
        change_setting(planned.session, planned.programme_id, "reminder_hours", 48, actor_id=None)
    assert remind(planned, begins - 47 * HOUR) == 1


def test_one_that_moved_to_a_later_day_is_reminded_of_again(planned: Planned) -> None:
    planned.sign_up(planned.place.sian)
    assert remind(planned, planned.on().begins - HOUR) == 1
    row = planned.session.get_one(ActivitySession, (planned.programme_id, planned.on().id))
    row.held_on = date(2026, 12, 3)
    planned.session.flush()
    assert remind(planned, planned.on().begins - 25 * HOUR) == 0
    assert remind(planned, planned.on().begins - 23 * HOUR) == 1
    assert "Thursday 3 December 2026" in letters(planned)[-1].body


@pytest.mark.parametrize(
    ("day", "first"),
    [
        (date(2027, 3, 28), datetime(2027, 3, 27, 8, 0, tzinfo=UTC)),  # nine in summer time, 24 real hours before
        (date(2027, 10, 31), datetime(2027, 10, 30, 9, 0, tzinfo=UTC)),
    ],
)
def test_the_hours_before_are_real_hours_when_the_clocks_change(planned: Planned, day: date, first: datetime) -> None:
    plan = planned.session.get_one(ActivityPlan, (planned.programme_id, planned.plan_id))
    plan.starts_on, plan.starts, plan.rule = day, 540, ""
    planned.session.flush()
    dated: DatedSession = find_dated_session(planned.session, planned.programme_id, plan.id, day)
    sign_up(planned.session, planned.programme_id, planned.place.sian, dated, actor_id=None, today=NOW.date())
    assert remind(planned, first - timedelta(minutes=1)) == 0
    assert remind(planned, first) == 1
