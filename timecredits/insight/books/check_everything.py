"""Whether a programme's books add up: every check there is, in one order, for the command, the page and the nightly job."""

from collections.abc import Callable, Iterator
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.hours.books import check_hours
from timecredits.insight.books.merge_books import check_merges
from timecredits.insight.books.settlement_books import check_settlements
from timecredits.insight.roll_up_check import MONTHS, check_roll_ups
from timecredits.ledger.books import BookFault, check_ledger
from timecredits.ledger.seals import check_seals
from timecredits.spending.books import check_spending
from timecredits.spending.giving.books import check_giving
from timecredits.spending.notes.books import check_notes
from timecredits.spending.offers.offer_books import check_offers

__all__ = ["CHECKS", "check_everything", "check_in_turn"]

NEWEST_SEALS: Final = 24 * 31
"""Seals that a check looks at when it does not look at everything: a month of them, at one an hour."""

Check = Callable[[Session, UUID, int | None], list[BookFault]]


def _alike(check: Callable[[Session, UUID], list[BookFault]]) -> Check:
    return lambda session, programme_id, _months: check(session, programme_id)


CHECKS: Final[tuple[Check, ...]] = (
    *(
        _alike(check)
        for check in (check_ledger, check_hours, check_spending, check_giving, check_notes, check_offers, check_merges)
    ),
    lambda session, programme_id, months: check_seals(session, programme_id, newest=None if months is None else NEWEST_SEALS),
    lambda session, programme_id, months: check_settlements(session, programme_id, months=months),
    lambda session, programme_id, months: check_roll_ups(session, programme_id, months=months),
)
"""Each takes a session, a programme, and how many of the newest months of what reports are made of are looked at."""


def check_everything(session: Session, programme_id: UUID, *, months: int | None = MONTHS) -> list[BookFault]:
    """Every fault in one programme's books.

    Records are checked whole. What reports and settlements are made of is checked in its newest `months` (None: in all), because
    that counts them anew. Nothing is written; the session should see one moment (`jobs` and the command take care of that).
    """
    return [fault for faults in check_in_turn(session, programme_id, months=months) for fault in faults]


def check_in_turn(session: Session, programme_id: UUID, *, months: int | None = MONTHS) -> Iterator[list[BookFault]]:
    """The same, a check at a time, so that a job can say how far it is."""
    for check in CHECKS:
        yield check(session, programme_id, months)
