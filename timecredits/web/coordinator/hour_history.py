"""One person's hours at this organisation: by day, week, month, year or activity."""

from uuid import UUID

from flask import render_template, request

from timecredits.foundation import clock
from timecredits.hours.history.hour_history import hour_history
from timecredits.network.enrolments import find_here_or_left
from timecredits.network.permissions import RECORD_HOURS
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.database import db
from timecredits.web.hour_views import hour_page


@blueprint.get("/people/<uuid:volunteer_id>/hours")
@allow(RECORD_HOURS)
def volunteer_hours(volunteer_id: UUID) -> str:
    """What somebody gave here, and never what they gave elsewhere. Also of people who have left: letters are asked for then."""
    session, programme_id, organisation_id = db.session(), actor().programme, actor().organisation
    volunteer = find_here_or_left(session, programme_id, organisation_id, volunteer_id).volunteer
    history = hour_history(session, programme_id, volunteer_id, organisation_id, as_of=clock.today())
    shown = hour_page(history, request.args, "coordinator.volunteer_hours", volunteer_id=volunteer_id)
    return render_template("coordinator/volunteer_hours.html", volunteer=volunteer, shown=shown)
