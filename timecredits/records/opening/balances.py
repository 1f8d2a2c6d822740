"""Opening balances in the ledger: one a person and organisation, from the programme's opening account, undone at most as a whole.

A transfer's id follows from the person, the organisation, and how often their opening balance there was taken back before. So the
same list a second time finds what the first one did, from whichever page or command it comes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.ledger.models import Transfer

__all__ = ["Standing", "opening_balances", "transfer_id"]

_transfer: Any = Transfer.__table__
_GROUP: Final = 400  # ids in one question


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody's opening balance at an organisation: its minutes, 0 for none, and the id of its transfer, made or not."""

    transfer_id: UUID
    minutes: int


def transfer_id(organisation_id: UUID, volunteer_id: UUID, taken_back: int = 0) -> UUID:
    """The id of somebody's opening transfer, after `taken_back` of them were reversed."""
    return uuid5(volunteer_id, f"opening/{organisation_id}/{taken_back}")


def opening_balances(
    session: Session, programme_id: UUID, organisation_id: UUID, volunteer_ids: Iterable[UUID]
) -> Mapping[UUID, Standing]:
    """What these people brought over to an organisation, by person."""
    standing: dict[UUID, Standing] = {}
    asked, taken_back = list(volunteer_ids), 0
    while asked:
        ids = {each: transfer_id(organisation_id, each, taken_back) for each in asked}
        found = _look(session, programme_id, list(ids.values()))
        again = []
        for volunteer_id, key in ids.items():
            minutes, reversed_ = found.get(key, (0, False))
            if reversed_:
                again.append(volunteer_id)
            else:
                standing[volunteer_id] = Standing(key, minutes)
        asked, taken_back = again, taken_back + 1
    return standing


def _look(session: Session, programme_id: UUID, ids: Sequence[UUID]) -> dict[UUID, tuple[int, bool]]:
    back = _transfer.alias("back")
    found = {}
    for start in range(0, len(ids), _GROUP):
        rows = session.execute(
            select(_transfer.c.id, _transfer.c.amount, back.c.id.is_not(None))
            .outerjoin(back, (back.c.programme_id == _transfer.c.programme_id) & (back.c.reverses == _transfer.c.id))
            .where(_transfer.c.programme_id == programme_id, _transfer.c.id.in_(ids[start : start + _GROUP]))
        )
        found.update({key: (amount, bool(undone)) for key, amount, undone in rows})
    return found
