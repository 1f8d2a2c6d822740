"""Printing cards: choose whose, watch the job, take the PDF away. Nothing is made within the request."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.job_files import has_file, read_file
from timecredits.foundation.jobs import JobState, find_job, try_again
from timecredits.network.permissions import KEEP_CARDS
from timecredits.network.volunteers import find_enrolled
from timecredits.spending.cards.card_jobs import PRINT, ask_for_cards
from timecredits.spending.cards.listing import Showing, count_cards
from timecredits.web import jobs
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.coordinator.cards import show_cards
from timecredits.web.coordinator.cards_forms import PrintForm
from timecredits.web.database import db
from timecredits.web.file_answers import file_answer
from timecredits.web.filters import say
from timecredits.web.forms import CreatingForm, show_rule


@blueprint.route("/cards/print", methods=["GET", "POST"])
@allow(KEEP_CARDS)
def cards_print() -> str | Response:
    """Choose whose cards to print: those still to be printed, those still to be made, or all."""
    form, who = PrintForm(), actor()
    counts = count_cards(db.session(), who.programme, who.organisation)
    offered = [
        (Showing.UNPRINTED.value, _("Cards not printed yet (%(num)s)", num=counts.unprinted), counts.unprinted),
        (Showing.NONE.value, _("New cards for people who have none (%(num)s)", num=counts.missing), counts.missing),
        (Showing.EVERYBODY.value, _("All cards, once more (%(num)s)", num=counts.cards), counts.cards),
    ]
    form.offer([(value, words) for value, words, count in offered if count])
    if form.validate_on_submit():
        try:
            return _asked(form.created_id, showing=Showing(form.which.data))
        except RuleError as fault:
            show_rule(form, fault)
    return render_template("coordinator/cards_print.html", form=form)


@blueprint.post("/cards/print/ticked")
@allow(KEEP_CARDS)
def cards_print_ticked() -> str | Response:
    """Print the cards of the people ticked in the list. Who has none gets one."""
    form = CreatingForm()
    ticked = tuple(each for each in map(_id, request.form.getlist("person")) if each is not None)
    error = _("Tick one person or more. Nothing was made.")
    if form.validate_on_submit() and ticked:
        try:
            return _asked(form.created_id, volunteer_ids=ticked)
        except RuleError as fault:
            error = say(fault.sentence)
    return show_cards(ticked=ticked, error=error)


@blueprint.post("/people/<uuid:volunteer_id>/card/print")
@allow(KEEP_CARDS)
def card_print(volunteer_id: UUID) -> Response:
    """Print one person's card, again if it was printed before."""
    find_enrolled(db.session(), actor().programme, actor().organisation, volunteer_id)
    return _asked(new_id(), volunteer_ids=(volunteer_id,))


@blueprint.get("/cards/print/<uuid:job_id>")
@allow(KEEP_CARDS)
def cards_printing(job_id: UUID) -> str:
    """Say how far the job is; when it is done, how to print what it made."""
    session, who = db.session(), actor()
    job = _find(job_id)
    if not job.finished:
        jobs.wake()  # nobody may have it since the server was started anew
    is_there = job.finished and has_file(session, who.programme, job_id)
    return render_template("coordinator/cards_printing.html", job=job, is_there=is_there)


@blueprint.post("/cards/print/<uuid:job_id>/again")
@allow(KEEP_CARDS)
def cards_print_again(job_id: UUID) -> Response:
    """Begin a job again that gave up; it makes the same cards."""
    _find(job_id)
    try_again(db.session(), actor().programme, job_id, organisation_id=actor().organisation)
    return redirect(url_for(".cards_printing", job_id=job_id))


@blueprint.get("/cards/print/<uuid:job_id>/cards.pdf")
@allow(KEEP_CARDS)
def cards_file(job_id: UUID) -> Response:
    """The PDF, for a day."""
    _find(job_id)
    made = read_file(db.session(), actor().programme, job_id, organisation_id=actor().organisation)
    return file_answer(made.content, made.media_type, made.filename)


def _asked(job_id: UUID, *, showing: Showing = Showing.EVERYBODY, volunteer_ids: tuple[UUID, ...] = ()) -> Response:
    who = actor()
    ask_for_cards(
        db.session(),
        who.programme,
        who.organisation,
        showing=showing,
        volunteer_ids=volunteer_ids,
        job_id=job_id,
        actor_id=who.user_id,
    )
    return redirect(url_for(".cards_printing", job_id=job_id))


def _find(job_id: UUID) -> JobState:
    """A printing job of this organisation; any other job is as good as none."""
    job = find_job(db.session(), actor().programme, job_id, organisation_id=actor().organisation)
    if job.kind != PRINT:
        raise NotFoundError
    return job


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
