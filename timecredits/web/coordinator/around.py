"""Around the credits: everything else that an organisation does for people, on one page, with what waits."""

from flask import render_template

from timecredits.foundation import clock
from timecredits.insight.waiting_around import AroundOrganisation, waiting_at
from timecredits.network.permissions import GIVE_DUTIES, KEEP_SUPPORT
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.database import db


@blueprint.context_processor
def _waiting() -> dict[str, object]:
    """Let the first page say how much waits here."""

    def waiting_around() -> AroundOrganisation:
        return waiting_at(db.session(), actor(), today=clock.today())

    return {"waiting_around": waiting_around}


@blueprint.get("/around")
@allow(KEEP_SUPPORT)
def around() -> str:
    """Lead on to each part. What somebody does not look after is said to be somebody else's, with nothing counted."""
    waits = waiting_at(db.session(), actor(), today=clock.today())
    return render_template("coordinator/around.html", waits=waits, gives_duties=actor().may(GIVE_DUTIES))
