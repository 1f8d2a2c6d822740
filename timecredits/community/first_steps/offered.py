"""Good first steps that there are: offers, activities and peer groups marked so, those that ask for the least talking first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import inf
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.community.group_models import PeerGroup
from timecredits.foundation.folding import fold
from timecredits.hours.activity_models import Activity, ActivityKind, OpenTo, Talking
from timecredits.hours.planning.open_activities import list_open_activities
from timecredits.network.models import Enrolment, Organisation, Volunteer
from timecredits.network.scope import find
from timecredits.spending.models import Offer
from timecredits.spending.offers.listing import Wanted, list_offers

__all__ = ["ORDER", "Place", "Step", "StepKind", "find_step", "offered_steps"]

ORDER: Final = (Talking.NONE, Talking.LITTLE, Talking.SOME, Talking.MORE)


class StepKind(StrEnum):
    """What a step leads to."""

    OFFER = "offer"
    ACTIVITY = "activity"
    GROUP = "group"


_UNSAID: Final = {StepKind.OFFER: Talking.LITTLE, StepKind.ACTIVITY: Talking.SOME, StepKind.GROUP: Talking.MORE}
"""Where something stands that is marked as a good first step and nobody said how much talking it asks for."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a step leads: `id` is an offer's, an activity's or a group's; `key` what the private list keeps (Step.key)."""

    kind: StepKind
    id: UUID
    key: UUID


@dataclass(frozen=True, slots=True)
class Step:
    """Something small to try. `minutes` is how long it takes, or what an offer costs a person in minutes of credit.

    `miles` is None where we don't know how far it is.
    """

    place: Place
    name: str
    about: str
    at: str
    town: str
    when: str
    minutes: int
    talking: Talking
    miles: float | None = None


def offered_steps(session: Session, programme_id: UUID, volunteer_id: UUID) -> Mapping[Talking, list[Step]]:
    """What this person could try, under how much talking it asks for; near things first where they said from where, then by name.

    Every one of ORDER is there, empty or not. What they could not use or join is left out.
    """
    near = find(session, Volunteer, programme_id, volunteer_id).postcode_district
    steps = [
        *_offers(session, programme_id, volunteer_id, near),
        *_activities(session, programme_id, volunteer_id),
        *_groups(session, programme_id, volunteer_id),
    ]
    found: dict[Talking, list[Step]] = {each: [] for each in ORDER}
    for step in sorted(steps, key=_order):
        found[step.talking].append(step)
    return found


def find_step(session: Session, programme_id: UUID, volunteer_id: UUID, key: UUID) -> Step | None:
    """The step with this key (an offer's id or an activity's) if it is among what this person could try now."""
    every = (step for steps in offered_steps(session, programme_id, volunteer_id).values() for step in steps)
    return next((step for step in every if step.place.key == key), None)


def _order(step: Step) -> tuple[int, float, str, str, UUID]:
    miles = inf if step.miles is None else step.miles
    return ORDER.index(step.talking), miles, fold(step.name), fold(step.at), step.place.id


def _offers(session: Session, programme_id: UUID, volunteer_id: UUID, near: str) -> list[Step]:
    wanted = Wanted(good_first_step=True, near=near)
    listed = [
        each for each in list_offers(session, programme_id, wanted, volunteer_id=volunteer_id) if each.paused_because is None
    ]
    talking = _talking(session, programme_id, [each.id for each in listed])
    return [
        Step(
            Place(StepKind.OFFER, each.id, each.id),
            each.name,
            each.summary,
            each.venue,
            each.town,
            "",
            each.adult_minutes,
            talking.get(each.id) or (Talking.NONE if each.alone_is_fine else _UNSAID[StepKind.OFFER]),
            each.miles,
        )
        for each in listed
    ]


def _talking(session: Session, programme_id: UUID, offer_ids: Iterable[UUID]) -> dict[UUID, Talking | None]:
    rows = session.execute(
        select(Offer.id, Offer.talking).where(Offer.programme_id == programme_id, Offer.id.in_(list(offer_ids)))
    )
    return dict(rows.all())


def _activities(session: Session, programme_id: UUID, volunteer_id: UUID) -> list[Step]:
    return [
        Step(
            Place(StepKind.ACTIVITY, each.id, each.id),
            each.name,
            each.summary,
            each.organisation,
            each.town,
            each.when_text,
            each.usual_minutes,
            each.talking or _UNSAID[StepKind.ACTIVITY],
        )
        for each in list_open_activities(session, programme_id, volunteer_id, good_first_step=True)
        if each.may_join
    ]


def _groups(session: Session, programme_id: UUID, volunteer_id: UUID) -> list[Step]:
    left = select(Enrolment.organisation_id).where(
        Enrolment.programme_id == programme_id, Enrolment.volunteer_id == volunteer_id, Enrolment.left_on.is_not(None)
    )
    rows = session.execute(
        select(PeerGroup, Activity, Organisation)
        .join(Activity, (Activity.programme_id == PeerGroup.programme_id) & (Activity.id == PeerGroup.activity_id))
        .join(
            Organisation,
            (Organisation.programme_id == PeerGroup.programme_id) & (Organisation.id == PeerGroup.organisation_id),
        )
        .where(
            PeerGroup.programme_id == programme_id,
            PeerGroup.is_listed,
            PeerGroup.ended_at.is_(None),
            PeerGroup.organisation_id.not_in(left),
            Activity.kind == ActivityKind.GROUP,
            Activity.open_to == OpenTo.LET_IN,
            Activity.is_open,
            Activity.good_first_step,
        )
    )
    return [
        Step(
            Place(StepKind.GROUP, group.id, activity.id),
            group.name,
            group.summary,
            organisation.name,
            organisation.town,
            activity.when_text,
            activity.usual_minutes,
            activity.talking or _UNSAID[StepKind.GROUP],
        )
        for group, activity, organisation in rows
    ]
