"""What a setting would change, in numbers: roughly, and nothing about fewer than five people."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.web.world import World, build_world
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.hours.models import HourSource
from timecredits.hours.recording import NewHours, record_hours
from timecredits.insight.counting.months import add_months, month_of
from timecredits.insight.preview_words import about_credits, about_people
from timecredits.insight.roll_up_models import Flow, PersonCredit, RollUp
from timecredits.insight.setting_previews import preview_setting
from timecredits.network.models import SettingChange
from timecredits.network.settings import Rest, Settings
from timecredits.network.volunteers import enrol_volunteer


def give_time(session: Session, world: World, people: int, minutes: int = 170, days: int = 3) -> list[UUID]:
    """So many people who each gave so long on each of the last days."""
    here, today = (session, world.programme_id, world.organisation_id), clock.today()
    activity = create_activity(*here, ActivityFacts("Garden group"), actor_id=None)
    made = [
        enrol_volunteer(*here, first_name="Ann", last_name=f"B{number}", number=f"N{number}").volunteer.id
        for number in range(people)
    ]
    entries = [
        NewHours(new_id(), who, activity.id, None, today - timedelta(days=each), minutes) for who in made for each in range(days)
    ]
    record_hours(*here, entries, source=HourSource.SINGLE, actor_id=None, today=today)
    return made


def says(session: Session, world: World, name: str, value: object, settings: Settings | None = None) -> str:
    return str(preview_setting(session, world.programme_id, settings or Settings(), name, value, now=clock.now()))


@pytest.mark.parametrize(
    ("people", "said"), [(1, "a few people"), (4, "a few people"), (5, "about 5 people"), (34, "about 30 people")]
)
def test_people_are_said_roughly(people: int, said: str) -> None:
    assert str(about_people(people)) == said


def test_credits_are_said_to_the_next_ten() -> None:
    assert [str(about_credits(each)) for each in (0, 200, 7400)] == ["under 10 credits", "under 10 credits", "about 120 credits"]


def test_steps_and_rests_are_counted_on_the_last_hours(session: Session) -> None:
    world = build_world(session)
    give_time(session, world, 12)
    carried = says(session, world, "credit_step", 60, replace(Settings(), credit_step=1))
    assert carried == "Hours of the last 3 months would bring about 100 credits. Now they bring about 100 credits."
    dropped = says(session, world, "credit_step", 60, replace(Settings(), credit_rest=Rest.DROP))
    assert dropped == "Hours of the last 3 months would bring about 70 credits. Now they bring about 100 credits."


def test_a_limit_says_how_many_days_it_would_have_cut(session: Session) -> None:
    with clock.standing_at(datetime(2026, 11, 19, 12, tzinfo=UTC)):  # A Thursday: the last three days are of one week.
        world = build_world(session)
        give_time(session, world, 7)
        said = says(session, world, "credits_a_day", 120)
        assert "About 20 days had more than that, of about 5 people." in said
        assert "Nobody had more than that." in says(session, world, "credits_a_day", 180)
        assert "About 5 weeks" in says(session, world, "credits_a_week", 160)
        assert "about 20 times" in says(session, world, "daily_limit", 120)


@pytest.mark.parametrize("name", ["credit_step", "credits_a_day", "daily_limit"])
def test_of_few_people_no_number_is_said(session: Session, name: str) -> None:
    world = build_world(session)
    give_time(session, world, 4)
    said = says(session, world, name, 60)
    assert "few people" in said or "Fewer than 5 people" in said
    assert "about" not in said


def test_what_would_run_out_is_what_was_left_of_old_credits(session: Session) -> None:
    world = build_world(session)
    assert "not counted up yet" in says(session, world, "expire_after_months", 12)
    month, now = month_of(clock.today()), clock.now()
    session.add(RollUp(programme_id=world.programme_id, id=new_id(), counted_to=now, counted_at=now, waiting=[]))
    assert "Nobody would lose any" in says(session, world, "expire_after_months", 12)
    for number in range(8):
        who = new_id()
        for flow, ago, minutes in ((Flow.EARNED, 20, 900), (Flow.USED, 2, 300), (Flow.EARNED, 1, 6000)):
            if number < 6 or flow is not Flow.EARNED or ago < 12:
                session.add(
                    PersonCredit(
                        programme_id=world.programme_id,
                        id=new_id(),
                        volunteer_id=who,
                        month=add_months(month, -ago),
                        flow=flow,
                        minutes=minutes,
                        times=1,
                        first_on=add_months(month, -ago),
                    )
                )
    session.flush()
    assert "credits of about 5 people would run out: about 60 credits." in says(session, world, "expire_after_months", 12)
    assert "Nobody would lose any" in says(session, world, "expire_after_months", 36)
    assert says(session, world, "expire_after_months", None) == "Nothing runs out."


def test_every_setting_is_looked_at_and_nothing_is_written(session: Session) -> None:
    world = build_world(session)
    for each in fields(Settings):
        value = getattr(Settings(), each.name)
        said = preview_setting(session, world.programme_id, Settings(), each.name, value, now=clock.now())
        assert said is None or str(said).endswith("."), each.name
    assert not session.dirty
    assert not session.new
    assert session.scalar(select(func.count()).select_from(SettingChange)) == 0
