"""Posting through the service call against pgbench's TPC-B-like script: same server, same clients, same durability.

Each side runs in turn, round after round, and the ratio is the median of the rounds' own ratios, so that whatever else the
machine does falls on both alike. A service call is what a page does: a transaction of its own, `ledger.transfers.post` in it,
SQLAlchemy and all, on a connection that works as the application's role. pgbench also sends the ledger's own statement, which
tells what the shape of the ledger costs from what Python costs.
"""

import random
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from uuid import UUID

from sqlalchemy import Engine, create_engine, make_url, select, text
from sqlalchemy.exc import OperationalError

from bench.figures import Figure
from tests.real.postgresql_server import PostgresqlServer, programs
from timecredits.foundation import migrating
from timecredits.foundation.db import make_engine, new_id, transaction
from timecredits.ledger.models import Account, AccountKind, TransferKind
from timecredits.ledger.transfers import Movement, Posting, open_account, post, post_many
from timecredits.network.programmes import create_programme

CLIENTS = 4
VOLUNTEERS = 1000
SCALE = 10  # pgbench's own advice: at least as many branches as clients, else it measures one hot row
ROUNDS = 5
SECONDS = 2.0
LONG = 60.0
BATCH = 500
DURABLE = ("shared_buffers=256MB", "max_wal_size=4GB", "checkpoint_timeout=30min")  # fsync and commits as they come: durable
_PAIRS = """
CREATE TABLE bench_pair AS
SELECT row_number() OVER (ORDER BY volunteer.id, way) AS number, volunteer.programme_id,
       CASE way WHEN 1 THEN organisation.id ELSE volunteer.id END AS debit,
       CASE way WHEN 1 THEN volunteer.id ELSE venue.id END AS credit
FROM account AS volunteer, account AS organisation, account AS venue, generate_series(1, 2) AS way
WHERE volunteer.kind = 'volunteer' AND organisation.kind = 'issuance' AND venue.kind = 'venue';
ALTER TABLE bench_pair ADD PRIMARY KEY (number);
"""
_STATEMENT = """
\\set number random(1, :last)
BEGIN;
INSERT INTO transfer (programme_id, id, debit_account, credit_account, amount, kind, occurred_on, recorded_at)
SELECT programme_id, gen_random_uuid(), debit, credit, 60, 'used', current_date, now() FROM bench_pair WHERE number = :number
ON CONFLICT (programme_id, id) DO NOTHING;
END;
"""
"""What `post` sends, for pgbench: an hour earned or used by anybody."""
_ACCOUNTS = select(Account.programme_id, Account.id, Account.kind)
_DAY = date(2026, 11, 21)

Accounts = tuple[UUID, UUID, UUID, list[UUID]]
"""programme, organisation, venue, volunteers"""


