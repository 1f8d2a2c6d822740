"""`timecredits check-books`: proof that nothing appeared from nowhere and nothing vanished."""

import json
import sys

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.commands.database import open_engine
from timecredits.insight.books.book_jobs import one_moment
from timecredits.insight.books.check_everything import check_everything
from timecredits.insight.books.fault_words import words_of
from timecredits.insight.roll_up_check import MONTHS
from timecredits.ledger.books import BookFault
from timecredits.network.models import Programme

__all__ = ["check_books", "fault_line", "find_faults"]

_SAYS = {
    "sum_not_zero": "all accounts together are not 0",
    "balance_differs": "kept balances differ from the sum of their transfers",
    "below_floor": "balances are below their floor",
    "reversal_differs": "reversals are not the mirror of what they reverse",
}
"""For whoever runs the service, where the page's words would say less."""
_SHOWN = 20


@click.command("check-books")
@click.option("--json", "as_json", is_flag=True, help="Print the faults as JSON.")
@click.option("--every-month", is_flag=True, help=f"Count all months of the reports anew, and not only the newest {MONTHS}.")
def check_books(*, as_json: bool, every_month: bool) -> None:
    """Check every programme's books. Exit 1 and the offending ids if something doesn't add up."""
    engine = open_engine()
    with one_moment(engine) as session:
        count, faults = find_faults(session, every_month=every_month)
    engine.dispose()
    if as_json:
        rows = [{"programme": slug, "rule": fault.rule, "ids": [str(each) for each in fault.ids]} for slug, fault in faults]
        click.echo(json.dumps({"clean": not faults, "programmes": count, "faults": rows}))
    else:
        for slug, fault in faults:
            click.echo(fault_line(slug, fault))
        click.echo(f"The books of {count} {'programme' if count == 1 else 'programmes'} add up." if not faults else "")
    sys.exit(1 if faults else 0)


def find_faults(session: Session, *, every_month: bool) -> tuple[int, list[tuple[str, BookFault]]]:
    """How many programmes there are, and what doesn't add up, each with its programme's short name."""
    programmes = session.execute(select(Programme.id, Programme.slug).order_by(Programme.number)).all()
    months = None if every_month else MONTHS
    faults = [(slug, fault) for each, slug in programmes for fault in check_everything(session, each, months=months)]
    return len(programmes), faults


def fault_line(slug: str, fault: BookFault) -> str:
    """One fault as a line for whoever runs the service."""
    shown = ", ".join(str(each) for each in fault.ids[:_SHOWN])
    return f"{slug}: {_SAYS.get(fault.rule) or words_of(fault.rule).says} {shown}".rstrip()
