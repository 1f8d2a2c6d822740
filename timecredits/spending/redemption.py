"""The one decision that takes credits. Every way to pay comes here, and every attempt is kept with its answer.

The id that a till sends is made before the first send. Under UUIDv5(till, that id) stand the attempt, the redemption and
the transfer, so a repeat finds the first answer and credits move once, whatever is lost on the way. The attempt is
inserted before anything is decided: a second one with the same id waits for the first and then reads its answer.
What makes a code single use is the unique index on code_use; what keeps a balance above zero is the ledger's own check.
"""

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, cast
from uuid import UUID, uuid5

from sqlalchemy import CursorResult, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.clock import local_day
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.keys import Keyring
from timecredits.ledger.models import TransferKind
from timecredits.ledger.transfers import Movement, Posting, post
from timecredits.network.models import Volunteer
from timecredits.spending.answers import Answer, Facts, Outcome, compose
from timecredits.spending.deciding import Holder, Place, check_offer, check_party, find_holder, find_places, name_at_venue
from timecredits.spending.models import CodeKind, CodeUse, Offer, Redemption, RedemptionAttempt, Till

_CLOCK_AHEAD = timedelta(minutes=1)
_CLOCK_BEHIND = timedelta(minutes=10)
_DECIDING = "deciding"

_attempt: Any = RedemptionAttempt.__table__
_code_use: Any = CodeUse.__table__
_INSERTS = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


@dataclass(frozen=True, slots=True)
class AtTill:
    """The paired device that asks, and its venue."""

    till_id: UUID
    venue_id: UUID


@dataclass(frozen=True, slots=True)
class RedemptionRequest:
    """What a till sends. `id` is chosen there; a party of None means that nobody was asked how many."""

    id: UUID
    code: str
    offer_id: UUID | None
    adults: int | None = None
    under_16s: int | None = None
    scanned_at: datetime | None = None

    def body_hash(self) -> bytes:
        """A hash of what would be decided on, to tell a repeat from another request under the same id."""
        body = [self.code, str(self.offer_id), self.adults, self.under_16s]
        return sha256(json.dumps(body).encode()).digest()


def redeem(session: Session, keyring: Keyring, till: AtTill, request: RedemptionRequest) -> Answer:
    """Take credits for a code, or say why not. A refusal is an answer, never an exception.

    The same id and body give the same answer and one movement; the same id with another body gives CONFLICT.
    Raises NotFoundError only for a venue that takes part in no programme. At most 12 statements.
    """
    now = clock.now()
    attempt_id = attempt_id_of(till, request.id)
    places = find_places(session, till.venue_id, request.offer_id)
    if not places:
        raise NotFoundError
    kept = _find_attempt(session, places, attempt_id)
    if kept is None and not _begin(session, places[0], till, request, attempt_id, now):
        kept = _find_attempt(session, places, attempt_id)
    if kept is not None:
        if kept.body_hash != request.body_hash():
            return compose(Facts(Outcome.CONFLICT), attempt_id=attempt_id, now=now)
        return _repeat(session, kept, now)
    facts = _decide(session, keyring, till, places, request, attempt_id, now)
    session.execute(
        update(_attempt)
        .where(_attempt.c.programme_id == places[0].programme_id, _attempt.c.id == attempt_id)
        .values(outcome=facts.outcome.value, answer=facts.stored()),
    )
    return compose(facts, attempt_id=attempt_id, now=now)


def attempt_id_of(till: AtTill, sent_id: UUID) -> UUID:
    """The id under which attempt, redemption and transfer stand: two tills can't meet each other's."""
    return uuid5(till.till_id, str(sent_id))


def _decide(
    session: Session,
    keyring: Keyring,
    till: AtTill,
    places: list[Place],
    request: RedemptionRequest,
    attempt_id: UUID,
    now: datetime,
) -> Facts:
    place = places[0]
    holder = find_holder(session, keyring, till.till_id, places, request.code, now)
    if isinstance(holder, Outcome):
        return Facts(holder, clock_off=_clock_is_off(request.scanned_at, now))
    known = Facts(Outcome.TAKEN, volunteer_id=holder.volunteer_id, name=holder.name)
    if (refusal := check_offer(place, now)) is not None:
        if request.offer_id is None:
            refusal = replace(refusal, reason="none_chosen")
        return replace(refusal, volunteer_id=known.volunteer_id, name=known.name)
    offer = cast("Offer", place.offer)
    cost = check_party(offer, request.adults, request.under_16s)
    if isinstance(cost, Facts):
        return replace(cost, volunteer_id=known.volunteer_id, name=known.name, offer_name=offer.name)
    known = replace(known, minutes=cost, offer_name=offer.name, at=now)
    spent = _spend(session, place, till, holder, attempt_id, now)
    if spent is not None:
        return replace(spent, volunteer_id=known.volunteer_id, name=known.name, offer_name=offer.name)
    movement = Movement(
        id=attempt_id,
        debit=holder.account_id,
        credit=place.account_id,
        amount=cost,
        kind=TransferKind.USED,
        occurred_on=local_day(now),
        actor=till.till_id,
    )
    posting = post(session, place.programme_id, movement)
    if posting is not Posting.POSTED:
        _unspend(session, place, attempt_id)
        return replace(known, outcome=Outcome.NOT_ENOUGH if posting is Posting.NOT_ENOUGH else Outcome.CONFLICT)
    adults, under_16s = request.adults, request.under_16s or 0
    session.execute(
        insert(Redemption).values(
            programme_id=place.programme_id,
            id=attempt_id,
            venue_id=till.venue_id,
            till_id=till.till_id,
            offer_id=offer.id,
            volunteer_id=holder.volunteer_id,
            adults=1 if adults is None and not under_16s else adults or 0,
            under_16s=under_16s,
            minutes=cost,
            used_at=now,
        ),
    )
    return known


