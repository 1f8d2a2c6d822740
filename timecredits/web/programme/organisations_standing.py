"""The day an organisation's people were told how it works, and putting it on hold."""

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
from timecredits.hours.planning.after_hold import fill_after_hold
from timecredits.network.organisations import find_organisation_here, note_brief
from timecredits.network.permissions import KEEP_ORGANISATIONS
from timecredits.network.standing import LONGEST_REASON, lift, suspend
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.forms import show_rule
from timecredits.web.hour_fields import DayField
from timecredits.web.programme.blueprint import blueprint


class BriefForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """The day of the first talk."""

    briefed_on = DayField(lazy_gettext("When did you talk?"))


class HoldForm(FlaskForm):  # type: ignore[misc]
    """Why an organisation is put on hold."""

    reason = StringField(lazy_gettext("Why?"), widget=GovTextInput())


@blueprint.route("/organisations/<uuid:organisation_id>/first-talk", methods=["GET", "POST"])
@allow(KEEP_ORGANISATIONS)
def organisation_brief(organisation_id: UUID) -> str | Response:
    """Note the day on which its people were told how time credits work."""
    session, who, today = db.session(), actor(), clock.today()
    row = find_organisation_here(session, who.programme, organisation_id)
    form = BriefForm() if request.method == "POST" else BriefForm(briefed_on=row.briefed_on or today)
    if form.validate_on_submit():
        try:
            changed = note_brief(session, who.programme, organisation_id, form.briefed_on.day, today=today, actor_id=who.user_id)
        except RuleError as fault:
            show_rule(form, fault)
        else:
            return _done(organisation_id, _("Saved. The day is noted.") if changed else _same())
    return render_template("programme/organisation_brief.html", form=form, organisation=row)


@blueprint.post("/organisations/<uuid:organisation_id>/first-talk/take-back")
@allow(KEEP_ORGANISATIONS)
def organisation_brief_take_back(organisation_id: UUID) -> Response:
    """Say that the talk has not been after all."""
    done = note_brief(db.session(), actor().programme, organisation_id, None, today=clock.today(), actor_id=actor().user_id)
    return _done(organisation_id, _("Taken back. No day is noted now.") if done else _same())


@blueprint.route("/organisations/<uuid:organisation_id>/hold", methods=["GET", "POST"])
@allow(KEEP_ORGANISATIONS)
def organisation_hold(organisation_id: UUID) -> str | Response:
    """Put an organisation on hold, with a reason; or, where it is, look at why and let it go on."""
    session, who = db.session(), actor()
    row, form = find_organisation_here(session, who.programme, organisation_id), HoldForm()
    if form.validate_on_submit():
        try:
            done = suspend(session, who.programme, organisation_id, reason=form.reason.data or "", actor_id=who.user_id)
        except RuleError as fault:
            show_rule(form, fault)
        else:
            told = _("%(name)s is on hold now. Nothing is lost. You can let it go on at any time.", name=row.name)
            return _done(organisation_id, told if done else _("It is on hold already. Nothing was changed."))
    return render_template("programme/organisation_hold.html", form=form, organisation=row, longest=LONGEST_REASON)


@blueprint.post("/organisations/<uuid:organisation_id>/go-on")
@allow(KEEP_ORGANISATIONS)
def organisation_go_on(organisation_id: UUID) -> Response:
    """Let an organisation go on. Places that came free meanwhile go to those who wait."""
    session, who = db.session(), actor()
    row = find_organisation_here(session, who.programme, organisation_id)
    done = lift(session, who.programme, organisation_id, actor_id=who.user_id)
    if done:
        fill_after_hold(session, who.programme, organisation_id)
    return _done(organisation_id, _("Done. %(name)s goes on as before.", name=row.name) if done else _same())


def _same() -> str:
    return str(_("It is like that now. Nothing was changed."))


def _done(organisation_id: UUID, words: str) -> Response:
    flash(words, "success")
    return redirect(url_for("programme.organisation", organisation_id=organisation_id))
