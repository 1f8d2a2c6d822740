"""What rooms share that check a letter by its code: the fields, what is said when no letter was found, and the staff's page."""

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovTextInput
from wtforms import StringField, ValidationError
from wtforms.validators import InputRequired, Length

from timecredits.journey.checks.checking import CodeCheck, Desk, check_by_phone, reads_as_code
from timecredits.network.permissions import ActorKind
from timecredits.web.access import actor
from timecredits.web.database import db

__all__ = ["CheckForm", "phone_check_page", "say_not_found"]

_LONGEST = 200


class CheckForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """What is typed from a letter."""

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

    def validate_code(self, field: Any) -> None:
        """Refuse what can't be a check code, so that no try is counted for a slip."""
        if not reads_as_code(field.data):
            raise ValidationError(_("A check code has 11 letters and numbers, like 001-7KQ2-M9XD. Look at the letter again."))


def say_not_found(form: Any, check: CodeCheck) -> int:
    """Put at the code why there is no letter; the status to answer with."""
    if check.too_many:
        form.code.errors = [_("Too many tries with this code. We did not look. Wait an hour, or scan the square code.")]
        return 429
    form.code.errors = [_("We can't find a letter with this code and this surname. Check both against the letter.")]
    return 200


def phone_check_page() -> ResponseReturnValue:
    """Staff check a letter for somebody who rings: the form, or what to read aloud.

    Both rooms' addresses are open to both kinds of staff, so whose letters are found goes by who asks, not by where.
    """
    who = actor()
    is_manager = who.kind is ActorKind.PROGRAMME_MANAGER
    desk = Desk(who.programme, None if is_manager else who.organisation)
    template = "programme/phone_check.html" if is_manager else "coordinator/phone_check.html"
    form = CheckForm()
    if not form.validate_on_submit():
        return render_template(template, form=form, letter=None)
    check = check_by_phone(db.session(), desk, form.code.data, form.surname.data)
    if check.letter is not None:
        return render_template(template, form=None, letter=check.letter)
    status = say_not_found(form, check)
    return render_template(template, form=form, letter=None), status
