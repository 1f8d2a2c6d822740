"""Hours for a partner: listed, and added with an id of the partner's making."""

from uuid import uuid5

from timecredits.foundation import audit, clock
from timecredits.foundation.errors import NotFoundError
from timecredits.hours.hour_facts import stored_hours
from timecredits.hours.models import HourSource
from timecredits.hours.recording import NewHours as HoursToRecord
from timecredits.hours.recording import record_hours
from timecredits.insight.partner_lists import ListedHours, list_hours
from timecredits.network.permissions import CALL_API
from timecredits.web.access import actor
from timecredits.web.api.cursors import moment_cursor, read_moment_cursor
from timecredits.web.api.declaring import Answer, endpoint, refuse
from timecredits.web.api.partner_shapes import AddedHours, HourEntries, HourEntry, HoursQuery, NewHours
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.problems import FieldFault, Problem, named_problem

_FIRST_YEAR = 1990


@endpoint(
    "GET",
    "/hours",
    CALL_API,
    scope="hours:read",
    summary="List hours",
    about="In the order they were recorded. Keep `latest`, and send it later as the cursor to get what came since.",
    tag="Hours",
    query=HoursQuery,
    answers={200: ((HourEntries,), "A page of hours.")},
)
def list_hour_entries(query: HoursQuery) -> Answer:
    """Hours as they were recorded."""
    found = list_hours(
        db.session(),
        actor().programme,
        organisation_id=query.organisation_id,
        volunteer_id=query.volunteer_id,
        since=query.since,
        after=read_moment_cursor(query.cursor),
        limit=query.limit + 1,
    )
    page = found[: query.limit]
    latest = moment_cursor(page[-1].entry.recorded_at, page[-1].entry.id) if page else query.cursor
    return Answer(200, HourEntries([_entry(each) for each in page], latest if len(found) > query.limit else None, latest))


@endpoint(
    "POST",
    "/hours",
    CALL_API,
    scope="hours:write",
    summary="Add hours",
    about="The id is made by the caller and kept for every repeat: the same id and body add once.",
    tag="Hours",
    body=NewHours,
    answers={201: ((AddedHours,), "Added, with the credits they earn."), 200: ((AddedHours,), "They were added before.")},
    problems={404: "No such organisation or activity.", 422: "A rule says no, or the same id with another body (conflict)."},
    examples={
        "body": {
            "id": "0192f0c1-7a54-7c6e-9d9f-0d6f2b8c1a12",
            "organisation_id": "0192f0c1-7a54-7c6e-9d9f-0d6f2b8c1a13",
            "volunteer_id": "0192f0c1-7a54-7c6e-9d9f-0d6f2b8c1a14",
            "activity_id": "0192f0c1-7a54-7c6e-9d9f-0d6f2b8c1a15",
            "day": "2026-11-21",
            "minutes": 120,
            "starts": "10:00",
        }
    },
)
def add_hours(body: NewHours) -> Answer | Problem:
    """Record hours under an id that follows from the key and the id sent, so that two partners can't meet each other's."""
    session, who = db.session(), actor()
    if who.token_id is None:
        raise NotFoundError
    if body.day.year < _FIRST_YEAR:
        raise refuse(422, errors=(FieldFault("day", "That day is too long ago."),))
    entry_id = uuid5(who.token_id, str(body.id))
    stored = stored_hours(session, who.programme, body.organisation_id, [entry_id]).get(entry_id)
    if stored is not None and stored != (body.volunteer_id, body.activity_id, body.day, body.minutes):
        return named_problem(
            422, "conflict", "Another body", "This id was sent before with other hours. Nothing was added now.", "Make a new id."
        )
    hours, _colon, minutes = (body.starts or "").partition(":")
    new = HoursToRecord(
        id=entry_id,
        volunteer_id=body.volunteer_id,
        activity_id=body.activity_id,
        session_id=None,
        day=body.day,
        minutes=body.minutes,
        starts=int(hours) * 60 + int(minutes) if body.starts else None,
        note=body.note,
    )
    recorded = record_hours(
        session,
        who.programme,
        body.organisation_id,
        [new],
        source=HourSource.PARTNER,
        actor_id=None,
        today=clock.today(),
    )
    added = entry_id in recorded.entries
    if added:
        audit.record(
            session,
            who.programme,
            "hours added by key",
            actor_id=who.token_id,
            subject_id=entry_id,
            organisation_id=body.organisation_id,
        )
    earning = recorded.earnings.get(entry_id)
    return Answer(
        201 if added else 200,
        AddedHours(
            id=entry_id,
            sent_id=body.id,
            is_repeat=not added,
            minutes=body.minutes,
            earned=earning.earned if earning else 0,
            remarks=[say(each.sentence) for each in recorded.warnings],
        ),
    )


def _entry(listed: ListedHours) -> HourEntry:
    entry = listed.entry
    starts = None if entry.starts is None else f"{entry.starts // 60:02}:{entry.starts % 60:02}"
    return HourEntry(
        id=entry.id,
        volunteer_id=entry.volunteer_id,
        organisation_id=entry.organisation_id,
        activity_id=entry.activity_id,
        day=entry.done_on,
        starts=starts,
        minutes=entry.minutes,
        earned=entry.earned,
        counts=listed.counts,
        recorded_at=entry.recorded_at,
    )
