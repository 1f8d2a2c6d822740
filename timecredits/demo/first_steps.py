"""How much talking the sample's offers and activities ask for, and the private list of the demo's volunteer."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.community.first_steps.offered import offered_steps
from timecredits.community.first_steps.step_list import add_own_words, mark_step, put_on_list
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.hours.activity_models import Activity, ActivityKind, Talking
from timecredits.spending.models import Offer

__all__ = ["list_sample_steps", "say_how_much_talking"]

_OWN: Final = ("Sit in the library for ten minutes", "Ask the bus driver for a ticket")
_IN_TURN: Final[Sequence[Talking]] = (Talking.LITTLE, Talking.SOME, Talking.NONE)


def say_how_much_talking(session: Session, programme_id: UUID) -> None:
    """Say it of every good first step: places where alone is fine ask for none."""
    offers = select(Offer).where(Offer.programme_id == programme_id, Offer.good_first_step).order_by(Offer.name, Offer.id)
    for offer in session.scalars(offers):
        offer.talking = Talking.NONE if offer.alone_is_fine else Talking.LITTLE
    roles = (
        select(Activity)
        .where(Activity.programme_id == programme_id, Activity.kind == ActivityKind.ROLE, Activity.good_first_step)
        .order_by(Activity.name, Activity.id)
    )
    for number, activity in enumerate(session.scalars(roles)):
        activity.talking = _IN_TURN[number % len(_IN_TURN)]
    session.flush()


def list_sample_steps(session: Session, keyring: Keyring, programme_id: UUID, volunteer_id: UUID) -> None:
    """Two steps that are offered, two of their own, one of them done."""
    offered = offered_steps(session, programme_id, volunteer_id)
    for steps in (offered[Talking.NONE], offered[Talking.LITTLE]):
        if steps:
            put_on_list(session, programme_id, volunteer_id, steps[0].place.key, step_id=new_id())
    own = [new_id() for _ in _OWN]
    for words, step_id in zip(_OWN, own, strict=True):
        add_own_words(session, keyring, programme_id, volunteer_id, words, step_id=step_id)
    mark_step(session, programme_id, volunteer_id, own[0], done_on=clock.today() - timedelta(days=6))
