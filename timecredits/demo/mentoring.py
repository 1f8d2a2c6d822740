"""Pairs of the demo: two going on, one that waits for the demo volunteer's yes, one that has ended."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.community.mentoring.agreeing import agree
from timecredits.community.mentoring.ending import end_mentoring
from timecredits.community.mentoring.goals import add_goal, add_step, mark_step
from timecredits.community.mentoring.matching import propose
from timecredits.community.mentoring.meetings import note_meeting
from timecredits.community.mentoring.mentors import offer_mentor
from timecredits.community.mentoring.parties import Party, Side, worker
from timecredits.community.mentoring.reviews import note_review
from timecredits.community.mentoring.words import AGREEMENT
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.network.duties import give_duty
from timecredits.network.models import DutyKind, Volunteer

_ABOUT = ("Free on Tuesdays. Likes to walk.", "Kind and calm. Knows the buses well.")


def pair_sample_people(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    organisation_id: UUID,
    people: Sequence[Volunteer],
    *,
    coordinator_id: UUID,
    base_url: str,
) -> None:
    """`people` of one organisation, the demo volunteer first: they are a mentee, and are asked to be a mentor too."""
    me, bea, cal, dee, eve = (each.id for each in people[:5])
    here, staff = (programme_id, organisation_id), worker(organisation_id, coordinator_id)
    give_duty(
        session,
        programme_id,
        DutyKind.PROJECT_WORKER,
        actor_id=None,
        organisation_id=organisation_id,
        user_id=coordinator_id,
    )

    def match(mentor: UUID, mentee: UUID) -> UUID:
        key = new_id()
        propose(
            session,
            keyring,
            *here,
            mentoring_id=key,
            mentor_id=offers[mentor],
            mentee_id=mentee,
            activity_id=None,
            agreement="\n".join(str(each) for each in AGREEMENT),
            actor_id=coordinator_id,
            base_url=base_url,
            today=clock.today(),
        )
        return key

    def begin(mentor: UUID, mentee: UUID) -> UUID:
        key = match(mentor, mentee)
        for side in (Side.MENTOR, Side.MENTEE):
            agree(session, programme_id, key, staff, said_by=side, base_url=base_url)
        return key

    with clock.standing_at(clock.now() - timedelta(days=60)):
        offers = {each: new_id() for each in (me, bea, cal)}
        for number, (mentor, key) in enumerate(offers.items()):
            words = _ABOUT[number % len(_ABOUT)]
            offer_mentor(session, keyring, *here, mentor, mentor_id=key, most=2, words=words, actor_id=coordinator_id)
        mine, other, over = begin(bea, me), begin(cal, dee), begin(bea, eve)
    with clock.standing_at(clock.now() - timedelta(days=20)):
        end_mentoring(session, programme_id, over, staff, base_url=base_url)
    for days in (37, 23, 9):
        for key in (mine, other):
            _meet(session, keyring, programme_id, key, staff, days)
    goal, bus = new_id(), new_id()
    mentee = Party(Side.MENTEE, me, me)
    within = (session, keyring, programme_id, mine, mentee)
    add_goal(*within, "Go to a class in town", goal_id=goal)
    add_step(*within, goal, "Find out which bus goes there", step_id=bus)
    add_step(*within, goal, "Go and look at the place from outside", step_id=new_id())
    mark_step(session, programme_id, mine, mentee, bus, done_on=clock.today() - timedelta(days=9))
    note_review(
        session,
        keyring,
        *here,
        mine,
        review_id=new_id(),
        held_on=clock.today() - timedelta(days=14),
        words="Both say that it goes well. They would like to meet in the library when it rains.",
        next_on=clock.today() + timedelta(weeks=6),
        actor_id=coordinator_id,
        today=clock.today(),
    )
    match(me, eve)


def _meet(session: Session, keyring: Keyring, programme_id: UUID, key: UUID, staff: Party, days: int) -> None:
    day = clock.today() - timedelta(days=days)
    note_meeting(
        session,
        keyring,
        programme_id,
        key,
        staff,
        meeting_id=new_id(),
        held_on=day,
        minutes=60,
        words="We walked by the river and had tea.",
        today=clock.today(),
    )
