"""Other answers to hours that a volunteer logged than yes: other hours, a question, no."""

from typing import Any
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovTextArea, GovTextInput
from werkzeug.wrappers import Response
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired

from timecredits.foundation import clock
from timecredits.foundation.amounts import hours_text
from timecredits.foundation.errors import RuleError
from timecredits.hours.self_logged.approval_queue import Decided
from timecredits.hours.self_logged.approving import approve_changed
from timecredits.hours.self_logged.given_time import from_to
from timecredits.hours.self_logged.logged_decisions import ask, decline, mark_of
from timecredits.hours.self_logged.logged_hours import OPEN
from timecredits.network.permissions import APPROVE_HOURS
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.approvals import find, tell_more
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.forms import show_rule
from timecredits.web.hour_fields import LengthField

_FIELDS = {"minutes": "hours"}


class SeenForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """It carries the mark of the line as it stood on the page: what is decided on is what was seen."""

    seen = HiddenField(default="")


class OtherHoursForm(SeenForm):
    """What is right, and why."""

    hours = LengthField(lazy_gettext("The right hours"))
    reason = StringField(
        lazy_gettext("Why"), [DataRequired(lazy_gettext("Say why, in a few words. Nothing was saved."))], widget=GovTextInput()
    )


class QuestionForm(SeenForm):
    """A question to the volunteer."""

    words = TextAreaField(
        lazy_gettext("Your question"), [DataRequired(lazy_gettext("Type your question. Nothing was sent."))], widget=GovTextArea()
    )


class DeclineForm(SeenForm):
    """Why not."""

    words = TextAreaField(
        lazy_gettext("Why"), [DataRequired(lazy_gettext("Say why, in a few words. Nothing was sent."))], widget=GovTextArea()
    )


@blueprint.route("/approvals/<uuid:logged_id>/change", methods=["GET", "POST"])
@allow(APPROVE_HOURS)
def approval_change(logged_id: UUID) -> str | Response:
    """Approve other hours than were logged."""
    decided = find(logged_id)[0]
    form = OtherHoursForm() if request.method == "POST" else OtherHoursForm(hours=decided.log.minutes)
    if form.validate_on_submit():
        try:
            recorded = approve_changed(
                db.session(),
                actor().programme,
                actor().organisation,
                logged_id,
                minutes=form.hours.minutes,
                reason=form.reason.data or "",
                actor_id=actor().user_id,
                today=clock.today(),
                seen=form.seen.data or "",
            )
        except RuleError as fault:
            show_rule(form, RuleError(fault.sentence, field=_FIELDS.get(fault.field, fault.field)))
        else:
            if recorded is None:
                flash(_("Saved already. Nothing was added twice."), "success")
            else:
                hours = say(hours_text(form.hours.minutes))
                flash(_("Saved. %(hours)s added for %(name)s.", hours=hours, name=decided.name), "success")
                tell_more(recorded)
            return redirect(url_for("coordinator.approvals", done=logged_id))
    return _show("coordinator/approval_change.html", form, decided)


@blueprint.route("/approvals/<uuid:logged_id>/ask", methods=["GET", "POST"])
@allow(APPROVE_HOURS)
def approval_ask(logged_id: UUID) -> str | Response:
    """Send logged hours back with a question."""
    decided = find(logged_id)[0]
    form = QuestionForm()
    if form.validate_on_submit():
        try:
            by_mail = ask(
                db.session(),
                actor().programme,
                actor().organisation,
                logged_id,
                question=form.words.data or "",
                actor_id=actor().user_id,
                base_url=current_app.config["BASE_URL"],
                seen=form.seen.data or "",
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Sent. %(name)s sees your question.", name=decided.name), "success")
            _tell(decided, by_mail=by_mail)
            return redirect(url_for("coordinator.approvals"))
    return _show("coordinator/approval_ask.html", form, decided)


@blueprint.route("/approvals/<uuid:logged_id>/decline", methods=["GET", "POST"])
@allow(APPROVE_HOURS)
def approval_decline(logged_id: UUID) -> str | Response:
    """Say no, with a reason."""
    decided = find(logged_id)[0]
    form = DeclineForm()
    if form.validate_on_submit():
        try:
            by_mail = decline(
                db.session(),
                actor().programme,
                actor().organisation,
                logged_id,
                reason=form.words.data or "",
                actor_id=actor().user_id,
                base_url=current_app.config["BASE_URL"],
                seen=form.seen.data or "",
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Done. These hours were not added. %(name)s can read why.", name=decided.name), "success")
            _tell(decided, by_mail=by_mail)
            return redirect(url_for("coordinator.approvals"))
    return _show("coordinator/approval_decline.html", form, decided)


def _show(template: str, form: Any, decided: Decided) -> str | Response:
    if request.method != "POST" and decided.log.status not in OPEN:
        flash(_("This was decided before. Nothing was changed."), "warning")
        return redirect(url_for("coordinator.approval", logged_id=decided.log.id))
    form.seen.data = mark_of(decided.log)
    return render_template(template, form=form, decided=decided, from_to=from_to)


def _tell(decided: Decided, *, by_mail: bool) -> None:
    if not by_mail:
        flash(_("%(name)s has no email here. Tell them when you see them.", name=decided.name), "message")
