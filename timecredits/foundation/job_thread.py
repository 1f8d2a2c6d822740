"""Runs jobs inside a process that has other work, such as the web server: in a thread of its own that ends when nothing waits."""

from collections.abc import Mapping
from threading import Lock, Thread

from sqlalchemy import Engine

from timecredits.foundation.jobs import Handler, run_waiting

__all__ = ["JobThread"]


class JobThread:
    """At most one thread that runs jobs. `wake` it after a job was committed, as often as one likes."""

    def __init__(self, engine: Engine, handlers: Mapping[str, Handler]) -> None:
        self._engine, self._handlers = engine, handlers
        self._lock = Lock()
        self._running = self._again = False
        self._thread: Thread | None = None

    def wake(self) -> None:
        """See to it that a look for waiting jobs begins after this moment."""
        with self._lock:
            self._again = True
            if not self._running:
                self._running = True
                # A daemon: the process may end meanwhile. A step not committed is rolled back, and its job is taken up anew.
                self._thread = Thread(target=self._run, name="jobs", daemon=True)
                self._thread.start()

    def wait(self) -> None:
        """Return when nothing waits any more."""
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        try:
            while self._wanted():
                run_waiting(self._engine, self._handlers)
        finally:
            with self._lock:
                self._running = False

    def _wanted(self) -> bool:
        with self._lock:
            again, self._again = self._again, False
            self._running = again
            return again
