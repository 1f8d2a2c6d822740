"""Taking up an invitation: looking uses nothing up, saying yes signs in in the new role, and every dead link is alike."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.page_client import Page, PageClient
from tests.web.second_step import finish, set_up
from tests.web.world import PASSWORD, World, app_code
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.network.invitation_models import Invitation
from timecredits.network.invitations import code_of, invite, link_of, withdraw
from timecredits.network.models import RoleKind, StaffRole, User
from timecredits.network.roles import Workplace, take_role_away
from timecredits.network.taking_up import MOST_CODES
from timecredits.web.database import db

NEW_PASSWORD = "eleven slow green boats"


@pytest.fixture
def invited(app: Flask, world: World) -> Any:
    """Invite somebody to the organisation; answers the address of the invitation, and its id."""

    def ask(email: str = "", name: str = "Jo", **values: Any) -> tuple[str, Any]:
        with app.app_context():
            made = invite(
                db.session(),
                app.config["KEYRING"],
                world.programme_id,
                values.pop("place", Workplace(organisation_id=world.organisation_id)),
                invitation_id=new_id(),
                email=email,
                name=name,
                actor_id=world.users["owner"],
                base_url="http://localhost",
                today=clock.today(),
                **{"kind": RoleKind.COORDINATOR, **values},
            )
            db.session.commit()
            return f"/join/{link_of(db.session(), app.config['KEYRING'], made.invitation)}", made.invitation.id

    return ask


def dead(client: PageClient, path: str) -> str:
    page = client.get(path, status=404)
    assert page.heading == "This invitation does not work"
    return re.sub(r'(nonce|name="csrf_token"[^>]* value)="[^"]*"', "", page.response.text)


def form_of(page: Page) -> dict[str, Any]:
    return page.fields("Yes, I will do it")


def test_somebody_new_looks_says_yes_and_is_at_work(app: Flask, client: PageClient, invited: Any) -> None:
    path, _id = invited("jo@example.org", title="Gardener")
    for _look in range(3):
        page = client.get(path)
    assert page.heading == "Your invitation"
    assert "Owner asks you to work with them." in page.text
    assert "Riverside Trust" in page.text
    assert "You will sign in as jo@example.org" in page.text
    home, key = set_up(page.submit("Yes, I will do it", name="Jo Reed", new_password=NEW_PASSWORD))
    assert home.path == "/coordinator/"
    assert "Welcome. You can begin now." in home.response.text
    listed = client.get("/coordinator/staff")
    assert "Gardener" in listed.text
    assert "Invite somebody" not in listed.text
    other = PageClient(app)
    dead(other, path)
    signed = other.get("/sign-in/password").submit("Sign in", email="jo@example.org", password=NEW_PASSWORD)
    signed = signed.submit("Sign in", code=app_code(key, steps=1))
    assert signed.path == "/coordinator/"


def test_a_form_sent_twice_is_for_the_same_person_and_adds_them_once(app: Flask, client: PageClient, invited: Any) -> None:
    path, _id = invited("jo@example.org")
    sent = {**form_of(client.get(path)), "name": "Jo Reed", "new_password": NEW_PASSWORD}
    first = client.http.post(path, data=sent)
    again = PageClient(app)
    second = again.http.post(path, data={**sent, "csrf_token": csrf(again)})
    assert (first.location, second.location) == ("/sign-in/set-up", "/sign-in/set-up")
    wrong = PageClient(app)
    refused = wrong.http.post(path, data={**sent, "csrf_token": csrf(wrong), "new_password": "not their password"})
    assert refused.status_code == 404
    with app.app_context():
        theirs = select(StaffRole.id).join(User, User.id == StaffRole.user_id).where(User.email == "jo@example.org")
        assert len(db.session().scalars(theirs).all()) == 1


def csrf(client: PageClient) -> str:
    return str(client.get("/join").fields("Go on")["csrf_token"])


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": ""}, "Type your name. Nothing was saved."),
        ({"new_password": "short"}, "Use at least 12 characters."),
        ({"new_password": "jo@example.org"}, "too easy to guess"),
    ],
)
def test_what_was_typed_badly_is_said_and_kept(client: PageClient, invited: Any, typed: dict[str, str], words: str) -> None:
    path, _id = invited("jo@example.org", name="")
    page = client.get(path).submit("Yes, I will do it", **{"name": "Jo Reed", "new_password": NEW_PASSWORD, **typed})
    assert words in page.text
    assert str(page.fields("Yes, I will do it")["name"]) == typed.get("name", "Jo Reed")
    assert finish(page.submit("Yes, I will do it", name="Jo Reed", new_password=NEW_PASSWORD)).path == "/coordinator/"


def test_every_link_that_can_not_be_used_is_answered_alike(app: Flask, client: PageClient, world: World, invited: Any) -> None:
    withdrawn, taken_back = invited("a@example.org")
    forged = withdrawn[:-1] + ("A" if withdrawn[-1] != "A" else "B")
    used, _id = invited("b@example.org")
    PageClient(app).get(used).submit("Yes, I will do it", name="Bo", new_password=NEW_PASSWORD)
    open_page = client.get(withdrawn)
    with app.app_context():
        place = Workplace(organisation_id=world.organisation_id)
        withdraw(db.session(), world.programme_id, place, taken_back, actor_id=None)
        db.session.commit()
    late = open_page.submit("Yes, I will do it", status=404, name="Jo", new_password=NEW_PASSWORD)
    assert late.heading == "This invitation does not work"
    assert len({dead(client, path) for path in (withdrawn, forged, used, "/join/nothing")}) == 1
    with clock.standing_at(clock.now() + timedelta(days=8)):
        old, _id = invited("c@example.org")
    assert dead(client, withdrawn)
    assert client.get(old).heading == "Your invitation"


def test_a_slip_is_typed_and_taken_up_with_an_address_of_one_s_own(
    app: Flask, client: PageClient, world: World, invited: Any
) -> None:
    _path, slip = invited("", "Jo")
    with app.app_context():
        place = Workplace(organisation_id=world.organisation_id)
        code = code_of(db.session(), app.config["KEYRING"], world.programme_id, place, slip)
    asked = client.get("/join")
    wrong = asked.submit("Go on", code="0000 0000 0000")
    assert "That code does not work." in wrong.text
    page = asked.submit("Go on", code=f"{code[:4].lower()} {code[4:8]}-{code[8:]}")
    assert page.heading == "Your invitation"
    assert form_of(page)["name"] == "Jo"
    taken = page.submit("Yes, I will do it", email=world.emails["manager"], new_password=NEW_PASSWORD)
    assert "Somebody has this address already." in taken.text
    taken = taken.submit("Yes, I will do it", email="jo@example.org", new_password=NEW_PASSWORD)
    assert finish(taken).path == "/coordinator/"
    assert "That code does not work." in PageClient(app).get("/join").submit("Go on", code=code).text


@pytest.mark.usefixtures("steady_clock")
def test_guessing_codes_is_slow(client: PageClient, world: World) -> None:
    assert world
    page = client.get("/join")
    for _guess in range(MOST_CODES):
        page.submit("Go on", code="0000 0000 0000")
    assert "Wait 15 minutes." in page.submit("Go on", status=429, code="0000 0000 0000").text


def test_somebody_with_a_password_gives_it_and_ends_in_the_new_role(client: PageClient, world: World, invited: Any) -> None:
    path, _id = invited(world.emails["other_coordinator"], kind=RoleKind.COORDINATOR)
    page = client.get(path)
    assert "name" not in form_of(page)
    wrong = page.submit("Yes, I will do it", password="not my password")
    assert "That is not the password of this address." in wrong.text
    home = finish(wrong.submit("Yes, I will do it", password=PASSWORD))
    assert home.path == "/coordinator/"
    assert "Riverside Trust" in home.response.text
    assert client.get("/sign-in/choose").text.count("Coordinator") == 2


def test_somebody_whose_role_ended_comes_back(app: Flask, client: PageClient, world: World, invited: Any) -> None:
    with app.app_context():
        place, session = Workplace(organisation_id=world.organisation_id), db.session()
        role = session.scalars(select(StaffRole.id).where(StaffRole.user_id == world.users["coordinator"])).one()
        take_role_away(session, world.programme_id, place, role, actor_id=None, today=clock.today())
        db.session.commit()
    path, _id = invited(world.emails["coordinator"])
    assert finish(client.get(path).submit("Yes, I will do it", password=PASSWORD)).path == "/coordinator/"


def test_who_is_signed_in_with_no_password_lately_gives_it_first(client: PageClient, world: World, invited: Any) -> None:
    path, _id = invited("", "Lo")
    world.sign_in(client, "other_coordinator")
    page = client.get(path)
    assert "You are signed in as Other Coordinator" in page.text
    asked = page.submit("Yes, I will do it")
    assert (asked.path, "Then say yes." in asked.response.text) == ("/sign-in/password", True)
    back = finish(asked.submit("Sign in", email=world.emails["other_coordinator"], password=PASSWORD))
    assert back.path == path
    assert "Riverside Trust" in back.submit("Yes, I will do it").response.text


def test_a_volunteer_signs_in_first_then_chooses_a_password(app: Flask, client: PageClient, world: World, invited: Any) -> None:
    with app.app_context():
        db.session().get_one(User, world.users["volunteer"]).password_hash = None
        db.session.commit()
    path, _id = invited(world.emails["volunteer"])
    page = client.get(path)
    assert "Sign in first." in page.text
    assert page.click("Sign in").path == "/sign-in"
    world.sign_in(client, "volunteer")
    page = client.get(path)
    assert "too easy" in page.submit("Yes, I will do it", new_password="aaaaaaaaaaaaaaaaa").text
    assert finish(page.submit("Yes, I will do it", new_password=NEW_PASSWORD)).path == "/coordinator/"


def test_the_seat_of_the_owner_taken_meanwhile_is_said_to_who_is_signed_in(
    app: Flask, client: PageClient, world: World, invited: Any
) -> None:
    there = Workplace(organisation_id=world.other_organisation_id)
    path, _id = invited("", "Lo", place=there, kind=RoleKind.ORGANISATION_OWNER)
    second, _id = invited(world.emails["manager"], place=there, kind=RoleKind.ORGANISATION_OWNER)
    PageClient(app).get(path).submit("Yes, I will do it", email="lo@example.org", new_password=NEW_PASSWORD)
    late = client.get(second).submit("Yes, I will do it", password=PASSWORD)
    assert "There is an owner here already. Nothing was changed." in late.text


def test_an_invitation_belongs_to_one_programme_and_can_be_read_by_nobody_else(app: Flask, world: World, invited: Any) -> None:
    _path, made = invited("jo@example.org")
    with app.app_context():
        row = db.session().get_one(Invitation, made)
        assert (row.programme_id, row.organisation_id) == (world.programme_id, world.organisation_id)
        assert b"jo@example.org" not in row.code_hash
