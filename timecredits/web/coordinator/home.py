"""Where a coordinator begins: the next thing to do, and how the month is going."""

from flask import current_app, render_template, url_for

from timecredits.foundation import clock
from timecredits.hours.attendances.who_is_here import count_attendance
from timecredits.hours.people import list_unspent, month_numbers
from timecredits.network.permissions import RECORD_HOURS
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.coordinator.register_tiles import register_tiles
from timecredits.web.database import db


@blueprint.get("/")
@allow(RECORD_HOURS)
def home() -> str:
    """Show today's sessions and what took place last, each one tap from its register."""
    session, programme_id, organisation_id = db.session(), actor().programme, actor().organisation
    today = clock.today()
    unspent, unspent_count = list_unspent(session, programme_id, organisation_id)
    return render_template(
        "coordinator/home.html",
        today=today,
        registers=register_tiles(today),
        attendance=count_attendance(session, programme_id, organisation_id),
        month=month_numbers(session, programme_id, organisation_id, today=today),
        unspent=unspent,
        unspent_count=unspent_count,
        import_href=_address("coordinator.hour_import"),
        letter_href=_address("coordinator.reference_new"),
    )


def _address(endpoint: str) -> str:
    return url_for(endpoint) if endpoint in current_app.view_functions else ""
