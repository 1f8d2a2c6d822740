"""A private list of small steps for the full world: something offered, an own step, and one that is done."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.community.first_steps.step_list import add_own_words, mark_step, put_on_list, remind_on
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring

FIRST_STEP_PAGES = {"volunteer.first_step": {"step_id": "first_step"}}


def first_step_things(
    session: Session, keyring: Keyring, programme_id: UUID, volunteer_id: UUID, activity_id: UUID
) -> dict[str, str]:
    """The id of a step that the volunteer wrote. `activity_id` is a good first step that they may join."""
    own, done = new_id(), new_id()
    sealed = (session, keyring, programme_id, volunteer_id)
    put_on_list(session, programme_id, volunteer_id, activity_id, step_id=new_id())
    add_own_words(*sealed, "Sit in the library for ten minutes and look at the books with pictures of gardens", step_id=own)
    remind_on(session, programme_id, volunteer_id, own, clock.today() + timedelta(days=3), today=clock.today())
    add_own_words(*sealed, "Say hello to the man with the dog", step_id=done)
    mark_step(session, programme_id, volunteer_id, done, done_on=clock.today())
    return {"first_step": str(own)}
