"""Passes: notes on a volunteer's own phone, for a place with no signal. Their credits are put aside, and come back unused."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.wording import Sentence, counted
from timecredits.network.models import Programme, Venue
from timecredits.network.settings import read_settings
from timecredits.spending.codes import NoteParts, encode_note
from timecredits.spending.models import Redemption
from timecredits.spending.note_models import CreditNote, NoteBatch, NoteEnd, NoteKind
from timecredits.spending.notes.ending import end_notes
from timecredits.spending.notes.lasting import back_on
from timecredits.spending.notes.making import make_batch
from timecredits.spending.notes.payers import volunteer_pays
from timecredits.spending.notes.printing import NoteFace, print_notes
from timecredits.spending.notes.register import note_number

MOST_OUT = 5
USUAL_MINUTES = 60
_VALUES = (15, 30, 45, 60, 90, 120, 150, 180, 240)
MOST_MINUTES = _VALUES[-1]
_SHOWN_AFTER = timedelta(days=14)
"""How long a used pass stays in the list, so that its owner sees where it went."""


@dataclass(frozen=True, slots=True)
class Pass:
    """A pass that can be used: what its picture says, and the 8 characters to type in its place."""

    id: UUID
    minutes: int
    expires_on: date
    back_on: date
    qr_text: str
    typed: str
    number: str


@dataclass(frozen=True, slots=True)
class UsedPass:
    """A pass that was used lately: on which day and at which venue."""

    id: UUID
    minutes: int
    used_on: date
    venue_name: str


@dataclass(frozen=True, slots=True)
class PaperNotes:
    """Notes on paper that hold my credits: how many of what value, their last day, and when those not used come back."""

    count: int
    minutes: int
    expires_on: date
    back_on: date


@dataclass(frozen=True, slots=True)
class PutAside:
    """What a volunteer has in passes and in paper notes, in minutes, and the day by which all of it is back if not used."""

    passes: int = 0
    passes_back_by: date | None = None
    paper: int = 0
    paper_back_by: date | None = None


def make_passes(
    session: Session, programme_id: UUID, volunteer_id: UUID, *, batch_id: UUID, minutes: int, count: int, user_id: UUID | None
) -> NoteBatch:
    """Make `count` passes worth `minutes` each. The same `batch_id` again answers the first.

    Raises RuleError, with nothing made, when there would be more than five out, a value that no till takes with no signal, or too
    few credits.
    """
    payer = volunteer_pays(session, programme_id, volunteer_id)  # holds the row, so that two at once count one after the other
    if session.get(NoteBatch, (programme_id, batch_id)) is None:
        room = count_room(session, programme_id, volunteer_id)
        if count > room:
            raise RuleError(_too_many(room), field="count")
        most = read_settings(session, programme_id).offline_most_once
        if minutes > most:
            raise RuleError(Sentence("A pass can not hold so much. Nothing was made. Choose less."), field="minutes")
    return make_batch(
        session, programme_id, payer, batch_id=batch_id, kind=NoteKind.PASS, minutes=minutes, count=count, actor_id=user_id
    )


def give_back(session: Session, programme_id: UUID, volunteer_id: UUID, note_id: UUID, *, user_id: UUID | None) -> bool:
    """Give one of one's own passes back; False when it was used or is back already. Raises NotFoundError."""
    mine = (
        select(CreditNote.id)
        .join(NoteBatch, and_(NoteBatch.programme_id == CreditNote.programme_id, NoteBatch.id == CreditNote.batch_id))
        .where(
            CreditNote.programme_id == programme_id,
            CreditNote.id == note_id,
            NoteBatch.kind == NoteKind.PASS,
            NoteBatch.volunteer_id == volunteer_id,
        )
    )
    if session.scalar(mine) is None:
        raise NotFoundError
    now = clock.now()
    reason = "Given back by its owner."
    return bool(end_notes(session, programme_id, [note_id], NoteEnd.RETURNED, reason=reason, actor_id=user_id, now=now))


def list_passes(session: Session, keyring: Keyring, programme_id: UUID, volunteer_id: UUID) -> list[Pass]:
    """A volunteer's passes that can be used today, the one that ends first before the others."""
    number = session.scalars(select(Programme.number).where(Programme.id == programme_id)).one()
    settings = read_settings(session, programme_id)
    good = _standing(programme_id, volunteer_id, NoteKind.PASS).where(CreditNote.expires_on >= clock.today())
    notes = session.scalars(good.order_by(CreditNote.expires_on, CreditNote.id))
    return [
        Pass(
            id=note.id,
            minutes=note.minutes,
            expires_on=note.expires_on,
            back_on=back_on(note.expires_on, settings),
            qr_text=encode_note(keyring, NoteParts(number, note.serial, note.minutes, note.expires_on)),
            typed=note.code,
            number=note_number(note.serial),
        )
        for note in notes
    ]


