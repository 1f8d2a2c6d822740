"""The three who have to do with a mentoring, and how a row of it is found and held for one of them.

Rows are taken in this order (docs/adr/0014): the people, the mentor's row, the mentoring, the ledger's accounts.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeVar
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from timecredits.community.mentoring_models import (
    Mentoring,
    MentoringGoal,
    MentoringMeeting,
    MentoringReview,
    MentoringState,
    MentoringStep,
)
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.wording import Sentence
from timecredits.network.blocks import is_kept_apart
from timecredits.network.scope import find, find_and_hold

__all__ = ["OPEN", "Party", "Side", "find_mentoring", "find_part", "hold_going_on", "hold_open", "own_party", "worker"]

OPEN: Final = (MentoringState.PROPOSED, MentoringState.AGREED)
"""A place with a mentor is taken for as long as it is in one of these."""
OVER: Final = Sentence("This pair has ended. Nothing was saved.")

Part = TypeVar("Part", MentoringGoal, MentoringStep, MentoringMeeting, MentoringReview)


class Side(StrEnum):
    """Who somebody is to a mentoring."""

    WORKER = "worker"
    MENTOR = "mentor"
    MENTEE = "mentee"


@dataclass(frozen=True, slots=True)
class Party:
    """Who asks: a project worker of an organisation, the mentor or the mentee.

    `scope_id` is the organisation's id for a worker and the volunteer's own for the others; `actor_id` is the worker's user or
    the volunteer, as rows remember who noted them.
    """

    side: Side
    scope_id: UUID
    actor_id: UUID | None

    @property
    def owner(self) -> dict[str, UUID]:
        """What a mentoring of theirs must hold in which column."""
        column = {Side.WORKER: "organisation_id", Side.MENTOR: "mentor_id", Side.MENTEE: "mentee_id"}[self.side]
        return {column: self.scope_id}


def worker(organisation_id: UUID, user_id: UUID | None) -> Party:
    """A project worker of an organisation."""
    return Party(Side.WORKER, organisation_id, user_id)


def own_party(session: Session, programme_id: UUID, volunteer_id: UUID, mentoring_id: UUID) -> Party:
    """Who a volunteer is to one mentoring.

    Raises NotFoundError for another's. A mentor kept apart from the mentee finds it ended, as any mentor whose pair has ended:
    a page that were gone would tell of the mentee's wish. It isn't there in the moment before somebody ends it for them.
    """
    row = session.scalars(
        select(Mentoring).where(
            Mentoring.programme_id == programme_id,
            Mentoring.id == mentoring_id,
            or_(Mentoring.mentor_id == volunteer_id, Mentoring.mentee_id == volunteer_id),
        )
    ).one_or_none()
    if row is None:
        raise NotFoundError
    if row.mentee_id == volunteer_id:
        return Party(Side.MENTEE, volunteer_id, volunteer_id)
    if row.state in OPEN and is_kept_apart(session, programme_id, row.mentor_id, row.mentee_id):
        raise NotFoundError
    return Party(Side.MENTOR, volunteer_id, volunteer_id)


def find_mentoring(session: Session, programme_id: UUID, mentoring_id: UUID, party: Party) -> Mentoring:
    """One mentoring of theirs, whatever its state. Raises NotFoundError."""
    return find(session, Mentoring, programme_id, mentoring_id, **party.owner)


def hold_open(session: Session, programme_id: UUID, mentoring_id: UUID, party: Party) -> Mentoring:
    """One that hasn't ended, held until the transaction ends. Raises NotFoundError; RuleError once it is over.

    Two who are kept apart have no mentoring, also in the moment before somebody ends it for them.
    """
    row = find_and_hold(session, Mentoring, programme_id, mentoring_id, **party.owner)
    if row.state not in OPEN or is_kept_apart(session, programme_id, row.mentor_id, row.mentee_id):
        raise RuleError(OVER)
    return row


def hold_going_on(session: Session, programme_id: UUID, mentoring_id: UUID, party: Party) -> Mentoring:
    """One that both agreed to, held. Raises as `hold_open` does, and RuleError before both said yes."""
    row = hold_open(session, programme_id, mentoring_id, party)
    if row.state is not MentoringState.AGREED:
        raise RuleError(Sentence("Both people must say yes first. Nothing was saved."))
    return row


def find_part(session: Session, model: type[Part], mentoring: Mentoring, part_id: UUID, **owner: UUID) -> Part:
    """A goal, step, meeting or review of this mentoring. Raises NotFoundError."""
    return find(session, model, mentoring.programme_id, part_id, mentoring_id=mentoring.id, **owner)
