"""The one decision that takes credits. Every way to pay comes here, and every attempt is kept with its answer.

The id that a till sends is made before the first send. Under UUIDv5(till, that id) stand the attempt, the redemption and
the transfer, so a repeat finds the first answer and credits move once, whatever is lost on the way. The attempt is
inserted before anything is decided: a second one with the same id waits for the first and then reads its answer.
Order of checks: shape, signature, stopped or of another programme, second check, offer and who may use it, party, then (taking)
limits, used before, places, turn, balance. "Used before" is said before the balance is looked at: somebody scanned twice would
otherwise hear that they have too few.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, cast
from uuid import UUID, uuid5

from sqlalchemy import CursorResult, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import Id
from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.tallies import REDEMPTION, tally
from timecredits.hours.hour_facts import lock_people
from timecredits.network.models import Volunteer
from timecredits.spending.answer_words import compose
from timecredits.spending.answers import Answer, Facts, Outcome
from timecredits.spending.card_models import SecondCheck
from timecredits.spending.deciding import (
    Place,
    check_eligible,
    check_offer,
    check_party,
    find_places,
    name_at_venue,
)
from timecredits.spending.models import Offer, PaidBy, Redemption, RedemptionAttempt
from timecredits.spending.second_checks import CheckAnswer, ShownCheck, shown_fits
from timecredits.spending.showing import Shown, find_shown, refusal_of
from timecredits.spending.taking import KEPT, AtTill, Keeping, Taking, is_capped, keep, redemption_values, take

__all__ = ["AtTill", "RedemptionRequest", "ShownCheck", "attempt_id_of", "redeem", "redeem_shown"]

_CLOCK_AHEAD = timedelta(minutes=1)
_CLOCK_BEHIND = timedelta(minutes=10)
_DECIDING = "deciding"

_attempt: Any = RedemptionAttempt.__table__
# Built once: putting a statement together takes longer than running it.
_BEGIN = {
    name: dialect.insert(_attempt)
    .on_conflict_do_nothing(index_elements=["programme_id", "id"])
    .execution_options(preserve_rowcount=True)
    for name, dialect in {"postgresql": postgresql, "sqlite": sqlite}.items()
}
_DECIDED = update(_attempt).where(
    _attempt.c.programme_id == bindparam("programme", type_=Id), _attempt.c.id == bindparam("attempt", type_=Id)
)
_redemption: Any = Redemption.__table__
# The redemption and the end of its attempt in one way to the server and back. SQLite has no such statement, and no way to go.
_TAKEN = _DECIDED.values({name: bindparam(name, type_=_attempt.c[name].type) for name in ("outcome", "answer", "way")}).add_cte(
    insert(_redemption).values({name: bindparam(f"kept_{name}", type_=_redemption.c[name].type) for name in KEPT}).cte("kept")
)


@dataclass(frozen=True, slots=True)
class RedemptionRequest:
    """What a till sends. `id` is chosen there; a party of None means that nobody was asked how many.

    `check` is what was shown beside a card. What was typed for it is no part of the hash: four digits could be read out of it.
    """

    id: UUID
    code: str
    offer_id: UUID | None
    adults: int | None = None
    under_16s: int | None = None
    scanned_at: datetime | None = None
    check: ShownCheck | None = None

    def body_hash(self) -> bytes:
        """A hash of what would be decided on, to tell a repeat from another request under the same id."""
        body = [self.code, str(self.offer_id), self.adults, self.under_16s]
        if self.check is not None:
            body.append(self.check.kind)
        return sha256(json.dumps(body).encode()).digest()


def redeem(session: Session, keyring: Keyring, till: AtTill, request: RedemptionRequest) -> Answer:
    """Take credits for a code, or say why not. A refusal is an answer, never an exception.

    The same id and body give the same answer and one movement; the same id with another body gives CONFLICT.
    Raises NotFoundError only for a venue that takes part in no programme. At most 12 statements with the till's own.
    """
    places = find_places(session, till.venue_id, request.offer_id)
    if not places:
        raise NotFoundError

    def look(now: datetime) -> Shown | Facts:
        return find_shown(session, keyring, till.till_id, places, request.code, now)

    return _tallied(session, _answer(session, till, places, request, look))


def redeem_shown(session: Session, till: AtTill, places: list[Place], request: RedemptionRequest, shown: Shown) -> Answer:
    """The same for somebody who is known without a code, such as at a poster."""
    return _tallied(session, _answer(session, till, places, request, lambda now: refusal_of(shown, now) or shown))


def attempt_id_of(till: AtTill, sent_id: UUID) -> UUID:
    """The id under which attempt, redemption and transfer stand: two tills can't meet each other's."""
    return uuid5(till.till_id, str(sent_id))


def _tallied(session: Session, answer: Answer) -> Answer:
    tally(session, REDEMPTION, answer.outcome.value)
    return answer


def _answer(
    session: Session,
    till: AtTill,
    places: list[Place],
    request: RedemptionRequest,
    look: Callable[[datetime], Shown | Facts],
) -> Answer:
    now, attempt_id = clock.now(), attempt_id_of(till, request.id)
    # A venue of several programmes: the same id may stand in another one, under another offer.
    kept = _find_attempt(session, places, attempt_id) if len(places) > 1 else None
    if kept is None and not _begin(session, places[0], till, request, attempt_id, now):
        kept = _find_attempt(session, places, attempt_id)
    if kept is not None:
        if kept.body_hash != request.body_hash():
            return compose(Facts(Outcome.CONFLICT), attempt_id=attempt_id, now=now)
        return _repeat(session, kept, now)
    facts = _decide(session, till, places[0], request, attempt_id, now, look(now))
    if facts.outcome is not Outcome.TAKEN:  # else it stands beside its redemption already
        session.connection().execute(_DECIDED, _decided_values(places[0], attempt_id, facts))
    return compose(facts, attempt_id=attempt_id, now=now)


def _decide(
    session: Session,
    till: AtTill,
    place: Place,
    request: RedemptionRequest,
    attempt_id: UUID,
    now: datetime,
    shown: Shown | Facts,
) -> Facts:
    if isinstance(shown, Facts):
        return replace(shown, clock_off=_clock_is_off(request.scanned_at, now))
    if (asked := _second_check(session, place, shown, request, now)) is not None:
        return asked
    offer = place.offer
    known = Facts(
        Outcome.TAKEN,
        clock_off=_clock_is_off(request.scanned_at, now),
        volunteer_id=shown.volunteer_id,
        name=shown.name,
        way=shown.way.value,
        offer_name=offer.name if offer is not None else "",
    )
    cost = _cost(session, place, shown, request, now)
    if isinstance(cost, Facts) or offer is None:
        return _about(known, cost if isinstance(cost, Facts) else Facts(Outcome.NOT_AT_THIS_VENUE))
    adults, under_16s = request.adults, request.under_16s or 0
    taking = Taking(
        id=attempt_id,
        place=place,
        till=till,
        shown=shown,
        offer=offer,
        adults=1 if adults is None and not under_16s else adults or 0,
        under_16s=under_16s,
        minutes=cost,
        at=now,
    )
    taken = replace(known, minutes=cost, at=now)
    refusal = take(session, taking, keeping=_keeping(taken))
    if refusal is None:
        return taken
    return replace(taken, outcome=refusal.outcome) if refusal.outcome is Outcome.NOT_ENOUGH else _about(known, refusal)


def _keeping(facts: Facts) -> Keeping:
    """Write down a redemption and the end of its attempt together."""

    def write(session: Session, taking: Taking, *, paid_by: PaidBy, period: str | None) -> None:
        connection = session.connection()
        ended = _decided_values(taking.place, taking.id, facts)
        if connection.dialect.name == "postgresql":
            kept = redemption_values(taking, paid_by, period)
            connection.execute(_TAKEN, ended | {f"kept_{name}": value for name, value in kept.items()})
        else:
            keep(session, taking, paid_by=paid_by, period=period)
            connection.execute(_DECIDED, ended)

    return write


def _decided_values(place: Place, attempt_id: UUID, facts: Facts) -> dict[str, Any]:
    return {
        "programme": place.programme_id,
        "attempt": attempt_id,
        "outcome": facts.outcome.value,
        "answer": facts.stored(),
        "way": facts.way or None,
    }


def _cost(session: Session, place: Place, shown: Shown, request: RedemptionRequest, now: datetime) -> Facts | int:
    """What it costs in minutes, or which rule of the offer says no."""
    if (refusal := check_offer(place, now)) is not None:
        return replace(refusal, reason="none_chosen") if request.offer_id is None else refusal
    if place.offer is None:
        return Facts(Outcome.NOT_AT_THIS_VENUE)
    if (refusal := check_eligible(session, place.programme_id, place.offer, shown, now)) is not None:
        return refusal
    cost = check_party(place.offer, request.adults, request.under_16s)
    if isinstance(cost, int) and shown.note is not None and cost > shown.note.minutes:
        return Facts(Outcome.NOTE_TOO_SMALL, minutes=cost, most=shown.note.minutes)
    return cost


def _about(known: Facts, refusal: Facts) -> Facts:
    """A refusal with whom it concerns."""
    return replace(
        refusal,
        volunteer_id=known.volunteer_id,
        name=known.name,
        way=known.way,
        offer_name=known.offer_name,
        clock_off=known.clock_off,
    )


def _second_check(session: Session, place: Place, shown: Shown, request: RedemptionRequest, now: datetime) -> Facts | None:
    """What a card still needs. Until it is there, a name is said only where it is to be compared with a face."""
    card = shown.card
    if card is None:
        return None
    if is_capped(place):
        lock_people(session, place.programme_id, {card.volunteer_id})  # everybody holds the person before their card
    checked = shown_fits(session, card, request.check, now)
    if checked.answer is CheckAnswer.FITS:
        return None
    outcome = {
        CheckAnswer.NEEDED: Outcome.CHECK_NEEDED,
        CheckAnswer.WRONG: Outcome.WRONG_CHECK,
        CheckAnswer.LOCKED: Outcome.LOCKED,
    }[checked.answer]
    by_face = card.check is SecondCheck.PHOTO
    return Facts(
        outcome,
        reason=card.check.value,
        left=checked.tries_left,
        volunteer_id=shown.volunteer_id if by_face else None,
        name=shown.name if by_face else "",
        way=shown.way.value,
        card_id=card.id,
    )


def _begin(session: Session, place: Place, till: AtTill, request: RedemptionRequest, attempt_id: UUID, now: datetime) -> bool:
    connection = session.connection()
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
    result = cast("CursorResult[Any]", connection.execute(_BEGIN[connection.dialect.name], values))
    return result.rowcount == 1


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
    if facts.volunteer_id is not None and facts.outcome is not Outcome.FROZEN:
        volunteer = session.get_one(Volunteer, (kept.programme_id, facts.volunteer_id))
        facts = replace(facts, name=name_at_venue(volunteer))
    if facts.outcome is Outcome.TAKEN:
        redemption = session.get_one(Redemption, (kept.programme_id, kept.id), populate_existing=True)
        facts = replace(facts, outcome=Outcome.ALREADY_UNDONE if redemption.undone_at else Outcome.ALREADY_DONE)
    return compose(facts, attempt_id=kept.id, now=now)


def _clock_is_off(scanned_at: datetime | None, now: datetime) -> bool:
    return scanned_at is not None and not (now - _CLOCK_BEHIND <= scanned_at <= now + _CLOCK_AHEAD)
