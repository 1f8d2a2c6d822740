"""`timecredits verify`: whether a backup could be restored, by restoring it into a temporary place, and whether it is right."""

import json
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import click
from sqlalchemy.exc import DBAPIError

from timecredits.commands import audit, books
from timecredits.commands.backup import guard_faults, newer_than_this, summary
from timecredits.commands.database import owner_url, settings, stop
from timecredits.commands.tidy_end import ending_tidily
from timecredits.foundation import migrating, schema
from timecredits.foundation.db import make_engine
from timecredits.insight.books.book_jobs import one_moment
from timecredits.network.witness import Witness
from timecredits.records.backups import postgresql_dump, sqlite_copy
from timecredits.records.backups.last_line import SQLITE, Backup, UnusableError, read_backup

__all__ = ["verify_command"]

Checks = dict[str, list[str]]
"""By check: what it found wrong, a line each."""
_WORDS = {
    "database": "the database's own check",
    "rows": "rows of each table",
    "guards": "guards and walls",
    "books": "books and seals",
    "chains": "what staff did",
}
_SHOWN = 20


@click.command("verify")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--on", "server", help="Address of any database of a PostgreSQL server to try it on; MIGRATE_DATABASE_URL's if not."
)
@click.option("--every-month", is_flag=True, help="Check every month of the reports, and every seal.")
@click.option("--rows", "with_rows", is_flag=True, help="Print how many rows each table holds.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
def verify_command(file: Path, server: str | None, *, every_month: bool, with_rows: bool, as_json: bool) -> None:
    """Restore FILE into a temporary place, check everything there, and remove it again. Exit 1 if something is wrong."""
    try:
        with ending_tidily():
            backup = read_backup(file)
            if newer := newer_than_this(backup):
                stop(newer)
            checks = (
                _on_sqlite(file, backup, every_month) if backup.kind == SQLITE else _on_server(file, backup, server, every_month)
            )
    except UnusableError as fault:
        stop(fault)
    except OSError as fault:
        stop(f"There is no room to try it in: {fault.strerror or fault}. Set TMPDIR to a folder with more.")
    bad = any(checks.values())
    if as_json:
        about = {"kind": backup.kind, "schema": backup.schema, "made_at": backup.made_at.isoformat(), "rows": backup.rows}
        click.echo(json.dumps({"clean": not bad, **about, "checks": checks}))
    else:
        _print(file, backup, checks, with_rows=with_rows)
    sys.exit(1 if bad else 0)


def _on_sqlite(file: Path, backup: Backup, every_month: bool) -> Checks:  # noqa: FBT001
    with tempfile.TemporaryDirectory(prefix="timecredits-") as folder:
        database = Path(folder) / "verify.db"
        sqlite_copy.take_out(file, backup, database)
        if faults := sqlite_copy.faults_of(database):
            return {"database": faults}
        return {"database": [], **_checks(f"sqlite:///{database}", backup, sqlite_copy.count_rows(database), every_month)}


def _on_server(file: Path, backup: Backup, server: str | None, every_month: bool) -> Checks:  # noqa: FBT001
    url = server or owner_url()
    if not url.startswith("postgresql"):
        raise UnusableError(
            "To verify a backup of PostgreSQL, name a server with --on, such as postgresql+psycopg://host/postgres."
        )
    with postgresql_dump.temporary_database(url) as temporary:
        postgresql_dump.fill_database(temporary, file, programs=settings()["POSTGRESQL_PROGRAMS"])
        return {"database": [], **_checks(temporary, backup, postgresql_dump.count_rows(temporary), every_month)}


def _checks(url: str, backup: Backup, rows: Mapping[str, int], every_month: bool) -> Checks:  # noqa: FBT001
    """What is wrong with the database at `url`, which goes afterwards. One of an older release is migrated first."""
    names = sorted({*rows, *backup.rows})
    differing = [
        f"{name}: {rows.get(name, 0):,}, not {backup.rows.get(name, 0):,}"
        for name in names
        if rows.get(name) != backup.rows.get(name)
    ]
    if differing:
        return {"rows": differing}
    try:
        if backup.schema != schema.head():
            migrating.upgrade(url)
        return {"rows": [], **_checks_of_ours(url, every_month)}
    except DBAPIError as fault:
        return {"rows": [], "database": [f"it can't be worked with ({type(fault.orig).__name__})"]}


def _checks_of_ours(url: str, every_month: bool) -> Checks:  # noqa: FBT001
    engine = make_engine(url, as_application=False)
    try:
        guards = guard_faults(engine)
        with one_moment(engine) as session:
            _, odd = books.find_faults(session, every_month=every_month)
            _, broken = audit.find_faults(session, Witness())
    finally:
        engine.dispose()
    return {
        "guards": guards,
        "books": [books.fault_line(slug, fault) for slug, fault in odd],
        "chains": [audit.row_line(row) for row in broken],
    }


def _print(file: Path, backup: Backup, checks: Checks, *, with_rows: bool) -> None:
    click.echo(f"{file}: {summary(backup)}")
    if with_rows:
        for name, count in sorted(backup.rows.items()):
            click.echo(f"  {name:<32}{count:>12,}")
    for name, said in _WORDS.items():
        faults = checks.get(name)
        click.echo(f"  {said:<32}{'not checked' if faults is None else 'wrong' if faults else 'as it should be':>16}")
        for fault in (faults or [])[:_SHOWN]:
            click.echo(f"    {fault}", err=True)
    click.echo("Don't rely on this backup." if any(checks.values()) else "The backup is whole and right.")
