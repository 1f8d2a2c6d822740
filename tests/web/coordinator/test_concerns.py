"""Concerns and duties in the rooms of staff: only leads see anything, and whoever looks in need is seen looking."""

import pytest
from flask import Flask
from sqlalchemy import select

from tests.page_client import PageClient
from tests.web.safe import concern_ids, name_lead
from tests.web.world import World
from timecredits.community.safety_models import ConcernLook, ConcernNote
from timecredits.foundation.mail import MailMessage
from timecredits.network.duties import give_duty
from timecredits.network.models import DutyKind
from timecredits.web.database import db

WORDS = "Ann is afraid at home zqx-canary."


@pytest.fixture
def raised(client: PageClient, world: World, app: Flask) -> str:
    """The address part of a concern at Riverside, whose coordinator is the lead."""
    name_lead(app, world, "coordinator")
    name_lead(app, world, "manager", programme=True)
    client.get("/in/fenland/concern").submit("Send it", worry=WORDS, danger="yes", place=str(world.organisation_id))
    [found] = concern_ids(app)
    return str(found)


def test_a_lead_reads_notes_closes_and_opens_again(client: PageClient, world: World, app: Flask, raised: str) -> None:
    world.sign_in(client, "coordinator")
    page = client.get("/coordinator/concerns").click(WORDS)
    assert "Act first." in page.text
    page = page.submit("Save this note", words="Rang Ann at 3pm zqx-note.")
    assert "Rang Ann" in page.text
    assert "In hand" in page.text, "whoever writes a note has it in hand"
    page = page.submit("Save this note", words="  ")
    assert "Write a few words. Nothing was saved." in page.text
    page = client.get(f"/coordinator/concerns/{raised}").submit("Close it")
    assert "Closed." in page.text
    assert WORDS not in client.get("/coordinator/concerns").text
    assert WORDS in client.get("/coordinator/concerns?closed=yes").text
    client.get(f"/coordinator/concerns/{raised}").submit("Open it again")
    assert WORDS in client.get("/coordinator/concerns").text
    with app.app_context():
        [note] = db.session().scalars(select(ConcernNote))
        assert b"zqx" not in note.sealed


@pytest.mark.parametrize("who", ["owner", "other_coordinator", "manager", "volunteer", "venue_manager"])
def test_nobody_else_learns_of_it(client: PageClient, world: World, raised: str, who: str) -> None:
    world.sign_in(client, who)
    status = 404 if who == "manager" else 403  # the programme's own lead has a desk, but this isn't on it
    room = "programme" if who == "manager" else "coordinator"
    client.get(f"/{room}/concerns/{raised}", status=status)
    if who != "manager":
        client.get("/coordinator/concerns", status=403)
    else:
        assert "Nothing waits for you" in client.get("/programme/concerns").text


def test_a_lead_elsewhere_finds_nothing(client: PageClient, world: World, app: Flask, raised: str) -> None:
    with app.app_context():
        give_duty(
            db.session(),
            world.programme_id,
            DutyKind.SAFEGUARDING_LEAD,
            actor_id=None,
            organisation_id=world.other_organisation_id,
            user_id=world.users["other_coordinator"],
        )
        db.session.commit()
    world.sign_in(client, "other_coordinator")
    client.get(f"/coordinator/concerns/{raised}", status=404)
    page = client.get("/coordinator/concerns")
    assert WORDS not in page.text


def test_opening_in_need_asks_why_tells_every_lead_and_stays_to_be_read(
    client: PageClient, world: World, app: Flask, raised: str
) -> None:
    world.sign_in(client, "manager")
    page = client.get("/programme/leads").click("Open concerns in need")
    again = page.submit("Open them and tell the leads", place=str(world.organisation_id), reason=" ")
    assert "Nothing was opened." in again.text
    assert WORDS not in again.text
    with app.app_context():
        before = len(db.session().scalars(select(MailMessage.id)).all())
    opened = page.submit("Open them and tell the leads", place=str(world.organisation_id), reason="Lead is away zqx-why.")
    assert WORDS in opened.text
    with app.app_context():
        session = db.session()
        told = session.scalars(select(MailMessage.recipient).order_by(MailMessage.queued_at)).all()[before:]
        assert set(told) == {world.emails["coordinator"], world.emails["manager"]}
        assert not any("zqx" in body for body in session.scalars(select(MailMessage.body)))
        [look] = session.scalars(select(ConcernLook))
        assert b"zqx" not in look.sealed_reason
    world.sign_in(client, "coordinator")
    page = client.get(f"/coordinator/concerns/{raised}")
    assert "Lead is away zqx-why." in page.text
    assert "Manager" in page.text


