"""The register of notes: every batch an organisation made, who printed it, to whom each note went, and what became of it.

Where a note was used is not in it: a note is nobody's, and staff have no business with where people go. The day is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError
from timecredits.network.models import User, Volunteer
from timecredits.spending.giving_models import Pot
from timecredits.spending.note_models import CreditNote, NoteBatch

NUMBER_DIGITS = 9


class NoteState(StrEnum):
    """What became of a note. `OVER`: its last day has passed, and its credits are on their way back."""

    READY = "ready"
    HANDED = "handed"
    USED = "used"
    OVER = "over"
    EXPIRED = "expired"
    VOID = "void"
    REPLACED = "replaced"
    RETURNED = "returned"


OUT = frozenset({NoteState.READY, NoteState.HANDED})
"""The states of a note that can still be used."""


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch in the list. `payer` is a person's or a pot's name; `out`, `used` and `over` count its notes."""

    batch: NoteBatch
    payer: str
    made_by: str
    count: int
    out: int
    used: int

    @property
    def over(self) -> int:
        """How many were stopped, replaced or not used in time."""
        return self.count - self.out - self.used


@dataclass(frozen=True, slots=True)
class BatchList:
    """One page of batches, newest first; `page` counts from 1."""

    rows: tuple[BatchRow, ...]
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A note in the register. `handed` is a person's name or the words kept; `used_on` the day, if it was used."""

    id: UUID
    number: str
    state: NoteState
    minutes: int
    expires_on: date
    handed: str
    handed_on: date | None
    used_on: date | None
    ended_on: date | None

    @property
    def is_out(self) -> bool:
        """Whether it can still be used, handed out, stopped or replaced."""
        return self.state in OUT


@dataclass(frozen=True, slots=True)
class BatchPage:
    """A batch with one page of its notes."""

    head: BatchRow
    notes: tuple[NoteRow, ...]
    page: int
    pages: int


def note_number(serial: int) -> str:
    """The last nine digits of a note's serial, as printed on it and read out to staff: "482 913 557". It opens nothing."""
    digits = f"{serial % 10**NUMBER_DIGITS:0{NUMBER_DIGITS}}"
    return f"{digits[:3]} {digits[3:6]} {digits[6:]}"


def list_batches(
    session: Session, programme_id: UUID, organisation_id: UUID, *, number: str = "", page: int = 1, size: int = 20
) -> BatchList:
    """An organisation's batches, newest first; with `number` only that which has a note of this printed number."""
    mine = select(NoteBatch.id).where(NoteBatch.programme_id == programme_id, NoteBatch.organisation_id == organisation_id)
    if number.strip():
        digits = "".join(each for each in number if each.isascii() and each.isdigit())
        if len(digits) != NUMBER_DIGITS:
            return BatchList((), 1, 1)
        mine = mine.where(
            NoteBatch.id.in_(
                select(CreditNote.batch_id).where(
                    CreditNote.programme_id == programme_id, CreditNote.serial % 10**NUMBER_DIGITS == int(digits)
                )
            )
        )
    found = session.scalar(select(func.count()).select_from(mine.subquery())) or 0
    pages = max(1, -(-found // size))
    page = min(max(page, 1), pages)
    ids = session.scalars(
        mine.order_by(NoteBatch.made_at.desc(), NoteBatch.id.desc()).limit(size).offset((page - 1) * size)
    ).all()
    return BatchList(tuple(_heads(session, programme_id, ids)), page, pages)


def show_batch(
    session: Session, programme_id: UUID, organisation_id: UUID, batch_id: UUID, *, page: int = 1, size: int = 50
) -> BatchPage:
    """One batch of this organisation with its notes by number of making. Raises NotFoundError."""
    owned = select(NoteBatch.id).where(
        NoteBatch.programme_id == programme_id, NoteBatch.id == batch_id, NoteBatch.organisation_id == organisation_id
    )
    if session.scalar(owned) is None:
        raise NotFoundError
    [head] = _heads(session, programme_id, [batch_id])
    pages = max(1, -(-head.count // size))
    page = min(max(page, 1), pages)
    rows = session.execute(
        select(CreditNote, Volunteer)
        .outerjoin(Volunteer, and_(Volunteer.programme_id == CreditNote.programme_id, Volunteer.id == CreditNote.handed_to))
        .where(CreditNote.programme_id == programme_id, CreditNote.batch_id == batch_id)
        .order_by(CreditNote.serial % 10**NUMBER_DIGITS, CreditNote.id)
        .limit(size)
        .offset((page - 1) * size)
    )
    today = clock.today()
    return BatchPage(head, tuple(_row(note, person, today) for note, person in rows), page, pages)


def state_of(note: CreditNote, today: date) -> NoteState:
    """What became of a note, as of a day."""
    if note.used_at is not None:
        return NoteState.USED
    if note.ended_because is not None:
        return NoteState(note.ended_because.value)
    if note.expires_on < today:
        return NoteState.OVER
    return NoteState.HANDED if note.handed_on is not None else NoteState.READY


def _row(note: CreditNote, person: Volunteer | None, today: date) -> NoteRow:
    return NoteRow(
        id=note.id,
        number=note_number(note.serial),
        state=state_of(note, today),
        minutes=note.minutes,
        expires_on=note.expires_on,
        handed=person.name if person is not None else note.handed_words,
        handed_on=note.handed_on,
        used_on=_day(note.used_at),
        ended_on=_day(note.ended_at),
    )


def _heads(session: Session, programme_id: UUID, batch_ids: Sequence[UUID]) -> list[BatchRow]:
    used = CreditNote.used_at.is_not(None)
    out = CreditNote.used_at.is_(None) & CreditNote.ended_at.is_(None) & (CreditNote.expires_on >= clock.today())
    counts = (
        select(
            CreditNote.batch_id,
            func.count().label("count"),
            _count(used).label("used"),
            _count(out).label("out"),
        )
        .where(CreditNote.programme_id == programme_id, CreditNote.batch_id.in_(batch_ids))
        .group_by(CreditNote.batch_id)
        .subquery()
    )
    rows = session.execute(
        select(NoteBatch, Volunteer, Pot.name, User.name, counts.c.count, counts.c.out, counts.c.used)
        .outerjoin(Volunteer, and_(Volunteer.programme_id == NoteBatch.programme_id, Volunteer.id == NoteBatch.volunteer_id))
        .outerjoin(Pot, and_(Pot.programme_id == NoteBatch.programme_id, Pot.id == NoteBatch.pot_id))
        .outerjoin(User, User.id == NoteBatch.made_by)
        .outerjoin(counts, counts.c.batch_id == NoteBatch.id)
        .where(NoteBatch.programme_id == programme_id, NoteBatch.id.in_(batch_ids))
        .order_by(NoteBatch.made_at.desc(), NoteBatch.id.desc())
    )
    return [
        BatchRow(
            batch=batch,
            payer=person.name if person is not None else pot or "",
            made_by=who or "",
            count=count or 0,
            out=int(out_now or 0),
            used=int(used_now or 0),
        )
        for batch, person, pot, who, count, out_now, used_now in rows
    ]


def _count(condition: ColumnElement[bool]) -> Any:
    return func.sum(case((condition, 1), else_=0))


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else clock.local_day(moment)
