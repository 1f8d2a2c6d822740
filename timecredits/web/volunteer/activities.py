"""Ways to help: what there is in the programme, and one of them with the days to sign up for."""

from datetime import date, timedelta
from uuid import UUID

from flask import abort, render_template, request

from timecredits.foundation import clock
from timecredits.hours.planning.eligibility import missing_for
from timecredits.hours.planning.open_activities import find_open_activity, list_open_activities, next_sessions, places_known
from timecredits.hours.planning.requirements import asked_text, list_requirements
from timecredits.network.permissions import FIND_PLACES
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.volunteer.blueprint import blueprint

_LONGEST_SEARCH = 100
_FIRST, _OPEN = "first", "open"
_PAGE = 10
_SESSIONS = 2
_WEEKS = timedelta(weeks=4)
_AHEAD = timedelta(days=366)


@blueprint.get("/activities")
@allow(FIND_PLACES)
def activities() -> str:
    """What one can help with in the programme, and when next."""
    who, session = actor(), db.session()
    asked = {name: request.args.get(name, "")[:_LONGEST_SEARCH].strip() for name in ("q", "show", "town", "access")}
    found = list_open_activities(
        session,
        who.programme,
        who.volunteer,
        search=asked["q"],
        good_first_step=asked["show"] == _FIRST,
        open_to_me=asked["show"] == _OPEN,
        town=asked["town"],
        access=asked["access"],
    )
    page, pages = _page(), max(-(-len(found) // _PAGE), 1)
    if page > pages:
        abort(404)
    shown = found[(page - 1) * _PAGE : page * _PAGE]
    towns, facts = places_known(session, who.programme)
    return render_template(
        "volunteer/activities.html",
        activities=shown,
        sessions=next_sessions(
            session, who.programme, who.volunteer, {each.id for each in shown}, most=_SESSIONS, with_cancelled=False
        ),
        towns=towns,
        facts=facts,
        asked=asked,
        count=len(found),
        page=page,
        pages=pages,
    )


@blueprint.get("/activities/<uuid:activity_id>")
@allow(FIND_PLACES)
def activity(activity_id: UUID) -> str:
    """One way to help: what it is, what it asks, and four weeks of days to sign up for."""
    who, session, today = actor(), db.session(), clock.today()
    found = find_open_activity(session, who.programme, who.volunteer, activity_id)
    first = _first_day(today)
    listed = next_sessions(
        session,
        who.programme,
        who.volunteer,
        {activity_id},
        most=100,
        first=first,
        last=first + _WEEKS - timedelta(days=1),
    )
    missing = missing_for(session, who.programme, who.volunteer, activity_id, today=today)
    return render_template(
        "volunteer/activity.html",
        activity=found,
        sessions=listed.get(activity_id, ()),
        needs=[asked_text(each) for each in list_requirements(session, who.programme, [activity_id]).get(activity_id, ())],
        missing=[each.sentence for each in missing],
        first=first,
        today=today,
        sooner=max(first - _WEEKS, today) if first > today else None,
        later=first + _WEEKS if first + _WEEKS <= today + _AHEAD else None,
    )


def _page() -> int:
    asked = request.args.get("page", "1")
    return max(int(asked), 1) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 1  # noqa: PLR2004  four digits


def _first_day(today: date) -> date:
    try:
        asked = date.fromisoformat(request.args.get("from", ""))
    except ValueError:
        return today
    return min(max(asked, today), today + _AHEAD)
