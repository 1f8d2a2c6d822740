"""The organisation's activities: list, one with when it happens, add, change, close."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from timecredits.foundation import clock
from timecredits.foundation.errors import RuleError
from timecredits.hours.activities import close_activity, create_activity, edit_activity, find_activity, list_activities
from timecredits.hours.activity_facts import facts_of
from timecredits.hours.activity_models import Activity, OpenTo
from timecredits.hours.planning.activity_calendars import calendar_token
from timecredits.hours.planning.plans import list_plans
from timecredits.hours.planning.session_rosters import list_turnouts
from timecredits.hours.planning.sessions import list_sessions, soon
from timecredits.network.permissions import KEEP_ACTIVITIES
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.activity_forms import ActivityForm, category_names, filled_form
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.database import db
from timecredits.web.forms import show_rule

_NEXT_SHOWN = 6


@blueprint.get("/activities")
@allow(KEEP_ACTIVITIES)
def activities() -> str:
    """Show every activity, open ones first."""
    session, today = db.session(), clock.today()
    listed = list_activities(session, actor().programme, actor().organisation, today=today)
    plans = list_plans(session, actor().programme, [each.activity.id for each in listed], today=today)
    return render_template(
        "coordinator/activities.html",
        opened=[each for each in listed if each.activity.is_open],
        closed=[each for each in listed if not each.activity.is_open],
        plans={key: [each for each in found if each.next_day] for key, found in plans.items()},
    )


@blueprint.get("/activities/<uuid:activity_id>")
@allow(KEEP_ACTIVITIES)
def activity(activity_id: UUID) -> str:
    """Show one activity: when it happens, its next sessions, what is said about it, and its calendar."""
    session, programme_id, today = db.session(), actor().programme, clock.today()
    found = find_activity(session, programme_id, actor().organisation, activity_id)
    first, last = soon(today)
    coming = list_sessions(session, programme_id, first=first, last=last, activity_id=activity_id)
    token = calendar_token(current_app.config["KEYRING"], programme_id, activity_id)
    return render_template(
        "coordinator/activity.html",
        activity=found,
        category=category_names()[found.category.value],
        plans=list_plans(session, programme_id, [activity_id], today=today).get(activity_id, []),
        turnouts=list_turnouts(session, programme_id, [each for each in coming if each.ends > clock.now()][:_NEXT_SHOWN]),
        calendar_href=current_app.config["BASE_URL"] + url_for("public.activity_calendar_file", token=token),
        today=today,
    )


@blueprint.route("/activities/new", methods=["GET", "POST"])
@allow(KEEP_ACTIVITIES)
def activity_new() -> str | Response:
    """Add an activity."""
    form = ActivityForm(earns_credits=True, usual=120) if request.method != "POST" else ActivityForm()
    if form.validate_on_submit():
        try:
            made = create_activity(
                db.session(),
                actor().programme,
                actor().organisation,
                form.facts,
                actor_id=actor().user_id,
                activity_id=form.created_id,
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved. %(name)s is in your list. Now say when it happens.", name=made.name), "success")
            return redirect(url_for("coordinator.activity", activity_id=made.id))
    return render_template("coordinator/activity_edit.html", form=form, activity=None)


@blueprint.route("/activities/<uuid:activity_id>/edit", methods=["GET", "POST"])
@allow(KEEP_ACTIVITIES)
def activity_edit(activity_id: UUID) -> str | Response:
    """Change what is said about an activity."""
    found = find_activity(db.session(), actor().programme, actor().organisation, activity_id)
    form = filled_form(facts_of(found)) if request.method != "POST" else ActivityForm()
    if form.validate_on_submit():
        try:
            edit_activity(
                db.session(),
                actor().programme,
                actor().organisation,
                activity_id,
                replace(form.facts, **_kept(found)),
                actor_id=actor().user_id,
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved. Hours given before stay as they are."), "success")
            return redirect(url_for("coordinator.activity", activity_id=activity_id))
    return render_template("coordinator/activity_edit.html", form=form, activity=found)


@blueprint.post("/activities/<uuid:activity_id>/open")
@allow(KEEP_ACTIVITIES)
def activity_open(activity_id: UUID) -> Response:
    """Close an activity, or open it again."""
    is_open = request.form.get("open") == "yes"
    found = close_activity(
        db.session(), actor().programme, actor().organisation, activity_id, actor_id=actor().user_id, is_open=is_open
    )
    text = (
        _("%(name)s is open again.", name=found.name)
        if is_open
        else _("%(name)s is closed. Its hours stay. You can open it again.", name=found.name)
    )
    flash(text, "success")
    return redirect(url_for("coordinator.activities"))


def _kept(activity: Activity) -> dict[str, Any]:
    """What this form doesn't ask, so that a group or an event stays one."""
    kept: dict[str, Any] = {"kind": activity.kind, "counts_hours": activity.counts_hours}
    return kept | ({"open_to": OpenTo.LET_IN} if activity.open_to is OpenTo.LET_IN else {})
