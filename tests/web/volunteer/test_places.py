"""Places to use credits."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from tests.page_client import PageClient
from tests.spending.test_offers import make, open_venue
from tests.web.volunteer.past import Past
from tests.web.world import World
from timecredits.network.models import Venue, Volunteer
from timecredits.spending.offers.offer_keeping import end_offer, pause_offer
from timecredits.web.database import db


def in_order(text: str, *said: str) -> bool:
    """Whether each of these is found after the one before."""
    at = 0
    for each in said:
        at = text.find(each, at)
        if at < 0:
            return False
        at += len(each)
    return True


@pytest.fixture
def somewhere(app: Flask, world: World) -> World:
    """Some more places: near Ely, far off in Norwich, and one for all the country."""
    with app.app_context():
        session = db.session()
        session.get_one(Venue, world.venue_id).postcode_district = "CB4"
        make(session, world, "Clay", venue_id=open_venue(session, world, "Crafts", "CB7"), is_quiet=True, alone_is_fine=True)
        make(session, world, "Play", venue_id=open_venue(session, world, "Theatre", "NR1"), adult_minutes=120)
        make(session, world, "Castle", venue_id=open_venue(session, world, "Tower", "EC3N", is_national=True), is_step_free=True)
        session.commit()
    return world


def titles(page: Any) -> list[str]:
    return [each.get_text(strip=True) for each in page.soup.select(".tc-offer__title")]


def test_restrictions_are_said_before_the_price(me: PageClient, past: Past) -> None:
    assert past.entries
    text = me.get("/my/places").text
    assert in_order(text, "Swim, one hour", "Parkside Pool , Cambridge", "Not on bank holidays.", "1 credit", "You have enough")
    assert "Under 16s: ½ credit" in text
    assert "Up to 4 people, with you" in text


def test_one_place_says_its_rules_first_too(me: PageClient, past: Past) -> None:
    assert past.entries
    page = me.get("/my/places").click("Swim, one hour")
    assert page.heading == "Swim, one hour"
    assert in_order(page.text, "Know this first", "Not on bank holidays.", "What it costs", "1 credit", "Show my code")
    assert page.click("Back to places").heading == "Places to use your credits"


def test_too_few_credits_says_how_many_more(me: PageClient) -> None:
    assert "You need 1 credit more" in me.get("/my/places").text


def test_the_filters_keep_what_was_chosen(me: PageClient, somewhere: World) -> None:
    assert somewhere
    page = me.get("/my/places?q=swim&town=Cambridge&only=enough&only=quiet&where=local")
    assert "We found nothing like that" in page.text
    kept = page.fields("Search")
    assert kept == {"q": "swim", "only": ["enough", "quiet"], "where": "local", "town": "Cambridge"}
    assert titles(page.submit("Search", only=None)) == ["Swim, one hour"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("only=quiet", ["Clay"]),
        ("only=alone&only=quiet", ["Clay"]),
        ("only=step_free", ["Castle"]),
        ("where=national", ["Castle"]),
        ("where=local&q=pla", ["Play"]),
        ("near=cb7+4df", ["Clay", "Swim, one hour", "Play", "Castle"]),
        ("near=CB7&within=25", ["Clay", "Swim, one hour"]),
        ("near=ZZ9", ["Clay", "Swim, one hour", "Play", "Castle"]),
        ("q=CLÄY", ["Clay"]),
    ],
)
def test_what_is_asked_for_is_what_is_found(me: PageClient, somewhere: World, asked: str, found: list[str]) -> None:
    assert somewhere
    assert titles(me.get(f"/my/places?{asked}")) == found


def test_only_the_first_half_of_a_postcode_is_ever_said_again(me: PageClient, somewhere: World) -> None:
    assert somewhere
    page = me.get("/my/places?near=CB7+4DF")
    assert "Nearest to CB7 first." in page.text
    assert "In your area" in page.text
    assert "About 13 miles" in page.text
    assert "4DF" not in page.response.text
    assert "We do not know where ZZ9 is." in me.get("/my/places?near=ZZ9+9ZZ").text


def test_where_one_looks_from_is_kept_only_when_asked_to(app: Flask, me: PageClient, somewhere: World) -> None:
    def kept() -> str:
        with app.app_context():
            return db.session().get_one(Volunteer, (somewhere.programme_id, somewhere.volunteer_id)).postcode_district

    asked = me.get("/my/places").click("Show the nearest first")
    found = asked.submit("Show the nearest places", postcode="cb7 4df")
    assert titles(found)[0] == "Clay"
    assert kept() == ""
    asked.submit("Show the nearest places", postcode="CB74DF", remember="y")
    assert kept() == "CB7"
    assert "Nearest to CB7 first." in me.get("/my/places").text
    assert "Nearest to NR1 first." in me.get("/my/places?near=NR1").text
    assert "Nearest to" not in me.get("/my/places/near").submit("Forget where I look from").text
    assert kept() == ""


@pytest.mark.parametrize(
    ("typed", "sentence", "shown"),
    [
        ("", "Type the first half of your postcode, like CB7.", ""),
        ("Ely", "Type the first half of your postcode, like CB7.", "Ely"),
        ("ZZ9 9ZZ", "We do not know where ZZ9 is. Try a postcode near it.", "ZZ9"),
    ],
)
def test_a_postcode_that_is_none_is_said_to_be_so(me: PageClient, typed: str, sentence: str, shown: str) -> None:
    page = me.get("/my/places/near").submit("Show the nearest places", postcode=typed)
    assert sentence in page.text
    assert page.fields("Show the nearest places")["postcode"] == shown


def test_what_is_paused_comes_last_and_says_why(app: Flask, me: PageClient, somewhere: World) -> None:
    with app.app_context():
        ids = (somewhere.programme_id, somewhere.venue_id, somewhere.offer_id)
        pause_offer(db.session(), *ids, reason="The pool is being cleaned", actor_id=None)
        db.session.commit()
    page = me.get("/my/places?near=CB4")
    assert titles(page)[-1] == "Swim, one hour"
    assert "Not open right now. The pool is being cleaned" in page.text
    one = page.click("Swim, one hour")
    assert "The pool is being cleaned" in one.text
    assert "Show my code" not in one.text


def test_many_places_come_a_page_at_a_time_and_the_filters_stay(app: Flask, me: PageClient, world: World) -> None:
    with app.app_context():
        for number in range(12):
            make(db.session(), world, f"Class {number:02}", is_quiet=True)
        db.session.commit()
    page = me.get("/my/places?only=quiet")
    assert len(titles(page)) == 10
    more = page.click("More")
    assert titles(more) == ["Class 10", "Class 11"]
    assert more.fields("Search")["only"] == "quiet"
    me.get("/my/places?page=3&only=quiet", status=404)
    assert len(titles(me.get("/my/places?page=x"))) == 10


def test_the_whole_list_for_paper(app: Flask, me: PageClient, somewhere: World) -> None:
    assert app
    assert somewhere
    page = me.get("/my/places?near=CB7").click("The list for paper")
    assert [each.get_text() for each in page.soup.select(".tc-paper__title")] == ["Clay", "Swim, one hour", "Play", "Castle"]
    assert in_order(page.text, "Swim, one hour", "Not on bank holidays.", "1 credit")


def test_a_place_that_has_ended_or_is_anothers_is_not_there(app: Flask, me: PageClient, world: World) -> None:
    me.get(f"/my/places/{uuid4()}", status=404)
    me.get(f"/my/places/{world.offer_id}/picture.jpg", status=404)
    with app.app_context():
        end_offer(db.session(), world.programme_id, world.venue_id, UUID(str(world.offer_id)), actor_id=None)
        db.session.commit()
    me.get(f"/my/places/{world.offer_id}", status=404)
    assert "No places yet" in me.get("/my/places").text


def test_odd_filters_find_nothing_and_break_nothing(me: PageClient) -> None:
    odd = {"q": "<script>" + "x" * 5000, "town": "Nowhere' OR 1=1", "only": "?", "where": "?", "within": "9", "near": "''"}
    assert "We found nothing like that" in me.get("/my/places", query_string=odd).text
