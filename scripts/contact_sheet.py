"""Takes a picture of every page, on a phone and on a desk: `make contact-sheet`. Look through .cache/contact-sheet/index.html.

Also makes the README's picture, docs/images/screens.png, from the demo's own people: a volunteer's home page, the till and a
coordinator's register, side by side.
"""

import html
import io
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import select

from tests.browser.full_site import FullSite, full_site
from tests.house.full_world import ACTORS
from tests.real.chromium import PHONE, find_chromium, give_playwright_a_node, launched
from tests.real.served import served
from timecredits.demo.people import demo_email
from timecredits.demo.sample import make_sample_data
from timecredits.foundation import migrating
from timecredits.foundation.db import make_engine, transaction
from timecredits.foundation.keys import Keyring
from timecredits.hours.activity_models import Activity
from timecredits.network.models import StaffRole, User

ROOT = Path(__file__).resolve().parent.parent
SHEET = ROOT / ".cache" / "contact-sheet"
SCREENS = ROOT / "docs" / "images" / "screens.png"
_PHONE: dict[str, Any] = {**PHONE}
WIDTHS = {"phone": 390, "desk": 1280}
_SECRET = "only-for-pictures-0123456789abcdef"  # noqa: S105  signs nothing but this run's own pages
_GAP = 24
_LARGEST = 300_000
_PAPER = (251, 247, 240)


def main() -> int:
    """Take the pictures; 0 when done, 2 when there is no browser."""
    if find_chromium() is None:
        print("There is no Chromium on this machine, so no picture was taken. Run: make setup-tests", file=sys.stderr)
        return 2
    give_playwright_a_node()
    with sync_playwright() as playwright, launched(playwright) as browser:
        with full_site() as site:
            taken = _take_all(browser, site)
        _write_index(taken)
        _take_readme_screens(browser)
    print(f"{len(taken)} pages: {(SHEET / 'index.html').relative_to(ROOT)}, and {SCREENS.relative_to(ROOT)}")
    return 0


def _take_all(browser: Browser, site: FullSite) -> list[tuple[str, str, str]]:
    """Pictures of every page of everybody -> (actor, endpoint, file's stem)."""
    shutil.rmtree(SHEET, ignore_errors=True)
    SHEET.mkdir(parents=True)
    taken = []
    for kind in ACTORS:
        context = browser.new_context(**_PHONE)
        site.become(context, kind)
        page = context.new_page()
        for endpoint, path in site.pages(kind, every=False):
            stem = f"{kind.value}-{endpoint}{'-' + str(path.count('/')) if endpoint == 'coordinator.reference_new' else ''}"
            page.goto(f"{site.url}{path}")
            for size, width in WIDTHS.items():
                page.set_viewport_size({"width": width, "height": 844})
                page.screenshot(path=SHEET / f"{stem}-{size}.png", full_page=True)
            taken.append((kind.value, endpoint, stem))
        context.close()
    return taken


def _write_index(taken: list[tuple[str, str, str]]) -> None:
    figures = "\n".join(
        f"<h2>{html.escape(kind.replace('_', ' '))}: {html.escape(endpoint)}</h2>\n"
        + "\n".join(f'<img src="{stem}-{size}.png" alt="" width="{width // 2}">' for size, width in WIDTHS.items())
        for kind, endpoint, stem in taken
    )
    style = "body{font:1rem sans-serif;margin:2rem}img{vertical-align:top;border:1px solid #ccc;margin-right:1rem}"
    head = f'<!doctype html>\n<html lang="en-GB"><meta charset="utf-8"><title>Every page</title><style>{style}</style>'
    (SHEET / "index.html").write_text(f"{head}\n<h1>Every page</h1>\n{figures}\n", encoding="utf-8")


def _take_readme_screens(browser: Browser) -> None:
    with tempfile.TemporaryDirectory(prefix="timecredits-pictures-") as folder:
        url = f"sqlite:///{folder}/demo.db"
        register = _make_demo(url)
        environment = {"SECRET_KEY": _SECRET, "TIMECREDITS_ENV": "demo"}
        with served("timecredits.app:create_app()", url, environment=environment) as site:
            pictures = []
            for who, path in (("volunteer", "/my/"), ("till", "/till"), ("coordinator", register)):
                context = browser.new_context(**_PHONE)
                page = context.new_page()
                page.goto(f"{site.url}/demo/{who}")
                page.goto(f"{site.url}{path}")
                pictures.append(_picture(page))
                context.close()
    _save(pictures)


def _make_demo(url: str) -> str:
    """Fill a database with the demo -> the address of its coordinator's register."""
    migrating.upgrade(url)
    engine = make_engine(url)
    with transaction(engine) as session:
        make_sample_data(session, Keyring.from_secret(_SECRET), "https://credits.example.org", tell=print)
        activity = session.scalars(
            select(Activity)
            .join(
                StaffRole,
                (StaffRole.programme_id == Activity.programme_id) & (StaffRole.organisation_id == Activity.organisation_id),
            )
            .join(User, User.id == StaffRole.user_id)
            .where(User.email == demo_email("coordinator"))
            .order_by(Activity.name)
            .limit(1),
        ).one()
    engine.dispose()
    return f"/coordinator/register/{activity.id}"


def _picture(page: Page) -> Image.Image:
    return Image.open(io.BytesIO(page.screenshot()))


def _save(pictures: list[Image.Image]) -> None:
    """Side by side, in as many colours as keep the file small."""
    width = sum(each.width for each in pictures) + _GAP * (len(pictures) + 1)
    sheet = Image.new("RGB", (width, max(each.height for each in pictures) + 2 * _GAP), _PAPER)
    left = _GAP
    for each in pictures:
        sheet.paste(each, (left, _GAP))
        left += each.width + _GAP
    SCREENS.parent.mkdir(parents=True, exist_ok=True)
    sheet.quantize(colors=128).save(SCREENS, optimize=True)
    if (size := SCREENS.stat().st_size) > _LARGEST:
        raise SystemExit(f"{SCREENS.name} has {size} bytes, more than {_LARGEST}.")


if __name__ == "__main__":
    sys.exit(main())
