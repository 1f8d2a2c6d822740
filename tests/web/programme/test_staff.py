"""Staff as a programme manager keeps them: the programme's, an organisation's, a venue's; a venue invited in two fields."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.page_client import Page, PageClient
from tests.web.second_step import finish
from tests.web.world import PASSWORD, World
from timecredits.foundation.mail import MailMessage
from timecredits.network.invitation_models import Invitation
from timecredits.network.invitations import link_of
from timecredits.network.models import ProgrammeVenue, RoleKind, Venue
from timecredits.network.programmes import create_organisation, create_programme, create_venue, join_programme
from timecredits.network.users import create_user, give_role
from timecredits.web.database import db


@pytest.fixture
def manager(client: PageClient, world: World) -> PageClient:
    return world.sign_in(client, "manager")


def link_in_mail(app: Flask, to: str) -> str:
    with app.app_context():  # the mail is on its way already, and its body gone
        assert db.session().scalars(select(MailMessage.id).where(MailMessage.recipient == to)).one()
        invitation = db.session().scalars(select(Invitation).where(Invitation.email == to)).one()
        return f"/join/{link_of(db.session(), app.config['KEYRING'], invitation)}"


def test_an_organisation_without_an_owner_is_said_and_one_is_invited(app: Flask, manager: PageClient) -> None:
    page = manager.get("/programme/staff")
    assert "Nobody is the owner" in page.text
    assert "Riverside Trust" not in page.text
    there = page.click("Lantern House")
    assert "Nobody is the owner right now." in there.text
    form = there.click("Invite somebody")
    sent = form.submit("Invite them", kind="organisation_owner", email="lo@example.org")
    assert "lo@example.org Waiting Owner, by email" in sent.text
    other = PageClient(app)
    joined = other.get(link_in_mail(app, "lo@example.org")).submit(
        "Yes, I will do it", name="Lo", new_password="eleven slow green boats"
    )
    assert finish(joined).path == "/coordinator/"
    assert other.get("/coordinator/staff").link("Invite somebody")
    assert "Nobody is the owner" not in manager.get("/programme/staff").text
    assert "What will they be?" not in there.click("Invite somebody").text, "the seat is taken: a coordinator it is"
    late = form.submit("Invite them", kind="organisation_owner", email="mo@example.org")
    assert "Choose what they will be. Nothing was sent." in late.text


def test_a_manager_names_somebody_who_works_there(manager: PageClient, world: World) -> None:
    page = manager.get(f"/programme/organisations/{world.other_organisation_id}/staff").click("Name an owner")
    [choice] = page.soup.select("input[name=person]")
    done = page.submit("Make them the owner", person=str(choice["value"]))
    assert "Other Coordinator is the owner now." in done.response.text


def test_where_nobody_works_yet_nobody_below_is_spoken_of(app: Flask, manager: PageClient, world: World) -> None:
    with app.app_context():
        empty = create_organisation(db.session(), world.programme_id, name="Mill Shed", slug="mill-shed").id
        db.session().commit()
    page = manager.get(f"/programme/organisations/{empty}/staff")
    assert "Nobody is the owner right now. Invite an owner." in page.text
    assert "Nobody works there yet" in page.text
    assert "below" not in page.text


def test_the_last_manager_stays_and_a_second_is_invited(app: Flask, manager: PageClient) -> None:
    mine = manager.get("/programme/staff").click("Manager")
    refused = mine.submit("End it now")
    assert "Somebody must stay to run the programme." in refused.response.text
    sent = manager.get("/programme/staff/invite").submit("Invite them", email="second@example.org")
    assert "second@example.org Waiting Programme manager" in sent.text
    second = PageClient(app)
    home = second.get(link_in_mail(app, "second@example.org")).submit(
        "Yes, I will do it", name="Second", new_password="eleven slow green boats"
    )
    assert finish(home).path == "/programme"
    assert (
        "They can not work here any more." in second.get("/programme/staff").click("Manager").submit("End it now").response.text
    )


def venue_form(client: PageClient) -> Page:
    return client.get("/programme/venues/invite")


def test_a_new_venue_takes_two_fields(app: Flask, manager: PageClient) -> None:
    page = venue_form(manager).submit("Invite this venue", name="Corn Exchange, Ely", email="di@venue.example")
    assert "Sent. They can say yes within 7 days." in page.response.text
    assert "di@venue.example Waiting Venue manager" in page.text
    joined = (
        PageClient(app)
        .get(link_in_mail(app, "di@venue.example"))
        .submit("Yes, I will do it", name="Di", new_password="eleven slow green boats")
    )
    assert finish(joined).path == "/venue"
    assert "Corn Exchange" in manager.get("/programme/venues").text


def test_a_venue_that_is_known_is_asked_about_once(app: Flask, manager: PageClient, world: World) -> None:
    with app.app_context():
        create_venue(db.session(), name="Tower", slug="tower", town="London", is_national=True)
        db.session.commit()
    asked = venue_form(manager).submit("Invite this venue", name="Tower", email="di@venue.example")
    assert "We know a venue of this name." in asked.text
    assert "There is a problem" not in asked.text
    assert "Yes: Tower, London" in asked.text
    unsaid = asked.submit("Invite this venue", same="something")
    assert "Say if it is this venue. Nothing was sent." in unsaid.text
    [first] = [str(each["value"]) for each in asked.soup.select("input[name=same]") if each["value"] != "new"]
    done = asked.submit("Invite this venue", same=first)
    assert "di@venue.example Waiting" in done.text
    with app.app_context():
        assert len(db.session().scalars(select(Venue).where(Venue.name == "Tower")).all()) == 1
        joined = select(ProgrammeVenue).join(Venue, Venue.id == ProgrammeVenue.venue_id).where(Venue.slug == "tower")
        assert db.session().scalars(joined).one().programme_id == world.programme_id
    other = venue_form(manager).submit("Invite this venue", name="Tower", email="mo@venue.example")
    assert "mo@venue.example Waiting" in other.submit("Invite this venue", same="new").text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"name": "", "email": "di@venue.example"}, "Type the name of the venue. Nothing was sent."),
        ({"name": "Corn Exchange", "email": ""}, "Type an email address, like name@example.org."),
    ],
)
def test_what_is_missing_is_said(manager: PageClient, values: dict[str, str], words: str) -> None:
    page = venue_form(manager).submit("Invite this venue", **values)
    assert words in page.text
    assert page.fields("Invite this venue")["name"] == values["name"]


def test_a_venue_of_another_programme_joins_only_by_the_yes_of_who_runs_it(app: Flask, manager: PageClient, world: World) -> None:
    with app.app_context():
        other = create_programme(db.session(), name="Coast Time Credits", slug="coast").id
        venue = create_venue(db.session(), name="Corn Exchange", slug="corn-exchange", town="Ely").id
        join_programme(db.session(), other, venue).joined_on -= timedelta(days=100)
        keeper = create_user(db.session(), email="keeper@venue.example", name="Kit", password="quiet river seven lamps").id
        give_role(db.session(), other, keeper, RoleKind.VENUE_MANAGER, venue_id=venue)
        db.session.commit()
    page = venue_form(manager).submit("Invite this venue", name="Corn Exchange, Ely", email="mine@example.org")
    assert "somebody who runs it must say yes" in page.text
    sent = page.submit("Invite this venue", same=str(venue))
    assert "The venue joins once somebody who runs it now says yes." in sent.response.text
    assert sent.path == f"/programme/venues/{venue}/staff"
    assert "Corn Exchange" not in manager.get("/programme/venues").text
    link = link_in_mail(app, "mine@example.org")
    mine = manager.get(link)  # the right password, and still no right to say it
    mine = finish(mine.submit("Yes, I will do it").submit("Sign in", email=world.emails["manager"], password=PASSWORD))
    assert "Only somebody who runs it now can say yes." in mine.text
    assert "Only somebody who runs this venue now can say yes. Nothing was saved." in mine.submit("Yes, I will do it").text
    visitor = PageClient(app)
    assert "Sign in first, as somebody who runs this venue." in visitor.get(link).text
    kit = PageClient(app)
    signed_in = kit.get("/sign-in/password").submit(email="keeper@venue.example", password="quiet river seven lamps")
    assert finish(signed_in).path == "/venue"
    assert kit.get(link).submit("Yes, I will do it").path == "/venue"
    assert "Corn Exchange" in manager.get("/programme/venues").text
    invite = manager.get(f"/programme/venues/{venue}/staff").click("Invite somebody")
    invite.submit("Invite them", email="late@example.org")
    late = PageClient(app)
    yes = late.get(link_in_mail(app, "late@example.org"))
    finish(yes.submit("Yes, I will do it", name="Lo", new_password="eleven slow green boats"))
    for address in ("/venue/tills", "/venue/posters", "/venue/about"):
        shown = late.get(address)
        assert "Programmes share" in shown.text
        for words in ("Make a code", "Make the poster", "Save"):
            assert words not in [button.get_text(strip=True) for button in shown.soup.select("button")]
        assert "Programmes share" not in kit.get(address).text
