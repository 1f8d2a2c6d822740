"""Stopping the use of one person's credits, and letting it go on; and whose credits run out soon."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovTextInput
from werkzeug.wrappers import Response
from wtforms import StringField

from timecredits.foundation import clock
from timecredits.foundation.errors import RuleError
from timecredits.network.permissions import FREEZE_PEOPLE, KEEP_VOLUNTEERS
from timecredits.network.volunteers import find_enrolled
from timecredits.spending.freezing import Hold, find_hold, freeze_person, unfreeze_person
from timecredits.spending.running_out_list import anything_runs_out, list_running_out
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.forms import show_rule

_PAGE = 25


class StopForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Why the use of somebody's credits is stopped."""

    reason = StringField(lazy_gettext("Why?"), widget=GovTextInput())


@blueprint.context_processor
def _holds() -> dict[str, Callable[..., Any]]:
    """Let the page about a person ask whether their credits are stopped, and the list of people whether any run out."""

    def credit_hold(volunteer_id: UUID) -> Hold | None:
        return find_hold(db.session(), actor().programme, actor().organisation, volunteer_id)

    def credits_run_out() -> bool:
        return anything_runs_out(db.session(), actor().programme, clock.today())

    return {"credit_hold": credit_hold, "credits_run_out": credits_run_out}


@blueprint.route("/people/<uuid:volunteer_id>/stop-credits", methods=["GET", "POST"])
@allow(FREEZE_PEOPLE)
def credits_stop(volunteer_id: UUID) -> str | Response:
    """Stop the use of their credits with a reason; or, where it is stopped, look at why and let it go on."""
    session, who = db.session(), actor()
    here = (who.programme, who.organisation, volunteer_id)
    volunteer = find_enrolled(session, *here).volunteer
    form = StopForm()
    if form.validate_on_submit():
        try:
            stopped = freeze_person(session, *here, reason=form.reason.data or "", actor_id=who.user_id)
        except RuleError as fault:
            show_rule(form, fault)
        else:
            told = _("Stopped. From now on %(name)s can not use credits.", name=volunteer.name)
            flash(told if stopped else _("Their credits are stopped already. Nothing was changed."), "success")
            return redirect(url_for("coordinator.volunteer", volunteer_id=volunteer_id))
    return render_template("coordinator/credits_stop.html", volunteer=volunteer, form=form, hold=find_hold(session, *here))


@blueprint.post("/people/<uuid:volunteer_id>/let-credits-go-on")
@allow(FREEZE_PEOPLE)
def credits_go_on(volunteer_id: UUID) -> Response:
    """Let somebody use their credits again."""
    who = actor()
    try:
        unfreeze_person(db.session(), who.programme, who.organisation, volunteer_id, actor_id=who.user_id)
    except RuleError as fault:
        flash(say(fault.sentence), "warning")
    else:
        flash(_("Done. They can use their credits again."), "success")
    return redirect(url_for("coordinator.volunteer", volunteer_id=volunteer_id))


@blueprint.get("/people/credits-run-out")
@allow(KEEP_VOLUNTEERS)
def credits_running_out() -> str:
    """List the people whose credits run out soon, so that somebody can tell those who read no mail."""
    people = list_running_out(db.session(), actor().programme, actor().organisation, clock.today())
    pages = max(1, -(-len(people) // _PAGE))
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    return render_template(
        "coordinator/credits_running_out.html",
        found=len(people),
        people=people[(page - 1) * _PAGE : page * _PAGE],
        page=page,
        pages=pages,
    )
