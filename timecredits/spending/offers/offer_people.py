"""Whom offers are for: people of some organisations, people from some age on."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.hours.planning.eligibility import is_under
from timecredits.network.models import Enrolment, Organisation, Volunteer
from timecredits.spending.models import Offer


def those_for(session: Session, programme_id: UUID, offers: Sequence[Offer], volunteer_id: UUID, today: date) -> list[Offer]:
    """The offers that a person can use. Two queries at most, none where all are for everybody.

    A month of birth that nobody knows is no refusal: the till shows the least age, and staff can see whom they serve.
    """
    born = None
    if any(offer.least_age for offer in offers):
        born = session.scalar(
            select(Volunteer.born_month).where(Volunteer.programme_id == programme_id, Volunteer.id == volunteer_id),
        )
    theirs: frozenset[str] = frozenset()
    if any(offer.organisation_ids for offer in offers):
        theirs = _organisations_of(session, programme_id, volunteer_id, today)
    return [
        offer
        for offer in offers
        if not (offer.least_age and born and is_under(born, offer.least_age, today))
        and (not offer.organisation_ids or theirs & set(offer.organisation_ids))
    ]


def names_of(session: Session, programme_ids: Sequence[UUID], offers: Sequence[Offer]) -> dict[UUID, tuple[str, ...]]:
    """The names of the organisations that each offer is kept for, in order. One query, none where all are for everybody."""
    wanted = {UUID(each) for offer in offers for each in offer.organisation_ids}
    if not wanted:
        return {}
    rows = session.execute(
        select(Organisation.id, Organisation.name).where(
            Organisation.programme_id.in_(programme_ids), Organisation.id.in_(wanted)
        ),
    )
    names = {str(row.id): row.name for row in rows}
    return {
        offer.id: tuple(sorted(names[each] for each in offer.organisation_ids if each in names))
        for offer in offers
        if offer.organisation_ids
    }


def list_letter_names(session: Session, programme_id: UUID) -> list[tuple[UUID, str]]:
    """The programme's organisations under the names that stand on letters, in order.

    A venue chooses among these: they don't tell what a group is about.
    """
    rows = session.execute(
        select(Organisation.id, Organisation.letter_name)
        .where(Organisation.programme_id == programme_id)
        .order_by(Organisation.letter_name, Organisation.id),
    )
    return [(row.id, row.letter_name) for row in rows]


def _organisations_of(session: Session, programme_id: UUID, volunteer_id: UUID, today: date) -> frozenset[str]:
    found = session.scalars(
        select(Enrolment.organisation_id).where(
            Enrolment.programme_id == programme_id,
            Enrolment.volunteer_id == volunteer_id,
            Enrolment.left_on.is_(None) | (Enrolment.left_on > today),
        ),
    )
    return frozenset(str(each) for each in found)
