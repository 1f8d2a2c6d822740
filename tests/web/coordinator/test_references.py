"""Letters on a coordinator's screen: from choosing a person to withdrawing."""

from datetime import date
from uuid import UUID

import pytest
from flask import Flask

from tests.page_client import Page, PageClient
from tests.web.world import World
from timecredits.foundation.db import new_id
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.hours.models import HourSource
from timecredits.hours.recording import NewHours, record_hours
from timecredits.web.database import db


@pytest.fixture
def garden(app: Flask, world: World) -> UUID:
    """The activity in which the world's volunteer gave 2 hours."""
    with app.app_context():
        session = db.session()
        activity = create_activity(
            session, world.programme_id, world.organisation_id, ActivityFacts("Garden group"), actor_id=None
        )
        record_hours(
            session,
            world.programme_id,
            world.organisation_id,
            [NewHours(new_id(), world.volunteer_id, activity.id, None, date(2026, 3, 7), 120)],
            source=HourSource.SINGLE,
            actor_id=None,
            today=date(2026, 3, 7),
        )
        db.session.commit()
        return activity.id


@pytest.fixture
def coordinator(client: PageClient, world: World) -> PageClient:
    return world.sign_in(client, "coordinator")


def write(coordinator: PageClient, **changes: str) -> Page:
    choose = coordinator.get("/coordinator/letters").click("Write a letter")
    return choose.click("Siân O'Neill-Wyn").submit("Save and read it through", **changes)


@pytest.mark.usefixtures("garden")
def test_from_nothing_to_a_withdrawn_letter(coordinator: PageClient) -> None:
    assert "You have no letters yet" in coordinator.get("/coordinator/letters").text

    draft = write(coordinator, opinion="She notices people.")
    assert draft.heading == "Read the letter through"
    for wanted in ("Riverside Trust", "Siân O'Neill-Wyn", "Garden group", "2 hours", "She notices people."):
        assert wanted in draft.text, wanted
    assert "Coordinator, Volunteer coordinator" in draft.text

    issued = draft.submit("Issue this letter")
    assert issued.heading.startswith("Letter TC-20")
    assert "Done. The letter is ready to print." in issued.text
    pdf = issued.click("Open to print")
    assert pdf.response.mimetype == "application/pdf"
    assert pdf.response.data.startswith(b"%PDF")
    assert pdf.response.headers["Content-Disposition"].startswith('inline; filename="letter-TC-')
    assert "Sian" not in pdf.response.headers["Content-Disposition"]

    withdraw = issued.click("Withdraw this letter")
    refused = withdraw.submit("Withdraw this letter", reason="")
    assert "Say why you withdraw this letter. Nothing was changed." in refused.text
    withdrawn = refused.submit("Withdraw this letter", reason="Wrong dates")
    assert "Wrong dates" in withdrawn.text
    assert "Withdraw this letter" not in withdrawn.text
    assert "Withdrawn" in coordinator.get("/coordinator/letters").text


@pytest.mark.usefixtures("garden")
def test_a_draft_can_be_changed_and_removed(coordinator: PageClient) -> None:
    draft = write(coordinator)
    form = draft.click("Change it")
    assert form.fields("Save and read it through")["holder_name"] == "Siân O'Neill-Wyn"
    changed = form.submit("Save and read it through", holder_name="Siân Wyn", neutral_letterhead="y")
    assert "Siân Wyn" in changed.text
    assert "Riverside Trust" not in changed.soup.select_one("article").get_text()  # type: ignore[union-attr]
    assert "Fenland Time Credits" in changed.text

    assert "The draft was removed" in changed.submit("Remove this draft").text
    assert "You have no letters yet" in coordinator.get("/coordinator/letters").text


@pytest.mark.usefixtures("garden")
def test_bad_input_keeps_what_was_typed(coordinator: PageClient) -> None:
    page = write(coordinator, holder_name=" ", opinion="Kept words.")
    assert "Type the name that goes on the letter." in page.text
    assert page.fields("Save and read it through")["opinion"] == "Kept words."
    page = page.submit("Save and read it through", holder_name="Siân", opinion="x" * 1501)
    assert "too long by 1 letters" in page.text


