"""A manager makes an offer, says all there is to say about it part by part, copies it and ends it."""

from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from tests.page_client import Page, PageClient
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.network.models import Picture, Venue
from timecredits.spending.models import Offer, Per
from timecredits.spending.offers.offer_limits import take_places
from timecredits.web.database import db


@pytest.fixture
def manager(app: Flask, world: World) -> PageClient:
    return world.sign_in(PageClient(app), "venue_manager")


@pytest.fixture
def offer_of(app: Flask, world: World) -> Callable[[str], Offer]:
    def read(name: str) -> Offer:
        with app.app_context():
            return db.session().scalars(select(Offer).where(Offer.programme_id == world.programme_id, Offer.name == name)).one()

    return read


def change(manager: PageClient, world: World, part: str) -> Page:
    return manager.get(f"/venue/offers/{world.offer_id}/change/{part}")


def test_an_offer_is_made_from_a_name_and_a_price(manager: PageClient, offer_of: Callable[[str], Offer]) -> None:
    page = manager.get("/venue/offers").click("Add an offer")
    shown = page.submit("Save this offer", name="Sauna", adult="1.5")
    assert shown.heading == "Sauna"
    assert "People can find Sauna now." in shown.text
    offer = offer_of("Sauna")
    assert (offer.adult_minutes, offer.under_16_minutes, offer.most_people, offer.times) == (90, None, 1, [])


def test_an_offer_with_everything_said_at_once(manager: PageClient, world: World, offer_of: Callable[[str], Offer]) -> None:
    shown = manager.get("/venue/offers/new").submit(
        "Save this offer",
        name="Sauna",
        adult="1",
        under_16="0",
        most_people="4",
        restrictions="Bring a towel.",
        times__0__days=["0", "2"],
        times__0__starts="10am",
        times__0__ends="midnight",
        places="8",
        places_per="slot",
        once_a="week",
        least_age="12",
        organisation_ids=[str(world.organisation_id)],
        is_quiet="y",
        alone_is_fine="y",
    )
    for said in ("Bring a towel.", "Monday and Wednesday, 10am to midnight", "8 each time", "Once a week", "Riverside Trust"):
        assert said in shown.text
    offer = offer_of("Sauna")
    assert offer.times == [{"days": [0, 2], "from": "10:00", "until": "24:00"}]
    assert (offer.places, offer.places_per, offer.once_a, offer.least_age) == (8, Per.SLOT, Per.WEEK, 12)
    assert (offer.is_quiet, offer.alone_is_fine, offer.is_step_free) == (True, True, False)


def test_a_double_save_makes_one_offer(app: Flask, world: World, manager: PageClient) -> None:
    page = manager.get("/venue/offers/new")
    for _again in range(2):
        page.submit("Save this offer", name="Sauna", adult="1")
    with app.app_context():
        assert len(db.session().scalars(select(Offer.id).where(Offer.programme_id == world.programme_id)).all()) == 2


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": ""}, "Give the offer a name"),
        ({"adult": "free"}, "Type the price in credits"),
        ({"most_people": "0"}, "Say how many people may come at once: 1 to 30."),
        ({"most_people": "many"}, "Type a whole number, like 8."),
        ({"times__0__starts": "10am", "times__0__ends": "noon"}, "Tick the days."),
        ({"times__0__days": ["1"], "times__0__starts": "10am"}, "Type when it starts and when it ends"),
        ({"times__0__days": ["1"], "times__0__starts": "late", "times__0__ends": "noon"}, "Type a time, like 10am or 14:30."),
        ({"times__0__days": ["1"], "times__0__starts": "2pm", "times__0__ends": "noon"}, "A time must end after it starts"),
        ({"starts_on": ["31", "2", "2026"]}, "Type a day that exists"),
        ({"places": "5"}, "Choose what the places are for"),
        ({"places": "5", "places_per": "slot"}, "Say at what times it is on"),
        ({"places": "-5", "places_per": "day"}, "Type a whole number, like 8."),
        ({"least_age": "200"}, "Type the least age in years"),
    ],
)
def test_what_can_not_be_comes_back_as_it_was_typed(
    app: Flask, world: World, manager: PageClient, typed: dict[str, Any], sentence: str
) -> None:
    values = {"name": "Sauna", "adult": "1", "restrictions": "Bring a towel.", **typed}
    page = manager.get("/venue/offers/new").submit("Save this offer", **values)
    assert sentence in page.text
    assert page.soup.select_one(".govuk-error-summary a")
    kept = page.fields("Save this offer")
    for name, value in values.items():
        assert kept[name.replace("__", "-")] in (value, value[0] if isinstance(value, list) else value)
    with app.app_context():
        assert len(db.session().scalars(select(Offer.id).where(Offer.programme_id == world.programme_id)).all()) == 1


