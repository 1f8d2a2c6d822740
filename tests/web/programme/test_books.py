"""The books, who did what, and what was taken back, as a programme's manager meets them."""

import csv
import io
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select, text

from tests.page_client import PageClient
from tests.web.programme.test_reports import count, give
from tests.web.world import World
from timecredits.foundation import audit, clock
from timecredits.foundation.db import new_id
from timecredits.foundation.jobs import Job, run_waiting
from timecredits.hours.activity_models import ActivityCategory
from timecredits.hours.correcting import correct_hours
from timecredits.hours.models import HourEntry
from timecredits.insight.books.book_jobs import CHECK
from timecredits.ledger.seals import seal_programme
from timecredits.web.database import db
from timecredits.web.jobs import HANDLERS


def run(app: Flask) -> int:
    """Run what waits."""
    with app.app_context():
        return run_waiting(db.engine, HANDLERS)


@pytest.fixture
def manager(client: PageClient, world: World) -> PageClient:
    return world.sign_in(client, "manager")


def rows_of(client: PageClient, path: str) -> list[list[str]]:
    content = client.get(path).response.data.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content)))


def test_the_books_are_checked_when_asked_and_told(app: Flask, world: World, manager: PageClient) -> None:
    give(app, world, world.organisation_id, 7, 120, ActivityCategory.FOOD)
    count(app, world)
    page = manager.get("/programme/books")
    assert "Not checked yet" in page.text
    assert "Nothing is sealed yet." in page.text
    manager.get("/programme/books/books.csv", status=404)
    checking = page.submit("Check now")
    assert checking.heading == "Checking the books"
    assert page.submit("Check now").path == checking.path, "a double tap asks once"
    assert manager.get("/programme/books").submit("Check now").path == checking.path, "one check at a time"
    assert run(app) == 1
    done = manager.get(checking.path)
    assert done.heading == "The books are checked"
    assert "The books add up." in done.text
    page = done.click("Look at the books")
    assert "Given out for hours" in page.text
    assert "−14" in page.text
    assert "With people" in page.text
    assert "As it must be." in page.text
    assert "Earned 14" in page.text
    rows = rows_of(manager, "/programme/books/books.csv")
    assert rows[0] == ["Where credits are", "Credits", "What it means"]
    assert sum(float(row[1]) for row in rows[1 : rows.index([])] if row[0] != "Together") == 0


def test_what_does_not_fit_is_said_with_what_to_do(app: Flask, world: World, manager: PageClient) -> None:
    give(app, world, world.organisation_id, 7, 120, ActivityCategory.FOOD)
    count(app, world)
    with app.app_context():
        db.session.execute(text("UPDATE person_month SET minutes = minutes + 1"))
        db.session.commit()
    checking = manager.get("/programme/books").submit("Check now")
    run(app)
    assert "2 things do not fit." in manager.get(checking.path).text
    page = manager.get("/programme/books")
    assert "The sums for reports are not what was noted." in page.text
    assert "timecredits roll-up --again" in page.text
    assert "The books do not add up." in manager.get("/programme").text
    assert any("timecredits roll-up --again" in cell for row in rows_of(manager, "/programme/books/books.csv") for cell in row)


def test_a_check_that_gave_up_can_be_tried_again(app: Flask, manager: PageClient) -> None:
    checking = manager.get("/programme/books").submit("Check now")
    with app.app_context():
        job = db.session.scalars(select(Job).where(Job.kind == CHECK)).one()
        job.fault, job.finished_at = "died", clock.now()
        db.session.commit()
    page = manager.get(checking.path)
    assert "We could not finish." in page.text
    assert page.submit("Try again").heading == "Checking the books"
    assert run(app) == 1
    assert manager.get(checking.path).heading == "The books are checked"


def test_the_log_is_looked_through_by_what_who_where_and_when(app: Flask, world: World, manager: PageClient) -> None:
    page = manager.get("/programme/audit")
    with app.app_context():
        for at in range(60):
            where, who = world.organisation_id, world.users["coordinator"]
            audit.record(
                db.session(), world.programme_id, "hours added", actor_id=who, subject_id=new_id(), organisation_id=where
            )
            if at % 20 == 0:
                audit.record(db.session(), world.programme_id, "offer made", actor_id=world.users["manager"], subject_id=new_id())
        db.session.commit()
    page = manager.get("/programme/audit")
    assert "Added hours" in page.text
    older = page.click("Older")
    assert older.link("Newest") == "/programme/audit"
    found = page.submit("Show", group="places")
    assert "Made an offer" in found.text
    assert "Added hours" not in found.text.split("Where About")[-1]
    assert "Manager" in found.text
    assert "Made an offer" not in page.submit("Show", organisation=str(world.organisation_id)).text
    assert "Nothing like this" in page.submit("Show", who="nobody of this name").text
    wrong = manager.get("/programme/audit?from=tomorrow&who=coordinator")
    assert "We show every day." in wrong.text
    assert wrong.fields("Show")["who"] == "coordinator"
    assert len(rows_of(manager, "/programme/audit/audit.csv?group=places")) == 1 + 3
    for odd in ("group=x", "organisation=x", "after=x", "from=2026-05-02&to=2026-05-01", "who=" + "a" * 5000):
        manager.get(f"/programme/audit?{odd}")
    assert "O'Neill" not in manager.get("/programme/audit").text


def test_what_was_taken_back_is_shown_with_its_reason(app: Flask, world: World, manager: PageClient) -> None:
    assert "Nothing was taken back" in manager.get("/programme/reversals").text
    give(app, world, world.organisation_id, 2, 120, ActivityCategory.FOOD)
    with app.app_context():
        for entry, reason in zip(db.session.scalars(select(HourEntry.id)).all(), ("=Typed twice", "Left early"), strict=True):
            here = (world.programme_id, world.organisation_id)
            correct_hours(
                db.session(), *here, entry, minutes=None, reason=reason, actor_id=world.users["coordinator"], today=clock.today()
            )
        db.session.commit()
    page = manager.get("/programme/reversals")
    assert "Left early" in page.text
    assert "Do not pass them on." in page.text
    assert "Coordinator" in page.text
    assert "Left early" not in page.submit("Show", words="typed TWICE").text
    assert "Nothing like this" in page.submit("Show", kind="used").text
    rows = rows_of(manager, "/programme/reversals/reversals.csv")
    assert [row[4] for row in rows[1:]] == ["Left early", "'=Typed twice"]
    assert [row[2] for row in rows[1:]] == ["2.0", "2.0"]


@pytest.mark.parametrize("path", ["/programme/books", "/programme/audit", "/programme/reversals", "/programme/audit/audit.csv"])
@pytest.mark.parametrize("who", ["coordinator", "owner", "venue_manager", "volunteer"])
def test_nobody_else_may_look(client: PageClient, world: World, path: str, who: str) -> None:
    world.sign_in(client, who).get(path, status=403)


def test_up_to_when_it_is_sealed_is_said(app: Flask, world: World, manager: PageClient) -> None:
    with clock.standing_at(datetime(2026, 3, 4, 10, 25, tzinfo=UTC)):
        give(app, world, world.organisation_id, 7, 120, ActivityCategory.FOOD)
    with app.app_context():
        assert seal_programme(db.engine, world.programme_id, now=datetime(2026, 3, 4, 10, 40, tzinfo=UTC)) > 0
    page = manager.get("/programme/books")
    assert "Sealed until 4 March 2026, 10:30am" in page.text
    assert "Nothing is sealed yet." not in page.text
