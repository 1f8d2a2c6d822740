"""A slip from the coordinator's printer to the volunteer's home: once, for its own organisation's people alone."""

import re
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from tests.page_client import Page, PageClient
from tests.web.world import World
from timecredits.foundation.audit import AuditEntry
from timecredits.network.models import RoleKind
from timecredits.network.slips import MOST_AN_HOUR, MOST_FROM_ONE
from timecredits.network.tries import count_try
from timecredits.network.users import give_role
from timecredits.web.database import db

pytestmark = pytest.mark.usefixtures("steady_clock")
DOES_NOT_WORK = "That code does not work."
CODE = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4} [0-9A-HJKMNP-TV-Z]{4} [0-9A-HJKMNP-TV-Z]{4}\b")


@pytest.fixture
def staff(app: Flask, world: World) -> PageClient:
    return world.sign_in(PageClient(app), "coordinator")


def page_of(world: World) -> str:
    return f"/coordinator/people/{world.volunteer_id}/sign-in-slip"


def printed(staff: PageClient, world: World) -> tuple[str, str]:
    """What stands on the slip, and its code."""
    answer = staff.get(page_of(world)).submit("Make a slip to print").response
    assert answer.mimetype == "application/pdf"
    pdf = PdfReader(BytesIO(answer.data))
    assert len(pdf.pages) == 1
    text = pdf.pages[0].extract_text().replace("\u200b", "")  # where a long address may break
    [code] = CODE.findall(text)
    return text, code


def typed(client: PageClient, code: str, *, status: int = 200) -> Page:
    return client.get("/sign-in").click("I have a slip to sign in with").submit("Sign in", code=code, status=status)


def test_from_the_persons_page_to_their_own_home_once(app: Flask, staff: PageClient, client: PageClient, world: World) -> None:
    person = staff.get(f"/coordinator/people/{world.volunteer_id}")
    assert person.click("A slip to sign in with").path == page_of(world)
    text, code = printed(staff, world)
    assert "Siân" in text
    assert "/sign-in/slip" in text
    for never in ("O'Neill", "Riverside", "Coordinator"):
        assert never not in text, never
    assert typed(client, code.lower().replace(" ", "-")).path == "/my/"
    assert client.get("/sign-in/slip").path == "/my/"
    second = PageClient(app)
    again = typed(second, code)
    assert (again.path, DOES_NOT_WORK in again.text) == ("/sign-in/slip", True)
    assert second.get("/my/").path == "/sign-in"
    with app.app_context():
        made = db.session().scalars(select(AuditEntry).where(AuditEntry.action == "sign-in slip made")).one()
    assert (made.actor_id, made.subject_id) == (world.users["coordinator"], world.volunteer_id)


def test_a_new_slip_ends_the_one_before(app: Flask, staff: PageClient, client: PageClient, world: World) -> None:
    _text, old = printed(staff, world)
    _text, new = printed(staff, world)
    assert DOES_NOT_WORK in typed(client, old).text
    assert typed(PageClient(app), new).path == "/my/"


def test_only_the_coordinator_of_their_own_organisation_makes_one(app: Flask, staff: PageClient, world: World) -> None:
    token = {"csrf_token": staff.get(page_of(world)).fields("Make a slip to print")["csrf_token"]}
    nobody = f"/coordinator/people/{uuid4()}/sign-in-slip"
    not_here = staff.get(nobody, status=404).text
    staff.post(nobody, token, status=404)
    stranger = world.sign_in(PageClient(app), "other_coordinator")
    assert stranger.get(page_of(world), status=404).text == not_here
    own = stranger.get(f"/coordinator/people/{world.other_volunteer_id}/sign-in-slip").fields("Make a slip to print")
    stranger.post(page_of(world), {"csrf_token": own["csrf_token"]}, status=404)
    assert PageClient(app).get(page_of(world)).path == "/sign-in"
    world.sign_in(PageClient(app), "volunteer").get(page_of(world), status=403)
    world.sign_in(PageClient(app), "venue_manager").get(page_of(world), status=403)


def test_who_works_here_gets_none(app: Flask, staff: PageClient, client: PageClient, world: World) -> None:
    _text, code = printed(staff, world)
    with app.app_context():
        give_role(db.session(), world.programme_id, world.users["volunteer"], RoleKind.PROGRAMME_MANAGER)
        db.session.commit()
    answer = staff.get(page_of(world)).submit("Make a slip to print")
    assert "They work here. They sign in with their password. Nothing was made." in answer.response.text
    assert "please sign in with your password" in typed(client, code).text
    assert client.get("/my/").path == "/sign-in"


def test_too_many_tries_and_too_many_slips_are_said_plainly(
    app: Flask, staff: PageClient, client: PageClient, world: World
) -> None:
    _text, code = printed(staff, world)
    for _ in range(MOST_FROM_ONE):
        assert DOES_NOT_WORK in typed(client, "0000 0000 0000").text
    assert "Wait 15 minutes." in typed(client, code, status=429).text
    with app.app_context():
        count_try(db.session(), f"slips by {world.users['coordinator']}", within=timedelta(hours=1), times=MOST_AN_HOUR)
        db.session.commit()
    answer = staff.get(page_of(world)).submit("Make a slip to print")
    assert "That is a lot for one hour." in answer.response.text
