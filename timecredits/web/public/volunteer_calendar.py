"""A volunteer's sessions for calendar programs, at the private address they were given."""

from flask import Response, abort, current_app

from timecredits.foundation.keys import Keyring
from timecredits.hours.planning.volunteer_calendars import read_calendar
from timecredits.network.permissions import READ_CALENDAR
from timecredits.web.access import allow
from timecredits.web.database import db
from timecredits.web.public.blueprint import blueprint


@blueprint.get("/calendar/mine/<code>.ics")
@allow(READ_CALENDAR)
def volunteer_calendar(code: str) -> Response:
    """The calendar; 404 for an address that was never made or has ended."""
    keyring: Keyring = current_app.config["KEYRING"]
    content = read_calendar(db.session(), keyring, code)
    if content is None:
        abort(404)
    return Response(content, content_type="text/calendar; charset=utf-8")
