"""`timecredits export-programme` and `timecredits import-programme`: a whole programme out as one file, and in elsewhere."""

import gzip
import os
import shutil
import sys
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final, NoReturn, cast

import click
from sqlalchemy import Engine
from sqlalchemy.orm import Session

# So that every table is known: a command that lacked one would lack its rows.
import timecredits.insight.impact_models
import timecredits.insight.roll_up_models  # noqa: F401
from timecredits.commands.database import UNUSABLE, open_engine, plainly, stop
from timecredits.commands.signing_keys import open_keys
from timecredits.foundation import audit
from timecredits.foundation.amounts import amount_text
from timecredits.foundation.db import READ_ONLY, transaction
from timecredits.insight.books.check_everything import check_everything
from timecredits.insight.counting.count_up import forget_counts
from timecredits.network.programmes import find_programme
from timecredits.records.moving.bringing_in import BroughtIn, bring_in, check_keys
from timecredits.records.moving.form import BadFileError
from timecredits.records.moving.reading import Checked, check_file
from timecredits.records.moving.trial_balance import TrialBalance
from timecredits.records.moving.writing import Exported, write_programme

__all__ = ["export_programme", "import_programme"]

_GZIP: Final = b"\x1f\x8b"
_IN_MEMORY: Final = 1024 * 1024


@click.command("export-programme")
@click.argument("slug")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--with-sign-ins", is_flag=True, help="Bring passwords, paired tills and keys along: for a move, not for a copy.")
@plainly
def export_programme(slug: str, file: Path, *, with_sign_ins: bool) -> None:
    """Write all of the programme SLUG to FILE, in JSON Lines (- writes to the standard output; .gz packs it).

    FILE holds everything about people that the programme holds: keep it as safe as the database. Sealed words and signed letters
    need this installation's keys too (docs/moving.md). A FILE that is there is not written over.
    """
    engine, keyring = open_engine(), open_keys().keyring
    try:
        with Session(engine) as session:
            session.connection(execution_options=READ_ONLY)
            programme_id = find_programme(session, slug).id
        with _written(file) as out:
            exported = write_programme(engine, programme_id, out, keyring=keyring, with_sign_ins=with_sign_ins)
        with transaction(engine) as session:
            audit.record(session, programme_id, "programme exported", actor_id=None, subject_id=programme_id)
    except OSError as fault:
        stop(f"{file} can't be written: {fault.strerror or fault}. Nothing was exported.")
    finally:
        engine.dispose()
    _tell_exported(exported)


@click.command("import-programme")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--dry-run", is_flag=True, help="Check the file and what it would meet here, and add nothing.")
@click.option("--other-keys", is_flag=True, help="Go on without the keys it was sealed and signed with. What they open is lost.")
@plainly
def import_programme(file: Path, *, dry_run: bool, other_keys: bool) -> None:
    """Bring in the programme that `export-programme` wrote to FILE, whole or not at all (- reads the standard input).

    The file is checked from end to end first. A programme that is here already is left alone.
    """
    engine, keyring = open_engine(), open_keys().keyring
    try:
        with _readable(file) as content:
            checked = check_file(content, dialect=engine.dialect.name)
            lacking = check_keys(checked.header, keyring)
            if lacking and not other_keys:
                numbers = ", ".join(map(str, lacking))
                stop(f"This installation lacks key {numbers} of the file's. Bring the keys along. Nothing was added.")
            brought = _bring_in(engine, checked, content, dry_run=dry_run)
    except BadFileError as fault:
        _tell_faults(fault)
    except (OSError, EOFError, zlib.error) as fault:
        stop(f"{file} can't be read: {getattr(fault, 'strerror', None) or fault}. Nothing was added.")
    finally:
        engine.dispose()
    _tell_brought(brought, dry_run=dry_run)


def _bring_in(engine: Engine, checked: Checked, content: IO[bytes], *, dry_run: bool) -> BroughtIn:
    with transaction(engine) as session:
        brought = bring_in(session, checked, content, forget=forget_counts, check=check_everything)
        if dry_run:
            session.rollback()
        return brought


@contextmanager
def _written(file: Path) -> Iterator[IO[bytes]]:
    """The file to write to, only for its owner to read, and there only once it is whole."""
    if str(file) == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    if file.exists():
        stop(f"{file} is there already. Choose another name. Nothing was exported.")
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".timecredits-")
    try:
        with os.fdopen(handle, "wb") as raw:
            if file.suffix == ".gz":
                with gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=6, mtime=0) as packed:
                    yield cast("IO[bytes]", packed)
            else:
                yield raw
            raw.flush()
            os.fsync(raw.fileno())
        Path(name).rename(file)
    finally:
        with suppress(FileNotFoundError):
            Path(name).unlink()


@contextmanager
def _readable(file: Path) -> Iterator[IO[bytes]]:
    """The file unpacked, to be read twice. What comes from the standard input is kept aside meanwhile."""
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as aside:
        if str(file) == "-":
            shutil.copyfileobj(sys.stdin.buffer, aside)
            aside.seek(0)
            opened = cast("IO[bytes]", aside)
        else:
            opened = file.open("rb")
        with opened:
            packed = opened.read(2) == _GZIP
            opened.seek(0)
            if packed:
                with gzip.GzipFile(fileobj=opened, mode="rb") as unpacked:
                    yield cast("IO[bytes]", unpacked)
            else:
                yield opened


def _tell_exported(exported: Exported) -> None:
    header = exported.header
    click.echo(f"{header.name} ({header.slug}): {sum(exported.rows.values()):,} rows exported.", err=True)
    _tell_balance(exported.trial_balance, None, err=True)


def _tell_brought(brought: BroughtIn, *, dry_run: bool) -> None:
    header = brought.header
    if brought.already:
        click.echo(f"{header.name} ({header.slug}) is here already. Nothing was added.")
        return
    verb = "would be added. Nothing was added" if dry_run else "added"
    click.echo(f"{header.name} ({header.slug}): {brought.rows:,} rows {verb}.")
    for remark in brought.remarks:
        click.echo(f"Look: {remark}", err=True)
    _tell_balance(brought.before or {}, brought.after, err=False)


def _tell_balance(before: TrialBalance, after: TrialBalance | None, *, err: bool) -> None:
    """The trial balance as a table, in credits."""
    heads = ("before", "after") if after is not None else ("credits",)
    click.echo(f"{'':<12}{'accounts':>9}" + "".join(f"{head:>14}" for head in heads), err=err)
    for kind, (accounts, minutes) in before.items():
        amounts = [minutes] if after is None else [minutes, after[kind][1]]
        click.echo(f"{kind:<12}{accounts:>9,}" + "".join(f"{amount_text(each):>14}" for each in amounts), err=err)
    totals = [sum(minutes for _, minutes in each.values()) for each in (before, after) if each is not None]
    click.echo(f"{'in all':<12}{'':>9}" + "".join(f"{amount_text(each):>14}" for each in totals), err=err)


def _tell_faults(fault: BadFileError) -> NoReturn:
    for each in fault.faults:
        place = f"Line {each.line}: " if each.line else ""
        click.echo(f"{place}{each.sentence}", err=True)
    if len(fault.faults) > 1:
        click.echo("Nothing was added.", err=True)
    sys.exit(UNUSABLE)
