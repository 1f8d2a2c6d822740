"""Passes, as a volunteer meets them: make some, show them, give one back; what is on paper; never anybody else's."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from tests.house.test_reading_grade import check_reading
from tests.page_client import Page, PageClient
from tests.spending.notes.sheaf import faults, float_of, printed, use_by_hand
from tests.spending.shop import credits_of, earn
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.network.models import Volunteer
from timecredits.web.database import db

Within = Callable[..., Any]


@pytest.fixture
def within(app: Flask, world: World) -> Within:
    """Call something with the session and the world, and commit."""

    def call(verb: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        with app.app_context():
            answer = verb(db.session(), world, *args, **kwargs)
            db.session.commit()
            return answer

    return call


@pytest.fixture
def rich(me: PageClient, within: Within) -> PageClient:
    """Me with five credits."""
    within(earn, 300)
    return me


def make(me: PageClient, **values: Any) -> Page:
    return me.get("/my/passes/new").submit("Make the passes", **values)


def backs(page: Page) -> list[str]:
    return [str(form["action"]) for form in page.soup.select("form[action$='/back']")]


def test_passes_are_made_shown_and_given_back(rich: PageClient, within: Within) -> None:
    page = rich.get("/my/passes")
    assert "You have no passes now" in page.text
    page = page.click("Make a pass").submit("Make the passes", count="2")
    assert page.heading == "My passes"
    assert "Done. Your 2 passes are ready." in page.text
    assert len(page.soup.select(".tc-plate svg")) == 2
    assert within(credits_of) == 180
    assert "Put aside: 2 credits in passes. Not used, they are back by" in rich.get("/my/").text
    page = rich.post(backs(page)[0], page.fields("Give it back now"))
    assert "Done. The credits are yours again." in page.text
    assert (within(credits_of), within(float_of), within(faults)) == (240, 60, [])


def test_a_pass_given_back_twice_comes_back_once(rich: PageClient, within: Within) -> None:
    page = make(rich)
    fields, [back] = page.fields("Give it back now"), backs(page)
    rich.post(back, fields)
    assert "Nothing was changed" in rich.post(back, fields).text
    assert within(credits_of) == 300


def test_a_double_save_makes_the_passes_once_also_when_all_credits_went_into_them(rich: PageClient, within: Within) -> None:
    form = rich.get("/my/passes/new")
    for _ in range(2):
        assert form.submit("Make the passes", minutes="60", count="5").heading == "My passes"
    assert within(credits_of) == 0
    assert within(float_of) == 300
    assert "Make more passes" not in rich.get("/my/passes").text


def test_no_more_than_five_at_a_time(rich: PageClient, within: Within) -> None:
    within(earn, 600)
    make(rich, count="3")
    page = make(rich, count="3")
    assert "You can make 2 more. Nothing was made. Choose fewer." in page.text
    assert page.fields("Make the passes")["count"] == "3"
    assert page.submit("Make the passes", count="2").heading == "My passes"
    assert "You have 5 passes" in rich.get("/my/passes/new").text
    assert within(float_of) == 300


def test_what_was_chosen_stays_when_something_is_wrong(rich: PageClient, within: Within) -> None:
    page = make(rich, minutes="120", count="3")
    assert "You do not have enough credits. This needs 6 credits. Nothing was made." in page.text
    assert page.fields("Make the passes") | {"csrf_token": "", "new_id": ""} == {
        "minutes": "120",
        "count": "3",
        "csrf_token": "",
        "new_id": "",
    }
    assert "Type a number from 1 to 5" in make(rich, count="none").text
    for minutes in ("7", "9000", "x", ""):
        assert "Choose a value from the list." in make(rich, minutes=minutes).text
    assert within(credits_of) == 300


def test_without_credits_there_is_nothing_to_put_aside(me: PageClient) -> None:
    assert "You have no credits yet" in me.get("/my/passes").text
    assert "You have no credits to put aside" in me.get("/my/passes/new").text
    assert "There is nothing to print." in me.get("/my/passes.pdf", status=400).text


def test_credits_on_hold_make_no_passes(rich: PageClient, within: Within) -> None:
    def freeze(session: Any, world: World) -> None:
        session.get_one(Volunteer, (world.programme_id, world.volunteer_id)).frozen_at = clock.now()

    within(freeze)
    assert "These credits are on hold for now. Nothing was made." in make(rich).text


def test_passes_can_be_printed_or_saved(rich: PageClient) -> None:
    make(rich, count="2")
    answer = rich.http.get("/my/passes.pdf")
    assert (answer.mimetype, answer.data[:4]) == ("application/pdf", b"%PDF")


def test_paper_notes_are_told_of(rich: PageClient, within: Within) -> None:
    within(lambda session, world: printed(session, world, count=3, minutes=30) and None)
    page = rich.get("/my/passes")
    assert "3 notes of ½ credit, good until" in page.text
    assert "Put aside: 1½ credits on paper." in rich.get("/my/").text


def test_the_page_is_easy_to_read_with_passes_and_paper_on_it(rich: PageClient, within: Within) -> None:
    within(lambda session, world: printed(session, world, count=3, minutes=30) and None)
    make(rich, count="2")
    check_reading(rich, ["/my/passes", "/my/passes/new", "/my/"])


def test_a_used_pass_is_gone_from_the_list(rich: PageClient, within: Within) -> None:
    page = make(rich)
    note_id = backs(page)[0].split("/")[-2]
    assert within(use_by_hand, UUID(note_id), 60)
    assert "You have no passes now" in rich.get("/my/passes").text
    assert "That pass was used or given back before" in rich.post(backs(page)[0], page.fields("Give it back now")).text


def test_anothers_pass_is_not_found(rich: PageClient, world: World, app: Flask, within: Within) -> None:
    page = make(rich)
    other = world.sign_in(PageClient(app), "other_volunteer")
    token = other.get("/my/settings/name").fields()["csrf_token"]
    other.post(backs(page)[0], {"csrf_token": token}, status=404)
    other.post(f"/my/passes/{uuid4()}/back", {"csrf_token": token}, status=404)
    assert within(float_of) == 60


@pytest.mark.parametrize("who", ["coordinator", "venue_manager"])
def test_others_have_no_passes(client: PageClient, world: World, who: str) -> None:
    world.sign_in(client, who).get("/my/passes", status=403)


def test_the_script_that_keeps_the_page_is_there_for_everybody(client: PageClient) -> None:
    answer = client.http.get("/my/passes/worker.js")
    assert (answer.status_code, answer.mimetype) == (200, "text/javascript")
    assert answer.headers["Service-Worker-Allowed"] == "/"
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_statement_names_passes(rich: PageClient) -> None:
    page = make(rich)
    rich.post(backs(page)[0], page.fields("Give it back now"))
    text = rich.get("/my/statement").text
    assert "Pass made" in text
    assert "Pass given back" in text
    assert "Put right" not in text
