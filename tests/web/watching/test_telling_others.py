"""Sentry and OpenTelemetry with their real libraries and a collector on this machine: what arrives, and what never does."""

import gzip
import importlib.util
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import sentry_sdk
from flask import Flask, Response, request
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.page_client import PageClient
from tests.web.world import World, build_world
from timecredits.app import NotReadyError, create_app
from timecredits.web.database import db
from timecredits.web.watching import sentry
from timecredits.web.watching.requests import HEADER

SECRET_PATH = "/v/ZQXW-REN4-SECR-ET77"
CANARIES = ("zqxw", "quillfeather", "canary.person", "o'neill-wyn", "siân", "127.0.0.1", "localhost")


QUIET: dict[str, Any] = {"default_integrations": False, "auto_enabling_integrations": False}
"""Sentry's own ways in stay out of this process: they would stay in it for all tests that follow."""


class Collector:
    """An HTTP server that keeps all that it is sent, head and body, unpacked."""

    def __init__(self) -> None:
        kept: list[tuple[str, bytes]] = []
        arrived = threading.Event()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                kept.append((self.path, body))
                arrived.set()
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_words: object) -> None:
                pass

        self.kept, self.arrived = kept, arrived
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def text(self) -> str:
        """All of it, in small letters."""
        return "\n".join(body.decode("utf-8", "replace") for _path, body in self.kept).lower()


@pytest.fixture
def collector() -> Iterator[Collector]:
    made = Collector()
    yield made
    made.server.shutdown()
    made.server.server_close()


@contextmanager
def application(url: str, **settings: str) -> Iterator[Flask]:
    app = create_app({"DATABASE_URL": url, "TESTING": True, "TIMECREDITS_ENV": "demo", **settings})
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def reporting(sqlite_url: str, collector: Collector) -> Iterator[Flask]:
    """The application, telling of faults; afterwards nobody is told any more."""
    with application(sqlite_url, SENTRY_DSN=f"http://key@127.0.0.1:{collector.port}/7") as app:
        yield app
    sentry.set_up({"SENTRY_DSN": ""})
    stop_reporting()


def stop_reporting() -> None:
    sentry_sdk.get_client().close(timeout=0)
    sentry_sdk.init(**QUIET)


def events(collector: Collector) -> list[dict[str, Any]]:
    """What came to Sentry's address, without the heads of its envelopes."""
    sentry_sdk.flush(timeout=30)
    lines = [json.loads(line) for _path, body in collector.kept for line in body.splitlines() if line]
    return [line for line in lines if "event_id" in line and "level" in line]


def fail_with_words(app: Flask) -> None:
    def fails(**values: object) -> Response:
        _fail(**values, form=request.get_data(as_text=True))
        return Response()

    fails.__dict__.update(app.view_functions["public.check_reference"].__dict__)
    app.view_functions["public.check_reference"] = fails


def _fail(**values: object) -> None:
    quillfeather = {**values, "note": "Quillfeather, canary.person@example.org"}
    try:
        int(quillfeather["note"])  # type: ignore[call-overload]
    except ValueError as fault:
        raise RuntimeError(str(quillfeather)) from fault


def test_a_fault_is_told_to_sentry_without_anybody_s_words(reporting: Flask, collector: Collector) -> None:
    fail_with_words(reporting)
    browser = reporting.test_client()
    browser.set_cookie("known", "zqxwren-cookie")
    answer = browser.get(
        f"{SECRET_PATH}?name=Quillfeather", headers={"X-Note": "zqxwren", "Referer": f"http://localhost{SECRET_PATH}"}
    )
    assert answer.status_code == 500
    (event,) = events(collector)
    assert set(event) <= {"event_id", "timestamp", "platform", "level", "environment", "sdk", "tags", "exception", "release"}
    assert event["tags"] == {"request": answer.headers[HEADER], "said": "RuntimeError on public.check_reference"}
    kinds = [each["type"] for each in event["exception"]["values"]]
    assert kinds == ["ValueError", "RuntimeError"]
    frames = event["exception"]["values"][-1]["stacktrace"]["frames"]
    assert frames[-1]["function"] == "_fail"
    assert all(set(each) <= {"filename", "function", "module", "lineno", "in_app"} for each in frames)
    assert not [word for word in CANARIES if word in collector.text()]


