"""Answering for people's data over the whole programme: find somebody, hand out a copy, erase; and people who never signed up."""

import json
from uuid import UUID

from flask import Response as FlaskResponse
from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovTextInput
from werkzeug.wrappers import Response
from wtforms import StringField

from timecredits.foundation.errors import RuleError
from timecredits.network.permissions import KEEP_PRIVACY
from timecredits.records.privacy.contacts import erase_contact, find_contact
from timecredits.records.privacy.erasing import list_waiting
from timecredits.records.privacy.finding import find_people
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.file_answers import file_answer
from timecredits.web.forms import show_rule
from timecredits.web.privacy_views import PersonDesk, add_data_pages
from timecredits.web.programme.blueprint import blueprint

__all__ = ["desk"]


class LookUpForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Whom to look up. Sent as a form, so that no name or address stands in the address of a page."""

    words = StringField(lazy_gettext("Name, number or email"), widget=GovTextInput())


class ContactForm(FlaskForm):  # type: ignore[misc]
    """An email address."""

    email = StringField(lazy_gettext("Their email address"), widget=GovTextInput())


@blueprint.route("/privacy/people", methods=["GET", "POST"])
@allow(KEEP_PRIVACY)
def privacy_people() -> str:
    """Find the person who asks."""
    form, found = LookUpForm(), None
    if form.validate_on_submit():
        try:
            found = find_people(db.session(), actor().programme, form.words.data or "")
        except RuleError as fault:
            show_rule(form, fault)
    return render_template(
        "programme/privacy_people.html", form=form, found=found, waiting=list_waiting(db.session(), actor().programme)
    )


@blueprint.route("/privacy/contacts", methods=["GET", "POST"])
@allow(KEEP_PRIVACY)
def privacy_contacts() -> str | FlaskResponse | Response:
    """What is held about somebody by their email: look, hand out, erase."""
    form, found = ContactForm(), None
    if form.validate_on_submit():
        here = (db.session(), current_app.config["KEYRING"], actor().programme)
        email, wish = form.email.data or "", request.form.get("do", "look")
        try:
            if wish == "erase":
                done = erase_contact(*here, email, actor_id=actor().user)
                said = ngettext("Done. %(num)s entry was emptied.", "Done. %(num)s entries were emptied.", done)
                flash(said if done else _("Nothing was held. Nothing was changed."), "success" if done else "message")
                return redirect(url_for("programme.privacy_contacts"))
            found = find_contact(*here, email)
        except RuleError as fault:
            show_rule(form, fault)
        else:
            if wish == "take":
                content = json.dumps(found.record, ensure_ascii=False, indent=1)
                return file_answer(content, "application/json; charset=utf-8", "what-is-held.json")
    return render_template("programme/privacy_contacts.html", form=form, found=found)


def desk(volunteer_id: UUID) -> PersonDesk:
    """For anybody of the programme."""
    back = url_for("programme.privacy_people")
    return PersonDesk(
        "programme", "privacy_person", volunteer_id, back, _("People who ask"), values={"volunteer_id": volunteer_id}
    )


add_data_pages(blueprint, "/privacy/people/<uuid:volunteer_id>", "privacy_person", KEEP_PRIVACY, desk)
