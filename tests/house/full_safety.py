"""Duties, concerns and what somebody could choose not to see, for the full world: long and short."""

from uuid import UUID

from sqlalchemy.orm import Session

from tests.web.world import World
from timecredits.community.mentoring_models import Mentoring, MentoringState
from timecredits.community.safety.concerns import Danger, Worry, raise_concern
from timecredits.community.safety.reading import add_note
from timecredits.community.story_models import Comment, CommentState, Story, StoryState
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.network.blocks import keep_apart
from timecredits.network.duties import give_duty
from timecredits.network.models import DutyKind
from timecredits.network.volunteers import enrol_volunteer

LONG_NAME = "Wilhelmina-Alexandrina Featherstonehaugh-Cholmondeley"
BASE_URL = "http://localhost"
SAFETY_PAGES = {
    "coordinator.concern": {"concern_id": "concern"},
    "programme.concern": {"concern_id": "programmes_concern"},
    "public.concern": {"area": "concern_area"},
    "volunteer.apart_comment": {"comment_id": "others_comment"},
    "volunteer.apart_mentoring": {"mentoring_id": "pair_to_leave"},
}
"""What fills the addresses of these pages, for THINGS of addresses.py."""


def safety_things(
    session: Session,
    keyring: Keyring,
    here: tuple[UUID, UUID],
    volunteer_id: UUID,
    activity_id: UUID,
    *,
    leads: list[UUID],
    actor_id: UUID,
    is_own: bool,
) -> dict[str, str]:
    """Leads, a concern with a note, a pair kept apart by staff, a comment by somebody else and a mentoring with them.

    What isn't `is_own` waits for a moderator: else anybody of the programme could read it.
    """
    programme_id, organisation_id = here
    for user_id in leads:
        lead = {"actor_id": None, "organisation_id": organisation_id, "user_id": user_id}
        give_duty(session, programme_id, DutyKind.SAFEGUARDING_LEAD, **lead)  # type: ignore[arg-type]
    other, third = (
        enrol_volunteer(session, *here, first_name=first, last_name=last).volunteer.id
        for first, last in (("Bo", "Lind"), ("Wilhelmina-Alexandrina", "Featherstonehaugh-Cholmondeley"))
    )
    concern = new_id()
    typed = Worry("I heard shouting.\n\n" + "It was late. " * 60, LONG_NAME, Danger.YES, "bo@example.org")
    raise_concern(session, keyring, programme_id, typed, concern_id=concern, organisation_id=organisation_id, base_url=BASE_URL)
    add_note(session, keyring, *here, concern, "I rang at 3pm. " * 30, note_id=new_id(), actor_id=actor_id)
    keep_apart(session, programme_id, other, third, shown_as="", actor_id=actor_id, organisation_id=organisation_id)
    keep_apart(session, programme_id, volunteer_id, third, shown_as=LONG_NAME, actor_id=None)
    return {
        "concern": str(concern),
        "others_comment": str(_comment(session, here, other, CommentState.SHOWN if is_own else CommentState.WAITING)),
        "pair_to_leave": str(_pair(session, here, other, volunteer_id, activity_id)),
    }


def programmes_safety(session: Session, keyring: Keyring, world: World) -> tuple[dict[str, str], dict[str, str]]:
    """The manager is the programme's lead, with a concern on the desk; another's stands on an organisation's."""
    lead = {"actor_id": None, "organisation_id": None, "user_id": world.users["manager"]}
    give_duty(session, world.programme_id, DutyKind.SAFEGUARDING_LEAD, **lead)  # type: ignore[arg-type]
    own, others = new_id(), new_id()
    for concern_id, at in ((own, None), (others, world.organisation_id)):
        raise_concern(
            session,
            keyring,
            world.programme_id,
            Worry("I worry about a friend."),
            concern_id=concern_id,
            organisation_id=at,
            base_url=BASE_URL,
        )
    return {"programmes_concern": str(own), "concern_area": "fenland"}, {
        "programmes_concern": str(others),
        "concern_area": "no-such-area",
    }


def _comment(session: Session, here: tuple[UUID, UUID], volunteer_id: UUID, state: CommentState) -> UUID:
    now, story_id, comment_id = clock.now(), new_id(), new_id()
    key = {"programme_id": here[0], "organisation_id": here[1]}
    told = {"title": "Our day", "words": "It rained.", "state": StoryState.SHOWN, "shown_at": now}
    session.add(Story(id=story_id, made_at=now, changed_at=now, **told, **key))  # type: ignore[arg-type]
    session.flush()
    said = {"volunteer_id": volunteer_id, "name": LONG_NAME, "sealed": None, "state": state, "sent_at": now}
    session.add(Comment(id=comment_id, story_id=story_id, **said, **key))  # type: ignore[arg-type]
    session.flush()
    return comment_id


def _pair(session: Session, here: tuple[UUID, UUID], mentor_id: UUID, mentee_id: UUID, activity_id: UUID) -> UUID:
    key = new_id()
    session.add(
        Mentoring(
            programme_id=here[0],
            id=key,
            organisation_id=here[1],
            activity_id=activity_id,
            mentor_id=mentor_id,
            mentee_id=mentee_id,
            state=MentoringState.ENDED,
            matched_at=clock.now(),
            ended_at=clock.now(),
        )
    )
    session.flush()
    return key
