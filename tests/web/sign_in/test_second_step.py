"""Staff come in by two steps, or by a passkey; half way in one is nobody."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.page_client import Page, PageClient
from tests.web.second_step import key_on, recovery_codes_on, set_up
from tests.web.world import PASSWORD, World, app_code
from timecredits.foundation import clock
from timecredits.foundation.audit import AuditEntry
from timecredits.network.models import User
from timecredits.network.second_factor import MOST_TRIES, reset_second_step
from timecredits.network.sign_in_models import AuthenticatorApp, RecoveryCode, SignIn
from timecredits.network.users import set_password
from timecredits.web.database import db

pytestmark = pytest.mark.usefixtures("steady_clock")
STAFF = ("coordinator", "owner", "venue_manager", "manager")


def by_password(client: PageClient, world: World, who: str = "coordinator") -> Page:
    return client.get("/sign-in/password").submit("Sign in", email=world.emails[who], password=PASSWORD)


def sign_ins(app: Flask, who: object) -> int:
    with app.app_context():
        there = select(func.count()).where(SignIn.user_id == who, SignIn.ended_at.is_(None))
        return db.session().scalar(there) or 0


def actions(app: Flask) -> list[str]:
    with app.app_context():
        found = select(AuditEntry.action).where(AuditEntry.action != "kiosk made")
        return list(db.session().scalars(found.order_by(AuditEntry.recorded_at, AuditEntry.id)))


@pytest.mark.parametrize("who", STAFF)
def test_half_way_in_one_is_nobody(app: Flask, client: PageClient, world: World, who: str) -> None:
    assert by_password(client, world, who).heading == "Set up your second step"
    assert sign_ins(app, world.users[who]) == 0
    for path in ("/coordinator/", "/programme", "/venue", "/how-i-sign-in", "/sign-in/choose"):
        assert client.get(path).path == "/sign-in", path
    world.give_app(app, who)
    assert by_password(client, world, who).heading == "One more step"
    assert sign_ins(app, world.users[who]) == 0
    assert client.get("/how-i-sign-in").path == "/sign-in"


def test_a_volunteer_needs_no_second_step(client: PageClient, world: World) -> None:
    assert by_password(client, world, "volunteer").path == "/my/"


def test_the_first_time_one_sets_it_up_keeps_codes_and_is_in(app: Flask, client: PageClient, world: World) -> None:
    page = by_password(client, world)
    assert "<svg" in page.response.text
    key = key_on(page)
    assert len(key) == 32
    wrong = page.submit("Save this app", code="000000")
    assert "That code did not work." in wrong.text
    assert key_on(wrong) == key
    codes = wrong.submit("Save this app", code=app_code(key))
    shown = recovery_codes_on(codes)
    assert (len(shown), len(set(shown))) == (10, 10)
    assert sign_ins(app, world.users["coordinator"]) == 0
    unticked = codes.submit("Go on")
    assert (unticked.heading, set(recovery_codes_on(unticked)) & set(shown)) == ("Keep these codes", set())
    home = unticked.submit("Go on", kept="y")
    assert home.path == "/coordinator/"
    assert "Your second step is set up." in home.response.text
    assert actions(app) == ["second step set up"]
    with app.app_context():
        app_row = db.session().scalars(select(AuthenticatorApp)).one()
        assert key.encode() not in app_row.secret_sealed
        hashes = db.session().scalars(select(RecoveryCode.code_hash)).all()
        assert len(hashes) == 10


def test_a_code_is_good_once_and_no_older_one_is_taken_after_it(app: Flask, client: PageClient, world: World) -> None:
    world.give_app(app, "coordinator")
    assert by_password(client, world).submit("Sign in", code=app_code(steps=-1)).path == "/coordinator/"
    again = by_password(PageClient(app), world)
    assert "That code did not work." in again.submit("Sign in", code=app_code(steps=-1)).text
    assert again.submit("Sign in", code=app_code()).path == "/coordinator/"
    older = by_password(PageClient(app), world)
    assert "That code did not work." in older.submit("Sign in", code=app_code(steps=-1)).text
    assert "That code did not work." in older.submit("Sign in", code=app_code(steps=2)).text
    assert older.submit("Sign in", code=f" {app_code(steps=1)[:3]} {app_code(steps=1)[3:]}").path == "/coordinator/"


def test_a_recovery_code_lets_one_in_once(app: Flask, client: PageClient, world: World) -> None:
    codes = by_password(client, world)
    codes = codes.submit("Save this app", code=app_code(key_on(codes)))
    first = recovery_codes_on(codes)[0]
    other = PageClient(app)
    by_password(other, world)
    page = other.get("/sign-in/second").click("Use a recovery code")
    assert "That code did not work." in page.submit("Sign in", code="0000 0000 0000").text
    home = page.submit("Sign in", code=first.lower().replace(" ", "-"))
    assert home.path == "/coordinator/"
    assert "That code is used up. You have 9 more." in home.response.text
    third = PageClient(app)
    by_password(third, world)
    assert "Each code works once." in third.get("/sign-in/recovery").submit("Sign in", code=first).text
    assert "recovery code used" in actions(app)


def test_half_way_ends_by_time_by_a_new_password_and_when_disabled(app: Flask, client: PageClient, world: World) -> None:
    world.give_app(app, "coordinator")
    page = by_password(client, world)
    with clock.standing_at(clock.now() + timedelta(minutes=11)):
        late = page.submit("Sign in", code=app_code())
        assert (late.path, "Please begin again." in late.response.text) == ("/sign-in/password", True)
    page = by_password(client, world)
    with app.app_context():
        set_password(db.session().get_one(User, world.users["coordinator"]), "another lamp seven rivers")
        db.session.commit()
    assert page.submit("Sign in", code=app_code()).path == "/sign-in/password"
    page = by_password(client, world, "owner")
    with app.app_context():
        db.session().get_one(User, world.users["owner"]).disabled_at = clock.now()
        db.session.commit()
    assert page.submit("Save this app", code=app_code(key_on(page))).path == "/sign-in/password"
    assert sign_ins(app, world.users["owner"]) == 0


def test_who_set_one_up_meanwhile_keeps_it(app: Flask, client: PageClient, world: World) -> None:
    """Somebody else with the password, half way in since before, can't put an app of theirs in its place."""
    thief = PageClient(app)
    page = by_password(thief, world)
    set_up(by_password(client, world))
    stolen = page.submit("Save this app", code=app_code(key_on(page)))
    assert stolen.heading == "One more step"
    assert thief.get("/coordinator/").path == "/sign-in"


