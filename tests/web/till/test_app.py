"""The till as an installed app: what its service worker keeps, when that is made anew, and the manifest."""

import json
import re
from typing import Any

import pytest
from PIL import Image

from tests.page_client import PageClient
from tests.web.world import World
from timecredits.foundation.places import STATIC_DIST
from timecredits.network.models import Venue
from timecredits.spending.offline.pack_keys import pack_public_keys
from timecredits.web import headers
from timecredits.web.database import db


@pytest.fixture
def till(client: PageClient, world: World) -> PageClient:
    return world.be_till(client)


def shell(till: PageClient) -> dict[str, Any]:
    """What the worker is told to keep."""
    text = till.http.get("/till/worker.js").text
    found: dict[str, Any] = json.loads(text[len("const SHELL = ") : text.index(";\n")])
    return found


def test_the_page_for_no_signal_tells_nothing_that_ages(till: PageClient) -> None:
    page = till.get("/till/offline")
    assert page.heading == "Take credits with no signal"
    assert "csrf" not in page.response.text
    assert "Set-Cookie" not in page.response.headers
    assert "camera=(self)" in page.response.headers["Permissions-Policy"]


def test_the_page_pins_the_keys_of_packs(till: PageClient) -> None:
    keys = json.loads(str(till.get("/till/offline").soup.select_one("[data-pack-keys]")["data-pack-keys"]))  # type: ignore[index]
    assert sorted(keys) == [str(number) for number in pack_public_keys(till.app.config["KEYRING"])]
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", key) for key in keys.values())


def test_messages_wait_for_the_page_they_belong_to(till: PageClient) -> None:
    with till.http.session_transaction() as browser:
        browser["_flashes"] = [("success", "This device is now a till.")]
    assert "is now a till" not in till.get("/till/offline").text
    assert till.http.get("/till/worker.js").status_code == 200
    assert "is now a till" in till.get("/till").text


def test_the_worker_keeps_every_file_that_its_page_names(till: PageClient) -> None:
    kept = shell(till)
    assert kept["page"] == "/till/offline"
    page = till.http.get(kept["page"]).text
    assert set(re.findall(r'"(/static/[^"]+)"', page)) <= set(kept["assets"])
    assert [each for each in kept["assets"] if each.endswith(".woff2")]
    for address in kept["assets"]:
        with till.http.get(address) as answer:
            assert answer.status_code == 200


def test_the_worker_may_mind_the_whole_till(till: PageClient) -> None:
    answer = till.http.get("/till/worker.js")
    assert answer.headers["Service-Worker-Allowed"] == "/till"
    assert answer.mimetype == "text/javascript"


def test_a_new_worker_for_a_new_page_or_new_rules_and_else_the_same(
    till: PageClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = shell(till)["version"]
    assert shell(till)["version"] == first
    with till.app.app_context():
        db.session().get_one(Venue, world.venue_id).name = "Parkside Baths"
        db.session().commit()
    second = shell(till)["version"]
    monkeypatch.setattr(headers, "POLICY", headers.POLICY + "; require-trusted-types-for 'script'")
    assert len({first, second, shell(till)["version"]}) == 3


def test_the_manifest_names_icons_of_their_size(client: PageClient) -> None:
    answer = client.http.get("/till/app.webmanifest")
    manifest = json.loads(answer.text)
    assert (manifest["name"], manifest["scope"], manifest["start_url"]) == ("Time Credits till", "/till", "/till")
    assert {each["purpose"] for each in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        picture = Image.open(STATIC_DIST / icon["src"].removeprefix("/static/"))
        assert f"{picture.width}x{picture.height}" == icon["sizes"]
        corner = picture.convert("RGBA").getpixel((0, 0))
        assert corner == ((0x3C, 0x1A, 0x66, 255) if icon["purpose"] == "maskable" else (0x3C, 0x1A, 0x66, 0))


@pytest.mark.parametrize("path", ["/till/offline", "/till/worker.js"])
def test_no_till_no_app(client: PageClient, path: str) -> None:
    assert client.http.get(path).headers["Location"] == "/till/pair"
