"""Credits on paper, as a coordinator meets them: make, print, hand out, stop, replace; nobody else's are to be seen."""

import io
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from tests.house.test_reading_grade import check_reading
from tests.page_client import Page, PageClient
from tests.spending.notes.sheaf import faults, fill_pot, float_of, notes_in, printed, use_by_hand
from tests.spending.shop import credits_of, earn
from tests.web.world import World
from timecredits.foundation.audit import AuditEntry
from timecredits.spending.note_models import CreditNote, NoteBatch
from timecredits.web.database import db

Within = Callable[..., Any]


@pytest.fixture
def within(app: Flask, world: World) -> Within:
    """Call something with the session and the world, and commit."""

    def call(verb: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        with app.app_context():
            answer = verb(db.session(), world, *args, **kwargs)
            db.session.commit()
            return answer

    return call


@pytest.fixture
def pot(within: Within) -> UUID:
    pot_id: UUID = within(fill_pot, 600)
    return pot_id


def make_from_pot(staff: PageClient, pot: UUID, **values: Any) -> Page:
    return staff.get(f"/coordinator/notes/new/pot/{pot}").submit("Make the notes", **values)


def ids_of(page: Page) -> list[str]:
    return [str(each["value"]) for each in page.soup.select('input[name="note"][type="checkbox"]')]


@pytest.mark.usefixtures("pot")
def test_a_batch_from_a_pot_in_three_steps(staff: PageClient, within: Within) -> None:
    begin = staff.get("/coordinator/").click("Notes")
    assert "No notes yet" in begin.text
    form = begin.click("Make notes").click("For visitors")
    assert "It has 10 credits" in form.text
    page = form.submit("Make the notes", count="3", minutes="90", words="The coach trip")
    assert page.heading == "3 notes of 1½ credits"
    assert "Saved. 3 notes are ready to print." in page.text
    assert "The coach trip" in page.text
    assert "Coordinator" in page.text
    assert within(float_of) == 270
    assert within(faults) == []
    assert "3 notes of 1½ credits" in staff.get("/coordinator/notes").text


def test_a_double_save_makes_one_batch(staff: PageClient, within: Within, pot: UUID) -> None:
    form = staff.get(f"/coordinator/notes/new/pot/{pot}")
    first = form.submit("Make the notes", count="2")
    assert form.submit("Make the notes", count="2").path == first.path
    assert within(float_of) == 120


def test_what_was_typed_stays_when_something_is_wrong(staff: PageClient, within: Within, pot: UUID) -> None:
    page = make_from_pot(staff, pot, count="many", words="The coach trip")
    assert "Type a number from 1 to 100. Nothing was made." in page.text
    assert page.fields("Make the notes")["words"] == "The coach trip"
    assert page.fields("Make the notes")["count"] == "many"
    for count in ("0", "101", "-1", "1.5", "9999999999", "²"):
        assert "Type a number from 1 to 100" in make_from_pot(staff, pot, count=count).text
    assert "Choose a value from the list." in make_from_pot(staff, pot, minutes="17").text
    assert "Choose a value from the list." in make_from_pot(staff, pot, minutes="x").text
    page = make_from_pot(staff, pot, count="11")
    assert "There are not enough credits. This needs 11 credits. Nothing was made." in page.text
    assert page.fields("Make the notes")["count"] == "11"
    assert "Use fewer words" in make_from_pot(staff, pot, words="x" * 201).text
    assert within(lambda session, _world: session.scalars(select(NoteBatch)).all()) == []


def test_notes_from_a_person_need_their_yes(staff: PageClient, within: Within, world: World) -> None:
    within(earn, 120)
    form = staff.get("/coordinator/notes/new?q=neill").click("Siân O'Neill-Wyn")
    page = form.submit("Make the notes", count="2")
    assert "Ask them first, then tick this box. Nothing was made." in page.text
    page = page.submit("Make the notes", agreed="y")
    assert page.heading == "2 notes of 1 credit"
    assert within(credits_of) == 0
    page = staff.get(f"/coordinator/notes/new/person/{world.volunteer_id}").submit("Make the notes", count="1", agreed="y")
    assert "There are not enough credits. This needs 1 credit." in page.text


def test_how_many_credits_somebody_has_is_not_shown(staff: PageClient, within: Within, world: World) -> None:
    within(earn, 17 * 60)
    assert "17" not in staff.get(f"/coordinator/notes/new/person/{world.volunteer_id}").text


def test_printing_is_kept_and_gives_the_sheets(staff: PageClient, within: Within, pot: UUID) -> None:
    page = make_from_pot(staff, pot, count="10")
    assert "Not yet" in page.text
    answer = staff.http.post(f"{page.path}/print", data=page.fields("Print"), follow_redirects=True)
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.data.startswith(b"%PDF")
    again = staff.get(page.path)
    assert "Print again" in again.text
    acts = within(lambda session, _world: list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.recorded_at))))
    assert acts[-2:] == ["notes made", "notes printed"]


