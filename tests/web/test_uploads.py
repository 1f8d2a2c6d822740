"""How much may be sent at all, and what becomes of pictures, by the pages that take them."""

import json
import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from flask import Flask, Response, request, request_finished
from PIL import Image, PngImagePlugin
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.page_client import Page, PageClient
from tests.web.header_rules import faults_of
from tests.web.world import World
from timecredits.foundation.pictures import MOST_BYTES, MOST_PIXELS
from timecredits.hours.imports.limits import MOST_BYTES as MOST_IN_A_REGISTER
from timecredits.hours.imports.limits import MOST_FIELD_BYTES, MOST_ROWS

SECRET = b"52.2053,0.1218"


def picture(kind: str = "PNG", size: tuple[int, int] = (300, 200), **saved: object) -> bytes:
    made = BytesIO()
    Image.new("RGB", size, "white").save(made, kind, **saved)
    return made.getvalue()


def with_place() -> bytes:
    exif = Image.Exif()
    exif.get_ifd(0x8825)[2] = (52.0, 12.0, 19.0)
    exif[0x010E] = SECRET.decode()
    return picture("JPEG", exif=exif, comment=SECRET)


def with_words() -> bytes:
    words = PngImagePlugin.PngInfo()
    words.add_text("Place", SECRET.decode())
    return picture(pnginfo=words)


def moving() -> bytes:
    made = BytesIO()
    frames = [Image.new("RGB", (100, 100), colour) for colour in ("red", "green", "blue")]
    frames[0].save(made, "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    return made.getvalue()


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def bomb() -> bytes:
    """A small file of a picture that would fill the memory."""
    head = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100_000)) + chunk(b"IEND", b"")


REFUSED = {
    "drawing": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>',
    "page": b"<!doctype html><script>alert(1)</script>",
    "moving gif": picture("GIF"),
    "tiff": picture("TIFF"),
    "script called a picture": b"#!/bin/sh\nrm -rf /\n",
    "bomb": bomb(),
    "nothing": b"",
    "half": picture()[:60],
}


@pytest.fixture
def page(app: Flask, world: World) -> Page:
    """The form for a picture of an offer."""
    return world.sign_in(PageClient(app), "venue_manager").get(f"/venue/offers/{world.offer_id}/picture")


def whole(fields: dict[str, Any]) -> dict[str, Any]:
    """A form with files as bytes; the client's own way leaves large ones in files that nobody closes."""
    boundary, content = encode_multipart(fields)
    return {"data": content, "content_type": f"multipart/form-data; boundary={boundary}"}


def send(page: Page, content: bytes, name: str = "photo.jpg", status: int = 200) -> Page:
    sent = {**page.fields(), "shows": "A pool", "picture": FileStorage(BytesIO(content), name)}
    return page.client.post(page.path, **whole(sent), status=status)


def kept(page: Page) -> bytes | None:
    answer = page.client.http.get(f"{page.path}.jpg")
    return answer.data if answer.status_code == 200 else None


def test_the_limits_are_those_of_the_design(app: Flask) -> None:
    assert (MOST_BYTES, MOST_PIXELS) == (5 * 1024 * 1024, 25_000_000)
    assert (MOST_IN_A_REGISTER, MOST_ROWS, MOST_FIELD_BYTES) == (2 * 1024 * 1024, 5000, 64 * 1024)
    assert MOST_IN_A_REGISTER < app.config["MAX_CONTENT_LENGTH"] <= 3 * 1024 * 1024
    assert app.config["MAX_FORM_MEMORY_SIZE"] <= 512 * 1024
    assert app.config["MAX_FORM_PARTS"] <= 2000


@pytest.mark.parametrize(
    "content", [with_place(), with_words(), moving(), picture("WEBP"), picture() + b"<script>alert(1)</script>" + SECRET]
)
def test_only_what_is_seen_is_kept(page: Page, content: bytes) -> None:
    send(page, content)
    made = kept(page)
    assert made is not None
    assert made.startswith(b"\xff\xd8\xff")
    assert not any(trace in made for trace in (SECRET, b"Exif", b"ICC_PROFILE", b"<script>"))
    with Image.open(BytesIO(made)) as read:
        assert (read.format, getattr(read, "n_frames", 1)) == ("JPEG", 1)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_picture_is_turned_down(page: Page, name: str) -> None:
    answer = send(page, REFUSED[name], name="photo.png")
    assert "Nothing was saved" in answer.text or "Choose" in answer.text
    assert kept(page) is None


def test_too_much_is_turned_down_before_it_is_read(page: Page) -> None:
    assert send(page, b"\xff\xd8\xff" + b"\0" * MOST_BYTES * 2, status=413).heading == "That file is too big"
    assert kept(page) is None


@pytest.mark.parametrize("path", ["/sign-in/email", "/v", "/my/settings/name", "/in/nowhere/refer"])
def test_a_page_takes_no_more_than_it_needs(app: Flask, world: World, path: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client = world.sign_in(PageClient(app), "volunteer")
    long, many = {"email": "a" * (600 * 1024)}, {f"field{number}": "" for number in range(2500)}
    for sent in (long, many):
        answer = client.http.post(path, **whole(sent))
        assert (answer.status_code, faults_of(answer.headers, 413)) == (413, [])
    huge = client.http.post(path, data=b"a=" + b"a" * (15 << 20), content_type="application/x-www-form-urlencoded")
    assert huge.status_code == 413


def test_the_api_takes_64_kib(app: Flask) -> None:
    sent = json.dumps({"code": "a" * 70_000})
    answer = app.test_client().post("/api/v1/till/pair", data=sent, content_type="application/json")
    assert (answer.status_code, answer.json["code"]) == (413, "too_big")


def test_a_file_stands_for_no_field_but_one_that_asks_for_it(app: Flask, page: Page) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    sent = {"picture": (BytesIO(picture()), "a.png"), "shows": (BytesIO(b"A pool"), "words.txt")}
    assert page.client.post(page.path, sent, content_type="multipart/form-data").heading == page.heading
    assert kept(page) is None
    answer = page.client.http.post("/sign-in/email", json={"email": 7})
    assert answer.status_code < 500


def test_what_was_sent_is_gone_when_the_request_ends(app: Flask, page: Page) -> None:
    streams = []

    def look(_app: Flask, response: Response) -> None:  # noqa: ARG001  what the signal gives
        streams.extend(file.stream for file in request.files.values())

    with request_finished.connected_to(look, app):
        send(page, picture())
    assert len(streams) == 1
    assert streams[0].closed
