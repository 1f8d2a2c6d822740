"""People who offer to be mentors: how many others at once, and what a project worker should know of them for matching, sealed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from timecredits.community.mentoring.parties import OPEN
from timecredits.community.mentoring.words import LONGEST_NOTE, opened, sealed_words
from timecredits.community.mentoring_models import Mentor, Mentoring
from timecredits.foundation import audit, clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.typed_words import tidy_text
from timecredits.foundation.wording import Sentence, counted
from timecredits.hours.hour_facts import lock_people
from timecredits.network.models import Enrolment, Volunteer
from timecredits.network.scope import find, find_and_hold
from timecredits.network.volunteers import find_enrolled

__all__ = ["MOST_AT_ONCE", "KeptMentor", "change_mentor", "end_mentor", "find_mentor", "list_mentors", "offer_mentor", "taken"]

MOST_AT_ONCE: Final = 10


@dataclass(frozen=True, slots=True)
class KeptMentor:
    """A mentor as staff see them: `taken` of `most` places are taken. `words` is None where their key is gone."""

    id: UUID
    volunteer_id: UUID
    name: str
    most: int
    taken: int
    words: str | None
    is_here: bool
    """Whether they are still enrolled."""

    @property
    def room(self) -> int:
        """How many people more they can take on."""
        return max(self.most - self.taken, 0) if self.is_here else 0


def offer_mentor(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    organisation_id: UUID,
    volunteer_id: UUID,
    *,
    mentor_id: UUID,
    most: int,
    words: str,
    actor_id: UUID | None,
) -> bool:
    """Note that somebody enrolled here offers to be a mentor. The same `mentor_id` twice is once: False the second time.

    Raises NotFoundError for somebody who isn't enrolled here; RuleError for somebody who is a mentor here already, too many
    letters, a number that isn't 1 to 10, or fewer places than are taken.
    """
    find_enrolled(session, programme_id, organisation_id, volunteer_id)
    words = _tidied(words)
    lock_people(session, programme_id, [volunteer_id])
    known = session.get(Mentor, (programme_id, mentor_id))
    if known is not None:
        find(session, Mentor, programme_id, mentor_id, organisation_id=organisation_id, volunteer_id=volunteer_id)
        return False
    if _standing(session, programme_id, organisation_id, volunteer_id) is not None:
        raise RuleError(Sentence("This person is a mentor here already. Nothing was saved."), field="person")
    _check_most(most, taken(session, programme_id, organisation_id, [volunteer_id]).get(volunteer_id, 0))
    session.add(
        Mentor(
            programme_id=programme_id,
            id=mentor_id,
            organisation_id=organisation_id,
            volunteer_id=volunteer_id,
            most=most,
            sealed=sealed_words(keyring, mentor_id, words),
            since=clock.now(),
        )
    )
    session.flush()
    audit.record(
        session, programme_id, "mentor offered", actor_id=actor_id, subject_id=mentor_id, organisation_id=organisation_id
    )
    return True


def change_mentor(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    organisation_id: UUID,
    mentor_id: UUID,
    *,
    most: int,
    words: str,
) -> None:
    """Say something else of a mentor. Raises NotFoundError, also once they have stopped; RuleError as for a new one."""
    words = _tidied(words)
    row = find_and_hold(session, Mentor, programme_id, mentor_id, organisation_id=organisation_id, ended_at=None)
    _check_most(most, taken(session, programme_id, organisation_id, [row.volunteer_id]).get(row.volunteer_id, 0))
    row.most, row.sealed = most, sealed_words(keyring, mentor_id, words)
    session.flush()


def end_mentor(session: Session, programme_id: UUID, organisation_id: UUID, mentor_id: UUID, *, actor_id: UUID | None) -> None:
    """Let them take on nobody else; what goes on, goes on. What was kept for matching is removed. Twice is once."""
    row = find_and_hold(session, Mentor, programme_id, mentor_id, organisation_id=organisation_id)
    if row.ended_at is not None:
        return
    row.ended_at, row.sealed = clock.now(), None
    session.flush()
    audit.record(session, programme_id, "mentor ended", actor_id=actor_id, subject_id=mentor_id, organisation_id=organisation_id)


def find_mentor(session: Session, keyring: Keyring, programme_id: UUID, organisation_id: UUID, mentor_id: UUID) -> KeptMentor:
    """One who offers now. Raises NotFoundError, also for one who has stopped."""
    for each in list_mentors(session, keyring, programme_id, organisation_id):
        if each.id == mentor_id:
            return each
    raise NotFoundError


def list_mentors(session: Session, keyring: Keyring, programme_id: UUID, organisation_id: UUID) -> Sequence[KeptMentor]:
    """Everybody who offers to be a mentor here now, by name. Two questions."""
    rows = session.execute(
        select(Mentor, Volunteer, Enrolment.id)
        .join(Volunteer, (Volunteer.programme_id == Mentor.programme_id) & (Volunteer.id == Mentor.volunteer_id))
        .outerjoin(
            Enrolment,
            (Enrolment.programme_id == Mentor.programme_id)
            & (Enrolment.organisation_id == Mentor.organisation_id)
            & (Enrolment.volunteer_id == Mentor.volunteer_id)
            & Enrolment.left_on.is_(None),
        )
        .where(Mentor.programme_id == programme_id, Mentor.organisation_id == organisation_id, Mentor.ended_at.is_(None))
        .order_by(Volunteer.folded_name, Volunteer.id)
    ).all()
    places = taken(session, programme_id, organisation_id, [volunteer.id for _, volunteer, _ in rows])
    return [
        KeptMentor(
            row.id,
            volunteer.id,
            volunteer.name,
            row.most,
            places.get(volunteer.id, 0),
            opened(keyring, row.id, row.sealed),
            enrolment_id is not None,
        )
        for row, volunteer, enrolment_id in rows
    ]


def taken(session: Session, programme_id: UUID, organisation_id: UUID, volunteer_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many places of each mentor are taken here, by those who agreed and those who are asked; 0 is left out."""
    rows = session.execute(
        select(Mentoring.mentor_id, func.count())
        .where(
            Mentoring.programme_id == programme_id,
            Mentoring.organisation_id == organisation_id,
            Mentoring.mentor_id.in_(volunteer_ids),
            Mentoring.state.in_(OPEN),
        )
        .group_by(Mentoring.mentor_id)
    )
    return {mentor_id: number for mentor_id, number in rows}  # noqa: C416 - rows are no tuples to mypy


def _standing(session: Session, programme_id: UUID, organisation_id: UUID, volunteer_id: UUID) -> Mentor | None:
    return session.scalars(
        select(Mentor).filter_by(
            programme_id=programme_id, organisation_id=organisation_id, volunteer_id=volunteer_id, ended_at=None
        )
    ).one_or_none()


def _tidied(words: str) -> str:
    return tidy_text(words, LONGEST_NOTE, field="words")


def _check_most(most: int, now: int) -> None:
    if not 1 <= most <= MOST_AT_ONCE:
        raise RuleError(Sentence("Type a number from 1 to %(most)s. Nothing was saved.", most=MOST_AT_ONCE), field="most")
    if most < now:
        raise RuleError(
            counted(
                "They are in %(num)s pair now. Nothing was saved. Type that number or more.",
                "They are in %(num)s pairs now. Nothing was saved. Type that number or more.",
                now,
            ),
            field="most",
        )
