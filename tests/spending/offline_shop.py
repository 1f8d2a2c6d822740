"""What tests of using credits with no signal share: cards, notes, a record as a till saves it, and a till that sends it."""

from base64 import urlsafe_b64decode
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.spending.shop import KEYRING
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.secret_values import new_short_code
from timecredits.ledger.goodwill import goodwill_id
from timecredits.ledger.models import Transfer, TransferKind
from timecredits.ledger.note_float import open_float
from timecredits.ledger.transfers import Movement, post
from timecredits.network.models import Organisation, Programme, ProgrammeVenue
from timecredits.network.programmes import create_venue, join_programme
from timecredits.spending.card_models import Card, SecondCheck
from timecredits.spending.codes import CardParts, NoteParts, encode_card, encode_note
from timecredits.spending.models import Offer, Till
from timecredits.spending.note_models import CreditNote, NoteBatch, NoteKind
from timecredits.spending.offline.syncing import ItemAnswer, sync
from timecredits.spending.tills.pairing import begin_pairing, pair_till
from timecredits.spending.typed_codes import new_serial


def make_card(session: Session, world: World, volunteer_id: UUID | None = None, **changes: Any) -> tuple[Card, str]:
    """A live card of a volunteer, and its QR code's text."""
    values: dict[str, Any] = {
        "programme_id": world.programme_id,
        "id": new_id(),
        "volunteer_id": volunteer_id or world.volunteer_id,
        "organisation_id": world.organisation_id,
        "serial": new_serial(),
        "code": new_short_code(8),
        "check": SecondCheck.PHOTO,
        "made_at": clock.now(),
    }
    card = Card(**{**values, **changes})
    session.add(card)
    session.flush()
    return card, encode_card(KEYRING, CardParts(_number(session, world), card.serial))


def make_note(session: Session, world: World, minutes: int = 60, **changes: Any) -> tuple[CreditNote, str]:
    """A printed note of the organisation's, covered in the float, and its QR code's text."""
    organisation = session.get_one(Organisation, (world.programme_id, world.organisation_id))
    expires_on = changes.pop("expires_on", date(2027, 11, 21))
    batch = NoteBatch(
        programme_id=world.programme_id,
        id=new_id(),
        kind=NoteKind.PAPER,
        organisation_id=world.organisation_id,
        paid_from=organisation.account_id,
        minutes=minutes,
        expires_on=expires_on,
        made_at=clock.now(),
    )
    note = CreditNote(
        programme_id=world.programme_id,
        id=new_id(),
        batch_id=batch.id,
        serial=new_serial(),
        code=new_short_code(8),
        minutes=minutes,
        expires_on=expires_on,
        **changes,
    )
    session.add(batch)
    session.flush()
    session.add(note)
    session.flush()
    fund = Movement(
        note.id, batch.paid_from, open_float(session, world.programme_id), minutes, TransferKind.NOTE_ISSUED, clock.today()
    )
    post(session, world.programme_id, fund)
    return note, encode_note(KEYRING, NoteParts(_number(session, world), note.serial, minutes, expires_on))


def another_venue(session: Session, world: World, name: str, *, adult_minutes: int = 60) -> tuple[Till, UUID]:
    """A further venue of the programme with a till and an offer."""
    venue = create_venue(session, name=name, slug=f"venue-{uuid4().hex[:8]}", town="Ely")
    join_programme(session, world.programme_id, venue.id)
    offer = Offer(
        programme_id=world.programme_id,
        id=new_id(),
        venue_id=venue.id,
        name="Cinema",
        adult_minutes=adult_minutes,
        most_people=1,
        created_at=clock.now(),
    )
    session.add(offer)
    paired = pair_till(session, begin_pairing(session, venue.id, till_name="Door", made_by=None))
    assert paired is not None
    paired.till.paired_at -= timedelta(days=60)
    session.flush()
    return paired.till, offer.id


def saved(world: World, code: str, **changes: Any) -> dict[str, Any]:
    """A record of one adult saved ten minutes ago, as JSON; `changes` replace its parts."""
    now = clock.now()
    record: dict[str, Any] = {
        "id": str(uuid4()),
        "till_id": str(world.till_id),
        "sequence": 1,
        "code": code,
        "offer_id": str(world.offer_id),
        "adults": 1,
        "under_16s": 0,
        "minutes": 60,
        "scanned_at": (now - timedelta(minutes=10)).isoformat(),
        "policy_version": "0" * 32,
        "last_sync_at": (now - timedelta(hours=1)).isoformat(),
        "clock_ahead": 0,
        "check": "name",
        "undone": None,
    }
    return {**record, **changes}


def send(session: Session, world: World, *records: Any, till: Till | None = None, **more: Any) -> list[ItemAnswer]:
    """Send records as the world's till, or another."""
    device = till or session.get_one(Till, world.till_id)
    device_now: datetime = more.get("device_now", clock.now())
    return sync(session, KEYRING, device, records, clock.now(), device_now=device_now)


def results(answers: list[ItemAnswer]) -> list[str]:
    """What became of each."""
    return [answer.result for answer in answers]


def account_sum(session: Session, world: World, account_id: UUID) -> int:
    """What came into an account less what went out of it, in minutes."""
    came, went = (
        session.scalar(
            select(func.coalesce(func.sum(Transfer.amount), 0)).where(
                Transfer.programme_id == world.programme_id, column == account_id
            )
        )
        for column in (Transfer.credit_account, Transfer.debit_account)
    )
    return int(came or 0) - int(went or 0)


def venue_sum(session: Session, world: World, venue_id: UUID) -> int:
    """What a venue was given, in minutes."""
    account_id = session.scalars(
        select(ProgrammeVenue.account_id).where(
            ProgrammeVenue.programme_id == world.programme_id, ProgrammeVenue.venue_id == venue_id
        )
    ).one()
    return account_sum(session, world, account_id)


def goodwill_sum(session: Session, world: World) -> int:
    """What the programme's goodwill has paid, in minutes, below 0."""
    return account_sum(session, world, goodwill_id(world.programme_id))


def unpadded(text: str) -> bytes:
    """The bytes of base64 for addresses without its padding."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _number(session: Session, world: World) -> int:
    return session.get_one(Programme, world.programme_id).number
