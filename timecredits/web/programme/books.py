"""The books: where all credits are, what the last check found, and having them checked now."""

from uuid import UUID

from flask import Response as FlaskResponse
from flask import redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from timecredits.foundation.amounts import MINUTES_A_CREDIT
from timecredits.foundation.csv_text import csv_text
from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.jobs import try_again
from timecredits.foundation.wording import Sentence
from timecredits.insight.books.book_jobs import Checked, ask_for_check, find_check, last_check
from timecredits.insight.books.book_words import PARTS
from timecredits.insight.books.fault_words import words_of
from timecredits.insight.books.sealed_until import sealed_until
from timecredits.insight.reports.reading import read_table
from timecredits.insight.reports.shapes import TableName
from timecredits.network.permissions import SEE_PROGRAMME
from timecredits.web import jobs
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.file_answers import csv_answer
from timecredits.web.filters import moment, say
from timecredits.web.forms import CreatingForm
from timecredits.web.programme.blueprint import blueprint
from timecredits.web.report_views import choose_year, draw


@blueprint.route("/books", methods=["GET", "POST"])
@allow(SEE_PROGRAMME)
def books() -> str | Response:
    """Show what the last check found; POST has the books checked now."""
    session, who, form = db.session(), actor(), CreatingForm()
    if form.validate_on_submit():
        job_id = ask_for_check(session, who.programme, job_id=form.created_id, actor_id=who.user_id)
        return redirect(url_for(".books_check", job_id=job_id))
    chosen = choose_year(session, who.programme)
    checked = last_check(session, who.programme)
    return render_template(
        "programme/books.html",
        form=form,
        checked=checked,
        lines=[(PARTS[part], minutes) for part, minutes in checked.parts.items()] if checked else [],
        faults=[(each, words_of(each.rule)) for each in checked.faults] if checked else [],
        sealed_until=sealed_until(session, who.programme),
        chosen=chosen,
        year=draw(read_table(session, who.programme, TableName.CREDITS_BY_MONTH, chosen.year)).written,
    )


@blueprint.get("/books/checks/<uuid:job_id>")
@allow(SEE_PROGRAMME)
def books_check(job_id: UUID) -> str:
    """Say how far a check is."""
    job = find_check(db.session(), actor().programme, job_id)
    if not job.finished:
        jobs.wake()  # nobody may have it since the server was started anew
    return render_template("programme/books_check.html", job=job)


@blueprint.post("/books/checks/<uuid:job_id>/again")
@allow(SEE_PROGRAMME)
def books_check_again(job_id: UUID) -> Response:
    """Begin a check again that gave up."""
    find_check(db.session(), actor().programme, job_id)
    try_again(db.session(), actor().programme, job_id, organisation_id=None)
    return redirect(url_for(".books_check", job_id=job_id))


@blueprint.get("/books/books.csv")
@allow(SEE_PROGRAMME)
def books_file() -> FlaskResponse:
    """Where all credits were at the last check, and what it found. Not there before any check."""
    checked = last_check(db.session(), actor().programme)
    if checked is None:
        raise NotFoundError
    return csv_answer(_csv(checked), "books.csv")


def _csv(checked: Checked) -> str:
    rows: list[list[str | int | float]] = [
        [say(PARTS[part].name), round(minutes / MINUTES_A_CREDIT, 2), say(PARTS[part].means)]
        for part, minutes in checked.parts.items()
    ]
    rows.append([_("Together"), round(checked.total / MINUTES_A_CREDIT, 2), say(Sentence("It must be 0."))])
    rows += [[], [_("Checked"), moment(checked.checked_at)], [_("What does not fit"), len(checked.faults)]]
    for each in checked.faults:
        words = words_of(each.rule)
        ids = " ".join(str(one) for one in each.ids)
        rows.append([say(words.says), each.count, say(words.do), say(words.of), ids])
    return csv_text([_("Where credits are"), _("Credits"), _("What it means")], rows)
