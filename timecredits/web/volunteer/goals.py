"""A person's own goals. No score and no streak: a goal is open or done."""

from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from govuk_frontend_wtf.wtforms_widgets import GovTextInput
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import StringField

from timecredits.foundation import clock
from timecredits.foundation.errors import RuleError
from timecredits.foundation.keys import Keyring
from timecredits.journey.learning.goals import change_goal, find_goal, keep_goal, list_goals, mark_goal, remove_goal
from timecredits.network.permissions import KEEP_OWN_JOURNEY
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.forms import CreatingForm, show_rule
from timecredits.web.hour_fields import OptionalDayField
from timecredits.web.volunteer.blueprint import blueprint


class GoalForm(CreatingForm):
    """What somebody wants to do, and by when if they like."""

    words = StringField(lazy_gettext("What do you want to do?"), widget=GovTextInput())
    by_day = OptionalDayField(lazy_gettext("By which day? (you can leave this out)"))


@blueprint.get("/journey/goals")
@allow(KEEP_OWN_JOURNEY)
def goals() -> str:
    """Show my goals: open ones first."""
    found = list_goals(*_sealed())
    return render_template(
        "volunteer/goals.html",
        still_open=[goal for goal in found if goal.done_on is None],
        done=[goal for goal in found if goal.done_on is not None],
        today=clock.today(),
    )


@blueprint.route("/journey/goals/new", methods=["GET", "POST"])
@allow(KEEP_OWN_JOURNEY)
def goal_new() -> str | Response:
    """Set a goal."""
    form = GoalForm()
    if form.validate_on_submit():
        try:
            keep_goal(*_sealed(), form.words.data or "", goal_id=form.created_id, by_day=form.by_day.data, today=clock.today())
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved. Only you can see it."), "success")
            return redirect(url_for("volunteer.goals"))
    return render_template("volunteer/goal_form.html", form=form, shown=None)


@blueprint.route("/journey/goals/<uuid:goal_id>", methods=["GET", "POST"])
@allow(KEEP_OWN_JOURNEY)
def goal(goal_id: UUID) -> str | Response:
    """Put a goal in other words, or choose another day."""
    shown = find_goal(*_sealed(), goal_id)
    form = GoalForm() if request.method == "POST" else GoalForm(words=shown.words or "", by_day=shown.by_day)
    if form.validate_on_submit():
        try:
            change_goal(*_sealed(), goal_id, form.words.data or "", by_day=form.by_day.data, today=clock.today())
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("volunteer.goals"))
    return render_template("volunteer/goal_form.html", form=form, shown=shown)


@blueprint.post("/journey/goals/<uuid:goal_id>/done")
@allow(KEEP_OWN_JOURNEY)
def goal_done(goal_id: UUID) -> Response:
    """Mark it done."""
    mark_goal(*_mine(), goal_id, done_on=clock.today())
    flash(_("Done. Well done!"), "success")
    return redirect(url_for("volunteer.goals"))


@blueprint.post("/journey/goals/<uuid:goal_id>/open")
@allow(KEEP_OWN_JOURNEY)
def goal_open(goal_id: UUID) -> Response:
    """Open it again."""
    mark_goal(*_mine(), goal_id, done_on=None)
    flash(_("It is open again."), "success")
    return redirect(url_for("volunteer.goals"))


@blueprint.post("/journey/goals/<uuid:goal_id>/remove")
@allow(KEEP_OWN_JOURNEY)
def goal_remove(goal_id: UUID) -> Response:
    """Remove it for good."""
    remove_goal(*_mine(), goal_id)
    flash(_("Removed. This goal is gone for good."), "success")
    return redirect(url_for("volunteer.goals"))


def _mine() -> tuple[Session, UUID, UUID]:
    return db.session(), actor().programme, actor().volunteer


def _sealed() -> tuple[Session, Keyring, UUID, UUID]:
    session, programme_id, volunteer_id = _mine()
    return session, current_app.config["KEYRING"], programme_id, volunteer_id
