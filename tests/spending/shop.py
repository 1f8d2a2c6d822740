"""What tests of using credits share: credits to begin with, a shown code, a till's request, and a count of statements."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.ledger.models import TransferKind
from timecredits.ledger.note_float import open_float
from timecredits.ledger.transfers import Movement, Posting, balance, post
from timecredits.network.models import Organisation, Programme, Volunteer
from timecredits.spending.answers import Answer
from timecredits.spending.card_models import Card, SecondCheck
from timecredits.spending.codes import CardParts, NoteParts, encode_card, encode_note
from timecredits.spending.live_codes import LiveCode, live_code
from timecredits.spending.models import Offer
from timecredits.spending.note_models import CreditNote, NoteBatch, NoteKind
from timecredits.spending.redemption import AtTill, RedemptionRequest, redeem
from timecredits.spending.second_checks import hash_secret
from timecredits.spending.typed_codes import new_serial, new_typed_code

KEYRING = Keyring.from_secret("a-secret-for-tests-0123456789abcdef")
NOON = datetime(2026, 11, 21, 12, 0, 5, tzinfo=UTC)


def earn(session: Session, world: World, minutes: int, volunteer_id: UUID | None = None) -> None:
    """Give a volunteer credits to use, as an hour entry would."""
    organisation = session.get_one(Organisation, (world.programme_id, world.organisation_id))
    volunteer = session.get_one(Volunteer, (world.programme_id, volunteer_id or world.volunteer_id))
    movement = Movement(new_id(), organisation.account_id, volunteer.account_id, minutes, TransferKind.EARNED, date(2026, 11, 20))
    post(session, world.programme_id, movement)


def credits_of(session: Session, world: World, volunteer_id: UUID | None = None) -> int:
    """The volunteer's balance in minutes."""
    account_id = session.scalars(
        select(Volunteer.account_id).where(
            Volunteer.programme_id == world.programme_id, Volunteer.id == (volunteer_id or world.volunteer_id)
        ),
    ).one()
    return balance(session, world.programme_id, account_id)


def show(session: Session, world: World, volunteer_id: UUID | None = None) -> LiveCode:
    """What the volunteer's phone shows now."""
    programme = session.get_one(Programme, world.programme_id)
    return live_code(session, KEYRING, programme, volunteer_id or world.volunteer_id, clock.now())


def till_of(world: World) -> AtTill:
    """The world's till."""
    return AtTill(world.till_id, world.venue_id)


def scan(world: World, code: str, **changes: Any) -> RedemptionRequest:
    """A request for one adult with a fresh id; `changes` replace its parts."""
    values: dict[str, Any] = {"id": uuid4(), "code": code, "offer_id": world.offer_id, "adults": 1, "under_16s": 0}
    return RedemptionRequest(**{**values, **changes})


def use(session: Session, world: World, code: str, **changes: Any) -> Answer:
    """Scan a code at the world's till; `changes` replace parts of what it sends."""
    return redeem(session, KEYRING, till_of(world), scan(world, code, **changes))


@contextmanager
def counted_statements(session: Session) -> Iterator[list[str]]:
    """Collect every statement sent to the database within the block, savepoints too."""
    sent: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", listen)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", listen)


PIN = "7391"
"""The PIN, or the word, of cards made here."""


def make_card(session: Session, world: World, check: SecondCheck = SecondCheck.PIN, **changes: Any) -> Card:
    """A card of the world's volunteer; `changes` replace its columns."""
    values: dict[str, Any] = {
        "programme_id": world.programme_id,
        "id": new_id(),
        "volunteer_id": world.volunteer_id,
        "organisation_id": world.organisation_id,
        "serial": new_serial(),
        "code": new_typed_code(session, world.programme_id),
        "check": check,
        "secret_hash": None if check is SecondCheck.PHOTO else hash_secret(check, PIN),
        "made_at": clock.now(),
    }
    card = Card(**{**values, **changes})
    session.add(card)
    session.flush()
    return card


def card_text(session: Session, card: Card) -> str:
    """What the card's QR code says."""
    programme = session.get_one(Programme, card.programme_id)
    return encode_card(KEYRING, CardParts(programme.number, card.serial))


def make_note(session: Session, world: World, minutes: int = 60, expires_on: date = date(2027, 11, 21)) -> CreditNote:
    """A note paid by the world's volunteer, whose credits go aside for it."""
    volunteer = session.get_one(Volunteer, (world.programme_id, world.volunteer_id))
    batch = NoteBatch(
        programme_id=world.programme_id,
        id=new_id(),
        kind=NoteKind.PAPER,
        organisation_id=world.organisation_id,
        volunteer_id=volunteer.id,
        paid_from=volunteer.account_id,
        minutes=minutes,
        expires_on=expires_on,
        made_at=clock.now(),
    )
    note = CreditNote(
        programme_id=world.programme_id,
        id=new_id(),
        batch_id=batch.id,
        serial=new_serial(),
        code=new_typed_code(session, world.programme_id),
        minutes=minutes,
        expires_on=expires_on,
    )
    session.add(batch)
    session.flush()
    session.add(note)
    session.flush()
    put_aside = Movement(
        note.id,
        volunteer.account_id,
        open_float(session, world.programme_id),
        minutes,
        TransferKind.NOTE_ISSUED,
        clock.today(),
    )
    assert post(session, world.programme_id, put_aside) is Posting.POSTED
    return note


def note_text(session: Session, note: CreditNote) -> str:
    """What the note's QR code says."""
    programme = session.get_one(Programme, note.programme_id)
    return encode_note(KEYRING, NoteParts(programme.number, note.serial, note.minutes, note.expires_on))


def change_offer(session: Session, world: World, **changes: Any) -> Offer:
    """The world's offer, with these columns changed."""
    offer = session.get_one(Offer, (world.programme_id, world.offer_id))
    for name, value in changes.items():
        setattr(offer, name, value)
    session.flush()
    return offer
