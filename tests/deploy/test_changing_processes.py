"""A new release takes over behind the socket that systemd holds: whoever asks meanwhile waits a moment, and nobody is refused."""

import threading
import urllib.request
from http.client import HTTPException
from pathlib import Path
from socket import create_server

from tests.deploy.processes import plain_environment, serving

CHANGES = 3


class Asking(threading.Thread):
    """Somebody who asks for a page again and again, each time on a line of its own."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address, self.ended = address, threading.Event()
        self.answers: list[int] = []
        self.faults: list[str] = []
        self.answered = threading.Semaphore(0)

    def run(self) -> None:
        while not self.ended.is_set():
            try:
                with urllib.request.urlopen(f"{self.address}/sign-in", timeout=60) as answer:  # noqa: S310  an address of this test
                    answer.read()
                    self.answers.append(answer.status)
            except (OSError, HTTPException) as fault:
                self.faults.append(f"{type(fault).__name__}: {fault}")
            self.answered.release()


def test_nobody_is_refused_while_the_processes_change(sqlite_url: str, tmp_path: Path) -> None:
    with create_server(("127.0.0.1", 0), backlog=128) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        environment = plain_environment(DATABASE_URL=sqlite_url, BASE_URL=address, TIMECREDITS_ENV="development")
        asking = [Asking(address) for _ in range(3)]
        for each in asking:
            each.start()
        try:
            for _change in range(CHANGES):
                with serving(listener, environment=environment, folder=tmp_path):
                    for each in asking:
                        for _answer in range(5):
                            assert each.answered.acquire(timeout=60)
        finally:
            for each in asking:
                each.ended.set()
            with serving(listener, environment=environment, folder=tmp_path):  # for those who wait for their last answer
                for each in asking:
                    each.join(60)

    assert [fault for each in asking for fault in each.faults] == []
    assert {status for each in asking for status in each.answers} == {200}