def test_tries_are_counted_and_a_known_browser_has_its_own(app: Flask, client: PageClient, world: World) -> None:
    assert world.pass_both(client, "coordinator").path == "/coordinator/"
    client.get("/coordinator/").submit("Sign out")
    thief = by_password(PageClient(app), world)
    for _ in range(MOST_TRIES - 1):  # the first was the sign-in above, from a browser not known yet
        thief.submit("Sign in", code="000000")
    stopped = thief.submit("Sign in", code=app_code(steps=1), status=429)
    assert "wait 15 minutes" in stopped.text
    assert by_password(client, world).submit("Sign in", code=app_code(steps=1)).path == "/coordinator/"
    with clock.standing_at(clock.now() + timedelta(minutes=15)):
        later = by_password(PageClient(app), world)
        assert later.submit("Sign in", code=app_code(steps=0)).path == "/coordinator/"


def test_setting_up_signs_out_every_other_browser(app: Flask, client: PageClient, world: World) -> None:
    old = world.sign_in(PageClient(app), "coordinator")
    assert old.get("/coordinator/").path == "/coordinator/"
    set_up(by_password(client, world))
    assert old.get("/coordinator/").path == "/sign-in"
    assert client.get("/coordinator/").path == "/coordinator/"


def test_a_reset_ends_everything_and_tells_them(app: Flask, client: PageClient, world: World) -> None:
    owner = world.sign_in(PageClient(app), "owner")
    set_up(by_password(client, world))
    page = owner.get("/coordinator/staff").click("Coordinator")
    done = page.submit("Take their second step away")
    assert "Done. They are signed out." in done.response.text
    assert client.get("/coordinator/").path == "/sign-in"
    assert "second step reset" in actions(app)
    assert by_password(client, world).heading == "Set up your second step"
    with app.app_context():
        assert reset_second_step(db.session(), world.users["coordinator"], actor_id=None) is False
    mine = owner.get("/coordinator/staff").click("Owner")
    assert "Take their second step away" not in mine.text
    own = {"csrf_token": mine.fields()["csrf_token"]}
    assert "Somebody else must do this for you." in owner.post(f"{mine.path}/second-step", own).response.text


def test_only_who_keeps_the_staff_resets(app: Flask, client: PageClient, world: World) -> None:
    coordinator, owner = world.sign_in(client, "coordinator"), world.sign_in(PageClient(app), "owner")
    page = owner.get("/coordinator/staff").click("Coordinator")
    token = {"csrf_token": coordinator.get("/sign-in/choose").fields()["csrf_token"]}
    coordinator.post(f"{page.path}/second-step", token, status=403)
    assert actions(app) == []
