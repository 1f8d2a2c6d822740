"""Checking a letter, without an account: by its QR code, or by its check code and the surname on it."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovFileInput, GovTextInput
from wtforms import FileField, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from timecredits.journey.checking import CheckedLetter, check_by_code, check_by_secret, reads_as_code
from timecredits.network.permissions import CHECK_REFERENCE
from timecredits.web.access import allow
from timecredits.web.database import db
from timecredits.web.public.blueprint import blueprint

_LONGEST = 200


class CheckForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """What an employer types from a letter."""

    code = StringField(
        lazy_gettext("Check code"),
        widget=GovTextInput(),
        validators=[InputRequired(lazy_gettext("Type the check code. It is at the foot of the letter."))],
    )
    surname = StringField(
        lazy_gettext("Surname"),
        widget=GovTextInput(),
        validators=[
            InputRequired(lazy_gettext("Type the surname of the person the letter is about.")),
            Length(max=_LONGEST, message=lazy_gettext("That is too long. Type the surname only.")),
        ],
    )
    copy = FileField(lazy_gettext("The letter as a PDF file, if you have it"), widget=GovFileInput())

    def validate_code(self, field: Any) -> None:
        """Refuse what can't be a check code, so that no try is counted for a slip."""
        if not reads_as_code(field.data):
            raise ValidationError(_("A check code has 11 letters and numbers, like 001-7KQ2-M9XD. Look at the letter again."))


@blueprint.get("/v/<secret>")
@allow(CHECK_REFERENCE, writes=True)
def check_reference(secret: str) -> ResponseReturnValue:
    """Answer for the letter whose QR code was scanned, and keep that somebody looked."""
    # A HEAD is a machine asking whether the address lives, not a person reading.
    letter = check_by_secret(db.session(), secret, count=request.method == "GET")
    if letter is None:
        return render_template("public/check_unknown.html"), 404
    return _answer(letter)


@blueprint.route("/v", methods=["GET", "POST"])
@allow(CHECK_REFERENCE)
def check_typed() -> ResponseReturnValue:
    """Answer for the letter whose code was typed."""
    form = CheckForm()
    if not form.validate_on_submit():
        return render_template("public/check_form.html", form=form)
    copy = form.copy.data.read() if form.copy.data else None
    check = check_by_code(db.session(), form.code.data, form.surname.data, copy=copy)
    if check.letter is not None:
        return _answer(check.letter)
    if check.too_many:
        form.code.errors = [_("Too many tries with this code. We did not look. Wait an hour, or scan the square code.")]
        return render_template("public/check_form.html", form=form), 429
    form.code.errors = [_("We can't find a letter with this code and this surname. Check both against the letter.")]
    return render_template("public/check_form.html", form=form)


def _answer(letter: CheckedLetter) -> str:
    return render_template("public/check_answer.html", letter=letter)
