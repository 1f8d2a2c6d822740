"""A programme of many transfers written out and read in again: how long, how many bytes, how much memory at its height.

Each is done by the command's own code in a child process that does nothing else. What a child takes before it begins, with every
library the command loads and a connection, is told beside its height: what is above that is the work's own. 100,000 transfers on
both kinds of database; BENCH_MOVING=1000000 for a million, and BENCH_MOVING_ON="sqlite" for one kind.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import IO, Any, cast
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.orm import Session

import timecredits.cli  # noqa: F401  all that a command loads, and so every table is known
from bench.databases import BOTH
from bench.figures import Figure
from timecredits.foundation import clock
from timecredits.foundation.db import make_engine, new_id, transaction
from timecredits.foundation.keys import Keyring
from timecredits.insight.books.check_everything import check_everything
from timecredits.insight.counting.count_up import forget_counts
from timecredits.ledger.models import AccountKind, Transfer, TransferKind
from timecredits.ledger.transfers import open_account
from timecredits.network.programmes import create_programme, find_programme
from timecredits.records.moving.bringing_in import bring_in
from timecredits.records.moving.reading import check_file
from timecredits.records.moving.writing import write_programme

TRANSFERS = int(os.environ.get("BENCH_MOVING", "100000"))
MOST_MIB = 200.0  # of an export, of whatever size
_SLUG = "bench"
_ROUNDS = 2  # so often everybody is given a credit, and then loses one
_COLUMNS = ("programme_id", "id", "debit_account", "credit_account", "amount", "kind", "occurred_on", "recorded_at")
_transfer: Any = Transfer.__table__


def run() -> list[Figure]:
    """Transfers a second and MiB, out and in, on each kind of database."""
    wanted = os.environ.get("BENCH_MOVING_ON", "").lower().split()
    figures: list[Figure] = []
    for kind in [each for each in BOTH if not wanted or each.lower() in wanted]:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "programme.jsonl"
            with BOTH[kind]() as engine:
                begin = time.perf_counter()
                _fill(engine, TRANSFERS)
                filled = TRANSFERS / (time.perf_counter() - begin)
                told = _child("out", engine, file)
            name = f"{kind}: {TRANSFERS:,} transfers"
            size = f"{file.stat().st_size / 2**20:,.0f} MiB of file; filled with {filled:,.0f} rows/s"
            figures += _figures(f"{name} out", told, size, at_most=MOST_MIB)
            with BOTH[kind]() as engine:
                told = _child("in", engine, file)
            figures += _figures(f"{name} in", told, "checked, posted again, books checked")
    return figures


def _figures(name: str, told: dict[str, float], note: str, *, at_most: float | None = None) -> list[Figure]:
    height = f"at its height; {told['base']:.0f} MiB of it before it began"
    return [
        Figure(name, TRANSFERS / told["seconds"], "rows/s", note),
        Figure(f"{name}: memory", told["height"], "MiB", height, at_most=at_most),
    ]


def _child(way: str, engine: Engine, file: Path) -> dict[str, float]:
    url = engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "bench.moving", way, url, str(file)]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout  # noqa: S603  our own module
    return cast("dict[str, float]", json.loads(said))


def measure(way: str, url: str, file: Path) -> dict[str, float]:
    """Move in this process, `out` or `in`; seconds, and the most memory it ever had before and after, in MiB."""
    engine = make_engine(url)
    engine.connect().close()
    base, begin = _height(), time.perf_counter()
    if way == "out":
        with Session(engine) as session:
            programme_id = find_programme(session, _SLUG).id
        with file.open("wb") as out:
            exported = write_programme(engine, programme_id, out, keyring=Keyring.from_secret("bench"))
        if exported.rows["transfer"] != TRANSFERS:
            raise RuntimeError(f"{exported.rows['transfer']} of {TRANSFERS} transfers are there")
    else:
        with file.open("rb") as content:
            _bring_in(engine, content)
    took = time.perf_counter() - begin
    engine.dispose()
    return {"seconds": took, "base": base, "height": _height()}


def _bring_in(engine: Engine, content: IO[bytes]) -> None:
    checked = check_file(content, dialect=engine.dialect.name)
    with transaction(engine) as session:
        bring_in(session, checked, content, forget=forget_counts, check=check_everything)


def _height() -> float:
    """The most memory this program ever had, in MiB. Not getrusage's: that begins with what the process it came from had."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


def _fill(engine: Engine, transfers: int) -> None:
    with transaction(engine) as session:
        programme_id = create_programme(session, name="Bench", slug=_SLUG).id
        source = open_account(session, programme_id, AccountKind.OPENING)
        people = [open_account(session, programme_id, AccountKind.VOLUNTEER) for _ in range(max(100, transfers // 100))]
    rows = _rows(programme_id, source, people, transfers)
    names = ", ".join(_COLUMNS)
    # One group only gives or only takes: COPY moves the balances at its end.
    while group := list(islice(rows, _ROUNDS * len(people))):
        with transaction(engine) as session:
            connection = session.connection()
            if engine.dialect.name == "postgresql":
                driver: Any = connection.connection.driver_connection
                with driver.cursor() as cursor, cursor.copy(f"COPY transfer ({names}) FROM STDIN") as copy:
                    for row in group:
                        copy.write_row(row)
            else:
                binds = [_transfer.c[name].type.dialect_impl(engine.dialect).bind_processor(engine.dialect) for name in _COLUMNS]
                stored = [tuple(bind(each) if bind else each for bind, each in zip(binds, row, strict=True)) for row in group]
                marks = ", ".join("?" * len(_COLUMNS))
                connection.exec_driver_sql(f"INSERT INTO transfer ({names}) VALUES ({marks})", stored)  # noqa: S608  constants


def _rows(programme_id: UUID, source: UUID, people: list[UUID], transfers: int) -> Iterator[tuple[Any, ...]]:
    start = clock.now() - timedelta(days=700)
    for number in range(transfers):
        person = people[number % len(people)]
        is_loss = number // (_ROUNDS * len(people)) % 2 == 1
        pair = (person, source) if is_loss else (source, person)
        moment = start + timedelta(seconds=number * 60_000_000 // transfers)
        # Kinds that stand alone: the books want no hours and no use beside them.
        kind = TransferKind.EXPIRED if is_loss else TransferKind.OPENING
        yield programme_id, new_id(), *pair, 60, kind.value, moment.date(), moment


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], sys.argv[2], Path(sys.argv[3]))))
