"""What a venue says about itself: what it is, where it is, and what it is like to get in."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import audit
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.postcode_districts import district_of, is_known
from timecredits.foundation.wording import Sentence
from timecredits.network.models import ProgrammeVenue, Venue
from timecredits.network.shared_venues import need_to_speak_for

LONGEST_SUMMARY = 300
LONGEST_LINE = 80
MOST_LINES = 8


@dataclass(frozen=True)
class VenueFacts:
    """What a venue says. Of `postcode` the first half is kept for distances; the address may hold all of it, for finding it."""

    summary: str
    address: tuple[str, ...]
    postcode: str
    access_facts: tuple[str, ...]


def find_venue(session: Session, programme_id: UUID, venue_id: UUID) -> Venue:
    """A venue that takes part in the programme, or NotFoundError."""
    venue = session.scalars(
        select(Venue)
        .join(ProgrammeVenue, ProgrammeVenue.venue_id == Venue.id)
        .where(ProgrammeVenue.programme_id == programme_id, Venue.id == venue_id),
    ).one_or_none()
    if venue is None:
        raise NotFoundError
    return venue


def find_membership(session: Session, programme_id: UUID, venue_id: UUID, *, hold: bool = False) -> ProgrammeVenue:
    """A venue's part in the programme, held against others with `hold`; or NotFoundError."""
    query = select(ProgrammeVenue).where(ProgrammeVenue.programme_id == programme_id, ProgrammeVenue.venue_id == venue_id)
    part = session.scalars(query.with_for_update() if hold else query).one_or_none()
    if part is None:
        raise NotFoundError
    return part


def describe_venue(session: Session, programme_id: UUID, venue_id: UUID, facts: VenueFacts, *, actor_id: UUID | None) -> Venue:
    """Say from now on, in every programme it takes part in, what a venue is and where. Raises NotFoundError or RuleError.

    Of a shared venue only those who speak for it say what it is (network/shared_venues).
    """
    venue = find_venue(session, programme_id, venue_id)
    need_to_speak_for(session, venue_id, actor_id)
    summary = " ".join(facts.summary.split())
    if len(summary) > LONGEST_SUMMARY:
        raise RuleError(Sentence("Use at most %(most)s letters here.", most=LONGEST_SUMMARY), field="summary")
    address, access = _lines(facts.address, "address"), _lines(facts.access_facts, "access_facts")
    venue.postcode_district = _district(facts.postcode)
    venue.summary, venue.address, venue.access_facts = summary, address, access
    audit.record(session, programme_id, "venue described", actor_id=actor_id, subject_id=venue_id)
    session.flush()
    return venue


def _district(postcode: str) -> str:
    if not postcode.strip():
        return ""
    district = district_of(postcode)
    if district is None:
        raise RuleError(Sentence("Type a postcode, like CB7 4DF. Nothing was saved."), field="postcode")
    if not is_known(district):
        raise RuleError(
            Sentence("We do not know where %(district)s is. Try a postcode near it.", district=district), field="postcode"
        )
    return district


def _lines(lines: Sequence[str], field: str) -> list[str]:
    kept = [" ".join(line.split()) for line in lines if line.strip()]
    if len(kept) > MOST_LINES or any(len(line) > LONGEST_LINE for line in kept):
        raise RuleError(
            Sentence("Use at most %(most)s lines of %(letters)s letters.", most=MOST_LINES, letters=LONGEST_LINE), field=field
        )
    return kept
