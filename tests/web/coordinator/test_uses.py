"""Coordinators look at what waits, see both scans of a code, and decide once; others' people are not there for them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from tests.page_client import PageClient
from tests.spending.offline_shop import another_venue, goodwill_sum, make_card, make_note, saved, send, venue_sum
from tests.spending.shop import credits_of, earn
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.audit import AuditEntry
from timecredits.spending.books import check_spending
from timecredits.spending.models import PaidBy, Redemption
from timecredits.spending.offline_models import OfflineUse
from timecredits.web.database import db

Sending = Callable[..., list[UUID]]


@pytest.fixture
def sending(app: Flask, world: World) -> Sending:
    """Send cards of the volunteer as saved uses, each with these changes; answers their ids."""

    def run(*changes: dict[str, Any], volunteer_id: UUID | None = None) -> list[UUID]:
        with app.app_context():
            session = db.session()
            earn(session, world, 120, volunteer_id)
            _card, code = make_card(session, world, volunteer_id)
            answers = send(session, world, *[saved(world, code, **{"check": "", **change}) for change in changes])
            session.commit()
        return [answer.use_id for answer in answers if answer.use_id]

    return run


def stored(app: Flask, world: World, use_id: UUID) -> OfflineUse:
    with app.app_context():
        return db.session.get_one(OfflineUse, (world.programme_id, use_id))


@pytest.mark.parametrize("who", ["coordinator", "manager"])
def test_nothing_waits(client: PageClient, world: World, who: str) -> None:
    room = "/programme" if who == "manager" else "/coordinator"
    page = world.sign_in(client, who).get(f"{room}/uses")
    assert "Nothing waits for you" in page.text
    assert "Nothing yet" in page.click("What was settled before").text


def test_what_waits_is_on_the_home_page_and_in_the_list(client: PageClient, world: World, sending: Sending) -> None:
    sending({}, {"sequence": 2, "scanned_at": (clock.now() - timedelta(minutes=5)).isoformat()})
    page = world.sign_in(client, "coordinator").get("/coordinator/")
    assert "Say whether they count" in page.text
    listed = client.get("/coordinator/uses")
    assert "Siân O'Neill-Wyn, 1 credit" in listed.text
    assert "Nobody checked whose card it was." in listed.text
    assert "Parkside Pool" in listed.text


@pytest.mark.parametrize(
    ("choice", "balance", "venue", "goodwill"), [("person", 60, 60, 0), ("programme", 120, 60, -60), ("does_not", 120, 0, 0)]
)
def test_a_decision_moves_what_it_says_and_is_kept(
    app: Flask, client: PageClient, world: World, sending: Sending, choice: str, balance: int, venue: int, goodwill: int
) -> None:
    (use_id,) = sending({})
    page = world.sign_in(client, "coordinator").get(f"/coordinator/uses/{use_id}")
    done = page.submit("Save the decision", decision=choice, reason="We asked her")
    assert done.path == "/coordinator/uses"
    with app.app_context():
        session = db.session()
        assert (credits_of(session, world), venue_sum(session, world, world.venue_id)) == (balance, venue)
        assert goodwill_sum(session, world) == goodwill
        assert check_spending(session, world.programme_id) == []
        acts = session.scalars(select(AuditEntry.action).where(AuditEntry.subject_id == use_id)).all()
        assert acts == [f"use with no signal decided: {choice}"]
    later = client.get("/coordinator/uses/told").click("Siân O'Neill-Wyn, 1 credit")
    assert "We asked her" in later.text
    assert "Coordinator" in later.text
    assert "Save the decision" not in later.text


def test_a_second_decision_changes_nothing(app: Flask, client: PageClient, world: World, sending: Sending) -> None:
    (use_id,) = sending({})
    page = world.sign_in(client, "coordinator").get(f"/coordinator/uses/{use_id}")
    page.submit("Save the decision", decision="does_not", reason="A test card")
    again = page.submit("Save the decision", decision="programme", reason="Changed my mind")
    assert "This was decided already. Nothing was changed." in again.text
    assert stored(app, world, use_id).decided == "does_not"


def test_what_is_missing_is_said_and_what_was_typed_stays(client: PageClient, world: World, sending: Sending) -> None:
    (use_id,) = sending({})
    page = world.sign_in(client, "coordinator").get(f"/coordinator/uses/{use_id}")
    wrong = page.submit("Save the decision", reason="We asked her")
    assert "Choose one of these. Nothing was changed." in wrong.text
    assert wrong.fields("Save the decision")["reason"] == "We asked her"
    wrong = page.submit("Save the decision", decision="person", reason=" ")
    assert "Say why, in a few words. Nothing was changed." in wrong.text
    assert wrong.fields("Save the decision")["decision"] == "person"
    assert "Choose one of these." in page.submit("Save the decision", decision="everybody", reason="x").text


def test_somebody_without_credits_can_not_pay(app: Flask, client: PageClient, world: World, sending: Sending) -> None:
    (use_id,) = sending({"adults": 3, "minutes": 180})
    page = world.sign_in(client, "coordinator").get(f"/coordinator/uses/{use_id}")
    wrong = page.submit("Save the decision", decision="person", reason="She says so")
    assert "They have too few credits. Nothing was changed. Let the programme pay." in wrong.text
    assert stored(app, world, use_id).decided is None
    page.submit("Save the decision", decision="programme", reason="She says so")
    assert stored(app, world, use_id).decided == "counts"


def test_both_scans_of_a_note_stand_side_by_side(app: Flask, client: PageClient, world: World) -> None:
    with app.app_context():
        session = db.session()
        _note, code = make_note(session, world)
        till, offer_id = another_venue(session, world, "Roxy Cinema")
        send(session, world, saved(world, code))
        (second,) = send(session, world, saved(world, code, till_id=str(till.id), offer_id=str(offer_id)), till=till)
        session.commit()
        assert second.result == "duplicate"
    page = world.sign_in(client, "coordinator").get(f"/coordinator/uses/{second.use_id}")
    headings = [each.get_text(strip=True) for each in page.soup.select("main h2")]
    assert headings == ["This scan", "The other scan"]
    for words in ("Roxy Cinema", "Parkside Pool", "Front desk", "Door", "The note", "The programme"):
        assert words in page.text
    assert "Used twice: the programme paid." in client.get("/coordinator/uses/told").text


def test_others_organisations_and_venues_see_nothing(app: Flask, client: PageClient, world: World, sending: Sending) -> None:
    (use_id,) = sending({})
    other = world.sign_in(PageClient(app), "other_coordinator")
    missing = other.get(f"/coordinator/uses/{uuid4()}", status=404)
    theirs = other.get(f"/coordinator/uses/{use_id}", status=404)
    assert theirs.text == missing.text
    assert "Nothing waits for you" in other.get("/coordinator/uses").text
    assert "Nothing yet" in other.get("/coordinator/uses/told").text
    fields = world.sign_in(client, "coordinator").get(f"/coordinator/uses/{use_id}").fields("Save the decision")
    token = other.http.get("/till/sync").get_json()["csrf_token"]
    sent = {**fields, "decision": "programme", "reason": "Mine", "csrf_token": token}
    other.post(f"/coordinator/uses/{use_id}", sent, status=404)
    assert stored(app, world, use_id).decided is None
    world.sign_in(PageClient(app), "venue_manager").get("/coordinator/uses", status=403)


def test_a_programme_manager_sees_all_by_first_name_and_initial(
    app: Flask, client: PageClient, world: World, sending: Sending
) -> None:
    sending({})
    (use_id,) = sending({"sequence": 4}, volunteer_id=world.other_volunteer_id)
    assert "Uses with no signal" in world.sign_in(client, "manager").get("/programme").text
    listed = client.get("/programme/uses")
    assert "Siân O., 1 credit" in listed.text
    assert "Łukasz Ż., 1 credit" in listed.text
    assert "O'Neill" not in listed.text
    assert "2 saved scans never came." in listed.text
    assert "number 2 to 3" in listed.text
    page = client.get(f"/programme/uses/{use_id}")
    page.submit("Save the decision", decision="programme", reason="Asked the pool")
    with app.app_context():
        assert db.session.scalars(select(Redemption.paid_by)).all() == [PaidBy.GOODWILL]


def test_long_lists_have_pages(client: PageClient, world: World, sending: Sending) -> None:
    sending(*[{"sequence": each, "minutes": 45} for each in range(1, 31)])
    first = world.sign_in(client, "coordinator").get("/coordinator/uses")
    assert first.text.count("Siân O'Neill-Wyn, 45 minutes") + first.text.count("Siân O'Neill-Wyn, ¾ credit") == 25
    assert "Siân" in client.get("/coordinator/uses?page=2").text
    assert "Siân" in client.get("/coordinator/uses?page=99").text
