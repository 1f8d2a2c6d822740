"""A volunteer's own hours: by day, week, month, year, activity or organisation, and their milestones."""

from flask import render_template, request

from timecredits.foundation import clock
from timecredits.hours.history.hour_history import HourHistory, hour_history
from timecredits.hours.history.milestones import MILESTONES
from timecredits.hours.history.milestones import milestones as milestones_of
from timecredits.network.permissions import SEE_OWN_HOURS
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.hour_views import hour_page
from timecredits.web.volunteer.blueprint import blueprint


@blueprint.get("/hours")
@allow(SEE_OWN_HOURS)
def hours() -> str:
    """My hours, of the newest year and by month unless I chose otherwise."""
    return render_template("volunteer/hours.html", shown=hour_page(_mine(), request.args, "volunteer.hours"))


@blueprint.get("/milestones")
@allow(SEE_OWN_HOURS)
def milestones() -> str:
    """The milestones I reached, and when."""
    history = _mine()
    return render_template(
        "volunteer/milestones.html", found=milestones_of(history.lines), total=history.total_minutes, all_hours=MILESTONES
    )


def _mine() -> HourHistory:
    who = actor()
    return hour_history(db.session(), who.programme, who.volunteer, as_of=clock.today())
