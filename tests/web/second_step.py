"""Going through the second step as people do: setting up an app from the key on the page, keeping the codes, typing a code."""

from tests.page_client import Page
from tests.web.world import app_code

__all__ = ["finish", "key_on", "recovery_codes_on", "set_up"]


def key_on(page: Page) -> str:
    """The key of the app about to be set up, as it stands on the page."""
    shown = page.soup.select_one(".tc-app-key")
    assert shown is not None, f"no key on {page.path}"
    return shown.get_text().replace(" ", "").strip()


def recovery_codes_on(page: Page) -> list[str]:
    """The codes to keep on paper."""
    return [each.get_text(strip=True) for each in page.soup.select(".tc-codes li")]


def set_up(page: Page) -> tuple[Page, str]:
    """From the page "Set up your second step" to where it leads; and the key of the app."""
    assert page.heading == "Set up your second step"
    key = key_on(page)
    codes = page.submit("Save this app", code=app_code(key))
    assert codes.heading == "Keep these codes", codes.text
    return codes.submit("Go on", kept="y"), key


def finish(page: Page) -> Page:
    """The same, where the key doesn't matter."""
    return set_up(page)[0]
