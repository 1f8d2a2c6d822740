"""Data in and out as a programme's manager meets it: an export as a job, and a list of people from the file to the undo."""

import gzip
import io
import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.page_client import Page, PageClient
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.audit import AuditEntry
from timecredits.foundation.db import new_id
from timecredits.foundation.jobs import run_waiting
from timecredits.hours.tidying import tidy
from timecredits.network.models import Volunteer
from timecredits.network.standing import suspend
from timecredits.records.models import PeopleImport
from timecredits.records.moving.export_jobs import EXPORT, export_job
from timecredits.records.opening.adding import add_rows, plan_of
from timecredits.spending.statements import volunteer_balance
from timecredits.web.database import db
from timecredits.web.jobs import handlers

LIST = "Number,Name,Credits\n7,Bo Lind,12\n8,Ada Mensah,2.5\n9,Kit Waters,12h\n"


@pytest.fixture
def manager(client: PageClient, world: World) -> PageClient:
    return world.sign_in(client, "manager")


def run(app: Flask) -> int:
    with app.app_context():
        return run_waiting(db.engine, handlers(app.config["KEYRING"]))


def load(manager: PageClient, world: World, content: str | bytes = LIST, name: str = "people.csv") -> Page:
    data = content.encode() if isinstance(content, str) else content
    form = manager.get("/programme/data").click("Bring in a list")
    values = {"organisation": str(world.organisation_id), "file": (io.BytesIO(data), name)}
    return form.submit("Look at the list", **values)


def acts(app: Flask) -> list[str]:
    with app.app_context():
        return sorted(db.session.scalars(select(AuditEntry.action).where(AuditEntry.actor_id.is_not(None))))


def test_everything_can_be_taken_out_as_one_file(app: Flask, world: World, manager: PageClient) -> None:
    page = manager.get("/programme/data")
    assert "No password is in it." in page.text
    making = page.submit("Make the file")
    assert making.heading == "Making your file"
    again = page.submit("Make the file")
    assert again.path == making.path, "a double tap asks once"
    assert run(app) == 1
    ready = manager.get(making.path)
    assert ready.heading == "Your file is ready"
    answer = manager.http.get(ready.link("Download the file"))
    lines = [json.loads(line) for line in gzip.decompress(answer.data).splitlines()]
    assert lines[0]["programme"]["id"] == str(world.programme_id)
    assert lines[-1]["end"] is True
    assert sum(lines[-1]["rows"].values()) == len(lines) - 2
    assert acts(app) == ["programme exported"]


def test_a_programme_too_big_to_download_is_told_what_to_do(app: Flask, manager: PageClient) -> None:
    making = manager.get("/programme/data").submit("Make the file")
    with app.app_context():
        small = {EXPORT: lambda work: export_job(work, app.config["KEYRING"], most=100)}
        assert run_waiting(db.engine, small) == 1
    told = manager.get(making.path)
    assert "This programme is too big to download. Ask whoever runs this site to export it. Nothing was made." in told.text
    assert "Try again" not in told.text
    assert manager.http.get(f"{making.path}/programme.jsonl.gz").status_code == 404


def test_a_file_is_kept_by_nobody_else_and_gone_after_a_day(app: Flask, world: World, manager: PageClient) -> None:
    making = manager.get("/programme/data").submit("Make the file")
    assert run(app) == 1
    address = manager.get(making.path).link("Download the file")
    answer = manager.http.get(address)
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Disposition"] == 'attachment; filename="programme.jsonl.gz"'
    with app.app_context():
        tidy(db.session(), world.programme_id, now=clock.now() + timedelta(days=1, minutes=1))
        db.session.commit()
    assert manager.http.get(address).status_code == 404
    gone = manager.get(making.path)
    assert "The file is no longer here." in gone.text


@pytest.mark.parametrize("who", ["coordinator", "owner", "volunteer", "venue_manager"])
def test_only_a_programmes_manager_takes_the_file(app: Flask, world: World, client: PageClient, who: str) -> None:
    making = world.sign_in(client, "manager").get("/programme/data").submit("Make the file")
    assert run(app) == 1
    other = world.sign_in(client, who)
    for path in (making.path, f"{making.path}/programme.jsonl.gz"):
        assert other.http.get(path).status_code == 403


def test_nobody_takes_another_programmes_file_or_a_job_of_another_kind(world: World, client: PageClient) -> None:
    world.sign_in(client, "manager").get(f"/programme/data/{new_id()}", status=404)
    world.sign_in(client, "coordinator").get("/programme/data", status=403)


