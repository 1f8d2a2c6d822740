"""Ways to help: finding one, and what its page says."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from tests.page_client import PageClient
from tests.web.volunteer.past import Past
from tests.web.volunteer.plans import change, plan_daily
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.hours.activities import ActivityFacts, close_activity, create_activity
from timecredits.hours.activity_models import OpenTo, RequirementKind
from timecredits.hours.planning.requirements import Asked, set_requirements
from timecredits.web.database import db


@pytest.fixture
def tea(app: Flask, world: World) -> UUID:
    """An activity of the other organisation, open to everybody, every day at ten with room for two."""
    with app.app_context():
        facts = ActivityFacts(
            "Tea and talk", place="The long room", role="Put the kettle on.", access_facts=("Step-free", "Hearing loop")
        )
        made = create_activity(db.session(), world.programme_id, world.other_organisation_id, facts, actor_id=None)
        plan_daily(db.session(), world.programme_id, world.other_organisation_id, made.id, capacity=2)
        db.session.commit()
        return made.id


def test_ways_to_help_are_found_and_lead_on(me: PageClient, past: Past) -> None:
    assert past.entries
    page = me.get("/my/activities?q=garden&show=first")
    for said in ("Garden group", "Tuesdays, 10am to 12pm", "A good first step", "Most times: 2 credits"):
        assert said in page.text
    about = page.click("Garden group")
    for said in ("Riverside Trust", "01353 000000", "No days are planned here", "2 credits, most times"):
        assert said in about.text
    assert "We found nothing like that" in page.submit("Search", q="chess").text


def test_the_filters_keep_what_was_chosen(me: PageClient, tea: UUID) -> None:
    assert tea
    page = me.get("/my/activities")
    assert "Tomorrow, 10am to 12pm" in page.text
    assert "2 places free" in page.text
    found = page.submit("Search", access="Hearing loop", show="open", q="kettle")
    assert "Tea and talk" in found.text
    assert found.fields("Search") == {"q": "kettle", "show": "open", "access": "Hearing loop"}
    for odd in ("access=%3Cscript%3E", "town=Nowhere", "show=?&q=x", "q=" + "x" * 3000):
        assert me.get(f"/my/activities?{odd}").response.status_code == 200
    assert me.get("/my/activities?page=x").response.status_code == 200
    me.get("/my/activities?page=9999", status=404)
    me.get("/my/activities?page=²", status=200)


def test_a_long_list_has_pages(app: Flask, me: PageClient, world: World) -> None:
    with app.app_context():
        for number in range(12):
            facts = ActivityFacts(f"Group {number:02}")
            create_activity(db.session(), world.programme_id, world.organisation_id, facts, actor_id=None)
        db.session.commit()
    first = me.get("/my/activities?q=group")
    assert "Group 09" in first.text
    assert "Group 10" not in first.text
    second = me.get(next(a["href"] for a in first.soup.select(".govuk-pagination__next a")))
    assert "Group 11" in second.text
    assert "Group 09" not in second.text


def test_joining_another_organisation_is_said_before_the_tap(me: PageClient, tea: UUID) -> None:
    page = me.get(f"/my/activities/{tea}")
    assert "Signing up adds you to Lantern House . Its coordinators can then see your name." in page.text
    assert "Put the kettle on." in page.text
    done = page.submit("Sign up Tomorrow, 10am to 12pm")
    assert "Done. You are coming." in done.soup.get_text()
    assert "Signing up adds you" not in me.get(f"/my/activities/{tea}").text


def test_what_is_closed_gone_or_nowhere_is_not_found(app: Flask, me: PageClient, world: World, tea: UUID) -> None:
    me.get(f"/my/activities/{new_id()}", status=404)
    with app.app_context():
        close_activity(db.session(), world.programme_id, world.other_organisation_id, tea, actor_id=None)
        db.session.commit()
    me.get(f"/my/activities/{tea}", status=404)
    assert "Tea and talk" not in me.get("/my/activities").text


def test_a_closed_circle_says_whom_to_ask(app: Flask, me: PageClient, world: World, tea: UUID) -> None:
    with app.app_context():
        change(db.session(), world.programme_id, tea, open_to=OpenTo.ENROLLED)
        db.session.commit()
    assert "Ask first" in me.get("/my/activities").text
    page = me.get(f"/my/activities/{tea}")
    assert "Ask the people there to add you first." in page.text
    assert not page.soup.select("main form")


def test_what_is_missing_is_said_with_how_to_get_it(app: Flask, me: PageClient, world: World, tea: UUID) -> None:
    page = me.get(f"/my/activities/{tea}")
    with app.app_context():
        asked = [Asked(RequirementKind.TRAINING, name="Food hygiene")]
        set_requirements(db.session(), world.programme_id, world.other_organisation_id, tea, asked, actor_id=None)
        db.session.commit()
    refused = page.submit("Sign up Tomorrow, 10am to 12pm")  # asked for since the page was loaded
    assert refused.path == f"/my/activities/{tea}"
    assert "You are not signed up yet. Something is still needed." in refused.soup.get_text()
    assert "You need this training first: Food hygiene" in refused.text
    assert not refused.soup.select("main form")
    assert "Nothing is planned" in me.get("/my/sessions").text


def test_later_days_are_a_link_away(me: PageClient, tea: UUID) -> None:
    page = me.get(f"/my/activities/{tea}")
    later = me.get(str(page.soup.select_one(".govuk-pagination__next a")["href"]))  # type: ignore[index]
    first = clock.today() + timedelta(weeks=4)
    assert f"{first.day} {first:%B}" in later.text
    back = me.get(str(later.soup.select_one(".govuk-pagination__prev a")["href"]))  # type: ignore[index]
    assert "Tomorrow" in back.text
    for odd in ("yesterday", "1999-01-01", "9999-12-31", "2026-02-30"):
        assert me.get(f"/my/activities/{tea}?from={odd}").response.status_code == 200
