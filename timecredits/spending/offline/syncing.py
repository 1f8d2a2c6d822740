"""Taking in what a till saved while it had no signal. Nothing that happened is refused, and the same thing twice counts once.

Each record is a savepoint of its own, so one that can't be read or kept harms no other. Under UUIDv5(till, the record's id) stand
the offline use, the attempt, and the redemption and transfer where there is one: a scan that was sent online first, and whose
answer was lost, is found there. Arrival order decides the ledger, scan time decides what was valid (docs/adr/0020).
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from timecredits.foundation.keys import Keyring
from timecredits.foundation.tallies import OFFLINE_USE, tally
from timecredits.foundation.wording import Sentence
from timecredits.spending.answers import Facts, Outcome
from timecredits.spending.models import Till
from timecredits.spending.offline.finding import Found, find_till_of, find_use
from timecredits.spending.offline.judging import Why, why_review
from timecredits.spending.offline.keeping import begin_attempt, begin_use, end_attempt, find_kept, finish_use
from timecredits.spending.offline.policies import read_policy
from timecredits.spending.offline.records import SavedUse, read_record
from timecredits.spending.offline.scan_times import ScanTime, when_scanned
from timecredits.spending.offline.settling import Settled, settle
from timecredits.spending.offline.sync_words import CONFLICT, LATER, TOO_LATE, UNREADABLE, said_of
from timecredits.spending.offline.taking_back import take_back
from timecredits.spending.offline_models import OfflineUse, SyncResult
from timecredits.spending.redemption import attempt_id_of
from timecredits.spending.showing import Shown
from timecredits.spending.taking import AtTill, Taking

CONFLICTS, CANNOT_READ, NOT_NOW = "conflict", "unreadable", "later"

_log = logging.getLogger(__name__)
_till: Any = Till.__table__


@dataclass(frozen=True, slots=True)
class ItemAnswer:
    """What became of one record. `result` is a SyncResult's word, or one of CONFLICTS, CANNOT_READ and NOT_NOW: not kept."""

    id: UUID | None
    result: str
    sentence: Sentence
    use_id: UUID | None = None
    again: bool = False


def sync(
    session: Session,
    keyring: Keyring,
    till: Till,
    records: Sequence[Any],
    now: datetime,
    *,
    device_now: datetime | None = None,
) -> list[ItemAnswer]:
    """Take in records as they were sent (records.read_record), in order; one answer each.

    `till` may have been removed: then everything it sends waits for a person. `device_now` is its clock as it sent.
    """
    note_contact(session, till, now)
    answers = [_in_savepoint(session, keyring, till, sent, now, device_now) for sent in records]
    for each in answers:
        tally(session, OFFLINE_USE, "again" if each.again else each.result)
    return answers


def note_contact(session: Session, till: Till, now: datetime) -> None:
    """Keep that a till was in contact. One that was removed is noted as seen, never as up to date."""
    values = {"last_seen_at": now} if till.revoked_at is not None else {"last_seen_at": now, "last_synced_at": now}
    session.execute(update(_till).where(_till.c.id == till.id).values(values))


def _in_savepoint(
    session: Session, keyring: Keyring, till: Till, sent: Any, now: datetime, device_now: datetime | None
) -> ItemAnswer:
    record = read_record(sent)
    if record is None:
        return ItemAnswer(_id_of(sent), CANNOT_READ, UNREADABLE)
    try:
        with session.begin_nested():
            return _take_in(session, keyring, till, record, when_scanned(record, device_now=device_now, arrived_at=now), now)
    except (SQLAlchemyError, RuntimeError) as fault:
        # Kinds only: a database's fault quotes what was written.
        _log.exception("a record of till %s could not be kept: %s", till.id, type(fault).__name__, exc_info=False)
        return ItemAnswer(record.id, NOT_NOW, LATER)


