"""Starting programmes, organisations and venues, each with its ledger accounts."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.wording import Sentence
from timecredits.ledger.models import AccountKind
from timecredits.ledger.transfers import open_account
from timecredits.network.models import Organisation, Programme, ProgrammeVenue, Venue


def create_programme(session: Session, *, name: str, slug: str, is_demo: bool = False) -> Programme:
    """Start a programme under the next free number. Raises RuleError for a slug that is taken."""
    if session.scalar(select(Programme.id).where(Programme.slug == slug)) is not None:
        raise RuleError(
            Sentence("There is a programme called %(slug)s already. Choose another short name.", slug=slug), field="slug"
        )
    number = (session.scalar(select(func.max(Programme.number))) or 0) + 1
    programme = Programme(id=new_id(), number=number, slug=slug, name=name, is_demo=is_demo, created_at=clock.now())
    session.add(programme)
    session.flush()
    return programme


def create_organisation(
    session: Session,
    programme_id: UUID,
    *,
    name: str,
    slug: str,
    summary: str = "",
    town: str = "",
    letter_name: str = "",
    letter_address: Sequence[str] = (),
    charity_number: str | None = None,
    contact_email: str = "",
    contact_phone: str = "",
    organisation_id: UUID | None = None,
) -> Organisation:
    """Take an organisation into a programme. Raises RuleError for a slug that is taken there."""
    taken = select(Organisation.id).where(Organisation.programme_id == programme_id, Organisation.slug == slug)
    if session.scalar(taken) is not None:
        raise RuleError(
            Sentence("There is an organisation called %(slug)s already. Choose another short name.", slug=slug),
            field="slug",
        )
    organisation = Organisation(
        programme_id=programme_id,
        id=organisation_id or new_id(),
        slug=slug,
        name=name,
        summary=summary,
        town=town,
        letter_name=letter_name or name,
        letter_address=list(letter_address),
        charity_number=charity_number,
        contact_email=contact_email,
        contact_phone=contact_phone,
        account_id=open_account(session, programme_id, AccountKind.ISSUANCE),
    )
    session.add(organisation)
    session.flush()
    return organisation


def create_venue(
    session: Session,
    *,
    name: str,
    slug: str,
    town: str,
    summary: str = "",
    is_national: bool = False,
    access_facts: Sequence[str] = (),
    address: Sequence[str] = (),
    postcode_district: str = "",
) -> Venue:
    """Add a venue, which belongs to no programme until it joins one. Raises RuleError for a slug that is taken."""
    if session.scalar(select(Venue.id).where(Venue.slug == slug)) is not None:
        raise RuleError(Sentence("There is a venue called %(slug)s already. Choose another short name.", slug=slug), field="slug")
    venue = Venue(
        id=new_id(),
        slug=slug,
        name=name,
        town=town,
        summary=summary,
        is_national=is_national,
        access_facts=list(access_facts),
        address=list(address),
        postcode_district=postcode_district,
    )
    session.add(venue)
    session.flush()
    return venue


def join_programme(session: Session, programme_id: UUID, venue_id: UUID) -> ProgrammeVenue:
    """Let a venue take a programme's credits. Answers the membership it has already, if any."""
    membership = session.scalars(
        select(ProgrammeVenue).where(ProgrammeVenue.programme_id == programme_id, ProgrammeVenue.venue_id == venue_id),
    ).one_or_none()
    if membership is None:
        membership = ProgrammeVenue(
            programme_id=programme_id,
            id=new_id(),
            venue_id=venue_id,
            account_id=open_account(session, programme_id, AccountKind.VENUE),
            joined_on=clock.today(),
        )
        session.add(membership)
        session.flush()
    return membership


def find_programme(session: Session, slug: str) -> Programme:
    """The programme with this short name, or NotFoundError."""
    programme = session.scalars(select(Programme).where(Programme.slug == slug)).one_or_none()
    if programme is None:
        raise NotFoundError
    return programme


def find_organisation(session: Session, slug: str, *, programme_slug: str | None = None) -> Organisation:
    """The organisation with this short name.

    Raises NotFoundError when there is none, RuleError when several programmes have one and none was named.
    """
    query = select(Organisation).where(Organisation.slug == slug)
    if programme_slug is not None:
        query = query.where(Organisation.programme_id == find_programme(session, programme_slug).id)
    found = session.scalars(query.limit(2)).all()
    if not found:
        raise NotFoundError
    if len(found) > 1:
        raise RuleError(
            Sentence("More than one programme has an organisation called %(slug)s. Say which with --programme.", slug=slug),
            field="programme",
        )
    return found[0]
