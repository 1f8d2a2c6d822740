"""A programme manager's settings: seen, looked at, saved, set back."""

import pytest
from flask import Flask

from tests.page_client import Page, PageClient
from tests.web.world import World
from timecredits.network.settings import Settings, read_settings
from timecredits.web.database import db
from timecredits.web.programme.setting_words import SETTINGS

SHOW, SAVE = "Show what would change", "Save this change"


@pytest.fixture
def manager(client: PageClient, world: World) -> PageClient:
    return world.sign_in(client, "manager")


def stands(app: Flask, world: World) -> Settings:
    with app.app_context():
        return read_settings(db.session(), world.programme_id)


def change(manager: PageClient, name: str, value: str) -> Page:
    return manager.get(f"/programme/settings/{name}").submit(SHOW, value=value).submit(SAVE)


def test_every_setting_has_its_words_and_its_page(manager: PageClient) -> None:
    page = manager.get("/programme").click("Settings")
    assert set(SETTINGS) == set(Settings.__slots__)
    for words in SETTINGS.values():
        shown = page.click(str(words.title))
        assert shown.heading == str(words.title)
        assert "Nobody has changed this yet." in shown.text


def test_a_change_is_shown_first_then_saved_then_set_back(app: Flask, manager: PageClient, world: World) -> None:
    page = manager.get("/programme/settings/credit_step").submit(SHOW, value="15")
    assert "2 hours 50 minutes of help brings 2¾ credits. 5 minutes carry over." in page.text
    assert "Nothing is changed yet." in page.text
    assert stands(app, world).credit_step == 1
    saved = page.submit(SAVE)
    assert "Saved. From now on: Quarters of a credit." in saved.text
    assert "From “To the minute” to “Quarters of a credit”." in saved.text
    assert "Manager" in saved.text
    assert stands(app, world).credit_step == 15
    assert "Changed by Manager" in manager.get("/programme/settings").text
    back = saved.submit("Set back to: To the minute")
    assert "From now on: To the minute." in back.text
    assert stands(app, world) == Settings()


def test_saving_twice_changes_once(app: Flask, manager: PageClient, world: World) -> None:
    page = manager.get("/programme/settings/overlap").submit(SHOW, value="stop")
    page.submit(SAVE)
    assert "It is set like that now. Nothing was changed." in page.submit(SAVE).text
    assert stands(app, world).overlap == "stop"


@pytest.mark.parametrize(
    ("name", "typed", "minutes"),
    [
        ("credits_a_day", "4", 240),
        ("credits_a_day", "2,5", 150),
        ("credits_a_week", "30", 1800),
        ("daily_limit", "7½", 450),
        ("daily_limit", "7:50", 470),
    ],
)
def test_amounts_are_typed_as_people_write_them(
    app: Flask, manager: PageClient, world: World, name: str, typed: str, minutes: int
) -> None:
    page = change(manager, name, typed)
    assert "Saved. From now on:" in page.text
    assert getattr(stands(app, world), name) == minutes
    assert "Nothing was changed" in page.submit(SHOW).text  # what it shows is what is set


def test_an_empty_limit_is_none(app: Flask, manager: PageClient, world: World) -> None:
    change(manager, "credits_a_day", "4")
    assert "Saved. From now on: No limit." in change(manager, "credits_a_day", "").text
    assert stands(app, world).credits_a_day is None


@pytest.mark.parametrize("do", ["look", "save"])
@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("credit_step", "7", "Choose one of these"),
        ("credit_step", "", "Choose one of these"),
        ("overlap", "perhaps", "Choose one of these"),
        ("credits_a_day", "lots", "Type a number like 4 or 2.5"),
        ("credits_a_day", "nan", "Type a number like 4 or 2.5"),
        ("credits_a_day", "-1", "can not be set"),
        ("credits_a_day", "25", "can not be set"),
        ("credits_a_day", "9e999", "Type a number"),
        ("credits_a_week", "0", "can not be set"),
        ("daily_limit", "", "Type a number like 4 or 2.5"),
        ("daily_limit", "7:-30x", "Type a number"),
    ],
)
def test_what_can_not_be_set_changes_nothing_and_stays_as_typed(
    app: Flask, manager: PageClient, world: World, name: str, value: str, words: str, do: str
) -> None:
    page = manager.get(f"/programme/settings/{name}").submit(SHOW, value=value, do=do)
    assert words in page.text
    assert "Nothing was changed" in page.text
    if "Type a number" in words:
        assert page.fields(SHOW)["value"] == value
    assert stands(app, world) == Settings()


def test_a_limit_is_no_less_than_a_step(app: Flask, manager: PageClient, world: World) -> None:
    change(manager, "credit_step", "60")
    page = manager.get("/programme/settings/credits_a_day").submit(SHOW, value="0.5")
    assert "A limit can not be less than one step of credit." in page.text
    assert stands(app, world).credits_a_day is None


def test_only_a_programmes_manager_may_set_and_only_what_there_is(client: PageClient, world: World) -> None:
    for who in ("coordinator", "owner", "volunteer", "venue_manager"):
        world.sign_in(client, who).get("/programme/settings", status=403)
        client.get("/programme/settings/overlap", status=403)
    world.sign_in(client, "manager").get("/programme/settings/colour", status=404)
    page = client.get("/programme/settings/overlap")
    token = page.fields(SHOW)["csrf_token"]
    client.post(page.path, {"csrf_token": token, "do": "back", "change": str(world.venue_id)}, status=404)
