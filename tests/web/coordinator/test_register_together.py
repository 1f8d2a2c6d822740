"""Two coordinators with one register, and what may change while it is being filled in: nothing that was typed is lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.page_client import Page, PageClient
from tests.web.coordinator.conftest import Garden
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.hours.activity_models import ActivityPlan, ActivitySession
from timecredits.hours.planning.sessions import find_dated_session, keep_session
from timecredits.network.models import Enrolment
from timecredits.web.database import db

SAVE = "Save the register"


@pytest.fixture
def plan(garden_group: Garden) -> ActivityPlan:
    plan = ActivityPlan(
        programme_id=garden_group.world.programme_id,
        id=new_id(),
        activity_id=garden_group.activity_id,
        starts_on=clock.today() - timedelta(weeks=3),
        starts=0,
        minutes=90,
        rule="FREQ=WEEKLY",
        place="",
        made_at=clock.now(),
    )
    with garden_group.app.app_context():
        db.session.add(plan)
        db.session.commit()
        db.session.refresh(plan)
        db.session.expunge(plan)
    return plan


@contextmanager
def todays_session(garden: Garden, plan: ActivityPlan) -> Iterator[ActivitySession]:
    """The row of today's session, to be changed and committed."""
    with garden.app.app_context():
        dated = find_dated_session(db.session(), garden.world.programme_id, plan.id, clock.today())
        yield keep_session(db.session(), garden.world.programme_id, dated, actor_id=None)
        db.session.commit()


def typed(garden: Garden) -> dict[str, Any]:
    person, absent = garden.people[:2]
    return {f"minutes-{person}": "other", f"other-{person}": "1:40", f"minutes-{absent}": "0"}


def assert_kept(page: Page, garden: Garden) -> None:
    sent = page.fields(SAVE)
    person, absent = garden.people[:2]
    assert (sent[f"minutes-{person}"], sent[f"other-{person}"], sent[f"minutes-{absent}"]) == ("other", "1:40", "0")
    assert garden.credits(garden.people[5]) == 120


def test_todays_planned_session_is_one_tap_from_home(garden_group: Garden, plan: ActivityPlan, staff: PageClient) -> None:
    home = staff.get("/coordinator/")
    tile = next(link for link in home.soup.select("main a") if "Who came to Garden group?" in link.get_text())
    assert "Today, 12am" in tile.get_text(" ")
    saved = staff.get(str(tile["href"])).submit(SAVE)
    assert "Saved. 18 hours added for 12 people." in saved.text
    assert "Saved: 12 people" in staff.get("/coordinator/").text
    assert "Saved already: 12 people" in staff.get(f"/coordinator/register/{garden_group.activity_id}").text
    assert plan.id.hex not in staff.get("/coordinator/").text


def test_sessions_of_the_past_week_without_hours_are_named(garden_group: Garden, plan: ActivityPlan, staff: PageClient) -> None:
    with garden_group.app.app_context():
        row = db.session.get_one(ActivityPlan, (plan.programme_id, plan.id))
        row.starts_on -= timedelta(days=2)
        db.session.commit()
    home = staff.get("/coordinator/")
    assert "Not written down yet" in home.text
    last = home.soup.find("h2", string="Not written down yet").find_next("a")  # type: ignore[union-attr]
    assert last is not None
    staff.get(str(last["href"])).submit(SAVE)
    assert "Not written down yet" not in staff.get("/coordinator/").text


def test_the_second_of_two_coordinators_is_told_what_stands(garden_group: Garden, staff: PageClient) -> None:
    other = garden_group.world.sign_in(PageClient(staff.app), "owner")
    path = f"/coordinator/register/{garden_group.activity_id}"
    mine, theirs = staff.get(path), other.get(path)
    theirs.submit(SAVE)
    saved = mine.submit(SAVE, add="Ffion Llŷr", **typed(garden_group))
    assert "Saved. 2 hours added for 1 person." in saved.text
    assert "Siân O'Neill-Wyn had 2 hours here already, saved by Owner. That was not changed." in saved.text
    assert [garden_group.credits(each) for each in garden_group.people[:3]] == [240, 240, 240]


