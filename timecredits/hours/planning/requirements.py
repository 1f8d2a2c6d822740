"""What an activity asks of the people who do it: a DBS level, a training, a guardian's yes under an age, references."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from timecredits.foundation import audit
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import RuleError
from timecredits.foundation.folding import fold
from timecredits.foundation.wording import Sentence, counted
from timecredits.hours.activities import find_activity
from timecredits.hours.activity_models import Activity, ActivityRequirement, RequirementKind
from timecredits.network.dbs import DbsLevel, Workforce, dbs_text, has_workforce
from timecredits.network.seen_checks import LONGEST_NAME, MOST_REFERENCES

MOST_TRAININGS = 5
OLDEST = 25


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing asked: a DBS `level` and `workforce` (empty: any), a training's `name`, an age or a count as `number`."""

    kind: RequirementKind
    level: str = ""
    workforce: str = ""
    name: str = ""
    number: int | None = None


@dataclass(frozen=True, slots=True)
class AskedHere:
    """What the open activities of an organisation ask, all together: the kinds, and the trainings by name."""

    kinds: frozenset[RequirementKind]
    trainings: tuple[str, ...]


def list_requirements(session: Session, programme_id: UUID, activity_ids: Iterable[UUID]) -> dict[UUID, tuple[Asked, ...]]:
    """What each of these activities asks, in one question; activities that ask nothing are left out."""
    rows = session.scalars(
        select(ActivityRequirement).where(
            ActivityRequirement.programme_id == programme_id, ActivityRequirement.activity_id.in_(set(activity_ids))
        )
    )
    found: dict[UUID, list[Asked]] = {}
    for row in rows:
        found.setdefault(row.activity_id, []).append(Asked(row.kind, row.level, row.workforce, row.name, row.number))
    return {activity_id: tuple(sorted(asked, key=_order)) for activity_id, asked in found.items()}


def asked_here(session: Session, programme_id: UUID, organisation_id: UUID) -> AskedHere:
    """What the open activities of an organisation ask."""
    rows = session.execute(
        select(ActivityRequirement.kind, ActivityRequirement.name)
        .join(
            Activity,
            (Activity.programme_id == ActivityRequirement.programme_id) & (Activity.id == ActivityRequirement.activity_id),
        )
        .where(Activity.programme_id == programme_id, Activity.organisation_id == organisation_id, Activity.is_open)
    ).all()
    trainings = {fold(row.name): row.name for row in rows if row.kind is RequirementKind.TRAINING}
    return AskedHere(frozenset(row.kind for row in rows), tuple(sorted(trainings.values(), key=fold)))


def set_requirements(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    activity_id: UUID,
    asked: Sequence[Asked],
    *,
    actor_id: UUID | None,
) -> tuple[Asked, ...]:
    """Let an activity ask exactly this from now on; people who have signed up already stay signed up.

    Raises RuleError for what can't be asked, NotFoundError for another organisation's activity.
    """
    find_activity(session, programme_id, organisation_id, activity_id)
    wanted = tuple(sorted({_key(each): each for each in map(_tidied, asked)}.values(), key=_order))
    if sum(each.kind is RequirementKind.TRAINING for each in wanted) > MOST_TRAININGS:
        raise RuleError(
            Sentence("Ask for at most %(most)s trainings. Nothing was saved.", most=MOST_TRAININGS), field="trainings"
        )
    if wanted == list_requirements(session, programme_id, [activity_id]).get(activity_id, ()):
        return wanted
    session.execute(
        delete(ActivityRequirement).where(
            ActivityRequirement.programme_id == programme_id, ActivityRequirement.activity_id == activity_id
        )
    )
    session.add_all(
        ActivityRequirement(
            programme_id=programme_id,
            id=new_id(),
            activity_id=activity_id,
            kind=each.kind,
            level=each.level,
            workforce=each.workforce,
            name=each.name,
            number=each.number,
        )
        for each in wanted
    )
    session.flush()
    audit.record(
        session,
        programme_id,
        "requirements changed",
        actor_id=actor_id,
        subject_id=activity_id,
        organisation_id=organisation_id,
    )
    return wanted


def asked_text(asked: Asked) -> Sentence:
    """What is asked, as a line of a list: "enhanced DBS check for work with children"."""
    match asked.kind:
        case RequirementKind.DBS:
            return dbs_text(asked.level, asked.workforce)
        case RequirementKind.TRAINING:
            return Sentence("training: %(training)s", training=asked.name)
        case RequirementKind.GUARDIAN:
            return Sentence("a parent or guardian’s yes, if you are under %(age)s", age=asked.number)
        case RequirementKind.REFERENCES:
            return counted("%(num)s reference", "%(num)s references", asked.number or 0)


def _tidied(asked: Asked) -> Asked:
    match asked.kind:
        case RequirementKind.DBS:
            if asked.level not in set(DbsLevel):
                raise RuleError(Sentence("Choose the level. Nothing was saved."), field="level")
            workforce = asked.workforce if has_workforce(asked.level) and asked.workforce in set(Workforce) else ""
            return Asked(asked.kind, level=asked.level, workforce=workforce)
        case RequirementKind.TRAINING:
            name = " ".join(asked.name.split())
            if not any(map(str.isalnum, name)):
                raise RuleError(Sentence("Type the name of the training. Nothing was saved."), field="trainings")
            if len(name) > LONGEST_NAME:
                sentence = Sentence("That name is too long. Use at most %(most)s letters.", most=LONGEST_NAME)
                raise RuleError(sentence, field="trainings")
            return Asked(asked.kind, name=name)
        case RequirementKind.GUARDIAN:
            if not 0 < (asked.number or 0) <= OLDEST:
                raise RuleError(Sentence("Type an age from 1 to %(most)s. Nothing was saved.", most=OLDEST), field="age")
        case RequirementKind.REFERENCES:
            if not 0 < (asked.number or 0) <= MOST_REFERENCES:
                sentence = Sentence("Type how many, from 1 to %(most)s. Nothing was saved.", most=MOST_REFERENCES)
                raise RuleError(sentence, field="references")
    return Asked(asked.kind, number=asked.number)


def _key(asked: Asked) -> tuple[RequirementKind, str]:
    return asked.kind, fold(asked.name)


def _order(asked: Asked) -> tuple[int, str]:
    return list(RequirementKind).index(asked.kind), fold(asked.name)
