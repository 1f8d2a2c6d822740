"""The page that leads to everything around the credits, for those who look after it and for those who don't."""

import pytest
from flask import Flask

from tests.page_client import PageClient
from tests.web.safe import name_lead
from tests.web.world import World
from timecredits.network.duties import give_duty
from timecredits.network.models import DutyKind
from timecredits.web.database import db

AROUND = "/coordinator/around"
EVERYBODYS = ("groups", "apart", "money", "events", "stories", "support", "report", "surveys", "staff", "getting-ready")
NAMED = ("referrals", "mentoring", "moderation", "concerns", "duties")


def shown(client: PageClient) -> set[str]:
    """The parts that the page leads to, each of which opens."""
    page = client.get(AROUND)
    found = {str(link["href"]) for link in page.soup.select(".tc-links__title")}
    for each in found:
        client.get(each)
    return {each.removeprefix("/coordinator/") for each in found}


def test_somebody_named_for_nothing_meets_no_closed_door(staff: PageClient) -> None:
    assert shown(staff) == set(EVERYBODYS)
    assert "The owner can name you." in staff.get(AROUND).text


def test_an_owner_is_led_to_all_but_concerns(client: PageClient, world: World) -> None:
    world.sign_in(client, "owner")
    assert shown(client) == {*EVERYBODYS, *NAMED} - {"concerns"}
    assert "The owner can name you." not in client.get(AROUND).text


@pytest.mark.parametrize(
    ("kind", "parts"),
    [
        (DutyKind.PROJECT_WORKER, {"referrals", "mentoring"}),
        (DutyKind.MODERATOR, {"moderation"}),
        (DutyKind.SAFEGUARDING_LEAD, {"concerns"}),
    ],
)
def test_a_duty_opens_its_part_and_no_other(staff: PageClient, app: Flask, world: World, kind: DutyKind, parts: set[str]) -> None:
    with app.app_context():
        here = {"organisation_id": world.organisation_id, "user_id": world.users["coordinator"]}
        give_duty(db.session(), world.programme_id, kind, actor_id=None, **here)
        db.session.commit()
    assert shown(staff) == {*EVERYBODYS, *parts}


def test_the_first_page_says_how_much_waits_and_leads_there(client: PageClient, app: Flask, world: World) -> None:
    world.sign_in(client, "coordinator")
    assert "wait for you" not in client.get("/coordinator").text
    name_lead(app, world, "coordinator")
    said = {"worry": "Ann is afraid at home zqx-canary.", "danger": "no", "place": str(world.organisation_id)}
    client.get("/in/fenland/concern").submit("Send it", **said)
    page = client.get("/coordinator")
    assert "1 thing waits for you" in page.text
    assert "zqx" not in page.text
    assert page.click("Around the credits").link("Concerns") == "/coordinator/concerns"