def test_another_time_can_be_added_without_losing_what_was_typed(manager: PageClient) -> None:
    page = manager.get("/venue/offers/new")
    more = page.submit("Add another time", name="Sauna", times__0__days=["6"], times__0__starts="10am")
    kept = more.fields("Save this offer")
    assert (kept["name"], kept["times-0-days"], kept["times-0-starts"], kept["times-1-starts"]) == ("Sauna", "6", "10am", "")
    assert not more.soup.select(".govuk-error-summary")


def test_each_part_is_changed_by_itself(manager: PageClient, world: World, offer_of: Callable[[str], Offer]) -> None:
    change(manager, world, "places").submit("Save", places="8", places_per="day", once_a="day")
    change(manager, world, "when").submit("Save", times__0__days=["5"], times__0__starts="9.30", times__0__ends="11")
    change(manager, world, "who").submit("Save", least_age="18")
    change(manager, world, "there").submit("Save", is_step_free="y", good_first_step="y")
    shown = change(manager, world, "what").submit("Save", name="Swim", under_16="")
    assert "Saturday, 9:30am to 11am" in shown.text
    offer = offer_of("Swim")
    assert (offer.adult_minutes, offer.under_16_minutes, offer.restrictions) == (60, None, "Not on bank holidays.")
    assert (offer.places, offer.places_per, offer.once_a, offer.least_age) == (8, Per.DAY, Per.DAY, 18)
    assert offer.times == [{"days": [5], "from": "09:30", "until": "11:00"}]
    assert (offer.is_step_free, offer.good_first_step, offer.is_quiet) == (True, True, False)
    filled = change(manager, world, "when").fields("Save")
    assert (filled["times-0-days"], filled["times-0-starts"], filled["times-1-starts"]) == ("5", "09:30", "")
    emptied = change(manager, world, "when").submit("Save", times__0__days=None, times__0__starts="", times__0__ends="")
    assert "At any time you are open" in emptied.text


def test_how_full_it_is_can_be_seen(app: Flask, world: World, manager: PageClient) -> None:
    change(manager, world, "places").submit("Save", places="8", places_per="day")
    with app.app_context():
        session = db.session()
        offer = session.get_one(Offer, (world.programme_id, world.offer_id))
        take_places(session, world.programme_id, offer, clock.today().isoformat(), 3)
        session.commit()
    assert "5 places left today" in manager.get("/venue/offers").text
    page = manager.get(f"/venue/offers/{world.offer_id}")
    row = page.soup.select("table tbody tr")[0]
    assert [cell.get_text() for cell in row.select(".tc-table__value")] == ["3", "5"]


def test_one_like_another_and_the_end_of_one(manager: PageClient, world: World) -> None:
    change(manager, world, "there").submit("Save", is_quiet="y")
    copy = manager.get(f"/venue/offers/{world.offer_id}").click("Make one like it")
    assert copy.fields("Save this offer")["restrictions"] == "Not on bank holidays."
    assert copy.fields("Save this offer")["is_quiet"] == "y"
    copy.submit("Save this offer", name="Swim, half an hour", adult="0.5")
    asked = manager.get(f"/venue/offers/{world.offer_id}").click("End this offer")
    listed = asked.submit("End this offer")
    assert "Swim, one hour has ended." in listed.text
    assert [each.get_text(strip=True) for each in listed.soup.select(".tc-offer__title")] == ["Swim, half an hour"]
    assert listed.click("Make one like it Swim, one hour").fields("Save this offer")["name"] == "Swim, one hour"
    for act in ("", "/end", "/pause", "/price", "/change/when", "/picture", "/picture.jpg"):
        manager.get(f"/venue/offers/{world.offer_id}{act}", status=404)


