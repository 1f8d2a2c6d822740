"""The head of errors too, over HTTPS, and of what never reaches a view."""

import pytest
from flask import Flask, Response
from sqlalchemy.exc import OperationalError

from tests.page_client import PageClient
from tests.web.header_rules import faults_of
from tests.web.world import World
from timecredits.app import create_app
from timecredits.foundation.places import STATIC_DIST
from timecredits.web.database import db
from timecredits.web.last_resort import LastResort

CANARY = "Zqxwren's words"
SITE = "https://credits.example.org"


@pytest.fixture
def as_it_runs(app: Flask) -> Flask:
    """The application as it runs for people: a fault is a page."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@pytest.mark.parametrize(
    ("method", "path", "more", "status"),
    [
        ("GET", "/", {"headers": {"Host": "evil.example"}}, 400),
        ("GET", "/api/v1/hours", {"headers": {"Host": "evil.example"}}, 400),
        ("GET", "/nothing", {}, 404),
        ("HEAD", "/nothing", {}, 404),
        ("DELETE", "/sign-in", {}, 405),
        ("BREW", "/sign-in", {}, 405),
        ("OPTIONS", "/sign-in", {}, 200),
        ("HEAD", "/", {}, 200),
        ("POST", "/sign-in/email", {"data": {"email": "a@b.example"}}, 400),
        ("POST", "/v", {"data": b"x" * (13 << 20), "content_type": "application/x-www-form-urlencoded"}, 413),
        ("GET", "/coordinator/", {}, 302),
        ("GET", "/coordinator//people", {}, 308),
        ("GET", "//evil.example/people", {}, 400),
        ("GET", "/my", {}, 308),
        ("GET", "/api/v1/hours", {}, 401),
        ("POST", "/api/v1/hours", {"json": {}}, 401),
        ("GET", "/api/nothing", {}, 404),
        ("PUT", "/api/v1/hours", {}, 405),
        ("GET", "/static/nothing.js", {}, 404),
        ("GET", "/exit", {}, 303),
        ("GET", "/healthz", {}, 200),
    ],
)
def test_every_kind_of_answer(app: Flask, method: str, path: str, more: dict[str, object], status: int) -> None:
    answer = app.test_client().open(path, method=method, **more)
    assert answer.status_code == status
    assert faults_of(answer.headers, status, endpoint="public.leave" if path == "/exit" else None) == []


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (RuntimeError(CANARY), 500),
        (OperationalError("SELECT 1", {}, Exception("server closed the connection")), 503),
    ],
)
@pytest.mark.parametrize("path", ["/sign-in", "/help-now", "/my/", "/api/v1/openapi.json"])
def test_what_breaks_is_a_page_with_the_headers(
    as_it_runs: Flask, monkeypatch: pytest.MonkeyPatch, world: World, fault: Exception, status: int, path: str
) -> None:
    client = world.sign_in(PageClient(as_it_runs), "volunteer")

    def breaks(**_values: object) -> Response:
        raise fault

    endpoint = as_it_runs.url_map.bind("localhost").match(path, method="GET")[0]
    breaks.__dict__.update(as_it_runs.view_functions[endpoint].__dict__)
    monkeypatch.setitem(as_it_runs.view_functions, endpoint, breaks)
    answer = client.http.get(path)
    assert answer.status_code == status
    assert faults_of(answer.headers, status) == []
    assert CANARY not in answer.text
    assert answer.mimetype == ("application/problem+json" if path.startswith("/api") else "text/html")


def test_a_database_that_goes_away_as_the_work_is_kept_is_a_break(
    as_it_runs: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = world.sign_in(PageClient(as_it_runs), "volunteer")

    def cut(*_args: object) -> None:
        raise OperationalError("COMMIT", {}, Exception("the line was cut"))

    monkeypatch.setattr(db.session, "commit", cut)
    answer = client.http.get("/my/")
    assert (answer.status_code, faults_of(answer.headers, 503)) == (503, [])
    assert "short break" in answer.text


def test_over_https_it_stays_https_and_cookies_are_bound_to_the_host(sqlite_url: str) -> None:
    app = create_app({"DATABASE_URL": sqlite_url, "TESTING": True, "BASE_URL": SITE, "TIMECREDITS_ENV": "demo"})
    browser = app.test_client()
    cookies = 0
    for path in ("/", "/sign-in", "/nothing", "/exit", "/static/main.js", "/sign-in/email"):
        answer = browser.get(path, base_url=SITE)
        assert faults_of(answer.headers, answer.status_code, secure=True) == [], path
        cookies += len(answer.headers.getlist("Set-Cookie"))
    assert cookies > 0
    with app.app_context():
        db.engine.dispose()


def test_built_files_are_kept_and_have_the_other_headers(app: Flask) -> None:
    name = next(each.name for each in STATIC_DIST.glob("*.css"))
    with app.test_client().get(f"/static/{name}") as answer:
        assert faults_of(answer.headers, 200, endpoint="static_file") == []
        assert faults_of(answer.headers, 200) != [], "kept for a year: the rule about keeping notices"


def test_each_answer_has_a_nonce_of_its_own(app: Flask) -> None:
    browser = app.test_client()
    policies = {browser.get("/sign-in").headers["Content-Security-Policy"] for _ in range(5)}
    assert len(policies) == 5


def test_what_breaks_outside_the_application_is_plain_words(as_it_runs: Flask, caplog: pytest.LogCaptureFixture) -> None:
    def broken(_environ: object, _start: object) -> list[bytes]:
        raise RuntimeError(CANARY)

    as_it_runs.testing = False
    as_it_runs.wsgi_app = LastResort(broken, as_it_runs.logger, raises=lambda: False)  # type: ignore[method-assign]
    answer = as_it_runs.test_client().get("/")
    assert (answer.status_code, faults_of(answer.headers, 500)) == (500, [])
    assert "Your hours and credits are safe" in answer.text
    assert "RuntimeError outside the application" in caplog.text
    assert CANARY not in caplog.text


def test_in_a_test_a_fault_outside_goes_on_to_the_test(app: Flask) -> None:
    def broken(_environ: object, _start: object) -> list[bytes]:
        raise RuntimeError

    app.wsgi_app = LastResort(broken, app.logger, raises=lambda: True)  # type: ignore[method-assign]
    with pytest.raises(RuntimeError):
        app.test_client().get("/")
