"""`timecredits audit`: whether what staff did stands as it was written, and the heads that are kept outside the database."""

import json
import sys
from pathlib import Path
from uuid import UUID

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.commands.database import open_engine, settings, stop
from timecredits.foundation import clock
from timecredits.foundation.audit_verifying import verify_chains
from timecredits.insight.books.book_jobs import one_moment
from timecredits.network.models import Programme
from timecredits.network.witness import Witness, read_witness, write_witness

__all__ = ["Row", "audit", "find_faults", "row_line"]

Row = dict[str, str | int | None]
"""A fault as it is printed: programme, chain, number, entry, and what it is."""

_SAYS = {
    "changed": "was changed, or stands in another's place",
    "missing": "is gone",
    "unlinked": "was slipped in: it has no link",
    "head_differs": "is the last, and the head says otherwise",
    "witness_differs": "is not what was written outside the database",
    "seal_differs": "is not what was written outside the database",
}


@click.group()
def audit() -> None:
    """What staff did, and that nobody changed it since."""


@audit.command("verify")
@click.option("--programme", "slug", help="Only the programme of this short name.")
@click.option("--heads", type=click.Path(exists=True, path_type=Path), help="A file, or a folder, of heads written before.")
@click.option("--json", "as_json", is_flag=True, help="Print the faults as JSON.")
def verify(*, slug: str | None, heads: Path | None, as_json: bool) -> None:
    """Read every chain from its beginning. Exit 1 and the first bad row of each chain if one isn't whole."""
    try:
        outside = read_witness(heads) if heads else Witness()
    except (OSError, ValueError) as fault:
        stop(f"These are no heads that we wrote ({fault}).")
    engine = open_engine()
    with one_moment(engine) as session:
        count, rows = find_faults(session, outside, slug=slug)
    engine.dispose()
    if slug is not None and not count:
        stop("There is no programme of that short name.")
    if as_json:
        click.echo(json.dumps({"clean": not rows, "programmes": count, "faults": rows}))
    else:
        for row in rows:
            click.echo(row_line(row))
        if not rows:
            click.echo("What staff did stands as it was written.")
    sys.exit(1 if rows else 0)


@audit.command("witness")
def witness() -> None:
    """Write today's heads into the folder of WITNESS, if they aren't there."""
    config = settings()
    if not config["WITNESS"]:
        stop("WITNESS is not set. Set it to a folder outside this machine's reach.")
    engine = open_engine()
    done = write_witness(engine, config["WITNESS"], mail_to=config["WITNESS_MAIL"], now=clock.now())
    engine.dispose()
    click.echo("Written." if done else "Today's are there already.")


def find_faults(session: Session, outside: Witness, *, slug: str | None = None) -> tuple[int, list[Row]]:
    """How many programmes were looked at, and the faults of their chains and of what was written outside."""
    found = session.execute(select(Programme.id, Programme.slug).order_by(Programme.number)).all()
    programmes = [each for each in found if slug in {None, each[1]}]
    rows: list[Row] = []
    for programme_id, name in programmes:
        faults = verify_chains(session, programme_id, outside.heads(programme_id))
        rows += [_row(name, each.chain_id, each.number, each.entry_id, each.what) for each in faults]
        differing = outside.seals_that_differ(session, programme_id)[:1]
        rows += [_row(name, None, number, None, "seal_differs") for number in differing]
    return len(programmes), rows


def row_line(row: Row) -> str:
    """One fault as a line."""
    what = f"seal {row['number']}" if row["chain"] is None else f"chain {row['chain']}, number {row['number']}"
    entry = f", entry {row['entry']}" if row["entry"] else ""
    return f"{row['programme']}: {what}{entry} {_SAYS[str(row['what'])]}."


def _row(name: str, chain_id: UUID | None, number: int, entry_id: UUID | None, what: str) -> Row:
    return {
        "programme": name,
        "chain": str(chain_id) if chain_id else None,
        "number": number,
        "entry": str(entry_id) if entry_id else None,
        "what": what,
    }
