"""What tests of notes share: notes made for somebody, a note used at the counter, and whether the books add up."""

from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.spending.shop import KEYRING
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.ledger.books import BookFault, check_ledger
from timecredits.ledger.models import AccountKind, TransferKind
from timecredits.ledger.note_float import float_id
from timecredits.ledger.transfers import Movement, balances, open_account, post, post_many
from timecredits.network.models import Organisation, Programme, ProgrammeVenue
from timecredits.spending.codes import NoteParts, encode_note
from timecredits.spending.giving_models import Pot, PotKind
from timecredits.spending.models import CodeKind, CodeUse
from timecredits.spending.note_models import CreditNote, NoteBatch, NoteKind
from timecredits.spending.notes.books import check_notes
from timecredits.spending.notes.making import make_batch
from timecredits.spending.notes.payers import pot_pays, volunteer_pays


def printed(session: Session, world: World, *, count: int = 2, minutes: int = 60, **changes: Any) -> NoteBatch:
    """Notes printed at the first organisation for its volunteer."""
    values: dict[str, Any] = {
        "batch_id": new_id(),
        "kind": NoteKind.PAPER,
        "minutes": minutes,
        "count": count,
        "organisation_id": world.organisation_id,
        "actor_id": world.users["coordinator"],
    }
    payer = volunteer_pays(session, world.programme_id, world.volunteer_id, organisation_id=world.organisation_id)
    return make_batch(session, world.programme_id, payer, **{**values, **changes})


def printed_from_pot(session: Session, world: World, pot_id: UUID, *, count: int = 2, minutes: int = 60) -> NoteBatch:
    """Notes paid for by a pot of the first organisation."""
    return make_batch(
        session,
        world.programme_id,
        pot_pays(session, world.programme_id, world.organisation_id, pot_id),
        batch_id=new_id(),
        kind=NoteKind.PAPER,
        minutes=minutes,
        count=count,
        organisation_id=world.organisation_id,
        actor_id=world.users["coordinator"],
    )


def fill_pot(
    session: Session, world: World, minutes: int, *, name: str = "For visitors", organisation_id: UUID | None = None
) -> UUID:
    """A pot of an organisation with so many minutes in it."""
    owner = organisation_id or world.organisation_id
    pot = Pot(
        programme_id=world.programme_id,
        id=new_id(),
        kind=PotKind.ORGANISATION,
        name=name,
        organisation_id=owner,
        account_id=open_account(session, world.programme_id, AccountKind.POT),
        made_by=None,
        made_at=clock.now(),
    )
    session.add(pot)
    session.flush()
    organisation = session.get_one(Organisation, (world.programme_id, owner))
    if minutes:
        filling = Movement(new_id(), organisation.account_id, pot.account_id, minutes, TransferKind.FUNDED, clock.today())
        post(session, world.programme_id, filling)
    return pot.id


def notes_in(session: Session, world: World, batch_id: UUID) -> list[CreditNote]:
    """A batch's notes, by id."""
    query = select(CreditNote).where(CreditNote.programme_id == world.programme_id, CreditNote.batch_id == batch_id)
    return list(session.scalars(query.order_by(CreditNote.id), execution_options={"populate_existing": True}))


def use_by_hand(session: Session, world: World, note_id: UUID, minutes: int) -> bool:
    """What using a note at a till does to its row and the ledger; False when it was used or ended before."""
    row = session.execute(
        update(CreditNote)
        .where(
            CreditNote.programme_id == world.programme_id,
            CreditNote.id == note_id,
            CreditNote.used_at.is_(None),
            CreditNote.ended_at.is_(None),
        )
        .values(used_at=clock.now())
        .returning(CreditNote.serial, CreditNote.minutes, CreditNote.batch_id),
        execution_options={"synchronize_session": "fetch"},
    ).one_or_none()
    if row is None:
        return False
    cause, fund = new_id(), float_id(world.programme_id)
    session.add(
        CodeUse(
            programme_id=world.programme_id,
            id=new_id(),
            kind=CodeKind.NOTE,
            reference=row.serial,
            step=0,
            redemption_id=cause,
            used_at=clock.now(),
        )
    )
    venue = session.scalars(select(ProgrammeVenue).where(ProgrammeVenue.programme_id == world.programme_id)).first()
    assert venue is not None
    today, cost = clock.today(), min(minutes, row.minutes)
    movements = [Movement(cause, fund, venue.account_id, cost, TransferKind.NOTE_USED, today)]
    if cost < row.minutes:
        payer = session.get_one(NoteBatch, (world.programme_id, row.batch_id)).paid_from
        movements.append(Movement(uuid5(cause, "change"), fund, payer, row.minutes - cost, TransferKind.CHANGE, today))
    post_many(session, world.programme_id, movements)
    session.flush()
    return True


def float_of(session: Session, world: World) -> int:
    """What the programme's float holds, in minutes."""
    return balances(session, world.programme_id, [float_id(world.programme_id)]).get(float_id(world.programme_id), 0)


def faults(session: Session, world: World) -> list[BookFault]:
    """Everything that doesn't add up in the ledger and between it and the notes."""
    return [*check_ledger(session, world.programme_id), *check_notes(session, world.programme_id)]


def text_of(session: Session, world: World, note: CreditNote) -> str:
    """What a note's square code says."""
    number = session.get_one(Programme, world.programme_id).number
    return encode_note(KEYRING, NoteParts(number, note.serial, note.minutes, note.expires_on))
