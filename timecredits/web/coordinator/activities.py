"""The organisation's activities: list, add, change, close."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from timecredits.foundation import clock
from timecredits.foundation.errors import RuleError
from timecredits.hours.activities import (
    ActivityFacts,
    close_activity,
    create_activity,
    find_activity,
    list_activities,
)
from timecredits.hours.activities import edit_activity as change_activity
from timecredits.network.permissions import KEEP_ACTIVITIES
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.coordinator.forms import ActivityForm
from timecredits.web.database import db
from timecredits.web.forms import show_rule


@blueprint.get("/activities")
@allow(KEEP_ACTIVITIES)
def activities() -> str:
    """Show every activity, open ones first."""
    listed = list_activities(db.session(), actor().programme, actor().organisation, today=clock.today())
    return render_template(
        "coordinator/activities.html",
        opened=[each for each in listed if each.activity.is_open],
        closed=[each for each in listed if not each.activity.is_open],
    )


@blueprint.route("/activities/new", methods=["GET", "POST"])
@allow(KEEP_ACTIVITIES)
def activity_new() -> str | Response:
    """Add an activity."""
    form = ActivityForm(earns_credits=True, usual=120) if request.method == "GET" else ActivityForm()
    if form.validate_on_submit():
        try:
            activity = create_activity(
                db.session(),
                actor().programme,
                actor().organisation,
                _facts(form),
                actor_id=actor().user_id,
                activity_id=form.created_id,
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved. %(name)s is in your list.", name=activity.name), "success")
            return redirect(url_for("coordinator.activities"))
    return render_template("coordinator/activity_edit.html", form=form, activity=None)


@blueprint.route("/activities/<uuid:activity_id>", methods=["GET", "POST"])
@allow(KEEP_ACTIVITIES)
def activity_edit(activity_id: UUID) -> str | Response:
    """Change what is said about an activity."""
    activity = find_activity(db.session(), actor().programme, actor().organisation, activity_id)
    form = ActivityForm(obj=activity, usual=activity.usual_minutes) if request.method == "GET" else ActivityForm()
    if form.validate_on_submit():
        try:
            change_activity(
                db.session(), actor().programme, actor().organisation, activity_id, _facts(form), actor_id=actor().user_id
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved. Hours given before stay as they are."), "success")
            return redirect(url_for("coordinator.activities"))
    return render_template("coordinator/activity_edit.html", form=form, activity=activity)


@blueprint.post("/activities/<uuid:activity_id>/open")
@allow(KEEP_ACTIVITIES)
def activity_open(activity_id: UUID) -> Response:
    """Close an activity, or open it again."""
    is_open = request.form.get("open") == "yes"
    activity = close_activity(
        db.session(), actor().programme, actor().organisation, activity_id, actor_id=actor().user_id, is_open=is_open
    )
    text = (
        _("%(name)s is open again.", name=activity.name)
        if is_open
        else _("%(name)s is closed. Its hours stay. You can open it again.", name=activity.name)
    )
    flash(text, "success")
    return redirect(url_for("coordinator.activities"))


def _facts(form: ActivityForm) -> ActivityFacts:
    return ActivityFacts(
        name=form.name.data or "",
        summary=form.summary.data or "",
        place=form.place.data or "",
        when_text=form.when_text.data or "",
        usual_minutes=form.usual.minutes,
        earns_credits=form.earns_credits.data,
        good_first_step=form.good_first_step.data,
    )
