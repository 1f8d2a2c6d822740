"""What a person has to look at before a saved scan counts. Nothing that happened is refused; some of it waits for somebody."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from timecredits.foundation.clock import local_day
from timecredits.hours.hour_facts import lock_people
from timecredits.spending.answers import Facts, Outcome
from timecredits.spending.deciding import check_party
from timecredits.spending.models import CodeKind
from timecredits.spending.offers.offer_limits import is_on
from timecredits.spending.offline.finding import Found
from timecredits.spending.offline.policies import Policy, why_not_offline
from timecredits.spending.offline.records import SavedUse
from timecredits.spending.offline.scan_times import TOLERANCE, ScanTime
from timecredits.spending.offline_models import OfflineUse, SyncResult
from timecredits.spending.showing import Shown

MOST_AGAIN = 3
"""How often goodwill pays by itself for a code that was used before. More copies than that, and somebody should know."""

GOODWILL_WITHIN = timedelta(days=30)
CARD_SHARES = 2
"""One card may be used at so many tills with no signal, each up to its own limit, before somebody looks."""

NAME_CHECK = "name"
"""The one second check that a till can make with no signal."""


class Why(StrEnum):
    """Why a saved scan waits for a person."""

    REMOVED_TILL = "removed_till"
    LOST_TILL = "lost_till"
    OTHER_TILL = "other_till"
    UNKNOWN_CODE = "unknown_code"
    OTHER_PROGRAMME = "other_programme"
    TYPED = "typed"
    LIVE_CODE = "live_code"
    REVOKED = "revoked"
    NOTE_EXPIRED = "note_expired"
    NOTE_SMALL = "note_small"
    FROZEN = "frozen"
    VENUE_FROZEN = "venue_frozen"
    UNKNOWN_OFFER = "unknown_offer"
    NOT_ON = "not_on"
    LIMITED = "limited"
    PARTY = "party"
    PRICE = "price"
    NO_CHECK = "no_check"
    NEVER_SYNCED = "never_synced"
    TOO_LONG = "too_long"
    TOO_MUCH = "too_much"
    CARD_CAP = "card_cap"
    TILL_CAP = "till_cap"
    DAY_CAP = "day_cap"
    COVER_CAP = "cover_cap"
    AGAIN = "again"
    CLASH = "clash"


_offline: Any = OfflineUse.__table__
_COUNTED = (SyncResult.OK, SyncResult.OK_COVERED, SyncResult.DUPLICATE, SyncResult.REVIEW)


def why_review(
    session: Session, use_id: UUID, found: Found, record: SavedUse, scan: ScanTime, policy: Policy, now: datetime
) -> Why | None:
    """Why somebody has to look at this scan, or None. In the order in which it would matter to them.

    What a till says of itself (times, numbers, its last contact) is held against what was known of it here.
    """
    why = _about_the_till(found, scan) or _about_the_code(found, record, scan, now - timedelta(hours=policy.stop_hours))
    if why is not None or not isinstance(found.shown, Shown):
        return why
    return _about_the_offer(found, found.shown, record, scan) or _beyond_policy(
        session, use_id, found, found.shown, record, scan, policy, now
    )


def often_enough(session: Session, programme_id: UUID, use_id: UUID, shown: Shown, now: datetime) -> bool:
    """Whether goodwill has paid by itself as often as it does: for one code ever, for codes of one person within a month."""
    owner = (
        select(_offline.c.volunteer_id)
        .where(_offline.c.programme_id == programme_id, _offline.c.id == use_id)
        .correlate(None)
        .scalar_subquery()
    )
    same_code = (_offline.c.kind == shown.kind) & (_offline.c.reference == shown.reference)
    same_person = (_offline.c.volunteer_id == owner) & (_offline.c.arrived_at > now - GOODWILL_WITHIN)
    paid = session.scalar(
        select(func.count())
        .select_from(_offline)
        .where(
            _offline.c.programme_id == programme_id,
            same_code | same_person,
            _offline.c.result == SyncResult.DUPLICATE,
        )
    )
    return bool(paid is not None and paid >= MOST_AGAIN)


def covered_lately(session: Session, programme_id: UUID, shown: Shown, now: datetime) -> int:
    """Minutes of one person's uses that goodwill had to help with, as they arrived here within a month."""
    minutes = session.scalar(
        select(func.coalesce(func.sum(_offline.c.minutes), 0)).where(
            _offline.c.programme_id == programme_id,
            _offline.c.volunteer_id == shown.volunteer_id,
            _offline.c.result == SyncResult.OK_COVERED,
            _offline.c.arrived_at > now - GOODWILL_WITHIN,
        )
    )
    return int(minutes or 0)


