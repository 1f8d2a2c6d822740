"""Giving credits by code and to a pot, the code to receive, and taking a gift back, as pages."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask

from tests.page_client import Page, PageClient
from tests.spending.shop import earn
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.network.models import Volunteer
from timecredits.spending.giving.pots import find_pot, make_pot
from timecredits.spending.giving.receive_codes import MOST_WRONG, receive_code
from timecredits.spending.giving_models import PotKind
from timecredits.spending.statements import volunteer_balance
from timecredits.web.database import db


@pytest.fixture
def rich(app: Flask, world: World) -> None:
    with app.app_context():
        earn(db.session(), world, 300)
        db.session.commit()


@pytest.fixture
def code(app: Flask, world: World) -> str:
    """The code of the volunteer of the other organisation."""
    with app.app_context():
        found = receive_code(db.session(), world.programme_id, world.other_volunteer_id, clock.now())
        db.session.commit()
    return found


def has(app: Flask, world: World, volunteer_id: UUID) -> int:
    with app.app_context():
        return volunteer_balance(db.session(), world.programme_id, volunteer_id)


def look(me: PageClient, code: str, amount: str = "1½", words: str = "Thank you") -> Page:
    page = me.get("/my/give").submit("Go on", code=f"{code[:4]}-{code[4:].lower()}")
    assert page.heading == "Give credits to Łukasz Ż."
    return page.submit("Look at it first", amount=amount, words=words)


@pytest.mark.usefixtures("rich")
def test_type_a_code_look_and_give(app: Flask, world: World, me: PageClient, code: str) -> None:
    page = look(me, code)
    assert page.heading == "Check this gift"
    assert "You give 1½ credits" in page.text
    assert "Then you have 3½ credits" in page.text
    assert has(app, world, world.other_volunteer_id) == 0
    done = page.submit("Give 1½ credits")
    assert done.heading == "Gifts"
    assert "Done. Łukasz Ż. has 1½ credits from you. You can take it back for 15 minutes." in done.text
    assert has(app, world, world.other_volunteer_id) == 90
    again = page.submit("Give 1½ credits")
    assert "Done already." in again.text
    assert has(app, world, world.other_volunteer_id) == 90
    assert "A gift to Łukasz Ż." in me.get("/my/statement").text
    theirs = world.sign_in(PageClient(app), "other_volunteer").get("/my/statement").text
    assert "A gift from Siân O." in theirs
    assert "Thank you" in theirs


@pytest.mark.usefixtures("rich")
def test_changing_ones_mind_keeps_what_was_typed(me: PageClient, code: str) -> None:
    page = look(me, code, amount="0,5", words="For tea").submit("Change it")
    assert page.fields("Look at it first")["amount"] == "0,5"
    assert page.fields("Look at it first")["words"] == "For tea"


@pytest.mark.usefixtures("rich")
@pytest.mark.parametrize(
    ("amount", "words", "said"),
    [
        ("", "", "Type how many credits. For example 1, or 2.5. Nothing was changed."),
        ("a lot", "", "Type how many credits. For example 1, or 2.5. Nothing was changed."),
        ("-1", "", "Type how many credits. For example 1, or 2.5. Nothing was changed."),
        ("0", "", "Type how many credits, in quarters."),
        ("0.1", "", "Type how many credits, in quarters."),
        ("1e5", "", "Type how many credits. For example 1, or 2.5. Nothing was changed."),
        ("101", "", "That is too much at once."),
        ("5.25", "", "Not enough credits. You have 5 credits. Nothing was given."),
        ("1", "x" * 141, "Use at most 140 letters for your words. Nothing was given."),
        ("1", "see www.example.org", "Leave out web and email addresses."),
    ],
)
def test_bad_input_says_what_to_do_and_keeps_what_was_typed(
    me: PageClient, code: str, amount: str, words: str, said: str
) -> None:
    page = look(me, code, amount=amount, words=words)
    assert said in page.text
    assert page.fields("Look at it first")["amount"] == amount
    assert page.fields("Look at it first")["words"] == words
    assert str(page.soup.title).startswith("<title>Error:")


@pytest.mark.usefixtures("rich")
def test_wrong_codes_are_said_kept_and_paused(me: PageClient, code: str) -> None:
    page = me.get("/my/give").submit("Go on", code="nothing")
    assert "That code did not work. Nothing was given. Check it with the person." in page.text
    assert page.fields("Go on")["code"] == "nothing"
    assert "Type their code." in me.get("/my/give").submit("Go on", code="").text
    for _ in range(MOST_WRONG - 1):
        me.get("/my/give/00000000", status=404)
    assert "There were many wrong codes." in me.get(f"/my/give/{code}", status=404).text


@pytest.mark.usefixtures("rich")
def test_ones_own_code_gives_nothing(app: Flask, world: World, me: PageClient) -> None:
    page = me.get("/my/receive")
    own = page.soup.select_one(".tc-plate__typed")
    assert own is not None
    assert "That is your own code." in me.get(f"/my/give/{own.get_text().replace(' ', '')}").text
    assert has(app, world, world.volunteer_id) == 300


def test_the_code_to_receive_is_steady_until_it_is_changed(me: PageClient) -> None:
    def typed(page: Page) -> str:
        found = page.soup.select_one(".tc-plate__typed")
        assert found is not None
        return found.get_text()

    page = me.get("/my/receive")
    assert page.heading == "My code to receive credits"
    assert "They see only this of you: Siân O." in page.text
    assert typed(me.get("/my/receive")) == typed(page)
    changed = page.submit("Change my code")
    assert typed(changed) != typed(page)
    assert typed(page.submit("Change my code")) == typed(changed)


@pytest.mark.usefixtures("rich")
def test_a_gift_is_taken_back_in_time_and_not_later(app: Flask, world: World, me: PageClient, code: str) -> None:
    gifts = look(me, code).submit("Give 1½ credits")
    back = gifts.submit("Take this back")
    assert "Taken back. The credits are yours again." in back.text
    assert has(app, world, world.volunteer_id) == 300
    assert "It was taken back already." in gifts.submit("Take this back").text
    gifts = look(me, code).submit("Give 1½ credits")
    with clock.standing_at(clock.now() + timedelta(minutes=16)):
        assert "more than 15 minutes ago" in gifts.submit("Take this back").text
        assert not me.get("/my/gifts").soup.select("form.tc-post button span") or "Take this back" not in me.get("/my/gifts").text


@pytest.mark.usefixtures("rich")
def test_to_a_pot_for_everybody(app: Flask, world: World, me: PageClient) -> None:
    pot_id = new_id()
    with app.app_context():
        make_pot(db.session(), world.programme_id, pot_id=pot_id, kind=PotKind.COMMUNITY, name="Warm coats", actor_id=None)
        db.session.commit()
    page = me.get("/my/give").click("Warm coats")
    assert page.heading == "Give credits to Warm coats"
    page.submit("Look at it first", amount="1").submit("Give 1 credit")
    with app.app_context():
        assert find_pot(db.session(), world.programme_id, pot_id).balance == 60
    theirs = world.sign_in(PageClient(app), "other_volunteer").get("/my/give").text
    assert "Siân" not in theirs


@pytest.mark.usefixtures("rich")
def test_credits_on_hold_are_not_given(app: Flask, world: World, me: PageClient, code: str) -> None:
    with app.app_context():
        db.session.get_one(Volunteer, (world.programme_id, world.volunteer_id)).frozen_at = clock.now()
        db.session.commit()
    page = look(me, code, amount="1")
    assert "These credits are on hold right now. Nothing was given. Ask your coordinator." in page.text


def test_without_credits_or_gifts(me: PageClient) -> None:
    assert "You have no credits to give yet" in me.get("/my/give").text
    assert "No gifts yet" in me.get("/my/gifts").text
    assert me.get("/my/").click("Give credits").heading == "Give credits"


def test_what_is_not_there_is_not_found(me: PageClient) -> None:
    for path in (f"/my/give/pot/{uuid4()}", "/my/give/00000000", f"/my/helping/{uuid4()}"):
        me.get(path, status=404)


def test_staff_give_nothing_here(app: Flask, world: World) -> None:
    browser = world.sign_in(PageClient(app), "coordinator")
    for path in ("/my/give", "/my/receive", "/my/helping"):
        browser.get(path, status=403)
