"""A volunteer's private calendar address: shown, made anew, ended. And whether they want reminders by mail, and texts."""

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovRadioInput
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectChoice, ValidationError
from wtforms.validators import InputRequired

from timecredits.foundation.keys import Keyring
from timecredits.hours.planning.volunteer_calendars import calendar_codes, current_link, end_links, make_link
from timecredits.network.models import Volunteer
from timecredits.network.permissions import KEEP_OWN_SETTINGS, SIGN_UP
from timecredits.network.preferences import set_wants_reminders
from timecredits.network.scope import find
from timecredits.network.settings import read_settings
from timecredits.network.texting import mobile_numbers, set_wants_texts
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.forms import CreatingForm
from timecredits.web.volunteer.blueprint import blueprint


class RemindersForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A mail before a session, or no thank you."""

    wants = RadioField(
        lazy_gettext("Do you want a reminder by email before a session?"),
        [InputRequired(lazy_gettext("Choose yes or no."))],
        choices=[SelectChoice("yes", lazy_gettext("Yes please")), SelectChoice("no", lazy_gettext("No thank you"))],
        widget=GovRadioInput(),
        validate_choice=False,
    )

    texts = RadioField(
        lazy_gettext("Do you want texts too?"),
        [InputRequired(lazy_gettext("Choose yes or no."))],
        choices=[SelectChoice("yes", lazy_gettext("Yes please")), SelectChoice("no", lazy_gettext("No thank you"))],
        widget=GovRadioInput(),
        validate_choice=False,
    )

    def validate_texts(self, field: RadioField) -> None:
        """Take any other answer for none."""
        self.validate_wants(field)

    def validate_wants(self, field: RadioField) -> None:
        """Take any other answer for none."""
        if field.data not in {"yes", "no"}:
            field.data = None
            raise ValidationError(_("Choose yes or no."))


@blueprint.get("/calendar")
@allow(SIGN_UP)
def calendar() -> str:
    """The two addresses of my calendar, or how to get them."""
    who, keyring = actor(), _keyring()
    link = current_link(db.session(), who.programme, who.volunteer)
    base_url = current_app.config["BASE_URL"]
    addresses = None
    if link is not None:
        codes = calendar_codes(keyring, link)
        addresses = [base_url + url_for("public.volunteer_calendar", code=code) for code in (codes.neutral, codes.named)]
    return render_template("volunteer/calendar.html", link=link, addresses=addresses, form=CreatingForm())


@blueprint.post("/calendar/new")
@allow(SIGN_UP)
def calendar_new() -> Response:
    """A new address; the one before ends."""
    who, form = actor(), CreatingForm()
    if form.validate_on_submit():
        had_one = current_link(db.session(), who.programme, who.volunteer) is not None
        make_link(db.session(), who.programme, who.volunteer, link_id=form.created_id)
        flash(
            _("Done. Here is your new link. The old one does not work any more.") if had_one else _("Done. Here is your link."),
            "success",
        )
    return redirect(url_for("volunteer.calendar"))


@blueprint.post("/calendar/end")
@allow(SIGN_UP)
def calendar_end() -> Response:
    """No address any more."""
    who = actor()
    end_links(db.session(), who.programme, who.volunteer)
    flash(_("Done. Your link does not work any more."), "success")
    return redirect(url_for("volunteer.calendar"))


@blueprint.route("/reminders", methods=["GET", "POST"])
@allow(KEEP_OWN_SETTINGS)
def reminders() -> str | Response:
    """Say yes or no thank you to reminders."""
    who, session = actor(), db.session()
    volunteer = find(session, Volunteer, who.programme, who.volunteer)
    number = mobile_numbers(session, who.programme, [who.volunteer]).get(who.volunteer, "")
    can_text = bool(current_app.config["TEXT_URL"] and number) or volunteer.wants_texts
    form = RemindersForm(
        data={"wants": "yes" if volunteer.wants_reminders else "no", "texts": "yes" if volunteer.wants_texts else "no"}
    )
    if not can_text:
        del form.texts
    if form.validate_on_submit():
        wants = form.wants.data == "yes"
        set_wants_reminders(session, who.programme, who.volunteer, wants_reminders=wants)
        if can_text:
            set_wants_texts(session, who.programme, who.volunteer, wants_texts=form.texts.data == "yes")
        flash(_saved(mails=wants, texts=can_text and form.texts.data == "yes"), "success")
        return redirect(url_for("volunteer.sessions"))
    hours = read_settings(session, who.programme).reminder_hours
    return render_template("volunteer/reminders.html", form=form, hours=hours, ends=number[-3:], can_text=can_text)


def _saved(*, mails: bool, texts: bool) -> str:
    said: str
    if mails and texts:
        said = _("Saved. We will send you emails and texts.")
    elif texts:
        said = _("Saved. We will send you texts, and no emails before a session.")
    else:
        said = _("Saved. We will send you reminders.") if mails else _("Saved. We will send you no reminders.")
    return said


def _keyring() -> Keyring:
    keyring: Keyring = current_app.config["KEYRING"]
    return keyring
