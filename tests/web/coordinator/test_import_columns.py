"""Saying what columns mean, watching a large import, getting the rows to mend, and undoing, through the pages."""

from datetime import date, timedelta

import pytest
from flask import Flask

from tests.hours.imports.registers import ods_bytes
from tests.page_client import PageClient
from tests.web.coordinator.test_imports import LINES, START, count, kept, load
from tests.web.world import World
from timecredits.app import create_app
from timecredits.foundation.db import new_id
from timecredits.foundation.jobs import run_waiting
from timecredits.hours.importing.import_jobs import HANDLERS
from timecredits.hours.models import HourEntry, HourImport
from timecredits.web.database import db

ODD = "Tag,Wer,Wie lange\n4/3/2026,V1,2\n5/3/2026,V1,two\n"


@pytest.fixture
def coordinator(client: PageClient, world: World) -> PageClient:
    return world.sign_in(client, "coordinator")


def large(rows: int = 600) -> str:
    days = (date(2026, 11, 20) - timedelta(days=number) for number in range(rows))
    return "\n".join(["Date,Number,Hours,Activity", *(f"{day:%d/%m/%Y},V1,1,Garden" for day in days)])


def run_jobs(app: Flask) -> int:
    with app.app_context():
        return run_waiting(db.engine, HANDLERS)


def test_columns_we_cannot_tell_are_chosen_and_remembered(app: Flask, coordinator: PageClient) -> None:
    look = load(coordinator, ODD, activity="Garden")
    assert "We found no row of headings." in look.text
    assert "Column A: Tag 4/3/2026 · 5/3/2026" in look.text
    assert look.soup.select_one(".govuk-error-summary a[href='#column-A']") is not None
    wrong = look.submit("Look again", column__A="date", column__B="date", column__C="hours")
    assert "Two columns mean the same." in wrong.text
    assert wrong.fields("Look again")["column-B"] == "date"
    half = look.submit("Look again", column__A="date", column__B="number")
    assert "none is “Hours”" in half.text
    assert half.fields("Look again")["column-B"] == "number"
    right = half.submit("Look again", column__C="hours")
    assert "1 entry to add" in right.text
    right.submit("Add 1 entry")
    assert count(app, HourEntry) == 1
    again = load(coordinator, ODD.replace("/3/", "/4/"), activity="Garden")
    assert "You told us this before for such a file." in again.text
    assert "1 entry to add" in again.text


def test_a_column_and_the_activity_are_changed_on_the_look_page(app: Flask, coordinator: PageClient) -> None:
    look = load(coordinator, "Date,Name,Hours,Extra\n4/3/2026,V1,8,2\n")
    assert "The activity is missing." in look.text
    changed = look.submit("Look again", column__C="ignore", column__D="hours", activity=" Night  shelter ")
    assert "1 entry to add 2 hours 1 person" in changed.text
    assert "“Night shelter” is a new activity." in changed.text
    assert changed.fields("Look again")["activity"] == "Night shelter"
    assert kept(app).activity == "Night shelter"


def test_a_large_register_is_watched_while_a_job_adds_it(app: Flask, coordinator: PageClient) -> None:
    progress = load(coordinator, large()).submit("Add 600 entries")
    assert progress.heading == "Adding your register"
    assert progress.soup.select_one("[aria-live=polite]") is not None
    assert "Not finished yet." in coordinator.get(START).text
    path = progress.path.removesuffix("/progress")
    assert coordinator.get(path).path == progress.path
    assert coordinator.get(f"{path}/done").path == progress.path
    assert count(app, HourEntry) == 0
    assert run_jobs(app) == 1
    done = coordinator.get(progress.path)
    assert done.heading == "Your register"
    assert "Saved. 600 hours added for 1 person." in done.text

    progress = done.click("Wrong file? Undo this register").submit("Take 600 entries away")
    assert progress.heading == "Undoing your register"
    assert run_jobs(app) == 1
    assert "These hours no longer count." in coordinator.get(progress.path).text


