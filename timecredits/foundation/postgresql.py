"""The line to PostgreSQL: who we are on it, how long we wait, and when it is taken for dead (design/scale.md).

An address may name several hosts (`?host=a:5432&host=b:5432`); then the one that takes writes is looked for. What the address
says itself is left as it is. No COMMIT is ever cancelled: a PostgreSQL that waits for its standby would then acknowledge what
may be on no other machine. Its time-out for statements is off while it commits (tests/foundation/test_line_to_postgresql.py),
and we end a line by closing it, which cancels nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import InvalidatePoolError

__all__ = ["ENDLESS", "FOR_PAGES", "IDLE_SECONDS", "LINE", "Patience", "prepare"]

_ONLY_READS: Final = "25006"

IDLE_SECONDS = 1.0
"""A pooled connection that has lain idle for longer is asked whether it lives before it is used."""

LINE: Final[Mapping[str, Any]] = {
    "connect_timeout": 2,
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 5000,
    "application_name": "timecredits",
}
"""What libpq is told about each connection: seconds, but for the last time-out, which is in milliseconds."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long somebody waits, in seconds; None: for ever.

    `first`: for the first answer of a transaction, which is always to a small question. `answer`: for any other, and for a
    COMMIT. `statement` and `lock`: what the server itself allows one statement, and one wait for somebody else's lock. `idle`:
    how long a transaction may lie open without anything being asked.
    """

    first: float | None = None
    answer: float | None = None
    statement: float | None = None
    lock: float | None = None
    idle: float | None = None


ENDLESS: Final = Patience()
"""Of commands, jobs and the worker: their questions may be large."""
FOR_PAGES: Final = Patience(first=3.0, answer=20.0, statement=15.0, lock=5.0, idle=60.0)
"""Of who sits in front of a screen. A database that is silent is found out by `first`: no page begins with a large question."""


def prepare(engine: Engine, *, role: str | None, patience: Patience) -> None:
    """Give every connection of `engine` these settings; `role` is who it works as, None for whom its address names."""
    line = _patient_line(patience)

    def connect(_dialect: Any, _record: Any, arguments: list[Any], options: dict[str, Any]) -> Any:
        for name, value in LINE.items():
            options.setdefault(name, value)
        if "," in str(options.get("host", "")):
            options.setdefault("target_session_attrs", "read-write")
        return line.connect(*arguments, **options)

    said = [
        *([f"SET ROLE {role}"] if role else []),
        *_set("statement_timeout", patience.statement),
        *_set("lock_timeout", patience.lock),
        *_set("idle_in_transaction_session_timeout", patience.idle),
    ]

    def settle(connection: Any, _record: object) -> None:
        autocommit, connection.autocommit = connection.autocommit, True
        connection.execute("; ".join(said))
        connection.autocommit = autocommit

    event.listen(engine, "do_connect", connect)
    if said:
        event.listen(engine, "connect", settle)
    event.listen(engine, "handle_error", _leave_who_only_reads)
    event.listen(engine, "checkin", _note_idle)
    event.listen(engine, "checkout", _check_idle)


def _set(name: str, seconds: float | None) -> list[str]:
    return [] if seconds is None else [f"SET {name} = {round(seconds * 1000)}"]


def _patient_line(patience: Patience) -> type[psycopg.Connection[Any]]:
    class Line(psycopg.Connection[Any]):
        """A connection that gives up on an answer that does not come: where a database hangs, its machine's kernel lives on."""

        def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
            """As psycopg's. Raises OperationalError without a state, with the line closed, when patience is at its end."""
            if timeout is None:
                begins = self.pgconn.transaction_status == TransactionStatus.IDLE
                timeout = patience.first if begins else patience.answer
            try:
                return super().wait(gen, interval=interval, timeout=timeout)
            except psycopg.OperationalError as fault:
                if fault.sqlstate is None:
                    self.pgconn.finish()
                raise

        def _try_cancel(self, *, timeout: float = 5.0) -> None:  # noqa: ARG002  psycopg's name
            """Psycopg cancels what a Ctrl-C interrupts. That may be a COMMIT that waits for its standby: it is left alone."""
            self.pgconn.finish()

    return Line


def _leave_who_only_reads(context: ExceptionContext) -> None:
    # Who was the primary when this line was laid has become a standby: no line of then is of use.
    state = getattr(context.original_exception, "sqlstate", None)
    if (
        state == _ONLY_READS
        and context.connection
        and not context.connection.get_execution_options().get("timecredits_read_only")
    ):
        context.is_disconnect = True


def _note_idle(_connection: Any, record: Any) -> None:
    record.info["idle_since"] = monotonic()


def _check_idle(connection: Any, record: Any, _proxy: object) -> None:
    # pool_pre_ping would ask before every use, at three round trips a transaction. One in use a moment ago is alive, or
    # fails in the middle of a transaction as any may; whoever retries those retries this.
    idle_since = record.info.get("idle_since")
    if idle_since is None or monotonic() - idle_since < IDLE_SECONDS:
        return
    try:
        autocommit, connection.autocommit = connection.autocommit, True
        connection.execute("")
        connection.autocommit = autocommit
    except connection.OperationalError as fault:
        raise InvalidatePoolError from fault  # every other connection of before is tried no more either
