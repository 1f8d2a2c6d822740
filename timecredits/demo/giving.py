"""Giving in the sample: an organisation's pot and everybody's, gifts to and fro, and one person who helps another."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import RuleError
from timecredits.network.models import Volunteer
from timecredits.spending.giving.funding import fill_pot
from timecredits.spending.giving.gifts import Giver, give_to_person, give_to_pot
from timecredits.spending.giving.giving_to_many import give_to_many
from timecredits.spending.giving.helping import agree
from timecredits.spending.giving.pots import make_pot
from timecredits.spending.giving.receive_codes import receive_code
from timecredits.spending.giving_models import PotKind


def give_sample_credits(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    people: Sequence[Volunteer],
    *,
    coordinator_id: UUID,
) -> None:
    """Let these people of one organisation, of whom the first is the demo's visitor, give and get; needs four of them or more."""
    visitor, friend, neighbour, *others = people
    now = clock.now()
    with clock.standing_at(now - timedelta(days=20)):
        outings, everybody = _pots(session, programme_id, organisation_id, coordinator_id)
        agreed = {"minutes_a_week": 120, "may_give": False, "actor_id": coordinator_id}
        here = session, programme_id, organisation_id
        agree(*here, neighbour.id, helping_id=new_id(), helper_id=visitor.id, **agreed)  # type: ignore[arg-type]
    with clock.standing_at(now - timedelta(days=12)):
        thanks = [visitor.id, friend.id, *(other.id for other in others[:4] if other.wants_credits)]
        words = "Thank you for the open day"
        give_to_many(*here, outings, thanks, together_id=new_id(), minutes=60, words=words, actor_id=coordinator_id)
    receive_code(session, programme_id, visitor.id, now)
    for days, giver, receiver, minutes, said in (
        (9, visitor, friend, 60, "For the lift home"),
        (4, friend, visitor, 30, "Tea next time is on me"),
    ):
        with clock.standing_at(now - timedelta(days=days)):
            _give(session, giver, receiver, minutes, said)
    for days, giver in ((7, visitor), (5, friend)):
        with clock.standing_at(now - timedelta(days=days)):
            _put(session, giver, everybody)


def _pots(session: Session, programme_id: UUID, organisation_id: UUID, actor_id: UUID) -> tuple[UUID, UUID]:
    own, common = new_id(), new_id()
    make_pot(
        session,
        programme_id,
        pot_id=own,
        kind=PotKind.ORGANISATION,
        name="Outings and thank-yous",
        about="For a day out together, and to say thank you.",
        organisation_id=organisation_id,
        actor_id=actor_id,
    )
    fill_pot(session, programme_id, own, gift_id=new_id(), minutes=40 * 60, words="For this season", actor_id=actor_id)
    make_pot(
        session,
        programme_id,
        pot_id=common,
        kind=PotKind.COMMUNITY,
        name="A day out for everybody",
        about="For people who can not give time right now.",
        actor_id=actor_id,
    )
    return own, common


def _give(session: Session, giver: Volunteer, receiver: Volunteer, minutes: int, words: str) -> None:
    try:
        give_to_person(
            session, giver.programme_id, Giver(giver.id, None), receiver.id, gift_id=new_id(), minutes=minutes, words=words
        )
    except RuleError:
        return  # they have used too much to give


def _put(session: Session, giver: Volunteer, pot_id: UUID) -> None:
    try:
        give_to_pot(session, giver.programme_id, Giver(giver.id, None), pot_id, gift_id=new_id(), minutes=60)
    except RuleError:
        return  # they have used too much to give
