"""The forms of signing in."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovPasswordInput, GovTextInput
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, Length, Regexp

_LONGEST_ADDRESS = 254
_ADDRESS = (
    DataRequired(_("Type your email address.")),
    Length(max=_LONGEST_ADDRESS, message=_("That is too long for an email address.")),
    Regexp(r"\s*[^@\s]+@[^@\s]+\.[^@\s]+\s*$", message=_("Type an email address, like name@example.org.")),
)


class EmailForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Where to send a code."""

    email = StringField(_("Your email address"), _ADDRESS, widget=GovTextInput())


class CodeForm(FlaskForm):  # type: ignore[misc]
    """The code from the mail."""

    code = StringField(_("Your 8-digit code"), [DataRequired(_("Type the code from the email."))], widget=GovTextInput())


class PasswordForm(FlaskForm):  # type: ignore[misc]
    """An address and its password."""

    email = StringField(_("Your email address"), _ADDRESS, widget=GovTextInput())
    password = PasswordField(_("Your password"), [DataRequired(_("Type your password."))], widget=GovPasswordInput())
