"""What a till carries to work with no signal: offers, how far it may go, keys of notes, notes that are good no more, and cards.

A pack is signed, holds for one till, and has a version that changes when anything in it does, so that a till that asks again
is told "the same" in a few bytes. It reveals nobody to whoever doesn't hold the cards (pack_cards).
"""

import hmac
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from timecredits.foundation.clock import local_day
from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.keys import Keyring
from timecredits.network.models import Programme, ProgrammeVenue, Venue, Volunteer
from timecredits.spending.card_models import Card
from timecredits.spending.codes import note_public_keys
from timecredits.spending.models import CodeKind, CodeUse, Offer
from timecredits.spending.note_models import CreditNote
from timecredits.spending.offline.pack_cards import base64url, dead_note_name, seal_cards
from timecredits.spending.offline.pack_keys import sign_pack, version_key
from timecredits.spending.offline.policies import read_policy, strictest, why_not_offline
from timecredits.spending.showing import name_at_venue

FORMAT = 1
MOST_CARDS = 5000
"""More cards than this make a pack that a phone is slow to store; the newest go in, and of the others a till says that it can't
check them with no signal."""

MOST_DEAD_NOTES = 20_000
_AHEAD = timedelta(days=14)
"""Offers that begin within this stretch are in a pack: a till may be away from its signal for so long."""


@dataclass(frozen=True, slots=True)
class SignedPack:
    """A pack's bytes with their signature, and its version, which is enough for a till that has that version."""

    version: str
    content: bytes
    signature: bytes
    key: int

    def as_json(self) -> dict[str, Any]:
        """As it is sent."""
        return {"pack": base64url(self.content), "signature": base64url(self.signature), "key": self.key}


def make_pack(
    session: Session, keyring: Keyring, till_id: UUID, venue_id: UUID, now: datetime, *, known: str = ""
) -> SignedPack | None:
    """A venue's pack for one of its tills, or None where the till has this version (`known`). Six queries and one a programme.

    Raises NotFoundError for a venue that takes part in no programme.
    """
    programmes = session.execute(
        select(Programme.id, Programme.number)
        .join(ProgrammeVenue, ProgrammeVenue.programme_id == Programme.id)
        .where(ProgrammeVenue.venue_id == venue_id, ProgrammeVenue.frozen_at.is_(None))
        .order_by(Programme.number)
    ).all()
    if not programmes:
        raise NotFoundError
    numbers: dict[UUID, int] = {row.id: row.number for row in programmes}
    note_keys = {str(number): base64url(key) for number, key in note_public_keys(keyring).items()}
    content: dict[str, Any] = {
        "format": FORMAT,
        "till_id": str(till_id),
        "venue_id": str(venue_id),
        "venue": session.get_one(Venue, venue_id).name,
        "programmes": [{"number": number, "note_keys": note_keys} for number in numbers.values()],
        "offers": _offers(session, venue_id, numbers, now),
        "policy": asdict(strictest([read_policy(session, programme_id) for programme_id in numbers])),
        "dead_notes": _dead_notes(session, list(numbers), now),
    }
    cards = _cards(session, list(numbers))
    version = hmac.new(version_key(keyring), _canonical({**content, "cards": cards}), sha256).hexdigest()[:32]
    if version == known:
        return None
    whole = _canonical({**content, "version": version, "made_at": now.isoformat(), "cards": seal_cards(version, cards)})
    number, signature = sign_pack(keyring, whole)
    return SignedPack(version, whole, signature, number)


def _offers(session: Session, venue_id: UUID, numbers: dict[UUID, int], now: datetime) -> list[dict[str, Any]]:
    today = local_day(now)
    found = session.scalars(
        select(Offer)
        .where(
            Offer.programme_id.in_(numbers),
            Offer.venue_id == venue_id,
            Offer.paused_because.is_(None),
            Offer.ended_at.is_(None),
            or_(Offer.starts_on.is_(None), Offer.starts_on <= today + _AHEAD),
            or_(Offer.ends_on.is_(None), Offer.ends_on >= today),
        )
        .order_by(Offer.programme_id, Offer.name, Offer.id)
    )
    return [
        {
            "id": str(offer.id),
            "programme_number": numbers[offer.programme_id],
            "name": offer.name,
            "adult_minutes": offer.adult_minutes,
            "under_16_minutes": offer.under_16_minutes,
            "most_people": offer.most_people,
            "restrictions": offer.restrictions,
            "times": offer.times,
            "starts_on": offer.starts_on.isoformat() if offer.starts_on else None,
            "ends_on": offer.ends_on.isoformat() if offer.ends_on else None,
            "offline": not why_not_offline(offer),
            "offline_reason": why_not_offline(offer),
        }
        for offer in found
    ]


def _dead_notes(session: Session, programme_ids: Sequence[UUID], now: datetime) -> list[str]:
    """Notes that would still look good and aren't: ended early, or used already. The newest where there are very many."""
    used = (
        select(CodeUse.id)
        .where(
            CodeUse.programme_id == CreditNote.programme_id,
            CodeUse.kind == CodeKind.NOTE,
            CodeUse.reference == CreditNote.serial,
            CodeUse.released_at.is_(None),
        )
        .exists()
    )
    serials = session.scalars(
        select(CreditNote.serial)
        .where(
            CreditNote.programme_id.in_(programme_ids),
            CreditNote.expires_on >= local_day(now),
            or_(CreditNote.ended_at.is_not(None), used),
        )
        .order_by(CreditNote.expires_on.desc(), CreditNote.id.desc())
        .limit(MOST_DEAD_NOTES)
    )
    return sorted(dead_note_name(serial) for serial in serials)


def _cards(session: Session, programme_ids: Sequence[UUID]) -> list[tuple[int, str]]:
    rows = session.execute(
        select(Card.serial, Volunteer.first_name, Volunteer.last_name)
        .join(Volunteer, (Volunteer.programme_id == Card.programme_id) & (Volunteer.id == Card.volunteer_id))
        .where(
            Card.programme_id.in_(programme_ids),
            Volunteer.programme_id.in_(programme_ids),
            Card.ended_at.is_(None),
            Card.locked_at.is_(None),
            Volunteer.frozen_at.is_(None),
        )
        .order_by(Card.made_at.desc(), Card.id.desc())
        .limit(MOST_CARDS)
    )
    return sorted((row.serial, name_at_venue(row)) for row in rows)


def _canonical(content: dict[str, Any]) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
