"""Credits on paper: the register of batches, and making a new one from a pot or from somebody's credits."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import lazy_gettext, ngettext
from govuk_frontend_wtf.wtforms_widgets import GovCheckboxInput, GovTextInput
from werkzeug.wrappers import Response
from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired, Length

from timecredits.foundation.errors import RuleError
from timecredits.hours.people import list_people
from timecredits.network.permissions import KEEP_NOTES
from timecredits.network.volunteers import find_enrolled
from timecredits.spending.note_models import NoteKind
from timecredits.spending.notes.making import LONGEST_WORDS, MOST_NOTES, make_batch
from timecredits.spending.notes.payers import Payer, find_pot_to_pay, list_pots_to_pay, pot_pays, volunteer_pays
from timecredits.spending.notes.printing import NOTES_A_SHEET
from timecredits.spending.notes.register import list_batches
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.database import db
from timecredits.web.forms import CreatingForm, show_rule
from timecredits.web.note_fields import CountField, WorthField

_VALUES = (15, 30, 45, 60, 90, 120, 150, 180, 240, 300, 360, 480, 600)
_USUAL = 60


class NotesForm(CreatingForm):
    """What each note is worth, how many, and what they are for."""

    minutes = WorthField(lazy_gettext("What is each note worth?"))
    count = CountField(lazy_gettext("How many notes?"), most=MOST_NOTES, default=NOTES_A_SHEET)
    words = StringField(
        lazy_gettext("What are they for? (you can leave this out)"),
        widget=GovTextInput(),
        validators=[Length(max=LONGEST_WORDS, message=lazy_gettext("Use fewer words. Nothing was made."))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.minutes.offer(_VALUES, _USUAL)


class PersonsNotesForm(NotesForm):
    """The same for notes that hold somebody's own credits: they are asked first."""

    agreed = BooleanField(
        lazy_gettext("They asked for this, and said yes"),
        widget=GovCheckboxInput(),
        validators=[InputRequired(lazy_gettext("Ask them first, then tick this box. Nothing was made."))],
    )


@blueprint.get("/notes")
@allow(KEEP_NOTES)
def notes() -> str:
    """Every batch of the organisation, newest first."""
    who, search = actor(), request.args.get("q", "")[:40].strip()
    listed = list_batches(
        db.session(), who.programme, who.organisation, number=search, page=request.args.get("page", 1, type=int)
    )

    def address(page: int) -> str:
        return url_for(".notes", q=search or None, page=page)

    return render_template(
        "coordinator/notes.html",
        listed=listed,
        search=search,
        previous=address(listed.page - 1) if listed.page > 1 else "",
        next=address(listed.page + 1) if listed.page < listed.pages else "",
    )


@blueprint.get("/notes/new")
@allow(KEEP_NOTES)
def notes_new() -> str:
    """Ask whose credits go into the notes."""
    who, search = actor(), request.args.get("q", "")[:100].strip()
    return render_template(
        "coordinator/notes_choose.html",
        pots=list_pots_to_pay(db.session(), who.programme, who.organisation),
        people=list_people(
            db.session(), who.programme, who.organisation, search=search, page=request.args.get("page", 1, type=int)
        ),
        search=search,
    )


@blueprint.route("/notes/new/pot/<uuid:pot_id>", methods=["GET", "POST"])
@allow(KEEP_NOTES)
def notes_from_pot(pot_id: UUID) -> str | Response:
    """Make notes that a pot pays for."""
    who, form = actor(), NotesForm()
    pot = find_pot_to_pay(db.session(), who.programme, who.organisation, pot_id)
    if form.validate_on_submit():
        made = _make(form, lambda: pot_pays(db.session(), who.programme, who.organisation, pot_id))
        if made is not None:
            return made
    return render_template("coordinator/notes_new.html", form=form, pot=pot, person=None, a_sheet=NOTES_A_SHEET)


@blueprint.route("/notes/new/person/<uuid:volunteer_id>", methods=["GET", "POST"])
@allow(KEEP_NOTES)
def notes_from_person(volunteer_id: UUID) -> str | Response:
    """Make notes out of somebody's own credits, at their wish."""
    who, form = actor(), PersonsNotesForm()
    person = find_enrolled(db.session(), who.programme, who.organisation, volunteer_id).volunteer
    if form.validate_on_submit():
        made = _make(form, lambda: volunteer_pays(db.session(), who.programme, volunteer_id, organisation_id=who.organisation))
        if made is not None:
            return made
    return render_template("coordinator/notes_new.html", form=form, pot=None, person=person, a_sheet=NOTES_A_SHEET)


def _make(form: NotesForm, find_payer: Any) -> Response | None:
    """Make the batch and go on to it, or None with the fault at its field."""
    who = actor()
    try:
        payer: Payer = find_payer()
        batch = make_batch(
            db.session(),
            who.programme,
            payer,
            batch_id=form.created_id,
            kind=NoteKind.PAPER,
            minutes=form.minutes.data,
            count=form.count.number,
            words=form.words.data or "",
            organisation_id=who.organisation,
            actor_id=who.user_id,
        )
    except RuleError as fault:
        show_rule(form, fault)
        return None
    made = ngettext("Saved. %(num)s note is ready to print.", "Saved. %(num)s notes are ready to print.", form.count.number)
    flash(made, "success")
    return redirect(url_for(".note_batch", batch_id=batch.id))
