"""What an organisation needs before people can give time there, as a list of five: worked out when looked at, never ticked.

What it does with activities and sessions is known one layer above, and handed in (hours/started).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.folding import fold
from timecredits.network.agreements import Agreement, agreement_of
from timecredits.network.invitation_models import Invitation
from timecredits.network.invitations import waiting
from timecredits.network.models import Organisation, RoleKind, StaffRole, User
from timecredits.network.roles import in_force

__all__ = ["Checklist", "Started", "State", "Step", "StepDone", "checklists", "find_checklist"]


class Step(StrEnum):
    """What is needed, in the order in which it is usually done."""

    AGREEMENT = "agreement"
    LEAD = "lead"
    BRIEF = "brief"
    ACTIVITIES = "activities"
    SESSIONS = "sessions"


class State(StrEnum):
    """How an organisation stands."""

    READYING = "readying"
    OPEN = "open"
    ON_HOLD = "on_hold"


@dataclass(frozen=True, slots=True)
class Started:
    """What an organisation has begun: an open activity that earns credits, and a session, planned or recorded."""

    earns: bool = False
    meets: bool = False


@dataclass(frozen=True, slots=True)
class StepDone:
    """One step. `waits`: somebody was asked and has not answered. `day` is when it was done, where that is known.

    `who` is the lead's name, of who is or who was asked to be.
    """

    step: Step
    is_done: bool
    waits: bool = False
    day: date | None = None
    who: str = ""


@dataclass(frozen=True, slots=True)
class Checklist:
    """An organisation and its five steps. `agreement` says also of one that is ready whether its agreement ends."""

    organisation: Organisation
    steps: tuple[StepDone, ...]
    agreement: Agreement

    @property
    def missing(self) -> tuple[StepDone, ...]:
        """The steps that are not done, in order."""
        return tuple(each for each in self.steps if not each.is_done)

    @property
    def done(self) -> int:
        """How many are done."""
        return len(self.steps) - len(self.missing)

    @property
    def state(self) -> State:
        """On hold before anything else, then by what is missing."""
        if self.organisation.suspended_at is not None:
            return State.ON_HOLD
        return State.READYING if self.missing else State.OPEN


def checklists(
    session: Session, programme_id: UUID, started: Mapping[UUID, Started], *, today: date, search: str = ""
) -> Sequence[Checklist]:
    """Every organisation of a programme by name, with its list; `search` looks in names and towns. Three questions."""
    rows = session.scalars(select(Organisation).where(Organisation.programme_id == programme_id))
    wanted = fold(search).split()
    found = [row for row in rows if all(word in fold(f"{row.name} {row.slug} {row.town}") for word in wanted)]
    leads, asked = _leads(session, programme_id, today), _asked(session, programme_id, clock.now())
    made = [_checklist(row, leads, asked, started.get(row.id, Started()), today) for row in found]
    return sorted(made, key=lambda each: (fold(each.organisation.name), each.organisation.id))


def find_checklist(session: Session, organisation: Organisation, started: Started, *, today: date) -> Checklist:
    """The list of one organisation. Two questions."""
    at = organisation.programme_id, organisation.id
    leads = _leads(session, at[0], today, StaffRole.organisation_id == at[1])
    asked = _asked(session, at[0], clock.now(), Invitation.organisation_id == at[1])
    return _checklist(organisation, leads, asked, started, today)


def _checklist(
    row: Organisation, leads: Mapping[UUID, str], asked: Mapping[UUID, str], started: Started, today: date
) -> Checklist:
    lead = leads.get(row.id)
    steps = (
        StepDone(Step.AGREEMENT, row.agreed_on is not None, day=row.agreed_on),
        StepDone(Step.LEAD, lead is not None, waits=lead is None and row.id in asked, who=lead or asked.get(row.id, "")),
        StepDone(Step.BRIEF, row.briefed_on is not None, day=row.briefed_on),
        StepDone(Step.ACTIVITIES, started.earns),
        StepDone(Step.SESSIONS, started.meets),
    )
    return Checklist(row, steps, agreement_of(row, today))


def _leads(session: Session, programme_id: UUID, today: date, *conditions: ColumnElement[bool]) -> dict[UUID, str]:
    """The name of each organisation's owner in force."""
    rows = session.execute(
        select(StaffRole.organisation_id, User.name)
        .join(User, User.id == StaffRole.user_id)
        .where(
            StaffRole.programme_id == programme_id,
            StaffRole.kind == RoleKind.ORGANISATION_OWNER,
            in_force(today),
            User.disabled_at.is_(None),
            *conditions,
        )
    )
    return {organisation_id: name for organisation_id, name in rows if organisation_id is not None}


def _asked(session: Session, programme_id: UUID, now: datetime, *conditions: ColumnElement[bool]) -> dict[UUID, str]:
    """Who was asked to be an organisation's owner and can still say yes."""
    rows = session.execute(
        select(Invitation.organisation_id, Invitation.name)
        .where(
            Invitation.programme_id == programme_id,
            Invitation.kind == RoleKind.ORGANISATION_OWNER,
            waiting(now),
            *conditions,
        )
        .order_by(Invitation.made_at)
    )
    return {organisation_id: name for organisation_id, name in rows if organisation_id is not None}
