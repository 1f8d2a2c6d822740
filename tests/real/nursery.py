"""A process that has the application's modules loaded, and forks servers: one takes a fraction of a second, not three.

`Nursery` is the side of the tests; run as a program this is the other side. A pair of sockets carries one line of JSON each way:
what to start (with the descriptors of its listening socket and its log) and its process id, then which one to wait for. The
nursery creates no application and opens no database, so that each server is as fresh as one started by itself. It ends when the
tests' side of the sockets is closed, whatever became of the tests.
"""

import atexit
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).resolve().parents[2]
_MOST = 1 << 20


class Nursery:
    """Starts and stops servers in processes forked from one that is ready."""

    def __init__(self) -> None:
        self._line, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - this very file
                [sys.executable, "-m", "tests.real.nursery", str(theirs.fileno())],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        self._spoken = self._line.makefile("rb")

    def start(self, arguments: Sequence[str], environment: Mapping[str, str], *, listener: int, log: int) -> int:
        """Start gunicorn; it finds its socket as descriptor 3 (`fd://3`) and writes to `log`. Answers its process id."""
        asked = json.dumps({"arguments": list(arguments), "environment": dict(environment)}).encode()
        socket.send_fds(self._line, [asked + b"\n"], [listener, log])
        pid: int = json.loads(self._spoken.readline())["pid"]
        return pid

    def stop(self, pid: int, *, patience: float) -> None:
        """End a server at once, or by force if it has not gone after `patience` seconds, and wait until it has."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGQUIT)
        self._line.sendall(json.dumps({"wait": pid}).encode() + b"\n")
        self._line.settimeout(patience)
        try:
            self._line.recv(1, socket.MSG_PEEK)
        except TimeoutError:
            os.kill(pid, signal.SIGKILL)
        finally:
            self._line.settimeout(None)
        self._spoken.readline()

    def close(self) -> None:
        """End it, and whatever it still runs."""
        self._spoken.close()
        self._line.close()
        self._process.wait()


@cache
def nursery() -> Nursery:
    """The one of this process, made when it is first asked for and gone when the process ends."""
    made = Nursery()
    atexit.register(made.close)
    return made


def _main(line: socket.socket) -> None:
    import gunicorn.app.wsgiapp  # noqa: F401  loaded here, before any fork; not by the tests' side

    import timecredits.app  # noqa: F401

    running: set[int] = set()
    while True:
        asked, descriptors = _hear(line)
        if asked is None:
            break
        if "wait" in asked:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(asked["wait"], 0)
            running.discard(asked["wait"])
            answer: dict[str, Any] = {"gone": asked["wait"]}
        else:
            pid = os.fork()
            if pid == 0:
                line.close()
                _serve(asked, descriptors)
            running.add(pid)
            for each in descriptors:
                os.close(each)
            answer = {"pid": pid}
        line.sendall(json.dumps(answer).encode() + b"\n")
    for pid in running:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _hear(line: socket.socket) -> tuple[dict[str, Any] | None, list[int]]:
    heard, descriptors = b"", list[int]()
    while not heard.endswith(b"\n"):
        more, new, _flags, _address = socket.recv_fds(line, _MOST, 2)
        descriptors += new
        if not more:
            return None, descriptors
        heard += more
    asked: dict[str, Any] = json.loads(heard)
    return asked, descriptors


def _serve(asked: dict[str, Any], descriptors: list[int]) -> NoReturn:
    """Become gunicorn: what `python -m gunicorn` does once it has started."""
    from gunicorn.app.wsgiapp import run

    listener, log = descriptors
    ready = [os.dup2(each, 20 + index) for index, each in enumerate((listener, log))]  # out of each other's way first
    for index, each in ((3, ready[0]), (1, ready[1]), (2, ready[1])):
        os.dup2(each, index, inheritable=True)
    for each in {listener, log, *ready} - {1, 2, 3}:
        os.close(each)
    os.environ.clear()
    os.environ.update(asked["environment"])
    sys.argv = ["gunicorn", *asked["arguments"]]
    code: Any = 1
    try:
        run()
    except SystemExit as ended:
        code = ended.code
    except BaseException:  # noqa: BLE001  like a program of its own: the fault goes to its log
        sys.excepthook(*sys.exc_info())
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as _line:
        _main(_line)
