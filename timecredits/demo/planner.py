"""What jobs usually ask, as the demo's programme keeps it: one that it added, and one that it made its own."""

from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.journey.planning.asked_for import tidy_asked
from timecredits.journey.planning.presets import PresetFacts, add_preset, change_preset, find_preset

_LIBRARY = {
    "referees": 2,
    "known_months": 12,
    "window_months": 24,
    "max_gap_days": 31,
    "max_inactivity_days": 56,
    "excluded": ["family"],
}


def keep_sample_presets(session: Session, programme_id: UUID) -> None:
    """Add a made-up job, and ask a year less of volunteers than is usual."""
    facts = PresetFacts("Library helper (sample)", tidy_asked(_LIBRARY), "Made up for this demo.", clock.today())
    add_preset(session, programme_id, facts, preset_id=new_id(), actor_id=None)
    usual = find_preset(session, programme_id, "volunteer_role")
    asked = {**usual.requirement, "known_months": 12}
    facts = PresetFacts(usual.name, asked, "Agreed by the groups of this made-up programme.", clock.today())
    change_preset(session, programme_id, usual.key, facts, actor_id=None)