def _begin(session: Session, place: Place, till: AtTill, request: RedemptionRequest, attempt_id: UUID, now: datetime) -> bool:
    connection = session.connection()
    statement: Any = _INSERTS[connection.dialect.name](_attempt)
    values = {
        "programme_id": place.programme_id,
        "id": attempt_id,
        "till_id": till.till_id,
        "body_hash": request.body_hash(),
        "offer_id": place.offer.id if place.offer else None,
        "outcome": _DECIDING,
        "answer": {},
        # A till whose clock runs ahead has not scanned in the future.
        "scanned_at": min(request.scanned_at or now, now),
        "arrived_at": now,
    }
    result = connection.execute(
        statement.values(**values).on_conflict_do_nothing(index_elements=["programme_id", "id"]),
        execution_options={"preserve_rowcount": True},
    )
    return bool(result.rowcount == 1)


def _find_attempt(session: Session, places: list[Place], attempt_id: UUID) -> Any:
    return session.execute(
        select(_attempt).where(
            _attempt.c.programme_id.in_([place.programme_id for place in places]),
            _attempt.c.id == attempt_id,
        ),
    ).one_or_none()


def _repeat(session: Session, kept: Any, now: datetime) -> Answer:
    offer_name = (
        session.scalar(select(Offer.name).where(Offer.programme_id == kept.programme_id, Offer.id == kept.offer_id)) or ""
    )
    facts = Facts.from_stored(kept.outcome, kept.answer, name="", offer_name=offer_name)
    if facts.volunteer_id is not None:
        volunteer = session.get_one(Volunteer, (kept.programme_id, facts.volunteer_id))
        facts = replace(facts, name=name_at_venue(volunteer))
    if facts.outcome is Outcome.TAKEN:
        redemption = session.get_one(Redemption, (kept.programme_id, kept.id), populate_existing=True)
        facts = replace(facts, outcome=Outcome.ALREADY_UNDONE if redemption.undone_at else Outcome.ALREADY_DONE)
    return compose(facts, attempt_id=kept.id, now=now)


def _spend(session: Session, place: Place, till: AtTill, holder: Holder, attempt_id: UUID, now: datetime) -> Facts | None:
    connection = session.connection()
    statement: Any = _INSERTS[connection.dialect.name](_code_use)
    values = {
        "programme_id": place.programme_id,
        "id": new_id(),
        "kind": CodeKind.LIVE,
        "reference": holder.reference,
        "step": holder.step,
        "redemption_id": attempt_id,
        "used_at": now,
    }
    # Without naming the index: a partial one can't be named the same way on both databases, and the id is fresh.
    result = cast(
        "CursorResult[Any]",
        connection.execute(statement.values(**values).on_conflict_do_nothing(), execution_options={"preserve_rowcount": True}),
    )
    if result.rowcount == 1:
        return None
    return _used_before(session, place, till, holder)


def _used_before(session: Session, place: Place, till: AtTill, holder: Holder) -> Facts:
    row = session.execute(
        select(Redemption.minutes, Redemption.used_at, Redemption.venue_id, Redemption.till_id, Till.name)
        .join(Till, Till.id == Redemption.till_id)
        .join(CodeUse, (CodeUse.programme_id == Redemption.programme_id) & (CodeUse.redemption_id == Redemption.id))
        .where(
            Redemption.programme_id == place.programme_id,
            CodeUse.programme_id == place.programme_id,
            CodeUse.kind == CodeKind.LIVE,
            CodeUse.reference == holder.reference,
            CodeUse.step == holder.step,
            CodeUse.released_at.is_(None),
        ),
    ).one_or_none()
    if row is None or row.venue_id != till.venue_id:  # where else somebody goes is not this venue's to know
        return Facts(Outcome.ALREADY_USED)
    reason = "same_till" if row.till_id == till.till_id else "same_venue"
    return Facts(Outcome.ALREADY_USED, minutes=row.minutes, at=row.used_at, place=row.name, reason=reason)


def _unspend(session: Session, place: Place, attempt_id: UUID) -> None:
    session.execute(
        delete(_code_use).where(_code_use.c.programme_id == place.programme_id, _code_use.c.redemption_id == attempt_id),
    )


def _clock_is_off(scanned_at: datetime | None, now: datetime) -> bool:
    return scanned_at is not None and not (now - _CLOCK_BEHIND <= scanned_at <= now + _CLOCK_AHEAD)
