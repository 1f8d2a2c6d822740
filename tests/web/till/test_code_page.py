"""A volunteer's code page: what it shows, what it doesn't, and whose it is."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.page_client import PageClient
from tests.web.till.test_scanning import typed_code, use
from tests.web.world import World
from timecredits.spending.models import TypedCode
from timecredits.web.database import db


def test_it_shows_a_code_and_little_else(phone: PageClient) -> None:
    page = phone.get("/my/code")
    assert page.heading == "My code"
    assert page.soup.select_one(".tc-plate svg") is not None
    assert "Siân" in page.text
    assert "Neill" not in page.text
    assert "You have 3 credits" in page.text
    assert "TC1:" not in page.response.text, "the code is drawn, not written"
    refresh = page.soup.select_one("noscript meta")
    assert refresh is not None
    assert refresh["content"] == "25"
    assert "camera=()" in page.response.headers["Permissions-Policy"]


def test_the_fragment_is_the_part_that_changes(phone: PageClient) -> None:
    response = phone.http.get("/my/code/fragment")
    assert response.text.count("data-live-part") == 1
    assert "<html" not in response.text


def test_the_same_step_stores_one_typed_code(app: Flask, phone: PageClient) -> None:
    seen = {typed_code(phone) for _ in range(4)}
    with app.app_context():
        assert db.session().scalar(select(func.count()).select_from(TypedCode)) == len(seen)
    assert len(seen) <= 2  # a step may end between two looks


def test_news_come_when_credits_were_used_and_a_new_code_on_asking(till: PageClient, phone: PageClient) -> None:
    assert phone.http.get("/my/code/news").status_code == 204
    use(till, typed_code(phone))
    assert phone.http.get("/my/code/news").status_code == 200
    page = phone.get("/my/code")
    assert page.soup.select_one(".tc-plate") is None, "a phone left in view must not show another code"
    assert "This was not me" in page.text
    fresh = page.click("Show a new code")
    assert fresh.soup.select_one(".tc-live__time") is not None
    assert "just now" not in fresh.text
    assert phone.http.get(fresh.response.request.full_path.replace("/code?", "/code/news?")).status_code == 204


def test_without_credits_it_says_how_to_get_some_and_signs_people_in_where_they_help(app: Flask, world: World) -> None:
    page = world.sign_in(PageClient(app), "other_volunteer").get("/my/code")
    assert "You have no credits yet" in page.text
    assert "Find somewhere to help" in page.text
    assert page.soup.select_one(".tc-plate") is not None


@pytest.mark.parametrize("seen", ["nonsense", "0198a000-0000-7000-8000-000000000000", "%F0%9F"])
def test_an_odd_address_still_shows_the_code(phone: PageClient, seen: str) -> None:
    assert phone.get(f"/my/code?seen={seen}").soup.select_one(".tc-plate") is not None


@pytest.mark.parametrize("who", ["coordinator", "venue_manager", "manager"])
def test_staff_have_no_code(app: Flask, world: World, who: str) -> None:
    for path in ("/my/code", "/my/code/fragment", "/my/code/news"):
        world.sign_in(PageClient(app), who).get(path, status=403)
