"""Letters for many at once: tick people, drafts or issued letters; watch the job; take one file away to print."""

from dataclasses import dataclass
from uuid import UUID

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.job_files import has_file, read_file
from timecredits.foundation.jobs import JobState, find_job, try_again
from timecredits.journey.letters.bulk_issuing import (
    LETTERS,
    MOST,
    ask_for_letters,
    bulk_letters,
    bulk_people,
    left_out,
    list_mark,
)
from timecredits.journey.models import ReferenceStatus
from timecredits.network.permissions import WRITE_REFERENCES
from timecredits.web import jobs
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.coordinator.reference_forms import BulkForm
from timecredits.web.coordinator.reference_writing import author
from timecredits.web.database import db
from timecredits.web.file_answers import file_answer
from timecredits.web.filters import say

_KINDS = {"people": None, "drafts": ReferenceStatus.DRAFT, "issued": ReferenceStatus.ISSUED}
_SHOWN = 300
"""Rows on the page; "everybody" means those beyond it too."""


@dataclass(frozen=True)
class _Row:
    """One that can be ticked."""

    id: UUID
    name: str
    number: str
    minutes: int = 0
    wants_look: bool = False
    confidential: bool = False


@dataclass(frozen=True)
class _Rows:
    """What fits the search: at most `MOST` rows of `count`."""

    rows: list[_Row]
    count: int
    without_hours: int = 0

    @property
    def everybody(self) -> list[UUID]:
        """Whom "all of them" means: none in confidence, which is ticked by itself. Empty where not all are known."""
        return [row.id for row in self.rows if not row.confidential] if self.count <= MOST else []


@blueprint.route("/letters/several", methods=["GET", "POST"])
@allow(WRITE_REFERENCES)
def letters_bulk() -> ResponseReturnValue:
    """Tick who gets a letter, or which letters to print, and choose what is the same for all."""
    session, who, form = db.session(), actor(), BulkForm()
    search, kind = request.args.get("q", "").strip()[:100], request.args.get("what", "people")
    kind = kind if kind in _KINDS else "people"
    found = _list(kind, search)
    mark = list_mark(found.everybody)
    ticked = {each for each in map(_id, request.form.getlist("ticked")) if each is not None}
    error = ""
    if form.validate_on_submit():
        if _is_made(form.created_id):
            return redirect(url_for("coordinator.letters_making", job_id=form.created_id))
        if form.everybody.data and request.form.get("shown") != mark:
            error = _("The list changed. Nothing was made. Look once more.")
        else:
            ids = found.everybody if form.everybody.data else list(ticked)
            try:
                job_id = ask_for_letters(
                    session,
                    who.programme,
                    who.organisation,
                    job_id=form.created_id,
                    author=author(),
                    volunteer_ids=ids if kind == "people" else (),
                    reference_ids=() if kind == "people" else ids,
                    choices=form.choices,
                )
            except RuleError as fault:
                error = say(fault.sentence)
            else:
                return redirect(url_for("coordinator.letters_making", job_id=job_id))
    return render_template(
        "coordinator/letters_bulk.html",
        form=form,
        kind=kind,
        rows=found.rows[:_SHOWN],
        count=found.count,
        everybody=len(found.everybody),
        in_confidence=any(row.confidential for row in found.rows),
        shown=mark,
        without_hours=found.without_hours,
        search=search,
        ticked=ticked,
        error=error,
        page_errors=[{"text": error, "href": "#ticked-1" if found.rows else "#search-q"}] if error else [],
        kinds=[
            ("people", _("People: a new letter each"), kind == "people"),
            ("drafts", _("Drafts: issue and print them"), kind == "drafts"),
            ("issued", _("Issued letters: print them again"), kind == "issued"),
        ],
    )


@blueprint.get("/letters/several/<uuid:job_id>")
@allow(WRITE_REFERENCES)
def letters_making(job_id: UUID) -> str:
    """Say how far the job is; when it is done, what came of it."""
    session, who = db.session(), actor()
    job = _find(job_id)
    if not job.finished:
        jobs.wake()  # nobody may have it since the server was started anew
    done = job.finished and job.fault is None
    return render_template(
        "coordinator/letters_bulk_making.html",
        job=job,
        is_there=done and has_file(session, who.programme, job_id),
        left_out=left_out(session, who.programme, who.organisation, job.outcome or {}) if done else [],
    )


@blueprint.post("/letters/several/<uuid:job_id>/again")
@allow(WRITE_REFERENCES)
def letters_make_again(job_id: UUID) -> ResponseReturnValue:
    """Begin a job again that gave up; it issues nothing twice."""
    _find(job_id)
    try_again(db.session(), actor().programme, job_id, organisation_id=actor().organisation)
    return redirect(url_for("coordinator.letters_making", job_id=job_id))


@blueprint.get("/letters/several/<uuid:job_id>/letters.pdf")
@allow(WRITE_REFERENCES)
def letters_file(job_id: UUID) -> Response:
    """All letters of a job in one PDF, for a day."""
    _find(job_id)
    made = read_file(db.session(), actor().programme, job_id, organisation_id=actor().organisation)
    return file_answer(made.content, made.media_type, made.filename, way="inline")


def _list(kind: str, search: str) -> _Rows:
    session, who, status = db.session(), actor(), _KINDS[kind]
    if status is None:
        people = bulk_people(session, who.programme, who.organisation, search=search, reader_id=who.user)
        rows = [_Row(each.volunteer_id, each.name, each.number, each.minutes) for each in people.people]
        return _Rows(rows, people.count, people.without_hours)
    found = bulk_letters(session, who.programme, who.organisation, status, search=search, reader_id=who.user)
    rows = [
        _Row(each.reference_id, each.holder_name, each.number, wants_look=each.wants_look, confidential=each.confidential)
        for each in found.letters
    ]
    return _Rows(rows, found.count)


def _is_made(job_id: UUID) -> bool:
    """Whether this form was sent before: the list that it saw may well be another by now."""
    try:
        _find(job_id)
    except NotFoundError:
        return False
    return True


def _find(job_id: UUID) -> JobState:
    """A job about letters of this organisation; any other job is as good as none."""
    job = find_job(db.session(), actor().programme, job_id, organisation_id=actor().organisation)
    if job.kind != LETTERS:
        raise NotFoundError
    return job


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
