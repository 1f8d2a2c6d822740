"""Tries with a passkey: of a user whose password was right theirs, of everybody else those of the place they come from."""

from datetime import timedelta

import pytest
from flask import Flask

from tests.network.soft_passkey import SoftPasskey
from tests.page_client import Page, PageClient
from tests.web.sign_in.test_keeping import add_passkey, ask, sign_in_by_passkey
from tests.web.sign_in.test_second_step import by_password
from tests.web.world import World, app_code
from timecredits.foundation import clock
from timecredits.network import second_factor
from timecredits.network.second_factor import MOST_FROM_ONE, MOST_TRIES
from timecredits.network.tries import count_try
from timecredits.web.database import db

pytestmark = pytest.mark.usefixtures("steady_clock")
STOPPED = "wait 15 minutes"
WRONG = "That passkey did not work here."


@pytest.fixture
def key(app: Flask, world: World) -> SoftPasskey:
    """The owner's, who has an app too."""
    base: str = app.config["BASE_URL"]
    key = SoftPasskey(origin=base, rp_id="127.0.0.1")
    world.give_app(app, "owner")
    add_passkey(world.sign_in(PageClient(app), "owner"), key)
    return key


def show(client: PageClient, page: Page, key: SoftPasskey, **changed: object) -> Page:
    """Show it as the second step."""
    answer = key.show(ask(client, page, "/sign-in/passkey/ask"), **changed)
    return page.submit("Use my passkey", credential=answer)


def count(app: Flask, subject: str, times: int) -> None:
    with app.app_context():
        count_try(db.session(), subject, within=second_factor.WITHIN, times=times)
        db.session.commit()


def test_the_tries_of_a_user_are_counted_and_end(client: PageClient, world: World, key: SoftPasskey) -> None:
    page = by_password(client, world, "owner")
    for _ in range(MOST_TRIES):
        page = show(client, page, key, spoilt=True)
        assert WRONG in page.response.text
    assert STOPPED in show(client, page, key).response.text
    assert client.get("/coordinator/").path == "/sign-in"
    page = by_password(client, world, "owner")
    assert STOPPED in page.submit("Sign in", code=app_code(), status=429).text, "codes and passkeys have one count"
    with clock.standing_at(clock.now() + timedelta(minutes=15)):
        assert show(client, by_password(client, world, "owner"), key).path == "/coordinator/"


def test_a_browser_that_let_them_in_goes_on(app: Flask, client: PageClient, world: World, key: SoftPasskey) -> None:
    assert sign_in_by_passkey(client, key).path == "/coordinator/"
    client.get("/coordinator/").submit("Sign out")
    count(app, f"second step of {world.users['owner']}", MOST_TRIES)
    count(app, "wrong second steps", second_factor.MOST_IN_ALL)
    assert show(client, by_password(client, world, "owner"), key).path == "/coordinator/"
    stranger = PageClient(app)
    assert STOPPED in show(stranger, by_password(stranger, world, "owner"), key).response.text


def test_the_tries_of_a_place_are_counted_and_end(app: Flask, client: PageClient, key: SoftPasskey) -> None:
    assert WRONG in sign_in_by_passkey(client, key, spoilt=True).response.text
    count(app, "passkeys from 127.0.0.1", MOST_FROM_ONE - 1)
    assert STOPPED in sign_in_by_passkey(client, key).response.text
    with clock.standing_at(clock.now() + timedelta(minutes=15)):
        assert sign_in_by_passkey(client, key).path == "/coordinator/"


def test_wrong_ones_in_all_stop_browsers_that_nobody_came_in_with(app: Flask, client: PageClient, key: SoftPasskey) -> None:
    assert sign_in_by_passkey(client, key).path == "/coordinator/"
    client.get("/coordinator/").submit("Sign out")
    count(app, "wrong passkeys", second_factor.MOST_IN_ALL - 1)
    stranger = PageClient(app)
    assert WRONG in sign_in_by_passkey(stranger, key, spoilt=True).response.text
    assert STOPPED in sign_in_by_passkey(stranger, key).response.text
    assert sign_in_by_passkey(client, key).path == "/coordinator/"


def test_who_has_no_password_uses_up_nobody_s_tries(
    app: Flask, client: PageClient, world: World, key: SoftPasskey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stranger who shows spoilt passkeys all day stops no code typed after the right password."""
    monkeypatch.setattr(second_factor, "MOST_IN_ALL", 2)
    for _ in range(3):
        sign_in_by_passkey(client, key, spoilt=True)
    assert STOPPED in sign_in_by_passkey(client, key).response.text
    assert by_password(PageClient(app), world, "owner").submit("Sign in", code=app_code()).path == "/coordinator/"