@pytest.mark.usefixtures("garden")
def test_sending_the_form_twice_makes_one_draft(coordinator: PageClient) -> None:
    form = coordinator.get("/coordinator/letters").click("Write a letter").click("Siân O'Neill-Wyn")
    first, second = (form.submit("Save and read it through") for _ in range(2))
    assert first.path == second.path


@pytest.mark.usefixtures("garden")
def test_issuing_twice_gives_one_letter(coordinator: PageClient) -> None:
    draft = write(coordinator)
    first, second = (draft.submit("Issue this letter") for _ in range(2))
    assert first.heading == second.heading
    assert len(coordinator.get("/coordinator/letters").soup.select("tbody tr")) == 1


@pytest.mark.usefixtures("garden")
def test_a_letter_no_font_has_is_not_issued(coordinator: PageClient) -> None:
    draft = write(coordinator, holder_name="Siân \U00012345")
    page = draft.submit("Issue this letter")
    assert page.heading == "Read the letter through"
    assert "We cannot print" in page.text
    assert "Nothing was made." in page.text
    page.click("Change it")


def test_somebody_without_hours_gets_a_sentence(coordinator: PageClient, world: World) -> None:
    page = coordinator.get(f"/coordinator/letters/new/{world.volunteer_id}")
    assert "There are no hours to write about yet" in page.text
    assert not page.soup.select("textarea")


@pytest.mark.usefixtures("garden")
def test_names_that_could_hurt(coordinator: PageClient) -> None:
    for name in ("=cmd|' /C calc'!A0", "<script>alert(1)</script>", "Łukasz Żółć", "محمد علي"):
        page = write(coordinator, holder_name=name).submit("Issue this letter")
        assert page.heading.startswith("Letter TC-")
        assert name in page.text


@pytest.mark.usefixtures("garden")
def test_search_and_filter(coordinator: PageClient) -> None:
    issued = write(coordinator).submit("Issue this letter")
    code = issued.soup.select_one(".tc-code__typed").get_text()  # type: ignore[union-attr]
    for query in (
        "q=sian",
        f"q={code}",
        f"q={issued.heading.removeprefix('Letter ')}",
        "status=issued",
        "status=rubbish",
        "page=x",
    ):
        assert "Siân O'Neill-Wyn" in coordinator.get(f"/coordinator/letters?{query}").text, query
    for query in ("q=nobody", "status=draft"):
        assert "No letter fits" in coordinator.get(f"/coordinator/letters?{query}").text, query


@pytest.mark.usefixtures("garden")
def test_another_organisation_finds_nothing(client: PageClient, world: World) -> None:
    draft = write(world.sign_in(client, "coordinator"))
    address = draft.path
    issued = draft.submit("Issue this letter")
    pdf = issued.link("Open to print")
    stranger = world.sign_in(PageClient(client.app), "other_coordinator")
    missing = address.rsplit("/", 1)[0] + f"/{new_id()}"
    same = stranger.get(missing, status=404).text
    for path in (address, pdf, f"{address}/change", f"{address}/withdraw", f"/coordinator/letters/new/{world.volunteer_id}"):
        assert stranger.get(path, status=404).text == same, path
    token = stranger.get("/coordinator/letters").soup.select_one("input[name=csrf_token]")
    assert token is not None
    for act in ("issue", "remove", "withdraw"):
        stranger.post(f"{address}/{act}", {"csrf_token": token["value"], "reason": "x"}, status=404)
    assert "You have no letters yet" in stranger.get("/coordinator/letters").text


@pytest.mark.parametrize("who", ["volunteer", "manager", "venue_manager"])
def test_only_the_organisation_writes_letters(client: PageClient, world: World, who: str) -> None:
    world.sign_in(client, who).get("/coordinator/letters", status=403)


def test_a_visitor_signs_in_first(client: PageClient) -> None:
    response = client.http.get("/coordinator/letters")
    assert response.status_code == 302
