"""Whose credits notes hold: a volunteer's, or those of an organisation's pot."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.wording import Sentence
from timecredits.hours.hour_facts import lock_people
from timecredits.ledger.transfers import balances
from timecredits.network.models import Volunteer
from timecredits.network.scope import find
from timecredits.network.volunteers import find_enrolled
from timecredits.spending.giving_models import Pot, PotKind


@dataclass(frozen=True, slots=True)
class Payer:
    """The account that notes are paid from, and whose it is: exactly one of the two."""

    account_id: UUID
    volunteer_id: UUID | None = None
    pot_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class PotToPay:
    """An organisation's pot that notes can be paid from, with the minutes in it."""

    id: UUID
    name: str
    minutes: int


def volunteer_pays(session: Session, programme_id: UUID, volunteer_id: UUID, *, organisation_id: UUID | None = None) -> Payer:
    """A volunteer who pays, with their row held until this transaction ends.

    With `organisation_id` they must be enrolled there. Raises NotFoundError, or RuleError while their credits are on hold.
    """
    if organisation_id is not None:
        find_enrolled(session, programme_id, organisation_id, volunteer_id)
    lock_people(session, programme_id, [volunteer_id])
    volunteer = find(session, Volunteer, programme_id, volunteer_id)
    if volunteer.frozen_at is not None:
        raise RuleError(Sentence("These credits are on hold for now. Nothing was made. Talk to your coordinator."))
    return Payer(volunteer.account_id, volunteer_id=volunteer_id)


def pot_pays(session: Session, programme_id: UUID, organisation_id: UUID, pot_id: UUID) -> Payer:
    """A pot of this organisation that pays. Raises NotFoundError, RuleError for one that is closed."""
    pot = find(session, Pot, programme_id, pot_id, organisation_id=organisation_id)
    if pot.closed_at is not None:
        raise RuleError(Sentence("This pot is closed. Nothing was made. Choose another."), field="pot")
    return Payer(pot.account_id, pot_id=pot_id)


def list_pots_to_pay(session: Session, programme_id: UUID, organisation_id: UUID) -> list[PotToPay]:
    """The open pots of an organisation, by name."""
    pots = session.scalars(
        select(Pot)
        .where(
            Pot.programme_id == programme_id,
            Pot.organisation_id == organisation_id,
            Pot.kind == PotKind.ORGANISATION,
            Pot.closed_at.is_(None),
        )
        .order_by(Pot.name, Pot.id)
    ).all()
    held = balances(session, programme_id, [pot.account_id for pot in pots])
    return [PotToPay(pot.id, pot.name, held[pot.account_id]) for pot in pots]


def find_pot_to_pay(session: Session, programme_id: UUID, organisation_id: UUID, pot_id: UUID) -> PotToPay:
    """One open pot of this organisation, or NotFoundError."""
    for pot in list_pots_to_pay(session, programme_id, organisation_id):
        if pot.id == pot_id:
            return pot
    raise NotFoundError
