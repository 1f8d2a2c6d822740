"""One batch of notes: its state, who has which, and stopping, replacing and printing them."""

from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovRadioInput, GovTextInput
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectChoice, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from timecredits.foundation import clock
from timecredits.foundation.errors import RuleError
from timecredits.foundation.keys import Keyring
from timecredits.hours.finding_people import MOST_NAMES, find_named, list_names
from timecredits.network.permissions import KEEP_NOTES
from timecredits.spending.notes.ending import void_notes
from timecredits.spending.notes.handing import LONGEST_HANDED, hand_out
from timecredits.spending.notes.printing import batch_pdf, mark_printed
from timecredits.spending.notes.register import BatchPage, show_batch
from timecredits.spending.notes.replacing import replace_note
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.database import db
from timecredits.web.file_answers import file_answer
from timecredits.web.filters import say
from timecredits.web.forms import show_rule

_A_PAGE = 50
_WHOLE = 1000
"""More than a batch can come to, replacements and all."""
_REASONS = {
    "Lost or stolen": lazy_gettext("Lost or stolen"),
    "Spoiled": lazy_gettext("Spoiled, or printed badly"),
    "Not needed": lazy_gettext("Not needed any more"),
}


class HandOutForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Who has them."""

    to = StringField(
        lazy_gettext("Who has them?"),
        widget=GovTextInput(),
        validators=[
            InputRequired(lazy_gettext("Say who has them. Nothing was saved.")),
            Length(max=LONGEST_HANDED, message=lazy_gettext("Use fewer words. Nothing was saved.")),
        ],
    )


class StopForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Why notes are to be good no more."""

    reason = RadioField(
        lazy_gettext("Why do you stop them?"),
        widget=GovRadioInput(),
        choices=[SelectChoice(reason, words) for reason, words in _REASONS.items()],
        validate_choice=False,
    )

    def validate_reason(self, field: RadioField) -> None:
        """Take nothing but one of the reasons."""
        if field.data not in _REASONS:
            field.data = None
            raise ValidationError(_("Choose why. Nothing was changed."))


@blueprint.get("/notes/<uuid:batch_id>")
@allow(KEEP_NOTES)
def note_batch(batch_id: UUID) -> str:
    """What became of each note of a batch."""
    page = _page(batch_id, request.args.get("page", 1, type=int), _A_PAGE)

    def address(number: int) -> str:
        return url_for(".note_batch", batch_id=batch_id, page=number)

    return render_template(
        "coordinator/note_batch.html",
        page=page,
        batch=page.head.batch,
        today=clock.today(),
        previous=address(page.page - 1) if page.page > 1 else "",
        next=address(page.page + 1) if page.page < page.pages else "",
    )


@blueprint.post("/notes/<uuid:batch_id>/print")
@allow(KEEP_NOTES)
def notes_print(batch_id: UUID) -> Response:
    """Keep that they are printed, and go on to the sheets."""
    who = actor()
    mark_printed(db.session(), who.programme, who.organisation, batch_id, actor_id=who.user_id)
    return redirect(url_for(".notes_pdf", batch_id=batch_id, note=request.form.getlist("note") or None))


@blueprint.get("/notes/<uuid:batch_id>/notes.pdf")
@allow(KEEP_NOTES)
def notes_pdf(batch_id: UUID) -> Response:
    """The sheets: all notes of the batch that can be used, or those named in the address."""
    who = actor()
    keyring: Keyring = current_app.config["KEYRING"]
    chosen = _chosen(request.args) or None
    content = batch_pdf(db.session(), keyring, who.programme, who.organisation, batch_id, chosen)
    return file_answer(content, "application/pdf", "notes.pdf", way="inline")


