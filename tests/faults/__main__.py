"""`make faults`: what is broken on purpose, and what came of it, as a table. Exits 1 if a bound is not kept.

    python -m tests.faults [WORD ...]      parts whose names hold a word; all without one
    FAULTS=long                            the long form: 20 kills a database, 1,000 faults of each kind, 20,000 x 100 steps
    FAULTS_LOGS=FOLDER                     keep what the servers wrote

Everything is real: `timecredits serve` with workers, SQLite files, a PostgreSQL server of its own, lines and mail servers.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.figures import Figure, table
from tests.canaries import TYPED, Canaries
from tests.faults import clocks, database, disk, lines, mails
from tests.faults.bank import harness
from tests.faults.bank.naive_bank import NaiveBank
from tests.faults.bank.real import RealBank
from tests.faults.serving import SECRET, Site
from tests.faults.town import Town, build_town
from tests.real.nursery import ROOT
from tests.real.postgresql_server import PostgresqlServer


@dataclass(frozen=True)
class Amounts:
    """How much of each."""

    kills: int
    kill_every: float
    acknowledged: int
    injections: int
    hangs: int
    examples: int
    steps: int
    is_long: bool


SHORT = Amounts(5, 4.0, 500, 200, 3, 250, 50, is_long=False)
LONG = Amounts(20, 10.0, 2000, 1000, 200, 20_000, 100, is_long=True)


def bank_control(folder: Path, _amounts: Amounts) -> Iterator[Figure]:
    """The wrong ledger under the same harness: each kind of fault must be seen, else the harness is broken."""
    bank = NaiveBank(folder)
    try:
        verdict = harness.run(bank, kills=3, every=2.0)
    finally:
        bank.kill(0)
    for kind in ("lost", "doubled", "negative", "unbalanced", "differing"):
        yield Figure(f"bank, wrong on purpose: {kind}", getattr(verdict, kind), "", "must be seen", at_least=1)


def bank_sqlite(folder: Path, amounts: Amounts) -> Iterator[Figure]:
    """Time Credits on SQLite."""
    yield from _bank("SQLite", build_town(f"sqlite:///{folder / 'bank.db'}"), folder, amounts, None)


def bank_postgresql(folder: Path, amounts: Amounts) -> Iterator[Figure]:
    """Time Credits on PostgreSQL, which itself is killed too at every second kill."""
    server = PostgresqlServer(folder / "bank-pg", settings=())
    server.start()
    try:
        yield from _bank("PostgreSQL", build_town(server.url()), folder, amounts, server)
    finally:
        server.stop("immediate")


def _bank(name: str, town: Town, folder: Path, amounts: Amounts, server: PostgresqlServer | None) -> Iterator[Figure]:
    site = Site(town.url, folder / f"bank-{name}.log")
    try:
        verdict = harness.run(RealBank(town, site, server=server), kills=amounts.kills, every=amounts.kill_every)
    finally:
        site.kill()
        town.engine.dispose()
    yield Figure(f"bank on {name}: kills of the whole server", verdict.kills, "", "SIGKILL", at_least=amounts.kills)
    yield Figure(f"bank on {name}: acknowledged", verdict.acknowledged, "", "16 clients", at_least=amounts.acknowledged)
    yield Figure(f"bank on {name}: acts that had to be sent again", verdict.again, "", "same id", at_least=1)
    yield Figure(f"bank on {name}: reads of all books at one moment", verdict.reads, "", "", at_least=50)
    for kind in ("lost", "doubled", "negative", "unbalanced", "differing", "unclean"):
        yield Figure(f"bank on {name}: {kind}", getattr(verdict, kind), "", "", at_most=0)


def machine(folder: Path, amounts: Amounts) -> Iterator[Figure]:
    """The state machine, on both databases at once. The seed is by chance; a divergence prints the steps that lead there."""
    server = PostgresqlServer(folder / "machine")
    server.start()
    urls = {"SQLite": f"sqlite:///{folder / 'machine.db'}", "PostgreSQL": server.url()}
    try:
        begun = {
            name: subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", "tests.faults.machine", url, str(amounts.examples), str(amounts.steps)],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                text=True,
            )
            for name, url in urls.items()
        }
        for name, process in begun.items():
            said, _none = process.communicate()
            counted = json.loads(said) if process.returncode == 0 else {}
            kinds = ", ".join(f"{count:,} {kind}" for kind, count in counted.items() if kind != "steps")
            how = f"{amounts.examples:,} x {amounts.steps}; {kinds}"
            yield Figure(f"state machine on {name}: steps", counted.get("steps", 0), "", how, at_least=amounts.examples * 10)
            yield Figure(f"state machine on {name}: divergences", float(process.returncode != 0), "", "", at_most=0)
    finally:
        server.stop("immediate")


PARTS: dict[str, Callable[[Path, Amounts], Iterator[Figure] | list[Figure]]] = {
    "bank control": bank_control,
    "bank sqlite": bank_sqlite,
    "bank postgresql": bank_postgresql,
    "database": lambda folder, amounts: database.run(folder, injections=amounts.injections),
    "disk": lambda folder, amounts: disk.run(folder, injections=amounts.injections),
    "clock": lambda folder, amounts: clocks.run(folder, injections=amounts.injections),
    "lines": lambda folder, amounts: lines.run(folder, injections=amounts.injections, many=amounts.is_long),
    "mail": lambda folder, amounts: mails.run(folder, injections=amounts.injections, hangs=amounts.hangs),
    "machine": machine,
}


def words_in_logs(folder: Path) -> Iterator[Figure]:
    """Look through all that the servers wrote for what was typed; and see that the looking works."""
    logs = sorted([*folder.glob("**/*.log"), *folder.glob("**/log")])
    canaries = Canaries([*TYPED, SECRET, "TC1:", "faults.example", "Wrong offer chosen"])
    size = 0
    for each in logs:
        text = each.read_text(errors="replace")
        size += len(text)
        canaries.look(text, each.name)
    note = f"{len(logs)} logs, {size:,} characters; {'; '.join(canaries.found[:5])}"
    yield Figure("logs: words that may not stand there", len(canaries.found), "", note, at_most=0)
    control = Canaries()
    control.look("a line with quiet river seven lamps", "the control")
    yield Figure("logs: the same in a line made to hold one", len(control.found), "", "must be seen", at_least=1)


def main(words: list[str]) -> int:
    """Run the parts, print the table; 1 where a bound is not kept."""
    amounts = LONG if os.environ.get("FAULTS") == "long" else SHORT
    chosen = [name for name in PARTS if not words or any(word in name for word in words)]
    if not chosen:
        print("no part has such a name", file=sys.stderr)
        return 2
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="timecredits-faults-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL may run as another user
        for part in chosen:
            begun = time.monotonic()
            found = list(PARTS[part](folder, amounts))
            missed = sum(not each.holds for each in found)
            print(f"{part}: {time.monotonic() - begun:.0f} s{f', {missed} MISSED' if missed else ''}", flush=True)
            figures += found
        figures += words_in_logs(folder)
        if kept := os.environ.get("FAULTS_LOGS"):
            for each in folder.glob("*.log"):
                shutil.copy(each, kept)
    print(table(figures))
    not_kept = sum(not each.holds for each in figures)
    print(f"{len(figures)} figures, {not_kept} not kept" if not_kept else f"{len(figures)} figures, all kept")
    return 1 if not_kept else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
