"""The organisation's pots: what is in them and what became of it, a note for an outing, and gifts taken back."""

from uuid import UUID

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovTextInput
from werkzeug.wrappers import Response
from wtforms import StringField

from timecredits.foundation.errors import RuleError
from timecredits.foundation.jobs import find_job, try_again
from timecredits.network.permissions import KEEP_POTS
from timecredits.spending.giving.gift_jobs import begin_taking_back
from timecredits.spending.giving.gift_undoing import find_gift_here, take_back_for
from timecredits.spending.giving.given_together import find_together, list_together
from timecredits.spending.giving.pot_statements import pot_csv, pot_statement
from timecredits.spending.giving.pots import PotLine, find_pot, list_organisation_pots
from timecredits.spending.note_models import NoteKind
from timecredits.spending.notes.making import make_batch
from timecredits.spending.notes.payers import pot_pays
from timecredits.web import jobs
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.database import db
from timecredits.web.file_answers import csv_answer
from timecredits.web.forms import CreatingForm, show_rule
from timecredits.web.giving_fields import CreditsField
from timecredits.web.pot_rows import pot_columns, pot_rows

_TOGETHER = 10
_PEOPLE = 100


class OutingForm(CreatingForm):
    """What the note for a group is worth, and what it is for."""

    amount = CreditsField(lazy_gettext("How many credits in all?"))
    words = StringField(lazy_gettext("What is it for?"), widget=GovTextInput())


class BackForm(CreatingForm):
    """Why it is taken back."""

    reason = StringField(lazy_gettext("Why do you take it back?"), widget=GovTextInput())


class PartBackForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """The same for one person's part."""

    reason = StringField(lazy_gettext("Why do you take it back?"), widget=GovTextInput())


@blueprint.get("/pots")
@allow(KEEP_POTS)
def pots() -> str:
    """The open pots of the organisation."""
    lines = list_organisation_pots(db.session(), actor().programme, actor().organisation)
    return render_template("coordinator/pots.html", pots=lines)


@blueprint.get("/pots/<uuid:pot_id>")
@allow(KEEP_POTS)
def pot(pot_id: UUID) -> str:
    """One pot: what it holds, what was given together, and every movement."""
    line, session = _find(pot_id), db.session()
    page = max(1, request.args.get("page", 1, type=int))
    given = list_together(session, line.pot.programme_id, pot_id, page=page, size=_TOGETHER)
    statement = pot_statement(session, line.pot, with_names=True, after=request.args.get("after", ""))
    return render_template(
        "coordinator/pot.html",
        line=line,
        given=given[:_TOGETHER],
        page=page,
        has_older=len(given) > _TOGETHER,
        columns=pot_columns(with_names=True),
        rows=pot_rows(statement.rows, with_names=True),
        older=statement.older,
        is_first="after" not in request.args,
    )


@blueprint.get("/pots/<uuid:pot_id>/statement.csv")
@allow(KEEP_POTS)
def pot_statement_file(pot_id: UUID) -> FlaskResponse:
    """Download every movement."""
    return csv_answer(pot_csv(db.session(), _find(pot_id).pot, with_names=True), "pot.csv")


