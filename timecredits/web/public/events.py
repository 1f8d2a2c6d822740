"""What's on for everybody: the public events of an area, and one of them with its dates."""

from typing import Any
from uuid import UUID

from flask import current_app, render_template, url_for

from timecredits.community.events.whats_on import dates_of, find_shown
from timecredits.hours.planning.activity_calendars import calendar_token
from timecredits.network.permissions import READ_EVENTS, ActorKind
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.event_views import list_whats_on
from timecredits.web.public.areas import PAGES, find_area, own_id
from timecredits.web.public.blueprint import blueprint


@blueprint.get("/in/<area>/events")
@allow(READ_EVENTS)
def events(area: str) -> str:
    """What is on in an area, by week."""
    programme = find_area(area)
    shown: dict[str, Any] = list_whats_on(programme.id, public_only=True)
    return render_template("public/events.html", programme=programme, is_mine=own_id(programme) is not None, **shown)


@blueprint.get("/in/<area>/events/<uuid:event_id>")
@allow(READ_EVENTS)
def event(area: str, event_id: UUID) -> str:
    """One event: what, when, where, how to get there, and how to book."""
    programme = find_area(area)
    session = db.session()
    found = find_shown(session, programme.id, event_id, public_only=True)
    token = calendar_token(current_app.config["KEYRING"], programme.id, found.activity_id)
    return render_template(
        "public/event.html",
        programme=programme,
        event=found,
        dates=dates_of(session, programme.id, found, volunteer_id=own_id(programme)),
        is_mine=own_id(programme) is not None,
        is_visitor=actor().kind is ActorKind.VISITOR,
        calendar_href=current_app.config["BASE_URL"] + url_for("public.activity_calendar_file", token=token),
    )


PAGES["events"] = "public.events"