def test_a_job_that_gave_up_says_so_and_can_be_begun_again(
    app: Flask, coordinator: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    progress = load(coordinator, large()).submit("Add 600 entries")
    assert "import_progress" in progress.response.text
    with monkeypatch.context() as broken:
        broken.setattr("timecredits.hours.importing.import_jobs.plan_import", None)
        assert run_jobs(app) == 1
    stopped = coordinator.get(progress.path)
    assert "import_progress" not in stopped.response.text  # else the page would load itself again and again
    assert "We could not finish. What was there before is safe." in stopped.text
    stopped.submit("Try again")
    assert run_jobs(app) == 1
    assert "Saved. 600 hours added" in coordinator.get(progress.path).text


def test_the_rows_to_mend_are_downloaded_and_the_mended_file_adds_just_those(app: Flask, coordinator: PageClient) -> None:
    done = load(coordinator, "\n".join(LINES)).submit("Add 2 entries")
    response = coordinator.http.get(done.link("Get the rows to mend"))
    assert response.mimetype == "text/csv"
    assert "attachment" in response.headers["Content-Disposition"]
    mended = response.data.decode("utf-8-sig").replace("Nobody Known", "V1")
    assert mended.count("\n") == 2
    again = load(coordinator, mended, "rows-to-mend.csv")
    assert "1 entry to add" in again.text
    again.submit("Add 1 entry")
    assert count(app, HourEntry) == 3


def test_an_import_is_undone_and_may_come_in_again(app: Flask, coordinator: PageClient) -> None:
    done = load(coordinator, "\n".join(LINES[:3])).submit("Add 2 entries")
    ask = done.click("Wrong file? Undo this register")
    assert "This takes away 3½ hours of 1 person." in ask.text
    undone = ask.submit("Take 2 entries away")
    assert "Undone. 3½ hours taken away from 1 person." in undone.text
    assert "Undone already." in ask.submit("Take 2 entries away").text
    assert coordinator.get(f"{undone.path.removesuffix('/done')}/undo").path == undone.path
    assert "Undone" in coordinator.get(START).text
    assert "Saved. 3½ hours added" in load(coordinator, "\n".join(LINES[:3])).submit("Add 2 entries").text
    assert count(app, HourEntry) == 4


def test_an_open_document_is_taken_as_well(app: Flask, coordinator: PageClient) -> None:
    content = ods_bytes({"Sheet1": [["Date", "Name", "Hours", "Activity"], ["4/3/2026", "V1", 2, "Garden"]]})
    load(coordinator, content, "register.ods").submit("Add 1 entry")
    assert count(app, HourEntry) == 1


def test_another_organisations_import_is_as_missing_as_one_that_never_was(
    app: Flask, world: World, coordinator: PageClient
) -> None:
    path = load(coordinator, "\n".join(LINES)).submit("Add 2 entries").path.removesuffix("/done")
    other = world.sign_in(PageClient(app), "other_coordinator")
    missing = f"{START}/{new_id()}"
    for ending in ("/progress", "/undo", "/mend.csv"):
        assert other.get(path + ending, status=404).text == other.get(missing + ending, status=404).text
    token = other.get(START).fields("Look at it")["csrf_token"]
    for ending in ("/again", "/undo", "/columns"):
        theirs = other.post(path + ending, {"csrf_token": token}, status=404)
        assert theirs.text == other.post(missing + ending, {"csrf_token": token}, status=404).text
    assert count(app, HourImport) == 1
    assert count(app, HourEntry) == 2


def test_the_web_process_runs_jobs_by_itself_unless_told_otherwise(sqlite_url: str) -> None:
    settings = {"DATABASE_URL": sqlite_url, "SECRET_KEY": "a-secret-for-tests-0123456789abcdef", "TIMECREDITS_ENV": "demo"}
    for where, expected in (("here", True), ("worker", False)):
        app = create_app({**settings, "JOBS": where})
        assert ("job_thread" in app.extensions) is expected
        with app.app_context():
            db.engine.dispose()