def test_notes_are_handed_out_to_people_and_to_words(staff: PageClient, pot: UUID) -> None:
    page = make_from_pot(staff, pot, count="3")
    first, second, third = ids_of(page)
    asked = page.submit("Hand out", note=[first, second])
    assert asked.heading == "Hand out 2 notes"
    assert "Say who has them. Nothing was saved." in asked.submit("Save").text
    page = asked.submit("Save", to="V1")
    assert "Saved for 2 notes." in page.text
    assert page.text.count("Siân O'Neill-Wyn") == 2
    page = staff.get(f"{page.path}/hand-out?note={third}").submit("Save", to="Coach driver")
    assert "Coach driver" in page.text
    assert "Hand out 3 notes" in page.click("Hand out all 3").heading


def test_notes_are_stopped_with_a_reason(staff: PageClient, within: Within, pot: UUID) -> None:
    page = make_from_pot(staff, pot, count="3")
    first, _second, third = ids_of(page)
    assert within(use_by_hand, UUID(third), 60)
    asked = staff.get(f"{page.path}/stop?note={first}&note={third}&note=x&note={uuid4()}")
    assert asked.heading == "Stop 1 note"
    assert "Choose why. Nothing was changed." in asked.submit("Stop this note").text
    assert "Choose why. Nothing was changed." in asked.submit("Stop this note", reason="<b>").text
    page = asked.submit("Stop this note", reason="Spoiled")
    assert "Done. 1 note is stopped. The credits are back." in page.text
    assert within(float_of) == 60
    assert within(faults) == []


def test_a_stop_sent_twice_stops_once(staff: PageClient, within: Within, pot: UUID) -> None:
    page = make_from_pot(staff, pot, count="1")
    asked = staff.get(f"{page.path}/stop?all=1")
    asked.submit("Stop this note", reason="Spoiled")
    again = asked.submit("Stop this note", reason="Spoiled")
    assert "Nothing was changed" in again.text
    assert within(float_of) == 0


def test_the_pages_about_ticked_notes_are_easy_to_read(staff: PageClient, pot: UUID) -> None:
    page = make_from_pot(staff, pot, count="3")
    ticked = "&".join(f"note={each}" for each in ids_of(page))
    check_reading(staff, [f"{page.path}/{act}?{ticked}" for act in ("hand-out", "stop", "replace")])


def test_a_note_is_replaced_and_printed_alone(staff: PageClient, within: Within, pot: UUID) -> None:
    page = make_from_pot(staff, pot, count="2")
    asked = staff.get(f"{page.path}/replace?note={ids_of(page)[0]}")
    page = asked.submit("Make a new note")
    assert "Done. 1 new note is made. Print it below. The old one is stopped." in page.text
    answer = staff.http.post(f"{page.path}/print", data=page.fields("Print the new note"), follow_redirects=True)
    text = PdfReader(io.BytesIO(answer.data)).pages[0].extract_text()
    assert text.count("Good until") == 1
    assert within(faults) == []


def test_nothing_ticked_says_so(staff: PageClient, pot: UUID) -> None:
    page = make_from_pot(staff, pot, count="1")
    for act in ("hand-out", "stop", "replace"):
        assert staff.get(f"{page.path}/{act}").heading == "No note is ticked"


def test_a_used_note_says_the_day_and_not_the_place(staff: PageClient, within: Within, pot: UUID) -> None:
    page = make_from_pot(staff, pot, count="1")
    within(use_by_hand, UUID(ids_of(page)[0]), 60)
    page = staff.get(page.path)
    assert "Used on" in page.text
    assert "Parkside" not in page.text
    assert not page.soup.select('button[formaction], input[name="note"]')


def test_a_note_is_found_by_its_number(staff: PageClient, pot: UUID) -> None:
    page = make_from_pot(staff, pot, count="2")
    number = page.soup.select(".tc-notes__number")[0].get_text()
    assert "2 notes of 1 credit" in staff.get("/coordinator/notes", query_string={"q": number}).text
    assert "No note has this number" in staff.get("/coordinator/notes?q=000000000").text


def test_notes_of_another_organisation_are_not_to_be_seen(client: PageClient, within: Within, world: World) -> None:
    within(earn, 120)
    batch_id, note_id = within(lambda session, world: (made := printed(session, world).id, notes_in(session, world, made)[0].id))
    other = world.sign_in(client, "other_coordinator")
    here = f"/coordinator/notes/{batch_id}"
    for path in (here, f"{here}/notes.pdf", f"{here}/hand-out?note={note_id}", f"{here}/stop?all=1", f"{here}/replace?all=1"):
        missing = other.get(path.replace(str(batch_id), str(uuid4())), status=404)
        assert other.get(path, status=404).text == missing.text  # the main part: a nonce differs
    other.get(f"/coordinator/notes/new/person/{world.volunteer_id}", status=404)
    assert "No notes yet" in other.get("/coordinator/notes").text


@pytest.mark.parametrize("who", ["volunteer", "venue_manager", "manager"])
def test_others_may_not(client: PageClient, world: World, who: str) -> None:
    world.sign_in(client, who).get("/coordinator/notes", status=403)


def test_a_pot_that_is_not_there_is_not_found(staff: PageClient) -> None:
    staff.get(f"/coordinator/notes/new/pot/{uuid4()}", status=404)


def test_rows_hold_what_the_page_says(staff: PageClient, within: Within, pot: UUID) -> None:
    make_from_pot(staff, pot, count="2")
    rows = within(lambda session, _world: [note.minutes for note in session.scalars(select(CreditNote))])
    assert rows == [60, 60]
