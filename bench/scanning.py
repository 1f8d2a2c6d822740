"""From a code in view of the till's camera to the answer on the screen: two real browsers, the real server, a film as camera.

The clock is the till browser's own: it starts when the camera's first picture plays, with the code in it, and stops when the
answer stands on the page. The target is 2 seconds (design/redemption.md).
"""

import io
import shutil
from pathlib import Path
from statistics import median
from tempfile import mkdtemp

from PIL import Image
from playwright.sync_api import Playwright, sync_playwright

from bench.figures import Figure
from tests.browser.served_world import ServedWorld, serve_world
from tests.real.camera import film, flags_for
from tests.real.chromium import PHONE, give_playwright_a_node, launched
from tests.real.served import ServedApp, served
from timecredits.foundation import migrating
from timecredits.web.database import db

ROUNDS = 4
TARGET_MS = 2000

_WATCH = """
window.addEventListener('DOMContentLoaded', () => {
  document.querySelector('[data-video]')?.addEventListener('playing', () => { window.seen ??= performance.now(); });
  const place = document.querySelector('[data-result-place]');
  if (place) new MutationObserver(() => {
    if (place.querySelector('[data-result="done"]')) window.answered ??= performance.now();
  }).observe(place, {childList: true, subtree: true});
});
"""


def run() -> list[Figure]:
    """The median and the slowest of a few scans of one code, within the minute that it is good for."""
    folder = Path(mkdtemp(prefix="timecredits-bench-"))
    url = f"sqlite:///{folder / 'scanning.db'}"
    migrating.upgrade(url)
    running = []

    def serve(app: str, database_url: str, **options: object) -> ServedApp:
        running.append(served(app, database_url, **options))  # type: ignore[arg-type]
        return running[-1].__enter__()

    give_playwright_a_node()
    try:
        site = serve_world(serve, url, minutes=60)
        with sync_playwright() as playwright:
            _show(playwright, site, folder / "code.y4m")
            times = [_scan(playwright, site, folder / "code.y4m") for _ in range(ROUNDS)]
    finally:
        for each in running:
            each.__exit__(None, None, None)
        with site.app.app_context():
            db.engine.dispose()
        shutil.rmtree(folder, ignore_errors=True)
    how = f"{ROUNDS} scans, camera to answer"
    return [
        Figure("a scan, median", median(times), "ms", how, at_most=TARGET_MS),
        Figure("a scan, slowest", max(times), "ms", how, at_most=TARGET_MS),
    ]


def _show(playwright: Playwright, site: ServedWorld, path: Path) -> None:
    """Film the code on the volunteer's phone."""
    with launched(playwright) as browser:
        phone = browser.new_context(**PHONE)
        site.sign_in(phone, "volunteer")
        page = phone.new_page()
        page.goto(f"{site.url}/my/code")
        film(Image.open(io.BytesIO(page.locator(".tc-plate__code").screenshot())), path)


def _scan(playwright: Playwright, site: ServedWorld, path: Path) -> float:
    """Milliseconds from picture to answer; the visit is then undone, so that the same code works again."""
    with launched(playwright, *flags_for(path)) as browser:
        till = browser.new_context(**PHONE)
        till.grant_permissions(["camera"], origin=site.url)
        site.be_till(till)
        page = till.new_page()
        page.add_init_script(_WATCH)
        page.goto(f"{site.url}/till")
        page.locator('[data-result-place] [data-result="done"]').wait_for()
        taken = float(page.evaluate("() => window.answered - window.seen"))
        page.get_by_text("Undo").first.click()
        page.get_by_role("button", name="Wrong person").click()
        page.get_by_text("Undone.").first.wait_for()
        return taken
