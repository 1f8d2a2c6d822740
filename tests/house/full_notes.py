"""Notes and passes for the full world: a batch on paper with one note of each state, a pot to pay from, and two passes."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.spending.giving.funding import fill_pot
from timecredits.spending.giving.pots import make_pot
from timecredits.spending.giving_models import PotKind
from timecredits.spending.note_models import CreditNote, NoteKind
from timecredits.spending.notes.ending import void_notes
from timecredits.spending.notes.handing import hand_out
from timecredits.spending.notes.making import make_batch
from timecredits.spending.notes.passes import make_passes
from timecredits.spending.notes.payers import pot_pays
from timecredits.spending.notes.printing import mark_printed
from timecredits.spending.notes.replacing import replace_note


def note_things(session: Session, here: tuple[UUID, UUID], volunteer_id: UUID, *, actor_id: UUID) -> dict[str, str]:
    """Make notes at this organisation, and passes for this volunteer."""
    programme_id, organisation_id = here
    pot_id = _pot(session, here)
    with clock.standing_at(clock.now() - timedelta(days=9)):
        batch = make_batch(
            session,
            programme_id,
            pot_pays(session, programme_id, organisation_id, pot_id),
            batch_id=new_id(),
            kind=NoteKind.PAPER,
            minutes=90,
            count=12,
            words="For the day out at the coast, and for whoever has no phone and no card",
            organisation_id=organisation_id,
            actor_id=actor_id,
        )
        mark_printed(session, *here, batch.id, actor_id=actor_id)
    notes = session.scalars(
        select(CreditNote.id).where(CreditNote.programme_id == programme_id, CreditNote.batch_id == batch.id)
    ).all()
    hand_out(session, *here, batch.id, notes[:4], volunteer_id=volunteer_id, actor_id=actor_id)
    hand_out(session, *here, batch.id, notes[4:6], words="Mrs Featherstonehaugh-Cholmondeley from next door", actor_id=actor_id)
    void_notes(session, *here, batch.id, notes[5:7], reason="Lost or stolen", actor_id=actor_id)
    replace_note(session, *here, notes[0], actor_id=actor_id)
    make_passes(session, programme_id, volunteer_id, batch_id=new_id(), minutes=60, count=2, user_id=None)
    return {"note_batch": str(batch.id), "notes_pot": str(pot_id)}


def _pot(session: Session, here: tuple[UUID, UUID]) -> UUID:
    programme_id, organisation_id = here
    pot_id = new_id()
    make_pot(
        session,
        programme_id,
        pot_id=pot_id,
        kind=PotKind.ORGANISATION,
        name="For visitors",
        organisation_id=organisation_id,
        actor_id=None,
    )
    fill_pot(session, programme_id, pot_id, gift_id=new_id(), minutes=3000, actor_id=None)
    return pot_id
