"""Every page, for everybody who may open it, in a real browser: accessible, never wider than the screen, quiet on the console.

The list of addresses drives it, so a new page is covered by being there. `make gates` (GATES=1) runs the long form: every page
for every actor, also dark, in forced colours, with less motion, and with text twice as large.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import ConsoleMessage, Page

from tests.browser.full_site import FullSite, full_site
from tests.house.full_world import ACTORS
from tests.real.axe import violations
from tests.real.chromium import OpenContext
from timecredits.network.permissions import ActorKind

pytestmark = pytest.mark.browser

GATES = os.environ.get("GATES", "") not in {"", "0"}
WIDTHS = (390, 1280)
NARROW = 320
HEIGHT = 844


@dataclass(frozen=True)
class Look:
    """One way a person may have set their browser up."""

    name: str
    options: dict[str, Any]
    widths: tuple[int, ...] = WIDTHS
    font_size: int = 16
    without: tuple[str, ...] = ()


PLAIN = Look("plain", {})
LOOKS = (
    PLAIN,
    Look("dark", {"color_scheme": "dark"}),
    # There the system paints the text, black on white; axe goes by the colours that our styles named.
    Look("forced colours", {"forced_colors": "active"}, (390,), without=("color-contrast",)),
    Look("less motion", {"reduced_motion": "reduce"}, (390,)),
    Look("large text", {}, (1280,), font_size=32),
)


@pytest.fixture(scope="module")
def site() -> Iterator[FullSite]:
    with full_site() as running:
        yield running


@pytest.mark.parametrize("look", LOOKS if GATES else [PLAIN], ids=lambda look: look.name)
@pytest.mark.parametrize("kind", ACTORS)
def test_every_page(site: FullSite, open_context: OpenContext, kind: ActorKind, look: Look) -> None:
    context = open_context(**look.options)
    site.become(context, kind)
    page, faults = context.new_page(), _Faults()
    faults.watch(page)
    if look.font_size != PLAIN.font_size:
        sizes = {"fontSizes": {"standard": look.font_size, "fixed": look.font_size}}
        context.new_cdp_session(page).send("Page.setFontSizes", sizes)
    for endpoint, path in site.pages(kind, every=GATES):
        faults.place = f"{endpoint} as {kind.value}"
        page.set_viewport_size({"width": look.widths[0], "height": HEIGHT})
        answer = page.goto(f"{site.url}{path}")
        if answer is None or answer.status != 200:
            faults.add(f"answered {answer.status if answer else 'nothing'}")
            continue
        _check(page, faults, look)
    assert faults.found == []


def _check(page: Page, faults: "_Faults", look: Look) -> None:
    for width in look.widths:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        for line in violations(page, without=look.without):
            faults.add(f"at {width}: {line}")
    for width in {*look.widths, NARROW} if look is PLAIN else look.widths:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        if wider := page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"):
            faults.add(f"at {width}: {wider} pixels wider than the screen")


class _Faults:
    """What was found, with where."""

    def __init__(self) -> None:
        self.place = ""
        self.found: list[str] = []

    def add(self, what: str) -> None:
        self.found.append(f"{self.place}: {what}")

    def watch(self, page: Page) -> None:
        """Note whatever the browser says while it works."""

        def said(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"}:
                self.add(f"the console says {message.text}")

        page.on("console", said)
        page.on("pageerror", lambda error: self.add(f"a script failed: {error}"))
