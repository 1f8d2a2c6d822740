"""A volunteer's home and statement."""

import pytest
from flask import Flask

from tests.page_client import PageClient
from tests.web.volunteer.past import Past
from tests.web.world import World
from timecredits.spending.freezing import freeze_person
from timecredits.web.database import db

PAGES = ["/my/", "/my/statement", "/my/hours", "/my/places", "/my/activities", "/my/letters", "/my/settings"]
PAGES += ["/my/settings/name", "/my/settings/credits"]


def test_the_balance_comes_first(me: PageClient, past: Past) -> None:
    assert past.entries
    page = me.get("/my/")
    assert page.heading == "Your credits"
    assert page.text.startswith("Exit") or page.text.index("20 credits") < page.text.index("Show my code")
    assert "You have given 21 hours." in page.text
    assert "Put right: Swim, one hour" in page.text
    assert page.click("See all of it").path == "/my/statement"


def test_without_credits_the_first_thing_is_a_way_to_help(me: PageClient) -> None:
    page = me.get("/my/")
    assert "You have no credits yet" in page.text
    assert page.text.index("Ways to help") < page.text.index("Show my code")
    assert page.click("Find a way to help").path == "/my/activities"


def test_who_said_no_to_credits_is_not_told_to_earn_them(me: PageClient) -> None:
    me.get("/my/settings/credits").submit("Save my choice", wants="no")
    page = me.get("/my/")
    assert "You said no to credits. Your hours count all the same." in page.text
    assert "You have no credits yet" not in page.text


def test_the_statement_leads_on_to_older_lines_and_back(me: PageClient, past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    assert past.entries
    monkeypatch.setattr("timecredits.web.volunteer.credits._PAGE", 10)
    page = me.get("/my/statement")
    assert "20 credits" in page.text
    assert "Garden group Riverside Trust , 3 November 2026" in page.text
    older = page.click("Older")
    assert "Then you had 2 credits" in older.text
    assert older.click("Newest").path == "/my/statement"


def test_whom_to_ask_can_be_called(me: PageClient, past: Past) -> None:
    assert past.entries
    page = me.get("/my/statement")
    assert "How to reach my coordinator Riverside Trust" in page.text
    call = page.soup.select_one("a[href^='tel:']")
    assert call is not None
    assert (call["href"], call.get_text()) == ("tel:01353000000", "01353 000000")
    assert "Lantern House" not in page.text, "only where they give time"


def test_credits_on_hold_are_told_before_the_counter(app: Flask, world: World, me: PageClient, past: Past) -> None:
    assert past.entries
    assert "on hold" not in me.get("/my/code").text
    with app.app_context():
        freeze_person(db.session(), world.programme_id, world.organisation_id, world.volunteer_id, reason="x", actor_id=None)
        db.session().commit()
    page = me.get("/my/code")
    assert "Your credits are on hold. They are safe. Talk to your coordinator before you go." in page.text
    assert "You can sign in with this where you help." in page.text
    assert "Show this at the counter" not in page.text


def test_a_made_up_place_in_the_statement_is_not_found(me: PageClient) -> None:
    me.get("/my/statement?after=x", status=404)


@pytest.mark.parametrize("path", PAGES)
def test_empty_pages_say_what_to_do(me: PageClient, path: str) -> None:
    assert me.get(path).heading


@pytest.mark.parametrize("path", PAGES)
def test_only_volunteers_see_these_pages(client: PageClient, app: Flask, world: World, path: str) -> None:
    assert client.get(path).path == "/sign-in"
    for who in ("manager",):
        world.sign_in(PageClient(app), who).get(path, status=403)


@pytest.mark.parametrize("path", PAGES)
def test_titles_and_addresses_name_nobody(me: PageClient, past: Past, path: str) -> None:
    assert past.entries
    page = me.get(path)
    assert page.soup.title is not None
    for private in ("Siân", "Neill", "Riverside", "Garden"):
        assert private not in page.soup.title.get_text()
        assert private not in str([link["href"] for link in page.soup.select("main a[href^='/']")])


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_the_way_out(me: PageClient, path: str) -> None:
    page = me.get(path)
    assert page.soup.select_one(".govuk-exit-this-page a[href='/exit']") is not None


def test_another_volunteer_sees_nothing_of_it(client: PageClient, world: World, past: Past) -> None:
    assert past.entries
    world.sign_in(client, "other_volunteer")
    assert "You have no credits yet" in client.get("/my/").text
    assert "Garden group" not in client.get("/my/hours").text


def test_the_home_page_asks_the_database_little(me: PageClient, app: Flask, past: Past) -> None:
    from sqlalchemy import event

    assert past.entries
    asked: list[str] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    me.get("/my/")
    assert len([each for each in asked if each.startswith("SELECT")]) <= 15
