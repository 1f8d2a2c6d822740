"""Taking the credits once everything else is decided: the code is spent, the place and the turn are counted, credits move.

What makes a code single use is the unique index on code_use; what keeps a balance above zero is the ledger's own check; what
keeps places is their own row. Each says no by itself, however many come at once; then what was counted before is given back.
Order of locks: the person (only where a cap or a helper's limit is to be counted), the code, places, turns, accounts (ADR 0014).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, cast
from uuid import UUID, uuid5

from sqlalchemy import CursorResult, delete, func, insert, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from timecredits.foundation.clock import first_moment, local_day
from timecredits.foundation.db import new_id
from timecredits.foundation.time_steps import STEP_SECONDS
from timecredits.hours.hour_facts import lock_people
from timecredits.ledger.models import TransferKind
from timecredits.ledger.transfers import Movement, Posting, post
from timecredits.spending.answers import Facts, Outcome
from timecredits.spending.card_models import SecondCheck
from timecredits.spending.deciding import Place
from timecredits.spending.helper_limits import helper_room
from timecredits.spending.models import CodeKind, CodeUse, Offer, OfferTurn, PaidBy, Redemption, Till
from timecredits.spending.note_models import CreditNote
from timecredits.spending.offers.offer_limits import give_places_back, period_of, places_left, take_places, take_turn
from timecredits.spending.showing import Shown

_code_use: Any = CodeUse.__table__
_note: Any = CreditNote.__table__
_turn: Any = OfferTurn.__table__
_redemption: Any = Redemption.__table__
_INSERTS: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}
# Built once: putting a statement together takes longer than running it. Without naming the index, for a partial one can't be
# named the same way on both databases; the id is fresh, so nothing else can be in the way.
_SPEND = {
    name: make(_code_use).on_conflict_do_nothing().execution_options(preserve_rowcount=True) for name, make in _INSERTS.items()
}
_KEEP = insert(_redemption)
KEPT = frozenset(column.name for column in _redemption.c) - {"undone_at", "undone_because"}
"""The columns of a redemption that are known when it is made."""
_SPENT_FOR_GOOD = frozenset({CodeKind.LIVE, CodeKind.NOTE})


@dataclass(frozen=True, slots=True)
class AtTill:
    """The paired device or poster that asks, and its venue."""

    till_id: UUID
    venue_id: UUID


@dataclass(frozen=True, slots=True)
class Taking:
    """What is to be taken: `minutes` of what was `shown`, for an offer of a place. `id` is that of attempt, redemption, transfer.

    `at` is when the code was scanned; `arrived_at` only where that was earlier than now.
    """

    id: UUID
    place: Place
    till: AtTill
    shown: Shown
    offer: Offer
    adults: int
    under_16s: int
    minutes: int
    at: datetime
    arrived_at: datetime | None = None

    @property
    def people(self) -> int:
        """How many come."""
        return self.adults + self.under_16s


def change_id_of(redemption_id: UUID) -> UUID:
    """The id of the transfer that gives back what a note was worth more than it was used for."""
    return uuid5(redemption_id, "change")


class Keeping(Protocol):
    """How a redemption whose transfer stands is written down."""

    def __call__(self, session: Session, taking: Taking, *, paid_by: PaidBy, period: str | None) -> None:
        """Write it down."""


def keep(session: Session, taking: Taking, *, paid_by: PaidBy, period: str | None = None) -> None:
    """Write down the redemption of a transfer that stands."""
    session.connection().execute(_KEEP, redemption_values(taking, paid_by, period))


def take(session: Session, taking: Taking, *, keeping: Keeping = keep) -> Facts | None:
    """Take the credits, or answer why not, and then nothing has moved. None: they were taken, and `keeping` wrote that down."""
    refusal = _check_limits(session, taking) or _spend(session, taking)
    if refusal is not None:
        return refusal
    period, refusal = _count(session, taking)
    refusal = refusal or _mark_note(session, taking) or _move(session, taking)
    if refusal is not None:
        _give_back(session, taking, period)
        return refusal
    keeping(session, taking, paid_by=PaidBy.NOTE if taking.shown.note else PaidBy.VOLUNTEER, period=period)
    return None


def redemption_values(taking: Taking, paid_by: PaidBy, period: str | None) -> dict[str, Any]:
    """The columns of the redemption, by name."""
    shown = taking.shown
    return {
        "programme_id": taking.place.programme_id,
        "id": taking.id,
        "venue_id": taking.till.venue_id,
        "till_id": taking.till.till_id,
        "offer_id": taking.offer.id,
        "volunteer_id": shown.volunteer_id,
        "adults": taking.adults,
        "under_16s": taking.under_16s,
        "minutes": taking.minutes,
        "used_at": taking.at,
        "way": shown.way,
        "paid_by": paid_by,
        "card_id": shown.card.id if shown.card else None,
        "note_id": shown.note.id if shown.note else None,
        "helper_id": shown.helper_id,
        "arrived_at": taking.arrived_at,
        "places_period": period,
    }


def is_capped(place: Place) -> bool:
    """Whether the programme caps what one person uses in a day."""
    return place.uses_a_day is not None or place.used_a_day is not None


def _check_limits(session: Session, taking: Taking) -> Facts | None:
    """Caps of the programme and of a helper's agreement. Both are counted under a lock on the person."""
    place, shown = taking.place, taking.shown
    if shown.volunteer_id is None:
        return None
    capped = is_capped(place)
    # What stays the same is held apart by time steps; across the end of one, only the person keeps two hands apart. A card with
    # a PIN or a word is held by its own row from the check on.
    twice = shown.kind not in _SPENT_FOR_GOOD and (shown.card is None or shown.card.check is SecondCheck.PHOTO)
    if not capped and not twice and shown.helper_id is None:
        return None
    lock_people(session, place.programme_id, {shown.volunteer_id})
    if shown.helper_id is not None:
        room = helper_room(session, place.programme_id, shown.volunteer_id, shown.helper_id, taking.at)
        if room is None:
            return Facts(Outcome.REVOKED)
        if room < taking.minutes:
            return Facts(Outcome.LIMIT, reason="helper")
    if not capped:
        return None
    uses, minutes = _used_on_day(session, taking)
    too_often = place.uses_a_day is not None and uses >= place.uses_a_day
    too_much = place.used_a_day is not None and minutes + taking.minutes > place.used_a_day
    return Facts(Outcome.LIMIT, reason="day") if too_often or too_much else None


