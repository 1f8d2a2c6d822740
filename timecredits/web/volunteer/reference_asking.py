"""Asking for a letter: tap a person, look the form over, send. And taking the request back."""

from datetime import date
from uuid import UUID

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from govuk_frontend_wtf.wtforms_widgets import GovCharacterCount, GovCheckboxInput, GovTextInput
from wtforms import BooleanField, SelectChoice, StringField, TextAreaField
from wtforms.validators import InputRequired

from timecredits.foundation import clock
from timecredits.foundation.amounts import hours_text
from timecredits.foundation.display import display_span
from timecredits.foundation.errors import RuleError
from timecredits.journey.letters.asking import LONGEST_WORDS, ask_for_letter, cancel_request
from timecredits.journey.letters.people_to_ask import PersonToAsk, find_person_to_ask, people_to_ask
from timecredits.network.models import Volunteer
from timecredits.network.permissions import ASK_FOR_REFERENCES
from timecredits.network.scope import find
from timecredits.web.access import actor, allow
from timecredits.web.card_forms import ChoiceField
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.forms import CreatingForm, show_rule
from timecredits.web.volunteer.blueprint import blueprint


class AskForm(CreatingForm):
    """How the person wants their letter."""

    holder_name = StringField(
        lazy_gettext("Your name on the letter"),
        widget=GovTextInput(),
        validators=[InputRequired(lazy_gettext("Type the name that goes on the letter."))],
    )
    language = ChoiceField(
        lazy_gettext("Language of the letter"),
        lazy_gettext("Choose English or Welsh. Nothing was sent."),
        [SelectChoice("en", lazy_gettext("English")), SelectChoice("cy", lazy_gettext("Welsh"))],
        default="en",
    )
    neutral_letterhead = BooleanField(lazy_gettext("Leave out where I volunteer"), widget=GovCheckboxInput())
    with_elsewhere = BooleanField(lazy_gettext("Count my hours at other places too"), widget=GovCheckboxInput())
    words = TextAreaField(lazy_gettext("What is it for? (you can leave this out)"), widget=GovCharacterCount())


@blueprint.get("/letters/ask")
@allow(ASK_FOR_REFERENCES)
def reference_ask_whom() -> str:
    """Everybody I can ask."""
    who = actor()
    people = people_to_ask(db.session(), who.programme, who.volunteer)
    return render_template(
        "volunteer/reference_ask_whom.html", people=people, known_for=lambda person: known_for(person, clock.today())
    )


@blueprint.route("/letters/ask/<uuid:role_id>", methods=["GET", "POST"])
@allow(ASK_FOR_REFERENCES)
def reference_ask(role_id: UUID) -> ResponseReturnValue:
    """Ask one person."""
    session, who = db.session(), actor()
    person = find_person_to_ask(session, who.programme, who.volunteer, role_id)
    me = find(session, Volunteer, who.programme, who.volunteer)
    form = AskForm(holder_name=me.letter_name or me.name)
    if form.validate_on_submit():
        try:
            ask_for_letter(
                session,
                who.programme,
                who.volunteer,
                request_id=form.created_id,
                role_id=role_id,
                holder_name=form.holder_name.data,
                language=form.language.data,
                neutral_letterhead=form.neutral_letterhead.data,
                with_elsewhere=form.with_elsewhere.data and person.has_elsewhere,
                words=form.words.data or "",
                base_url=current_app.config["BASE_URL"],
            )
        except RuleError as fault:
            if not fault.field:
                flash(say(fault.sentence), "warning")
                return redirect(url_for("volunteer.references"))
            show_rule(form, fault)
        else:
            flash(_("Sent. %(name)s will read it. We tell you when your letter is here.", name=person.name), "success")
            return redirect(url_for("volunteer.references"))
    return render_template(
        "volunteer/reference_ask.html",
        form=form,
        person=person,
        known_for=known_for(person, clock.today()),
        longest=LONGEST_WORDS,
    )


@blueprint.post("/letters/asked/<uuid:request_id>/cancel")
@allow(ASK_FOR_REFERENCES)
def reference_ask_cancel(request_id: UUID) -> ResponseReturnValue:
    """Take a request back."""
    who = actor()
    try:
        cancel_request(db.session(), who.programme, who.volunteer, request_id)
    except RuleError as fault:
        flash(say(fault.sentence), "warning")
    else:
        flash(_("Taken back. No letter will be written. You can ask again."), "success")
    return redirect(url_for("volunteer.references"))


def known_for(person: PersonToAsk, today: date) -> str:
    """How long somebody has known me, and how much I did there."""
    hours = say(hours_text(person.minutes))
    if person.known_since is None:
        return hours
    span = say(display_span(person.known_since, today))
    return str(_("Known you %(span)s, %(hours)s", span=span, hours=hours))
