"""A long list of people while a job adds it, and undoing a list as a whole."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovTextInput
from werkzeug.wrappers import Response
from wtforms import StringField

from timecredits.foundation.amounts import credits_text
from timecredits.foundation.errors import RuleError
from timecredits.foundation.jobs import find_job, try_again
from timecredits.network.permissions import MOVE_DATA
from timecredits.records.opening.past_lists import find_list
from timecredits.records.opening.uploads import undo_list
from timecredits.web import jobs
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.forms import show_rule
from timecredits.web.freshness import fresh
from timecredits.web.programme.blueprint import blueprint


class UndoForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Why a list is undone."""

    reason = StringField(lazy_gettext("Why do you undo it?"), widget=GovTextInput())


@blueprint.get("/people-list/<uuid:import_id>/progress")
@allow(MOVE_DATA)
def opening_progress(import_id: UUID) -> str | Response:
    """Say how far a job is; when it is done, on to what came of it."""
    session, programme_id = db.session(), actor().programme
    kept = find_list(session, programme_id, import_id)
    if kept.job_id is None:
        return redirect(url_for(".opening_done", import_id=import_id))
    job = find_job(session, programme_id, kept.job_id, organisation_id=None)
    if not job.finished:
        jobs.wake()  # nobody may have it since the server was started anew
    return render_template("programme/opening_progress.html", kept=kept, job=job)


@blueprint.post("/people-list/<uuid:import_id>/again")
@allow(MOVE_DATA)
def opening_again(import_id: UUID) -> Response:
    """Begin a job again that gave up; what it did is not done twice."""
    session, programme_id = db.session(), actor().programme
    kept = find_list(session, programme_id, import_id)
    if kept.job_id is not None:
        try_again(session, programme_id, kept.job_id, organisation_id=None)
    return redirect(url_for(".opening_progress", import_id=import_id))


@blueprint.route("/people-list/<uuid:import_id>/undo", methods=["GET", "POST"])
@allow(MOVE_DATA)
@fresh
def opening_undo(import_id: UUID) -> str | Response:
    """Ask why, then take all the credits of a list back."""
    session, who, form = db.session(), actor(), UndoForm()
    kept = find_list(session, who.programme, import_id)
    if kept.imported_at is None or kept.undone_at is not None or not kept.credited:
        return redirect(url_for(".opening_done", import_id=import_id))
    if form.validate_on_submit():
        try:
            minutes = undo_list(session, who.programme, import_id, reason=form.reason.data or "", actor_id=who.user_id)
        except RuleError as fault:
            show_rule(form, fault)
        else:
            taken = _("Undone. %(credits)s taken back.", credits=say(credits_text(minutes)))
            flash(taken if minutes else _("Undone already."), "success")
            return redirect(url_for(".opening_done", import_id=import_id))
    return render_template("programme/opening_undo.html", kept=kept, form=form)
