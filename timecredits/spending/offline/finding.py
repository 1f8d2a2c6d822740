"""What a saved scan is about: its till, its programme, its offer and whose code it was, good or not any more."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation.keys import Keyring
from timecredits.foundation.time_steps import step_at
from timecredits.spending.answers import Outcome
from timecredits.spending.codes import CardParts, CodeFault, LiveCodeParts, NoteParts, decode
from timecredits.spending.deciding import Place, find_places, price
from timecredits.spending.models import CodeKind, Till
from timecredits.spending.note_models import CreditNote, NoteBatch
from timecredits.spending.offline.records import SavedUse
from timecredits.spending.offline.scan_times import ScanTime
from timecredits.spending.showing import Shown, read_code


@dataclass(frozen=True, slots=True)
class Found:
    """A record with what it leads to. `shown` is the code's, or an Outcome where it leads to nobody.

    `till` is the till it was saved under, `foreign` where another one sends it. `owner_id` is the person whose card it was, or
    whose pass; `minutes` what the screen said, else today's price; `ended_at` when a card or note was stopped.
    """

    place: Place
    till: Till
    foreign: bool
    shown: Shown | Outcome
    is_typed: bool
    minutes: int
    owner_id: UUID | None
    ended_at: datetime | None


def find_till_of(session: Session, sender: Till, record: SavedUse) -> Till:
    """The till under whose name a record was saved, if it is one of the sender's venue; else the sender."""
    if record.till_id == sender.id:
        return sender
    other = session.get(Till, record.till_id)
    return other if other is not None and other.venue_id == sender.venue_id else sender


def find_use(session: Session, keyring: Keyring, sender: Till, record: SavedUse, scan: ScanTime) -> Found | None:
    """What a record leads to, or None where the venue takes part in no programme. At most five queries."""
    till = find_till_of(session, sender, record)
    places = find_places(session, till.venue_id, record.offer_id)
    if not places:
        return None
    parts = decode(keyring, record.code)
    place = _place_of(places, parts)
    is_typed = parts is CodeFault.SHAPE
    shown = read_code(session, keyring, place, record.code, scan.at, device_id=sender.id if is_typed else None)
    ended_at = owner_id = None
    if isinstance(shown, Shown):
        if shown.kind is CodeKind.CARD:
            # Two scans that only the limits of a wrong clock bring together are two visits.
            shown = replace(shown, step=step_at(scan.raw))
        ended_at, owner_id = _ended_and_owner(session, place.programme_id, shown)
    minutes = price(place.offer, record.adults, record.under_16s) if place.offer else 0
    return Found(
        place=place,
        till=till,
        foreign=record.till_id != sender.id,
        shown=shown,
        is_typed=is_typed,
        minutes=minutes if record.minutes is None else record.minutes,
        owner_id=owner_id,
        ended_at=ended_at,
    )


def _place_of(places: Sequence[Place], parts: LiveCodeParts | CardParts | NoteParts | CodeFault) -> Place:
    """The programme of the code, where the venue serves it; else that of the offer."""
    if isinstance(parts, CodeFault):
        return places[0]
    return next((place for place in places if place.programme_number == parts.programme_number), places[0])


def _ended_and_owner(session: Session, programme_id: UUID, shown: Shown) -> tuple[datetime | None, UUID | None]:
    if shown.note is None:
        return (shown.card.ended_at if shown.card is not None else None), shown.volunteer_id
    row: Any = session.execute(
        select(CreditNote.ended_at, NoteBatch.kind, NoteBatch.volunteer_id)
        .join(NoteBatch, (NoteBatch.programme_id == CreditNote.programme_id) & (NoteBatch.id == CreditNote.batch_id))
        .where(CreditNote.programme_id == programme_id, CreditNote.id == shown.note.id)
    ).one()
    return row.ended_at, row.volunteer_id
