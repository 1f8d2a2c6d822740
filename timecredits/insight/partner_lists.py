"""What a partner of one programme may list: people, hours, offers, venues, organisations and activities, page by page.

Every list is in an order that never changes for a row, so that a page begins where the last one ended, whatever was added
meanwhile. `after` is the last row's place in that order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import literal, select, tuple_
from sqlalchemy.orm import Session

from timecredits.foundation.errors import NotFoundError
from timecredits.hours.activity_models import Activity
from timecredits.hours.models import HourCorrection, HourEntry
from timecredits.network.models import Enrolment, Organisation, ProgrammeVenue, Venue, Volunteer
from timecredits.spending.models import Offer

__all__ = [
    "ListedHours",
    "ListedVolunteer",
    "find_listed",
    "list_activities",
    "list_hours",
    "list_offers",
    "list_offers_of_venue",
    "list_organisations",
    "list_venues",
    "list_volunteers",
]


@dataclass(frozen=True, slots=True)
class ListedVolunteer:
    """Somebody enrolled in the programme, and where they are enrolled now."""

    volunteer: Volunteer
    organisation_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class ListedHours:
    """Hours that were recorded. `counts` is False once they were corrected; what counts instead is an entry of its own."""

    entry: HourEntry
    counts: bool


def list_volunteers(
    session: Session, programme_id: UUID, *, organisation_id: UUID | None, after: UUID | None, limit: int
) -> list[ListedVolunteer]:
    """At most `limit` people by id. Two queries."""
    query = select(Volunteer).where(Volunteer.programme_id == programme_id).order_by(Volunteer.id).limit(limit)
    if after is not None:
        query = query.where(Volunteer.id > after)
    if organisation_id is not None:
        query = query.where(
            Volunteer.id.in_(
                select(Enrolment.volunteer_id).where(
                    Enrolment.programme_id == programme_id,
                    Enrolment.organisation_id == organisation_id,
                    Enrolment.left_on.is_(None),
                )
            )
        )
    return _with_organisations(session, programme_id, session.scalars(query).all())


def find_listed(session: Session, programme_id: UUID, volunteer_id: UUID) -> ListedVolunteer:
    """One person of the programme. Raises NotFoundError."""
    volunteer = session.scalars(
        select(Volunteer).where(Volunteer.programme_id == programme_id, Volunteer.id == volunteer_id)
    ).one_or_none()
    if volunteer is None:
        raise NotFoundError
    return _with_organisations(session, programme_id, [volunteer])[0]


def list_hours(
    session: Session,
    programme_id: UUID,
    *,
    organisation_id: UUID | None,
    volunteer_id: UUID | None,
    since: date | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[ListedHours]:
    """At most `limit` entries in the order they were recorded; `since` is the first day on which they were given."""
    corrected = (
        select(HourCorrection.id)
        .where(HourCorrection.programme_id == HourEntry.programme_id, HourCorrection.entry_id == HourEntry.id)
        .exists()
    )
    query = (
        select(HourEntry, corrected)
        .where(HourEntry.programme_id == programme_id)
        .order_by(HourEntry.recorded_at, HourEntry.id)
        .limit(limit)
    )
    if organisation_id is not None:
        query = query.where(HourEntry.organisation_id == organisation_id)
    if volunteer_id is not None:
        query = query.where(HourEntry.volunteer_id == volunteer_id)
    if since is not None:
        query = query.where(HourEntry.done_on >= since)
    if after is not None:
        moment, entry_id = after
        place = tuple_(literal(moment, HourEntry.recorded_at.type), literal(entry_id, HourEntry.id.type))
        query = query.where(tuple_(HourEntry.recorded_at, HourEntry.id) > place)
    return [ListedHours(entry, not was_corrected) for entry, was_corrected in session.execute(query)]


def list_offers(
    session: Session, programme_id: UUID, *, venue_id: UUID | None, after: UUID | None, limit: int
) -> Sequence[Offer]:
    """At most `limit` offers by id; those taken off the list for good are left out."""
    query = select(Offer).where(Offer.programme_id == programme_id, Offer.ended_at.is_(None)).order_by(Offer.id).limit(limit)
    if venue_id is not None:
        query = query.where(Offer.venue_id == venue_id)
    if after is not None:
        query = query.where(Offer.id > after)
    return session.scalars(query).all()


def list_offers_of_venue(session: Session, venue_id: UUID, *, after: UUID | None, limit: int) -> Sequence[Offer]:
    """At most `limit` offers of one venue by id, of every programme that it takes part in; for its tills."""
    query = (
        select(Offer)
        .join(ProgrammeVenue, (ProgrammeVenue.programme_id == Offer.programme_id) & (ProgrammeVenue.venue_id == Offer.venue_id))
        .where(Offer.venue_id == venue_id, Offer.ended_at.is_(None))
        .order_by(Offer.id)
        .limit(limit)
    )
    return session.scalars(query if after is None else query.where(Offer.id > after)).all()


def list_venues(session: Session, programme_id: UUID, *, after: UUID | None, limit: int) -> Sequence[Venue]:
    """At most `limit` venues that take part in the programme, by id."""
    query = (
        select(Venue)
        .join(ProgrammeVenue, ProgrammeVenue.venue_id == Venue.id)
        .where(ProgrammeVenue.programme_id == programme_id)
        .order_by(Venue.id)
        .limit(limit)
    )
    return session.scalars(query if after is None else query.where(Venue.id > after)).all()


def list_organisations(session: Session, programme_id: UUID, *, after: UUID | None, limit: int) -> Sequence[Organisation]:
    """At most `limit` organisations by id."""
    query = select(Organisation).where(Organisation.programme_id == programme_id).order_by(Organisation.id).limit(limit)
    return session.scalars(query if after is None else query.where(Organisation.id > after)).all()


def list_activities(
    session: Session, programme_id: UUID, *, organisation_id: UUID | None, after: UUID | None, limit: int
) -> Sequence[Activity]:
    """At most `limit` activities by id."""
    query = select(Activity).where(Activity.programme_id == programme_id).order_by(Activity.id).limit(limit)
    if organisation_id is not None:
        query = query.where(Activity.organisation_id == organisation_id)
    return session.scalars(query if after is None else query.where(Activity.id > after)).all()


def _with_organisations(session: Session, programme_id: UUID, found: Sequence[Volunteer]) -> list[ListedVolunteer]:
    at: dict[UUID, list[UUID]] = {}
    rows = session.execute(
        select(Enrolment.volunteer_id, Enrolment.organisation_id)
        .where(
            Enrolment.programme_id == programme_id,
            Enrolment.volunteer_id.in_([each.id for each in found]),
            Enrolment.left_on.is_(None),
        )
        .order_by(Enrolment.organisation_id)
    )
    for volunteer_id, organisation_id in rows:
        at.setdefault(volunteer_id, []).append(organisation_id)
    return [ListedVolunteer(each, tuple(at.get(each.id, ()))) for each in found]
