"""The scans of one code side by side: who was first, where, and how each was checked."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation.time_steps import step_at
from timecredits.network.models import Venue
from timecredits.spending.card_models import Card
from timecredits.spending.models import CodeKind, CodeUse, Offer, PaidBy, Redemption, Till
from timecredits.spending.offline.use_lists import ListedUse
from timecredits.spending.offline_models import OfflineUse

MOST = 20
_NEAR = timedelta(minutes=1)
"""Two scans of a card further apart than this are two visits."""


@dataclass(frozen=True, slots=True)
class Scan:
    """One scan of a code. `arrived_at` None: it was made with a signal. `paid_by` None: nothing moved for it.

    `check` is what the till said it checked, "" where nothing is checked or known.
    """

    id: UUID
    venue: str
    till: str
    offer: str
    adults: int
    under_16s: int
    minutes: int
    scanned_at: datetime
    arrived_at: datetime | None
    check: str
    paid_by: PaidBy | None
    undone_at: datetime | None


def other_scans(session: Session, programme_id: UUID, use: ListedUse) -> list[Scan]:
    """The other scans of the code of `use`, the first to arrive first. At most three queries; none for a code of nobody's."""
    if use.kind is None:
        return []
    kept = session.get_one(OfflineUse, (programme_id, use.id))
    found = {scan.id: scan for scan in [*_saved(session, kept), *_redeemed(session, kept)]}
    found.pop(use.id, None)
    return sorted(found.values(), key=lambda scan: (scan.arrived_at or scan.scanned_at, scan.id))[:MOST]


def _redeemed(session: Session, use: OfflineUse) -> list[Scan]:
    """Those that stand in the books, with or without a signal."""
    if use.kind is CodeKind.NOTE:
        same = Redemption.note_id == use.note_id
    elif use.kind is CodeKind.LIVE:
        spent = select(CodeUse.redemption_id).where(
            CodeUse.programme_id == use.programme_id,
            CodeUse.kind == CodeKind.LIVE,
            CodeUse.reference == use.reference,
            CodeUse.step == use.sent.get("step", step_at(use.scanned_at)),
        )
        same = Redemption.id.in_(spent)
    else:
        card = select(Card.id).where(Card.programme_id == use.programme_id, Card.serial == use.reference)
        same = Redemption.card_id.in_(card) & Redemption.used_at.between(use.scanned_at - _NEAR, use.scanned_at + _NEAR)
    rows = session.execute(
        select(Redemption, Venue.name, Till.name, Offer.name, OfflineUse.sent)
        .join(Venue, Venue.id == Redemption.venue_id)
        .join(Till, Till.id == Redemption.till_id)
        .join(Offer, (Offer.programme_id == Redemption.programme_id) & (Offer.id == Redemption.offer_id))
        .outerjoin(OfflineUse, (OfflineUse.programme_id == Redemption.programme_id) & (OfflineUse.id == Redemption.id))
        .where(Redemption.programme_id == use.programme_id, same)
        .order_by(Redemption.used_at)
        .limit(MOST)
    )
    return [
        Scan(
            id=each.id,
            venue=venue,
            till=till,
            offer=offer,
            adults=each.adults,
            under_16s=each.under_16s,
            minutes=each.minutes,
            scanned_at=each.used_at,
            arrived_at=each.arrived_at,
            check=(sent or {}).get("check", ""),
            paid_by=each.paid_by,
            undone_at=each.undone_at,
        )
        for each, venue, till, offer, sent in rows
    ]


def _saved(session: Session, use: OfflineUse) -> list[Scan]:
    """Those that were saved with no signal, also where nothing moved."""
    same: Any = (OfflineUse.kind == use.kind) & (OfflineUse.reference == use.reference)
    if use.kind is not CodeKind.NOTE:
        same &= OfflineUse.scanned_at.between(use.scanned_at - _NEAR, use.scanned_at + _NEAR)
    rows = session.execute(
        select(OfflineUse, Venue.name, Till.name, Offer.name)
        .join(Venue, Venue.id == OfflineUse.venue_id)
        .join(Till, Till.id == OfflineUse.till_id)
        .outerjoin(Offer, (Offer.programme_id == OfflineUse.programme_id) & (Offer.id == OfflineUse.offer_id))
        .where(OfflineUse.programme_id == use.programme_id, same)
        .order_by(OfflineUse.arrived_at)
        .limit(MOST)
    )
    return [
        Scan(
            id=each.id,
            venue=venue,
            till=till,
            offer=offer or "",
            adults=each.sent.get("adults", 0),
            under_16s=each.sent.get("under_16s", 0),
            minutes=each.minutes,
            scanned_at=each.scanned_at,
            arrived_at=each.arrived_at,
            check=each.sent.get("check", ""),
            paid_by=None,
            undone_at=None,
        )
        for each, venue, till, offer in rows
    ]
