"""The server as `timecredits serve` runs it, spoken to over bare sockets: cut, wrong and endless requests."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from gunicorn import http
from werkzeug.datastructures import Headers

from tests.web.header_rules import faults_of
from timecredits.commands import server
from timecredits.commands.server import PatientSocket, Server
from timecredits.foundation import migrating


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Where it listens. One worker, whose patience is made short."""
    place = tmp_path_factory.mktemp("server")
    url = f"sqlite:///{place / 'served.db'}"
    migrating.upgrade(url)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
    code = (
        "from timecredits.commands import server; server.PATIENCE = 1.0; from timecredits.cli import cli; "
        f"cli(['serve', '--port', '{number}', '--workers', '1'])"
    )
    log = (place / "log").open("w")
    environment = {**os.environ, "DATABASE_URL": url, "BASE_URL": f"http://127.0.0.1:{number}", "JOBS": "worker"}
    environment["LOG_FORMAT"] = "json"
    running = subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=log, stderr=log)  # noqa: S603
    try:
        _wait(number, running, place / "log")
        yield number
    finally:
        running.terminate()
        running.wait(30)
        log.close()
    said = (place / "log").read_text()
    assert "Traceback" not in said
    assert "Zqxwren" not in said
    lines = [json.loads(each) for each in said.splitlines() if each.startswith("{")]
    assert len(lines) + 1 == len(said.splitlines()), "all but the first line, which says where it is"
    assert {"request", "A request could not be read: InvalidHTTPVersion"} <= {each["said"] for each in lines}
    assert {each["status"] for each in lines if each.get("endpoint") == "public.check_typed"} >= {400}


def _wait(port: int, running: "subprocess.Popen[bytes]", log: Path) -> None:
    while running.poll() is None:
        try:
            if talk(port, b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")[0] == 200:
                return
        except ConnectionRefusedError:
            continue
    raise AssertionError(log.read_text())


def talk(port: int, sent: bytes, *, then_end: bool = False) -> tuple[int, Headers, bytes]:
    """Send bytes, and read what comes back to its end: the status (0: nothing came), the head and the body."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(sent)
        if then_end:
            line.shutdown(socket.SHUT_WR)
        got = b""
        while part := line.recv(65536):
            got += part
    head, _, body = got.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = [tuple(each.split(": ", 1)) for each in lines]
    return int(first.split()[1]) if first else 0, Headers(pairs), body  # type: ignore[arg-type]


HOST = b"Host: 127.0.0.1\r\nConnection: close\r\n"
FORM = HOST + b"Content-Type: application/x-www-form-urlencoded\r\n"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET / HTTP/1.1\r\n" + HOST + b"\r\n", 200),
        (b"Zqxwren\r\n\r\n", 400),
        (b"GET /" + b"a" * 5000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 414),
        (b"GET / HTTP/1.1\r\n" + HOST + b"X: Zqxwren" + b"a" * 9000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\n" + HOST + b"".join(b"X-%d: a\r\n" % each for each in range(80)) + b"\r\n", 431),
        (b"GET / HTTP/9.9\r\n" + HOST + b"\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + b"Zqx\0wren: a\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + b"X: a\0b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + b"Host: evil.example\r\n\r\n", 400),
        (b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", 400),
        (b"POST /v HTTP/1.1\r\n" + FORM + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"POST /v HTTP/1.1\r\n" + FORM + b"Content-Length: -3\r\n\r\n", 400),
        (b"POST /v HTTP/1.1\r\n" + FORM + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400),
        (b"POST /v HTTP/1.1\r\n" + FORM + b"Transfer-Encoding: zqxwren\r\n\r\n", 501),
        (b"POST /v HTTP/1.1\r\n" + FORM + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        (b"GET /%00 HTTP/1.1\r\n" + HOST + b"\r\n", 400),
        (b"GET /%ff%fe HTTP/1.1\r\n" + HOST + b"\r\n", 404),
        (b"GET /\xff\xfe HTTP/1.1\r\n" + HOST + b"\r\n", 400),
        (b"GET /sign-in HTTP/1.1\r\n" + HOST + b'Cookie: timecredits="\\000"; a=\xff\r\n\r\n', 400),
    ],
)
def test_what_can_not_be_read_is_told_so_in_plain_words(port: int, sent: bytes, status: int) -> None:
    said, headers, body = talk(port, sent)
    assert said == status
    assert faults_of(headers, status) == []
    assert b"Zqxwren" not in body


@pytest.mark.parametrize("length", [b"11", b"100000"])
def test_a_form_that_was_cut_is_no_form(port: int, length: bytes) -> None:
    cut = b"POST /exit HTTP/1.1\r\n".replace(b"/exit", b"/v") + FORM + b"Content-Length: " + length + b"\r\n\r\ncode=AB"
    said, headers, body = talk(port, cut, then_end=True)
    assert (said, faults_of(headers, 400)) == (400, [])
    assert b"Nothing was changed" in body


def test_whoever_is_too_slow_holds_nobody_up(port: int) -> None:
    """More half requests than there are threads; one who sends all is answered, and the slow ones are let go."""
    halves = [b"GET / HT", b"GET / HTTP/1.1\r\nHost: 127", b"POST /v HTTP/1.1\r\n" + FORM + b"Content-Length: 50\r\n\r\ncode="]
    slow = [socket.create_connection(("127.0.0.1", port), timeout=60) for _ in range(12)]
    for number, line in enumerate(slow):
        line.sendall(halves[number % len(halves)])
    assert talk(port, b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n")[0] == 200
    for line in slow:
        while line.recv(65536):
            pass  # until the server hangs up
        line.close()


def test_patience_grows_with_what_comes_and_ends_without(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(server, "monotonic", lambda: now[0])
    waits: list[float] = []
    line = SimpleNamespace(settimeout=waits.append, recv=lambda size: b"a" * min(size, server.SLOWEST))
    patient = PatientSocket(line)
    assert len(patient.recv(1 << 20)) == server.SLOWEST
    now[0] += server.PATIENCE
    assert patient.recv(1) == b"a", "a second more for what came"
    now[0] += 1.5
    with pytest.raises(ConnectionResetError):
        patient.recv(1)
    assert waits[0] == server.PATIENCE


def test_what_is_set_is_what_gunicorn_runs_with() -> None:
    made = Server(lambda: None, host="127.0.0.1", port=0, workers=3)
    assert made.cfg.worker_class is server.Worker
    assert (made.cfg.workers, made.cfg.limit_request_line, made.cfg.limit_request_fields) == (3, 4094, 64)
    assert made.cfg.forwarded_allow_ips == []
    assert http.errors.LimitRequestHeaders in server._STATUS
