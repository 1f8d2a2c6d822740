"""A ledger that is wrong on purpose, as a program: the control that shows that the bank test can see each kind of fault.

    python -m tests.faults.bank.naive PORT FILE

It looks at a balance and takes from it later (so it goes below nothing), moves in two transactions (so a reader finds minutes
missing), knows no keys (so what is sent again moves again), and says of every other act that it is done before it is kept (so a
kill loses it).
"""

import json
import sqlite3
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from queue import Queue
from threading import Thread
from typing import Any

THINKING = 0.02
"""Seconds between each step and the next, as on a busy machine."""


def open_file(path: str) -> sqlite3.Connection:
    line = sqlite3.connect(path, timeout=30, isolation_level=None)
    line.execute("PRAGMA journal_mode=WAL")
    line.execute("PRAGMA synchronous=OFF")
    return line


def make(path: str, opening: dict[str, int]) -> None:
    """A file with these accounts."""
    line = open_file(path)
    line.execute("CREATE TABLE account (name TEXT PRIMARY KEY, minutes INTEGER)")
    line.execute("CREATE TABLE entry (key TEXT)")
    line.executemany("INSERT INTO account VALUES (?, ?)", opening.items())
    line.close()


def move(path: str, act: dict[str, Any]) -> None:
    """Take, think, give, each committed by itself."""
    line = open_file(path)
    line.execute("UPDATE account SET minutes = minutes - ? WHERE name = ?", (act["minutes"], act["out_of"]))
    time.sleep(THINKING)
    line.execute("UPDATE account SET minutes = minutes + ? WHERE name = ?", (act["minutes"], act["into"]))
    line.execute("INSERT INTO entry VALUES (?)", (act["key"],))
    line.close()


def serve(port: int, path: str) -> None:
    """Serve POST for ever."""
    later: Queue[dict[str, Any]] = Queue()
    numbers = count()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            act = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            line = open_file(path)
            [held] = line.execute("SELECT minutes FROM account WHERE name = ?", (act["out_of"],)).fetchone()
            line.close()
            time.sleep(THINKING)
            if held < act["minutes"]:
                self._say(409)
            elif next(numbers) % 2:
                self._say(200)
                later.put(act)
            else:
                move(path, act)
                time.sleep(THINKING)
                self._say(200)

        def do_GET(self) -> None:
            self._say(200)

        def _say(self, status: int) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            return

    class Server(ThreadingHTTPServer):
        request_queue_size = 64

    def keep_later() -> None:
        while True:
            act = later.get()
            time.sleep(THINKING)
            move(path, act)

    Thread(target=keep_later, daemon=True).start()
    Server(("127.0.0.1", port), Handler).serve_forever()


if __name__ == "__main__":
    serve(int(sys.argv[1]), sys.argv[2])