def _take_in(session: Session, keyring: Keyring, sender: Till, record: SavedUse, scan: ScanTime, now: datetime) -> ItemAnswer:
    till = find_till_of(session, sender, record)
    at_till = AtTill(till.id, till.venue_id)
    use_id = attempt_id_of(at_till, record.id)
    if (kept := find_kept(session, till.venue_id, use_id)) is not None:
        return _repeat(session, kept, record, now, may_undo=_may_undo(sender, till))
    found = find_use(session, keyring, sender, record, scan)
    if found is None or found.shown is Outcome.TYPING_PAUSED:
        return ItemAnswer(record.id, NOT_NOW, LATER)
    if not begin_use(session, use_id, found, record, scan, now):
        kept = find_kept(session, till.venue_id, use_id)
        return (
            ItemAnswer(record.id, NOT_NOW, LATER)
            if kept is None
            else _repeat(session, kept, record, now, may_undo=_may_undo(sender, till))
        )
    result, why = _decide(session, found, record, scan, use_id, now)
    finish_use(session, found.place.programme_id, use_id, result, why)
    return ItemAnswer(record.id, result.value, said_of(result, found.minutes), use_id)


def _decide(session: Session, found: Found, record: SavedUse, scan: ScanTime, use_id: UUID, now: datetime) -> Settled:
    programme_id = found.place.programme_id
    online = begin_attempt(session, use_id, found, record, scan, now)
    if online is Outcome.TAKEN:  # it had been sent with a signal, and only the answer was lost
        may_undo = record.undone is not None and not found.foreign and found.till.revoked_at is None
        if may_undo and take_back(session, programme_id, use_id, record, actor=found.till.id, now=now):
            return SyncResult.UNDONE, None
        return SyncResult.OK, None
    if online is Outcome.CONFLICT:
        return SyncResult.REVIEW, Why.CLASH
    settled = _judge(session, found, record, scan, use_id, now)
    if settled[0] in {SyncResult.OK, SyncResult.OK_COVERED, SyncResult.DUPLICATE}:
        shown = found.shown
        volunteer_id = shown.volunteer_id if isinstance(shown, Shown) else None
        taken = Facts(Outcome.TAKEN if found.minutes else Outcome.FREE, found.minutes, scan.at, volunteer_id=volunteer_id)
        end_attempt(session, programme_id, use_id, taken)
    return settled


def _judge(session: Session, found: Found, record: SavedUse, scan: ScanTime, use_id: UUID, now: datetime) -> Settled:
    if _is_forged(found):
        return SyncResult.FORGED, None
    if record.undone is not None:
        return SyncResult.UNDONE, None
    policy = read_policy(session, found.place.programme_id)
    why = why_review(session, use_id, found, record, scan, policy, now)
    if why is not None or not isinstance(found.shown, Shown) or found.place.offer is None:
        return SyncResult.REVIEW, why
    if not found.minutes:  # a visit that costs nothing moves nothing
        return SyncResult.OK, None
    taking = Taking(
        id=use_id,
        place=found.place,
        till=AtTill(found.till.id, found.till.venue_id),
        shown=found.shown,
        offer=found.place.offer,
        adults=record.adults,
        under_16s=record.under_16s,
        minutes=found.minutes,
        at=scan.at,
        arrived_at=now,
    )
    return settle(session, taking, policy)


def _is_forged(found: Found) -> bool:
    """No code of ours. One that we signed and don't know any more is not that: somebody looks at it."""
    return found.shown is Outcome.FORGED or (found.is_typed and found.shown is Outcome.WRONG_CODE)


def _may_undo(sender: Till, till: Till) -> bool:
    """A till takes back what it took itself, for as long as it is one."""
    return sender.id == till.id and till.revoked_at is None


def _repeat(session: Session, kept: OfflineUse, record: SavedUse, now: datetime, *, may_undo: bool) -> ItemAnswer:
    """The same record again: the same answer, unless it was taken back since."""
    if kept.sent.get("body") != record.body():
        return ItemAnswer(record.id, CONFLICTS, CONFLICT)
    sentence = said_of(kept.result, kept.minutes)
    if record.undone is not None and kept.result is not SyncResult.UNDONE and kept.result is not SyncResult.FORGED:
        may_undo = may_undo and kept.decided is None
        if may_undo and take_back(session, kept.programme_id, kept.id, record, actor=kept.till_id, now=now):
            return ItemAnswer(record.id, SyncResult.UNDONE.value, said_of(SyncResult.UNDONE, kept.minutes), kept.id, again=True)
        sentence = TOO_LATE
    return ItemAnswer(record.id, kept.result.value, sentence, kept.id, again=True)


def _id_of(sent: Any) -> UUID | None:
    try:
        return UUID(sent["id"])
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