def run() -> list[Figure]:
    """Measure PostgreSQL with every commit on the disk, then SQLite likewise."""
    with TemporaryDirectory(prefix="timecredits-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL may run as another user
        server = PostgresqlServer(folder / "pg", settings=DURABLE)
        try:
            server.start()
            figures = [*_against_pgbench(server), *_in_batches(prepared(server, "batches"), "PostgreSQL")]
        finally:
            server.stop("immediate")
        sqlite = f"sqlite:///{folder / 'posting.db'}"
        migrating.upgrade(sqlite)
        return [*figures, *_on_sqlite(sqlite), *_in_batches(sqlite, "SQLite")]


def _against_pgbench(server: PostgresqlServer) -> Iterator[Figure]:
    create_database(server, "pgbench")
    url = prepared(server, "posting")
    _pgbench(server, 1, "-i", "-q", "-s", str(SCALE))
    script = _with_statement(server)
    # One client tells what a posting costs; several also tell how two cores share our Python with the server's work.
    yield from _beside(server, url, script, 1, at_least=1.5)
    yield from _beside(server, url, script, CLIENTS, at_least=None)


def _with_statement(server: PostgresqlServer) -> Path:
    """Make the database that pgbench posts in, and the script it is to send."""
    engine = make_engine(prepared(server, "statement"), as_application=False)
    with engine.begin() as connection:
        connection.execute(text(_PAIRS))
    engine.dispose()
    script = server.folder.parent / "statement.sql"
    script.write_text(_STATEMENT)
    return script


def _beside(server: PostgresqlServer, url: str, script: Path, clients: int, *, at_least: float | None) -> Iterator[Figure]:
    ours, simple, in_c, with_plans = [], [], [], []
    with clients_of(url, clients) as go:
        go(1.0)
        _tps(server, clients, "simple", 1)
        for _ in range(ROUNDS):
            ours.append(go(SECONDS))
            simple.append(_tps(server, clients, "simple", SECONDS))
            in_c.append(_tps(server, clients, "simple", SECONDS, script))
            with_plans.append(_tps(server, clients, "prepared", SECONDS))
    many = "1 client" if clients == 1 else f"{clients} clients"
    how = f"{many}, fsync on, scale {SCALE}, median of {ROUNDS}"
    yield Figure(f"posting on PostgreSQL, {many}", median(ours), "a second", how)
    yield Figure(f"pgbench TPC-B-like, {many}", median(simple), "a second", how)
    yield Figure(f"posting / pgbench, {many}", ratio(ours, simple), "x", "service call over TPC-B-like", at_least=at_least)
    yield Figure(f"the same, prepared, {many}", ratio(ours, with_plans), "x", "pgbench with prepared statements")
    yield Figure(f"the ledger's statement / pgbench, {many}", ratio(in_c, simple), "x", "both sent by pgbench: no Python in it")


def _on_sqlite(url: str) -> Iterator[Figure]:
    _open(url)
    alone, at_once = [], []
    with clients_of(url, 1) as one, clients_of(url, CLIENTS) as many:
        one(0.5)
        many(0.5)
        for _ in range(ROUNDS):
            alone.append(one(SECONDS))
            at_once.append(many(SECONDS))
        yield Figure("posting on SQLite", median(alone), "a second", "1 process, WAL, synchronous FULL")
        yield Figure("posting on SQLite, at once", median(at_once), "a second", f"{CLIENTS} processes")
        yield Figure("SQLite, at once / alone", ratio(at_once, alone), "x", f"{CLIENTS} processes against 1", at_least=0.5)
        many(LONG)
        yield Figure("SQLite: database is locked", many.locked, "", f"{CLIENTS} processes, {LONG:.0f} s", at_most=0)


def _in_batches(url: str, name: str) -> Iterator[Figure]:
    accounts = _open(url)
    engine = make_engine(url)
    rates = []
    for _ in range(6):
        movements = [_movement(accounts) for _ in range(BATCH)]
        begin = time.perf_counter()
        with transaction(engine) as session:
            post_many(session, accounts[0], movements)
        rates.append(BATCH / (time.perf_counter() - begin))
    engine.dispose()
    yield Figure(f"post_many on {name}", median(rates[1:]), "rows a second", f"{BATCH} in one transaction, 1 client")


@dataclass
class Clients:
    """Processes that post; `locked` is how many postings SQLite has turned away so far because others were at it."""

    pipes: list[Connection]
    locked: int = 0

    def __call__(self, seconds: float) -> float:
        """Post for so many seconds -> transfers a second of all of them."""
        for pipe in self.pipes:
            pipe.send(seconds)
        answers = [pipe.recv() for pipe in self.pipes]
        self.locked += sum(locked for _rate, locked in answers)
        return float(sum(rate for rate, _locked in answers))


@contextmanager
def clients_of(url: str, count: int) -> Iterator["Clients"]:
    """Give `count` processes that post when told to."""
    spawn = get_context("spawn")
    pipes, processes = [], []
    for number in range(count):
        here, there = spawn.Pipe()
        process = spawn.Process(target=_client, args=(url, there, number), daemon=True)
        process.start()
        there.close()
        pipes.append(here)
        processes.append(process)

    try:
        yield Clients(pipes)
    finally:
        for pipe in pipes:
            pipe.close()
        for process in processes:
            process.join(10)


def _client(url: str, orders: Connection, seed: int) -> None:
    random.seed(seed)
    engine = make_engine(url)
    accounts = _find(engine)
    for _ in range(20):
        _post_one(engine, accounts)
    while True:
        try:
            seconds = orders.recv()
        except EOFError:
            return
        begin, count, locked = time.perf_counter(), 0, 0
        while time.perf_counter() - begin < seconds:
            try:
                _post_one(engine, accounts)
                count += 1
            except OperationalError as fault:
                if "database is locked" not in str(fault.orig):
                    raise
                locked += 1
        orders.send((count / (time.perf_counter() - begin), locked))


def _post_one(engine: Engine, accounts: Accounts) -> None:
    movement = _movement(accounts)
    with transaction(engine) as session:
        answer = post(session, accounts[0], movement)
    assert answer is Posting.POSTED, answer


def _movement(accounts: Accounts) -> Movement:
    """An hour earned or an hour used, half and half; every volunteer starts with plenty."""
    _, organisation, venue, volunteers = accounts
    volunteer = random.choice(volunteers)  # noqa: S311  a load, not a secret
    if random.random() < 0.5:  # noqa: S311, PLR2004
        return Movement(new_id(), organisation, volunteer, 60, TransferKind.EARNED, _DAY)
    return Movement(new_id(), volunteer, venue, 60, TransferKind.USED, _DAY)


def _open(url: str) -> Accounts:
    """Open a programme's accounts with 600 credits for each volunteer, once a database."""
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            opened = connection.scalar(text("SELECT count(*) FROM account"))
        if not opened:
            with transaction(engine) as session:
                programme = create_programme(session, name="Bench", slug="bench").id
                organisation = open_account(session, programme, AccountKind.ISSUANCE)
                open_account(session, programme, AccountKind.VENUE)
                volunteers = [open_account(session, programme, AccountKind.VOLUNTEER) for _ in range(VOLUNTEERS)]
                earned = [Movement(new_id(), organisation, each, 36_000, TransferKind.EARNED, _DAY) for each in volunteers]
                post_many(session, programme, earned)
        return _find(engine)
    finally:
        engine.dispose()


def _find(engine: Engine) -> Accounts:
    with engine.connect() as connection:
        rows = connection.execute(_ACCOUNTS).all()
    kinds: dict[AccountKind, list[UUID]] = {}
    for _, account_id, kind in rows:
        kinds.setdefault(kind, []).append(account_id)
    return rows[0][0], kinds[AccountKind.ISSUANCE][0], kinds[AccountKind.VENUE][0], kinds[AccountKind.VOLUNTEER]


def prepared(server: PostgresqlServer, name: str) -> str:
    """Make a database with a programme's accounts in it; answers its address."""
    create_database(server, name)
    url = server.url(name)
    migrating.upgrade(url)
    _open(url)
    return url


def create_database(server: PostgresqlServer, name: str) -> None:
    """Make an empty database."""
    engine = create_engine(server.url(), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    engine.dispose()


def _tps(server: PostgresqlServer, clients: int, protocol: str, seconds: float, script: Path | None = None) -> float:
    chosen = () if script is None else ("-f", str(script), "-D", f"last={2 * VOLUNTEERS}")
    name = "pgbench" if script is None else "statement"
    said = _pgbench(server, clients, "-n", "-M", protocol, "-T", str(round(seconds)), *chosen, database=name)
    found = re.search(r"^tps = ([\d.]+)", said, re.MULTILINE)
    assert found, said
    return float(found[1])


def _pgbench(server: PostgresqlServer, clients: int, *arguments: str, database: str = "pgbench") -> str:
    url = make_url(server.url(database))
    load = () if "-i" in arguments else ("-c", str(clients), "-j", str(clients))
    command = [str(programs() / "pgbench"), "-h", str(url.query["host"]), "-U", "postgres", *load, *arguments, database]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603  our own program


def ratio(ours: list[float], theirs: list[float]) -> float:
    """The median of the rounds' own ratios."""
    return median(one / other for one, other in zip(ours, theirs, strict=True))
