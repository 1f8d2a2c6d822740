"""Pots, gifts and helpers for the full world: at each organisation one pot that gave, a job, and both sides of helping."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.network.models import Enrolment
from timecredits.spending.giving.funding import fill_pot, pass_on
from timecredits.spending.giving.gift_jobs import begin_giving
from timecredits.spending.giving.gifts import Giver, give_to_person, give_to_pot
from timecredits.spending.giving.giving_to_many import gift_id_of, give_to_many
from timecredits.spending.giving.helping import agree
from timecredits.spending.giving.pots import make_pot
from timecredits.spending.giving.receive_codes import receive_code
from timecredits.spending.giving_models import PotKind


def giving_things(session: Session, here: tuple[UUID, UUID], volunteer_id: UUID, *, actor_id: UUID) -> dict[str, str]:
    """Let credits go in every direction."""
    programme_id, organisation_id = here
    friends = session.scalars(
        select(Enrolment.volunteer_id)
        .where(
            Enrolment.programme_id == programme_id,
            Enrolment.organisation_id == organisation_id,
            Enrolment.volunteer_id != volunteer_id,
        )
        .order_by(Enrolment.enrolled_on, Enrolment.id)
    ).all()
    pot, common, together, waiting = new_id(), new_id(), new_id(), new_id()
    about = "For people who bring a neighbour, and for whoever looks after the greenhouse when it is cold."
    own = {"kind": PotKind.ORGANISATION, "organisation_id": organisation_id, "actor_id": actor_id}
    make_pot(session, programme_id, pot_id=pot, name="Summer outings and thank-yous", about=about, **own)  # type: ignore[arg-type]
    fill_pot(session, programme_id, pot, gift_id=new_id(), minutes=6000, words="For the summer", actor_id=actor_id)
    everybody = {"kind": PotKind.COMMUNITY, "actor_id": actor_id}
    make_pot(session, programme_id, pot_id=common, name="Warm coats for all", about="", **everybody)  # type: ignore[arg-type]
    words = "Thank you for the lift, and for waiting."
    give_to_many(session, *here, pot, [volunteer_id, *friends], together_id=together, minutes=60, words=words, actor_id=actor_id)
    gift = new_id()
    giver = Giver(volunteer_id, None)
    give_to_person(session, programme_id, giver, friends[0], gift_id=gift, minutes=30, words=words)
    give_to_pot(session, programme_id, giver, common, gift_id=new_id(), minutes=30)
    pass_on(session, programme_id, common, pot, gift_id=new_id(), minutes=15, actor_id=actor_id)
    begin_giving(session, *here, pot, [*friends], together_id=waiting, minutes=15, words="", actor_id=actor_id, at_once=0)
    agreed = {"minutes_a_week": 120, "may_give": True, "actor_id": actor_id}
    helped, helping = new_id(), new_id()
    agree(session, *here, volunteer_id, helping_id=helped, helper_id=friends[-1], **agreed)  # type: ignore[arg-type]
    agree(session, *here, friends[0], helping_id=helping, helper_id=volunteer_id, **agreed)  # type: ignore[arg-type]
    give_to_person(session, programme_id, Giver(volunteer_id, None, friends[-1]), friends[0], gift_id=new_id(), minutes=15)
    give_to_person(session, programme_id, Giver(friends[0], None, volunteer_id), friends[-1], gift_id=new_id(), minutes=15)
    return {
        "pot": str(pot),
        "together": str(together),
        "pot_gift": str(gift_id_of(together, friends[0])),
        "gift_job": str(waiting),
        "gift": str(gift),
        "helping": str(helping),
        "community_pot": str(common),
        "any_pot": str(pot),
        "receive_code": receive_code(session, programme_id, friends[0], clock.now()),
        "third_code": receive_code(session, programme_id, friends[-1], clock.now()),
    }


def nobodys_giving() -> dict[str, str]:
    """What a programme's people may all look at or use is nobody else's; here stands what never was."""
    return {"community_pot": str(new_id()), "any_pot": str(new_id()), "receive_code": "00000000", "third_code": "00000000"}
