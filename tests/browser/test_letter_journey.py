"""From asking for a letter to an employer who believes it and one who is warned, counted in taps.

The service is served with keys of its own, so that the letter is signed; the employer has no account and no cookie.
"""

import re
import subprocess
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import zxingcpp
from flask import Flask
from PIL import Image
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.served_world import ServedWorld
from tests.commands.test_setting_up import run
from tests.real.axe import violations
from tests.real.chromium import OpenContext
from tests.real.programs import program
from tests.real.served import ServeApp
from tests.web.world import World, build_world
from timecredits.app import create_app
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.key_file import read_key_file
from timecredits.foundation.signed_documents import SignatureVerdict, judge_signature
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.hours.models import HourSource
from timecredits.hours.recording import NewHours, record_hours
from timecredits.web.database import db

DESK = {"viewport": {"width": 1280, "height": 900}, "is_mobile": False, "has_touch": False}
SECRET = "a-secret-for-tests-0123456789abcdef"


@dataclass
class Taps:
    """A person at a page, whose taps are counted."""

    page: Page
    count: int = 0

    def tap(self, what: Locator) -> None:
        """Tap, and wait for the page it leads to."""
        self.count += 1
        what.click()
        self.page.wait_for_load_state()
        assert violations(self.page) == []


def named(page: Page, name: str | re.Pattern[str]) -> Locator:
    """A link or a button, whichever it is."""
    exact = isinstance(name, str)
    return page.get_by_role("link", name=name, exact=exact).or_(page.get_by_role("button", name=name, exact=exact)).first


def give_hours(app: Flask) -> World:
    """The small world, in which the volunteer gave two hours yesterday."""
    with app.app_context():
        session = db.session()
        world = build_world(session)
        here = (session, world.programme_id, world.organisation_id)
        garden = create_activity(*here, ActivityFacts("Garden group"), actor_id=None)
        yesterday = clock.today() - timedelta(days=1)
        hours = NewHours(new_id(), world.volunteer_id, garden.id, None, yesterday, 120)
        record_hours(*here, [hours], source=HourSource.SINGLE, actor_id=world.users["coordinator"], today=clock.today())
        session.commit()
        db.engine.dispose()
    return world


@pytest.mark.browser
def test_a_letter_is_asked_for_written_shared_and_checked(
    sqlite_url: str, live_server: ServeApp, open_context: OpenContext, tmp_path: Path
) -> None:
    keys = tmp_path / "keys.toml"
    made = run(sqlite_url, "signing-keys", str(keys), "--name", "Fenland Time Credits")
    assert made.returncode == 0, made.stderr
    settings = {"SECRET_KEY": SECRET, "SIGNING_KEYS": str(keys)}
    app = create_app({"DATABASE_URL": sqlite_url, "TESTING": True, **settings})
    world = give_hours(app)
    site = live_server("timecredits.app:create_app()", sqlite_url, environment=settings).url
    people = ServedWorld(world, site, app)
    phone, desk = open_context(), open_context(**DESK)
    people.sign_in(phone, "volunteer")
    people.sign_in(desk, "coordinator")

    volunteer = Taps(watched(phone))
    volunteer.page.goto(f"{site}/my/")
    ask(volunteer)
    assert volunteer.count == 3

    coordinator = Taps(watched(desk))
    coordinator.page.goto(f"{site}/coordinator/")
    letter = write(coordinator, tmp_path / "letter.pdf")
    trusted = read_key_file(keys, secret_key=SECRET).trusted
    assert judge_signature(letter.read_bytes(), trusted) is SignatureVerdict.VALID

    address = share(volunteer, site)
    employer = watched(open_context(**DESK))
    employer.goto(address)
    expect(employer.get_by_role("heading", level=1)).to_have_text("Letters that were shared with you")
    expect(employer.get_by_role("main")).to_contain_text("2 hours")
    expect(employer.get_by_role("main")).to_contain_text("Real, and it still stands")
    assert violations(employer) == []
    assert employer.context.cookies() == []

    scan(employer, letter, site)
    upload(employer, site, letter)
    expect(employer.get_by_role("heading", level=1)).to_have_text("This letter is real")
    changed = tmp_path / "changed.pdf"
    changed.write_bytes(letter.read_bytes() + b"\n")
    upload(employer, site, changed)
    expect(employer.get_by_role("heading", level=1)).to_have_text("This file is not the one we issued")
    assert violations(employer) == []

    volunteer.page.goto(f"{site}/my/packs")
    volunteer.tap(volunteer.page.get_by_role("main").get_by_role("link", name="Shop job").first)
    volunteer.tap(named(volunteer.page, "End this link now"))
    expect(volunteer.page.get_by_role("main")).to_contain_text("does not work any more")
    employer.goto(address)
    expect(employer.get_by_role("main")).not_to_contain_text("2 hours")
    scan(employer, letter, site)  # the letter on paper goes on


def watched(context: BrowserContext) -> Page:
    """A new page; what its console says is an error of the test."""
    page = context.new_page()
    page.on("pageerror", lambda fault: pytest.fail(str(fault)))
    return page


def ask(volunteer: Taps) -> None:
    """From the home page: my letters, the person, send."""
    page = volunteer.page
    volunteer.tap(named(page, re.compile("^My letters")))
    volunteer.tap(page.locator("#ask ~ * a").first)
    expect(page.get_by_label("Name on the letter")).to_have_value("Siân O'Neill-Wyn")
    volunteer.tap(named(page, "Send"))
    expect(page.get_by_role("main")).to_contain_text("You asked")


def write(coordinator: Taps, path: Path) -> Path:
    """From the home page: what is asked for, the request, save, issue. Answers the letter, as it was issued."""
    page = coordinator.page
    coordinator.tap(named(page, re.compile("^Letters people ask for")))
    coordinator.tap(page.locator("#asked ~ * a").first)
    page.get_by_label("Your own words").fill("Siân is kind, on time, and good with people who are new.")
    coordinator.tap(named(page, "Save and read it through"))
    coordinator.tap(named(page, "Issue this letter"))
    address = named(page, "Open to print").get_attribute("href")
    answer = page.context.request.get(f"{page.url.split('/coordinator')[0]}{address}")
    assert answer.headers["content-type"] == "application/pdf"
    path.write_bytes(answer.body())
    return path


def share(volunteer: Taps, site: str) -> str:
    """From the letters: share this one, name it, make the link. Answers the link."""
    page = volunteer.page
    page.goto(f"{site}/my/letters")
    volunteer.tap(named(page, "Share this letter"))
    page.get_by_label("What is it for?").fill("Shop job")
    volunteer.tap(named(page, "Make my link"))
    address = page.get_by_label("Copy this link").input_value()
    assert address.startswith(f"{site}/s/")
    return address


def scan(employer: Page, letter: Path, site: str) -> None:
    """Hold a phone over the printed letter."""
    picture = program("pdftoppm", package="Poppler")
    subprocess.run([picture, "-r", "150", "-png", "-singlefile", str(letter), str(letter.with_suffix(""))], check=True)  # noqa: S603
    (code,) = zxingcpp.read_barcodes(Image.open(letter.with_suffix(".png")))
    assert code.text.startswith(f"{site}/v/")
    employer.goto(code.text)
    expect(employer.get_by_role("heading", level=1)).to_have_text("This letter is real")
    expect(employer.get_by_role("main")).to_contain_text("2 hours")


def upload(employer: Page, site: str, file: Path) -> None:
    """Send the file that came by mail."""
    employer.goto(f"{site}/v")
    employer.locator("input[type=file]").set_input_files(file)
    named(employer, "Check this file").click()
    employer.wait_for_load_state()
