"""Four peer groups of different kinds, with people in them, days to come and gone, and a board where people write."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.community.group_models import GroupKind
from timecredits.community.groups.coming import come
from timecredits.community.groups.facilitators import name_facilitator
from timecredits.community.groups.group_facts import GroupFacts
from timecredits.community.groups.groups import find_group, make_group
from timecredits.community.groups.members import add_member, invite, join
from timecredits.community.groups.posts import decide_post, post, post_as_staff
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import RuleError
from timecredits.foundation.keys import Keyring
from timecredits.hours.activity_models import Talking
from timecredits.hours.planning.plans import PlanFacts, make_plan
from timecredits.hours.planning.repeating import Repeats
from timecredits.hours.planning.sessions import DatedSession, find_dated_session
from timecredits.hours.register.registers import save_register
from timecredits.network.models import Volunteer

_WEEKS: Final = 4
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Sample:
    """What a group is, and when it meets: the weekday (0 is Monday) and the minutes after midnight."""

    facts: GroupFacts
    weekday: int
    starts: int


_GROUPS: Final = (
    _Sample(
        GroupFacts(
            "The warm bench",
            GroupKind.OPEN,
            "Wednesday mornings",
            summary="Sit with us. Talk, or do not. There is tea.",
            first_time="Look for the yellow cushion. Somebody says hello and shows you the kettle.\n"
            "You need not say why you came. You can go at any time.",
            place="Market Square, Ely",
            talking=Talking.NONE,
            good_first_step=True,
        ),
        2,
        10 * 60,
    ),
    _Sample(
        GroupFacts(
            "After a loss",
            GroupKind.CLOSED,
            "Group session",
            summary="For people who miss somebody. We listen to each other.",
            first_time="Eight chairs in a ring. You say a name, any name.\nNobody has to speak. Many cry, and that is fine.",
            place="14 Station Road, Ely",
            capacity=8,
            talking=Talking.SOME,
        ),
        3,
        18 * 60 + 30,
    ),
    _Sample(
        GroupFacts(
            "Night owls",
            GroupKind.ONLINE,
            "Evening call",
            summary="For people who lie awake. We meet on screens, with or without a picture.",
            first_time="Open the link a few minutes early. Leave the picture off if you like. You can write and not speak.",
            link="https://meet.example/night-owls",
            talking=Talking.LITTLE,
            good_first_step=True,
            checks_posts=False,
        ),
        0,
        21 * 60,
    ),
    _Sample(
        GroupFacts(
            "The listening phone",
            GroupKind.ROTA,
            "Phone turns",
            summary="People who have been there answer the phone for an hour.",
            first_time="Your first turn is beside somebody who knows it. You listen in and need not speak.",
            usual_minutes=60,
            capacity=2,
            talking=Talking.MORE,
        ),
        4,
        17 * 60,
    ),
)
_BOARD: Final = (
    (1, "Moss", "I slept four hours in a row. I wanted to tell somebody."),
    (2, "River", "The short night walk helped me. Just to the bridge and back."),
    (3, "Teapot", "Is anybody else worse on Sundays?"),
)


def gather_sample_groups(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    organisation_id: UUID,
    people: Sequence[Volunteer],
    *,
    coordinator_id: UUID,
    coordinator_name: str,
) -> None:
    """Make the four groups some weeks ago. The first of `people`, whom the demo is about, is in one and asked in to another."""
    here, me = (session, programme_id, organisation_id), people[0].id
    others = [each.id for each in people[1:]]
    start = clock.now() - timedelta(weeks=_WEEKS + 1)
    made = []
    for sample in _GROUPS:
        with clock.standing_at(start):
            group = make_group(session, keyring, *here[1:], sample.facts, group_id=new_id(), actor_id=coordinator_id)
            first = _next(sample.weekday)
            weekly = PlanFacts(first, sample.starts, sample.facts.usual_minutes, Repeats.WEEKLY, (sample.weekday,))
            plan = make_plan(*here, group.activity_id, weekly, actor_id=coordinator_id)
            name_facilitator(*here, group.id, actor_id=coordinator_id, user_id=coordinator_id)
        made.append((group.id, plan.id, first))
    members = (others[:5], others[3:7], others[1:6], others[5:8])
    for (group_id, plan_id, first), each_in in zip(made, members, strict=True):
        with clock.standing_at(start + _DAY / 24):
            for person in each_in:
                add_member(*here, group_id, person, actor_id=coordinator_id)
        for week in range(1, _WEEKS + 3):
            _meet(here, group_id, plan_id, first + timedelta(weeks=week), each_in[: 2 + week % 3], coordinator_id=coordinator_id)
    (bench, *_), (loss, *_), (owls, *_), (phone, *_) = made
    name_facilitator(*here, owls, actor_id=coordinator_id, volunteer_id=others[1])
    join(session, programme_id, bench, me)
    invite(*here, owls, me, actor_id=coordinator_id)
    for person in [each for each in others if each not in members[1]][:2]:
        join(session, programme_id, loss, person)
    join(session, programme_id, phone, others[0])
    _write(here, keyring, owls, members[2], coordinator_id=coordinator_id, coordinator_name=coordinator_name)
    on_loss = (session, keyring, programme_id, loss)
    post(*on_loss, members[1][0], "My number is 07700 900461.", comment_id=new_id(), name="Fern")
    shown = post(*on_loss, members[1][1], "It is a year on Friday.", comment_id=new_id(), name="Heron")
    decide_post(session, find_group(*here, loss), shown.id, shown=True, reason=None, actor_id=coordinator_id)
    post(session, keyring, programme_id, bench, me, "Thank you for the tea.", comment_id=new_id(), name="Wren")


def _meet(
    here: tuple[Session, UUID, UUID], group_id: UUID, plan_id: UUID, day: date, people: Sequence[UUID], *, coordinator_id: UUID
) -> None:
    """Let people sign up for one day some days before; where it is over, a register says that they came."""
    session, programme_id, _organisation_id = here
    dated = find_dated_session(session, programme_id, plan_id, day)
    signed = [each for each in people if _signs_up(session, programme_id, group_id, each, plan_id, day, dated)]
    if dated.ends < clock.now():
        with clock.standing_at(dated.ends + _DAY / 24):
            save_register(
                *here,
                session_id=dated.id,
                activity_id=dated.activity_id,
                day=day,
                minutes=dict.fromkeys(signed, dated.minutes),
                actor_id=coordinator_id,
                today=clock.today(),
            )


def _signs_up(
    session: Session, programme_id: UUID, group_id: UUID, person: UUID, plan_id: UUID, day: date, dated: DatedSession
) -> bool:
    with clock.standing_at(min(clock.now(), dated.begins - 2 * _DAY)):
        try:
            return come(session, programme_id, group_id, person, plan_id, day, actor_id=None).is_coming
        except RuleError:  # has begun meanwhile, or asks for something they haven't shown
            return False


def _write(
    here: tuple[Session, UUID, UUID],
    keyring: Keyring,
    group_id: UUID,
    people: Sequence[UUID],
    *,
    coordinator_id: UUID,
    coordinator_name: str,
) -> None:
    """A question, an answer to it, and a word from who looks after the group, over some days."""
    session, programme_id, _organisation_id = here
    first = None
    for days, (number, name, words) in zip((6, 5, 2), _BOARD, strict=True):
        with clock.standing_at(clock.now() - days * _DAY):
            sent = post(
                session,
                keyring,
                programme_id,
                group_id,
                people[number],
                words,
                comment_id=new_id(),
                name=name,
                reply_to=first if number == 2 else None,  # noqa: PLR2004  the second answers the first
            )
        first = first or sent.id
    post_as_staff(
        session,
        keyring,
        *here[1:],
        group_id,
        "I am on the call from ten to nine.",
        comment_id=new_id(),
        name=coordinator_name,
        user_id=coordinator_id,
    )


def _next(weekday: int) -> date:
    tomorrow = clock.today() + _DAY
    return tomorrow + timedelta(days=(weekday - tomorrow.weekday()) % 7)
