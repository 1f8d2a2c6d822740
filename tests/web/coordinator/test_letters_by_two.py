"""Letters on the screens of two coordinators, and of one whom a letter is about: no word is lost, none goes out unread."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from tests.page_client import Page, PageClient
from tests.web.world import World
from timecredits.foundation.db import new_id
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.hours.models import HourSource
from timecredits.hours.recording import NewHours, record_hours
from timecredits.journey.letters.asking import ask_for_letter, cancel_request
from timecredits.journey.letters.people_to_ask import people_to_ask
from timecredits.journey.models import Reference
from timecredits.network.models import Organisation, Volunteer
from timecredits.network.volunteers import enrol_volunteer
from timecredits.web.database import db

SAVE = "Save and read it through"
GiveHours = Callable[[], None]


@pytest.fixture
def give_an_hour(app: Flask, world: World) -> GiveHours:
    """Give the world's volunteer an hour in the garden, where they have two already."""
    with app.app_context():
        here = db.session(), world.programme_id, world.organisation_id
        activity_id = create_activity(*here, ActivityFacts("Garden group"), actor_id=None).id
        db.session.commit()

    def give(minutes: int = 60) -> None:
        with app.app_context():
            here = db.session(), world.programme_id, world.organisation_id
            hours = NewHours(new_id(), world.volunteer_id, activity_id, None, date(2026, 3, 7), minutes)
            record_hours(*here, [hours], source=HourSource.SINGLE, actor_id=None, today=date(2026, 3, 7))
            db.session.commit()

    give(120)
    return give


@pytest.fixture
def coordinator(client: PageClient, world: World) -> PageClient:
    return world.sign_in(client, "coordinator")


@pytest.fixture
def colleague(app: Flask, world: World) -> PageClient:
    return world.sign_in(PageClient(app), "owner")


@pytest.fixture
def asked(app: Flask, world: World, give_an_hour: GiveHours) -> UUID:
    """What the volunteer asked for."""
    del give_an_hour
    with app.app_context():
        session, request_id = db.session(), new_id()
        ask_for_letter(
            session,
            world.programme_id,
            world.volunteer_id,
            request_id=request_id,
            role_id=people_to_ask(session, world.programme_id, world.volunteer_id)[0].role_id,
            holder_name="Siân Wyn",
            with_elsewhere=True,
            base_url="https://example.org",
        )
        db.session.commit()
        return request_id


def asked_page(client: PageClient, request_id: UUID) -> Page:
    return client.get(f"/coordinator/letters/asked/{request_id}")


def write(client: PageClient, world: World, **changes: str) -> Page:
    return client.get(f"/coordinator/letters/new/{world.volunteer_id}").submit(SAVE, **changes)


def test_words_for_a_letter_that_a_colleague_began_stay_on_the_page(
    coordinator: PageClient, colleague: PageClient, asked: UUID
) -> None:
    mine, theirs = asked_page(coordinator, asked), asked_page(colleague, asked)
    draft = mine.submit(SAVE, opinion="Kind.")
    late = theirs.submit(SAVE, opinion="Quick and brave.")
    assert "A colleague began this letter. Your words were not saved." in late.text
    assert "Saved as a draft" not in late.text
    assert late.fields(SAVE)["opinion"] == "Quick and brave."
    assert late.click("Open the letter").path == draft.path
    assert mine.submit(SAVE, opinion="Kind.").path == draft.path  # a double click


def test_words_for_a_request_taken_back_or_answered_stay_on_the_page(
    app: Flask, coordinator: PageClient, colleague: PageClient, world: World, asked: UUID
) -> None:
    form = asked_page(coordinator, asked)
    no = form.click("I can’t write this letter")
    with app.app_context():
        cancel_request(db.session(), world.programme_id, world.volunteer_id, asked)
        db.session.commit()
    late = form.submit(SAVE, opinion="Long words.", holder_name="Siân")
    assert "They took this request back. Nothing was made." in late.text
    assert "Your words are still below." in late.text
    assert (late.fields(SAVE)["opinion"], late.fields(SAVE)["holder_name"]) == ("Long words.", "Siân")
    refused = no.submit("Send these words", because="Ask Ada, she knows.")
    assert "They took this request back. Nothing was made." in refused.text
    assert refused.fields("Send these words")["because"].strip() == "Ask Ada, she knows."
    assert "Nothing was changed" in asked_page(colleague, asked).text


