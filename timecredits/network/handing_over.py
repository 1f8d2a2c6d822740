"""One owner and any number of staff: the owner and one of the staff change places, in one transaction.

Their rows stay and change their kind, so that letters still know since when each has worked there; the audit log knows when
they changed places. The owner's seat is empty for a moment in between, because the database lets nobody sit beside an owner.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock, mail
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.network.models import Programme, RoleKind, StaffRole, User
from timecredits.network.roles import RoleState, StaffLine, Workplace, find_line, hold_workplace, in_force, last_day, list_lines

__all__ = ["hand_over", "who_can_take_over"]

_SUBJECT: Final = "%(programme)s: a note for you"


def who_can_take_over(session: Session, programme_id: UUID, organisation_id: UUID, *, today: date) -> Sequence[StaffLine]:
    """Those of an organisation's staff who could become its owner today."""
    lines = list_lines(session, programme_id, Workplace(organisation_id), today=today)
    return [each for each in lines if _can(each)]


def hand_over(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    role_id: UUID,
    *,
    actor_id: UUID | None,
    base_url: str,
    today: date,
) -> StaffLine:
    """Make the holder of this role the owner; whoever was it becomes a coordinator. Both get a mail. Twice is once.

    Where nobody was the owner, somebody is then. Raises RuleError for somebody who doesn't work there any more, or whose role
    has a last day; NotFoundError for a role of elsewhere.
    """
    place = Workplace(organisation_id)
    hold_workplace(session, programme_id, place)
    line = find_line(session, programme_id, place, role_id, today=today)
    if line.kind is RoleKind.ORGANISATION_OWNER and line.state is RoleState.COUNTS:
        return line
    if line.ends_on is not None and line.state is RoleState.COUNTS:
        raise RuleError(
            Sentence("Their role has a last day. Take it back first. Nothing was changed, and the owner is the same."),
            field="person",
        )
    if not _can(line):
        raise RuleError(Sentence("They do not work here any more. Choose somebody else. Nothing was changed."), field="person")
    told = [line.email]
    for role in session.scalars(
        select(StaffRole)
        .where(
            StaffRole.programme_id == programme_id,
            place.holds(),
            StaffRole.kind == RoleKind.ORGANISATION_OWNER,
            StaffRole.ended_at.is_(None),  # also one whose last day is over: it keeps the seat in the database
        )
        .with_for_update()
    ):
        if last_day(role, today) is None:
            role.kind = RoleKind.COORDINATOR
            told.append(session.get_one(User, role.user_id).email or "")
        else:
            role.ended_at = clock.now()
    session.flush()  # the seat must be empty before it is taken
    role = session.scalars(
        select(StaffRole).where(StaffRole.programme_id == programme_id, place.holds(), StaffRole.id == role_id, in_force(today))
    ).one()
    role.kind = RoleKind.ORGANISATION_OWNER
    audit.record(
        session,
        programme_id,
        "ownership handed over",
        actor_id=actor_id,
        subject_id=role_id,
        organisation_id=organisation_id,
    )
    session.flush()
    _tell(session, programme_id, told, base_url)
    return find_line(session, programme_id, place, role_id, today=today)


def _can(line: StaffLine) -> bool:
    return line.kind is RoleKind.COORDINATOR and line.state is RoleState.COUNTS and line.ends_on is None and not line.is_disabled


def _tell(session: Session, programme_id: UUID, addresses: Sequence[str], base_url: str) -> None:
    """The new owner, then the old one. A mail says nothing of where: a mailbox may be read by others."""
    programme = session.get_one(Programme, programme_id).name
    words = (
        Sentence("You are the owner now. You say who works there, and who looks after what. Sign in to see it:"),
        Sentence("Somebody else is the owner now. You still work there, as a coordinator. Sign in to see it:"),
    )
    for address, told in zip(addresses, words, strict=False):
        if address:
            body = f"{Sentence('Hello,')}\n\n{told}\n{base_url}/sign-in\n"
            mail.queue(session, recipient=address, subject=str(Sentence(_SUBJECT, programme=programme)), body=body)
