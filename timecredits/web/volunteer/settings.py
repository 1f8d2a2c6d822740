"""What a volunteer decides about themselves: name on letters, credits or not. How they sign in has a page of its own."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovRadioInput, GovTextInput
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectChoice, StringField, ValidationError
from wtforms.validators import InputRequired

from timecredits.foundation.errors import RuleError
from timecredits.network.models import User, Volunteer
from timecredits.network.passwords import has_password
from timecredits.network.permissions import KEEP_OWN_SETTINGS
from timecredits.network.preferences import set_letter_name, set_wants_credits
from timecredits.network.scope import find
from timecredits.spending.cards.finding import find_live_card
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.forms import show_rule
from timecredits.web.volunteer.blueprint import blueprint

Answer = str | Response | tuple[str, int]


class NameForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """How the name stands on letters."""

    letter_name = StringField(lazy_gettext("Your name on letters"), widget=GovTextInput())


class CreditsForm(FlaskForm):  # type: ignore[misc]
    """Credits, or no thank you."""

    wants = RadioField(
        lazy_gettext("Do you want credits for your hours?"),
        [InputRequired(lazy_gettext("Choose yes or no."))],
        choices=[SelectChoice("yes", lazy_gettext("Yes please")), SelectChoice("no", lazy_gettext("No thank you"))],
        widget=GovRadioInput(),
        validate_choice=False,
    )

    def validate_wants(self, field: RadioField) -> None:
        """Take any other answer for none."""
        if field.data not in {"yes", "no"}:
            field.data = None
            raise ValidationError(_("Choose yes or no."))


@blueprint.get("/settings")
@allow(KEEP_OWN_SETTINGS)
def settings() -> str:
    """Everything that can be set, as it is now."""
    session, who = db.session(), actor()
    return render_template(
        "volunteer/settings.html",
        volunteer=_me(),
        has_password=has_password(session, who.user),
        has_email=_address() is not None,
        has_card=find_live_card(session, who.programme, who.volunteer) is not None,
    )


@blueprint.route("/settings/name", methods=["GET", "POST"])
@allow(KEEP_OWN_SETTINGS)
def settings_name() -> Answer:
    """Set the name on letters."""
    volunteer = _me()
    form = NameForm(data={"letter_name": volunteer.letter_name or volunteer.name})
    if form.validate_on_submit():
        try:
            set_letter_name(db.session(), volunteer.programme_id, volunteer.id, form.letter_name.data or "")
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Saved. New letters will use this name. Letters you have stay as they are."), "success")
            return redirect(url_for("volunteer.settings"))
    return render_template("volunteer/settings_name.html", form=form)


@blueprint.route("/settings/credits", methods=["GET", "POST"])
@allow(KEEP_OWN_SETTINGS)
def settings_credits() -> Answer:
    """Say yes or no thank you to credits."""
    volunteer = _me()
    form = CreditsForm(data={"wants": "yes" if volunteer.wants_credits else "no"})
    if form.validate_on_submit():
        wants = form.wants.data == "yes"
        set_wants_credits(db.session(), volunteer.programme_id, volunteer.id, wants_credits=wants)
        flash(
            _("Saved. Your next hours bring you credits.") if wants else _("Saved. Your next hours count, without credits."),
            "success",
        )
        return redirect(url_for("volunteer.settings"))
    return render_template("volunteer/settings_credits.html", form=form)


def _address() -> str | None:
    """My email address; None where I sign in with a card."""
    return db.session().get_one(User, actor().user).email


def _me() -> Volunteer:
    return find(db.session(), Volunteer, actor().programme, actor().volunteer)
