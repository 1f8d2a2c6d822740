"""Take the whole programme out as a file: say what is in it, ask for it, watch the job, take the file away."""

from uuid import UUID

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

import timecredits.insight.impact_models
import timecredits.insight.roll_up_models  # noqa: F401  so that every table is known
from timecredits.foundation.job_files import has_file, read_file
from timecredits.foundation.jobs import try_again
from timecredits.network.permissions import MOVE_DATA
from timecredits.records.moving.export_jobs import ask_for_export, find_export
from timecredits.web import jobs
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.file_answers import file_answer
from timecredits.web.forms import CreatingForm
from timecredits.web.freshness import fresh
from timecredits.web.programme.blueprint import blueprint


@blueprint.route("/data", methods=["GET", "POST"])
@allow(MOVE_DATA)
@fresh
def moving() -> str | Response:
    """What can go out and what can come in; asking for an export."""
    form, who = CreatingForm(), actor()
    if form.validate_on_submit():
        job_id = ask_for_export(db.session(), who.programme, job_id=form.created_id, actor_id=who.user_id)
        return redirect(url_for(".moving_progress", job_id=job_id))
    return render_template("programme/moving.html", form=form)


@blueprint.get("/data/<uuid:job_id>")
@allow(MOVE_DATA)
def moving_progress(job_id: UUID) -> str:
    """Say how far the export is; when it is done, give it."""
    session, programme_id = db.session(), actor().programme
    job = find_export(session, programme_id, job_id)
    if not job.finished:
        jobs.wake()  # nobody may have it since the server was started anew
    is_there = job.finished and has_file(session, programme_id, job_id)
    return render_template("programme/moving_progress.html", job=job, is_there=is_there)


@blueprint.post("/data/<uuid:job_id>/again")
@allow(MOVE_DATA)
def moving_again(job_id: UUID) -> Response:
    """Begin an export again that gave up."""
    find_export(db.session(), actor().programme, job_id)
    try_again(db.session(), actor().programme, job_id, organisation_id=None)
    return redirect(url_for(".moving_progress", job_id=job_id))


@blueprint.get("/data/<uuid:job_id>/programme.jsonl.gz")
@allow(MOVE_DATA)
@fresh
def moving_file(job_id: UUID) -> Response:
    """The file, for a day."""
    find_export(db.session(), actor().programme, job_id)
    made = read_file(db.session(), actor().programme, job_id, organisation_id=None)
    return file_answer(made.content, made.media_type, made.filename)
