"""Credits on paper in the sample: a batch with notes handed out, used and stopped, and a pass on a phone."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import RuleError
from timecredits.foundation.keys import Keyring
from timecredits.ledger.transfers import balances
from timecredits.network.models import Programme, Volunteer
from timecredits.spending.codes import NoteParts, encode_note
from timecredits.spending.note_models import CreditNote, NoteKind
from timecredits.spending.notes.ending import void_notes
from timecredits.spending.notes.handing import hand_out
from timecredits.spending.notes.making import make_batch
from timecredits.spending.notes.passes import make_passes
from timecredits.spending.notes.payers import volunteer_pays
from timecredits.spending.notes.printing import mark_printed
from timecredits.spending.redemption import AtTill, RedemptionRequest, redeem

_NOTES = 6
_DAYS_AGO = 6


def print_sample_notes(
    session: Session,
    keyring: Keyring,
    programme: Programme,
    organisation_id: UUID,
    people: Sequence[Volunteer],
    *,
    till: AtTill,
    offer_id: UUID,
    coordinator_id: UUID,
) -> None:
    """Print notes of one credit for the one of these people who has most, hand some out, use one, and stop one."""
    here = programme.id, organisation_id
    held = balances(session, programme.id, [person.account_id for person in people])
    payer = max(people, key=lambda person: held[person.account_id])
    with clock.standing_at(clock.now() - timedelta(days=_DAYS_AGO)):
        batch_id = _print_one_batch(session, here, payer.id, coordinator_id)
        if batch_id is None:
            return
        mark_printed(session, *here, batch_id, actor_id=coordinator_id)
        notes = session.scalars(
            select(CreditNote)
            .where(CreditNote.programme_id == programme.id, CreditNote.batch_id == batch_id)
            .order_by(CreditNote.id)
        ).all()
        ids = [note.id for note in notes]
        hand_out(session, *here, batch_id, ids[:2], volunteer_id=payer.id, actor_id=coordinator_id)
        hand_out(session, *here, batch_id, ids[2:4], words="Helpers on the day", actor_id=coordinator_id)
    with clock.standing_at(clock.now() - timedelta(days=_DAYS_AGO // 2)):
        note = notes[0]
        text = encode_note(keyring, NoteParts(programme.number, note.serial, note.minutes, note.expires_on))
        redeem(session, keyring, till, RedemptionRequest(id=new_id(), code=text, offer_id=offer_id, adults=1, under_16s=0))
        void_notes(session, *here, batch_id, [ids[3]], reason="Lost or stolen", actor_id=coordinator_id)


def carry_a_pass(session: Session, programme_id: UUID, volunteer_id: UUID) -> None:
    """Let this volunteer have a pass of one credit, if they have that much."""
    try:
        make_passes(session, programme_id, volunteer_id, batch_id=new_id(), minutes=60, count=1, user_id=None)
    except RuleError:
        return


def _print_one_batch(session: Session, here: tuple[UUID, UUID], volunteer_id: UUID, coordinator_id: UUID) -> UUID | None:
    try:
        return make_batch(
            session,
            here[0],
            volunteer_pays(session, here[0], volunteer_id, organisation_id=here[1]),
            batch_id=new_id(),
            kind=NoteKind.PAPER,
            minutes=60,
            count=_NOTES,
            words="For the summer outing",
            organisation_id=here[1],
            actor_id=coordinator_id,
        ).id
    except RuleError:
        return None  # nobody has so much