def _used_on_day(session: Session, taking: Taking) -> tuple[int, int]:
    day = local_day(taking.at)
    row = session.execute(
        select(func.count(), func.coalesce(func.sum(_redemption.c.minutes), 0)).where(
            _redemption.c.programme_id == taking.place.programme_id,
            _redemption.c.volunteer_id == taking.shown.volunteer_id,
            _redemption.c.used_at >= first_moment(day),
            _redemption.c.used_at < first_moment(day + timedelta(days=1)),
            _redemption.c.undone_at.is_(None),
        )
    ).one()
    return int(row[0]), int(row[1])


def _spend(session: Session, taking: Taking) -> Facts | None:
    """Spend the code, or say where it was spent before."""
    shown, connection = taking.shown, session.connection()
    values = {
        "programme_id": taking.place.programme_id,
        "id": new_id(),
        "kind": shown.kind,
        "reference": shown.reference,
        "step": shown.step,
        "redemption_id": taking.id,
        "used_at": taking.at,
    }
    if shown.kind in _SPENT_FOR_GOOD:
        result = cast("CursorResult[Any]", connection.execute(_SPEND[connection.dialect.name], values))
        return None if result.rowcount == 1 else _used_before(session, taking, [shown.step])
    # What stays the same for longer than half a minute: one hand may scan it twice, across the end of a time step.
    row = select(*(literal(value, _code_use.c[name].type).label(name) for name, value in values.items())).where(
        ~_spent(taking, [shown.step - 1]).exists()
    )
    insert_unless: Any = _INSERTS[connection.dialect.name](_code_use).from_select(list(values), row)
    result = cast(
        "CursorResult[Any]",
        connection.execute(insert_unless.on_conflict_do_nothing(), execution_options={"preserve_rowcount": True}),
    )
    return None if result.rowcount == 1 else _used_before(session, taking, [shown.step, shown.step - 1])


def _spent(taking: Taking, steps: list[int]) -> Any:
    """What holds the code: its uses in these time steps that stand, of a card or the like in the last half minute."""
    shown = taking.shown
    held = select(_code_use.c.redemption_id).where(
        _code_use.c.programme_id == taking.place.programme_id,
        _code_use.c.kind == shown.kind,
        _code_use.c.reference == shown.reference,
        _code_use.c.step.in_(steps),
        _code_use.c.released_at.is_(None),
    )
    if shown.kind in _SPENT_FOR_GOOD:
        return held
    return held.where(or_(_code_use.c.step == shown.step, _code_use.c.used_at > taking.at - timedelta(seconds=STEP_SECONDS)))


