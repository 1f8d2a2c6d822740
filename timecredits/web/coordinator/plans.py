"""When an activity happens: add a plan, change it from a day on, end it. The days are shown before anything is saved."""

from datetime import timedelta
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from timecredits.foundation import clock
from timecredits.foundation.errors import RuleError
from timecredits.hours.activities import find_activity
from timecredits.hours.activity_models import ActivityPlan
from timecredits.hours.planning.plan_changes import Changed, Step, change_plan, end_plan, look_at_change
from timecredits.hours.planning.plan_holding import find_plan
from timecredits.hours.planning.plans import make_plan, next_days, shape_plan
from timecredits.hours.planning.repeating import Repeats, rule_words
from timecredits.network.permissions import KEEP_ACTIVITIES
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.coordinator.plan_forms import EndPlanForm, PlanForm, plan_form
from timecredits.web.coordinator.session_telling import tell
from timecredits.web.database import db
from timecredits.web.filters import day
from timecredits.web.forms import show_rule


@blueprint.route("/activities/<uuid:activity_id>/plans/new", methods=["GET", "POST"])
@allow(KEEP_ACTIVITIES)
def plan_new(activity_id: UUID) -> str | Response:
    """Say when an activity happens."""
    session, here = db.session(), (actor().programme, actor().organisation)
    activity = find_activity(session, *here, activity_id)
    form = (
        PlanForm(length=activity.usual_minutes, repeats=Repeats.WEEKLY.value, first_day=clock.today() + timedelta(days=1))
        if request.method != "POST"
        else PlanForm()
    )
    look = None
    if form.validate_on_submit():
        try:
            look = shape_plan(activity, form.facts, form.created_id)
            if request.form.get("do") == "save":
                made = make_plan(session, *here, activity_id, form.facts, actor_id=actor().user_id, plan_id=form.created_id)
                flash(_("Saved. The next days are below."), "success")
                return redirect(url_for("coordinator.activity", activity_id=made.activity_id))
        except RuleError as fault:
            show_rule(form, fault)
            look = None
    return _page(form, activity_name=activity.name, activity_id=activity_id, look=look)


@blueprint.route("/plans/<uuid:plan_id>", methods=["GET", "POST"])
@allow(KEEP_ACTIVITIES)
def plan_change(plan_id: UUID) -> str | Response:
    """Let something else count from a day on; who signed up for later days moves along."""
    session, here, today = db.session(), (actor().programme, actor().organisation), clock.today()
    plan, activity = find_plan(session, *here, plan_id)
    if not plan.rule:
        return redirect(url_for("coordinator.session_move", plan_id=plan_id, planned_on=plan.starts_on.isoformat()))
    upcoming = next_days(plan, today + timedelta(days=1), 1)
    if not upcoming and request.method != "POST":  # a second tap on Save finds it ended by the first
        flash(_("This has ended. Add it anew if it begins again."), "warning")
        return redirect(url_for("coordinator.activity", activity_id=activity.id))
    form = plan_form(plan, upcoming[0]) if request.method != "POST" else PlanForm()
    form.first_day.label.text = _("From this day on")
    look: ActivityPlan | None = None
    steps: tuple[Step, ...] = ()
    if form.validate_on_submit():
        try:
            if request.form.get("do") == "save":
                changed = change_plan(session, *here, plan_id, form.facts, actor_id=actor().user_id, new_plan_id=form.created_id)
                _tell_changed(changed, _("Saved. It counts from %(day)s on.", day=day(changed.plan.starts_on)))
                return redirect(url_for("coordinator.activity", activity_id=activity.id))
            look, steps = look_at_change(session, *here, plan_id, form.facts)
        except RuleError as fault:
            show_rule(form, fault)
    return _page(form, activity_name=activity.name, activity_id=activity.id, look=look, plan=plan, steps=steps)


@blueprint.route("/plans/<uuid:plan_id>/end", methods=["GET", "POST"])
@allow(KEEP_ACTIVITIES)
def plan_end(plan_id: UUID) -> str | Response:
    """Say which day is the last."""
    session, here = db.session(), (actor().programme, actor().organisation)
    plan, activity = find_plan(session, *here, plan_id)
    form = EndPlanForm() if request.method == "POST" else EndPlanForm(last_day=plan.ends_on or clock.today())
    if form.validate_on_submit():
        try:
            ended = end_plan(session, *here, plan_id, form.last_day.day, actor_id=actor().user_id)
        except RuleError as fault:
            show_rule(form, fault)
        else:
            _tell_changed(ended, _("Saved. There are no days after that one."))
            return redirect(url_for("coordinator.activity", activity_id=activity.id))
    words = rule_words(plan.rule, plan.starts_on, plan.ends_on)
    return render_template("coordinator/plan_end.html", form=form, plan=plan, activity=activity, words=words)


def _page(
    form: PlanForm,
    *,
    activity_name: str,
    activity_id: UUID,
    look: ActivityPlan | None,
    plan: ActivityPlan | None = None,
    steps: tuple[Step, ...] = (),
) -> str:
    days = next_days(look, max(look.starts_on, clock.today()) if look.rule else look.starts_on) if look else []
    return render_template(
        "coordinator/plan_form.html",
        form=form,
        activity_name=activity_name,
        activity_id=activity_id,
        plan=plan,
        look=look,
        words=rule_words(look.rule, look.starts_on, look.ends_on) if look else None,
        days=days,
        moving=[step for step in steps if step.people and step.to_day],
        losing=[step for step in steps if step.people and not step.to_day],
    )


def _tell_changed(changed: Changed, done: str) -> None:
    tell(changed.told, done)
    names = sorted({person.name for step in changed.left for person in step.people})
    if names:
        flash(
            ngettext(
                "%(num)s person was signed up for a day that is gone: %(names)s. Ask them to choose another day.",
                "%(num)s people were signed up for days that are gone: %(names)s. Ask them to choose another day.",
                len(names),
                names=", ".join(names),
            ),
            "warning",
        )
