"""Where all credits are, by kind of account: together they are 0, because each came from one account and stands in another.

Only whole kinds are told, never an organisation's or a venue's own. And a kind stands alone only where the reports show the
same flows in every year (docs/adr/0031); what is left is one line. So nothing can be worked out from here that they hide.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from timecredits.insight.counting.months import local_month, year_of
from timecredits.insight.reports.published import passes
from timecredits.insight.reports.reading import list_years, read_table
from timecredits.insight.reports.shapes import Table, TableName
from timecredits.ledger.goodwill import goodwill_id
from timecredits.ledger.models import Account, AccountKind, Transfer
from timecredits.network.settings import read_settings

__all__ = ["Part", "Weighed", "add_up", "shown_columns", "weigh"]

_account: Any = Account.__table__
_transfer: Any = Transfer.__table__


class Part(StrEnum):
    """One line; those that are kinds of account carry their names. REST holds what may not stand alone."""

    ISSUANCE = "issuance"
    VOLUNTEER = "volunteer"
    POT = "pot"
    FLOAT = "float"
    VENUE = "venue"
    EXPIRED = "expired"
    GOODWILL = "goodwill"
    OPENING = "opening"
    REST = "rest"


_FLOWS: Final[Mapping[Part, frozenset[str]]] = {
    Part.ISSUANCE: frozenset({"earned"}),
    Part.VOLUNTEER: frozenset({"outstanding"}),
    Part.POT: frozenset({"outstanding"}),
    Part.FLOAT: frozenset({"outstanding"}),
    Part.VENUE: frozenset({"used"}),
    Part.EXPIRED: frozenset({"expired"}),
    Part.GOODWILL: frozenset({"other_in", "other_out"}),
    Part.OPENING: frozenset({"other_in", "other_out"}),
}
"""The columns of the credits table that must be there in every year."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """Minutes by line, in the order of Part. `total` is the sum of all, 0 unless the books don't add up."""

    parts: Mapping[Part, int]
    total: int


def weigh(session: Session, programme_id: UUID) -> Weighed:
    """Where all credits are now, as it may be shown. Reads every transfer: for a job, not for a page."""
    sums = add_up(session, programme_id)
    alone = _may_stand_alone(session, programme_id)
    parts: dict[Part, int] = {part: sums.get(AccountKind(part), 0) for part in Part if part is not Part.REST and part in alone}
    rest = sum(minutes for kind, minutes in sums.items() if Part(kind) not in alone)
    if len(parts) < len(AccountKind):
        parts[Part.REST] = rest
    return Weighed(parts, sum(sums.values()))


def add_up(session: Session, programme_id: UUID) -> dict[AccountKind, int]:
    """Minutes by kind of account: kept balances where there are any, else what the transfers come to.

    The truth, small or not: not for showing as it is.
    """
    sums = dict.fromkeys(AccountKind, 0)
    kinds: dict[UUID, AccountKind] = {}
    for account_id, kind, balance in session.execute(
        select(_account.c.id, _account.c.kind, _account.c.balance).where(_account.c.programme_id == programme_id)
    ):
        if balance is None:
            kinds[account_id] = AccountKind(kind)
        else:
            sums[AccountKind(kind)] += balance
    for column, sign in ((_transfer.c.debit_account, -1), (_transfer.c.credit_account, 1)):
        rows = session.execute(
            select(column, func.sum(_transfer.c.amount)).where(_transfer.c.programme_id == programme_id).group_by(column)
        )
        for account_id, minutes in rows:
            if account_id in kinds:
                sums[kinds[account_id]] += sign * int(minutes)
    return sums


def _may_stand_alone(session: Session, programme_id: UUID) -> set[Part]:
    flows = _shown_in_every_year(session, programme_id)
    alone = {part for part, wanted in _FLOWS.items() if wanted <= flows}
    if Part.VENUE in alone and not _uses_are_shown(session, programme_id):
        alone.discard(Part.VENUE)
    for part, ids in (
        (Part.GOODWILL, [goodwill_id(programme_id)]),
        (Part.OPENING, _accounts(session, programme_id, AccountKind.OPENING)),
    ):
        if part in alone and not _enough_behind(session, programme_id, ids):
            alone.discard(part)
    return alone


def _shown_in_every_year(session: Session, programme_id: UUID) -> frozenset[str]:
    """The columns of credits that no year hides; what is out need be shown in the newest only, as it holds all before."""
    found = [
        shown_columns(table)
        for year in list_years(session, programme_id)
        if (table := read_table(session, programme_id, TableName.CREDITS_BY_MONTH, year)).lines or table.too_few
    ]
    if not found:
        return frozenset()
    flows = frozenset.intersection(*(columns - {"outstanding"} for columns in found))
    return flows | (found[0] & {"outstanding"})


def shown_columns(table: Table) -> frozenset[str]:
    """The columns of a table whose total is shown."""
    if table.too_few or table.total is None:
        return frozenset()
    values = zip(table.columns, table.total.values, strict=True)
    return frozenset(column.name for column, value in values if value.amount is not None)


def _uses_are_shown(session: Session, programme_id: UUID) -> bool:
    """Whether every year with uses tells what they came to: what is paid for others would else be the difference."""
    uses = [read_table(session, programme_id, TableName.USES_BY_VENUE, year) for year in list_years(session, programme_id)]
    return all("minutes" in shown_columns(table) for table in uses if table.lines or table.too_few)


def _accounts(session: Session, programme_id: UUID, kind: AccountKind) -> list[UUID]:
    return list(session.scalars(select(_account.c.id).where(_account.c.programme_id == programme_id, _account.c.kind == kind)))


def _enough_behind(session: Session, programme_id: UUID, account_ids: Iterable[UUID]) -> bool:
    """Whether in each reporting year nobody, or five people or more, gave to these accounts or had from them.

    What went between them and no person's account counts as of nobody: then there must be five others.
    """
    ids = list(account_ids)
    if not ids:
        return True
    starts_in = read_settings(session, programme_id).year_starts_in
    people: defaultdict[date, set[UUID]] = defaultdict(set)
    for own, other in (
        (_transfer.c.debit_account, _transfer.c.credit_account),
        (_transfer.c.credit_account, _transfer.c.debit_account),
    ):
        rows = session.execute(
            select(_transfer.c.recorded_at, other, _account.c.kind)
            .join(_account, and_(_account.c.programme_id == _transfer.c.programme_id, _account.c.id == other))
            .where(_transfer.c.programme_id == programme_id, or_(*(own == each for each in ids)))
        )
        for recorded_at, account_id, kind in rows:
            behind = people[year_of(local_month(recorded_at), starts_in)]
            if kind == AccountKind.VOLUNTEER:
                behind.add(account_id)
    return all(behind and passes(len(behind)) for behind in people.values())
