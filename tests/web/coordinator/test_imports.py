"""Loading a register through the pages: choose, look, say yes."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.page_client import Page, PageClient
from tests.web.world import World
from timecredits.foundation.db import new_id
from timecredits.hours.activity_models import Activity
from timecredits.hours.models import HourEntry, HourImport
from timecredits.network.volunteers import enrol_volunteer
from timecredits.web.database import db

DATA = Path(__file__).parents[2] / "data" / "hours"
START = "/coordinator/imports"
LINES = (
    "Date,Name,Hours,Activity",
    "4/3/2026,Siân O'Neill-Wyn,2,Garden group",
    "5/3/2026,Sian ONeill Wyn,1.5,garden group",
    "6/3/2026,Nobody Known,2,Garden group",
)


def count(app: Flask, model: Any) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def kept(app: Flask) -> HourImport:
    with app.app_context():
        return db.session.scalars(select(HourImport)).one()


def load(client: PageClient, content: bytes | str, name: str = "register.csv", **fields: Any) -> Page:
    sent = content.encode() if isinstance(content, str) else content
    page = client.get(START).submit("Look at it", file=(io.BytesIO(sent), name), **fields)
    page.response.request.environ["wsgi.input"].close()  # the test client leaves a big upload's own file open
    return page


@pytest.fixture
def coordinator(client: PageClient, world: World) -> PageClient:
    return world.sign_in(client, "coordinator")


def test_a_register_is_looked_at_then_added(app: Flask, coordinator: PageClient) -> None:
    look = load(coordinator, "\n".join(LINES))
    assert look.heading == "Check this register"
    assert "Nothing is added yet." in look.text
    assert "2 entries to add 3½ hours 1 person 1 row to mend" in look.text
    assert "“Garden group” is a new activity. It is made when the hours are added." in look.text
    assert "We know nobody here called “Nobody Known”." in look.text
    assert count(app, HourEntry) == count(app, Activity) == 0
    assert kept(app).content is not None

    done = look.submit("Add 2 entries")
    assert "Saved. 3½ hours added for 1 person." in done.text
    assert "We left 1 row out. Mend it in your file and load the whole file again." in done.text
    assert "Row 4: look at the volunteer" in done.text
    assert count(app, HourEntry) == 2
    row = kept(app)
    assert row.content is None
    assert row.outcome is not None
    assert (row.outcome["ready"], row.outcome["imported"], row.outcome["already"], row.outcome["problems"]) == (2, 2, 0, 1)
    assert "Nobody" not in str(row.outcome)
    assert "2 entries added. 1 to mend" in done.click("Load another file").text


def test_saying_yes_twice_adds_once(app: Flask, coordinator: PageClient) -> None:
    look = load(coordinator, "\n".join(LINES))
    first, second = look.submit("Add 2 entries"), look.submit("Add 2 entries")
    assert first.path == second.path
    assert "Saved. 3½ hours added for 1 person." in second.text
    assert count(app, HourEntry) == 2


def test_sending_the_same_form_twice_keeps_one_file(app: Flask, coordinator: PageClient) -> None:
    form = coordinator.get(START)
    for _ in range(2):
        form.submit("Look at it", file=(io.BytesIO("\n".join(LINES).encode()), "register.csv"))
    assert count(app, HourImport) == 1


def test_a_form_used_again_after_its_file_was_added_begins_another(app: Flask, coordinator: PageClient) -> None:
    form = coordinator.get(START)
    form.submit("Look at it", file=(io.BytesIO("\n".join(LINES).encode()), "one.csv")).submit("Add 2 entries")
    other = form.submit("Look at it", file=(io.BytesIO(f"{LINES[0]}\n7/3/2026,V1,1,Kitchen\n".encode()), "two.csv"))
    other.submit("Add 1 entry")
    assert count(app, HourImport) == 2
    assert count(app, HourEntry) == 3


def test_the_same_file_again_has_nothing_to_add(app: Flask, coordinator: PageClient) -> None:
    load(coordinator, "\n".join(LINES[:3])).submit("Add 2 entries")
    look = load(coordinator, "\n".join(LINES[:3]))
    assert "There is nothing to add. Every row we could read is in already." in look.text
    with pytest.raises(AssertionError):
        look.form("Add 2 entries")
    assert count(app, HourEntry) == 2


def test_cancelling_throws_the_file_away(app: Flask, coordinator: PageClient) -> None:
    look = load(coordinator, "\n".join(LINES))
    page = look.submit("Do not add this file")
    assert "We threw the file away. Nothing was added." in page.text
    assert count(app, HourImport) == count(app, HourEntry) == 0
    look.submit("Add 2 entries", status=404)


def test_cancelling_after_adding_changes_nothing(app: Flask, coordinator: PageClient) -> None:
    look = load(coordinator, "\n".join(LINES))
    look.submit("Add 2 entries")
    assert "This file was added already. Nothing was changed." in look.submit("Do not add this file").text
    assert count(app, HourEntry) == 2


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "This file is empty. Nothing was added."),
        (b"\x00\xfe\x91" * 600_000, "Nothing was added."),
        (b"Colour,Size\nred,2\n", "We found no row of headings."),
        (b"Date,Hours\n1/2/2026,2\n", "none is “Name” or “Volunteer number”. Nothing was added."),
        (b"%PDF-1.7 ...", "This is not a spreadsheet we can read."),
        (b"a,b\n" * 600_000, "This file is bigger than 2 MB."),
    ],
    ids=["empty", "rubbish", "other columns", "no names", "pdf", "too big"],
)
def test_a_file_we_cannot_use_is_answered_at_its_field(app: Flask, coordinator: PageClient, content: bytes, says: str) -> None:
    page = load(coordinator, content, activity="Garden group")
    assert page.path == START
    assert says in page.text
    assert page.soup.select_one(".govuk-error-summary") is not None
    assert page.fields("Look at it")["activity"] == "Garden group"
    assert count(app, HourImport) == 0


def test_no_file_at_all_is_answered_at_its_field(coordinator: PageClient) -> None:
    page = coordinator.get(START).submit("Look at it", activity="Garden group")
    assert "Choose a file first. Nothing was added." in page.text
    assert page.fields("Look at it")["activity"] == "Garden group"


def test_the_activity_typed_beside_the_file_is_used(app: Flask, coordinator: PageClient) -> None:
    look = load(coordinator, "Date,Name,Hours\n4/3/2026,V1,2\n", activity="  Night   shelter ")
    look.submit("Add 1 entry")
    with app.app_context():
        assert db.session.scalars(select(Activity.name)).all() == ["Night shelter"]


def test_a_wide_rota_is_shown_by_its_days_and_in_pages(app: Flask, world: World, coordinator: PageClient) -> None:
    with app.app_context(), (DATA / "people.csv").open(encoding="utf-8", newline="") as people:
        for row in csv.DictReader(people):
            enrol_volunteer(
                db.session(),
                world.programme_id,
                world.organisation_id,
                first_name=row["first_name"],
                last_name=row["last_name"],
                number=row["number"],
            )
        db.session.commit()
    look = load(coordinator, (DATA / "rota.xlsx").read_bytes(), "rota.xlsx")
    assert "Front desk rota" in look.text
    assert len(look.soup.select("tbody tr")) == 10
    first = look.click("See all 116 rows")
    assert "Page 1 of 3" in first.text
    assert len(first.soup.select("tbody tr")) == 50
    last = first.click("Next").click("Next")
    assert len(last.soup.select("tbody tr")) == 16
    assert "Saved." in last.submit("Add 116 entries").text


def test_what_is_written_in_a_file_is_text_and_nothing_else(coordinator: PageClient) -> None:
    look = load(coordinator, "Date,Name,Hours\n4/3/2026,<script>alert(1)</script>,2\n", "<b>x</b>.csv", activity="<i>a</i>")
    assert "<script>alert(1)</script>" in look.text
    assert "<b>x</b>.csv" in look.text


def test_another_organisations_register_is_as_missing_as_one_that_never_was(
    app: Flask, world: World, coordinator: PageClient
) -> None:
    path = load(coordinator, "\n".join(LINES)).path
    other = world.sign_in(PageClient(app), "other_coordinator")
    missing = f"{START}/{new_id()}"
    for ending in ("", "/done"):
        assert other.get(path + ending, status=404).text == other.get(missing + ending, status=404).text
    token = other.get(START).fields("Look at it")["csrf_token"]
    for ending in ("/add", "/drop"):
        theirs = other.post(path + ending, {"csrf_token": token}, status=404)
        assert theirs.text == other.post(missing + ending, {"csrf_token": token}, status=404).text
    assert count(app, HourEntry) == 0
    assert count(app, HourImport) == 1


def test_an_id_of_another_organisations_upload_cannot_be_taken(app: Flask, world: World, coordinator: PageClient) -> None:
    taken = load(coordinator, "\n".join(LINES)).path.rpartition("/")[2]
    other = world.sign_in(PageClient(app), "other_coordinator")
    other.get(START).submit(
        "Look at it", file=(io.BytesIO(f"{LINES[0]}\n7/3/2026,V1,1,Kitchen\n".encode()), "two.csv"), new_id=taken, status=404
    )
    assert kept(app).filename == "register.csv"


@pytest.mark.parametrize("who", ["volunteer", "manager", "venue_manager"])
def test_only_the_organisations_staff_may_load_registers(client: PageClient, world: World, who: str) -> None:
    world.sign_in(client, who).get(START, status=403)


def test_a_stranger_is_asked_to_sign_in(client: PageClient, world: World) -> None:
    assert world.programme_id
    assert client.get(START, follow=False, status=302).response.location.startswith("/sign-in")
