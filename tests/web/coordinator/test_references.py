"""Letters on a coordinator's screen: from choosing a person to withdrawing."""

from datetime import date
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from tests.page_client import Page, PageClient
from tests.web.world import World
from timecredits.foundation.db import new_id
from timecredits.foundation.jobs import run_waiting
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.hours.correcting import correct_hours
from timecredits.hours.models import HourEntry, HourSource
from timecredits.hours.recording import NewHours, record_hours
from timecredits.network.volunteers import enrol_volunteer
from timecredits.web.database import db
from timecredits.web.issuing import issuer_of
from timecredits.web.jobs import handlers


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


def colleague(app: Flask, world: World) -> PageClient:
    return world.sign_in(PageClient(app), "owner")


@pytest.mark.usefixtures("garden")
def test_a_colleague_reads_it_before_it_goes_out(app: Flask, coordinator: PageClient, world: World) -> None:
    draft = write(coordinator, opinion="Kind.", wants_second_look="y")
    assert "A colleague must read it before it goes out" in draft.text
    assert "Issue this letter" not in draft.text
    token = draft.fields("Remove this draft")["csrf_token"]
    refused = coordinator.post(f"{draft.path}/issue", {"csrf_token": token})
    assert "A colleague must read this letter first. Nothing was issued." in refused.text

    owner = colleague(app, world)
    assert "Letters to read" in owner.get("/coordinator/").text
    seen = owner.get("/coordinator/letters").click("Siân O'Neill-Wyn")
    assert "Coordinator asks you to read it" in seen.text
    assert "Say what should change. Nothing was saved." in seen.submit("Send it back", note=" ").text
    assert "at most 500" in seen.submit("Send it back", note="x" * 501).text
    assert "Sent back to Coordinator" in seen.submit("Send it back", note="Say more.").text

    back = coordinator.get("/coordinator/letters").click("Siân O'Neill-Wyn")
    assert "Owner asks for a change" in back.text
    assert "Say more." in back.text
    back.click("Change it").submit("Save and read it through", opinion="Kind and quick.")
    stale = seen.submit("It is fine")
    assert "The letter changed while you read it. Nothing was saved." in stale.text
    assert "The letter can go out now" in owner.get(draft.path).submit("It is fine").text
    ready = coordinator.get(draft.path)
    assert "Owner read it on" in ready.text
    assert ready.submit("Issue this letter").heading.startswith("Letter TC-")


@pytest.mark.usefixtures("garden")
def test_in_confidence_and_in_welsh(coordinator: PageClient) -> None:
    draft = write(coordinator, confidential="y", language="cy")
    assert "not what it says" in draft.text
    issued = draft.submit("Issue this letter")
    assert "Rolau" in issued.text or "oriau" in issued.text.lower()


@pytest.mark.usefixtures("garden")
def test_hours_put_right_and_the_letter_written_anew(app: Flask, coordinator: PageClient, world: World) -> None:
    old = write(coordinator, opinion="Kind.").submit("Issue this letter")
    with app.app_context():
        [entry] = db.session.scalars(select(HourEntry))
        correct_hours(
            db.session(),
            world.programme_id,
            world.organisation_id,
            entry.id,
            minutes=60,
            reason="Typed wrong",
            actor_id=None,
            today=date(2026, 3, 8),
        )
        db.session.commit()
    page = coordinator.get(old.path)
    assert "Some hours were put right" in page.text
    first, second = (page.submit("Write it again") for _ in range(2))
    assert first.path == second.path
    assert "1 hour" in first.text
    assert "Kind." in first.text
    new = first.submit("Issue this letter")
    old_page = coordinator.get(old.path)
    assert "There is a newer letter. Use that one." in old_page.text
    assert old_page.click(new.heading).heading == new.heading
    assert "Write it again" not in old_page.text


@pytest.mark.usefixtures("garden")
def test_a_colleague_does_not_sign_anothers_words(app: Flask, coordinator: PageClient, world: World) -> None:
    old = write(coordinator, opinion="Kind.").submit("Issue this letter")
    old.click("Withdraw this letter").submit("Withdraw this letter", reason="Wrong dates")
    draft = colleague(app, world).get(old.path).submit("Write it again")
    assert "words were left out" in draft.text
    assert "Kind." not in draft.text


