"""A peer group for the full world: long words, people who ask, a board with posts that wait. The others' is on no list."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.community.group_models import GroupKind
from timecredits.community.groups.coming import come
from timecredits.community.groups.facilitators import list_colleagues, name_facilitator
from timecredits.community.groups.group_facts import GroupFacts
from timecredits.community.groups.groups import make_group
from timecredits.community.groups.members import add_member, invite, join
from timecredits.community.groups.posts import post, post_as_staff
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.hours.activity_models import Talking
from timecredits.hours.planning.plans import PlanFacts, make_plan
from timecredits.hours.planning.repeating import Repeats
from timecredits.network.models import User
from timecredits.network.volunteers import enrol_volunteer

GROUP_PAGES = {
    "coordinator.group": {"group_id": "group"},
    "coordinator.group_board": {"group_id": "group"},
    "coordinator.group_edit": {"group_id": "group"},
    "coordinator.group_end": {"group_id": "group"},
    "coordinator.group_facilitators": {"group_id": "group"},
    "coordinator.group_people": {"group_id": "group"},
    "volunteer.group": {"group_id": "group"},
    "volunteer.group_board": {"group_id": "group"},
    "volunteer.group_leave": {"group_id": "group"},
    "volunteer.group_run": {"group_id": "group"},
    "volunteer.group_run_message": {"group_id": "group"},
}
"""What fills the addresses of these pages, for THINGS of addresses.py."""


def group_things(
    session: Session, keyring: Keyring, here: tuple[UUID, UUID], volunteer_id: UUID, *, actor_id: UUID, is_listed: bool
) -> dict[str, str]:
    """A closed group that this volunteer is in and looks after, as all staff do; somebody asks, somebody was asked in."""
    programme_id = here[0]
    facts = GroupFacts(
        name="Night owls who can not sleep",
        kind=GroupKind.CLOSED,
        neutral_name="Tuesday evenings",
        summary="For people who lie awake.",
        first_time="Bo says hello at the door.\nYou can sit and listen. You can go at any time.",
        link="https://meet.example/owls",
        is_listed=is_listed,
        place="2 Quay Lane",
        capacity=8,
        talking=Talking.LITTLE,
        good_first_step=True,
    )
    group_id = new_id()
    group = make_group(session, keyring, *here, facts, group_id=group_id, actor_id=actor_id)
    start = clock.today() - timedelta(days=6)
    plan = make_plan(
        session, *here, group.activity_id, PlanFacts(start, 1080, 90, Repeats.WEEKLY, (start.weekday(),)), actor_id=actor_id
    )
    for each in list_colleagues(session, *here, group_id):
        name_facilitator(session, *here, group_id, actor_id=actor_id, user_id=each.user_id)
    name_facilitator(session, *here, group_id, actor_id=actor_id, volunteer_id=volunteer_id)
    friends = [
        enrol_volunteer(session, *here, first_name=first, last_name=last).volunteer.id
        for first, last in (("Ama", "Boateng"), ("Wilhelmina-Alexandrina", "Featherstonehaugh-Cholmondeley"), ("سارة", "علي"))
    ]
    add_member(session, *here, group_id, friends[0], actor_id=actor_id)
    invite(session, *here, group_id, friends[1], actor_id=actor_id)
    open_group, open_facts = new_id(), GroupFacts("Sunday walkers", GroupKind.CLOSED, "Walks", summary="We walk slowly.")
    make_group(session, keyring, *here, open_facts, group_id=open_group, actor_id=actor_id)
    if is_listed:
        join(session, programme_id, group_id, friends[2])
    come(session, programme_id, group_id, volunteer_id, plan.id, start + timedelta(days=7), actor_id=None)
    on_board = (session, keyring, programme_id, group_id)
    post(*on_board, volunteer_id, "I slept four hours. That is good.", comment_id=new_id(), name="River")
    first = new_id()
    post(*on_board, friends[0], "Call me on 07700 900123, Jo Reed said.", comment_id=first, name="Moss")
    writer = session.get_one(User, actor_id)
    post_as_staff(
        session, keyring, *here, group_id, "See you on Tuesday.", comment_id=new_id(), name=writer.name, user_id=writer.id
    )
    return {"group": str(group_id), "group_post": str(first)}