def _used_before(session: Session, taking: Taking, steps: list[int]) -> Facts:
    row = session.execute(
        select(Redemption.minutes, Redemption.used_at, Redemption.venue_id, Redemption.till_id, Till.name)
        .join(Till, Till.id == Redemption.till_id)
        .where(Redemption.programme_id == taking.place.programme_id, Redemption.id.in_(_spent(taking, steps)))
        .order_by(Redemption.used_at.desc())
        .limit(1),
    ).one_or_none()
    if row is None or row.venue_id != taking.till.venue_id:  # where else somebody goes is not this venue's to know
        return Facts(Outcome.ALREADY_USED)
    reason = "same_till" if row.till_id == taking.till.till_id else "same_venue"
    return Facts(Outcome.ALREADY_USED, minutes=row.minutes, at=row.used_at, place=row.name, reason=reason)


def _count(session: Session, taking: Taking) -> tuple[str | None, Facts | None]:
    """Count the place, then the turn: the period of the place, and why not."""
    offer, programme_id, period = taking.offer, taking.place.programme_id, None
    if offer.places is not None and offer.places_per is not None:
        period = period_of(offer, taking.at, offer.places_per)
        if period is None:
            return None, Facts(Outcome.NOT_TODAY, reason="time")
        if not take_places(session, programme_id, offer, period, taking.people):
            left = places_left(session, programme_id, [offer], taking.at).get(offer.id, 0)
            return None, Facts(Outcome.FULL, left=left)
    volunteer_id = taking.shown.volunteer_id
    if offer.once_a is not None and volunteer_id is not None:
        turn = period_of(offer, taking.at, offer.once_a)
        if turn is not None and not take_turn(session, programme_id, offer, volunteer_id, turn, taking.id):
            return period, Facts(Outcome.ONCE, reason=offer.once_a.value)
    return period, None


def _mark_note(session: Session, taking: Taking) -> Facts | None:
    """Mark a note as used, unless somebody ended it a moment ago: exactly one of the two comes first."""
    if taking.shown.note is None:
        return None
    marked = session.execute(
        update(_note)
        .where(
            _note.c.programme_id == taking.place.programme_id,
            _note.c.id == taking.shown.note.id,
            _note.c.ended_at.is_(None),
            _note.c.used_at.is_(None),
        )
        .values(used_at=taking.at)
        .returning(_note.c.id)
    ).one_or_none()
    return None if marked is not None else Facts(Outcome.REVOKED)


def _move(session: Session, taking: Taking) -> Facts | None:
    note, programme_id = taking.shown.note, taking.place.programme_id
    if note is not None and note.minutes > taking.minutes:
        change = Movement(
            id=change_id_of(taking.id),
            debit=taking.shown.account_id,
            credit=note.paid_from,
            amount=note.minutes - taking.minutes,
            kind=TransferKind.CHANGE,
            occurred_on=local_day(taking.at),
            actor=taking.till.till_id,
        )
        # First, because it holds both accounts in the order in which whoever makes notes holds them.
        if post(session, programme_id, change) is not Posting.POSTED:
            raise RuntimeError("a note's own credits are in the float until it is used")
    posting = post(session, programme_id, movement_of(taking, taking.shown.account_id))
    if posting is Posting.POSTED:
        return None
    if note is not None:
        raise RuntimeError("a note's own credits are in the float until it is used")
    return Facts(Outcome.NOT_ENOUGH if posting is Posting.NOT_ENOUGH else Outcome.CONFLICT)


def movement_of(taking: Taking, debit: UUID) -> Movement:
    """The transfer to the venue, from whichever account pays."""
    return Movement(
        id=taking.id,
        debit=debit,
        credit=taking.place.account_id,
        amount=taking.minutes,
        kind=TransferKind.NOTE_USED if taking.shown.note else TransferKind.USED,
        occurred_on=local_day(taking.at),
        actor=taking.till.till_id,
    )


def _give_back(session: Session, taking: Taking, period: str | None) -> None:
    """Uncount what was counted before somebody said no; nothing had moved, and no note was marked."""
    programme_id = taking.place.programme_id
    session.execute(delete(_code_use).where(_code_use.c.programme_id == programme_id, _code_use.c.redemption_id == taking.id))
    give_places_back(session, programme_id, taking.offer.id, period, taking.people)
    if taking.offer.once_a is not None:
        session.execute(delete(_turn).where(_turn.c.programme_id == programme_id, _turn.c.redemption_id == taking.id))
