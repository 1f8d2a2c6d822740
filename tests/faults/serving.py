"""`timecredits serve` as an operator runs it, in a process group of its own, to be killed whole and started again."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.real.nursery import ROOT

SECRET = "a-secret-for-faults-0123456789abcdef-0123"
_PATIENCE = 60.0


@dataclass
class Site:
    """A server on a port of its own; what it writes is added to `log`."""

    database_url: str
    log: Path
    workers: int = 2
    more: Mapping[str, str] = field(default_factory=dict)
    port: int = 0
    _server: "subprocess.Popen[bytes] | None" = None

    def __post_init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """Settings of this site's commands. Mail goes to a port where nobody listens, unless `more` says otherwise."""
        settings = {
            "DATABASE_URL": self.database_url,
            "BASE_URL": self.url,
            "SECRET_KEY": SECRET,
            "JOBS": "worker",
            "OUTER_LIMITS": "off",
            "API_CALLS_A_MINUTE": "1000000",
            "MAIL_URL": "smtp://127.0.0.1:9",
            "TIMECREDITS_ENV": "development",
        }
        return {**os.environ, **settings, **self.more}

    def start(self) -> None:
        """Start it, and wait until it answers /readyz. Raises TimeoutError with the end of its log."""
        command = [sys.executable, "-m", "timecredits.cli", "serve", "--port", str(self.port), "--workers", str(self.workers)]
        with self.log.open("ab") as output:
            self._server = subprocess.Popen(  # noqa: S603
                command, cwd=ROOT, env=self.environment, stdout=output, stderr=output, start_new_session=True
            )
        self.wait_until_ready()

    def wait_until_ready(self, patience: float = _PATIENCE) -> float:
        """Ask until /readyz says 200; answers the seconds that took. Raises TimeoutError."""
        begun = time.monotonic()
        while time.monotonic() - begun < patience:
            with suppress(OSError), urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:  # noqa: S310
                if answer.status == 200:
                    return time.monotonic() - begun
            time.sleep(0.05)
        raise TimeoutError(f"not ready after {patience} s. It wrote:\n{self.log.read_text()[-3000:]}")

    def processes(self) -> list[psutil.Process]:
        """The server and its workers."""
        assert self._server is not None
        whole = psutil.Process(self._server.pid)
        return [whole, *whole.children(recursive=True)]

    def kill(self) -> None:
        """End the whole group by SIGKILL; returns once the first of it is gone and the port is free."""
        if self._server is None:
            return
        group = [self._server.pid]
        with suppress(psutil.NoSuchProcess):
            group = [each.pid for each in self.processes()]
        with suppress(ProcessLookupError):
            os.killpg(self._server.pid, signal.SIGKILL)
        self._server.wait()
        psutil.wait_procs([psutil.Process(each) for each in group if psutil.pid_exists(each)], timeout=10)
        self._server = None

    def check_books(self) -> bool:
        """Whether `timecredits check-books` finds nothing."""
        command = [sys.executable, "-m", "timecredits.cli", "check-books"]
        with self.log.open("ab") as output:
            done = subprocess.run(  # noqa: S603
                command, cwd=ROOT, env=self.environment, stdout=output, stderr=output, check=False
            )
        return done.returncode == 0


@contextmanager
def running(site: Site) -> Iterator[Site]:
    """Start a site for the block."""
    try:
        site.start()
        yield site
    finally:
        site.kill()
