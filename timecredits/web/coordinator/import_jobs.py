"""A large import while a job adds or undoes it; the rows to mend; undoing a whole import."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from timecredits.foundation import clock
from timecredits.foundation.amounts import hours_text
from timecredits.foundation.jobs import find_job, try_again
from timecredits.hours.corrections import CreditsUsedError
from timecredits.hours.importing.import_undoing import count_changed, foresee_undoing, undo_import
from timecredits.hours.importing.past_imports import PastImport, find_import, read_mending
from timecredits.network.permissions import IMPORT_HOURS
from timecredits.web import jobs
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.database import db
from timecredits.web.file_answers import csv_answer
from timecredits.web.filters import say
from timecredits.web.freshness import fresh


@blueprint.get("/imports/<uuid:import_id>/progress")
@allow(IMPORT_HOURS)
def hour_import_progress(import_id: UUID) -> str | Response:
    """Say how far a job is; when it is done, on to what came of it."""
    who = actor()
    kept = find_import(db.session(), who.programme, who.organisation, import_id)
    if kept.job_id is None:
        return redirect(url_for(".hour_import_done", import_id=import_id))
    job = find_job(db.session(), who.programme, kept.job_id, organisation_id=who.organisation)
    if not job.finished:
        jobs.wake()  # nobody may have it since the server was started anew
    return render_template("coordinator/import_progress.html", kept=kept, job=job)


@blueprint.post("/imports/<uuid:import_id>/again")
@allow(IMPORT_HOURS)
def hour_import_again(import_id: UUID) -> Response:
    """Begin a job again that gave up; what it did is not done twice."""
    who = actor()
    kept = find_import(db.session(), who.programme, who.organisation, import_id)
    if kept.job_id is not None:
        try_again(db.session(), who.programme, kept.job_id, organisation_id=who.organisation)
    return redirect(url_for(".hour_import_progress", import_id=import_id))


@blueprint.get("/imports/<uuid:import_id>/mend.csv")
@allow(IMPORT_HOURS)
def hour_import_mend(import_id: UUID) -> Response:
    """Download the rows to mend."""
    who = actor()
    return csv_answer(read_mending(db.session(), who.programme, who.organisation, import_id), "rows-to-mend.csv")


@blueprint.get("/imports/<uuid:import_id>/undo")
@allow(IMPORT_HOURS)
@fresh
def hour_import_undo(import_id: UUID) -> str | Response:
    """Ask before a whole import is undone."""
    who = actor()
    kept = find_import(db.session(), who.programme, who.organisation, import_id)
    if kept.imported_at is None or kept.undone_at is not None or kept.job_id is not None or not kept.imported:
        return redirect(url_for(".hour_import_done", import_id=import_id))
    return _ask(kept)


@blueprint.post("/imports/<uuid:import_id>/undo")
@allow(IMPORT_HOURS)
@fresh
def hour_import_undone(import_id: UUID) -> str | Response:
    """Take away everything an import brought in; ask again when more credits were used than the page said."""
    who = actor()
    try:
        undone = undo_import(
            db.session(),
            who.programme,
            who.organisation,
            import_id,
            today=clock.today(),
            actor_id=who.user_id,
            agreed_to=max(0, request.form.get("agreed", 0, type=int)),
        )
    except CreditsUsedError:
        return _ask(find_import(db.session(), who.programme, who.organisation, import_id))
    if undone.past.job_id is not None:
        return redirect(url_for(".hour_import_progress", import_id=import_id))
    if undone.minutes:
        people = ngettext("%(num)s person", "%(num)s people", undone.people)
        flash(_("Undone. %(hours)s taken away from %(people)s.", hours=say(hours_text(undone.minutes)), people=people), "success")
    elif undone.past.undone_at is not None:
        flash(_("Undone already."), "success")
    return redirect(url_for(".hour_import_done", import_id=import_id))


def _ask(kept: PastImport) -> str:
    who = actor()
    return render_template(
        "coordinator/import_undo.html",
        kept=kept,
        changed=count_changed(db.session(), who.programme, kept.id),
        foreseen=foresee_undoing(db.session(), who.programme, who.organisation, kept.id),
    )
