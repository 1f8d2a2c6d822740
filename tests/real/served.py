"""The application as it is served: a real gunicorn in a process of its own, on a free port of this machine.

It is forked from a process that has everything loaded (nursery.py), so that a test need not wait for imports.

    def test_a_page(live_server: ServeApp, migrated_url: str) -> None:
        site = live_server("timecredits.app:create_app()", migrated_url)
        urllib.request.urlopen(f"{site.url}/healthz")

The listening socket is opened here and handed over, so the port is ours before the server starts, and the first request simply
waits until a worker takes it: nothing has to be polled.
"""

import os
import socket
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

from tests.real.nursery import ROOT, nursery

_PATIENCE = 60


@dataclass(frozen=True)
class ServedApp:
    """A running application: its address without a slash at the end, the process id of gunicorn, and its output."""

    url: str
    pid: int
    log: Path


class ServeApp(Protocol):
    """What the fixture `live_server` gives."""

    def __call__(
        self,
        app: str,
        database_url: str,
        *,
        environment: Mapping[str, str] | None = None,
        workers: int = 1,
        ready: str = "/healthz",
    ) -> ServedApp:
        """Serve "module:callable" or "module:factory()" for this database until the test's end."""


class NotServedError(Exception):
    """The application did not come up; the text holds the end of its output."""


@contextmanager
def served(
    app: str,
    database_url: str,
    *,
    environment: Mapping[str, str] | None = None,
    workers: int = 1,
    ready: str = "/healthz",
    port: int = 0,
    threads: int = 4,
) -> Iterator[ServedApp]:
    """Serve an application until the block ends.

    DATABASE_URL and BASE_URL are set for it; `environment` adds to those of this process. `ready` is the path whose answer 200
    means that it is up. With `port` it stands where one stood that was stopped; one thread makes workers of the plain,
    synchronous kind. Errors: NotServedError.
    """
    with socket.socket() as listener, tempfile.TemporaryDirectory(prefix="timecredits-served-") as folder:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # else a port rests for a minute after its server
        listener.bind(("127.0.0.1", port))
        listener.listen(128)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        log = Path(folder) / "log"
        arguments = ["--workers", str(workers), "--threads", str(threads), "--bind", "fd://3", "--no-control-socket"]
        arguments += ["--worker-tmp-dir", folder, "--graceful-timeout", "5", "--chdir", str(ROOT), app]
        with log.open("w") as output:
            pid = nursery().start(
                arguments,
                {**os.environ, "DATABASE_URL": database_url, "BASE_URL": url, **(environment or {})},
                listener=listener.fileno(),
                log=output.fileno(),
            )
        # Our copy is closed: should gunicorn die, the waiting request ends at once instead of hanging.
        listener.close()
        try:
            _wait_for(f"{url}{ready}", log)
            yield ServedApp(url, pid, log)
        finally:
            nursery().stop(pid, patience=15)  # at once; a graceful end would wait for browsers to let go


def _wait_for(address: str, log: Path) -> None:
    try:
        with urllib.request.urlopen(address, timeout=_PATIENCE) as answer:  # noqa: S310 - always http to this machine
            answer.read()
    except OSError as error:  # urllib's errors are OSErrors too
        raise NotServedError(f"{address} gave {error}. The server wrote:\n{log.read_text()[-4000:]}") from None


@pytest.fixture
def live_server() -> Iterator[ServeApp]:
    """Give a function that serves an application for a database; everything is stopped after the test."""
    with ExitStack() as running:

        def serve(
            app: str,
            database_url: str,
            *,
            environment: Mapping[str, str] | None = None,
            workers: int = 1,
            ready: str = "/healthz",
        ) -> ServedApp:
            return running.enter_context(served(app, database_url, environment=environment, workers=workers, ready=ready))

        yield serve
