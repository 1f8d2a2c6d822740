"""A small shop whose signal can be cut, and the browser that is its till."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Playwright, expect

from tests.browser.offline_shop import PATIENCE, OfflineShop, device, offline_shop


@pytest.fixture
def shop(sqlite_url: str) -> Iterator[OfflineShop]:
    """Served on SQLite until it is stopped."""
    expect.set_options(timeout=PATIENCE)  # a server that starts takes longer than a page that changes
    with offline_shop(sqlite_url) as running:
        yield running
    expect.set_options(timeout=None)


@pytest.fixture
def till(playwright: Playwright, shop: OfflineShop, tmp_path: Path) -> Iterator[BrowserContext]:
    """A browser that keeps what it stores, as the shop's till."""
    with device(playwright, shop, tmp_path / "till") as context:
        yield context