def test_a_list_is_looked_at_added_and_undone(app: Flask, world: World, manager: PageClient) -> None:
    look = load(manager, world)
    assert look.heading == "Check this list"
    assert "Nothing is added yet." in look.text
    assert "“12h” is time, not credits." in look.text
    done = look.submit("Add 2 rows")
    assert "Saved. 14½ credits added." in done.text
    assert "2 new people are enrolled." in done.text
    assert "Row 4: look at the credits so far" in done.text
    with app.app_context():
        bo = db.session.scalars(select(Volunteer).filter_by(first_name="Bo", last_name="Lind")).one()
        assert volunteer_balance(db.session(), world.programme_id, bo.id) == 720
    again = load(manager, world)
    assert "There is nothing to add. Every row we could read is in already." in again.text
    undo = done.click("Wrong list? Undo it")
    assert "Say why, in a few words. Nothing was taken back." in undo.submit("Take the credits back").text
    undone = undo.submit("Take the credits back", reason="The list was old")
    assert "Undone. 14½ credits taken back." in undone.text
    assert "The people it enrolled are still on the list." in undone.text
    assert "Undone" in manager.get("/programme/people-list").text
    assert acts(app) == ["opening balances added", "opening balances undone"]


def test_a_form_that_lacks_something_says_what_and_adds_nothing(world: World, manager: PageClient) -> None:
    form = manager.get("/programme/people-list")
    assert "Choose an organisation first. Nothing was added." in form.submit("Look at the list").text
    for organisation in ("", str(new_id()), "nonsense"):
        sent = form.submit("Look at the list", organisation=organisation, file=(io.BytesIO(LIST.encode()), "x.csv"))
        assert "Choose an organisation first. Nothing was added." in sent.text
    assert "This is not a spreadsheet we can read." in load(manager, world, b"%PDF-1.7", "x.pdf").text


def test_columns_can_be_chosen_and_a_list_thrown_away(world: World, manager: PageClient) -> None:
    look = load(manager, world, "Wer,Wie viel\nBo Lind,3\n")
    assert "We could not find the names." in look.text
    wrong = look.submit("Look again", **{"column-A": "credits", "column-B": "credits"})
    assert "Two columns mean the same. Choose one of them. Nothing was added." in wrong.text
    right = wrong.submit("Look again", **{"column-A": "name", "column-B": "credits"})
    assert "3 credits" in right.text
    assert "We threw the list away. Nothing was added." in right.submit("Do not add this list").text


def test_a_job_that_gave_up_can_be_ended_there_and_undone(app: Flask, world: World, manager: PageClient) -> None:
    look = load(manager, world, "Name,Credits\n" + "".join(f"Person {each},1\n" for each in range(320)))
    adding = look.submit("Add 320 rows")
    with app.app_context():
        session = db.session()
        kept = session.scalars(select(PeopleImport)).one()
        add_rows(session, kept, plan_of(session, kept).to_add[:200], actor_id=None)
        suspend(session, world.programme_id, world.organisation_id, reason="Away", actor_id=None)
        session.commit()
    assert run(app) == 1
    stopped = manager.get(adding.path)
    assert "We could not finish." in stopped.text
    ended = stopped.submit("Stop here")
    assert "Saved. 200 credits added." in ended.text
    assert "We stopped before the last row." in ended.text
    undone = ended.click("Wrong list? Undo it").submit("Take the credits back", reason="Half of it")
    assert "Undone. 200 credits taken back." in undone.text
    assert "We stopped" not in undone.text


def test_the_person_sees_why_credits_went_back(world: World, client: PageClient) -> None:
    manager = world.sign_in(client, "manager")
    with client.app.app_context():
        me = db.session().get_one(Volunteer, (world.programme_id, world.volunteer_id)).name
    done = load(manager, world, f"Name,Credits\n{me},12\n").submit("Add 1 row")
    done.click("Wrong list? Undo it").submit("Take the credits back", reason="The list was an old one")
    mine = world.sign_in(client, "volunteer").get("/my/statement")
    assert "Put right: Credits you had before" in mine.text
    assert "The list was an old one" in mine.text


def test_a_long_list_is_added_by_a_job(app: Flask, world: World, manager: PageClient) -> None:
    look = load(manager, world, "Name,Credits\n" + "".join(f"Person {each},1\n" for each in range(320)))
    assert "See all 320 rows" in look.text
    assert "Page 1 of 7" in look.click("See all 320 rows").text
    adding = look.submit("Add 320 rows")
    assert adding.heading == "Adding your list"
    assert run(app) == 1
    assert "Saved. 320 credits added." in manager.get(adding.path).text
