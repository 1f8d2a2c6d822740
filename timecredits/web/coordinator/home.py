"""Where a coordinator begins: the next thing to do, and how the month is going."""

from flask import current_app, render_template, url_for

from timecredits.foundation import clock
from timecredits.hours.activities import list_activities
from timecredits.hours.people import list_unspent, month_numbers
from timecredits.network.permissions import RECORD_HOURS
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.database import db

_MOST_TILES = 3


@blueprint.get("/")
@allow(RECORD_HOURS)
def home() -> str:
    """Show the activities that took place last, each one tap from its register."""
    session, programme_id, organisation_id = db.session(), actor().programme, actor().organisation
    today = clock.today()
    activities = list_activities(session, programme_id, organisation_id, today=today, only_open=True)
    unspent, unspent_count = list_unspent(session, programme_id, organisation_id)
    return render_template(
        "coordinator/home.html",
        today=today,
        activities=activities[:_MOST_TILES],
        activity_count=len(activities),
        month=month_numbers(session, programme_id, organisation_id, today=today),
        unspent=unspent,
        unspent_count=unspent_count,
        import_href=_address("coordinator.hour_import"),
        letter_href=_address("coordinator.reference_new"),
    )


def _address(endpoint: str) -> str:
    return url_for(endpoint) if endpoint in current_app.view_functions else ""