@blueprint.route("/notes/<uuid:batch_id>/hand-out", methods=["GET", "POST"])
@allow(KEEP_NOTES)
def notes_hand_out(batch_id: UUID) -> str | Response:
    """Keep who has the ticked notes."""
    who, form = actor(), HandOutForm()
    page, chosen = _ticked(batch_id)
    if not chosen:
        return _nothing_ticked(page)
    people = list_names(db.session(), who.programme, who.organisation)
    if form.validate_on_submit():
        try:
            person = find_named(people, form.to.data)
            handed = hand_out(
                db.session(),
                who.programme,
                who.organisation,
                batch_id,
                chosen,
                volunteer_id=person.volunteer_id if person else None,
                words=form.to.data,
                actor_id=who.user_id,
            )
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(ngettext("Saved for %(num)s note.", "Saved for %(num)s notes.", handed), "success")
            return redirect(url_for(".note_batch", batch_id=batch_id))
    names = people if len(people) <= MOST_NAMES else []
    return render_template(
        "coordinator/notes_hand_out.html", form=form, page=page, batch=page.head.batch, count=len(chosen), people=names
    )


@blueprint.route("/notes/<uuid:batch_id>/stop", methods=["GET", "POST"])
@allow(KEEP_NOTES)
def notes_stop(batch_id: UUID) -> str | Response:
    """Ask why, then stop the ticked notes; their credits go back to who paid."""
    who, form = actor(), StopForm()
    page, chosen = _ticked(batch_id)
    if not chosen:
        return _nothing_ticked(page)
    if form.validate_on_submit():
        stopped = void_notes(
            db.session(), who.programme, who.organisation, batch_id, chosen, reason=form.reason.data, actor_id=who.user_id
        )
        if stopped:
            text = ngettext("Done. %(num)s note is stopped.", "Done. %(num)s notes are stopped.", stopped)
            flash(f"{text} {_('The credits are back.')}", "success")
        else:
            flash(_("These notes were used or stopped before. Nothing was changed."), "warning")
        return redirect(url_for(".note_batch", batch_id=batch_id))
    return render_template("coordinator/notes_stop.html", form=form, page=page, batch=page.head.batch, count=len(chosen))


@blueprint.route("/notes/<uuid:batch_id>/replace", methods=["GET", "POST"])
@allow(KEEP_NOTES)
def notes_replace(batch_id: UUID) -> str | Response:
    """Make new notes in place of the ticked ones, to be printed alone."""
    who, form = actor(), FlaskForm()
    page, chosen = _ticked(batch_id)
    if not chosen:
        return _nothing_ticked(page)
    faults: list[str] = []
    if form.validate_on_submit():
        made = []
        for note_id in chosen:
            try:
                new = replace_note(db.session(), who.programme, who.organisation, note_id, actor_id=who.user_id)
            except RuleError as fault:
                faults.append(say(fault.sentence))
            else:
                made.append(new.id)
        if made:
            flash(
                ngettext(
                    "Done. %(num)s new note is made. Print it below. The old one is stopped.",
                    "Done. %(num)s new notes are made. Print them below. The old ones are stopped.",
                    len(made),
                ),
                "success",
            )
            for text in dict.fromkeys(faults):
                flash(text, "warning")
            return redirect(url_for(".note_batch", batch_id=batch_id, new=made))
    return render_template(
        "coordinator/notes_replace.html",
        form=form,
        page=page,
        batch=page.head.batch,
        count=len(chosen),
        page_errors=[{"text": text} for text in dict.fromkeys(faults)],
    )


def _page(batch_id: UUID, number: int, size: int) -> BatchPage:
    who = actor()
    return show_batch(db.session(), who.programme, who.organisation, batch_id, page=number, size=size)


def _ticked(batch_id: UUID) -> tuple[BatchPage, list[UUID]]:
    """The batch, and those of its notes that are named in the address and still out; with `all` every one that is."""
    page = _page(batch_id, 1, _WHOLE)
    named = set(_chosen(request.args))
    return page, [row.id for row in page.notes if row.is_out and ("all" in request.args or row.id in named)]


def _nothing_ticked(page: BatchPage) -> str:
    return render_template("coordinator/notes_none.html", batch=page.head.batch)


def _chosen(args: MultiDict[str, str]) -> list[UUID]:
    found = []
    for text in args.getlist("note"):
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
