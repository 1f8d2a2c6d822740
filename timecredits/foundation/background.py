"""Work beside a process's own, such as jobs and letters beside a web server's answers: in one thread, while there is any."""

import logging
import traceback
from collections.abc import Callable
from threading import Lock, Thread

__all__ = ["Background"]

_log = logging.getLogger(__name__)


class Background:
    """At most one thread, which calls `work` whenever there may be some. `wake` it after a commit, as often as one likes."""

    def __init__(self, name: str, work: Callable[[], object]) -> None:
        self._name, self._work = name, work
        self._lock = Lock()
        self._running = self._again = False
        self._thread: Thread | None = None

    def wake(self) -> None:
        """See to it that a call of `work` begins after this moment."""
        with self._lock:
            self._again = True
            if not self._running:
                self._running = True
                # A daemon: the process may end meanwhile. A step not committed is rolled back, and is done anew by another.
                self._thread = Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()

    def wait(self) -> None:
        """Return when there is no work any more."""
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        try:
            while self._wanted():
                self._work_once()
        finally:
            with self._lock:
                self._running = False

    def _work_once(self) -> None:
        try:
            self._work()
        except Exception as fault:  # noqa: BLE001  what was not done waits for the next call
            # Where it failed, but not the fault's words: they may quote what was written.
            where = traceback.extract_tb(fault.__traceback__)[-1]
            _log.error("%s failed: %s at %s:%s", self._name, type(fault).__name__, where.filename, where.lineno)

    def _wanted(self) -> bool:
        with self._lock:
            again, self._again = self._again, False
            self._running = again
            return again
