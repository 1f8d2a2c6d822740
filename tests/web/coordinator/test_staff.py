"""Who works here: coordinators see it, the owner keeps it, and what goes wrong is said without losing what was typed."""

from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from tests.page_client import Page, PageClient
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.mail import MailMessage
from timecredits.network.models import RoleKind, StaffRole, User
from timecredits.network.users import create_user, give_role
from timecredits.web.database import db


@pytest.fixture
def owner(client: PageClient, world: World) -> PageClient:
    return world.sign_in(client, "owner")


def invite(client: PageClient, **values: str) -> Page:
    page = client.get("/coordinator/staff").click("Invite somebody")
    return page.submit("Invite them", **values)


def role_page(client: PageClient, name: str) -> Page:
    return client.get("/coordinator/staff").click(name)


def test_a_mail_goes_out_is_sent_again_and_taken_back(app: Flask, owner: PageClient) -> None:
    listed = invite(owner, way="mail", email="jo@example.org", title="Gardener")
    assert "Sent. They can say yes within 7 days." in listed.response.text
    assert "jo@example.org Waiting Coordinator, by email" in listed.text
    assert "invited already" in invite(owner, way="mail", email="JO@example.org").response.text
    again = listed.submit("Send it again")
    assert "Sent again." in again.response.text
    with app.app_context():
        assert len(db.session().scalars(select(MailMessage).where(MailMessage.recipient == "jo@example.org")).all()) == 2
    gone = again.submit("Take it back")
    assert "jo@example.org Taken back" in gone.text
    late = listed.submit("Send it again")
    assert "It was taken up or taken back meanwhile. Nothing was sent." in late.response.text


def test_a_slip_is_printed_and_says_nothing_of_the_place(owner: PageClient) -> None:
    listed = invite(owner, way="slip", name="Siân O'Neill-Wyn")
    assert "Siân O'Neill-Wyn Waiting Coordinator, on paper" in listed.text
    printed = listed.submit("Print the slip Siân O'Neill-Wyn")
    assert printed.response.mimetype == "application/pdf"
    pdf = PdfReader(BytesIO(printed.response.data))
    words = " ".join(page.extract_text() for page in pdf.pages)
    assert len(pdf.pages) == 1
    assert "/join" in words
    for word in ("Riverside", "Fenland", "Owner", "oordinator"):
        assert word not in words
        assert word.encode() not in pdf.attachments["invitation.json"][0]
    gone = owner.get("/coordinator/staff").submit("Take it back")
    assert "Taken back. It does not work any more." in gone.response.text
    late = listed.submit("Print the slip Siân O'Neill-Wyn")
    assert "This slip does not work any more." in late.response.text


def test_a_name_that_can_not_be_printed_is_said(owner: PageClient) -> None:
    listed = invite(owner, way="slip", name="Jo \U000f0000")
    assert "We cannot print" in listed.submit("Print the slip Jo \U000f0000").response.text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"way": "mail", "email": ""}, "Type their email address. Nothing was sent."),
        ({"way": "mail", "email": "nobody"}, "Type an email address, like name@example.org."),
        ({"way": "mail", "email": "coordinator@example.org"}, "They work here already. Nothing was sent."),
        ({"way": "slip", "name": ""}, "Say whom the slip is for. Nothing was made."),
        ({"way": "pigeon", "email": "jo@example.org"}, "Choose how we reach them. Nothing was sent."),
        ({"email": "jo@example.org", "ends_on": ["1", "1", "2020"]}, "Choose today or a later day. Nothing was sent."),
        ({"email": "jo@example.org", "ends_on": ["31", "2", "2027"]}, "Type a day that exists"),
        ({"email": "jo@example.org", "title": "x" * 101}, "Use at most 100 letters."),
    ],
)
def test_what_can_not_be_is_said_and_nothing_typed_is_lost(owner: PageClient, values: dict[str, str], words: str) -> None:
    sent = {"title": "Gardener", **values}
    page = invite(owner, **sent)
    assert words in page.text
    assert page.fields("Invite them")["title"] == sent["title"]
    assert page.fields("Invite them")["email"] == sent.get("email", "")
    assert "Invited" not in owner.get("/coordinator/staff").text


