"""What was given together from a pot: the list of it, and who got it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from timecredits.foundation.errors import NotFoundError
from timecredits.network.models import Volunteer
from timecredits.spending.giving_models import Gift, Pot

_gift: Any = Gift.__table__


@dataclass(frozen=True, slots=True)
class TogetherLine:
    """One such gift, as the pot's page shows it. `standing` of `people` gifts were not taken back."""

    together_id: UUID
    words: str
    minutes_each: int
    people: int
    standing: int
    given_at: datetime


@dataclass(frozen=True, slots=True)
class Given:
    """One person's part of it."""

    gift_id: UUID
    volunteer_id: UUID
    name: str
    minutes: int
    undone_because: str | None


def list_together(session: Session, programme_id: UUID, pot_id: UUID, *, page: int = 1, size: int = 10) -> list[TogetherLine]:
    """What was given from a pot, newest first: at most `size` of the page, and one more where there are older ones."""
    rows = session.execute(
        select(
            _gift.c.together_id,
            func.min(_gift.c.words),
            func.min(_gift.c.minutes),
            func.count(),
            func.count().filter(_gift.c.undone_at.is_(None)),
            func.min(_gift.c.given_at),
        )
        .where(_gift.c.programme_id == programme_id, _gift.c.from_pot_id == pot_id, _gift.c.together_id.is_not(None))
        .group_by(_gift.c.together_id)
        .order_by(func.min(_gift.c.given_at).desc(), _gift.c.together_id)
        .limit(size + 1)
        .offset((page - 1) * size)
    )
    return [TogetherLine(*row) for row in rows]


def find_together(
    session: Session, programme_id: UUID, organisation_id: UUID, pot_id: UUID, together_id: UUID
) -> tuple[TogetherLine, list[Given]]:
    """One of them with everybody it went to, by name. Raises NotFoundError."""
    rows: Sequence[Any] = session.execute(
        select(Gift, Volunteer.first_name, Volunteer.last_name)
        .join(Pot, (Pot.programme_id == Gift.programme_id) & (Pot.id == Gift.from_pot_id))
        .join(Volunteer, (Volunteer.programme_id == Gift.programme_id) & (Volunteer.id == Gift.to_volunteer_id))
        .where(
            Gift.programme_id == programme_id,
            Gift.together_id == together_id,
            Gift.from_pot_id == pot_id,
            Pot.organisation_id == organisation_id,
        )
        .order_by(Volunteer.folded_name, Volunteer.id)
    ).all()
    if not rows:
        raise NotFoundError
    parts = [
        Given(gift.id, gift.to_volunteer_id, f"{first} {last}".strip(), gift.minutes, gift.undone_because)
        for gift, first, last in rows
    ]
    first_gift: Gift = rows[0][0]
    standing = sum(part.undone_because is None for part in parts)
    line = TogetherLine(together_id, first_gift.words, first_gift.minutes, len(parts), standing, first_gift.given_at)
    return line, parts
