"""A short past for the world's volunteer, made by the domain's own verbs: hours, a correction, a visit and an undone visit."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.clock import standing_at
from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.hours.correcting import correct_hours
from timecredits.hours.models import HourSource
from timecredits.hours.recording import NewHours, record_hours
from timecredits.network.models import Programme
from timecredits.spending.live_codes import live_code
from timecredits.spending.redemption import AtTill, RedemptionRequest, redeem
from timecredits.spending.undoing import undo

BEGAN = datetime(2026, 9, 1, 10, tzinfo=UTC)
KEYRING = Keyring.from_secret("a-secret-for-tests-0123456789abcdef")


@dataclass(frozen=True)
class Past:
    """The activity's id; the first of the entries is of 2 hours, corrected to 3."""

    activity_id: UUID
    entries: list[UUID]


def give_past(session: Session, world: World) -> Past:
    """10 days of 2 hours, one put right to 3; one visit for 1 credit, one undone: 21 hours given, 20 credits left."""
    with standing_at(BEGAN):
        activity = create_activity(
            session,
            world.programme_id,
            world.organisation_id,
            ActivityFacts(
                name="Garden group", when_text="Tuesdays, 10am to 12pm", place="The walled garden", good_first_step=True
            ),
            actor_id=world.users["coordinator"],
        )
    entries = []
    for week in range(10):
        moment = BEGAN + timedelta(weeks=week)
        with standing_at(moment):
            entries.append(_record(session, world, activity.id, moment.date()))
    with standing_at(BEGAN + timedelta(weeks=10)):
        correct_hours(
            session,
            world.programme_id,
            world.organisation_id,
            entries[0],
            minutes=180,
            reason="Stayed longer",
            actor_id=world.users["coordinator"],
            today=date(2026, 11, 10),
        )
    for day in (1, 2):
        with standing_at(BEGAN + timedelta(weeks=10, days=day)):
            redemption_id = _visit(session, world)
    with standing_at(BEGAN + timedelta(weeks=10, days=2, minutes=5)):
        undo(session, AtTill(world.till_id, world.venue_id), redemption_id, "The pool was shut")
    return Past(activity.id, entries)


def _record(session: Session, world: World, activity_id: UUID, day: date) -> UUID:
    entry = NewHours(new_id(), world.volunteer_id, activity_id, None, day, 120)
    record_hours(
        session,
        world.programme_id,
        world.organisation_id,
        [entry],
        source=HourSource.SINGLE,
        actor_id=world.users["coordinator"],
        today=day,
    )
    return entry.id


def _visit(session: Session, world: World) -> UUID:
    programme = session.get_one(Programme, world.programme_id)
    code = live_code(session, KEYRING, programme, world.volunteer_id, clock.now())
    answer = redeem(
        session,
        KEYRING,
        AtTill(world.till_id, world.venue_id),
        RedemptionRequest(new_id(), code.qr_text, world.offer_id, adults=1, under_16s=0),
    )
    assert answer.id is not None, answer
    return answer.id
