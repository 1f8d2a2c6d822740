"""Their mentorings as the two read them. Who is kept apart from the other finds that it ended, and nobody's name.

After the end a mentor learns only that it was; a mentee keeps their own goals to read. Neither is told who ended it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from timecredits.community.mentoring.goals import SharedGoal, list_goals
from timecredits.community.mentoring.meetings import Meetings, list_meetings
from timecredits.community.mentoring.parties import OPEN, Party, Side, find_mentoring
from timecredits.community.mentoring.words import opened
from timecredits.community.mentoring_models import Mentoring, MentoringState
from timecredits.foundation import clock
from timecredits.foundation.keys import Keyring
from timecredits.network.blocks import kept_apart
from timecredits.network.models import Organisation, Volunteer

__all__ = ["OwnPair", "ReadPair", "list_own", "read_own"]

_MOST_ENDED: Final = 20


@dataclass(frozen=True, slots=True)
class OwnPair:
    """A mentoring as one of the two sees it. `other` is first name and initial, and empty once it has ended."""

    id: UUID
    side: Side
    state: MentoringState
    other: str
    organisation: str
    since: date
    i_agreed: bool
    other_agreed: bool
    review_on: date | None
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class ReadPair:
    """One of them with what its reader may read: `agreement` is None where its key is gone, or where it isn't theirs to read."""

    pair: OwnPair
    agreement: str | None
    goals: Sequence[SharedGoal]
    meetings: Meetings | None


def list_own(session: Session, programme_id: UUID, volunteer_id: UUID) -> Sequence[OwnPair]:
    """A volunteer's own: those that wait for their yes first, then those that go on, then the last 20 that ended."""
    apart = kept_apart(session, programme_id, volunteer_id)
    rows = session.execute(
        select(Mentoring, Organisation.name)
        .join(
            Organisation, (Organisation.programme_id == Mentoring.programme_id) & (Organisation.id == Mentoring.organisation_id)
        )
        .where(
            Mentoring.programme_id == programme_id,
            or_(Mentoring.mentor_id == volunteer_id, Mentoring.mentee_id == volunteer_id),
        )
        .order_by(Mentoring.matched_at.desc(), Mentoring.id.desc())
    ).all()
    others = {row.mentor_id if row.mentee_id == volunteer_id else row.mentee_id for row, _ in rows}
    people = session.scalars(select(Volunteer).where(Volunteer.programme_id == programme_id, Volunteer.id.in_(others)))
    names = {person.id: person.short_name for person in people}
    own = [pair for row, organisation in rows if (pair := _own(row, volunteer_id, organisation, names, apart)) is not None]
    standing = [each for each in own if each.state in OPEN]
    ended = sorted((each for each in own if each.state not in OPEN), key=lambda each: each.ended_on or each.since, reverse=True)
    return [*sorted(standing, key=lambda each: each.i_agreed), *ended[:_MOST_ENDED]]


def read_own(
    session: Session, keyring: Keyring, programme_id: UUID, mentoring_id: UUID, party: Party, *, page: int = 1
) -> ReadPair:
    """One of a volunteer's own, with all that they may read of it. Raises NotFoundError."""
    row = find_mentoring(session, programme_id, mentoring_id, party)
    other_id = row.mentor_id if party.side is Side.MENTEE else row.mentee_id
    other = session.get_one(Volunteer, (programme_id, other_id))
    organisation = session.get_one(Organisation, (programme_id, row.organisation_id)).name
    apart = kept_apart(session, programme_id, party.scope_id)
    pair = _own(row, party.scope_id, organisation, {other_id: other.short_name}, apart)
    if pair is None:
        raise LookupError("own_party lets no mentor through who is kept apart")
    going_on = pair.state is MentoringState.AGREED
    return ReadPair(
        pair,
        opened(keyring, row.id, row.sealed_agreement) if pair.state in OPEN else None,
        list_goals(session, keyring, row) if going_on or party.side is Side.MENTEE else (),
        list_meetings(session, keyring, row, page=page) if going_on else None,
    )


def _own(row: Mentoring, volunteer_id: UUID, organisation: str, names: dict[UUID, str], apart: frozenset[UUID]) -> OwnPair | None:
    side = Side.MENTEE if row.mentee_id == volunteer_id else Side.MENTOR
    other_id = row.mentor_id if side is Side.MENTEE else row.mentee_id
    if other_id in apart and side is Side.MENTOR and row.state in OPEN:  # in the moment before it is ended for them
        return None
    over = row.state is MentoringState.ENDED or other_id in apart
    mine, theirs = row.mentor_agreed_at, row.mentee_agreed_at
    if side is Side.MENTEE:
        mine, theirs = theirs, mine
    return OwnPair(
        row.id,
        side,
        MentoringState.ENDED if over else row.state,
        "" if over else names[other_id],
        organisation,
        clock.local_day(row.matched_at),
        mine is not None,
        theirs is not None,
        None if over else row.review_on,
        clock.local_day(row.ended_at) if row.ended_at is not None else None,
    )
