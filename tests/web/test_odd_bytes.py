"""Bytes that nobody types, everywhere that bytes may stand: an answer with the headers, and never a fault of ours."""

from io import BytesIO
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.page_client import PageClient
from tests.web.header_rules import faults_of
from tests.web.world import World
from timecredits.app import create_app
from timecredits.web.database import db

BYTES = st.one_of(
    st.binary(max_size=40),
    st.text(max_size=20).map(lambda words: words.encode("utf-8", "surrogatepass")),
    st.sampled_from(
        [b"\0", b"\xff", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"%00", b"%", b"\xc2\xb2", b"\xef\xbc\x91", b"9" * 30, b"-1"]
    ),
)
FORMS = [
    ("/sign-in/email", "email"),
    ("/sign-in/password", "password"),
    ("/sign-in/card", "card"),
    ("/v", "code"),
    ("/till/pair", "code"),
    ("/my/settings/name", "letter_name"),
    ("/my/journey/goals/new", "words"),
    ("/my/hours/log", "hours"),
    ("/my/places/near", "near"),
]
PATHS = ["/{}", "/v/{}", "/in/{}/support", "/static/{}", "/r/{}", "/my/places/{}", "/my/sessions/{}/x", "/calendar/mine/{}.ics"]
LOOKS = ["/my/places", "/my/statement", "/sign-in", "/v", "/my/planner"]
KINDS = ["multipart/form-data; boundary=x", "multipart/form-data", "application/json", "", "text/plain", 'a/b; c="']
FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)


@pytest.fixture
def browser(app: Flask, world: World) -> PageClient:
    """A volunteer's, whose forms need no mark, so that what they hold is read."""
    app.config.update(WTF_CSRF_ENABLED=False)
    return world.sign_in(PageClient(app), "volunteer")


def good(answer: Any) -> None:
    with answer:
        assert answer.status_code < 500
        assert faults_of(answer.headers, answer.status_code) == []


@FEW
@given(st.sampled_from(FORMS), BYTES, BYTES)
@example(("/my/settings/name", "letter_name"), b"\xff\xfe", b"")
def test_in_forms(browser: PageClient, form: tuple[str, str], value: bytes, name: bytes) -> None:
    path, field = form
    sent = b"%s=%s&%s=1" % (field.encode(), quote_from_bytes(value).encode(), quote_from_bytes(name).encode())
    good(browser.http.post(path, data=sent, content_type="application/x-www-form-urlencoded"))
    good(
        browser.http.post(
            path, data=field.encode() + b"=" + value, content_type="application/x-www-form-urlencoded; charset=utf-7"
        )
    )


@FEW
@given(st.sampled_from(PATHS), st.sampled_from(LOOKS), BYTES)
def test_in_addresses(browser: PageClient, path: str, look: str, value: bytes) -> None:
    good(browser.http.get(path.format(quote_from_bytes(value, safe=""))))
    said = quote_from_bytes(value, safe="")
    good(browser.http.get(f"{look}?q={said}&page={said}&after={said}&town={said}&next={said}&{said}"))


@FEW
@given(BYTES, st.sampled_from(["timecredits", "till", "kiosk", "known"]))
def test_in_headers_and_cookies(browser: PageClient, value: bytes, cookie: str) -> None:
    text = value.decode("latin-1").replace("\r", "").replace("\n", "")
    stranger = PageClient(browser.app)
    headers = {
        "User-Agent": text,
        "Accept-Language": text,
        "Referer": text,
        "Authorization": f"Bearer {text}",
        "X-Fragment": text,
    }
    for path in ("/sign-in", "/till", "/kiosk", "/my/", "/api/v1/hours"):
        environ = {f"HTTP_{name.upper().replace('-', '_')}": each for name, each in headers.items()}
        good(stranger.http.get(path, environ_overrides={**environ, "HTTP_COOKIE": f"{cookie}={text}"}))


@FEW
@given(
    BYTES,
    st.sampled_from(["multipart/form-data; boundary=x", "multipart/form-data", "application/json", "", "text/plain", 'a/b; c="']),
)
def test_in_bodies(browser: PageClient, value: bytes, kind: str) -> None:
    parts = (
        b'--x\r\nContent-Disposition: form-data; name="letter_name"; filename="' + value + b'"\r\n\r\n' + value + b"\r\n--x--\r\n"
    )
    for body in (value, parts, parts[:-9]):
        good(browser.http.post("/my/settings/name", data=body, content_type=kind))
        good(browser.http.post("/api/v1/till/pair", data=body, content_type=kind))
        good(browser.http.post("/v", data=body, content_type=kind))


@pytest.mark.parametrize("sent", [b"", b"code=A", b"code=ABCDEF&surname=B"])
def test_a_body_shorter_than_was_said_is_turned_away(app: Flask, sent: bytes) -> None:
    environ = {"wsgi.input": BytesIO(sent), "CONTENT_LENGTH": "900", "wsgi.input_terminated": True}
    answer = app.test_client().post("/v", content_type="application/x-www-form-urlencoded", environ_overrides=environ)
    assert (answer.status_code, faults_of(answer.headers, 400)) == (400, [])
    assert "Nothing was changed" in answer.text


@pytest.mark.parametrize("path", ["/in/%00/support", "/v/%00", "/my/places?q=%00", "/my/places?%00=q", "/calendar/mine/a%00.ics"])
def test_a_nul_never_reaches_a_page(postgresql_url: str, path: str) -> None:
    app = create_app({"DATABASE_URL": postgresql_url, "TESTING": True, "TIMECREDITS_ENV": "demo"})
    answer = app.test_client().get(path)
    assert (answer.status_code, faults_of(answer.headers, 400)) == (400, [])
    with app.app_context():
        db.engine.dispose()