def picture() -> BytesIO:
    content = BytesIO()
    Image.new("RGB", (320, 200), "teal").save(content, "PNG")
    content.seek(0)
    return content


def send_picture(manager: PageClient, world: World, content: BytesIO | None, shows: str) -> Page:
    page = manager.get(f"/venue/offers/{world.offer_id}/picture")
    sent = {**page.fields("Save the picture"), "shows": shows}
    if content is not None:
        sent["picture"] = (content, "pool.png")
    return manager.post(page.path, sent, content_type="multipart/form-data")


def test_a_picture_is_shown_with_words_and_taken_away(app: Flask, world: World, manager: PageClient) -> None:
    shown = send_picture(manager, world, picture(), "A calm pool")
    assert shown.soup.select_one("img.tc-offer__picture")["alt"] == "A calm pool"  # type: ignore[index]
    answer = manager.http.get(f"/venue/offers/{world.offer_id}/picture.jpg")
    assert (answer.mimetype, answer.data[:2]) == ("image/jpeg", b"\xff\xd8")
    send_picture(manager, world, picture(), "A calm pool again")
    with app.app_context():
        assert db.session().scalars(select(Picture.shows)).all() == ["A calm pool again"]
    shown = manager.get(f"/venue/offers/{world.offer_id}").submit("Remove it now")
    assert "The picture is gone." in shown.text
    with app.app_context():
        assert db.session().scalars(select(Picture.shows)).all() == []


@pytest.mark.parametrize(
    ("content", "shows", "sentence"),
    [
        (None, "A pool", "Choose a picture."),
        (BytesIO(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "A pool", "We could not read that picture."),
        (picture(), " ", "Say in a few words what the picture shows."),
    ],
)
def test_a_picture_that_can_not_be_shown(
    app: Flask, world: World, manager: PageClient, content: BytesIO | None, shows: str, sentence: str
) -> None:
    assert sentence in send_picture(manager, world, content, shows).text
    with app.app_context():
        assert db.session().scalars(select(Picture.id)).all() == []


def test_another_venues_offers_are_not_there(app: Flask, world: World, manager: PageClient) -> None:
    for act in ("", "/end", "/change/what", "/picture", "/picture.jpg"):
        manager.get(f"/venue/offers/{uuid4()}{act}", status=404)
    manager.get(f"/venue/offers/new?copy={uuid4()}", status=404)
    manager.get(f"/venue/offers/{world.offer_id}/change/everything", status=404)
    assert manager.get("/venue/offers/new?copy=nonsense").heading == "Add an offer"
    world.sign_in(PageClient(app), "coordinator").get("/venue/offers/new", status=403)


def test_the_place_itself_is_described(app: Flask, world: World, manager: PageClient) -> None:
    page = manager.get("/venue/offers").click("About your place")
    refused = page.submit("Save", postcode="somewhere", summary="A warm pool.")
    assert "Type a postcode, like CB7 4DF." in refused.text
    assert refused.fields("Save")["postcode"] == "somewhere"
    assert "We do not know where ZZ9 is." in page.submit("Save", postcode="ZZ9 9ZZ").text
    assert "Use at most 8 lines" in page.submit("Save", address="x\n" * 9).text
    page.submit(
        "Save", postcode="cb4 1aa", summary="A warm pool.", address="1 Quay Lane\n\nCambridge", access_facts="Hearing loop"
    )
    with app.app_context():
        venue = db.session().get_one(Venue, UUID(str(world.venue_id)))
        assert (venue.postcode_district, venue.summary) == ("CB4", "A warm pool.")
        assert (venue.address, venue.access_facts) == (["1 Quay Lane", "Cambridge"], ["Hearing loop"])
