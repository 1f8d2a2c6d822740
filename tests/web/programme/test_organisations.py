"""A programme's organisations as pages: taking one in, the list of what it needs, an agreement, a hold."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from tests.page_client import PageClient
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.display import display_day
from timecredits.network.models import Organisation
from timecredits.network.organisations import OrganisationFacts, add_organisation
from timecredits.web.database import db


@pytest.fixture
def manager(client: PageClient, world: World) -> PageClient:
    return world.sign_in(client, "manager")


def row(app: Flask, world: World, organisation_id: UUID | None = None) -> Organisation:
    with app.app_context():
        found = db.session.get_one(Organisation, (world.programme_id, organisation_id or world.organisation_id))
        db.session.expunge(found)
        return found


def test_one_is_taken_in_once_and_leads_to_what_comes_next(app: Flask, manager: PageClient) -> None:
    form = manager.get("/programme/organisations").click("Add an organisation")
    empty = form.submit("Add this organisation", name=" ", town="Ely")
    assert "Type the organisation's name. Nothing was saved." in empty.text
    assert empty.fields("Add this organisation")["town"] == "Ely"
    assert "The short name lantern is taken." in form.submit("Add this organisation", name="Other", slug="lantern").text
    for _ in range(2):
        page = form.submit("Add this organisation", name="St Anne's Café", town="Ely")
    assert page.heading == "St Anne's Café"
    assert "0 of 5 done." in page.text
    assert "st-annes-cafe" in page.text
    with app.app_context():
        assert len(db.session.scalars(select(Organisation).where(Organisation.slug == "st-annes-cafe")).all()) == 1
    changed = page.click("Change what is said").submit("Save", name="St Anne's", slug="anne")
    assert changed.heading == "St Anne's"
    assert "It is like that now." in changed.click("Change what is said").submit("Save").response.text


def test_they_are_found_by_name_and_by_how_they_stand(app: Flask, world: World, manager: PageClient) -> None:
    page = manager.get("/programme/organisations")
    assert "Missing: Agreement, First talk, Activity that earns, First session" in page.text  # Riverside has an owner
    assert "No organisation found" in page.submit("Search", q="nowhere").text
    assert "Lantern House" not in page.submit("Search", q="river").text
    assert "No organisation found" in page.submit("Search", state="open").text
    assert "Lantern House" in page.submit("Search", state="readying").text
    with app.app_context():
        for number in range(30):
            facts = OrganisationFacts(f"Allotment {number:02}")
            add_organisation(db.session(), world.programme_id, facts, organisation_id=uuid4(), actor_id=None)
        db.session.commit()
    first = manager.get("/programme/organisations")
    assert "32 organisations" in first.text
    assert "Riverside Trust" not in first.text
    assert "Riverside Trust" in manager.get("/programme/organisations?page=2").text
    manager.get("/programme/organisations?page=3", status=404)
    assert "32 organisations" in manager.get("/programme/organisations?page=x").text


def test_an_agreement_is_noted_changed_and_taken_back(app: Flask, world: World, manager: PageClient) -> None:
    page = manager.get("/programme/organisations").click("Riverside Trust")
    form = page.click("Note the agreement (Agreement)")
    today = clock.today()
    wrong = form.submit("Save", agreed_on=["1", "2", str(today.year - 1)], ends_on=["1", "1", str(today.year - 1)])
    assert "It can't end before it was signed. Nothing was saved." in wrong.text
    assert row(app, world).agreed_on is None
    odd = form.submit("Save", agreed_on=["31", "2", "2026"], ends_on=["", "", ""])
    assert "Type a day that exists" in odd.text
    soon = today + timedelta(days=30)
    saved = form.submit(
        "Save", agreed_on=["1", "2", str(today.year - 1)], ends_on=[str(soon.day), str(soon.month), str(soon.year)]
    )
    assert f"The agreement ends on {display_day(soon)}." in saved.text
    assert row(app, world).agreement_ends_on == soon
    assert f"The agreement ends on {display_day(soon)}" in manager.get("/programme/organisations").text
    late = today - timedelta(days=1)
    over = saved.click("Change the days (Agreement)").submit("Save", ends_on=[str(late.day), str(late.month), str(late.year)])
    assert f"The agreement ended on {display_day(late)}." in over.text
    back = over.click("Change the days (Agreement)").submit("Take it back")
    assert "No agreement is noted now." in back.response.text
    assert row(app, world).agreed_on is None


def test_the_first_talk_is_noted_and_taken_back(app: Flask, world: World, manager: PageClient) -> None:
    page = manager.get(f"/programme/organisations/{world.organisation_id}")
    tomorrow = clock.today() + timedelta(days=1)
    form = page.click("Note the day (First talk)")
    early = form.submit("Save", briefed_on=[str(tomorrow.day), str(tomorrow.month), str(tomorrow.year)])
    assert "That day has not come yet. Nothing was saved." in early.text
    done = form.submit("Save")
    assert row(app, world).briefed_on == clock.today()
    again = done.click("Change the day (First talk)")
    assert "It is like that now." in again.submit("Save").response.text
    assert "No day is noted now." in again.submit("Take it back").response.text
    assert "Nothing was changed." in again.submit("Take it back").response.text
    assert row(app, world).briefed_on is None


def test_a_hold_says_why_and_is_lifted(app: Flask, world: World, manager: PageClient) -> None:
    page = manager.get(f"/programme/organisations/{world.organisation_id}").click("Put it on hold")
    assert "Say why, in a few words. Nothing was changed." in page.submit("Put it on hold", reason="").text
    held = page.submit("Put it on hold", reason="A look at the books")
    assert "is on hold now. Nothing is lost." in held.response.text
    assert "A look at the books" in held.text
    assert "It is on hold already." in page.submit("Put it on hold", reason="Another").response.text
    assert row(app, world).suspended_because == "A look at the books"
    assert "Riverside Trust" in manager.get("/programme/organisations?state=on_hold").text
    going = held.click("Look at the hold")
    assert "goes on as before" in going.submit("Let it go on").response.text
    assert "Nothing was changed." in going.submit("Let it go on").response.text
    assert row(app, world).suspended_at is None


def test_only_managers_and_only_their_own(client: PageClient, world: World) -> None:
    paths = ("", "/agreement", "/first-talk", "/hold", "/change")
    for who in ("coordinator", "owner", "venue_manager", "volunteer"):
        for path in paths:
            world.sign_in(client, who).get(f"/programme/organisations/{world.organisation_id}{path}", status=403)
    world.sign_in(client, "manager")
    for path in paths:
        client.get(f"/programme/organisations/{uuid4()}{path}", status=404)


def test_who_leads_is_invited_and_looked_at_from_the_list(manager: PageClient, world: World) -> None:
    form = manager.get("/programme/organisations").click("Add an organisation")
    made = form.submit("Add this organisation", name="Repair Shed", town="Ely")
    invite = made.click("Invite a lead (Lead)")
    assert invite.path.endswith("/staff/invite")
    invite.submit("Invite them", kind="organisation_owner", email="lo@example.org")
    waits = manager.get(made.path)
    assert "Somebody was asked to lead. We wait for their yes." in waits.text
    assert "lo@example.org" in waits.click("See who leads it (Lead)").text
    led = manager.get(f"/programme/organisations/{world.organisation_id}").click("See who leads it (Lead)")
    assert led.path == f"/programme/organisations/{world.organisation_id}/staff"
