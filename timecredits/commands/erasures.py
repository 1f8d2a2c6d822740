"""`timecredits erasures`: the list of who was erased, outside the database, and applied to one that was restored."""

from datetime import datetime
from pathlib import Path

import click
from sqlalchemy import Engine
from sqlalchemy.orm import Session

import timecredits.insight.impact_models
import timecredits.insight.roll_up_models  # noqa: F401  who erases must know of every table
from timecredits.commands.database import open_engine, plainly, stop
from timecredits.foundation import clock
from timecredits.foundation.db import READ_ONLY, transaction
from timecredits.records.backups.last_line import UnusableError
from timecredits.records.backups.whole_files import appears_whole
from timecredits.records.privacy.erasure_list import (
    SUFFIX,
    Applied,
    BadListError,
    ErasureList,
    apply_list,
    list_lines,
    read_list,
)

__all__ = ["apply_again", "erasures", "keep_list", "read_or_stop", "say_applied"]


@click.group()
def erasures() -> None:
    """Who was erased, as a list outside the database: ids and days."""


@erasures.command("export")
@click.argument("file", type=click.Path(path_type=Path))
def export(file: Path) -> None:
    """Write the list to FILE. A FILE that is there is not written over."""
    engine = open_engine()
    try:
        count = _write(engine, file, clock.now())
    except UnusableError as fault:
        stop(fault)
    finally:
        engine.dispose()
    click.echo(f"{count:,} {'erasing' if count == 1 else 'erasings'} written.")


@erasures.command("apply")
@click.argument("file", type=click.Path(path_type=Path))
@plainly
def apply(file: Path) -> None:
    """Erase again who is in FILE and came back with a backup. Again does no harm."""
    listed = read_or_stop(file)
    engine = open_engine()
    try:
        say_applied(apply_again(engine, listed), listed)
    finally:
        engine.dispose()


def keep_list(engine: Engine, folder: str, *, now: datetime) -> int:
    """Write today's list into the folder of WITNESS, once a day; answers 1 when it was not there. Nothing without a `folder`."""
    if not folder:
        return 0
    file = Path(folder) / f"{now.date().isoformat()}{SUFFIX}"
    if file.exists():
        return 0
    try:
        _write(engine, file, now)
    except UnusableError:
        if file.exists():  # another worker was first
            return 0
        raise
    return 1


def read_or_stop(file: Path) -> ErasureList:
    """The list in a file; stops with one line where there is none."""
    try:
        return read_list(file)
    except BadListError as fault:
        stop(fault)
    except OSError as fault:
        stop(f"{file} can't be read: {fault.strerror or fault}.")


def apply_again(engine: Engine, listed: ErasureList) -> Applied:
    """Apply a list, whole or not at all."""
    with transaction(engine) as session:
        return apply_list(session, listed)


def say_applied(applied: Applied, listed: ErasureList) -> None:
    """What it did, in a line or two."""
    people = "1 person was" if applied.erased == 1 else f"{applied.erased:,} people were"
    click.echo(f"{people} erased again, as the list of {listed.at:%Y-%m-%d %H:%M} (UTC) says.")
    if applied.elsewhere:
        click.echo(f"{applied.elsewhere:,} of its lines are about programmes that this database doesn't hold.", err=True)


def _write(engine: Engine, file: Path, now: datetime) -> int:
    count = -2  # the first line and the last
    with appears_whole(file) as aside, Session(engine) as session, aside.open("w") as out:
        session.connection(execution_options=READ_ONLY)
        for line in list_lines(session, now):
            out.write(line)
            count += 1
    return count
