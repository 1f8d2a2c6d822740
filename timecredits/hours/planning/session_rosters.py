"""How many people are coming to sessions and how many wait: numbers for lists, without anybody's name."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from timecredits.hours.activity_models import SignUp, SignUpStatus
from timecredits.hours.planning.sessions import DatedSession


@dataclass(frozen=True, slots=True)
class Turnout:
    """How many are coming to one session, whoever they bring counted too, and how many bookings wait for a place."""

    dated: DatedSession
    coming: int = 0
    waiting: int = 0

    @property
    def is_full(self) -> bool:
        """Whether nobody more has a place."""
        return self.dated.capacity is not None and self.coming >= self.dated.capacity


def list_turnouts(session: Session, programme_id: UUID, dated: Iterable[DatedSession]) -> list[Turnout]:
    """The sessions in their order, each with its numbers. One question."""
    sessions = list(dated)
    rows = session.execute(
        select(SignUp.session_id, SignUp.status, func.count(), func.sum(SignUp.party))
        .where(
            SignUp.programme_id == programme_id,
            SignUp.session_id.in_({each.id for each in sessions if each.is_kept}),
            SignUp.status != SignUpStatus.CANCELLED,
        )
        .group_by(SignUp.session_id, SignUp.status)
    )
    counts = {
        (session_id, status): int(places) if status is SignUpStatus.COMING else people
        for session_id, status, people, places in rows
    }
    return [
        Turnout(each, counts.get((each.id, SignUpStatus.COMING), 0), counts.get((each.id, SignUpStatus.WAITING), 0))
        for each in sessions
    ]
