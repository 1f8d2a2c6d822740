"""Signing in with a password, choosing a role, and signing out."""

import pytest
from flask import Flask

from tests.page_client import PageClient
from tests.web.world import PASSWORD, World, app_code
from timecredits.network.models import RoleKind
from timecredits.network.users import give_role
from timecredits.network.volunteers import enrol_volunteer
from timecredits.web.database import db
from timecredits.web.sign_in.door import Way, let_in


def sign_in(client: PageClient, world: World, who: str) -> str:
    page = world.pass_both(client, who, follow=False, status=302)
    return (page.response.location or "").rstrip("/")


@pytest.mark.parametrize(
    ("who", "home"),
    [
        ("coordinator", "/coordinator"),
        ("owner", "/coordinator"),
        ("venue_manager", "/venue"),
        ("manager", "/programme"),
        ("volunteer", "/my"),
    ],
)
def test_everybody_comes_to_their_own_home(client: PageClient, world: World, who: str, home: str) -> None:
    assert sign_in(client, world, who) == home


@pytest.mark.parametrize("who", ["coordinator@example.org", "nobody@example.org"])
def test_a_wrong_password_and_a_wrong_address_read_the_same(client: PageClient, world: World, who: str) -> None:
    assert world.programme_id
    page = client.get("/sign-in/password").submit("Sign in", email=who, password="wrong wrong wrong")
    assert "That email and password do not go together." in page.text
    assert page.fields("Sign in")["email"] == who
    assert page.fields("Sign in")["password"] == ""


@pytest.mark.usefixtures("steady_clock")
def test_many_tries_pause_strangers_but_not_a_browser_that_is_known(client: PageClient, app: Flask, world: World) -> None:
    email = world.emails["owner"]
    assert sign_in(client, world, "owner")
    client.http.post("/sign-out", data={"csrf_token": client.get("/").fields("Sign out")["csrf_token"]})
    stranger = PageClient(app)
    page = stranger.get("/sign-in/password")
    for _ in range(9):  # the tenth was the sign-in above
        page = page.submit("Sign in", email=email, password="wrong")
    page = page.submit("Sign in", email=email, password=PASSWORD, status=429)
    assert "wait 15 minutes" in page.text
    assert sign_in(client, world, "owner") == "/coordinator"


def test_a_role_that_ended_is_said(client: PageClient, world: World, app: Flask) -> None:
    with app.app_context():
        from timecredits.network.models import StaffRole
        from timecredits.network.users import end_role

        for role in db.session.query(StaffRole).filter_by(user_id=world.users["manager"]):
            end_role(role)
        db.session.commit()
    page = client.get("/sign-in/password").submit("Sign in", email=world.emails["manager"], password=PASSWORD)
    assert "You have no role here right now." in page.text


def test_signing_out_ends_it_on_the_server(client: PageClient, app: Flask, world: World) -> None:
    world.sign_in(client, "volunteer")
    with client.http.session_transaction() as browser:
        kept = dict(browser)
    page = client.get("/").submit("Sign out")
    assert "You are signed out." in page.text
    thief = PageClient(app)
    with thief.http.session_transaction() as browser:
        browser.update(kept)
    assert thief.get("/my/").path == "/sign-in"


def test_signing_out_needs_a_form(client: PageClient, world: World) -> None:
    world.sign_in(client, "volunteer")
    client.get("/sign-out", status=405)
    client.post("/sign-out", {}, status=400)
    assert client.get("/sign-in").path == "/my/"


@pytest.fixture
def both(app: Flask, world: World) -> World:
    """A coordinator who volunteers too."""
    with app.app_context():
        enrol_volunteer(
            db.session(),
            world.programme_id,
            world.other_organisation_id,
            first_name="Cora",
            user_id=world.users["coordinator"],
        )
        db.session.commit()
    return world


def test_with_two_roles_one_chooses_and_changes(client: PageClient, both: World) -> None:
    assert sign_in(client, both, "coordinator") == "/sign-in/choose"
    page = client.get("/sign-in/choose")
    assert page.text.count("Riverside Trust") == 1
    keys = [str(button["value"]) for button in page.soup.select("button[name=capacity]")]
    token = page.fields()["csrf_token"]
    assert [key.split(":")[0] for key in keys] == ["coordinator", "volunteer"]
    assert client.post("/sign-in/choose", {"capacity": keys[1], "csrf_token": token}).path == "/my/"
    token = client.get("/sign-in/choose").fields()["csrf_token"]
    location = client.post("/sign-in/choose", {"capacity": keys[0], "csrf_token": token}, follow=False, status=302)
    assert location.response.location.rstrip("/") == "/coordinator"


def test_the_wanted_page_settles_which_role(client: PageClient, both: World) -> None:
    client.get("/my/statement")
    assert sign_in(client, both, "coordinator") == "/my/statement"


def test_somebody_elses_role_can_not_be_chosen(client: PageClient, both: World) -> None:
    both.sign_in(client, "other_volunteer")
    token = client.get("/sign-in/choose").fields()["csrf_token"]
    client.post("/sign-in/choose", {"capacity": f"volunteer:{both.volunteer_id}", "csrf_token": token}, status=404)
    client.post("/sign-in/choose", {"capacity": "nonsense", "csrf_token": token}, status=404)


def test_a_volunteer_let_in_by_mail_gives_a_password_before_acting_as_staff(client: PageClient, app: Flask, world: World) -> None:
    world.sign_in(client, "volunteer")
    with app.app_context():
        role = give_role(db.session(), world.programme_id, world.users["volunteer"], RoleKind.PROGRAMME_MANAGER)
        key = f"programme_manager:{role.id}"
        db.session.commit()
    token = client.get("/sign-in/choose").fields()["csrf_token"]
    page = client.post("/sign-in/choose", {"capacity": key, "csrf_token": token})
    assert page.path == "/sign-in/password"
    assert "Type your password to go on." in page.text
    page = page.submit("Sign in", email=world.emails["volunteer"], password=PASSWORD)
    assert page.heading == "Set up your second step"
    world.give_app(app, "volunteer")
    page = client.get("/sign-in/second").submit("Sign in", code=app_code(), follow=False, status=302)
    assert page.response.location.rstrip("/") == "/programme"


@pytest.mark.parametrize("way", [Way.EMAIL_CODE, Way.CARD, Way.SLIP, Way.PASSWORD])
def test_no_one_step_opens_a_staff_role(app: Flask, world: World, way: Way) -> None:
    with app.test_request_context():
        assert let_in(world.users["coordinator"], way) is None
        assert let_in(world.users["coordinator"], Way.BOTH_STEPS) is not None


def test_a_new_sign_in_takes_nothing_over_from_the_session_before(client: PageClient, world: World) -> None:
    with client.http.session_transaction() as browser:
        browser["planted"] = "by somebody else"
    sign_in(client, world, "coordinator")
    with client.http.session_transaction() as browser:
        assert "planted" not in browser


def test_going_from_one_role_to_another_needs_the_password_after_a_working_day(
    client: PageClient, app: Flask, world: World
) -> None:
    world.sign_in(client, "coordinator")  # without a mark that a password was given lately
    with app.app_context():
        role = give_role(db.session(), world.programme_id, world.users["coordinator"], RoleKind.PROGRAMME_MANAGER)
        key = f"programme_manager:{role.id}"
        db.session.commit()
    token = client.get("/sign-in/choose").fields()["csrf_token"]
    assert client.post("/sign-in/choose", {"capacity": key, "csrf_token": token}).path == "/sign-in/password"
