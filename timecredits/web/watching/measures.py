"""What each web process counts as it works, for Prometheus; only where METRICS_TOKEN is set.

`timecredits serve` names a folder for the counts before its processes start (`counting_folder`), so that whichever of them is
asked answers for all. prometheus_client decides by that folder as it is loaded, so it is loaded here and not before.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, event
from sqlalchemy.pool import QueuePool

from timecredits.foundation.tallies import OFFLINE_USE, REDEMPTION
from timecredits.spending.answers import Outcome
from timecredits.spending.offline.syncing import CANNOT_READ, CONFLICTS, NOT_NOW
from timecredits.spending.offline_models import SyncResult
from timecredits.web.watching.requests import OTHER, Seen

__all__ = ["FOLDER", "Measures", "counting_folder", "forget_process", "is_shared"]

FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
_SECONDS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
_WORDS: Final[Mapping[str, frozenset[str]]] = {
    REDEMPTION: frozenset(each.value for each in Outcome),
    OFFLINE_USE: frozenset({*(each.value for each in SyncResult), "again", CONFLICTS, CANNOT_READ, NOT_NOW}),
}


class Measures:
    """The counts of this process. `registry` is None where several processes count together, in files."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

        self.registry = None if is_shared() else CollectorRegistry()
        where: dict[str, Any] = {"registry": self.registry}
        self._requests = Counter(
            "timecredits_requests", "Requests answered, by endpoint, method and hundred of the status.",
            ["endpoint", "method", "status"], **where,
        )  # fmt: skip
        self._seconds = Histogram(
            "timecredits_request_seconds", "How long answers took, by endpoint.", ["endpoint"], buckets=_SECONDS, **where
        )
        self._tallies = {
            REDEMPTION: Counter("timecredits_redemptions", "Codes that were sent, by what came of them.", ["outcome"], **where),
            OFFLINE_USE: Counter(
                "timecredits_offline_uses", "Records that tills saved with no signal and sent, by what came of them.",
                ["outcome"], **where,
            ),
        }  # fmt: skip
        live: dict[str, Any] = {**where, "multiprocess_mode": "livesum"}
        self._in_use = Gauge("timecredits_pool_in_use", "Connections to the database that are in use.", **live)
        self._size = Gauge("timecredits_pool_size", "Connections to the database that there may be at most.", **live)
        self._processes = Gauge("timecredits_web_processes", "Web processes that run.", **live)
        self._processes.set(1)

    def count_request(self, seen: Seen) -> None:
        """Count one that was answered."""
        status = f"{seen.status // 100}xx" if seen.status else "none"
        self._requests.labels(seen.endpoint, seen.method, status).inc()
        self._seconds.labels(seen.endpoint).observe(seen.seconds)

    def count_tallies(self, counted: Mapping[tuple[str, str], int]) -> None:
        """Count what came of things (`foundation.tallies`)."""
        for (what, word), count in counted.items():
            if what in self._tallies:
                self._tallies[what].labels(word if word in _WORDS[what] else OTHER).inc(count)

    def watch_pool(self, engine: Engine) -> None:
        """Count an engine's connections that are in use."""
        if isinstance(engine.pool, QueuePool):
            self._size.set(engine.pool.size() + max(engine.pool._max_overflow, 0))  # noqa: SLF001  it is told nowhere else
        event.listen(engine, "checkout", self._taken)
        event.listen(engine, "checkin", self._given_back)

    def _taken(self, _line: object, record: Any, _proxy: object) -> None:
        record.info["counted"] = True
        self._in_use.inc()

    def _given_back(self, _line: object, record: Any) -> None:
        # SQLAlchemy also gives back what it could not connect, and so never handed out.
        if record.info.pop("counted", False):
            self._in_use.dec()


def is_shared() -> bool:
    """Whether several processes count together."""
    return FOLDER in os.environ


@contextmanager
def counting_folder(*, wanted: bool) -> Iterator[None]:
    """A fresh folder for the counts of the processes that start in this block, unless one is named already."""
    if not wanted or is_shared():
        yield
        return
    owner, folder = os.getpid(), tempfile.mkdtemp(prefix="timecredits-counts-")
    os.environ[FOLDER] = folder
    try:
        yield
    finally:
        if os.getpid() == owner:  # a web process that ends leaves by this way, too
            del os.environ[FOLDER]
            shutil.rmtree(folder, ignore_errors=True)


def forget_process(pid: int) -> None:
    """A web process has ended: its counts stay, what it held (connections) is over."""
    folder = os.environ.get(FOLDER)
    if folder and Path(folder).is_dir():
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(pid)  # type: ignore[no-untyped-call]
