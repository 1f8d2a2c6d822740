"""Keys for partners: made with the fewest rights, shown once, ended."""

from datetime import timedelta

import pytest
from flask import Flask

from tests.page_client import PageClient
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.network.api_tokens import find_partner
from timecredits.web.database import db


@pytest.fixture
def manager(client: PageClient, world: World) -> PageClient:
    return world.sign_in(client, "manager")


def key_on(page: object) -> str:
    found = page.soup.select_one("code.tc-key")  # type: ignore[attr-defined]
    return "" if found is None else found.get_text()


def test_a_key_is_made_shown_once_and_ended(app: Flask, manager: PageClient, world: World) -> None:
    page = manager.get("/programme").click("Keys for partners")
    assert "There are no keys yet" in page.text
    form = page.click("Make a key")
    sent = {**form.fields("Make the key"), "name": "The library", "scopes": ["offers:read", "venues:read"], "days": "90"}
    made = manager.post(form.path, sent)
    key = key_on(made)
    assert made.heading == "The key is made"
    assert key.startswith("tc_1_")
    with app.app_context():
        found = find_partner(db.session(), key)
        assert found is not None
        assert (found.programme_id, found.scopes) == (world.programme_id, {"offers:read", "venues:read"})
    again = manager.post(form.path, sent)
    assert again.heading == "This key was made before"
    assert key_on(again) == ""
    listed = manager.get("/programme/keys")
    assert key not in listed.response.text
    assert "See what venues offer See the venues" in listed.text
    assert "Not used yet." in listed.text
    ended = listed.submit("End this key")
    assert "The key of The library does not work any more." in ended.response.text
    assert "Ended" in ended.text
    with app.app_context():
        assert find_partner(db.session(), key) is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": " "}, "Say whom the key is for."),
        ({"name": "x" * 61}, "Use at most 60 letters"),
        ({"scopes": []}, "Tick what the key is good for."),
        ({"scopes": ["everything"]}, "Tick what the key is good for."),
        ({"days": "4000"}, "Choose how long the key is good."),
        ({"days": "soon"}, "Choose how long the key is good."),
    ],
)
def test_what_can_not_be_makes_no_key_and_stays_as_typed(manager: PageClient, changes: dict[str, object], words: str) -> None:
    form = manager.get("/programme/keys/new")
    sent = {**form.fields("Make the key"), "name": "The library", "scopes": ["offers:read"], "days": "30", **changes}
    page = manager.post(form.path, sent)
    assert words in page.text
    assert "No key was made." in page.text
    if "name" not in changes:
        assert page.fields("Make the key")["name"] == "The library"
    assert "There are no keys yet" in manager.get("/programme/keys").text


def test_a_key_that_is_too_old_works_no_more(app: Flask, manager: PageClient) -> None:
    form = manager.get("/programme/keys/new")
    key = key_on(form.submit("Make the key", name="The library", scopes=["offers:read"], days="30"))
    with app.app_context(), clock.standing_at(clock.now() + timedelta(days=30, seconds=1)):
        assert find_partner(db.session(), key) is None


def test_only_a_programmes_manager_and_only_their_own_keys(client: PageClient, world: World) -> None:
    for who in ("coordinator", "venue_manager", "volunteer"):
        world.sign_in(client, who).get("/programme/keys", status=403)
    manager = world.sign_in(client, "manager")
    token = manager.get("/programme/keys/new").fields("Make the key")["csrf_token"]
    client.post(f"/programme/keys/{new_id()}/end", {"csrf_token": token}, status=404)
