"""An employer checks a letter: no account, one screen."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from flask import Flask

from tests.page_client import Page, PageClient
from tests.web.world import World
from timecredits.app import create_app
from timecredits.foundation.db import new_id
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.hours.correcting import correct_hours
from timecredits.hours.models import HourSource
from timecredits.hours.recording import NewHours, record_hours
from timecredits.journey.issuing import issue_reference
from timecredits.journey.listing import letter_file, list_for_volunteer
from timecredits.journey.references import Author, draft_reference
from timecredits.journey.withdrawing import withdraw_reference
from timecredits.web.database import db

TODAY = date(2026, 3, 8)


@dataclass
class Letter:
    """An issued letter, what opens it, and how to spoil it."""

    app: Flask
    world: World
    secret: str
    code: str
    content: bytes

    def correct(self) -> None:
        with self.app.app_context():
            correct_hours(
                db.session(),
                self.world.programme_id,
                self.world.organisation_id,
                self.entry,
                minutes=60,
                reason="Typed wrong",
                actor_id=None,
                today=TODAY,
            )
            db.session.commit()

    def withdraw(self) -> None:
        with self.app.app_context():
            withdraw_reference(
                db.session(),
                self.world.programme_id,
                self.world.organisation_id,
                self.reference,
                reason="Private reason",
                actor_id=new_id(),
            )
            db.session.commit()

    def look_ups(self) -> int:
        with self.app.app_context():
            [mine] = list_for_volunteer(db.session(), self.world.programme_id, self.world.volunteer_id)
            return mine.look_ups.times

    def __post_init__(self) -> None:
        self.entry = self.reference = new_id()


@pytest.fixture
def letter(app: Flask, world: World) -> Iterator[Letter]:
    made = Letter(app, world, "", "", b"")
    with app.app_context():
        session = db.session()
        here = (world.programme_id, world.organisation_id)
        activity = create_activity(session, *here, ActivityFacts("Garden group"), actor_id=None)
        made.entry = new_id()
        record_hours(
            session,
            *here,
            [NewHours(made.entry, world.volunteer_id, activity.id, None, date(2026, 3, 7), 120)],
            source=HourSource.SINGLE,
            actor_id=None,
            today=TODAY,
        )
        draft = draft_reference(
            session,
            *here,
            reference_id=made.reference,
            volunteer_id=world.volunteer_id,
            holder_name="Siân O'Neill-Wyn",
            opinion="She notices people.",
            neutral_letterhead=False,
            author=Author(new_id(), "Jo Reed", "Volunteer coordinator"),
        )
        issued = issue_reference(session, *here, draft.id, base_url="http://127.0.0.1:8000", actor_id=new_id())
        made.secret, made.code = issued.secret, issued.reference.short_code or ""
        made.content = letter_file(session, *here, draft.id).content
        db.session.commit()
    return made


def typed(client: PageClient, code: str, surname: str, *, status: int = 200, **more: object) -> Page:
    return client.get("/v").submit("Check this letter", status=status, code=code, surname=surname, **more)


def test_a_real_letter_is_answered_on_one_screen(client: PageClient, letter: Letter) -> None:
    page = client.get(f"/v/{letter.secret}")
    assert page.heading == "This letter is real"
    for wanted in ("Siân O'Neill-Wyn", "Riverside Trust", "Garden group", "2 hours", "7 March 2026", "Jo Reed", "TC-20"):
        assert wanted in page.text, wanted
    assert "She notices people." in page.text
    headers = page.response.headers
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Robots-Tag"] == "noindex"
    assert letter.look_ups() == 1


def test_a_machine_asking_for_the_address_alone_is_not_a_look(client: PageClient, letter: Letter) -> None:
    assert client.http.head(f"/v/{letter.secret}").status_code == 200
    assert letter.look_ups() == 0


def test_corrected_hours_are_said(client: PageClient, letter: Letter) -> None:
    letter.correct()
    page = client.get(f"/v/{letter.secret}")
    assert page.heading == "The hours on this letter have changed"
    assert "Total on the letter: 2 hours. Total now: 1 hour." in page.text


def test_a_withdrawn_letter_says_so_and_no_more(client: PageClient, letter: Letter) -> None:
    letter.withdraw()
    page = client.get(f"/v/{letter.secret}")
    assert page.heading == "This letter was withdrawn"
    for hidden in ("Garden group", "2 hours", "She notices people.", "Private reason"):
        assert hidden not in page.text, hidden


@pytest.mark.parametrize("secret", ["A" * 29, "x", "%00", "A" * 5000, "../exit"])
def test_an_unknown_letter_is_a_calm_page(client: PageClient, world: World, secret: str) -> None:  # noqa: ARG001
    page = client.get(f"/v/{secret}", status=404)
    if secret != "../exit":
        assert page.heading == "We can't find this letter"


def test_code_and_surname(client: PageClient, letter: Letter) -> None:
    code = letter.code
    page = typed(client, f"{code[:3]}-{code[3:7]}-{code[7:]}".lower(), "oneill wyn")
    assert page.heading == "This letter is real"
    assert letter.look_ups() == 1


def test_wrong_surname_and_unknown_code_look_the_same(client: PageClient, letter: Letter) -> None:
    other = letter.code[:-1] + ("0" if letter.code[-1] != "0" else "1")
    wrong, unknown = typed(client, letter.code, "Price"), typed(client, other, "Price")
    assert wrong.text == unknown.text
    assert "We can't find a letter with this code and this surname." in wrong.text
    for hidden in ("Siân", "Riverside", "Garden"):
        assert hidden not in wrong.text
    assert wrong.fields("Check this letter")["surname"] == "Price"
    assert letter.look_ups() == 0


@pytest.mark.usefixtures("steady_clock")
def test_after_ten_tries_we_do_not_look(client: PageClient, letter: Letter) -> None:
    for _ in range(10):
        typed(client, letter.code, "Price")
    page = typed(client, letter.code, "Wyn", status=429)
    assert "Too many tries with this code. We did not look." in page.text
    assert client.get(f"/v/{letter.secret}").heading == "This letter is real"


def test_a_slip_in_the_code_costs_no_try(client: PageClient, world: World) -> None:  # noqa: ARG001
    for _ in range(12):
        page = typed(client, "7KQ2", "Wyn")
    assert "A check code has 11 letters and numbers" in page.text
    empty = typed(client, "", "")
    assert "Type the check code." in empty.text
    assert "Type the surname" in empty.text


def test_an_uploaded_copy_is_compared(client: PageClient, letter: Letter) -> None:
    same = typed(client, letter.code, "Wyn", copy=(io.BytesIO(letter.content), "a.pdf"))
    assert "Nothing in it was changed." in same.text
    other = typed(client, letter.code, "Wyn", copy=(io.BytesIO(letter.content + b" "), "a.pdf"))
    assert "is not the file we made" in other.text


def test_the_form_works_over_https(letter: Letter) -> None:
    """The page must let the browser send its referrer, or the form is refused there."""
    app = create_app(
        {
            **{name: letter.app.config[name] for name in ("DATABASE_URL", "SECRET_KEY")},
            "BASE_URL": "https://localhost",
            "TESTING": True,
        }
    )
    client = PageClient(app)
    form = client.get("/v", base_url="https://localhost")
    assert form.response.headers["Referrer-Policy"] == "same-origin"
    data = {**form.fields("Check this letter"), "code": letter.code, "surname": "Wyn"}
    page = client.post("/v", data, base_url="https://localhost", headers={"Referer": "https://localhost/v"})
    assert page.heading == "This letter is real"
    with app.app_context():
        db.engine.dispose()


def test_no_cookie_is_needed_to_scan(client: PageClient, letter: Letter) -> None:
    response = client.http.get(f"/v/{letter.secret}")
    assert "Set-Cookie" not in response.headers