def test_the_same_form_again_shows_them_again_and_is_told_again(
    client: PageClient, world: World, app: Flask, raised: str
) -> None:
    assert raised
    world.sign_in(client, "manager")
    page = client.get("/programme/concerns/in-need")
    told = []
    for _look in range(2):
        opened = page.submit("Open them and tell the leads", place=str(world.organisation_id), reason="I look.")
        assert WORDS in opened.text
        with app.app_context():
            told.append(len(db.session().scalars(select(MailMessage.id)).all()))
    assert told[1] > told[0], "nobody looks a second time unseen"


def test_a_manager_has_no_organisation_s_desk(client: PageClient, world: World, raised: str) -> None:
    world.sign_in(client, "manager")
    for path in ("/coordinator/concerns", f"/coordinator/concerns/{raised}"):
        client.get(path, status=403)


def test_opening_where_nothing_is_tells_the_leads_all_the_same(client: PageClient, world: World, app: Flask) -> None:
    name_lead(app, world, "coordinator")
    world.sign_in(client, "manager")
    page = client.get("/programme/concerns/in-need")
    opened = page.submit("Open them and tell the leads", place=str(world.organisation_id), reason="I only look.")
    assert "There is nothing to open" in opened.text
    with app.app_context():
        assert db.session().scalars(select(MailMessage.recipient)).all() == [world.emails["coordinator"]]


def test_where_no_other_lead_is_named_those_in_charge_are_told(client: PageClient, world: World, app: Flask) -> None:
    """Also where who looks is the only lead: a second person always learns of it."""
    name_lead(app, world, "manager", programme=True)
    world.sign_in(client, "manager")
    page = client.get("/programme/concerns/in-need")
    page.submit("Open them and tell the leads", place=str(world.organisation_id), reason="Nobody is there zqx-why.")
    with app.app_context():
        mails = db.session().scalars(select(MailMessage)).all()
        told = {each.recipient for each in mails}
        assert told == {world.emails["manager"], world.emails["owner"]}
        assert not any("zqx" in each.subject + each.body for each in mails)


def test_an_owner_gives_a_duty_and_ends_it(client: PageClient, world: World, app: Flask) -> None:  # noqa: ARG001
    world.sign_in(client, "owner")
    page = client.get("/coordinator/duties")
    assert "Nobody is named. What people worry about goes to the programme’s lead." in page.text
    page = page.submit("Give this duty", person=str(world.users["coordinator"]))  # the first is for leads
    assert "They can begin at once." in page.text
    assert "Nobody is named. What people worry about" not in page.text
    world.sign_in(client, "coordinator")
    client.get("/coordinator/concerns")
    client.get("/coordinator/duties", status=403)
    world.sign_in(client, "owner")
    page = client.get("/coordinator/duties").submit("End this Coordinator")
    assert "They do not have this duty any more." in page.text
    world.sign_in(client, "coordinator")
    client.get("/coordinator/concerns", status=403)


def test_only_staff_can_be_given_a_duty(client: PageClient, world: World) -> None:
    world.sign_in(client, "owner")
    token = client.get("/coordinator/duties").fields("Give this duty")["csrf_token"]
    for bad in (str(world.users["other_coordinator"]), "nonsense", ""):
        client.post("/coordinator/duties/moderator", {"person": bad, "csrf_token": token}, status=404)
    sent = {"person": str(world.users["coordinator"]), "csrf_token": token}
    client.post("/coordinator/duties/facilitator", sent, status=404)


def test_a_manager_names_the_programmes_lead_and_sees_where_nobody_is(client: PageClient, world: World, app: Flask) -> None:
    name_lead(app, world, "coordinator")
    world.sign_in(client, "manager")
    page = client.get("/programme/leads")
    assert "nobody reads it. Name somebody now." in page.text
    rows = [" ".join(row.get_text(" ").split()) for row in page.soup.select("tbody tr")]
    assert ["Nobody yet" in row for row in rows] == [True, False], "first where nobody is named"
    client.get("/programme/concerns", status=403)
    page = page.submit("Give this duty", person=str(world.users["manager"]))
    assert "They can begin at once." in page.text
    client.get("/programme/concerns")
    client.get("/programme/leads").submit("End this Manager")
    client.get("/programme/concerns", status=403)
