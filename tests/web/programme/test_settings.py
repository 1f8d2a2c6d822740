"""A programme manager's settings: seen, looked at, saved, set back."""

import pytest
from flask import Flask

from tests.page_client import Page, PageClient
from tests.web.world import World
from timecredits.network.settings import Settings, change_setting, read_settings
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


def test_every_setting_says_in_numbers_what_it_would_change_or_that_it_can_not(manager: PageClient) -> None:
    for words in SETTINGS.values():
        page = manager.get(f"/programme/settings/{words.name}")
        value = next((str(each) for each, _label in words.choices[1:]), "3")
        shown = page.submit(SHOW, value=value)
        if "It is set like that now" in shown.text:
            shown = page.submit(SHOW, value=str(words.choices[0][0]))
        assert "What would change" in shown.text, words.name
        assert ("In numbers then" in shown.text) != ("We can not say this in numbers" in shown.text), words.name


def test_a_look_at_what_would_go_changes_nothing(app: Flask, manager: PageClient, world: World) -> None:
    page = manager.get("/programme/settings/keep_people_months").submit(SHOW, value="12")
    assert "Nothing is due to go today." in page.text
    assert stands(app, world) == Settings()
    assert "Nobody has changed this yet." in page.text


def test_all_changes_are_listed_and_can_be_taken_along(manager: PageClient) -> None:
    assert "Nobody has changed a setting yet" in manager.get("/programme/settings").click("See every change").text
    change(manager, "credit_step", "15")
    change(manager, "keep_people_months", "24")
    page = manager.get("/programme/settings/history")
    assert page.text.index("People who left") < page.text.index("Steps of credit")
    assert "Until they ask" in page.text
    assert "2 years" in page.text
    rows = manager.http.get("/programme/settings/history.csv").get_data(as_text=True).splitlines()
    assert rows[0] == "\ufeffWhen,Setting,Before,From then on,Who"
    assert rows[1].endswith(",People who left,Until they ask,2 years,Manager")
    assert len(rows) == 3


def test_many_changes_stand_on_more_than_one_page(manager: PageClient, app: Flask, world: World) -> None:
    with app.app_context():
        for number in range(60):
            change_setting(db.session(), world.programme_id, "daily_limit", 60 + number, actor_id=None)
        db.session().commit()
    page = manager.get("/programme/settings/history").click("Earlier changes")
    assert "Nobody by name" in page.text
    assert "Later changes" in page.text
    assert "Earlier changes" not in page.text
    for odd in ("0", "-3", "9999999", "x"):
        manager.get(f"/programme/settings/history?page={odd}")


def test_languages_and_letterheads_are_told_as_they_are(manager: PageClient) -> None:
    page = manager.get("/programme/settings")
    assert "Until then we do not offer it." in page.text
    heads = page.click("Letterheads")
    assert heads.text.index("Lantern House") < heads.text.index("Riverside Trust"), "who has none stands first"
    assert "No address yet. Ask them to add it." in heads.text
