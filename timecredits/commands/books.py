"""`timecredits check-books`: proof that nothing appeared from nowhere and nothing vanished."""

import json
import sys

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.commands.database import open_engine
from timecredits.foundation.db import READ_ONLY
from timecredits.hours.books import check_hours
from timecredits.ledger.books import check_ledger
from timecredits.network.models import Programme
from timecredits.spending.books import check_spending
from timecredits.spending.giving.books import check_giving
from timecredits.spending.notes.books import check_notes
from timecredits.spending.offers.offer_books import check_offers

_SAYS = {
    "sum_not_zero": "all accounts together are not 0",
    "balance_differs": "kept balances differ from the sum of their transfers",
    "below_floor": "balances are below their floor",
    "reversal_differs": "reversals are not the mirror of what they reverse",
}


@click.command("check-books")
@click.option("--json", "as_json", is_flag=True, help="Print the faults as JSON.")
def check_books(*, as_json: bool) -> None:
    """Check every programme's books. Exit 1 and the offending ids if something doesn't add up."""
    programmes, faults = 0, []
    with Session(open_engine()) as session:
        session.connection(execution_options=READ_ONLY)
        for programme in session.scalars(select(Programme).order_by(Programme.number)):
            programmes += 1
            for check in (check_ledger, check_hours, check_spending, check_notes, check_giving, check_offers):
                faults += [(programme.slug, fault) for fault in check(session, programme.id)]
    if as_json:
        rows = [{"programme": slug, "rule": fault.rule, "ids": [str(each) for each in fault.ids]} for slug, fault in faults]
        click.echo(json.dumps({"clean": not faults, "programmes": programmes, "faults": rows}))
    else:
        for slug, fault in faults:
            shown = ", ".join(str(each) for each in fault.ids[:20])
            click.echo(f"{slug}: {_SAYS.get(fault.rule, fault.rule.replace('_', ' '))} {shown}".rstrip())
        click.echo(f"The books of {programmes} {'programme' if programmes == 1 else 'programmes'} add up." if not faults else "")
    sys.exit(1 if faults else 0)
