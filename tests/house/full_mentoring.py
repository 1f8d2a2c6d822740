"""Pairs for the full world: one going on in which the volunteer is the mentee, with a goal, a step, a meeting and a talk."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.community.mentoring.agreeing import agree
from timecredits.community.mentoring.goals import add_goal, add_step
from timecredits.community.mentoring.matching import propose
from timecredits.community.mentoring.meetings import note_meeting
from timecredits.community.mentoring.mentors import offer_mentor
from timecredits.community.mentoring.parties import Party, Side, worker
from timecredits.community.mentoring.reviews import note_review
from timecredits.foundation import clock
from timecredits.foundation.clock import standing_at
from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.network.duties import give_duty
from timecredits.network.models import DutyKind
from timecredits.network.volunteers import enrol_volunteer

BASE_URL = "http://localhost"
LONG_WORDS = "Find a course in town that I can get to by bus, where nobody minds when I need to take it slowly. " * 2
MENTORING_PAGES = {
    "coordinator.mentoring_end": {"mentoring_id": "pair"},
    "coordinator.mentoring_goal": {"mentoring_id": "pair", "goal_id": "pair_goal"},
    "coordinator.mentoring_goal_new": {"mentoring_id": "pair"},
    "coordinator.mentoring_meeting_new": {"mentoring_id": "pair"},
    "coordinator.mentoring_mentor": {"mentor_id": "mentor"},
    "coordinator.mentoring_pair": {"mentoring_id": "pair"},
    "coordinator.mentoring_review_new": {"mentoring_id": "pair"},
    "volunteer.mentoring_end": {"mentoring_id": "pair"},
    "volunteer.mentoring_goal": {"mentoring_id": "pair", "goal_id": "pair_goal"},
    "volunteer.mentoring_goal_new": {"mentoring_id": "pair"},
    "volunteer.mentoring_meeting_new": {"mentoring_id": "pair"},
    "volunteer.mentoring_pair": {"mentoring_id": "pair"},
}
"""What fills the addresses of these pages, for THINGS of addresses.py."""


def mentoring_things(
    session: Session, keyring: Keyring, here: tuple[UUID, UUID], volunteer_id: UUID, *, actor_id: UUID
) -> dict[str, str]:
    """A mentor with room, a pair going on, one that waits for the volunteer's yes. `actor_id` becomes a project worker."""
    programme_id, organisation_id = here
    give_duty(
        session,
        programme_id,
        DutyKind.PROJECT_WORKER,
        actor_id=None,
        organisation_id=organisation_id,
        user_id=actor_id,
    )
    with standing_at(clock.now() - timedelta(days=50)):
        offers = []
        for first, last in (("Wilhelmina-Alexandrina", "Featherstonehaugh-Cholmondeley"), ("Bo", "Lind")):
            person = enrol_volunteer(session, *here, first_name=first, last_name=last).volunteer
            offers.append(new_id())
            about = {"mentor_id": offers[-1], "most": 3, "words": LONG_WORDS, "actor_id": actor_id}
            offer_mentor(session, keyring, *here, person.id, **about)  # type: ignore[arg-type]
        pair, waits = new_id(), new_id()
        for key, offer in ((pair, offers[0]), (waits, offers[1])):
            propose(
                session,
                keyring,
                *here,
                mentoring_id=key,
                mentor_id=offer,
                mentee_id=volunteer_id,
                activity_id=None,
                agreement=LONG_WORDS,
                actor_id=actor_id,
                base_url=BASE_URL,
                today=clock.today(),
            )
        staff, mentee = worker(organisation_id, actor_id), Party(Side.MENTEE, volunteer_id, volunteer_id)
        for side in (Side.MENTOR, Side.MENTEE):
            agree(session, programme_id, pair, staff, said_by=side, base_url=BASE_URL)
    goal, meeting = new_id(), new_id()
    within = (session, keyring, programme_id, pair)
    add_goal(*within, mentee, LONG_WORDS, goal_id=goal)
    add_step(*within, mentee, goal, "Ring the college", step_id=new_id())
    for days, key, party in ((3, meeting, mentee), (10, new_id(), staff)):
        note_meeting(
            *within,
            party,
            meeting_id=key,
            held_on=clock.today() - timedelta(days=days),
            minutes=75,
            words=LONG_WORDS,
            today=clock.today(),
        )
    note_review(
        session,
        keyring,
        *here,
        pair,
        review_id=new_id(),
        held_on=clock.today() - timedelta(days=10),
        words=LONG_WORDS,
        next_on=clock.today() + timedelta(days=30),
        actor_id=actor_id,
        today=clock.today(),
    )
    return {"pair": str(pair), "pair_goal": str(goal), "mentor": str(offers[0]), "pair_meeting": str(meeting)}
