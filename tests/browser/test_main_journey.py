"""The whole idea, end to end, as five people meet it, on both databases: an hour given becomes a credit, a visit and a letter.

The application is the real one behind gunicorn, mail goes through a real server, the till's camera plays a film of the code on
the volunteer's phone, and the letter's own QR code leads the employer to the page that answers.
"""

import io
import re
import subprocess
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect
from sqlalchemy import Engine

from tests.commands.test_setting_up import run
from tests.real.axe import violations
from tests.real.camera import film, flags_for
from tests.real.chromium import OpenContext, arrive, launched
from tests.real.programs import program
from tests.real.served import ServeApp
from tests.real.smtp import MailServer
from tests.web.world import PASSWORD, World, app_code, build_world
from timecredits.foundation.db import transaction
from timecredits.hours.activities import ActivityFacts, create_activity

DESK = {"viewport": {"width": 1280, "height": 900}, "is_mobile": False, "has_touch": False}


def watch(page: Page) -> list[str]:
    """What the console says and what fails to load; empty on a page that is in order."""
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    return faults


def button(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def sign_in_as_staff(page: Page, url: str, email: str) -> None:
    page.goto(f"{url}/sign-in")
    page.get_by_role("button", name="Sign in with a password").click()
    page.get_by_label("Your email address").fill(email)
    page.get_by_label("Your password", exact=True).fill(PASSWORD)
    button(page, "Sign in")
    arrive(page, "Set up your second step")
    key = page.locator(".tc-app-key").inner_text().replace(" ", "")
    page.get_by_label("The 6 digits").fill(app_code(key))
    assert violations(page) == []
    button(page, "Save this app")
    arrive(page, "Keep these codes")
    page.get_by_label("I have kept them").check()
    assert violations(page) == []
    button(page, "Go on")
    expect(page).not_to_have_url(re.compile("/sign-in"))


def picture_of(page: Page, selector: str) -> Image.Image:
    return Image.open(io.BytesIO(page.locator(selector).screenshot()))


@pytest.fixture
def world(engine: Engine) -> World:
    with transaction(engine) as session:
        world = build_world(session)
        create_activity(session, world.programme_id, world.organisation_id, ActivityFacts("Garden group"), actor_id=None)
    return world


@pytest.mark.browser
def test_an_hour_becomes_a_credit_a_visit_and_a_letter(
    database_url: str,
    engine: Engine,
    world: World,
    live_server: ServeApp,
    mail_server: MailServer,
    open_context: OpenContext,
    playwright: Playwright,
    tmp_path: Path,
) -> None:
    engine.dispose()
    site = live_server("timecredits.app:create_app()", database_url, environment={"MAIL_URL": mail_server.url}).url
    coordinator, phone = open_context(**DESK).new_page(), open_context().new_page()
    faults = {who: watch(page) for who, page in (("coordinator", coordinator), ("volunteer", phone))}

    log_two_hours(coordinator, site, world)
    volunteer_signs_in(phone, site, world, mail_server)
    expect(phone.get_by_role("main")).to_contain_text("2 credits")

    pairing_code = make_a_till(open_context(**DESK).new_page(), site, world)
    phone.get_by_role("link", name="Show my code").first.click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("My code")
    assert violations(phone) == []
    camera = film(picture_of(phone, "[data-live] svg"), tmp_path / "code.y4m")
    with launched(playwright, *flags_for(camera)) as till_browser:
        till = scan(till_browser, site, pairing_code, faults)
        expect(till.locator("[data-result-place]")).to_contain_text("Done. 1 credit taken.")
        expect(till.locator("[data-result-place]")).to_contain_text("Siân O")
        assert violations(till) == []
        till.context.close()

    phone.goto(f"{site}/my")
    expect(phone.get_by_role("main")).to_contain_text("1 credit")
    expect(phone.get_by_role("main")).to_contain_text("Swim, one hour")

    letter = issue_a_letter(coordinator, site, tmp_path)
    check_the_letter(open_context().new_page(), letter, site)

    books = run(database_url, "check-books")
    assert books.stdout == "The books of 1 programme add up.\n", books.stdout + books.stderr
    assert [fault for each in faults.values() for fault in each] == []


def log_two_hours(page: Page, site: str, world: World) -> None:
    sign_in_as_staff(page, site, world.emails["coordinator"])
    page.get_by_role("link", name="Add hours of one person").first.click()
    page.get_by_label("Who").fill("Siân O'Neill-Wyn")
    page.get_by_label("Hours").fill("2")
    assert violations(page) == []
    button(page, "Save these hours")
    expect(page.get_by_text("Saved.").first).to_be_visible()


def volunteer_signs_in(page: Page, site: str, world: World, mail_server: MailServer) -> None:
    page.goto(f"{site}/sign-in")
    page.get_by_label("Your email address").fill(world.emails["volunteer"])
    assert violations(page) == []
    button(page, "Send me a code")
    letter = mail_server.wait_for(world.emails["volunteer"])
    found = re.search(r"\b\d{4} ?\d{4}\b", letter.get_content())
    assert found is not None
    page.get_by_label("Your 8-digit code").fill(found.group())
    button(page, "Sign in")
    arrive(page, "Your credits")
    assert violations(page) == []


def make_a_till(page: Page, site: str, world: World) -> str:
    sign_in_as_staff(page, site, world.emails["venue_manager"])
    page.goto(f"{site}/venue/tills")
    page.get_by_label("Name of the till").fill("Side door")
    button(page, "Make a code")
    return page.locator(".tc-code__typed").inner_text()


def scan(browser: Browser, site: str, pairing_code: str, faults: dict[str, list[str]]) -> Page:
    context: BrowserContext = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    faults["till"] = watch(page)
    page.goto(f"{site}/till")
    page.get_by_label("Code for this till").fill(pairing_code)
    button(page, "Make this device a till")
    return page


def issue_a_letter(page: Page, site: str, folder: Path) -> Path:
    page.goto(f"{site}/coordinator/letters")
    page.get_by_role("button", name="Write a letter").first.click()
    page.get_by_role("link", name="Siân O'Neill-Wyn").click()
    page.get_by_label("Your own words").fill("Siân is kind, on time, and good with people who are new.")
    button(page, "Save and read it through")
    expect(page.get_by_role("button", name="Issue this letter", exact=True)).to_be_visible()
    assert violations(page) == []
    button(page, "Issue this letter")
    address = page.get_by_role("link", name="Open to print").or_(page.get_by_role("button", name="Open to print"))
    answer = page.context.request.get(f"{site}{address.get_attribute('href')}")
    assert answer.headers["content-type"] == "application/pdf"
    letter = folder / "letter.pdf"
    letter.write_bytes(answer.body())
    return letter


def check_the_letter(page: Page, letter: Path, site: str) -> None:
    read, picture = program("pdftotext", package="Poppler"), program("pdftoppm", package="Poppler")
    text = subprocess.run([read, str(letter), "-"], capture_output=True, text=True, check=True).stdout  # noqa: S603
    assert "Siân O'Neill-Wyn" in text.replace("’", "'")
    assert "2 hours" in text
    subprocess.run([picture, "-r", "150", "-png", str(letter), str(letter.with_suffix(""))], check=True)  # noqa: S603
    pages = sorted(letter.parent.glob("letter-*.png"))
    assert len(pages) == 1
    (code,) = zxingcpp.read_barcodes(Image.open(pages[0]))
    assert code.text.startswith(f"{site}/v/")
    page.goto(code.text)
    expect(page.get_by_role("heading", level=1)).to_have_text("This letter is real")
    expect(page.get_by_role("main")).to_contain_text("2 hours")
    assert violations(page) == []
