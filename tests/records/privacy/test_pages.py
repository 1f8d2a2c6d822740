"""The pages about a person's data, as the person, a coordinator and a programme manager meet them."""

import io
import json
import zipfile
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from tests.page_client import PageClient
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.audit import AuditEntry
from timecredits.foundation.db import new_id
from timecredits.foundation.jobs import Job, run_waiting
from timecredits.journey.learning.goals import keep_goal
from timecredits.journey.planning_models import Relation
from timecredits.journey.referees.referees import RefereeFacts, add_referee
from timecredits.network.models import Volunteer
from timecredits.network.settings import change_setting
from timecredits.network.volunteers import enrol_volunteer
from timecredits.records.models import Erasure, RetentionRun
from timecredits.records.privacy.export_jobs import handlers
from timecredits.records.privacy.retention import MOST_PEOPLE
from timecredits.web.database import db


def fill(app: Flask, world: World) -> None:
    with app.app_context():
        session, mine = db.session(), (world.programme_id, world.volunteer_id)
        keep_goal(session, app.config["KEYRING"], *mine, "Learn to sail 🙂", goal_id=new_id(), by_day=None, today=clock.today())
        since = clock.today() - timedelta(days=900)
        facts = RefereeFacts("Bo Lind", Relation.TEACHER, since, "Tutor", "The College", email="Bo@college.example")
        add_referee(session, *mine, facts, referee_id=new_id(), today=clock.today())
        session.commit()


def run_jobs(app: Flask) -> None:
    with app.app_context():
        run_waiting(db.engine, handlers(app.config["KEYRING"]))


def fetch_copy(app: Flask, client: PageClient, start: str) -> zipfile.ZipFile:
    page = client.get(start)
    page = page.submit("Make a copy")
    assert "putting the copy together" in page.text
    run_jobs(app)
    with app.app_context():
        assert db.session.scalars(select(Job.fault)).all() == [None]
    page = client.get(page.path)
    assert page.heading.startswith("The copy is ready")
    answer = client.http.get(page.link("Save the file"))
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="my-data-')
    return zipfile.ZipFile(io.BytesIO(answer.data))


def parts(copy: zipfile.ZipFile) -> dict[str, Any]:
    told = json.loads(copy.read("my-data.json"))
    assert told["format"] == "time-credits-person"
    return {each["table"]: each for each in told["parts"]}


def test_the_person_takes_all_of_it_with_them(app: Flask, world: World, client: PageClient) -> None:
    fill(app, world)
    world.sign_in(client, "volunteer")
    copy = fetch_copy(app, client, "/my/my-data")
    found = parts(copy)
    assert found["volunteer"]["rows"][0]["first_name"] == "Siân"
    assert found["goal"]["rows"][0]["words"] == "Learn to sail 🙂"
    assert found["referee"]["rows"][0]["name"] == "Bo Lind"
    assert found["enrolment"]["rows"][0]["organisation"] == "Riverside Trust"
    said = copy.read("my-data.json").decode()
    assert "Łukasz" not in said  # nobody else
    assert "password_hash" not in said
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(copy.read("my-data.pdf"))).pages)
    assert "Who you are" in text
    assert "Learn to sail ?" in text
    assert "tables/goal.csv" in copy.namelist()


def test_the_file_is_only_for_who_asked(app: Flask, world: World, client: PageClient) -> None:
    world.sign_in(client, "volunteer")
    page = client.get("/my/my-data")
    address = page.submit("Make a copy").path
    run_jobs(app)
    assert client.http.get(f"{address}/file").status_code == 200
    other = world.sign_in(PageClient(app), "other_volunteer")
    assert other.http.get(f"{address}/file").status_code == 404
    assert other.http.get(address).status_code == 404


def test_one_copy_at_a_time(app: Flask, world: World, client: PageClient) -> None:
    world.sign_in(client, "volunteer")
    first = client.get("/my/my-data").submit("Make a copy").path
    assert client.get("/my/my-data").submit("Make a copy").path == first
    run_jobs(app)
    assert client.get("/my/my-data").submit("Make a copy").path != first


def test_the_desk_hands_over_what_the_organisation_holds(app: Flask, world: World, client: PageClient) -> None:
    fill(app, world)
    world.sign_in(client, "coordinator")
    found = parts(fetch_copy(app, client, f"/coordinator/volunteers/{world.volunteer_id}/data"))
    assert found["volunteer"]["rows"]
    assert not found["goal"]["rows"]
    assert "Only the person reads this" in found["goal"]["left_out"][0]
    assert not found["transfer"]["rows"]
    with app.app_context():
        entries = db.session.scalars(select(AuditEntry.action)).all()
    assert "person's data asked for" in entries
    assert client.http.get(f"/coordinator/volunteers/{world.other_volunteer_id}/data").status_code == 404


