"""Making, changing and ending peer groups, and listing an organisation's. Each stands on an activity that lets in its members."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.community.group_models import PeerGroup
from timecredits.community.groups.group_facts import NEUTRAL_NAME, GroupFacts, tidied
from timecredits.foundation import audit, clock
from timecredits.foundation.errors import RuleError
from timecredits.foundation.folding import fold
from timecredits.foundation.keys import Keyring
from timecredits.foundation.sealing import open_sealed, seal
from timecredits.foundation.wording import Sentence
from timecredits.hours.activities import close_activity, create_activity, edit_activity, find_activity, known_activities
from timecredits.hours.activity_facts import ActivityFacts, facts_of
from timecredits.hours.activity_models import ActivityKind, OpenTo
from timecredits.hours.planning.plan_changes import end_plan
from timecredits.hours.planning.plans import list_plans
from timecredits.hours.planning.session_messages import Told
from timecredits.network.scope import find, find_and_hold

__all__ = [
    "change_group",
    "end_group",
    "facts_of_group",
    "find_group",
    "group_link",
    "list_groups",
    "make_group",
    "next_neutral_name",
]

_LINK: Final = "group-link"
"""The purpose that a group's link is sealed for."""


def list_groups(session: Session, programme_id: UUID, organisation_id: UUID, *, with_ended: bool = False) -> Sequence[PeerGroup]:
    """An organisation's groups by name; those that ended only if asked for."""
    query = select(PeerGroup).where(PeerGroup.programme_id == programme_id, PeerGroup.organisation_id == organisation_id)
    if not with_ended:
        query = query.where(PeerGroup.ended_at.is_(None))
    return sorted(session.scalars(query), key=lambda each: (fold(each.name), each.id))


def find_group(session: Session, programme_id: UUID, organisation_id: UUID, group_id: UUID) -> PeerGroup:
    """One group of an organisation, also an ended one. Raises NotFoundError."""
    return find(session, PeerGroup, programme_id, group_id, organisation_id=organisation_id)


def make_group(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    organisation_id: UUID,
    facts: GroupFacts,
    *,
    group_id: UUID,
    actor_id: UUID | None,
) -> PeerGroup:
    """Make a group and its activity. The same `group_id` twice makes one. Raises RuleError for what can't be said."""
    facts = tidied(facts)
    if session.get(PeerGroup, (programme_id, group_id)) is not None:
        return find_group(session, programme_id, organisation_id, group_id)
    here = (session, programme_id, organisation_id)
    try:
        activity = create_activity(
            *here,
            _activity_facts(ActivityFacts(facts.neutral_name), facts),
            actor_id=actor_id,
            activity_id=uuid5(group_id, "activity"),
        )
    except RuleError as fault:
        raise _at_own_field(fault) from fault
    group = PeerGroup(
        programme_id=programme_id,
        id=group_id,
        organisation_id=organisation_id,
        activity_id=activity.id,
        made_at=clock.now(),
        kind=facts.kind,
        name=facts.name,
    )
    _say(group, keyring, facts)
    session.add(group)
    session.flush()
    audit.record(session, programme_id, "group made", actor_id=actor_id, subject_id=group_id, organisation_id=organisation_id)
    return group


def change_group(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    organisation_id: UUID,
    group_id: UUID,
    facts: GroupFacts,
    *,
    actor_id: UUID | None,
) -> PeerGroup:
    """Say something else about a group. Who is in it stays. Raises RuleError as `make_group` does, also for one that ended."""
    facts = tidied(facts)
    group = find_and_hold(session, PeerGroup, programme_id, group_id, organisation_id=organisation_id)
    if group.ended_at is not None:
        raise RuleError(Sentence("This group has ended. Nothing was changed."), field="name")
    activity = find_activity(session, programme_id, organisation_id, group.activity_id)
    said = _activity_facts(facts_of(activity), facts)
    try:
        edit_activity(session, programme_id, organisation_id, activity.id, said, actor_id=actor_id)
    except RuleError as fault:
        raise _at_own_field(fault) from fault
    _say(group, keyring, facts)
    session.flush()
    audit.record(session, programme_id, "group changed", actor_id=actor_id, subject_id=group_id, organisation_id=organisation_id)
    return group


