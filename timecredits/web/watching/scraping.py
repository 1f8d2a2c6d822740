"""What /metrics answers: the counts of all web processes, and how the service stands, read from the database at that moment."""

import os
from collections.abc import Iterable
from pathlib import Path

from flask import current_app
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import READ_ONLY
from timecredits.foundation.pulse import read_pulse
from timecredits.insight.standing import Standing, see_standing
from timecredits.web.watching.measures import FOLDER, Measures, is_shared

__all__ = ["scrape"]

_LEAST = {"process_start_time_seconds", "process_max_fds"}
"""Of several processes the least is told; of all else the sum."""


def scrape(measures: Measures, engine: Engine, pulse_file: str) -> bytes:
    """Everything, as Prometheus reads it. A database that is away is a line that says so."""
    registry = CollectorRegistry()
    registry.register(_Processes())
    registry.register(_Stands(_standing(engine)))
    counts = _counts(registry, measures)
    pulse = read_pulse(pulse_file)
    return counts + (pulse.text().encode() if pulse is not None else b"")


def _counts(registry: CollectorRegistry, measures: Measures) -> bytes:
    if measures.registry is None:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)
    return generate_latest(measures.registry) + generate_latest(registry)


def _standing(engine: Engine) -> Standing | None:
    try:
        with engine.connect().execution_options(**READ_ONLY) as connection, Session(connection) as session:
            return see_standing(session, clock.now())
    except SQLAlchemyError:
        current_app.logger.warning("the database could not be looked at for the metrics")
        return None


class _Stands(Collector):
    """How the service stands, in Prometheus's words."""

    def __init__(self, standing: Standing | None) -> None:
        self.standing = standing

    def collect(self) -> Iterable[Metric]:
        """Called by prometheus_client."""
        now = self.standing
        yield _gauge("database_up", "Whether the database answered just now.", int(now is not None))
        if now is None:
            return
        yield _gauge("jobs", "Jobs that wait, run, or have failed within a day.", now.jobs, "state")
        yield _gauge("jobs_oldest_waiting_seconds", "How long the oldest waiting job has waited.", now.oldest_job)
        yield _gauge("mails", "Mails that wait, or were given up.", now.mails, "state")
        yield _gauge("texts", "Texts that wait, or were given up.", now.texts, "state")
        yield _gauge("books_programmes", "Programmes by what the last check of their books found.", now.books, "state")
        yield _gauge("books_oldest_check_seconds", "How long ago the books were checked that wait longest.", now.oldest_check)
        yield _gauge("tills", "Tills that are paired.", now.tills)
        yield _gauge("tills_silent", "Tills not heard of for so long, or ever since.", now.silent_tills, "longer_than")


class _Processes(Collector):
    """Memory, time and open files of all web processes together. Each is known by the file of its counts."""

    def collect(self) -> Iterable[Metric]:
        """Called by prometheus_client."""
        together: dict[str, Metric] = {}
        for pid in _pids():
            for each in ProcessCollector(pid=lambda pid=pid: pid, registry=None).collect():  # type: ignore[misc]
                known = together.setdefault(each.name, each)
                if known is not each:
                    known.samples = [
                        one._replace(value=min(one.value, other.value) if each.name in _LEAST else one.value + other.value)
                        for one, other in zip(known.samples, each.samples, strict=True)
                    ]
        return together.values()


def _pids() -> list[int]:
    if not is_shared():
        return [os.getpid()]
    files = Path(os.environ[FOLDER]).glob("gauge_livesum_*.db")
    return sorted(int(each.stem.rpartition("_")[2]) for each in files)


def _gauge(name: str, meaning: str, value: float | object, label: str = "") -> GaugeMetricFamily:
    if not label:
        return GaugeMetricFamily(f"timecredits_{name}", meaning, value=float(value))  # type: ignore[arg-type]
    family = GaugeMetricFamily(f"timecredits_{name}", meaning, labels=[label])
    for word, count in dict(value).items():  # type: ignore[call-overload]
        family.add_metric([word], count)
    return family
