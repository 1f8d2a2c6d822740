"""A coordinator gives back what one of their people used when the till no longer can, once and with a reason."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask

from tests.page_client import PageClient
from tests.spending.offline_shop import make_card, saved, send
from tests.spending.shop import KEYRING, credits_of, earn, scan, show, till_of
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.spending.books import check_spending
from timecredits.spending.redemption import redeem
from timecredits.web.database import db


@pytest.fixture
def used(app: Flask, world: World) -> UUID:
    """One credit used two days ago."""
    with app.app_context(), clock.standing_at(clock.now() - timedelta(days=2)):
        session = db.session()
        earn(session, world, 120)
        answer = redeem(session, KEYRING, till_of(world), scan(world, show(session, world).qr_text))
        session.commit()
    assert answer.id is not None
    return answer.id


def test_nothing_used_yet(client: PageClient, world: World) -> None:
    person = world.sign_in(client, "coordinator").get(f"/coordinator/people/{world.volunteer_id}")
    assert "Nothing used yet" in person.click("What they used").text


def test_it_gives_back_with_a_reason_and_once(app: Flask, client: PageClient, world: World, used: UUID) -> None:
    listed = world.sign_in(client, "coordinator").get(f"/coordinator/people/{world.volunteer_id}/used")
    assert "Swim, one hour" in listed.text
    assert "Parkside Pool" in listed.text
    page = client.get(f"/coordinator/people/{world.volunteer_id}/used/{used}")
    assert "Say why, in a few words. Nothing was given back." in page.submit("Give 1 credit back", reason=" ").text
    done = page.submit("Give 1 credit back", reason="The pool was closed")
    assert "Undone. 1 credit given back." in done.text
    assert "Given back by a coordinator" in done.text
    assert "This was undone before." in page.submit("Give 1 credit back", reason="Once more").text
    assert "There is nothing to do" in client.get(f"/coordinator/people/{world.volunteer_id}/used/{used}").text
    with app.app_context():
        assert credits_of(db.session(), world) == 120
        assert check_spending(db.session(), world.programme_id) == []


def test_what_goodwill_had_paid_goes_back_to_it(app: Flask, client: PageClient, world: World) -> None:
    with app.app_context():
        session = db.session()
        earn(session, world, 45)
        (answer,) = send(session, world, saved(world, make_card(session, world)[1]))
        session.commit()
    assert answer.result == "ok_covered"
    listed = world.sign_in(client, "coordinator").get(f"/coordinator/people/{world.volunteer_id}/used")
    assert "Scanned with no signal." in listed.text
    page = client.get(f"/coordinator/people/{world.volunteer_id}/used/{answer.use_id}")
    page.submit("Give 1 credit back", reason="Wrong person")
    with app.app_context():
        assert credits_of(db.session(), world) == 45


def test_another_organisation_finds_nothing(app: Flask, world: World, used: UUID) -> None:
    other = world.sign_in(PageClient(app), "other_coordinator")
    for volunteer_id in (world.volunteer_id, world.other_volunteer_id):
        other.get(f"/coordinator/people/{volunteer_id}/used/{used}", status=404)
    other.get(f"/coordinator/people/{world.volunteer_id}/used", status=404)
    mine = world.sign_in(PageClient(app), "coordinator")
    mine.get(f"/coordinator/people/{world.volunteer_id}/used/{uuid4()}", status=404)


def test_long_lists_have_pages(app: Flask, client: PageClient, world: World) -> None:
    with app.app_context():
        session = db.session()
        earn(session, world, 1800)
        for number in range(23):
            with clock.standing_at(clock.now() - timedelta(minutes=number)):
                redeem(session, KEYRING, till_of(world), scan(world, show(session, world).qr_text))
        session.commit()
    page = world.sign_in(client, "coordinator").get(f"/coordinator/people/{world.volunteer_id}/used")
    assert len(page.soup.select("tbody tr")) == 20
    older = client.get(f"/coordinator/people/{world.volunteer_id}/used?page=2")
    assert len(older.soup.select("tbody tr")) == 3