@blueprint.route("/pots/<uuid:pot_id>/outing", methods=["GET", "POST"])
@allow(KEEP_POTS)
def pot_outing(pot_id: UUID) -> str | Response:
    """Make one note for a whole group, paid from the pot."""
    who, form, line = actor(), OutingForm(), _find(pot_id)
    if form.validate_on_submit():
        try:
            payer = pot_pays(db.session(), who.programme, who.organisation, pot_id)
            batch = make_batch(
                db.session(),
                who.programme,
                payer,
                batch_id=form.created_id,
                kind=NoteKind.OUTING,
                minutes=form.amount.minutes,
                count=1,
                words=form.words.data or "",
                organisation_id=who.organisation,
                actor_id=who.user_id,
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved. The note is ready to print."), "success")
            return redirect(url_for(".note_batch", batch_id=batch.id))
    return render_template("coordinator/pot_outing.html", form=form, line=line)


@blueprint.route("/pots/<uuid:pot_id>/given/<uuid:together_id>", methods=["GET", "POST"])
@allow(KEEP_POTS)
def pot_given(pot_id: UUID, together_id: UUID) -> str | Response:
    """Who got what was given together; take it back as a whole."""
    who, form, line = actor(), BackForm(), _find(pot_id)
    given, people = find_together(db.session(), who.programme, who.organisation, pot_id, together_id)
    here = url_for(".pot_given", pot_id=pot_id, together_id=together_id)
    if form.validate_on_submit():
        try:
            undone = begin_taking_back(
                db.session(),
                who.programme,
                who.organisation,
                together_id,
                given.standing,
                job_id=form.created_id,
                reason=form.reason.data or "",
                actor_id=who.user_id,
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            if isinstance(undone, UUID):
                return redirect(url_for(".pot_progress", pot_id=pot_id, together_id=together_id, job_id=undone))
            text = ngettext("Taken back from %(num)s person.", "Taken back from %(num)s people.", undone)
            flash(text if undone else _("It was taken back already."), "success")
            return redirect(here)
    page = max(1, request.args.get("page", 1, type=int))
    return render_template(
        "coordinator/pot_given.html",
        form=form,
        line=line,
        given=given,
        people=people[(page - 1) * _PEOPLE : page * _PEOPLE],
        page=page,
        has_more=len(people) > page * _PEOPLE,
    )


@blueprint.route("/pots/<uuid:pot_id>/given/<uuid:together_id>/<uuid:gift_id>", methods=["GET", "POST"])
@allow(KEEP_POTS)
def pot_given_back(pot_id: UUID, together_id: UUID, gift_id: UUID) -> str | Response:
    """Take back one person's part."""
    who, form, line = actor(), PartBackForm(), _find(pot_id)
    given, people = find_together(db.session(), who.programme, who.organisation, pot_id, together_id)
    find_gift_here(db.session(), who.programme, who.organisation, gift_id)
    part = next((each for each in people if each.gift_id == gift_id), None)
    here = url_for(".pot_given", pot_id=pot_id, together_id=together_id)
    if part is None or part.undone_because is not None:
        flash(_("It was taken back already."), "message")
        return redirect(here)
    if form.validate_on_submit():
        try:
            take_back_for(
                db.session(), who.programme, who.organisation, gift_id, reason=form.reason.data or "", actor_id=who.user_id
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Taken back from %(name)s.", name=part.name), "success")
            return redirect(here)
    return render_template("coordinator/pot_given_back.html", form=form, line=line, given=given, part=part)


@blueprint.get("/pots/<uuid:pot_id>/given/<uuid:together_id>/progress/<uuid:job_id>")
@allow(KEEP_POTS)
def pot_progress(pot_id: UUID, together_id: UUID, job_id: UUID) -> str | Response:
    """Say how far a gift to very many people is; when it is done, on to what was given."""
    line = _find(pot_id)
    job = find_job(db.session(), actor().programme, job_id, organisation_id=actor().organisation)
    if job.finished and job.fault is None:
        return redirect(url_for(".pot_given", pot_id=pot_id, together_id=together_id))
    if not job.finished:
        jobs.wake()  # nobody may have it since the server was started anew
    return render_template("coordinator/pot_progress.html", line=line, job=job, together_id=together_id)


@blueprint.post("/pots/<uuid:pot_id>/given/<uuid:together_id>/progress/<uuid:job_id>")
@allow(KEEP_POTS)
def pot_progress_again(pot_id: UUID, together_id: UUID, job_id: UUID) -> Response:
    """Begin it again; nothing is given twice."""
    _find(pot_id)
    try_again(db.session(), actor().programme, job_id, organisation_id=actor().organisation)
    return redirect(url_for(".pot_progress", pot_id=pot_id, together_id=together_id, job_id=job_id))


def _find(pot_id: UUID) -> PotLine:
    return find_pot(db.session(), actor().programme, pot_id, organisation_id=actor().organisation)
