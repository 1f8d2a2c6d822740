"""Making notes: all of a batch are paid for as they are made, or none is.

A note's id is that of the transfer which put its credits aside. It follows from the batch's, and the batch's comes with the form,
so a double save makes one batch and takes the credits once.
"""

from datetime import date
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.amounts import credits_text
from timecredits.foundation.clock import local_day
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.secret_values import new_short_code
from timecredits.foundation.wording import Sentence, counted
from timecredits.ledger.errors import NotEnoughError
from timecredits.ledger.models import TransferKind
from timecredits.ledger.note_float import float_id, open_float
from timecredits.ledger.transfers import Movement, post_many
from timecredits.network.settings import read_settings
from timecredits.network.standing import need_open
from timecredits.spending.card_models import Card
from timecredits.spending.models import TypedCode
from timecredits.spending.note_models import CreditNote, NoteBatch, NoteKind
from timecredits.spending.notes.lasting import last_day
from timecredits.spending.notes.payers import Payer
from timecredits.spending.typed_codes import TYPED_LENGTH, new_serial

MOST_NOTES = 100
"""In one batch: ten sheets of paper, printed within a second, so that no job is needed."""
QUARTER = 15
MOST_MINUTES = 255 * QUARTER
LONGEST_WORDS = 200

_batch: Any = NoteBatch.__table__
_INSERTS = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def make_batch(
    session: Session,
    programme_id: UUID,
    payer: Payer,
    *,
    batch_id: UUID,
    kind: NoteKind,
    minutes: int,
    count: int,
    words: str = "",
    organisation_id: UUID | None = None,
    actor_id: UUID | None,
) -> NoteBatch:
    """Make `count` notes worth `minutes` each and put their credits aside. The same `batch_id` again answers the first batch.

    `organisation_id` is whose staff make them; None for passes. Raises RuleError, with nothing made, for a value or a number that
    can't be, or where the payer has too little; NotFoundError for the id of another's batch.
    """
    known = session.get(NoteBatch, (programme_id, batch_id))
    if known is not None:
        return _same_owner(known, payer, organisation_id)
    if organisation_id is not None:
        need_open(session, programme_id, organisation_id)
    words = " ".join(words.split())
    _check(minutes, count, words)
    now = clock.now()
    expires_on = last_day(kind, local_day(now), read_settings(session, programme_id))
    open_float(session, programme_id)
    try:
        with session.begin_nested():
            values = {
                "programme_id": programme_id,
                "id": batch_id,
                "kind": kind,
                "organisation_id": organisation_id,
                "volunteer_id": payer.volunteer_id,
                "pot_id": payer.pot_id,
                "paid_from": payer.account_id,
                "minutes": minutes,
                "expires_on": expires_on,
                "words": words,
                "made_by": actor_id,
                "made_at": now,
            }
            if not _insert_once(session, values):  # another save of the same form was quicker
                return _same_owner(session.get_one(NoteBatch, (programme_id, batch_id)), payer, organisation_id)
            note_ids = [uuid5(batch_id, f"note {number}") for number in range(count)]
            add_notes(session, programme_id, batch_id, note_ids, minutes=minutes, expires_on=expires_on)
            movements = [
                put_aside(programme_id, each, payer.account_id, minutes, made_on=local_day(now), actor_id=actor_id)
                for each in note_ids
            ]
            post_many(session, programme_id, movements)
    except NotEnoughError as short:
        raise RuleError(_too_few(minutes, count, by_staff=organisation_id is not None), field="count") from short
    if organisation_id is not None:
        audit.record(session, programme_id, "notes made", actor_id=actor_id, subject_id=batch_id, organisation_id=organisation_id)
    return session.get_one(NoteBatch, (programme_id, batch_id))


def add_notes(
    session: Session,
    programme_id: UUID,
    batch_id: UUID,
    note_ids: list[UUID],
    *,
    minutes: int,
    expires_on: date,
    **same: Any,
) -> None:
    """Write the rows of new notes, with serials and codes of their own; `same` are further columns, alike in all."""
    codes = _typed_codes(session, programme_id, len(note_ids))
    session.execute(
        insert(CreditNote),
        [
            {
                "programme_id": programme_id,
                "id": note_id,
                "batch_id": batch_id,
                "serial": new_serial(),
                "code": code,
                "minutes": minutes,
                "expires_on": expires_on,
                **same,
            }
            for note_id, code in zip(note_ids, codes, strict=True)
        ],
    )


def put_aside(
    programme_id: UUID, note_id: UUID, paid_from: UUID, minutes: int, *, made_on: date, actor_id: UUID | None
) -> Movement:
    """The movement that covers a note."""
    return Movement(note_id, paid_from, float_id(programme_id), minutes, TransferKind.NOTE_ISSUED, made_on, actor=actor_id)


def _check(minutes: int, count: int, words: str) -> None:
    if minutes <= 0 or minutes % QUARTER or minutes > MOST_MINUTES:
        raise RuleError(
            Sentence(
                "A note can be worth ¼ credit to %(most)s. Nothing was made. Choose another value.",
                most=credits_text(MOST_MINUTES),
            ),
            field="minutes",
        )
    if not 1 <= count <= MOST_NOTES:
        sentence = Sentence("You can make 1 to %(most)s at a time. Nothing was made. Type another number.", most=MOST_NOTES)
        raise RuleError(sentence, field="count")
    if len(words) > LONGEST_WORDS:
        sentence = counted("Use at most %(num)s letter.", "Use at most %(num)s letters.", LONGEST_WORDS)
        raise RuleError(sentence, field="words")


def _too_few(minutes: int, count: int, *, by_staff: bool) -> Sentence:
    needed = credits_text(minutes * count)
    if by_staff:  # how many a person has would tell of hours given elsewhere
        return Sentence("There are not enough credits. This needs %(credits)s. Nothing was made.", credits=needed)
    return Sentence("You do not have enough credits. This needs %(credits)s. Nothing was made.", credits=needed)


def _same_owner(batch: NoteBatch, payer: Payer, organisation_id: UUID | None) -> NoteBatch:
    if (batch.organisation_id, batch.volunteer_id) != (organisation_id, payer.volunteer_id):
        raise NotFoundError
    return batch


def _insert_once(session: Session, values: dict[str, Any]) -> bool:
    connection = session.connection()
    statement: Any = _INSERTS[connection.dialect.name](_batch)
    result = connection.execute(
        statement.values(**values).on_conflict_do_nothing(index_elements=["programme_id", "id"]),
        execution_options={"preserve_rowcount": True},
    )
    return bool(result.rowcount == 1)


def _typed_codes(session: Session, programme_id: UUID, count: int) -> list[str]:
    """So many codes that stand for nothing in the programme yet, in one question to each table that has some."""
    codes: list[str] = []
    while len(codes) < count:
        drawn = {new_short_code(TYPED_LENGTH) for _ in range(count - len(codes))}.difference(codes)
        for model in (TypedCode, Card, CreditNote):
            drawn -= set(session.scalars(select(model.code).where(model.programme_id == programme_id, model.code.in_(drawn))))
        codes += drawn
    return codes
