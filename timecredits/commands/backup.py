"""`timecredits backup` and `timecredits restore`: the whole database out as one file, and a database of that file again."""

from contextlib import suppress
from pathlib import Path

import click
from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from timecredits.commands.database import owner_url, plainly, settings, stop
from timecredits.commands.erasures import apply_again, read_or_stop, say_applied
from timecredits.commands.tidy_end import ending_tidily
from timecredits.foundation import schema
from timecredits.foundation.db import make_engine
from timecredits.foundation.wall import WallMissingError, check_wall
from timecredits.ledger.books import GuardMissingError, check_guards
from timecredits.records.backups import postgresql_dump, sqlite_copy
from timecredits.records.backups.last_line import POSTGRESQL, SQLITE, Backup, UnusableError, read_backup
from timecredits.records.backups.whole_files import appears_whole
from timecredits.records.privacy.erasure_list import ErasureList, newest_list

__all__ = ["backup_command", "guard_faults", "newer_than_this", "restore_command", "summary"]

_NAMES = {SQLITE: "SQLite", POSTGRESQL: "PostgreSQL"}


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
def backup_command(file: Path) -> None:
    """Write the whole database to FILE as it is at this moment, while people go on working.

    FILE holds everything about everybody: keep it as safe as the database, and keep the keys apart from it (docs/backup.md). A
    FILE that is there is not written over.
    """
    url = owner_url()
    try:
        kind = _kind(url)
        with ending_tidily(), appears_whole(file) as aside:
            if kind == SQLITE:
                sqlite_copy.copy_database(sqlite_copy.database_file(url), aside)
            else:
                postgresql_dump.dump_database(url, aside, programs=settings()["POSTGRESQL_PROGRAMS"])
        click.echo(f"{file}: {summary(read_backup(file))}")
    except UnusableError as fault:
        stop(fault)


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--erasures", "listed_in", type=click.Path(path_type=Path), help="The newest list of who was erased.")
@plainly
def restore_command(file: Path, listed_in: Path | None) -> None:
    """Make the database that DATABASE_URL names out of the backup FILE. It must not be there yet, or be empty.

    Who was erased since the backup is erased again: from the list that --erasures names, or the newest in the folder of WITNESS.
    """
    listed_in = listed_in or newest_list(settings()["WITNESS"])
    listed = read_or_stop(listed_in) if listed_in else None
    url = owner_url()
    try:
        with ending_tidily():
            backup = read_backup(file)
            _refuse_misfit(backup, url)
            restore = _restore_sqlite if backup.kind == SQLITE else _restore_postgresql
            faults = restore(url, file, backup, listed)
    except UnusableError as fault:
        stop(fault)
    _say_rest(backup, listed)
    if faults:
        stop(f"It lacks {' and '.join(faults)}, so the application won't start on it.", code=1)


def summary(backup: Backup) -> str:
    """What a backup holds, as a line."""
    size = backup.size / 1_000_000
    return (
        f"{_NAMES[backup.kind]}, version {backup.schema}, of {backup.made_at:%Y-%m-%d %H:%M} (UTC),"
        f" {sum(backup.rows.values()):,} rows in {len(backup.rows)} tables, {size:,.1f} MB."
    )


def newer_than_this(backup: Backup) -> str | None:
    """A sentence where a newer release made the backup; else None."""
    if backup.schema > schema.head():
        return f"The backup is of version {backup.schema}, and this is {schema.head()}. Install the newer release."
    return None


def guard_faults(engine: Engine) -> list[str]:
    """What a restored database lacks that the ledger and the wall between programmes rest on."""
    faults = []
    with engine.connect() as connection:
        try:
            check_guards(connection)
        except GuardMissingError as fault:
            faults.append(f"the ledger's guard {fault}")
        try:
            check_wall(connection)
        except WallMissingError as fault:
            faults.append(f"the wall between programmes at {fault}")
    return faults


def _kind(url: str) -> str:
    with suppress(ArgumentError):
        kind = make_url(url).get_backend_name()
        if kind in _NAMES:
            return kind
    raise UnusableError("DATABASE_URL is not the address of an SQLite or PostgreSQL database.")


def _refuse_misfit(backup: Backup, url: str) -> None:
    if (kind := _kind(url)) != backup.kind:
        raise UnusableError(
            f"The backup is of {_NAMES[backup.kind]}, and DATABASE_URL names {_NAMES[kind]}. To go from one to the other:"
            " docs/moving.md. Nothing was changed."
        )
    if newer := newer_than_this(backup):
        raise UnusableError(f"{newer} Nothing was changed.")


def _restore_sqlite(url: str, file: Path, backup: Backup, listed: ErasureList | None) -> list[str]:
    """The database has its name only once everybody is erased again, so nobody can work with it before."""
    database = sqlite_copy.database_file(url)
    sqlite_copy.refuse_leftovers(database)
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise UnusableError(f"{database.parent} can't be made: {fault.strerror or fault}.") from fault
    with appears_whole(database) as aside:
        sqlite_copy.take_out(file, backup, aside)
        faults = _make_ready(f"sqlite:///{aside}", backup, listed)
        sqlite_copy.finish(aside)
    return faults


def _restore_postgresql(url: str, file: Path, backup: Backup, listed: ErasureList | None) -> list[str]:
    postgresql_dump.refuse_one_that_holds_anything(url)
    postgresql_dump.fill_database(url, file, programs=settings()["POSTGRESQL_PROGRAMS"])
    return _make_ready(url, backup, listed)


def _make_ready(url: str, backup: Backup, listed: ErasureList | None) -> list[str]:
    """Erase again who is in the list; answers what guards are missing. One of an older release is left for later."""
    if backup.schema != schema.head():
        return []
    engine = make_engine(url)
    try:
        if listed is not None:
            say_applied(apply_again(engine, listed), listed)
        return guard_faults(engine)
    except DBAPIError as fault:
        raise UnusableError(
            f"Who is in the list could not be erased again ({type(fault.orig).__name__}). Nobody should work with this database."
        ) from fault
    finally:
        engine.dispose()


def _say_rest(backup: Backup, listed: ErasureList | None) -> None:
    """What was restored, and what is still to be done."""
    click.echo(f"Restored: {summary(backup)}")
    if behind := backup.schema != schema.head():
        click.echo("The backup is of an older release. Run: timecredits migrate")
    if listed is None or behind or listed.at < backup.made_at:
        click.echo(
            f"Whoever was erased since {backup.made_at:%Y-%m-%d %H:%M} (UTC) is there again. Before anybody works with it, run:"
            " timecredits erasures apply FILE, with the newest list of erasures (docs/backup.md).",
            err=True,
        )