def test_several_at_once_from_tick_to_paper(app: Flask, coordinator: PageClient, world: World, garden: UUID) -> None:
    with app.app_context():
        session, here = db.session(), (world.programme_id, world.organisation_id)
        for name in ("Zoë", "Odd \U00012345", "Nobody"):
            person = enrol_volunteer(session, *here, first_name=name).volunteer
            if name != "Nobody":
                entry = NewHours(new_id(), person.id, garden, None, date(2026, 3, 7), 60)
                record_hours(session, *here, [entry], source=HourSource.SINGLE, actor_id=None, today=date(2026, 3, 7))
        db.session.commit()
    page = coordinator.get("/coordinator/letters").click("Several at once")
    assert "3 people have hours here" in page.text
    assert "1 more person has no confirmed hours." in page.text
    assert "Tick one or more. Nothing was made." in page.submit("Make the letters").text
    making = page.submit("Make the letters", everybody="y", language="cy")
    assert making.heading == "Making your letters"
    assert page.submit("Make the letters", everybody="y").path == making.path
    run_jobs(app)
    made = coordinator.get(making.path)
    assert made.heading == "Your letters are ready"
    assert "2 letters in one file" in made.text
    assert "1 letter was not made" in made.text
    assert "We cannot print" in made.text
    pdf = made.click("Open to print").response
    assert (pdf.mimetype, pdf.data[:4]) == ("application/pdf", b"%PDF")
    assert len(coordinator.get("/coordinator/letters?status=issued").soup.select("tbody tr")) == 2

    again = coordinator.get("/coordinator/letters/several?what=issued&q=zoe")
    ticked = again.soup.select_one("input[name=ticked]")
    assert ticked is not None
    job = again.submit("Print again", ticked=str(ticked["value"]))
    run_jobs(app)
    assert "1 letter in one file" in coordinator.get(job.path).text
    assert len(coordinator.get("/coordinator/letters?status=issued").soup.select("tbody tr")) == 2
    other = world.sign_in(PageClient(app), "other_coordinator")
    for path in (making.path, f"{making.path}/letters.pdf"):
        other.get(path, status=404)


def run_jobs(app: Flask) -> None:
    with app.app_context():
        run_waiting(db.engine, handlers(app.config["KEYRING"], issuer_of(app.config)))


@pytest.mark.usefixtures("garden")
def test_drafts_go_out_together(app: Flask, coordinator: PageClient) -> None:
    assert "There is no draft" in coordinator.get("/coordinator/letters/several?what=drafts").text
    write(coordinator, holder_name="First")
    write(coordinator, holder_name="Second", wants_second_look="y")
    page = coordinator.get("/coordinator/letters/several?what=drafts")
    assert "A colleague must read it" in page.text
    job = page.submit("Issue and print", everybody="y")
    run_jobs(app)
    made = coordinator.get(job.path)
    assert "1 letter in one file" in made.text
    assert "A colleague must read this letter first." in made.text
    for odd in ("what=rubbish", "q=nobody", "what=issued&q=%25"):
        coordinator.get(f"/coordinator/letters/several?{odd}")


def test_the_letterhead(coordinator: PageClient) -> None:
    page = coordinator.get("/coordinator/letters").click("Your letterhead")
    assert "1 Quay Lane" in page.text
    saved = page.submit(
        "Save",
        name="Riverside CIC",
        address="2 Mill Road\r\n\r\n Ely ",
        charity_number="sc 012345",
        email="office@riverside.example",
        phone="+44 1632 960 001",
    )
    assert "Saved. New letters will have this." in saved.text
    for wanted in ("Riverside CIC", "2 Mill Road, Ely", "SC012345", "office@riverside.example", "+44 1632 960 001"):
        assert wanted in saved.text, wanted
    assert saved.fields("Save")["address"].split() == ["2", "Mill", "Road", "Ely"]


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("name", " ", "Type the name for your letters. Nothing was saved."),
        ("name", "x" * 101, "too long"),
        ("name", "Odd \U00012345", "We cannot print"),
        ("address", "\n".join("abcdef"), "at most 5 lines"),
        ("address", "x" * 61, "at most 5 lines"),
        ("address", "\U00012345", "We cannot print"),
        ("charity_number", "12", "as it is registered"),
        ("email", "nobody", "Type an email address"),
        ("phone", "ring us", "Type a phone number"),
    ],
)
def test_a_letterhead_that_can_not_stand(coordinator: PageClient, field: str, typed: str, said: str) -> None:
    page = coordinator.get("/coordinator/letters/letterhead").submit("Save", **{field: typed})
    assert said in page.text
    assert page.fields("Save")[field].strip() == typed.strip()
    assert page.soup.select_one(f".govuk-error-summary a[href='#{field}']")
