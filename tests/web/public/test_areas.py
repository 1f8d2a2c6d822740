"""From a page's name to the page of one programme."""

import pytest
from flask import Flask

from tests.page_client import PageClient
from tests.web.world import World
from timecredits.network.programmes import create_programme
from timecredits.web.database import db
from timecredits.web.public.areas import PAGES


@pytest.mark.parametrize("page", sorted(PAGES))
@pytest.mark.usefixtures("world")
def test_the_only_programme_is_led_to_at_once(client: PageClient, page: str) -> None:
    answer = client.http.get(f"/to/{page}")
    assert answer.status_code == 302
    assert "/fenland/" in f"{answer.location}/"


@pytest.mark.usefixtures("world")
def test_a_visitor_of_many_programmes_chooses(app: Flask, client: PageClient) -> None:
    with app.test_request_context():
        create_programme(db.session(), name="Peak Time Credits", slug="peak")
        db.session.commit()
    page = client.get("/to/support").soup
    assert page.select_one("h1").get_text(strip=True) == "Choose your area"
    assert [each.get_text(strip=True) for each in page.select(".tc-tile__text")] == ["Fenland Time Credits", "Peak Time Credits"]


def test_somebody_signed_in_is_led_to_their_own(app: Flask, client: PageClient, world: World) -> None:
    with app.test_request_context():
        create_programme(db.session(), name="Peak Time Credits", slug="peak")
        db.session.commit()
    world.sign_in(client, "volunteer")
    assert "/fenland" in client.http.get("/to/support").location


@pytest.mark.usefixtures("world")
def test_a_page_that_there_is_not_is_not_found(client: PageClient) -> None:
    assert client.http.get("/to/nowhere").status_code == 404
