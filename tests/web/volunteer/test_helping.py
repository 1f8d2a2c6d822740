"""Helping somebody with their credits, and being helped, as pages."""

from uuid import UUID

import pytest
from flask import Flask

from tests.page_client import PageClient
from tests.spending.shop import earn, scan, till_of
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.network.models import Volunteer
from timecredits.network.volunteers import enrol_at_another, enrol_volunteer
from timecredits.spending.answers import Outcome
from timecredits.spending.giving.helping import agree
from timecredits.spending.giving.receive_codes import receive_code
from timecredits.spending.redemption import redeem
from timecredits.web.database import db


@pytest.fixture
def helping_id(app: Flask, world: World) -> UUID:
    """Łukasz may use 2 credits a week of Siân's 5, and give them."""
    with app.app_context():
        session, helping_id = db.session(), new_id()
        helper = session.get_one(Volunteer, (world.programme_id, world.other_volunteer_id))
        enrol_at_another(session, helper, world.organisation_id)
        earn(session, world, 300)
        agree(
            session,
            world.programme_id,
            world.organisation_id,
            world.volunteer_id,
            helping_id=helping_id,
            helper_id=helper.id,
            minutes_a_week=120,
            may_give=True,
            actor_id=None,
        )
        session.commit()
    return helping_id


@pytest.fixture
def helper(app: Flask, world: World, helping_id: UUID) -> PageClient:
    assert helping_id
    return world.sign_in(PageClient(app), "other_volunteer")


def test_a_helper_shows_the_code_and_both_see_what_was_used(
    app: Flask, world: World, helper: PageClient, me: PageClient, helping_id: UUID
) -> None:
    person = helper.get("/my/").click("People I help").click("Siân O.")
    assert "2 credits you may still use for them this week" in person.text
    assert "5 credits" not in person.text
    shown = person.click("Show their code To use their credits for them")
    assert shown.heading == "The code of Siân O."
    assert helper.get(f"/my/helping/{helping_id}/code/news", status=204)
    typed = shown.soup.select_one(".tc-plate__typed")
    assert typed is not None
    with app.app_context():
        answer = redeem(db.session(), app.config["KEYRING"], till_of(world), scan(world, typed.get_text()))
        assert answer.outcome is Outcome.TAKEN
        db.session.commit()
    assert helper.get(f"/my/helping/{helping_id}/code/news").response.text == "used\n"
    after = helper.get(f"/my/helping/{helping_id}/code")
    assert "1 credit used at Parkside Pool just now." in after.text
    assert "You may use 1 credit more for them this week." in after.text
    assert "1 credit used at Parkside Pool" in me.get("/my/helpers").text
    assert "Parkside Pool, done by Łukasz Ż. for you" in me.get("/my/statement").text
    staff = world.sign_in(PageClient(app), "coordinator")
    assert "by Łukasz Ż. for Siân O." in staff.get(f"/coordinator/people/{world.volunteer_id}/helpers").text


def test_a_helper_gives_for_somebody_and_takes_it_back(app: Flask, world: World, helper: PageClient, helping_id: UUID) -> None:
    with app.app_context():
        amir = enrol_volunteer(db.session(), world.programme_id, world.organisation_id, first_name="Amir").volunteer
        code = receive_code(db.session(), world.programme_id, amir.id, clock.now())
        own = receive_code(db.session(), world.programme_id, world.other_volunteer_id, clock.now())
        db.session.commit()
    start = helper.get(f"/my/helping/{helping_id}/give")
    assert "That code did not work" in start.submit("Go on", code="ZZZZZZZZ").text
    assert "That code is yours or theirs." in start.submit("Go on", code=own).text
    page = start.submit("Go on", code=code)
    assert "These are credits of Siân O." in page.text
    assert "You have" not in page.text
    assert "You can use 2 credits more for them this week." in page.submit("Look at it first", amount="3").text
    looked = page.submit("Look at it first", amount="0.5", words="For tea")
    assert "From the credits of Siân O." in looked.text
    done = looked.submit("Give ½ credit")
    assert done.heading == "You help Siân O."
    assert "½ credit given to Amir" in done.text
    assert "Taken back. They have their credits again." in done.submit("Take this back").text


def test_the_person_ends_it_at_once(me: PageClient, helper: PageClient, helping_id: UUID) -> None:
    page = me.get("/my/").click("People who help me")
    assert "Łukasz Ż." in page.text
    assert "They can not use your credits any more." in page.submit("End it now").text
    assert "Nobody helps you with credits" in me.get("/my/helpers").text
    for path in ("", "/code", "/code/fragment", "/code/news", "/give"):
        helper.get(f"/my/helping/{helping_id}{path}", status=404)
    assert "You help nobody with credits" in helper.get("/my/helping").text


def test_the_helper_stops(helper: PageClient, helping_id: UUID) -> None:
    page = helper.get(f"/my/helping/{helping_id}").submit("Stop now")
    assert page.heading == "People I help"
    assert "You do not help them with credits any more." in page.text


def test_the_person_helped_is_not_their_own_helper(me: PageClient, helping_id: UUID) -> None:
    me.get(f"/my/helping/{helping_id}", status=404)
    me.get(f"/my/helping/{helping_id}/code", status=404)


def test_nobody_helps_or_is_helped(me: PageClient) -> None:
    text = me.get("/my/").text
    assert "People I help" not in text
    assert "People who help me" not in text
    assert "Nobody helps you with credits" in me.get("/my/helpers").text
