"""Each request's number and line: what stands in them, what never does, and where the number is shown."""

import json
import logging
import re
from collections.abc import Iterator

import pytest
from flask import Flask, Response
from sqlalchemy import event

from tests.canaries import TYPED
from tests.page_client import PageClient
from tests.web.header_rules import faults_of
from tests.web.on_database import application_on
from tests.web.world import World
from timecredits.app import create_app
from timecredits.foundation.db import new_id
from timecredits.foundation.log_lines import Lines
from timecredits.web.database import db
from timecredits.web.watching.requests import HEADER

OURS = re.compile(r"\d{4}-\d{4}-\d{4}")
CANARY = "Zqxwren's words"


class Written(logging.Handler):
    """Lines as they would be written."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.setFormatter(Lines("json"))

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    def told(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.lines]


@pytest.fixture
def written() -> Iterator[Written]:
    """What is logged from level info on."""
    logger, handler = logging.getLogger("timecredits"), Written()
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield handler
    logger.removeHandler(handler)
    logger.setLevel(level)


@pytest.fixture
def failing(app: Flask) -> Flask:
    """The application as it runs for people, with a page that fails."""
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def fails(**_values: object) -> Response:
        raise RuntimeError(CANARY)

    for endpoint in ("public.check_reference", "api.openapi"):
        fails.__dict__.update(app.view_functions[endpoint].__dict__)
        app.view_functions[endpoint] = fails
    return app


def test_a_request_is_one_line_with_its_endpoint_and_not_its_address(client: PageClient, written: Written) -> None:
    answer = client.http.get("/v/ZQXW-REN4-SECR-ET77?look=zqxwren")
    assert answer.status_code == 404
    (line,) = written.told()
    assert set(line) == {
        "time", "level", "process", "request", "endpoint", "method", "status", "milliseconds", "queries", "said",
    }  # fmt: skip
    assert (line["endpoint"], line["method"], line["status"], line["level"]) == ("public.check_reference", "GET", 404, "info")
    assert line["request"] == answer.headers[HEADER]
    assert "zqxw" not in written.lines[0].lower()


@pytest.mark.parametrize(
    ("method", "path", "endpoint", "known"),
    [
        ("GET", "/zqxwren", "other", "GET"),
        ("BREW", "/", "other", "other"),
        ("HEAD", "/healthz", "public.healthz", "HEAD"),
    ],
)
def test_what_no_page_knows_is_called_other(
    client: PageClient, written: Written, method: str, path: str, endpoint: str, known: str
) -> None:
    client.http.open(path, method=method)
    assert [(line["endpoint"], line["method"]) for line in written.told()] == [(endpoint, known)]


def test_a_day_of_work_leaves_nobody_s_words_in_the_log(app: Flask, world: World, written: Written) -> None:
    for kind in ("volunteer", "coordinator"):
        client = world.sign_in(PageClient(app), kind)
        page = client.get("/my/settings/name") if kind == "volunteer" else client.get(f"/coordinator/people/{world.volunteer_id}")
        assert any(word in page.response.text for word in ("O'Neill-Wyn", "O&#39;Neill-Wyn", "Siân"))
        client.get("/help/search?q=canary.person@example.org", status=404)
    assert [line["endpoint"] for line in written.told()] == ["volunteer.settings_name", "other", "coordinator.volunteer", "other"]
    log = "\n".join(written.lines)
    assert not any(word in log for word in TYPED)
    assert str(world.volunteer_id) not in log
    assert "127.0.0.1" not in log
    assert "/coordinator/people" not in log


def test_who_is_refused_leaves_a_line_with_the_page_and_why(app: Flask, world: World, written: Written) -> None:
    coordinator = world.sign_in(PageClient(app), "coordinator")
    written.lines.clear()
    refused = coordinator.http.get("/programme/audit")
    elsewhere = coordinator.http.get(f"/coordinator/people/{new_id()}")
    assert [(line["endpoint"], line["status"]) for line in written.told()] == [
        ("programme.audit", refused.status_code),
        ("coordinator.volunteer", elsewhere.status_code),
    ]
    assert (refused.status_code, elsewhere.status_code) == (403, 404)


def test_a_fault_has_the_number_on_the_page_in_the_head_and_in_the_log(failing: Flask, written: Written) -> None:
    page = PageClient(failing).get("/v/ZQXW-REN4-SECR-ET77", status=500)
    number = page.response.headers[HEADER]
    assert OURS.fullmatch(number)
    assert f"If you get in touch, tell us this number: {number}" in page.text
    fault, request = written.told()
    assert (fault["request"], fault["level"], request["request"], request["status"]) == (number, "error", number, 500)
    assert fault["said"] == "RuntimeError on public.check_reference"
    assert "test_requests.py" in str(fault["where"])
    assert CANARY not in "".join(written.lines)


def test_other_pages_show_no_number(client: PageClient) -> None:
    page = client.get("/nothing", status=404)
    assert HEADER in page.response.headers
    assert "this number" not in page.text


def test_the_api_s_faults_have_it_in_the_head(failing: Flask) -> None:
    answer = failing.test_client().get("/api/v1/openapi.json")
    assert (answer.status_code, answer.mimetype) == (500, "application/problem+json")
    assert OURS.fullmatch(answer.headers[HEADER])
    assert faults_of(answer.headers, 500) == []


def test_what_breaks_outside_the_pages_shows_it_too(failing: Flask, monkeypatch: pytest.MonkeyPatch, written: Written) -> None:
    def breaks(*_args: object) -> None:
        raise RuntimeError(CANARY)

    monkeypatch.setattr(failing, "request_context", breaks)
    answer = failing.test_client().get("/")
    assert answer.status_code == 500
    assert f"tell us this number: {answer.headers[HEADER]}\n" in answer.text
    assert [line["status"] for line in written.told() if line["said"] == "request"] == [500]


def test_two_requests_have_two_numbers(client: PageClient) -> None:
    assert client.http.get("/healthz").headers[HEADER] != client.http.get("/healthz").headers[HEADER]


@pytest.mark.parametrize(
    ("proxies", "sent", "taken"),
    [
        (1, "4f7d0b36c1e84d0e9b0f5a7c3d2e1f00", True),
        (1, "short", False),
        (1, "x" * 65, False),
        (1, "some body@example.org", False),
        (1, "a1b2c3d4\u00e9", False),
        (1, "<script>12345</script>", False),
        (0, "4f7d0b36c1e84d0e9b0f5a7c3d2e1f00", False),
    ],
)
def test_a_number_is_taken_only_from_a_proxy_that_we_know_of(sqlite_url: str, proxies: int, sent: str, taken: bool) -> None:  # noqa: FBT001
    app = create_app({"DATABASE_URL": sqlite_url, "TESTING": True, "TIMECREDITS_ENV": "demo", "PROXY_COUNT": proxies})
    number = app.test_client().get("/healthz", headers={HEADER: sent}).headers[HEADER]
    assert (number == sent) is taken
    assert taken or OURS.fullmatch(number)
    with app.app_context():
        db.engine.dispose()


def test_its_statements_are_counted(database_url: str, written: Written) -> None:
    sent: list[str] = []
    with application_on(database_url) as app:
        with app.app_context():
            event.listen(db.engine, "after_cursor_execute", lambda _line, _cursor, statement, *_more: sent.append(statement))
        app.test_client().get("/")
        (line,) = written.told()
    assert line["queries"] == len(sent) > 0
