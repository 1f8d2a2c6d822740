"""Everything in the ledger that was taken back, each with its reason: what it was, how much, when, and who did it.

Reasons are words that staff typed, so one may hold a name. They are shown as they stand to those who may read the audit, with a
warning, because a reversal without its reason proves nothing; when a person is erased, the words go (docs/books.md).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from timecredits.foundation.wording import Sentence
from timecredits.insight.books.audit_log import Who, name_actors
from timecredits.insight.books.days import ALL_DAYS, Days, Place, before, in_days, page_after_page
from timecredits.ledger.models import Reversal, Transfer, TransferKind

__all__ = ["KINDS", "AskedBack", "Back", "BackPage", "read_every_reversal", "read_reversals"]

MOST_LINES: Final = 50
KINDS: Final[Mapping[TransferKind, Sentence]] = {
    TransferKind.EARNED: Sentence("Credits for hours"),
    TransferKind.USED: Sentence("Credits used"),
    TransferKind.GIVEN: Sentence("A gift"),
    TransferKind.FUNDED: Sentence("Credits for a pot"),
    TransferKind.NOTE_ISSUED: Sentence("A credit note made"),
    TransferKind.NOTE_USED: Sentence("A credit note used"),
    TransferKind.CHANGE: Sentence("Change of a credit note"),
    TransferKind.EXPIRED: Sentence("Credits that ran out"),
    TransferKind.GOODWILL: Sentence("Credits that the programme lent"),
    TransferKind.OPENING: Sentence("An opening balance"),
    TransferKind.MERGED: Sentence("Credits of a second record"),
    TransferKind.REVERSAL: Sentence("Something taken back before"),
}
"""What was taken back, by the kind of the transfer."""

_BY_PEOPLE: Final = frozenset({TransferKind.GIVEN})
"""What people take back themselves."""
_back: Any = Transfer.__table__.alias("back")
_first: Any = Transfer.__table__.alias("first")


@dataclass(frozen=True, slots=True)
class AskedBack:
    """What is looked for. Empty: everything. `words` are all in the reason."""

    kind: TransferKind | None = None
    words: str = ""
    days: Days = ALL_DAYS


@dataclass(frozen=True, slots=True)
class Back:
    """One reversal: when, of what (kind, minutes, day), why, and by whom."""

    at: datetime
    kind: TransferKind
    minutes: int
    day: date
    reason: str
    who: Who
    short_id: str


@dataclass(frozen=True, slots=True)
class BackPage:
    """Reversals, the newest first. `next` is what to hand on as `after` for older ones, "" at the end."""

    lines: tuple[Back, ...]
    next: str


def read_reversals(
    session: Session, programme_id: UUID, asked: AskedBack, *, after: str = "", limit: int = MOST_LINES
) -> BackPage:
    """A page of what was taken back. An `after` that is none begins from the newest."""
    query = (
        select(
            _back.c.recorded_at,
            _back.c.id,
            _back.c.actor,
            _first.c.kind,
            _first.c.amount,
            _first.c.occurred_on,
            Reversal.reason,
        )
        .join(_first, and_(_first.c.programme_id == _back.c.programme_id, _first.c.id == _back.c.reverses))
        .outerjoin(Reversal, and_(Reversal.programme_id == _back.c.programme_id, Reversal.id == _back.c.id))
        .where(_back.c.programme_id == programme_id, _back.c.reverses.is_not(None), *in_days(_back.c.recorded_at, asked.days))
        .order_by(_back.c.recorded_at.desc(), _back.c.id.desc())
        .limit(limit + 1)
    )
    if asked.kind is not None:
        query = query.where(_first.c.kind == asked.kind)
    for word in asked.words.split():
        query = query.where(Reversal.reason.icontains(word, autoescape=True))
    place = Place.read(after)
    if place is not None:
        query = query.where(before(_back.c.recorded_at, _back.c.id, place))
    rows = session.execute(query).all()
    shown = rows[:limit]
    by_staff = [row.kind not in _BY_PEOPLE for row in shown]
    who = name_actors(session, programme_id, [(row.actor, None) for row in shown], only_staff=by_staff)
    lines = tuple(
        Back(
            at=row.recorded_at,
            kind=TransferKind(row.kind),
            minutes=row.amount,
            day=row.occurred_on,
            reason=row.reason or "",
            who=each,
            short_id=row.id.hex[-8:],
        )
        for row, each in zip(shown, who, strict=True)
    )
    return BackPage(lines, Place(shown[-1].recorded_at, shown[-1].id).text if len(rows) > limit else "")


def read_every_reversal(session: Session, programme_id: UUID, asked: AskedBack, *, most: int) -> Iterator[Back]:
    """The newest `most`, some at a time."""
    return page_after_page(read_reversals, session, programme_id, asked, most=most)
