"""Several who do something at the same moment, each in a thread and with connections of their own."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import datetime
from threading import Barrier
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import make_engine, transaction

Answer = TypeVar("Answer")


def at_once(database_url: str, acts: Sequence[Callable[[Engine], Answer]], *, at: datetime | None = None) -> list[Answer]:
    """Let all acts begin together, once each is connected; their answers in order. The clock stands at `at`, if it is given."""
    start = Barrier(len(acts))

    def run(act: Callable[[Engine], Answer]) -> Answer:
        engine = make_engine(database_url)
        try:
            engine.connect().close()
            start.wait()
            with clock.standing_at(at) if at is not None else nullcontext():
                return act(engine)
        finally:
            engine.dispose()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def in_one(act: Callable[[Session], Answer]) -> Callable[[Engine], Answer]:
    """An act of a session, in one transaction of its own."""

    def run(engine: Engine) -> Answer:
        with transaction(engine) as session:
            return act(session)

    return run