def test_a_no_with_other_words_than_a_colleagues_is_not_taken_for_sent(
    coordinator: PageClient, colleague: PageClient, asked: UUID
) -> None:
    mine, theirs = (asked_page(each, asked).click("I can’t write this letter") for each in (coordinator, colleague))
    for _ in range(2):
        assert "Sent. They can read your words now." in mine.submit("Send these words", because="I am new.").text
    late = theirs.submit("Send these words", because="Ask Jo.")
    assert "This was answered already. Your words were not sent." in late.text
    assert late.fields("Send these words")["because"].strip() == "Ask Jo."


@pytest.mark.usefixtures("give_an_hour")
def test_words_for_a_draft_issued_meanwhile_stay_on_the_page(
    coordinator: PageClient, colleague: PageClient, world: World
) -> None:
    draft = write(coordinator, world, opinion="Kind.")
    form = colleague.get(f"{draft.path}/change")
    issued = draft.submit("Issue this letter")
    late = form.submit(SAVE, opinion="Kind and brave.")
    assert "This letter was issued, so it can't change. Nothing was changed." in late.text
    assert late.fields(SAVE)["opinion"] == "Kind and brave."
    assert late.click("Open the letter").heading == issued.heading
    assert "it can’t change. Nothing was changed." in colleague.get(f"{draft.path}/change").text


def test_a_note_stays_when_the_letter_changed_or_went_out(
    coordinator: PageClient, colleague: PageClient, world: World, give_an_hour: GiveHours
) -> None:
    draft = write(coordinator, world, wants_second_look="y")
    reading = colleague.get(draft.path)
    give_an_hour()
    changed = reading.submit("Send it back", note="Say more of the garden.")
    assert "The letter changed while you read it. Nothing was saved." in changed.text
    assert changed.fields("Send it back")["note"].strip() == "Say more of the garden."
    assert "Your note was not saved" not in changed.text
    coordinator.get(f"{draft.path}/change").submit(SAVE, wants_second_look="").submit("Issue this letter")
    gone = changed.submit("Send it back", note="Say more of the pond.")
    assert "Your note was not saved" in gone.text
    assert "Say more of the pond." in gone.text


def test_what_goes_out_is_what_was_read(app: Flask, coordinator: PageClient, world: World, give_an_hour: GiveHours) -> None:
    draft = write(coordinator, world)
    give_an_hour()
    page = draft.submit("Issue this letter")
    assert "The letter changed while you read it. Nothing was issued. Read it once more." in page.text
    assert "3 hours" in page.text
    with app.app_context():
        here = db.session.get_one(Organisation, (world.programme_id, world.organisation_id))
        here.contact_phone = "01353 111111"
        db.session.commit()
    page = page.submit("Issue this letter")
    assert "Nothing was issued" in page.text
    assert page.submit("Issue this letter").heading.startswith("Letter TC-")


def test_a_letter_written_again_leaves_hours_elsewhere_out_and_says_so(app: Flask, coordinator: PageClient, asked: UUID) -> None:
    old = asked_page(coordinator, asked).submit(SAVE).submit("Issue this letter")
    old.click("Withdraw this letter").submit("Withdraw this letter", reason="Wrong dates")
    again = coordinator.get(old.path).submit("Write it again")
    assert "Hours at other places are left out. They can ask for them again." in again.text
    with app.app_context():
        letters = select(Reference.with_elsewhere).order_by(Reference.created_at)
        assert list(db.session.scalars(letters)) == [True, False]