def test_what_sentry_would_send_by_itself_holds_them(collector: Collector) -> None:
    """The control: a like fault, told by Sentry's own way, gives them away."""
    sentry_sdk.init(f"http://key@127.0.0.1:{collector.port}/7", **QUIET)
    try:
        _fail(path=SECRET_PATH)
    except RuntimeError as fault:
        sentry_sdk.capture_exception(fault)
    assert len(events(collector)) == 1
    stop_reporting()
    assert {word for word in CANARIES if word in collector.text()} >= {"zqxw", "quillfeather", "canary.person"}


def test_whatever_an_event_holds_only_what_is_named_leaves() -> None:
    frame = {"function": "f", "lineno": 1, "vars": {"name": "Zqxw"}, "context_line": "x = 'Zqxw'", "abs_path": "/zqxw/x.py"}
    event = {
        "event_id": "1",
        "level": "error",
        "user": {"email": "canary.person@example.org"},
        "request": {"url": SECRET_PATH, "data": "Zqxw", "cookies": "Zqxw", "headers": {"A": "Zqxw"}, "query_string": "Zqxw"},
        "breadcrumbs": {"values": [{"message": "Zqxw"}]},
        "extra": {"argv": ["Zqxw"]},
        "contexts": {"x": "Zqxw"},
        "server_name": "zqxw",
        "logentry": {"message": "Zqxw"},
        "exception": {"values": [{"type": "E", "value": "Zqxw", "stacktrace": {"frames": [frame]}}]},
    }
    kept = sentry.scrub(event)
    assert "zqxw" not in json.dumps(kept).lower()
    assert kept["exception"]["values"][0]["stacktrace"] == {"frames": [{"function": "f", "lineno": 1}]}


def test_a_line_of_the_log_without_an_exception_is_told_in_its_own_words(reporting: Flask, collector: Collector) -> None:
    reporting.logger.error("an answer of %s led away and was held back", "public.leave")
    reporting.logger.warning("no rollback")
    (event,) = events(collector)
    assert event["message"] == "an answer of public.leave led away and was held back"


def spans(collector: Collector) -> list[Any]:
    found = []
    for path, body in collector.kept:
        assert path == "/v1/traces"
        for group in ExportTraceServiceRequest.FromString(body).resource_spans:
            found += [span for scope in group.scope_spans for span in scope.spans]
    return found


def test_spans_hold_patterns_and_statements_without_values(sqlite_url: str, collector: Collector) -> None:
    with application(sqlite_url, OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{collector.port}") as app:
        with app.app_context():
            world: World = build_world(db.session())
            db.session.commit()
        client = world.sign_in(PageClient(app), "coordinator")
        client.get(f"/coordinator/people/{world.volunteer_id}")
        client.http.get(f"{SECRET_PATH}?name=Quillfeather", headers={"X-Note": "zqxwren"})
        assert app.extensions["traces"].provider.force_flush(30_000)
        app.extensions["traces"].provider.shutdown()
    found = spans(collector)
    requests = [each for each in found if each.parent_span_id == b""]
    assert [each.name for each in requests][-2:] == ["GET coordinator.volunteer", "GET public.check_reference"]
    told = {each.key: each.value for each in requests[-2].attributes}
    assert told["http.route"].string_value == "/coordinator/people/<uuid:volunteer_id>"
    assert told["http.response.status_code"].int_value == 200
    children = [each for each in found if each.parent_span_id == requests[-2].span_id]
    assert {"SELECT"} <= {each.name for each in children}
    assert all(each.end_time_unix_nano >= each.start_time_unix_nano for each in children)
    text = collector.text()
    assert "from volunteer" in text
    assert not [word for word in (*CANARIES, str(world.volunteer_id)) if word in text]


@pytest.mark.parametrize(
    ("setting", "module", "extra"),
    [("SENTRY_DSN", "sentry_sdk", "sentry"), ("OTEL_EXPORTER_OTLP_ENDPOINT", "opentelemetry.sdk", "telemetry")],
)
def test_what_is_not_installed_stops_the_start_with_one_line(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, setting: str, module: str, extra: str
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *more: None if name == module else find(name, *more))
    with pytest.raises(NotReadyError) as stopped, application(sqlite_url, **{setting: "http://key@127.0.0.1:1/7"}):
        pass
    wanted = f"{setting} is set, but what it needs is not installed. Install it: pip install timecredits[{extra}]"
    assert str(stopped.value) == wanted
