"""A kind of job that a programme added, for the pages about one."""

from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.journey.planning.asked_for import tidy_asked
from timecredits.journey.planning.presets import PresetFacts, add_preset


def preset_things(session: Session, programme_id: UUID, *, actor_id: UUID) -> dict[str, str]:
    """The key of one with as much to say as there can be."""
    asked = {"referees": 3, "min_orgs": 2, "must_be_at_org": True, "max_inactivity_days": 56}
    facts = PresetFacts("Bus driver", tidy_asked(asked), "The bus firm's advert", clock.today())
    return {"preset": add_preset(session, programme_id, facts, preset_id=new_id(), actor_id=actor_id)}