def _about_the_till(found: Found, scan: ScanTime) -> Why | None:
    if scan.at < found.till.paired_at - TOLERANCE:
        return Why.NEVER_SYNCED
    if found.till.revoked_at is not None:
        return Why.LOST_TILL if found.till.revoked_because else Why.REMOVED_TILL
    return Why.OTHER_TILL if found.foreign else None


def _about_the_code(found: Found, record: SavedUse, scan: ScanTime, since: datetime) -> Why | None:
    shown = found.shown
    if not isinstance(shown, Shown):
        return Why.OTHER_PROGRAMME if shown is Outcome.WRONG_PROGRAMME else Why.TYPED if found.is_typed else Why.UNKNOWN_CODE
    return _first(
        (found.is_typed, Why.TYPED),
        (shown.kind is CodeKind.LIVE, Why.LIVE_CODE),
        # A till can say any time; one that it says was before a stop of long ago is looked at.
        (found.ended_at is not None and (found.ended_at <= scan.at or found.ended_at < since), Why.REVOKED),
        (shown.note is not None and local_day(scan.at) > shown.note.expires_on, Why.NOTE_EXPIRED),
        (shown.is_frozen, Why.FROZEN),
        (shown.card is not None and record.check != NAME_CHECK, Why.NO_CHECK),
    )


def _about_the_offer(found: Found, shown: Shown, record: SavedUse, scan: ScanTime) -> Why | None:
    offer = found.place.offer
    if found.place.is_frozen:
        return Why.VENUE_FROZEN
    if offer is None or (offer.ended_at is not None and offer.ended_at <= scan.at):
        return Why.UNKNOWN_OFFER
    # That the venue paused it is no reason: it let them in.
    cost = check_party(offer, record.adults, record.under_16s)
    price = 0 if isinstance(cost, Facts) else cost
    return _first(
        (bool(why_not_offline(offer)), Why.LIMITED),
        (not is_on(offer, scan.at), Why.NOT_ON),
        (isinstance(cost, Facts) and cost.outcome is not Outcome.FREE, Why.PARTY),
        (price != found.minutes, Why.PRICE),
        (shown.note is not None and shown.note.minutes < price, Why.NOTE_SMALL),
    )


def _first(*checks: tuple[bool, Why]) -> Why | None:
    return next((why for holds, why in checks if holds), None)


def _beyond_policy(
    session: Session,
    use_id: UUID,
    found: Found,
    shown: Shown,
    record: SavedUse,
    scan: ScanTime,
    policy: Policy,
    now: datetime,
) -> Why | None:
    if record.last_sync_at is None:
        return Why.NEVER_SYNCED
    if scan.at - record.last_sync_at > timedelta(hours=policy.stop_hours):
        return Why.TOO_LONG
    if found.minutes > policy.most_once:
        return Why.TOO_MUCH
    uses, minutes, card_minutes = _since_contact(session, use_id, found, shown, record)
    if shown.card is not None:
        # Several tills may send at once: each counts only when no other can.
        lock_people(session, found.place.programme_id, {shown.card.volunteer_id})
        lately = _of_card_lately(session, use_id, found, shown, now - timedelta(hours=policy.stop_hours))
        if card_minutes + found.minutes > policy.card_minutes or lately + found.minutes > CARD_SHARES * policy.card_minutes:
            return Why.CARD_CAP
    return Why.TILL_CAP if uses >= policy.most_uses or minutes + found.minutes > policy.most_minutes else None


def _of_card_lately(session: Session, use_id: UUID, found: Found, shown: Shown, since: datetime) -> int:
    """Minutes of one card that arrived since a moment, from whichever tills and whatever times they said."""
    minutes = session.scalar(
        select(func.coalesce(func.sum(_offline.c.minutes), 0)).where(
            _offline.c.programme_id == found.place.programme_id,
            _offline.c.id != use_id,
            _offline.c.kind == shown.kind,
            _offline.c.reference == shown.reference,
            _offline.c.arrived_at > since,
            _offline.c.result.in_(_COUNTED),
        )
    )
    return int(minutes or 0)


def _since_contact(session: Session, use_id: UUID, found: Found, shown: Shown, record: SavedUse) -> tuple[int, int, int]:
    """How many uses, minutes, and minutes of this card the till had saved since its last contact, but for this one."""
    same_card = (_offline.c.kind == shown.kind) & (_offline.c.reference == shown.reference)
    row = session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(_offline.c.minutes), 0),
            func.coalesce(func.sum(_offline.c.minutes).filter(same_card), 0),
        ).where(
            _offline.c.programme_id == found.place.programme_id,
            _offline.c.till_id == found.till.id,
            _offline.c.id != use_id,
            _offline.c.scanned_at >= record.last_sync_at,
            _offline.c.result.in_(_COUNTED),
        )
    ).one()
    return int(row[0]), int(row[1]), int(row[2])