def test_a_title_and_a_last_day_are_saved_and_taken_back(owner: PageClient) -> None:
    soon = clock.today() + timedelta(days=30)
    page = role_page(owner, "Coordinator")
    saved = page.submit("Save", title="Head of tea", ends_on=[str(soon.day), str(soon.month), str(soon.year)])
    assert "Head of tea, last day" in saved.text
    bad = role_page(owner, "Coordinator").submit("Save", title="Tea", ends_on=["1", "1", "2020"])
    assert "Choose today or a later day." in bad.text
    assert bad.fields("Save")["title"] == "Tea"
    taken_back = role_page(owner, "Coordinator").submit("Save", ends_on=["", "", ""])
    assert "last day" not in taken_back.text


def test_a_role_is_ended_at_once_and_given_back(app: Flask, owner: PageClient, world: World) -> None:
    other = world.sign_in(PageClient(app), "coordinator")
    assert other.get("/coordinator/").heading
    page = role_page(owner, "Coordinator")
    ended = page.submit("End it now")
    assert "They can not work here any more." in ended.response.text
    assert "Ended lately" in ended.text
    assert other.get("/coordinator/").path == "/sign-in"
    assert "This had ended already. Nothing was changed." in page.submit("End it now").response.text
    assert "Give it back" in role_page_of(owner, ended).text
    back = ended.submit("Give it back Coordinator")
    assert "They work here again." in back.response.text
    assert "They work here already. Nothing was changed." in ended.submit("Give it back Coordinator").response.text


def role_page_of(client: PageClient, ended: Page) -> Page:
    action = str(ended.form("Give it back Coordinator")["action"])
    return client.get(action.removesuffix("/give-back"))


def test_the_owner_is_told_to_hand_over_and_can_not_end_themselves(app: Flask, owner: PageClient, world: World) -> None:
    page = role_page(owner, "Owner")
    assert "To stop, hand over to somebody first." in page.text
    token = page.fields("Save")["csrf_token"]
    refused = owner.post(f"{page.path}/end", {"csrf_token": token})
    assert "You are the owner. Hand over to somebody first. Nothing was changed." in refused.response.text
    over = page.click("Hand over").submit("Hand over now", person=str(role_id(app, world, "coordinator")))
    assert "Coordinator is the owner now." in over.response.text
    assert "Invite somebody" not in over.text, "rights that were handed over are gone at the next request"


def role_id(app: Flask, world: World, who: str) -> object:
    with app.app_context():
        return db.session().scalars(select(StaffRole.id).where(StaffRole.user_id == world.users[who])).one()


def test_somebody_who_left_meanwhile_is_not_handed_to(app: Flask, owner: PageClient, world: World) -> None:
    with app.app_context():
        user = create_user(db.session(), email="stays@example.org", name="Stays")
        give_role(db.session(), world.programme_id, user.id, RoleKind.COORDINATOR, organisation_id=world.organisation_id)
        db.session.commit()
    page = owner.get("/coordinator/staff/hand-over")
    chosen = str(role_id(app, world, "coordinator"))
    role_page(owner, "Coordinator").submit("End it now")
    late = page.submit("Hand over now", person=chosen)
    assert "They do not work here any more. Choose somebody else. Nothing was changed." in late.text
    assert "Choose somebody. Nothing was changed." in page.submit("Hand over now", person="nobody").text
    stranger = str(role_id(app, world, "other_coordinator"))
    assert "Choose somebody. Nothing was changed." in page.submit("Hand over now", person=stranger).text


def test_with_nobody_to_hand_to_the_page_says_what_to_do(owner: PageClient) -> None:
    role_page(owner, "Coordinator").submit("End it now")
    page = owner.get("/coordinator/staff/hand-over")
    assert "Nobody can take over yet" in page.text
    assert page.click("Invite somebody").heading == "Invite somebody"


def test_a_coordinator_sees_who_works_here_and_keeps_nothing(app: Flask, client: PageClient, world: World) -> None:
    world.sign_in(client, "coordinator")
    listed = client.get("/coordinator/staff")
    assert "Invite somebody" not in listed.text
    page = listed.click("Owner")
    assert world.emails["owner"] not in page.text
    assert "End it now" not in page.text
    for path in ("/coordinator/staff/invite", "/coordinator/staff/hand-over"):
        client.get(path, status=403)
    with app.app_context():
        assert db.session().scalar(select(User.disabled_at).where(User.id == world.users["owner"])) is None