def print_passes(session: Session, keyring: Keyring, programme_id: UUID, volunteer_id: UUID) -> bytes:
    """A volunteer's passes as a PDF, to print or to keep. Raises RuleError when there is none."""
    mine = list_passes(session, keyring, programme_id, volunteer_id)
    if not mine:
        raise RuleError(Sentence("You have no passes now. There is nothing to print."))
    return print_notes(
        [NoteFace(each.minutes, each.expires_on, each.number, each.typed, each.qr_text) for each in mine], day=clock.today()
    )


def list_used_passes(session: Session, programme_id: UUID, volunteer_id: UUID) -> list[UsedPass]:
    """The passes that a volunteer used lately, newest first."""
    rows = session.execute(
        select(CreditNote.id, Redemption.minutes, Redemption.used_at, Venue.name)
        .join(NoteBatch, and_(NoteBatch.programme_id == CreditNote.programme_id, NoteBatch.id == CreditNote.batch_id))
        .join(Redemption, and_(Redemption.programme_id == CreditNote.programme_id, Redemption.note_id == CreditNote.id))
        .join(Venue, Venue.id == Redemption.venue_id)
        .where(
            CreditNote.programme_id == programme_id,
            NoteBatch.volunteer_id == volunteer_id,
            NoteBatch.kind == NoteKind.PASS,
            Redemption.undone_at.is_(None),
            Redemption.used_at > clock.now() - _SHOWN_AFTER,
        )
        .order_by(Redemption.used_at.desc())
    )
    return [UsedPass(row.id, row.minutes, clock.local_day(row.used_at), row.name) for row in rows]


def list_paper_notes(session: Session, programme_id: UUID, volunteer_id: UUID) -> list[PaperNotes]:
    """What is out on paper of a volunteer's credits, by value and last day."""
    settings = read_settings(session, programme_id)
    out = _standing(programme_id, volunteer_id, NoteKind.PAPER).subquery()
    rows = session.execute(
        select(func.count().label("notes"), out.c.minutes, out.c.expires_on)
        .group_by(out.c.expires_on, out.c.minutes)
        .order_by(out.c.expires_on, out.c.minutes)
    )
    return [PaperNotes(row.notes, row.minutes, row.expires_on, back_on(row.expires_on, settings)) for row in rows]


def find_put_aside(session: Session, programme_id: UUID, volunteer_id: UUID) -> PutAside:
    """What of a volunteer's credits is in passes and paper notes now, in at most two questions."""
    held = _standing(programme_id, volunteer_id, NoteKind.PASS, NoteKind.PAPER).add_columns(NoteBatch.kind).subquery()
    rows = session.execute(
        select(held.c.kind, func.sum(held.c.minutes).label("minutes"), func.max(held.c.expires_on).label("last")).group_by(
            held.c.kind
        )
    ).all()
    if not rows:
        return PutAside()
    settings = read_settings(session, programme_id)
    found = {row.kind: (int(row.minutes), back_on(row.last, settings)) for row in rows}
    passes, passes_back = found.get(NoteKind.PASS, (0, None))
    paper, paper_back = found.get(NoteKind.PAPER, (0, None))
    return PutAside(passes, passes_back, paper, paper_back)


def pass_values(balance: int, most: int) -> list[int]:
    """The values to choose from for a pass, in minutes: up to what one has, and to what a till takes with no signal."""
    return [minutes for minutes in _VALUES if minutes <= min(balance, most)]


def count_room(session: Session, programme_id: UUID, volunteer_id: UUID) -> int:
    """How many more passes a volunteer may make now."""
    good = _standing(programme_id, volunteer_id, NoteKind.PASS).where(CreditNote.expires_on >= clock.today()).subquery()
    return max(0, MOST_OUT - (session.scalar(select(func.count()).select_from(good)) or 0))


def _standing(programme_id: UUID, volunteer_id: UUID, *kinds: NoteKind) -> Select[CreditNote]:
    """The notes of these kinds that hold a volunteer's credits: neither used nor ended, also those whose last day is over."""
    return (
        select(CreditNote)
        .join(NoteBatch, and_(NoteBatch.programme_id == CreditNote.programme_id, NoteBatch.id == CreditNote.batch_id))
        .where(
            CreditNote.programme_id == programme_id,
            NoteBatch.volunteer_id == volunteer_id,
            NoteBatch.kind.in_(kinds),
            CreditNote.used_at.is_(None),
            CreditNote.ended_at.is_(None),
        )
    )


def _too_many(room: int) -> Sentence:
    if room <= 0:
        return Sentence("You have as many passes as you can. Nothing was made. Give one back first.")
    return counted(
        "You can make %(num)s more. Nothing was made. Choose fewer.",
        "You can make %(num)s more. Nothing was made. Choose fewer.",
        room,
    )
