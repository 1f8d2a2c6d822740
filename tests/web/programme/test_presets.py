"""What jobs usually ask, as a programme's managers keep it: seen, changed, hidden, added, set back; and audited."""

import pytest
from flask import Flask
from sqlalchemy import select

from tests.page_client import Page, PageClient
from tests.web.world import World
from timecredits.foundation.audit import AuditEntry
from timecredits.journey.planning.presets import presets_of, usual_presets
from timecredits.web.database import db


@pytest.fixture
def manager(client: PageClient, world: World) -> PageClient:
    return world.sign_in(client, "manager")


def add(manager: PageClient, **typed: str) -> Page:
    values = {"name": "Bus driver", "referees": "3", "window_years": "5", "source": "The bus firm's advert"}
    return manager.get("/programme/presets").click("Add a kind of job").submit("Save", **{**values, **typed})


def names(app: Flask, world: World) -> list[str]:
    with app.app_context():
        return [each.name for each in presets_of(db.session(), world.programme_id)]


def done(app: Flask) -> list[tuple[str, bool]]:
    with app.app_context():
        query = select(AuditEntry.action, AuditEntry.actor_id).where(AuditEntry.action.startswith("preset"))
        return [(action, actor_id is not None) for action, actor_id in db.session.execute(query.order_by(AuditEntry.recorded_at))]


def test_every_usual_one_is_shown_with_what_it_asks_and_its_source(manager: PageClient) -> None:
    page = manager.get("/programme/presets")
    assert page.heading == "What jobs usually ask"
    for preset in usual_presets():
        shown = page.click(preset.name)
        assert shown.heading == preset.name
        assert preset.source in shown.text
        assert "Go back to the usual one" not in shown.text


def test_a_change_is_seen_by_volunteers_and_can_be_taken_back(app: Flask, world: World, manager: PageClient) -> None:
    form = manager.get("/programme/presets/nhs").click("Change it")
    assert form.fields("Save")["window_years"] == "3"
    saved = form.submit("Save", name="The hospital", window_years="4", must_be_at_org="y")
    assert saved.heading == "The hospital"
    assert "What the person did in the last 4 years is shown." in saved.text
    assert "Each is still at the place they know the person from." in saved.text
    assert "Changed by Manager on " in saved.text
    assert "The hospital" in names(app, world)
    assert "It is like that now. Nothing was changed." in saved.click("Change it").submit("Save").text
    back = saved.submit("Go back to the usual one")
    assert back.heading == "A job in the NHS"
    assert done(app) == [("preset changed", True), ("preset set back", True)]


def test_a_hidden_one_can_be_shown_again(app: Flask, world: World, manager: PageClient) -> None:
    hidden = manager.get("/programme/presets/bpss").submit("Hide it from volunteers")
    assert "This is hidden. Volunteers do not see it." in hidden.text
    assert "Hidden" in manager.get("/programme/presets").text
    assert "A government job (BPSS)" not in names(app, world)
    hidden.submit("Show it to volunteers")
    assert "A government job (BPSS)" in names(app, world)


def test_one_is_added_once_and_taken_away(app: Flask, world: World, manager: PageClient) -> None:
    form = manager.get("/programme/presets/new")
    for _ in range(2):
        page = form.submit("Save", name="Bus driver", referees="3", source="The bus firm's advert")
        assert page.heading == "Bus driver"
    assert names(app, world).count("Bus driver") == 1
    assert "Yours" in manager.get("/programme/presets").text
    gone = page.submit("Take it away")
    assert gone.path == "/programme/presets"
    assert "Bus driver" not in names(app, world)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": ""}, "Type the kind of job. Nothing was saved."),
        ({"name": "A usual job"}, "There is a kind of job with this name. Nothing was saved."),
        ({"source": " "}, "Type where you read this. Nothing was saved."),
        ({"source": "x" * 301}, "That is too long. Use at most 300 letters. Nothing was saved."),
        ({"referees": "many"}, "Type how many people, from 1 to 10."),
        ({"window_years": "9", "window_months": "120"}, "That is more than 10 years. Type less."),
        ({"checked_on": ["31", "2", "2026"]}, "Type a day that exists, like 21 11 2026. Nothing was saved."),
        ({"checked_on": ["1", "1", "2200"]}, "1 January 2200 has not come yet. Nothing was saved."),
    ],
)
def test_what_can_not_be_is_told_and_keeps_what_was_typed(
    app: Flask, world: World, manager: PageClient, typed: dict[str, str], words: str
) -> None:
    page = add(manager, **typed)
    assert words in page.text
    assert page.soup.select_one(".govuk-error-summary") is not None
    fields = page.fields("Save")
    for name, value in typed.items():
        assert fields[name] == value
    assert names(app, world) == [each.name for each in usual_presets()]


@pytest.mark.parametrize("path", ["", "/new", "/nhs", "/nhs/change"])
@pytest.mark.parametrize("who", ["volunteer", "coordinator", "owner"])
def test_only_managers_keep_them(client: PageClient, world: World, who: str, path: str) -> None:
    browser = world.sign_in(client, who)
    assert browser.http.get(f"/programme/presets{path}").status_code in {403, 404}


def test_an_unknown_one_is_not_found(manager: PageClient) -> None:
    for path in ("nothing", "nothing/change"):
        manager.get(f"/programme/presets/{path}", status=404)
