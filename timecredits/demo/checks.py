"""What some roles of the demo ask, and what their coordinators have seen: all in order, soon over, over, and not there yet."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.hours.activity_models import RequirementKind
from timecredits.hours.planning.requirements import Asked, set_requirements
from timecredits.network.dbs import DbsLevel, Workforce
from timecredits.network.models import CheckKind, Volunteer
from timecredits.network.seen_checks import CheckFacts, note_check

_ASKED = {
    "Mentoring": (
        Asked(RequirementKind.DBS, level=DbsLevel.ENHANCED, workforce=Workforce.ADULT),
        Asked(RequirementKind.REFERENCES, number=2),
    ),
    "Community kitchen": (Asked(RequirementKind.TRAINING, name="Food hygiene"),),
    "Bike workshop": (Asked(RequirementKind.GUARDIAN, number=16),),
}
_ENDS_IN = (400, 25, -10)  # days


class _Sample(Protocol):
    @property
    def name(self) -> str:
        """What it is called."""


class _Group(Protocol):
    """What this needs to know of a group of the demo."""

    activity_id: UUID
    organisation_id: UUID
    coordinator_id: UUID
    regulars: list[Volunteer]

    @property
    def sample(self) -> _Sample:
        """What it was made from."""


def ask_and_see(session: Session, programme_id: UUID, groups: Sequence[_Group]) -> None:
    """Set what the roles ask, and note what was seen of most of their regulars."""
    for group in groups:
        asked = _ASKED.get(group.sample.name)
        if asked is None:
            continue
        here = programme_id, group.organisation_id
        set_requirements(session, *here, group.activity_id, asked, actor_id=group.coordinator_id)
        for number, person in enumerate(group.regulars[:-1]):  # of the last, nothing yet
            ends_in = _ENDS_IN[number % len(_ENDS_IN)]
            for each in asked:
                facts = _seen(each, ends_in)
                note_check(
                    session,
                    *here,
                    person.id,
                    facts,
                    check_id=new_id(),
                    actor_id=group.coordinator_id,
                    today=clock.today(),
                )


def _seen(asked: Asked, ends_in: int) -> CheckFacts:
    today = clock.today()
    facts = CheckFacts(
        CheckKind(asked.kind.value),
        level=asked.level,
        workforce=asked.workforce,
        name=asked.name,
        number=asked.number,
        issued_on=today + timedelta(days=ends_in - 3 * 365),
        expires_on=today + timedelta(days=ends_in),
    )
    if asked.kind is RequirementKind.REFERENCES:
        return replace(facts, issued_on=None, expires_on=None)
    return facts