def test_a_manager_finds_the_person_who_asks(app: Flask, world: World, client: PageClient) -> None:
    fill(app, world)
    world.sign_in(client, "manager")
    page = client.get("/programme/privacy/people")
    assert "Type at least 2 letters" in page.submit("Look up", words="x").text
    for words in ("o'neill", "volunteer@example.org", "V1"):
        assert "Siân O'Neill-Wyn" in page.submit("Look up", words=words).text
    found = parts(fetch_copy(app, client, f"/programme/privacy/people/{world.volunteer_id}"))
    assert found["goal"]["rows"]


def test_asking_to_be_erased_and_stopping_it(app: Flask, world: World, client: PageClient) -> None:
    world.sign_in(client, "volunteer")
    page = client.get("/my/my-data/erase")
    assert "Nothing happens before" in page.text
    page = page.submit("Ask for it", credits="run_out")
    assert "Nothing is erased yet" in page.text
    assert "This will be erased" in page.text
    page = page.submit("Stop it. Keep my record")
    assert "Nothing will be erased" in page.text
    with app.app_context():
        [row] = db.session.scalars(select(Erasure)).all()
        assert row.called_off_at is not None
        assert db.session.get_one(Volunteer, (world.programme_id, world.volunteer_id)).erased_at is None


def test_a_referee_who_never_signed_up_is_looked_up_and_emptied(app: Flask, world: World, client: PageClient) -> None:
    fill(app, world)
    world.sign_in(client, "manager")
    page = client.get("/programme/privacy/contacts")
    assert "Type an email address" in page.submit("Look up", email="nonsense").text
    page = page.submit("Look up", email="bo@COLLEGE.example")
    assert "Named as a referee" in page.text
    assert "Siân" not in page.text
    page = page.submit("Erase it for good")
    assert "Done. 1 entry was emptied." in page.text
    page = client.get("/programme/privacy/contacts")
    assert "Nothing is held" in page.submit("Look up", email="bo@college.example").text


def test_register_and_assessment_with_answers_of_ones_own(world: World, client: PageClient) -> None:
    world.sign_in(client, "manager")
    page = client.get("/programme/privacy/register")
    assert "To keep a true record of time given" in page.text
    page = client.get("/programme/privacy/answers/controller")
    page = page.submit("Save", words="Fenland Time Credits\r\nEly")
    assert "Fenland Time Credits" in page.text
    page = client.get("/programme/privacy/answers/controller")
    page = page.submit("Save", words="x" * 3001)
    assert "Use at most 3,000 letters" in page.text
    page = client.get("/programme/privacy/answers/need")
    assert page.submit("Save", words="So that nobody is alone.").heading.startswith("Impact assessment")
    for name, words in (("register", "Register of processing"), ("assessment", "So that nobody is alone.")):
        answer = client.http.get(f"/programme/privacy/{name}.pdf")
        text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages)
        assert words in text
    assert client.http.get("/programme/privacy/answers/no-such").status_code == 404
    privacy = client.get("/programme/privacy")
    assert privacy.heading.startswith("Privacy")
    assert "Nothing is due to go today." in privacy.text


def test_retention_is_looked_at_first(app: Flask, world: World, client: PageClient) -> None:
    world.sign_in(client, "manager")
    page = client.get("/programme/privacy/retention")
    assert "Nothing went yet" in page.text
    page = page.submit("Let it run each day")
    assert "once a day" in page.text
    page = page.submit("Switch this off")
    assert "does not run by itself" in page.text
    with app.app_context():
        assert db.session.scalars(select(RetentionRun)).all() == []


def test_people_are_asked_in_lots_that_a_page_can_wait_for(app: Flask, world: World, client: PageClient) -> None:
    with app.app_context():
        change_setting(db.session(), world.programme_id, "keep_people_months", 6, actor_id=None)
        for number in range(MOST_PEOPLE + 1):
            who = enrol_volunteer(
                db.session(), world.programme_id, world.organisation_id, first_name=f"P{number}", joined_on=date(2020, 1, 1)
            )
            who.enrolment.left_on = date(2020, 2, 1)
        db.session.commit()
    world.sign_in(client, "manager")
    page = client.get("/programme/privacy/retention")
    assert "Up to 200 people get their mail at a time. Press again for the rest." in page.text
    page = page.submit("Let it go now")
    assert "Done. 200 entries went." in page.response.text
    assert "Press again for the rest." not in page.text
    assert "Done. 1 entry went." in page.submit("Let it go now").response.text


@pytest.mark.parametrize("who", ["coordinator", "volunteer", "venue_manager"])
def test_only_the_manager_keeps_privacy(world: World, client: PageClient, who: str) -> None:
    world.sign_in(client, who)
    assert client.http.get("/programme/privacy").status_code == 403
