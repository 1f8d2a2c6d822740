"""What the demo's till saved with no signal: a visit that counts, two that wait for somebody, and one that never came."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.demo.counters import Counter
from timecredits.foundation import clock
from timecredits.foundation.keys import Keyring
from timecredits.network.models import Programme
from timecredits.spending.card_models import Card
from timecredits.spending.codes import CardParts, encode_card
from timecredits.spending.models import Offer, Till
from timecredits.spending.offline.judging import NAME_CHECK
from timecredits.spending.offline.syncing import sync

_NEVER_CAME = 3


def lose_the_signal(session: Session, keyring: Keyring, programme: Programme, organisation_id: UUID, counter: Counter) -> None:
    """Save visits with the cards of people of this organisation, and send them once the signal is back."""
    cards = session.scalars(
        select(Card)
        .where(Card.programme_id == programme.id, Card.organisation_id == organisation_id, Card.ended_at.is_(None))
        .order_by(Card.made_at, Card.id)
        .limit(3)
    ).all()
    offer = next(offer for offer in counter.offers if not offer.times)
    till, now = session.get_one(Till, counter.till.till_id), clock.now()
    lost_at = now - timedelta(hours=3)
    checks = (NAME_CHECK, "", "")  # the last two let in without a look at the name
    records: list[dict[str, Any]] = []
    for number, (card, check) in enumerate(zip(cards, checks, strict=False), start=1):
        records.append(
            _saved(offer, till, encode_card(keyring, CardParts(programme.number, card.serial)))
            | {
                "sequence": number if number < _NEVER_CAME else number + 1,
                "check": check,
                "scanned_at": (lost_at + timedelta(minutes=25 * number)).isoformat(),
                "last_sync_at": lost_at.isoformat(),
            }
        )
    sync(session, keyring, till, records, now, device_now=now)


def _saved(offer: Offer, till: Till, code: str) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "till_id": str(till.id),
        "code": code,
        "offer_id": str(offer.id),
        "adults": 1,
        "under_16s": 0,
        "minutes": offer.adult_minutes,
        "policy_version": "",
        "clock_ahead": 0,
        "undone": None,
    }