def end_group(session: Session, programme_id: UUID, organisation_id: UUID, group_id: UUID, *, actor_id: UUID | None) -> Told:
    """End a group after today: its plans end, whoever signed up for later is told, its activity closes. Twice is once.

    Hours stay, and so does what members wrote. Answers who was written to.
    """
    group = find_and_hold(session, PeerGroup, programme_id, group_id, organisation_id=organisation_id)
    told = Told()
    if group.ended_at is not None:
        return told
    today = clock.today()
    for plan in list_plans(session, programme_id, [group.activity_id], today=today).get(group.activity_id, []):
        if plan.next_day is not None:
            told += end_plan(session, programme_id, organisation_id, plan.plan.id, today, actor_id=actor_id).told
    close_activity(session, programme_id, organisation_id, group.activity_id, actor_id=actor_id)
    group.ended_at = clock.now()
    session.flush()
    audit.record(session, programme_id, "group ended", actor_id=actor_id, subject_id=group_id, organisation_id=organisation_id)
    return told


def facts_of_group(session: Session, keyring: Keyring, group: PeerGroup) -> GroupFacts:
    """What is said about a group now."""
    activity = find_activity(session, group.programme_id, group.organisation_id, group.activity_id)
    return GroupFacts(
        name=group.name,
        kind=group.kind,
        neutral_name=activity.name,
        summary=group.summary,
        first_time=group.first_time,
        link=group_link(keyring, group),
        has_board=group.has_board,
        checks_posts=group.checks_posts,
        is_listed=group.is_listed,
        place=activity.place,
        usual_minutes=activity.usual_minutes,
        capacity=activity.capacity,
        talking=activity.talking,
        good_first_step=activity.good_first_step,
        earns_credits=activity.earns_credits,
    )


def group_link(keyring: Keyring, group: PeerGroup) -> str:
    """Where an online group meets, or nothing. For its members and the staff who keep it."""
    return (open_sealed(keyring, _LINK, group.id, group.sealed_link) or "") if group.sealed_link else ""


def next_neutral_name(session: Session, programme_id: UUID, organisation_id: UUID) -> str:
    """A name for letters that gives nothing away and no activity here has: "Group session", "Group session 2", and on."""
    known, plain = known_activities(session, programme_id, organisation_id), str(NEUTRAL_NAME)
    name, number = plain, 1
    while fold(name) in known:
        number += 1
        name = f"{plain} {number}"
    return name


def _say(group: PeerGroup, keyring: Keyring, facts: GroupFacts) -> None:
    group.kind, group.name, group.summary, group.first_time = facts.kind, facts.name, facts.summary, facts.first_time
    group.has_board, group.checks_posts, group.is_listed = facts.has_board, facts.checks_posts, facts.is_listed
    group.sealed_link = seal(keyring, _LINK, group.id, facts.link) if facts.link else None


def _activity_facts(known: ActivityFacts, facts: GroupFacts) -> ActivityFacts:
    return replace(
        known,
        kind=ActivityKind.GROUP,
        open_to=OpenTo.LET_IN,
        counts_hours=True,
        name=facts.neutral_name,
        summary="",
        role="",
        place=facts.place,
        usual_minutes=facts.usual_minutes,
        capacity=facts.capacity,
        talking=facts.talking,
        good_first_step=facts.good_first_step,
        earns_credits=facts.earns_credits,
    )


def _at_own_field(fault: RuleError) -> RuleError:
    """The same refusal at the field that the group's form has for it."""
    return RuleError(fault.sentence, field="neutral_name" if fault.field == "name" else fault.field)