def test_a_session_cancelled_meanwhile_keeps_what_was_typed(garden_group: Garden, plan: ActivityPlan, staff: PageClient) -> None:
    page = staff.get(f"/coordinator/register/{garden_group.activity_id}")
    with todays_session(garden_group, plan) as row:
        row.cancelled_at = clock.now()
    again = page.submit(SAVE, add="Ffion Llŷr", **typed(garden_group))
    assert "was cancelled. Did people come all the same?" in again.text
    assert "Nothing was saved yet." in again.text
    assert again.fields(SAVE)["add"] == "Ffion Llŷr"
    assert_kept(again, garden_group)
    assert "for 12 people." in again.submit(SAVE).text


def test_a_plan_deleted_meanwhile_keeps_what_was_typed(garden_group: Garden, plan: ActivityPlan, staff: PageClient) -> None:
    page = staff.get(f"/coordinator/register/{garden_group.activity_id}").submit("Add", add="Ffion Llŷr")
    with garden_group.app.app_context():
        db.session.delete(db.session.get_one(ActivityPlan, (plan.programme_id, plan.id)))
        db.session.commit()
    again = page.submit(SAVE, **typed(garden_group))
    assert "This session is no longer planned." in again.text
    assert "New. Saving enrols them." in again.text
    assert_kept(again, garden_group)
    assert "for 12 people." in again.submit(SAVE).text


def test_a_session_moved_meanwhile_keeps_what_was_typed(garden_group: Garden, plan: ActivityPlan, staff: PageClient) -> None:
    page = staff.get(f"/coordinator/register/{garden_group.activity_id}")
    with todays_session(garden_group, plan) as row:
        row.held_on = clock.today() - timedelta(days=1)
    again = page.submit(SAVE, **typed(garden_group))
    assert "This session was moved. Nothing was saved." in again.text
    assert_kept(again, garden_group)
    assert "for 11 people." in again.submit(SAVE).text


def test_a_session_moved_ahead_is_not_written_down_yet(garden_group: Garden, plan: ActivityPlan, staff: PageClient) -> None:
    page = staff.get(f"/coordinator/register/{garden_group.activity_id}")
    with todays_session(garden_group, plan) as row:
        row.held_on = clock.today() + timedelta(days=2)
    again = page.submit(SAVE, **typed(garden_group)).submit(SAVE)
    assert "has not come yet" in again.text
    assert_kept(again, garden_group)
    address = f"/coordinator/register/{garden_group.activity_id}?day={clock.today()}&plan={plan.id}"
    assert "That day has not come yet." in staff.get(address).text


def test_somebody_who_left_meanwhile_stays_in_the_list_until_it_is_right(garden_group: Garden, staff: PageClient) -> None:
    page = staff.get(f"/coordinator/register/{garden_group.activity_id}")
    person = garden_group.people[1]
    with garden_group.app.app_context():
        enrolment = db.session.query(Enrolment).filter_by(volunteer_id=person).one()
        enrolment.left_on = clock.today() - timedelta(days=3)
        db.session.commit()
    again = page.submit(SAVE)
    assert "Łukasz Żak had left by then. Nothing was saved." in again.text
    assert again.soup.select_one(f"#row-{person} .govuk-error-message") is not None
    assert garden_group.credits(garden_group.people[0]) == 120
    assert "for 11 people." in again.submit(SAVE, **{f"minutes-{person}": "0"}).text


def test_somebody_who_is_not_known_here_is_dropped_with_a_word(garden_group: Garden, staff: PageClient) -> None:
    page = staff.get(f"/coordinator/register/{garden_group.activity_id}")
    for stranger in (uuid4(), garden_group.world.other_volunteer_id):
        sent = page.fields(SAVE)
        sent["person"] = [*sent["person"], str(stranger)]
        again = staff.post(page.path, sent | {f"minutes-{stranger}": "120", "do": "save"})
        assert "Somebody in this list is no longer enrolled here. Nothing was saved." in again.text
        assert str(stranger) not in again.fields(SAVE)["person"]
    assert "for 12 people." in again.submit(SAVE).text


@pytest.mark.parametrize("field", ["session_id", "person"])
def test_what_no_page_of_ours_sends_is_turned_away(garden_group: Garden, staff: PageClient, field: str) -> None:
    page = staff.get(f"/coordinator/register/{garden_group.activity_id}")
    staff.post(page.path, page.fields(SAVE) | {field: "no id", "do": "save"}, status=400)
