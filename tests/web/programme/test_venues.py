"""Stopping a venue, and letting it go on."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.page_client import PageClient
from tests.web.world import World, build_world
from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.network.agreements import note_venue_agreement
from timecredits.network.models import Venue
from timecredits.network.programmes import create_programme, join_programme
from timecredits.network.venue_facts import find_membership
from timecredits.network.venue_sharing import share_venue
from timecredits.spending.freezing import find_venue_state
from timecredits.spending.models import Offer
from timecredits.spending.offers.offer_keeping import list_venue_offers
from timecredits.web.database import db


def stopped(app: Flask, world: World) -> bool:
    with app.app_context():
        return find_venue_state(db.session(), world.programme_id, world.venue_id).stopped_at is not None


def test_a_venue_is_stopped_with_a_reason_and_goes_on(app: Flask, client: PageClient, world: World) -> None:
    page = world.sign_in(client, "manager").get("/programme").click("Venues of your programme").click("Parkside Pool")
    page = page.click("Stop it for a while")
    refused = page.submit("Stop this venue", reason=" ")
    assert "Say why. Nothing was stopped." in refused.text
    assert not stopped(app, world)
    venue = refused.submit("Stop this venue", reason="The till was stolen.")
    assert "Stopped. From now on Parkside Pool can not take credits." in venue.response.text
    assert "This venue is stopped." in venue.text
    assert stopped(app, world)
    assert "Stopped" in client.get("/programme/venues").text
    looked = venue.click("Let it go on")
    assert "The till was stolen." in looked.text
    again = page.submit("Stop this venue", reason="Once more.")
    assert "stopped already" in again.response.text
    assert "Parkside Pool can take credits again." in looked.submit("Let it take credits again").response.text
    assert not stopped(app, world)


def test_a_venue_is_made_national_and_local_again(app: Flask, client: PageClient, world: World) -> None:
    page = world.sign_in(client, "manager").get(f"/programme/venues/{world.venue_id}")
    national = page.submit("Make it national")
    assert "Done. Other programmes can invite it now." in national.response.text
    assert "Yes, it is national" in national.text
    assert "It is like that now." in page.submit("Make it national").response.text
    with app.app_context():
        later = create_programme(db.session(), name="Isle Time Credits", slug="isle").id
        join_programme(db.session(), later, world.venue_id)
        db.session.commit()
    refused = national.submit("Make it local again")
    assert "Other programmes use this venue, so it stays national. Nothing was changed." in refused.response.text
    with app.app_context():
        db.session().delete(find_membership(db.session(), later, world.venue_id))
        db.session.commit()
    local = refused.submit("Make it local again")
    assert "It is for your programme alone." in local.response.text
    assert local.form("Make it national")


def test_only_its_first_programme_says_whether_a_venue_is_national(session: Session) -> None:
    world = build_world(session)
    later = create_programme(session, name="Isle Time Credits", slug="isle").id
    with pytest.raises(NotFoundError):
        share_venue(session, later, world.venue_id, is_national=True, actor_id=None)
    join_programme(session, later, world.venue_id)
    with pytest.raises(RuleError, match="joined first"):
        share_venue(session, later, world.venue_id, is_national=True, actor_id=None)
    assert not session.get_one(Venue, world.venue_id).is_national
    assert share_venue(session, world.programme_id, world.venue_id, is_national=True, actor_id=None)
    assert session.get_one(Venue, world.venue_id).is_national


@pytest.mark.parametrize(
    ("days", "listed", "said"),
    [
        (61, "", ""),
        (60, "Agreement ends soon", "Its agreement ends on"),
        (0, "Agreement ends soon", "Its agreement ends on"),
        (-1, "Agreement ended", "It still takes credits."),
        (-60, "Agreement ended", "It still takes credits."),
        (-61, "", "It still takes credits."),
    ],
)
def test_an_agreement_is_warned_of_60_days_before_and_after(
    app: Flask, client: PageClient, world: World, days: int, listed: str, said: str
) -> None:
    today = clock.today()
    with app.app_context():
        signed = today - timedelta(days=900)
        note_venue_agreement(
            db.session(),
            world.programme_id,
            world.venue_id,
            agreed_on=signed,
            ends_on=today + timedelta(days=days),
            today=today,
            actor_id=None,
        )
        db.session().commit()
    page = world.sign_in(client, "manager").get("/programme/venues")
    assert {each for each in ("Agreement ends soon", "Agreement ended") if each in page.text} == {listed} - {""}
    shown = page.click("Parkside Pool").text
    assert {each for each in ("Its agreement ends on", "It still takes credits.") if each in shown} == {said} - {""}


def test_an_agreement_is_noted_changed_and_taken_back(client: PageClient, world: World) -> None:
    today = clock.today()
    here = f"/programme/venues/{world.venue_id}"
    page = world.sign_in(client, "manager").get(f"{here}/agreement")
    late = page.submit("Save", agreed_on=typed(today + timedelta(days=1)))
    assert "That day has not come yet. Nothing was saved." in late.text
    early = page.submit("Save", agreed_on=typed(today), ends_on=typed(today))
    assert "It can't end before it was signed." in early.text
    signed = {"agreed_on": typed(today - timedelta(days=5)), "ends_on": typed(today + timedelta(days=300))}
    assert "Saved. The agreement is noted." in page.submit("Save", **signed).text
    assert "Nothing was changed." in page.submit("Save", **signed).text
    assert "Taken back." in client.get(f"{here}/agreement").submit("Take it back").text
    assert "Not noted" in client.get(here).text


def test_a_venue_leaves_and_nothing_used_is_lost(app: Flask, client: PageClient, world: World) -> None:
    page = world.sign_in(client, "manager").get(f"/programme/venues/{world.venue_id}").click("It leaves the programme")
    assert "1 offer ends for good." in page.text
    assert "Say why. Nothing was stopped." in page.submit("It leaves now", reason="").text
    left = page.submit("It leaves now", reason="They close for good.")
    assert "Done. It takes no more credits. 1 offer ended." in left.text
    assert stopped(app, world)
    with app.app_context():
        assert list_venue_offers(db.session(), world.programme_id, world.venue_id) == []
        assert db.session().get_one(Offer, (world.programme_id, world.offer_id)).ended_at is not None
    assert "0 offers ended." in page.submit("It leaves now", reason="They close for good.").text
    back = client.get(f"/programme/venues/{world.venue_id}").click("Let it go on").submit("Let it take credits again")
    assert "can take credits again" in back.text


def typed(day: date) -> list[str]:
    return [str(day.day), str(day.month), str(day.year)]


def test_nobody_else_may(client: PageClient, world: World) -> None:
    for who in ("coordinator", "venue_manager", "volunteer"):
        for page in ("", "/stop", "/leave", "/agreement", "/prices", "/totals"):
            world.sign_in(client, who).get(f"/programme/venues/{world.venue_id}{page}", status=403)


def test_a_venue_and_a_till_are_found_by_words(client: PageClient, world: World) -> None:
    manager = world.sign_in(client, "manager")
    assert "Parkside Pool" in manager.get("/programme/venues?q=pool+camb").text
    nothing = manager.get("/programme/venues?q=100%25")
    assert "No venue found" in nothing.text
    assert "Parkside Pool" not in nothing.text
    assert nothing.fields("Search")["q"] == "100%"
    assert "Front desk" in manager.get("/programme/tills?q=DESK+parkside").text
    assert "No till found" in manager.get("/programme/tills?q=nowhere").text
