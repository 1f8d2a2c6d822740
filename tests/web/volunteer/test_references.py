"""A volunteer's letters: asking in three taps, what came of it, and what they may see of a letter."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from tests.page_client import Page, PageClient
from tests.web.world import World
from timecredits.foundation.db import new_id
from timecredits.foundation.mail import MailMessage
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.hours.correcting import correct_hours
from timecredits.hours.models import HourEntry, HourSource
from timecredits.hours.recording import NewHours, record_hours
from timecredits.journey.letters.issuing import Issuer, issue_reference
from timecredits.journey.letters.references import Author, draft_reference
from timecredits.journey.models import Reference
from timecredits.network.models import Volunteer
from timecredits.network.volunteers import enrol_at_another
from timecredits.web.database import db


def give_hours(app: Flask, world: World, *, elsewhere: bool = False) -> None:
    organisation_id = world.other_organisation_id if elsewhere else world.organisation_id
    with app.app_context():
        session = db.session()
        if elsewhere:
            enrol_at_another(session, session.get_one(Volunteer, (world.programme_id, world.volunteer_id)), organisation_id)
        activity = create_activity(session, world.programme_id, organisation_id, ActivityFacts("Garden group"), actor_id=None)
        record_hours(
            session,
            world.programme_id,
            organisation_id,
            [NewHours(new_id(), world.volunteer_id, activity.id, None, date(2026, 3, 7), 120)],
            source=HourSource.SINGLE,
            actor_id=None,
            today=date(2026, 3, 7),
        )
        db.session.commit()


@pytest.fixture
def me(app: Flask, client: PageClient, world: World) -> PageClient:
    """The volunteer, who gave 2 hours."""
    give_hours(app, world)
    return world.sign_in(client, "volunteer")


def issue(app: Flask, world: World, **choices: Any) -> str:
    with app.app_context():
        session, here = db.session(), (world.programme_id, world.organisation_id)
        draft = draft_reference(
            session,
            *here,
            reference_id=new_id(),
            volunteer_id=world.volunteer_id,
            holder_name="Siân O'Neill-Wyn",
            opinion="She notices people.",
            neutral_letterhead=False,
            author=Author(world.users["coordinator"], "Coordinator", "Volunteer coordinator"),
            **choices,
        )
        issuer = Issuer(app.config["BASE_URL"], app.config["KEYRING"])
        issue_reference(session, *here, draft.id, issuer=issuer, actor_id=world.users["coordinator"])
        db.session.commit()
        return str(draft.id)


def test_three_taps_from_home(me: PageClient) -> None:
    letters = me.get("/my/").click("My letters Proof of what you did")
    assert "Known you" in letters.text
    assert "2 hours" in letters.text
    form = letters.click("Coordinator")
    assert form.heading == "Ask for a letter"
    assert form.fields("Send")["holder_name"] == "Siân O'Neill-Wyn"
    sent = form.submit("Send")
    assert "Sent. Coordinator will read it." in sent.text
    assert "You asked Coordinator" in sent.text
    assert not sent.soup.select("a[href*='/my/letters/ask/']")


def test_from_asking_to_the_letter(app: Flask, me: PageClient, world: World) -> None:
    me.get("/my/letters").click("Coordinator").submit(
        "Send", holder_name="Siân Wyn", language="cy", neutral_letterhead="y", words="A course."
    )
    staff = world.sign_in(PageClient(app), "coordinator")
    assert "Letters people ask for" in staff.get("/coordinator/").text
    by_name = staff.get(f"/coordinator/letters/new/{world.volunteer_id}")
    assert by_name.click("Write that one").heading == "Write a letter"
    page = staff.get("/coordinator/letters").click("Siân O'Neill-Wyn")
    assert "A course." in page.text
    fields = page.fields("Save and read it through")
    assert (fields["holder_name"], fields["language"], fields["neutral_letterhead"]) == ("Siân Wyn", "cy", "y")
    draft = page.submit("Save and read it through")
    assert "Your letter is being written" in me.get("/my/letters").text
    assert "was answered" in staff.get(page.path).text
    issued = draft.submit("Issue this letter")
    assert issued.heading.startswith("Letter TC-")
    mine = me.get("/my/letters")
    assert "Good to use" in mine.text
    assert "being written" not in mine.text
    with app.app_context():
        told = db.session.scalars(select(MailMessage).order_by(MailMessage.queued_at)).all()
        assert {each.recipient for each in told} == {world.emails["coordinator"], world.emails["volunteer"]}
        assert {each.subject for each in told} == {"Fenland Time Credits: something is waiting for you"}


def test_declined_with_words(app: Flask, me: PageClient, world: World) -> None:
    me.get("/my/letters").click("Coordinator").submit("Send")
    staff = world.sign_in(PageClient(app), "coordinator")
    form = staff.get("/coordinator/letters").click("Siân O'Neill-Wyn").click("I can’t write this letter")
    refused = form.submit("Send these words", because=" ")
    assert "Nothing was sent." in refused.text
    assert "They can read your words now" in refused.submit("Send these words", because="Ask the owner, please.").text
    page = me.get("/my/letters")
    assert "No letter this time" in page.text
    assert "Ask the owner, please." in page.text
    page.click("Owner").submit("Send")


def test_taken_back(app: Flask, me: PageClient, world: World) -> None:
    sent = me.get("/my/letters").click("Coordinator").submit("Send")
    back = sent.submit("Take it back")
    assert "Taken back. No letter will be written." in back.text
    assert "asks for a letter" not in world.sign_in(PageClient(app), "coordinator").get("/coordinator/letters").text
    assert "Taken back" in sent.submit("Take it back").text


def test_twice_the_same_form_and_a_second_form(me: PageClient) -> None:
    first = me.get("/my/letters").click("Coordinator")
    second = me.get("/my/letters").click("Owner")
    assert "Sent." in first.submit("Send").text
    assert "Sent." in first.submit("Send").text
    assert "Nothing was sent again." in second.submit("Send").text


def test_bad_input_keeps_what_was_typed(me: PageClient) -> None:
    form = me.get("/my/letters").click("Coordinator")
    page = form.submit("Send", words="x" * 301)
    assert "Your words are too long. Use at most 300 letters. Nothing was sent." in page.text
    assert page.fields("Send")["words"] == "x" * 301
    assert "Type the name" in page.submit("Send", holder_name=" ", words="").text
    assert "Choose English or Welsh." in page.submit("Send", language="xx", words="").text


def test_hours_elsewhere_are_asked_about_only_where_there_are_any(app: Flask, me: PageClient, world: World) -> None:
    assert "other places too" not in me.get("/my/letters").click("Coordinator").text
    give_hours(app, world, elsewhere=True)
    assert "other places too" in me.get("/my/letters").click("Coordinator").text
    whom = me.get("/my/letters/ask")
    for name in ("Coordinator", "Owner", "Other Coordinator"):
        whom.click(name)


def test_before_any_hours(client: PageClient, world: World) -> None:
    me = world.sign_in(client, "volunteer")
    assert "No letter yet" in me.get("/my/letters").text
    page = me.get("/my/letters/ask")
    assert "There is nobody to ask yet" in page.text
    assert "You have no hours there yet" in page.text


def test_what_was_written_in_confidence_is_told_and_not_shown(app: Flask, me: PageClient, world: World) -> None:
    letter_id = issue(app, world, confidential=True)
    page = me.get("/my/letters")
    assert "Written in confidence by Coordinator on" in page.text
    for hidden in ("She notices people", "TC-20", "Open the letter", "Share this letter"):
        assert hidden not in page.text, hidden
    me.get(f"/my/letters/{letter_id}.pdf", status=404)


def test_a_newer_letter_is_named(app: Flask, me: PageClient, world: World) -> None:
    issue(app, world)
    with app.app_context():
        session, here = db.session(), (world.programme_id, world.organisation_id)
        [entry] = session.scalars(select(HourEntry))
        day = date(2026, 3, 8)
        correct_hours(session, *here, entry.id, minutes=60, reason="Typed wrong", actor_id=None, today=day)
        session.commit()
    assert "Ask for a new letter." in me.get("/my/letters").text
    second = issue(app, world)
    with app.app_context():
        number = db.session.get_one(Reference, (world.programme_id, UUID(second))).number
    assert f"There is a newer one: {number}. Use that." in me.get("/my/letters").text


def test_others_can_not_be_asked_nor_answered(app: Flask, me: PageClient, world: World) -> None:
    ask = me.get("/my/letters").link("Coordinator")
    sent = me.get(ask).submit("Send")
    cancel = str(sent.form("Take it back")["action"])
    stranger = world.sign_in(PageClient(app), "other_volunteer")
    missing = stranger.get(f"/my/letters/ask/{new_id()}", status=404).text
    assert stranger.get(ask, status=404).text == missing
    token = stranger.get("/my/settings/name").fields()["csrf_token"]
    stranger.post(cancel, {"csrf_token": token}, status=404)
    assert "You asked Coordinator" in me.get("/my/letters").text
    staff: Page = world.sign_in(PageClient(app), "coordinator").get("/coordinator/letters")
    asked = staff.link("Siân O'Neill-Wyn")
    other = world.sign_in(PageClient(app), "other_coordinator")
    other.get(asked, status=404)
    other.get(f"{asked}/decline", status=404)