def test_all_of_them_are_those_that_were_shown(
    app: Flask, coordinator: PageClient, world: World, give_an_hour: GiveHours
) -> None:
    for name in ("First", "Second"):
        write(coordinator, world, holder_name=name)
    secret = write(coordinator, world, holder_name="Secret", confidential="y")
    page = coordinator.get("/coordinator/letters/several?what=drafts")
    assert "All 2 of them" in page.text
    assert "Without the letters in confidence. Tick those one by one." in page.text
    assert page.text.count("In confidence") == 1
    write(coordinator, world, holder_name="Third")
    refused = page.submit("Issue and print", everybody="y")
    assert "The list changed. Nothing was made. Look once more." in refused.text
    assert "All 3 of them" in refused.text
    making = refused.submit("Issue and print", everybody="y")
    assert making.heading == "Making your letters"
    secret.submit("Remove this draft")
    write(coordinator, world, holder_name="Fourth")
    assert refused.submit("Issue and print", everybody="y").path == making.path  # sent twice, though the list is another
    del give_an_hour, app


@pytest.fixture
def about_me(app: Flask, world: World, give_an_hour: GiveHours) -> UUID:
    """The volunteer is the coordinator."""
    del give_an_hour
    with app.app_context():
        me = db.session.get_one(Volunteer, (world.programme_id, world.volunteer_id))
        me.user_id = world.users["coordinator"]
        other = enrol_volunteer(db.session(), world.programme_id, world.organisation_id, first_name="Zoë")
        db.session.commit()
        return other.volunteer.id


@pytest.mark.usefixtures("about_me")
def test_a_letter_about_oneself_is_for_a_colleague(coordinator: PageClient, colleague: PageClient, world: World) -> None:
    page = coordinator.get(f"/coordinator/letters/new/{world.volunteer_id}")
    assert "You can’t write a letter about yourself. Ask a colleague." in page.text
    form = colleague.get(f"/coordinator/letters/new/{world.volunteer_id}")
    token = coordinator.get("/coordinator/letters/letterhead").fields("Save")["csrf_token"]
    typed = form.fields(SAVE) | {"csrf_token": token, "opinion": "I am the best."}
    refused = coordinator.post(f"/coordinator/letters/new/{world.volunteer_id}", typed)
    assert "about yourself. Nothing was changed." in refused.text
    assert refused.fields(SAVE)["opinion"] == "I am the best."

    draft = form.submit(SAVE, opinion="Kind.")
    mine = coordinator.get(draft.path)
    assert "This letter is about you." in mine.text
    for button in ("Issue this letter", "Change it"):
        assert button not in mine.text
    answer = coordinator.post(f"{draft.path}/issue", {"csrf_token": token, "seen": draft.fields("Issue this letter")["seen"]})
    assert "about yourself. Nothing was changed." in answer.text
    assert "Nobody has hours here yet" in coordinator.get("/coordinator/letters/several").text
    assert "There is no draft" in coordinator.get("/coordinator/letters/several?what=drafts").text
    assert draft.submit("Issue this letter").heading.startswith("Letter TC-")


@pytest.mark.usefixtures("about_me")
def test_one_in_confidence_about_oneself_is_not_there(coordinator: PageClient, colleague: PageClient, world: World) -> None:
    draft = write(colleague, world, confidential="y", holder_name="Secret name")
    token = coordinator.get("/coordinator/letters/letterhead").fields("Save")["csrf_token"]

    def nothing(*ways: str) -> None:
        for way in ways:
            coordinator.get(f"{draft.path}{way}", status=404)
        for act in ("issue", "look", "anew", "remove", "withdraw"):
            coordinator.post(f"{draft.path}/{act}", {"csrf_token": token, "new_id": str(new_id()), "reason": "x"}, status=404)
        assert "You have no letters yet" in coordinator.get("/coordinator/letters").text
        for kind in ("drafts", "issued"):
            assert "Secret name" not in coordinator.get(f"/coordinator/letters/several?what={kind}").text

    nothing("", "/change")
    draft.submit("Issue this letter")
    nothing("", ".pdf", "/change", "/withdraw")
