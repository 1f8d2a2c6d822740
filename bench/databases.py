"""A fresh database of each kind for a benchmark, migrated, and gone afterwards."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from sqlalchemy import Engine

from tests.real.postgresql_server import PostgresqlServer
from timecredits.foundation import migrating
from timecredits.foundation.db import make_engine

__all__ = ["BOTH"]


@contextmanager
def _sqlite() -> Iterator[Engine]:
    with tempfile.TemporaryDirectory() as folder, _migrated(f"sqlite:///{Path(folder) / 'bench.db'}") as engine:
        yield engine


@contextmanager
def _postgresql() -> Iterator[Engine]:
    with tempfile.TemporaryDirectory(prefix="timecredits-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL may run as another user
        server = PostgresqlServer(folder / "pg")
        try:
            server.start()
            with _migrated(server.url()) as engine:
                yield engine
        finally:
            server.stop("immediate")


@contextmanager
def _migrated(url: str) -> Iterator[Engine]:
    migrating.upgrade(url)
    engine = make_engine(url)
    yield engine
    engine.dispose()


BOTH: Mapping[str, Callable[[], AbstractContextManager[Engine]]] = {"SQLite": _sqlite, "PostgreSQL": _postgresql}
"""An engine of each kind, as the application has it, for as long as the block lasts."""
