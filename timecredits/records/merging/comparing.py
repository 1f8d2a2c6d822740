"""Two records side by side, with no more than telling one person from two asks for; and the merges there were."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.wording import Sentence
from timecredits.hours.history.hour_history import hour_totals, in_force
from timecredits.hours.models import HourEntry
from timecredits.journey.models import Reference, ReferenceStatus
from timecredits.ledger.transfers import balance
from timecredits.network.models import Volunteer
from timecredits.network.scope import find
from timecredits.records.merging.alike import Known, with_places
from timecredits.records.merging.merging import check_mergeable
from timecredits.records.merging.unmerging import check_undoable
from timecredits.records.models import Merge
from timecredits.spending.card_models import Card

__all__ = ["Compared", "MergeLine", "compare", "find_merge", "list_merges", "why_not", "why_not_back"]

_PAGE = 20


@dataclass(frozen=True, slots=True)
class Compared:
    """What is shown of one record. `minutes` were given, `credits` minutes are left; letters that were issued."""

    id: UUID
    name: str
    born_month: date | None
    places: tuple[str, ...]
    first_day: date | None
    last_day: date | None
    minutes: int
    credits: int
    letters: int
    signs_in: bool
    has_card: bool
    is_frozen: bool


@dataclass(frozen=True, slots=True)
class MergeLine:
    """A merge as a list shows it."""

    id: UUID
    kept_name: str
    gone_name: str
    merged_at: datetime
    undo_until: datetime
    undone_at: datetime | None
    reason: str
    minutes: int

    @property
    def is_open(self) -> bool:
        """Whether it is early enough to take it back."""
        return self.undone_at is None and clock.now() <= self.undo_until


def compare(session: Session, programme_id: UUID, one_id: UUID, other_id: UUID) -> tuple[Compared, Compared]:
    """Both records. Raises NotFoundError for one that isn't this programme's, or twice the same."""
    if one_id == other_id:
        raise NotFoundError
    one, other = (_compared(session, programme_id, find(session, Volunteer, programme_id, each)) for each in (one_id, other_id))
    return one, other


def why_not(session: Session, programme_id: UUID, kept_id: UUID, gone_id: UUID) -> Sentence | None:
    """Why these two can't be merged now; None where they can."""
    kept, gone = (find(session, Volunteer, programme_id, each) for each in (kept_id, gone_id))
    try:
        check_mergeable(session, programme_id, kept, gone)
    except RuleError as fault:
        return fault.sentence
    return None


def list_merges(session: Session, programme_id: UUID, *, page: int = 1) -> tuple[Sequence[MergeLine], bool]:
    """One page of merges, newest first, and whether there are more."""
    query = _merges(programme_id).order_by(Merge.merged_at.desc(), Merge.id.desc())
    rows = session.execute(query.limit(_PAGE + 1).offset((page - 1) * _PAGE)).all()
    return [_line(row) for row in rows[:_PAGE]], len(rows) > _PAGE


def find_merge(session: Session, programme_id: UUID, merge_id: UUID) -> MergeLine:
    """One merge. Raises NotFoundError."""
    row = session.execute(_merges(programme_id).where(Merge.id == merge_id)).one_or_none()
    if row is None:
        raise NotFoundError
    return _line(row)


def why_not_back(session: Session, programme_id: UUID, merge_id: UUID) -> Sentence | None:
    """Why a merge can't be taken back now; None where it can."""
    merge = find(session, Merge, programme_id, merge_id)
    try:
        check_undoable(session, programme_id, merge, find(session, Volunteer, programme_id, merge.kept_id))
    except RuleError as fault:
        return fault.sentence
    return None


def _compared(session: Session, programme_id: UUID, person: Volunteer) -> Compared:
    first, last = session.execute(
        select(func.min(HourEntry.done_on), func.max(HourEntry.done_on)).where(
            HourEntry.programme_id == programme_id, HourEntry.volunteer_id == person.id, in_force()
        )
    ).one()
    issued = select(func.count()).select_from(Reference)
    letters = session.scalar(
        issued.where(
            Reference.programme_id == programme_id,
            Reference.volunteer_id == person.id,
            Reference.status == ReferenceStatus.ISSUED,
        )
    )
    card = select(Card.id).where(Card.programme_id == programme_id, Card.volunteer_id == person.id, Card.ended_at.is_(None))
    known = with_places(session, programme_id, [Known(person.id, person.name, person.born_month)])[person.id]
    return Compared(
        id=person.id,
        name=person.name,
        born_month=person.born_month,
        places=known.places,
        first_day=first,
        last_day=last,
        minutes=hour_totals(session, programme_id, [person.id])[person.id].minutes,
        credits=balance(session, programme_id, person.account_id),
        letters=letters or 0,
        signs_in=person.user_id is not None,
        has_card=session.scalars(card).first() is not None,
        is_frozen=person.frozen_at is not None,
    )


def _merges(programme_id: UUID) -> Any:
    kept, gone = aliased(Volunteer), aliased(Volunteer)
    return (
        select(Merge, kept, gone)
        .join(kept, (kept.programme_id == Merge.programme_id) & (kept.id == Merge.kept_id))
        .join(gone, (gone.programme_id == Merge.programme_id) & (gone.id == Merge.gone_id))
        .where(Merge.programme_id == programme_id)
    )


def _line(row: Any) -> MergeLine:
    merge, kept, gone = row
    minutes = int(merge.moved.get("minutes", 0))
    times = (merge.merged_at, merge.undo_until, merge.undone_at)
    return MergeLine(merge.id, kept.name, gone.name, *times, merge.reason, minutes)
