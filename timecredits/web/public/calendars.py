"""The calendar of one activity, for calendar programs: whoever has the address may read it, and reads nothing about people."""

from flask import Response, current_app

from timecredits.hours.planning.activity_calendars import activity_calendar, read_calendar_token
from timecredits.network.permissions import READ_CALENDAR
from timecredits.web.access import allow
from timecredits.web.database import db
from timecredits.web.file_answers import file_answer
from timecredits.web.public.blueprint import blueprint


@blueprint.get("/calendar/activity/<token>.ics")
@allow(READ_CALENDAR)
def activity_calendar_file(token: str) -> Response:
    """Answer with the file."""
    programme_id, activity_id = read_calendar_token(current_app.config["KEYRING"], token)
    written = activity_calendar(db.session(), programme_id, activity_id)
    return file_answer(written, "text/calendar; charset=utf-8", "sessions.ics", way="inline")
