"""Keeping groups in the coordinator's room: making, facilitators, who sees people, the board, ending."""

from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.page_client import Page, PageClient
from tests.web.world import World
from timecredits.community.group_models import GroupKind, GroupMember, MemberState, PeerGroup
from timecredits.community.groups.members import join
from timecredits.foundation.db import new_id
from timecredits.hours.activity_models import Activity, OpenTo
from timecredits.network.volunteers import enrol_volunteer
from timecredits.web.database import db

NAME = "Quiet minds after loss"
LET = "Let them look after it"


@pytest.fixture
def jo(client: PageClient, world: World) -> PageClient:
    return world.sign_in(client, "coordinator")


def said(page: Page) -> str:
    return " ".join(page.soup.get_text(" ").split())


def make(jo: PageClient, **values: str) -> Page:
    values = {"name": NAME, "kind": "closed", **values}
    return jo.get("/coordinator/groups/new").submit("Save this group", **values)


def group_id(page: Page) -> UUID:
    return UUID(page.path.rsplit("/", 1)[-1])


def asks(app: Flask, world: World, group: UUID, first_name: str = "Gwen") -> UUID:
    with app.app_context():
        session = db.session()
        person = enrol_volunteer(session, world.programme_id, world.organisation_id, first_name=first_name, last_name="Hall")
        join(session, world.programme_id, group, person.volunteer.id)
        session.commit()
        return person.volunteer.id


def test_a_group_is_made_once_and_its_activity_gives_nothing_away(app: Flask, jo: PageClient) -> None:
    assert "No groups yet" in jo.get("/coordinator/groups").text
    form = jo.get("/coordinator/groups/new")
    page = form.submit("Save this group", name=NAME, kind="closed")
    assert page.heading == "This group"
    assert form.submit("Save this group", name=NAME, kind="closed").path == page.path
    activities = jo.get("/coordinator/activities")
    assert "Group session" in activities.text
    assert NAME not in activities.response.text
    planning = page.click("Say when it meets")
    assert NAME not in planning.response.text
    with app.app_context():
        assert db.session().scalar(select(Activity.open_to).where(Activity.name == "Group session")) is OpenTo.LET_IN


def test_what_can_not_stay_is_said_and_nothing_typed_is_lost(jo: PageClient) -> None:
    page = make(jo, neutral_name=f"The {NAME} evening", summary="Kind words.")
    assert "This would give the group away on letters." in said(page)
    assert "Kind words." in page.response.text
    assert "with https:// in front" in said(page.submit("Save this group", neutral_name="Evenings", link="meet.example"))
    assert "Type the name of the group." in said(make(jo, name=" "))


def test_changing_it_keeps_it_a_group(app: Flask, jo: PageClient) -> None:
    page = make(jo)
    changed = page.click("Change what is said").submit("Save this group", name="Owls", kind="online", link="https://m.example/1")
    assert "https://m.example/1" in changed.text
    activity = changed.click("Say when it meets").path.split("/")[3]
    jo.get(f"/coordinator/activities/{activity}/edit").submit("Save this activity", summary="What we do.")
    with app.app_context():
        row = db.session().scalars(select(Activity).where(Activity.name == "Group session")).one()
        assert row.open_to is OpenTo.LET_IN


def test_only_those_who_look_after_it_see_people(app: Flask, jo: PageClient, world: World) -> None:
    group = group_id(make(jo))
    gwen = asks(app, world, group)
    for end in ("people", "board"):
        jo.get(f"/coordinator/groups/{group}/{end}", status=403)
    assert "Gwen" not in jo.get(f"/coordinator/groups/{group}").response.text
    naming = jo.get(f"/coordinator/groups/{group}/facilitators")
    named = naming.submit(f"{LET} Coordinator")
    assert "They look after this group now." in said(named)
    people = jo.get(f"/coordinator/groups/{group}").click("People in this group")
    let_in = people.submit("Yes Gwen Hall")
    assert "They are in the group now." in said(let_in)
    out = let_in.submit("Yes, take them out Gwen Hall")
    assert "Nobody is in it yet" in out.text
    asked = jo.get(f"/coordinator/groups/{group}/people?q=gwen").submit("Ask them in Gwen Hall")
    assert "Has not said yes or no." in asked.text
    with app.app_context():
        assert db.session().scalar(select(GroupMember.state).where(GroupMember.volunteer_id == gwen)) is MemberState.INVITED
    ended = jo.get(f"/coordinator/groups/{group}/facilitators").submit("Stop Coordinator")
    assert "Nobody yet" in ended.text
    jo.get(f"/coordinator/groups/{group}/people", status=403)


def test_a_volunteer_is_looked_for_and_named(app: Flask, jo: PageClient, world: World) -> None:
    group = group_id(make(jo))
    found = jo.get(f"/coordinator/groups/{group}/facilitators?q=oneill")
    named = found.submit(next(text for text in buttons(found) if text.startswith(LET) and "Siân" in text))
    assert "A volunteer" in named.text
    with app.app_context():
        assert db.session().scalar(select(GroupMember.volunteer_id)) == world.volunteer_id
    assert "We found nobody like that." in jo.get(f"/coordinator/groups/{group}/facilitators?q=zzz").text


def buttons(page: Page) -> list[str]:
    return [" ".join(each.get_text(" ").split()) for each in page.soup.select("button")]


def test_staff_write_on_the_board(jo: PageClient) -> None:
    group = group_id(make(jo))
    jo.get(f"/coordinator/groups/{group}/facilitators").submit(f"{LET} Coordinator")
    board = jo.get(f"/coordinator/groups/{group}/board")
    assert "Nothing was sent." in said(board.submit("Send", words=" "))
    assert "See you on Tuesday." in board.submit("Send", words="See you on Tuesday.").text


def test_ending_takes_two_steps_and_is_kept(app: Flask, jo: PageClient, world: World) -> None:
    page = make(jo)
    group = group_id(page)
    ended = page.click("End this group").submit("Yes, end this group")
    assert "The group ends after today." in said(ended)
    assert "This group has ended." in jo.get(f"/coordinator/groups/{group}").text
    jo.get(f"/coordinator/groups/{group}/end")
    with app.app_context():
        assert db.session().scalar(select(func.count()).select_from(PeerGroup).where(PeerGroup.ended_at.is_not(None))) == 1
    assert world.programme_id


def test_another_organisations_group_is_missing(client: PageClient, world: World) -> None:
    group = group_id(make(world.sign_in(client, "coordinator")))
    other = world.sign_in(PageClient(client.app), "other_coordinator")
    for end in ("", "/edit", "/facilitators", "/end", "/people", "/board"):
        theirs = other.get(f"/coordinator/groups/{group}{end}", status=404)
        assert NAME not in theirs.response.text
        assert theirs.heading == other.get(f"/coordinator/groups/{new_id()}{end}", status=404).heading


def test_every_kind_can_be_chosen(jo: PageClient) -> None:
    for number, kind in enumerate(GroupKind):
        page = make(jo, name=f"Group {kind.value}", neutral_name=f"Meeting {number}", kind=kind.value)
        assert page.heading == "This group"
