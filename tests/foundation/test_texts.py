"""Texts: numbers, the day's limit, one text for each key, and a real HTTP server that says yes, no, later, or nothing."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, select

from timecredits.foundation import clock
from timecredits.foundation.db import new_id, transaction
from timecredits.foundation.text_gateways import BusyGatewayError, TextGateway, text_gateway_for
from timecredits.foundation.texts import (
    DAY_LIMIT,
    LONGEST_TEXT,
    MAX_TRIES,
    TextMessage,
    deliver_texts,
    forget_numbers,
    mobile_number,
    queue_text,
)

NUMBER = "07700 900123"


@dataclass
class Other:
    """The other side: `status` is what it answers (0: a byte now and then, for ever)."""

    url: str = ""
    status: int = 200
    asked: list[tuple[dict[str, str], dict[str, Any]]] = field(default_factory=list)
    over: Event = field(default_factory=Event)

    def gateway(self, token: str = "", longest: float = 20) -> TextGateway:
        found = text_gateway_for(self.url, token, longest=longest)
        assert found is not None
        return found


@pytest.fixture
def other() -> Iterator[Other]:
    known = Other()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            known.asked.append((dict(self.headers), body))
            if known.status:
                self.send_response(known.status)
                self.send_header("Location", known.url)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            while not known.over.wait(0.05):
                try:
                    self.wfile.write(b"H")
                except OSError:
                    return

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    known.url = f"http://127.0.0.1:{server.server_port}/texts"
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield known
    known.over.set()
    server.shutdown()
    server.server_close()
    thread.join()


def put(engine: Engine, number: str = NUMBER, key: UUID | None = None) -> bool:
    with transaction(engine) as session:
        return queue_text(session, number=number, body="Your session on 3 May at 10:00 is off.", key=key or new_id())


def rows(engine: Engine) -> list[tuple[str, str, bool, int]]:
    with transaction(engine) as session:
        found = session.scalars(select(TextMessage).order_by(TextMessage.queued_at)).all()
        return [(each.recipient, each.body, each.sent_at is not None, each.tries) for each in found]


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("07700 900123", "+447700900123"),
        ("+44 (0)7700 900-123", "+447700900123"),
        ("0044 7700 900123", "+447700900123"),
        ("+353 85 012 3456", "+353850123456"),
        ("01632 960123", None),
        ("7700900123", None),
        ("07700 90012", None),
        ("+447700900123\r\nX: y", None),
        ("", None),
        ("٠٧٧٠٠٩٠٠١٢٣", None),
    ],
)
def test_numbers_that_get_texts(typed: str, number: str | None) -> None:
    assert mobile_number(typed) == number


def test_a_text_goes_once_and_is_then_forgotten(engine: Engine, other: Other) -> None:
    key = new_id()
    assert (put(engine, key=key), put(engine, key=key)) == (True, False)
    gateway = other.gateway("a-token")
    assert (deliver_texts(engine, gateway), deliver_texts(engine, gateway)) == (1, 0)
    [(headers, body)] = other.asked
    assert (headers["Authorization"], headers["Idempotency-Key"]) == ("Bearer a-token", str(key))
    assert body == {"to": "+447700900123", "text": "Your session on 3 May at 10:00 is off.", "id": str(key)}
    assert rows(engine) == [("+447700900123", "", True, 1)]
    with transaction(engine) as session:
        assert forget_numbers(session, now=clock.now()) == 0
        assert forget_numbers(session, now=clock.now() + timedelta(hours=25)) == 1
    assert rows(engine) == [("", "", True, 1)]


def test_a_number_gets_so_many_in_a_day(engine: Engine, other: Other) -> None:
    assert [put(engine) for _ in range(DAY_LIMIT + 1)] == [True] * DAY_LIMIT + [False]
    assert put(engine, "07700 900124")
    deliver_texts(engine, other.gateway())
    assert not put(engine, "+447700900123")
    with clock.standing_at(clock.now() + timedelta(hours=25)):
        assert put(engine)


def test_a_text_of_two_is_refused(engine: Engine) -> None:
    with transaction(engine) as session, pytest.raises(ValueError, match="too long"):
        queue_text(session, number=NUMBER, body="x" * (LONGEST_TEXT + 1), key=new_id())


def test_a_plain_no_ends_it(engine: Engine, other: Other) -> None:
    put(engine)
    other.status = 400
    assert deliver_texts(engine, other.gateway()) == 0
    assert rows(engine) == [("+447700900123", "", False, MAX_TRIES)]


@pytest.mark.parametrize("status", [302, 401, 429, 500, 503])
def test_later_is_tried_again_and_no_redirect_is_followed(engine: Engine, other: Other, status: int) -> None:
    put(engine)
    other.status = status
    now = clock.now()
    deliver_texts(engine, other.gateway())
    deliver_texts(engine, other.gateway())
    assert len(other.asked) == 1
    other.status = 200
    with clock.standing_at(now + timedelta(minutes=5)):
        assert deliver_texts(engine, other.gateway()) == 1
    assert len(other.asked) == 2


def test_a_server_that_drips_is_cut_off(other: Other) -> None:
    other.status = 0
    with pytest.raises(Exception, match=r".") as fault:
        other.gateway(longest=0.3)("+447700900123", "Hello.", new_id())
    assert not isinstance(fault.value, BusyGatewayError)


def test_one_sender_holds_a_text_that_waited_long(engine: Engine) -> None:
    """Its second try would be due already; the lease keeps a second worker away while the first is at it."""
    put(engine)
    seen: list[int] = []

    def slow(_number: str, _words: str, _key: UUID) -> None:
        seen.append(deliver_texts(engine, lambda *_all: None))

    with clock.standing_at(clock.now() + timedelta(hours=3)):
        assert deliver_texts(engine, slow) == 1
    assert seen == [0]


@pytest.mark.parametrize("url", ["http://example.org/", "ftp://example.org", "nonsense"])
def test_an_odd_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="TEXT_URL"):
        text_gateway_for(url)


def test_without_an_address_there_are_no_texts(capsys: pytest.CaptureFixture[str]) -> None:
    assert text_gateway_for("") is None
    printing = text_gateway_for("print:")
    assert printing is not None
    printing("+447700900123", "Hello.", new_id())
    assert "Hello." in capsys.readouterr().out
