"""Private notes that people chose to share with this organisation: its coordinators and its owners read them."""

from flask import current_app, render_template, request

from timecredits.foundation.clock import local_day
from timecredits.journey.learning.shared_reflections import list_shared
from timecredits.journey.learning.skills import skill_text
from timecredits.network.permissions import READ_SHARED_NOTES
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.database import db


@blueprint.get("/shared-notes")
@allow(READ_SHARED_NOTES)
def shared_notes() -> str:
    """Show them, those shared last first."""
    listed = list_shared(
        db.session(),
        current_app.config["KEYRING"],
        actor().programme,
        actor().organisation,
        page=request.args.get("page", 1, type=int),
    )
    return render_template("coordinator/shared_notes.html", listed=listed, skill_text=skill_text, local_day=local_day)
