"""Load a register: choose a file, look at what it would do, say yes."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext, lazy_ngettext
from flask_wtf.file import FileField, FileRequired
from govuk_frontend_wtf.wtforms_widgets import GovFileInput, GovTextInput
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import Length

from timecredits.foundation import clock
from timecredits.hours.importing.import_undoing import count_changed
from timecredits.hours.importing.import_uploads import confirm_upload, drop_upload, keep_upload
from timecredits.hours.importing.past_imports import find_import, list_imports
from timecredits.hours.imports import Unreadable
from timecredits.network.permissions import IMPORT_HOURS
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.coordinator.import_matching import COLUMNS, PROBLEMS_SHOWN, show_look
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.forms import CreatingForm

_LONGEST_ACTIVITY = 120


class RegisterForm(CreatingForm):
    """A file, and the activity for rows that name none."""

    file = FileField(
        lazy_gettext("Your file"),
        [FileRequired(lazy_gettext("Choose a file first. Nothing was added."))],
        widget=GovFileInput(),
    )
    activity = StringField(
        lazy_gettext("Activity, if the file does not say"),
        [
            Length(
                max=_LONGEST_ACTIVITY,
                message=lazy_ngettext("Use at most %(num)s letter.", "Use at most %(num)s letters.", _LONGEST_ACTIVITY),
            )
        ],
        widget=GovTextInput(),
    )


@blueprint.route("/imports", methods=["GET", "POST"])
@allow(IMPORT_HOURS)
def hour_import() -> str | Response:
    """Choose a file."""
    who, form = actor(), RegisterForm()
    if form.validate_on_submit():
        try:
            kept = keep_upload(
                db.session(),
                who.programme,
                who.organisation,
                form.file.data.read(),
                form.file.data.filename or "",
                activity=" ".join((form.activity.data or "").split()) or None,
                today=clock.today(),
                uploaded_by=who.user_id,
                import_id=form.created_id,
            )
        except Unreadable as fault:
            form.file.errors = [say(fault.sentence)]
        else:
            return redirect(url_for(".hour_import_look", import_id=kept))
    past = list_imports(db.session(), who.programme, who.organisation)
    return render_template("coordinator/import_choose.html", form=form, past=past)


@blueprint.get("/imports/<uuid:import_id>")
@allow(IMPORT_HOURS)
def hour_import_look(import_id: UUID) -> str | Response:
    """Show what the file would add, and what it would not."""
    return show_look(import_id)


@blueprint.post("/imports/<uuid:import_id>/add")
@allow(IMPORT_HOURS)
def hour_import_add(import_id: UUID) -> Response:
    """Add the hours, or have a job add many. A second time changes nothing."""
    who = actor()
    try:
        kept = confirm_upload(db.session(), who.programme, who.organisation, import_id, today=clock.today(), actor_id=who.user_id)
    except Unreadable:  # the columns were changed in another window
        return redirect(url_for(".hour_import_look", import_id=import_id))
    return redirect(url_for(".hour_import_done" if kept.job_id is None else ".hour_import_progress", import_id=import_id))


@blueprint.post("/imports/<uuid:import_id>/drop")
@allow(IMPORT_HOURS)
def hour_import_drop(import_id: UUID) -> Response:
    """Throw the file away."""
    who = actor()
    if not drop_upload(db.session(), who.programme, who.organisation, import_id):
        flash(_("This file was added already. Nothing was changed."), "warning")
        return redirect(url_for(".hour_import_done", import_id=import_id))
    flash(_("We threw the file away. Nothing was added."), "message")
    return redirect(url_for(".hour_import"))


@blueprint.get("/imports/<uuid:import_id>/done")
@allow(IMPORT_HOURS)
def hour_import_done(import_id: UUID) -> str | Response:
    """Say what came of it."""
    who = actor()
    kept = find_import(db.session(), who.programme, who.organisation, import_id)
    if kept.job_id is not None:
        return redirect(url_for(".hour_import_progress", import_id=import_id))
    if kept.imported_at is None:
        return redirect(url_for(".hour_import_look", import_id=import_id))
    return render_template(
        "coordinator/import_done.html",
        kept=kept,
        columns=COLUMNS,
        sent_back=kept.sent_back[:PROBLEMS_SHOWN],
        changed=count_changed(db.session(), who.programme, import_id) if kept.undone_at is None else 0,
    )
