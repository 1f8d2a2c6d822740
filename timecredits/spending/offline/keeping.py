"""Writing down what a till saved, before anything is decided: who sends the same again waits and reads what came of it."""

from dataclasses import replace
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from timecredits.network.models import ProgrammeVenue
from timecredits.spending.answers import Facts, Outcome
from timecredits.spending.card_models import SecondCheck
from timecredits.spending.models import RedemptionAttempt
from timecredits.spending.offline.finding import Found
from timecredits.spending.offline.judging import Why
from timecredits.spending.offline.records import SavedUse
from timecredits.spending.offline.scan_times import ScanTime
from timecredits.spending.offline_models import OfflineUse, SyncResult
from timecredits.spending.redemption import RedemptionRequest
from timecredits.spending.second_checks import ShownCheck
from timecredits.spending.showing import Shown

_INSERTS = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}
_offline: Any = OfflineUse.__table__
_attempt: Any = RedemptionAttempt.__table__
_TAKEN = {Outcome.TAKEN.value, Outcome.FREE.value}


def find_kept(session: Session, venue_id: UUID, use_id: UUID) -> OfflineUse | None:
    """What came under this id before, in whichever of the venue's programmes."""
    return session.scalars(
        select(OfflineUse).where(OfflineUse.programme_id.in_(_programmes_of(venue_id)), OfflineUse.id == use_id),
        execution_options={"populate_existing": True},
    ).one_or_none()


def begin_use(session: Session, use_id: UUID, found: Found, record: SavedUse, scan: ScanTime, now: datetime) -> bool:
    """Write the record down as one to be looked at; False where somebody else just did."""
    shown = found.shown if isinstance(found.shown, Shown) else None
    sent = record.kept()
    if shown is not None:
        sent["step"] = shown.step
    if record.undone is not None:
        sent["undone"] = {"at": record.undone.at.isoformat(), "reason": record.undone.reason}
    values = {
        "programme_id": found.place.programme_id,
        "id": use_id,
        "till_id": found.till.id,
        "venue_id": found.till.venue_id,
        "sequence": record.sequence,
        "sent": sent,
        "kind": shown.kind if shown else None,
        "reference": shown.reference if shown else None,
        "volunteer_id": found.owner_id,
        "note_id": shown.note.id if shown and shown.note else None,
        "offer_id": found.place.offer.id if found.place.offer else None,
        "minutes": found.minutes,
        "scanned_at": scan.at,
        "clock_was_off": scan.clock_was_off,
        "arrived_at": now,
        "result": SyncResult.REVIEW,
        "reason": "",
        "decided_because": "",
    }
    return _insert_once(session, _offline, values)


def finish_use(session: Session, programme_id: UUID, use_id: UUID, result: SyncResult, why: Why | None) -> None:
    """Write down what became of it."""
    session.execute(
        update(_offline)
        .where(_offline.c.programme_id == programme_id, _offline.c.id == use_id)
        .values(result=result, reason=why.value if why else "")
    )


def begin_attempt(
    session: Session, use_id: UUID, found: Found, record: SavedUse, scan: ScanTime, now: datetime
) -> Outcome | None:
    """Keep the attempt; TAKEN where the same scan had been sent with a signal before and was taken, CONFLICT for another one.

    Until it is ended, a request with this id at the till is told that it was sent in two ways, and takes nothing.
    """
    request = RedemptionRequest(record.id, record.code, record.offer_id, record.adults, record.under_16s)
    earlier = session.execute(
        select(_attempt.c.outcome, _attempt.c.body_hash).where(
            _attempt.c.programme_id.in_(_programmes_of(found.till.venue_id)), _attempt.c.id == use_id
        )
    ).first()
    if earlier is not None:
        # With a signal the second check went along; here it may have been another one.
        checks = [None, *(ShownCheck(kind.value, "") for kind in SecondCheck)]
        # A till of a partner's may have left out that one adult came.
        alone = replace(request, adults=None, under_16s=None) if (record.adults, record.under_16s) == (1, 0) else request
        bodies = [replace(each, check=check).body_hash() for each in (request, alone) for check in checks]
        if earlier.body_hash not in bodies:
            return Outcome.CONFLICT
        return Outcome.TAKEN if earlier.outcome in _TAKEN else None
    shown = found.shown if isinstance(found.shown, Shown) else None
    values = {
        "programme_id": found.place.programme_id,
        "id": use_id,
        "till_id": found.till.id,
        "body_hash": request.body_hash(),
        "offer_id": found.place.offer.id if found.place.offer else None,
        "outcome": Outcome.CONFLICT.value,
        "answer": Facts(Outcome.CONFLICT).stored(),
        "way": shown.way if shown else None,
        "scanned_at": scan.at,
        "arrived_at": now,
    }
    if not _insert_once(session, _attempt, values):
        return begin_attempt(session, use_id, found, record, scan, now)
    return None


def end_attempt(session: Session, programme_id: UUID, use_id: UUID, facts: Facts) -> None:
    """Let a request with this id read what was taken."""
    session.execute(
        update(_attempt)
        .where(_attempt.c.programme_id == programme_id, _attempt.c.id == use_id)
        .values(outcome=facts.outcome.value, answer=facts.stored())
    )


def _programmes_of(venue_id: UUID) -> Any:
    return select(ProgrammeVenue.programme_id).where(ProgrammeVenue.venue_id == venue_id)


def _insert_once(session: Session, table: Any, values: dict[str, Any]) -> bool:
    connection = session.connection()
    statement: Any = _INSERTS[connection.dialect.name](table)
    result = cast(
        "CursorResult[Any]",
        connection.execute(
            statement.values(**values).on_conflict_do_nothing(index_elements=["programme_id", "id"]),
            execution_options={"preserve_rowcount": True},
        ),
    )
    return result.rowcount == 1
