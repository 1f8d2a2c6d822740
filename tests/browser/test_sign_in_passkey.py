"""A passkey in a real browser: made after the password, and then all it takes to sign in. Without scripts an app does."""

import socket
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.browser.served_world import ServedWorld, serve_world
from tests.real.axe import violations
from tests.real.chromium import PHONE, OpenContext
from tests.real.served import ServedApp, served
from tests.web.world import PASSWORD, app_code
from timecredits.web.database import db

pytestmark = pytest.mark.browser


@pytest.fixture
def site(sqlite_url: str) -> Iterator[ServedWorld]:
    """Served as "localhost": browsers take no number for the name of a passkey's site."""
    with ExitStack() as running:

        def serve(app: str, database_url: str, *, environment: Mapping[str, str] | None = None, **_more: Any) -> ServedApp:
            with socket.socket() as finder:
                finder.bind(("127.0.0.1", 0))
                port = finder.getsockname()[1]
            named = {"BASE_URL": f"http://localhost:{port}", "TRUSTED_HOSTS": "localhost,127.0.0.1"}
            site = running.enter_context(served(app, database_url, environment={**(environment or {}), **named}, port=port))
            return ServedApp(named["BASE_URL"], site.pid, site.log)

        world = serve_world(serve, sqlite_url, minutes=0)
        yield world
        with world.app.app_context():
            db.engine.dispose()


def plug_in_a_reader(page: Page, *, verifies: bool = True) -> CDPSession:
    """Let this page's browser have an authenticator inside that looks at its owner by itself, or fails to.

    It is told where the page stands already: a browser forgets it on the way from an empty page to a site.
    """
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": verifies,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session


def by_password(page: Page, site: ServedWorld, address: str) -> None:
    page.goto(f"{address}/sign-in/password")
    page.get_by_label("Your email address").fill(site.world.emails["owner"])
    page.get_by_label("Your password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up your second step")


def test_a_passkey_is_made_and_opens_the_door_alone(site: ServedWorld, open_context: OpenContext) -> None:
    page = open_context(**PHONE).new_page()
    by_password(page, site, site.url)
    assert violations(page) == []
    page.reload()  # axe leaves a frame behind, in which the browser would look for its reader
    reader = plug_in_a_reader(page)
    page.get_by_role("button", name="Use a passkey on this device").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Keep these codes")
    expect(page.locator(".tc-codes li")).to_have_count(10)
    page.get_by_label("I have kept them").check()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Today")
    page.goto(f"{site.url}/how-i-sign-in")
    expect(page.locator("main")).to_contain_text("This one")
    expect(page.locator("main")).to_contain_text("You have 10 of 10 left.")
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.goto(f"{site.url}/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Today")
    reader.detach()
    page.goto(f"{site.url}/how-i-sign-in")
    assert violations(page) == []


def test_a_reader_that_does_not_know_its_owner_opens_nothing(site: ServedWorld, open_context: OpenContext) -> None:
    page = open_context(**PHONE).new_page()
    by_password(page, site, site.url)
    plug_in_a_reader(page, verifies=False)
    page.get_by_role("button", name="Use a passkey on this device").click()
    expect(page.locator("[data-passkey-said]")).to_have_text("That did not work. Try again, or use another way.")
    page.goto(f"{site.url}/coordinator/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_without_scripts_an_app_does(site: ServedWorld, open_context: OpenContext) -> None:
    page = open_context(**PHONE, java_script_enabled=False).new_page()
    by_password(page, site, site.url)
    expect(page.get_by_role("button", name="Use a passkey on this device")).to_be_hidden()
    key = page.locator(".tc-app-key").inner_text().replace(" ", "")
    page.get_by_label("The 6 digits").fill(app_code(key))
    page.get_by_role("button", name="Save this app").click()
    page.get_by_label("I have kept them").check()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Today")
