"""The 8 characters to type in place of a scan: of a live code for its moment, of a card or a note for its life.

They are Crockford base32, so they can be read aloud; look-alikes are folded where they are typed (foundation/secret_values).
"""

import secrets
from typing import Any
from uuid import UUID

from sqlalchemy import exists, literal, or_, select
from sqlalchemy.orm import Session

from timecredits.foundation.secret_values import CROCKFORD, new_short_code, tidy_short_code
from timecredits.spending.card_models import Card
from timecredits.spending.models import TypedCode
from timecredits.spending.note_models import CreditNote

TYPED_LENGTH = 8

_TABLES: tuple[Any, ...] = (TypedCode.__table__, Card.__table__, CreditNote.__table__)


def new_serial() -> int:
    """What a card's or a note's code carries: 63 bits of chance, never 0."""
    return 1 + secrets.randbelow(2**63 - 1)


def new_typed_code(session: Session, programme_id: UUID) -> str:
    """8 characters that stand for nothing in the programme yet. Each table's own key is what holds two draws apart."""
    while True:
        code = new_short_code(TYPED_LENGTH)
        taken = or_(*(exists().where(table.c.programme_id == programme_id, table.c.code == code) for table in _TABLES))
        if session.scalar(select(literal(1)).where(taken)) is None:
            return code


def read_typed_code(typed: str) -> str | None:
    """What somebody typed, as it is stored, or None for what can't be such a code."""
    code = tidy_short_code(typed)
    return code if len(code) == TYPED_LENGTH and set(code) <= set(CROCKFORD) else None
