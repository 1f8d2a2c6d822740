"""Credits for entry: given at the door, from the person to a pot of the organisation (docs/adr/0028).

The gift's id follows from the booking and from how often entry was given back before, so that a double tap takes once, and who
is checked in anew after an undo gives anew. Whoever calls holds the session's row.
"""

from typing import Final
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.community.event_models import Event
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.hours.activity_models import SignUp
from timecredits.hours.hour_facts import lock_people
from timecredits.ledger.transfers import balance
from timecredits.network.models import Volunteer
from timecredits.network.scope import find
from timecredits.network.settings import read_settings
from timecredits.spending.giving.gift_undoing import take_back_for
from timecredits.spending.giving.gifts import Giver, give_to_pot
from timecredits.spending.giving.pots import make_pot
from timecredits.spending.giving_models import Gift, Pot, PotKind

__all__ = ["NOT_TODAY", "TOO_FEW", "entry_due", "give_entry_back", "live_entries", "live_entry", "take_entry"]

TOO_FEW: Final = Sentence("They have too few credits for this. Nothing was taken.")
NOT_TODAY: Final = Sentence("Their credits can't be given today. Nothing was taken.")
"""On hold, or a limit for a day is reached: which it is, is theirs to know."""

_MOST_TAKEN: Final = 12
_BACK: Final = "The check-in was undone."


def entry_due(session: Session, event: Event, party: int) -> int:
    """Minutes of credit that so many people are asked for; 0 where it is free or the programme doesn't allow it."""
    if event.entry_minutes is None or not read_settings(session, event.programme_id).event_entry:
        return 0
    return event.entry_minutes * party


def take_entry(session: Session, event: Event, sign_up: SignUp, minutes: int, *, user_id: UUID | None) -> Sentence | None:
    """Take so many minutes for entry; None when that was done, now or before, else why nothing was taken."""
    if live_entry(session, event.programme_id, sign_up.id) is not None:
        return None
    programme_id = event.programme_id
    lock_people(session, programme_id, [sign_up.volunteer_id])
    person = find(session, Volunteer, programme_id, sign_up.volunteer_id)
    if balance(session, programme_id, person.account_id) < minutes:
        return TOO_FEW
    pot = _pot(session, event, user_id)
    giver = Giver(sign_up.volunteer_id, user_id)
    try:
        with session.begin_nested():
            give_to_pot(
                session,
                programme_id,
                giver,
                pot.id,
                gift_id=_next_id(session, programme_id, sign_up.id),
                minutes=minutes,
                kind=PotKind.ORGANISATION,
            )
    except RuleError:
        return NOT_TODAY
    return None


def give_entry_back(session: Session, event: Event, sign_up: SignUp, *, actor_id: UUID | None) -> int:
    """Give back what was taken for entry; answers the minutes, 0 where nothing was. Raises RuleError when the pot was used."""
    gift = live_entry(session, event.programme_id, sign_up.id)
    if gift is None:
        return 0
    take_back_for(session, event.programme_id, event.organisation_id, gift.id, reason=_BACK, actor_id=actor_id)
    return gift.minutes


def live_entry(session: Session, programme_id: UUID, sign_up_id: UUID) -> Gift | None:
    """What was taken for entry and not given back."""
    return live_entries(session, programme_id, [sign_up_id]).get(sign_up_id)


def live_entries(session: Session, programme_id: UUID, sign_up_ids: list[UUID]) -> dict[UUID, Gift]:
    """The same for many bookings, by booking, with one question for each 500 ids."""
    whose = {gift_id: each for each in sign_up_ids for gift_id in _ids(each)}
    ids = list(whose)
    found: dict[UUID, Gift] = {}
    for first in range(0, len(ids), 500):
        rows = session.scalars(
            select(Gift)
            .where(Gift.programme_id == programme_id, Gift.id.in_(ids[first : first + 500]), Gift.undone_at.is_(None))
            .execution_options(populate_existing=True)
        )
        found |= {whose[gift.id]: gift for gift in rows}
    return found


def _ids(sign_up_id: UUID) -> list[UUID]:
    return [uuid5(sign_up_id, f"entry {number}") for number in range(1, _MOST_TAKEN + 1)]


def _next_id(session: Session, programme_id: UUID, sign_up_id: UUID) -> UUID:
    """The first id that no gift has; RuleError once somebody was let in and out again far too often."""
    ids = _ids(sign_up_id)
    used = set(session.scalars(select(Gift.id).where(Gift.programme_id == programme_id, Gift.id.in_(ids))))
    for each in ids:
        if each not in used:
            return each
    raise RuleError(Sentence("This was undone too often. Nothing was taken."))


def _pot(session: Session, event: Event, user_id: UUID | None) -> Pot:
    """The organisation's own pot for entry, made when it is first needed, and anew after it was closed."""
    number = 1
    while True:
        key = uuid5(event.organisation_id, f"entry to events {number}")
        pot = session.get(Pot, (event.programme_id, key), populate_existing=True)
        if pot is None:
            return make_pot(
                session,
                event.programme_id,
                pot_id=key,
                kind=PotKind.ORGANISATION,
                name=str(Sentence("Entry to events")),
                about=str(Sentence("Credits that people gave at the door.")),
                organisation_id=event.organisation_id,
                actor_id=user_id,
            )
        if pot.closed_at is None:
            return pot
        number += 1
