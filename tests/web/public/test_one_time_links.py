"""The pages behind one-time links: a referee's yes or no, and whether time elsewhere is right."""

import pytest
from flask import Flask
from sqlalchemy import select

from tests.page_client import Page, PageClient
from tests.web.asked import add_place, add_referee, link
from tests.web.world import World
from timecredits.journey.one_time_links import Question
from timecredits.journey.planning_models import Consent, Referee, SpellElsewhere, SpellState
from timecredits.web.database import db

SEND, CHANGE = "Send my answer", "Change my answer"


@pytest.fixture
def me(app: Flask, world: World) -> PageClient:
    """A browser in which the volunteer is signed in."""
    return world.sign_in(PageClient(app), "volunteer")


@pytest.fixture
def asked(me: PageClient, app: Flask, client: PageClient) -> Page:
    """The page that a referee sees."""
    add_referee(me, phone="01632 960123").submit("Ask Ana Silva")
    return client.get(link(app, Question.CONSENT))


@pytest.fixture
def claimed(me: PageClient, app: Flask, client: PageClient) -> Page:
    """The page that a contact sees."""
    add_place(me).submit("Ask them to confirm it")
    return client.get(link(app, Question.CONFIRMATION))


def referee(app: Flask) -> Referee:
    with app.app_context():
        return db.session.scalars(select(Referee)).one()


def spell(app: Flask) -> SpellElsewhere:
    with app.app_context():
        return db.session.scalars(select(SpellElsewhere)).one()


def test_the_referee_reads_who_asks_what_it_means_and_what_is_kept(asked: Page) -> None:
    assert "Siân O'Neill-Wyn gives time with Fenland Time Credits." in asked.text
    assert "If you do nothing, you are not named." in asked.text
    assert "You taught them" in asked.text
    assert "ana@college.example" in asked.text
    for hidden in ("Riverside", "volunteer@example.org"):
        assert hidden not in asked.response.text
    assert asked.response.headers["X-Robots-Tag"] == "noindex"


def test_a_yes_a_no_and_a_yes_again(asked: Page, app: Flask) -> None:
    page = asked.submit(SEND, answer="always")
    assert "Thank you. We have your answer." in page.text
    assert "You said yes" in page.text
    assert referee(app).consent is Consent.GIVEN
    page = page.submit(CHANGE, answer="no")
    assert "You said no" in page.text
    assert "ana@college.example" not in page.response.text
    assert (referee(app).consent, referee(app).email, referee(app).phone) == (Consent.WITHDRAWN, "", "")
    page = page.submit(CHANGE, answer="year")
    assert "This holds until" in page.text
    assert "We deleted your email when you said no." in page.text


@pytest.mark.parametrize("answer", [None, "", "perhaps"])
def test_no_answer_is_none(asked: Page, app: Flask, answer: str | None) -> None:
    page = asked.submit(SEND, answer=answer)
    assert "Choose an answer. Nothing was sent." in page.text
    assert referee(app).consent is Consent.PENDING


def test_they_can_take_themselves_off(asked: Page, app: Flask, me: PageClient) -> None:
    page = asked.submit("Take me off now")
    assert page.heading == "You are off the list"
    assert (referee(app).name, referee(app).email) == ("", "")
    asked.client.get(asked.path, status=404)
    assert "Nobody here yet" in me.get("/my/referees").text


def test_the_volunteer_can_not_answer_for_them(asked: Page, me: PageClient, app: Flask) -> None:
    assert "Only the other person can answer." in me.get(asked.path).submit(SEND, answer="always").text
    assert "Only the other person can answer." in me.get(asked.path).submit("Take me off now").text
    assert referee(app).consent is Consent.PENDING


def test_a_wrong_link_is_no_page_whatever_is_wrong_with_it(asked: Page, claimed: Page) -> None:
    code, other = asked.path.rpartition("/")[2], claimed.path.rpartition("/")[2]
    browser = asked.client
    usual = browser.get("/r/nothing", status=404).text
    for path in (f"/r/{code[:-1]}", f"/r/{other}", f"/c/{code}", "/c/nothing", f"/r/{code}A", "/r/%C3%A9"):
        assert browser.get(path, status=404).text == usual


def test_the_contact_reads_what_is_claimed_and_no_more(claimed: Page) -> None:
    for shown in ("Siân O'Neill-Wyn", "Corner Books", "Shop helper", "4 January 2021", "30 June 2022", "100 hours"):
        assert shown in claimed.text
    for hidden in ("Riverside", "volunteer@example.org", "bo@books.example"):
        assert hidden not in claimed.response.text


def test_a_yes_with_a_name_and_a_role(claimed: Page, app: Flask) -> None:
    page = claimed.submit("Yes, this is right", name="", role="Manager")
    assert "Type your name. Nothing was sent." in page.text
    assert page.fields("Yes, this is right")["role"] == "Manager"
    page = page.submit("Yes, this is right", name="Bo Lind", role="Manager")
    assert page.heading == "Thank you"
    found = spell(app)
    assert (found.state, found.answered_by, found.contact_email) == (SpellState.CONFIRMED, "Bo Lind, Manager", "")
    assert "Corner Books" not in page.client.get(page.path).text
    claimed.submit("No, it is not right")
    assert spell(app).state is SpellState.CONFIRMED


def test_a_no_needs_no_name(claimed: Page, app: Flask) -> None:
    assert claimed.submit("No, it is not right").heading == "Thank you"
    assert spell(app).state is SpellState.REFUSED


def test_the_volunteer_can_not_confirm_themselves(claimed: Page, me: PageClient, app: Flask) -> None:
    page = me.get(claimed.path).submit("Yes, this is right", name="Bo Lind", role="Manager")
    assert "Only the other person can answer." in page.text
    assert spell(app).state is SpellState.ASKED
