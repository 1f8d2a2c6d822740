"""The checks on a code, an offer and a party, in the order of docs/redemption.md. Nothing here writes a movement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from timecredits.foundation.clock import local_day
from timecredits.foundation.keys import Keyring
from timecredits.foundation.secret_values import CROCKFORD, tidy_short_code
from timecredits.network.models import Programme, ProgrammeVenue, Volunteer
from timecredits.network.tries import count_of, count_try
from timecredits.spending.answers import Facts, Outcome
from timecredits.spending.codes import LONGEST_TEXT, PREFIX, CodeFault, decode, is_in_time
from timecredits.spending.live_codes import TYPED_LENGTH
from timecredits.spending.models import Credential, Offer, TypedCode

MOST_MISSES = 5
MISSES_WITHIN = timedelta(minutes=5)
"""Five wrong typed codes at one till within this stretch pause typing there; the camera goes on."""


@dataclass(frozen=True, slots=True)
class InProgrammeOf:
    """The programme whose codes are read."""

    programme_id: UUID
    programme_number: int


@dataclass(frozen=True, slots=True)
class Place(InProgrammeOf):
    """One programme at a venue, with the account its credits arrive at, and the chosen offer if it is one of these."""

    account_id: UUID
    offer: Offer | None


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a code leads to: a credential, not yet a right to anything."""

    volunteer_id: UUID
    account_id: UUID
    name: str
    reference: int
    step: int
    is_revoked: bool


def name_at_venue(volunteer: Volunteer) -> str:
    """First name and initial, "Siân P.": all that a venue sees of a person."""
    return f"{volunteer.short_name}." if volunteer.last_name else volunteer.short_name


def find_places(session: Session, venue_id: UUID, offer_id: UUID | None) -> list[Place]:
    """The programmes that a venue serves, the offer's own first. One query."""
    rows = session.execute(
        select(ProgrammeVenue.programme_id, Programme.number, ProgrammeVenue.account_id, Offer)
        .join(Programme, Programme.id == ProgrammeVenue.programme_id)
        .outerjoin(
            Offer,
            (Offer.programme_id == ProgrammeVenue.programme_id)
            & (Offer.venue_id == ProgrammeVenue.venue_id)
            & (Offer.id == offer_id),
        )
        .where(ProgrammeVenue.venue_id == venue_id)
        .order_by(Programme.number),
    )
    return sorted((Place(*row) for row in rows), key=lambda place: place.offer is None)


def find_holder(
    session: Session,
    keyring: Keyring,
    till_id: UUID,
    places: Sequence[InProgrammeOf],
    code: str,
    now: datetime,
) -> Holder | Outcome:
    """Whom the code leads to in the first place's programme, or why it leads to nobody.

    Says forged before it says anything else about a code; a wrong typed code is counted against the till.
    """
    if len(code) > LONGEST_TEXT:
        return Outcome.WRONG_CODE
    parts = decode(keyring, code)
    if parts is CodeFault.FORGED:
        return Outcome.FORGED
    if isinstance(parts, CodeFault):
        return _by_typed_code(session, till_id, places[0], code, now)
    if parts.programme_number != places[0].programme_number:
        return Outcome.WRONG_PROGRAMME
    row = session.execute(
        _holders(places[0].programme_id).where(Credential.reference == parts.reference),
    ).one_or_none()
    if row is None:
        return Outcome.WRONG_CODE
    holder = _holder(row, parts.step)
    return _checked(holder, now)


def check_offer(place: Place, now: datetime) -> Facts | None:
    """Why the chosen offer can't be used now, or None."""
    offer = place.offer
    if offer is None:
        return Facts(Outcome.NOT_AT_THIS_VENUE)
    if offer.paused_because is not None:
        return Facts(Outcome.PAUSED, reason=offer.paused_because)
    today = local_day(now)
    if (offer.starts_on and today < offer.starts_on) or (offer.ends_on and today > offer.ends_on):
        return Facts(Outcome.NOT_TODAY)
    return None


def check_party(offer: Offer, adults: int | None, under_16s: int | None) -> Facts | int:
    """What the party costs in minutes, or why it can't come. Nobody counted on an offer for one person means one adult."""
    if adults is None and under_16s is None:
        if offer.most_people > 1:
            return Facts(Outcome.INCOMPLETE)
        adults = 1
    adults, under_16s = adults or 0, under_16s or 0
    if adults < 0 or under_16s < 0 or adults + under_16s == 0:
        return Facts(Outcome.PARTY, reason="nobody")
    if adults + under_16s > offer.most_people:
        return Facts(Outcome.PARTY, most=offer.most_people)
    if under_16s and offer.under_16_minutes is None:
        return Facts(Outcome.PARTY, reason="no_under_16s")
    return price(offer, adults, under_16s) or Facts(Outcome.FREE)


def price(offer: Offer, adults: int, under_16s: int) -> int:
    """What a party costs, in minutes."""
    return adults * offer.adult_minutes + under_16s * (offer.under_16_minutes or 0)


def _by_typed_code(session: Session, till_id: UUID, place: InProgrammeOf, code: str, now: datetime) -> Holder | Outcome:
    typed = tidy_short_code(code)
    if code.upper().startswith(PREFIX) or len(typed) != TYPED_LENGTH or not set(typed) <= set(CROCKFORD):
        return Outcome.WRONG_CODE
    subject = f"typed code at till {till_id}"
    if count_of(session, subject, within=MISSES_WITHIN) >= MOST_MISSES:
        return Outcome.TYPING_PAUSED
    row: Any = session.execute(
        _holders(place.programme_id)
        .add_columns(TypedCode.step)
        .join(TypedCode, (TypedCode.programme_id == Credential.programme_id) & (TypedCode.credential_id == Credential.id))
        .where(TypedCode.programme_id == place.programme_id, TypedCode.code == typed),
    ).one_or_none()
    if row is None:
        count_try(session, subject, within=MISSES_WITHIN)
        return Outcome.WRONG_CODE
    return _checked(_holder(row, row.step), now)


def _holders(programme_id: UUID) -> Select[Credential, Volunteer]:
    return (
        select(Credential, Volunteer)
        .join(Volunteer, (Volunteer.programme_id == Credential.programme_id) & (Volunteer.id == Credential.volunteer_id))
        .where(Credential.programme_id == programme_id, Volunteer.programme_id == programme_id)
    )


def _holder(row: Any, step: int) -> Holder:
    credential: Credential = row[0]
    volunteer: Volunteer = row[1]
    return Holder(
        volunteer_id=volunteer.id,
        account_id=volunteer.account_id,
        name=name_at_venue(volunteer),
        reference=credential.reference,
        step=step,
        is_revoked=credential.revoked_at is not None,
    )


def _checked(holder: Holder, now: datetime) -> Holder | Outcome:
    if holder.is_revoked:
        return Outcome.REVOKED
    return holder if is_in_time(holder.step, now) else Outcome.EXPIRED
