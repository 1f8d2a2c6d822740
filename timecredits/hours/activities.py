"""What people can help with at an organisation. A name stands for one activity there, however it is spelled."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import RuleError
from timecredits.foundation.folding import fold
from timecredits.foundation.wording import Sentence
from timecredits.hours.activity_facts import ActivityFacts, check_facts, columns_of, tidied
from timecredits.hours.activity_models import Activity, ActivityKind
from timecredits.hours.models import HourEntry
from timecredits.network.scope import find

__all__ = [
    "ActivityFacts",
    "FoundActivities",
    "ListedActivity",
    "close_activity",
    "create_activity",
    "edit_activity",
    "find_activity",
    "find_or_create_activities",
    "known_activities",
    "list_activities",
]

_LATELY = timedelta(days=365)

_activity: Any = Activity.__table__
_INSERT = {
    name: dialect.insert(_activity).on_conflict_do_nothing(index_elements=["programme_id", "organisation_id", "folded_name"])
    for name, dialect in {"postgresql": postgresql, "sqlite": sqlite}.items()
}


@dataclass(frozen=True, slots=True)
class ListedActivity:
    """An activity, the last day within a year that anybody came, and how many people came in that year."""

    activity: Activity
    last_day: date | None
    people: int


@dataclass(frozen=True, slots=True)
class FoundActivities:
    """Activity ids by folded name, and the names of those that had to be made."""

    ids: dict[str, UUID]
    created: tuple[str, ...]


def create_activity(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    facts: ActivityFacts,
    *,
    actor_id: UUID | None,
    activity_id: UUID | None = None,
) -> Activity:
    """Add an activity. The same `activity_id` twice adds once. Raises RuleError for a missing, too long or taken name."""
    facts = tidied(facts)
    if activity_id is not None and (known := session.get(Activity, (programme_id, activity_id))) is not None:
        return find(session, Activity, programme_id, known.id, organisation_id=organisation_id)
    _check(session, programme_id, organisation_id, facts, besides=None)
    activity = _new(programme_id, organisation_id, facts, activity_id or new_id())
    session.add(activity)
    session.flush()
    audit.record(
        session,
        programme_id,
        "activity created",
        actor_id=actor_id,
        subject_id=activity.id,
        organisation_id=organisation_id,
    )
    return activity


def find_or_create_activities(
    session: Session, programme_id: UUID, organisation_id: UUID, names: Iterable[str]
) -> FoundActivities:
    """The activities with these names, whatever their capitals and accents; what isn't known yet is made."""
    wanted = {fold(name): " ".join(name.split()) for name in names}
    known = known_activities(session, programme_id, organisation_id)
    created = []
    for folded, name in sorted(wanted.items()):  # one order, so that two can't lock each other out
        if folded not in known:
            facts = tidied(ActivityFacts(name))
            check_facts(facts)
            values = {"programme_id": programme_id, "id": new_id(), "organisation_id": organisation_id, "is_open": True}
            values |= {"created_at": clock.now()} | columns_of(facts)
            session.execute(_INSERT[session.connection().dialect.name], values)
            created.append(name)
    if created:  # two who make the same one at once: the second waits for the first, then finds it there
        known = known_activities(session, programme_id, organisation_id)
    return FoundActivities({folded: known[folded] for folded in wanted}, tuple(created))


def known_activities(session: Session, programme_id: UUID, organisation_id: UUID) -> dict[str, UUID]:
    """Activity ids by folded name, closed ones too."""
    rows = session.execute(
        select(Activity.folded_name, Activity.id).where(
            Activity.programme_id == programme_id, Activity.organisation_id == organisation_id
        )
    )
    return {row.folded_name: row.id for row in rows}


def list_activities(
    session: Session, programme_id: UUID, organisation_id: UUID, *, today: date, only_open: bool = False
) -> Sequence[ListedActivity]:
    """An organisation's activities: those that took place last come first, then by name.

    `only_open`: those for which hours may be given now. One that counts none, such as most events, is not among them.
    """
    lately = (
        select(
            HourEntry.activity_id,
            func.max(HourEntry.done_on).label("last_day"),
            func.count(HourEntry.volunteer_id.distinct()).label("people"),
        )
        .where(
            HourEntry.programme_id == programme_id,
            HourEntry.organisation_id == organisation_id,
            HourEntry.done_on > today - _LATELY,
        )
        .group_by(HourEntry.activity_id)
        .subquery()
    )
    query = (
        select(Activity, lately.c.last_day, lately.c.people)
        .outerjoin(lately, lately.c.activity_id == Activity.id)
        .where(Activity.programme_id == programme_id, Activity.organisation_id == organisation_id)
    )
    if only_open:
        query = query.where(Activity.is_open, Activity.counts_hours)
    listed = [ListedActivity(activity, last_day, people or 0) for activity, last_day, people in session.execute(query)]
    return sorted(listed, key=lambda each: (-(each.last_day or date.min).toordinal(), each.activity.folded_name))


def find_activity(session: Session, programme_id: UUID, organisation_id: UUID, activity_id: UUID) -> Activity:
    """One activity of an organisation, or NotFoundError."""
    return find(session, Activity, programme_id, activity_id, organisation_id=organisation_id)


def edit_activity(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    activity_id: UUID,
    facts: ActivityFacts,
    *,
    actor_id: UUID | None,
) -> Activity:
    """Say something else about an activity; hours given stay as they are. Raises RuleError as `create_activity` does."""
    activity = find_activity(session, programme_id, organisation_id, activity_id)
    facts = tidied(facts)
    _check(session, programme_id, organisation_id, facts, besides=activity_id)
    for column, value in columns_of(facts).items():
        setattr(activity, column, value)
    session.flush()
    audit.record(
        session, programme_id, "activity changed", actor_id=actor_id, subject_id=activity_id, organisation_id=organisation_id
    )
    return activity


def close_activity(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    activity_id: UUID,
    *,
    actor_id: UUID | None,
    is_open: bool = False,
) -> Activity:
    """Take an activity off the lists, or put it back (`is_open`). Hours given there stay as they are.

    Raises RuleError for an event's: it is open while the event is shown, so that nobody can book a draft.
    """
    activity = find_activity(session, programme_id, organisation_id, activity_id)
    if activity.kind is ActivityKind.EVENT:
        raise RuleError(Sentence("This is an event. Nothing was changed. Show it, or make it a draft, on its page under Events."))
    activity.is_open = is_open
    session.flush()
    audit.record(
        session,
        programme_id,
        "activity opened" if is_open else "activity closed",
        actor_id=actor_id,
        subject_id=activity_id,
        organisation_id=organisation_id,
    )
    return activity


def _new(programme_id: UUID, organisation_id: UUID, facts: ActivityFacts, activity_id: UUID) -> Activity:
    return Activity(
        programme_id=programme_id,
        id=activity_id,
        organisation_id=organisation_id,
        is_open=True,
        created_at=clock.now(),
        **columns_of(facts),
    )


def _check(session: Session, programme_id: UUID, organisation_id: UUID, facts: ActivityFacts, *, besides: UUID | None) -> None:
    check_facts(facts)
    taken = session.scalar(
        select(Activity.id).where(
            Activity.programme_id == programme_id,
            Activity.organisation_id == organisation_id,
            Activity.folded_name == fold(facts.name),
        )
    )
    if taken is not None and taken != besides:
        raise RuleError(
            Sentence("You have an activity called %(name)s already. Choose another name.", name=facts.name), field="name"
        )
