"""When a correction takes back credits that were used already, so that no balance ever goes below 0 (docs/ledger.md).

Goodwill, an account of the programme's, pays what is missing. As the programme sets, that is the end of it, or it is a shortfall:
the person's next hours pay it back, each as far as it brings something. What is owed is the shortfalls less what came back.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.hours.models import HourEntry, Shortfall
from timecredits.ledger.goodwill import goodwill_id, open_goodwill
from timecredits.ledger.models import Transfer, TransferKind
from timecredits.ledger.transfers import Movement, post
from timecredits.network.merged_records import account_owners
from timecredits.network.settings import SpentCorrection

_GROUP = 500  # ids in one question

_shortfall: Any = Shortfall.__table__
_transfer: Any = Transfer.__table__


def payback_id(entry_id: UUID) -> UUID:
    """The id of the transfer by which these hours pay back what was lent."""
    return uuid5(entry_id, "shortfall")


def owed_by(session: Session, programme_id: UUID, volunteer_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many minutes of credit each of these people has to earn back; those who owe nothing are left out."""
    lent: dict[UUID, int] = {}
    for group in _groups(volunteer_ids):
        rows = session.execute(
            select(_shortfall.c.volunteer_id, func.sum(_shortfall.c.minutes))
            .where(_shortfall.c.programme_id == programme_id, _shortfall.c.volunteer_id.in_(group))
            .group_by(_shortfall.c.volunteer_id)
        )
        lent.update((volunteer_id, int(minutes)) for volunteer_id, minutes in rows)
    back = _paid_back(session, programme_id, list(lent))
    owed = {volunteer_id: minutes - back.get(volunteer_id, 0) for volunteer_id, minutes in lent.items()}
    return {volunteer_id: minutes for volunteer_id, minutes in owed.items() if minutes > 0}


def find_lendings(session: Session, programme_id: UUID, volunteer_id: UUID) -> set[UUID]:
    """The transfers by which goodwill lent a person something; one that isn't here was a gift."""
    return set(
        session.scalars(
            select(_shortfall.c.id).where(_shortfall.c.programme_id == programme_id, _shortfall.c.volunteer_id == volunteer_id)
        )
    )


def paybacks(
    programme_id: UUID,
    earned: Sequence[tuple[UUID, UUID, UUID, int]],
    owed: Mapping[UUID, int],
    *,
    actor_id: UUID | None,
    day: date,
) -> Iterator[Movement]:
    """What hours pay back at once: (entry, volunteer, account, minutes earned) each as far as their person owes."""
    left = dict(owed)
    for entry_id, volunteer_id, account_id, minutes in earned:
        amount = min(minutes, left.get(volunteer_id, 0))
        if amount > 0:
            left[volunteer_id] -= amount
            yield Movement(
                id=payback_id(entry_id),
                debit=account_id,
                credit=goodwill_id(programme_id),
                amount=amount,
                kind=TransferKind.GOODWILL,
                occurred_on=day,
                actor=actor_id,
            )


def lend(session: Session, programme_id: UUID, *, entry: HourEntry, minutes: int, back: Movement, rule: SpentCorrection) -> None:
    """Let goodwill pay `minutes` to the person whose hours `back` takes back; a shortfall is kept where the rule says so."""
    movement = replace(
        back,
        id=_lending_id(session, programme_id, entry.id),
        debit=open_goodwill(session, programme_id),
        credit=back.debit,
        amount=minutes,
        kind=TransferKind.GOODWILL,
        reverses=None,
    )
    post(session, programme_id, movement)
    if rule is SpentCorrection.SHORTFALL:
        session.execute(
            insert(Shortfall).values(
                programme_id=programme_id,
                id=movement.id,
                volunteer_id=entry.volunteer_id,
                entry_id=entry.id,
                minutes=minutes,
                recorded_at=clock.now(),
            )
        )


def _lending_id(session: Session, programme_id: UUID, entry_id: UUID) -> UUID:
    """Once an entry is enough, but for a till that takes credits between our look and our payment: then there is a second."""
    first = uuid5(entry_id, "goodwill")
    known = session.scalar(select(_transfer.c.id).where(_transfer.c.programme_id == programme_id, _transfer.c.id == first))
    return first if known is None else uuid5(entry_id, "goodwill again")


def _paid_back(session: Session, programme_id: UUID, volunteer_ids: Sequence[UUID]) -> dict[UUID, int]:
    """What came back from these people, less what came back of hours that were taken away since."""
    found: dict[UUID, int] = {}
    goodwill = goodwill_id(programme_id)
    out = (_transfer.c.credit_account == goodwill) & (_transfer.c.kind == TransferKind.GOODWILL)
    undone = (_transfer.c.debit_account == goodwill) & (_transfer.c.kind == TransferKind.REVERSAL)
    for group in _groups(volunteer_ids):
        owners = account_owners(session, programme_id, group)
        for side, other, sign in ((_transfer.c.debit_account, out, 1), (_transfer.c.credit_account, undone, -1)):
            rows = session.execute(
                select(side, func.sum(_transfer.c.amount))
                .where(_transfer.c.programme_id == programme_id, side.in_(list(owners)), other)
                .group_by(side)
            )
            for account_id, minutes in rows:
                found[owners[account_id]] = found.get(owners[account_id], 0) + sign * int(minutes)
    return found


def _groups(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(ids), _GROUP):
        yield ids[start : start + _GROUP]
