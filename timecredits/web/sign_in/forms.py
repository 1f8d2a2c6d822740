"""The forms of signing in."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovCheckboxInput, GovPasswordInput, GovTextInput
from wtforms import BooleanField, PasswordField, StringField
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


class AppCodeForm(FlaskForm):  # type: ignore[misc]
    """The code that an app shows now."""

    code = StringField(_("The 6 digits"), [DataRequired(_("Type the 6 digits that your app shows."))], widget=GovTextInput())


class RecoveryForm(FlaskForm):  # type: ignore[misc]
    """One of the codes on paper."""

    code = StringField(
        _("One of your recovery codes"), [DataRequired(_("Type one of your recovery codes."))], widget=GovTextInput()
    )


class KeptForm(FlaskForm):  # type: ignore[misc]
    """Their word that the codes are kept."""

    kept = BooleanField(
        _("I have kept them"), [DataRequired(_("Tick the box once you have kept them."))], widget=GovCheckboxInput()
    )


class ProveForm(FlaskForm):  # type: ignore[misc]
    """The password, and the second step."""

    password = PasswordField(_("Your password"), [DataRequired(_("Type your password."))], widget=GovPasswordInput())
    code = StringField(
        _("The 6 digits of your app, or a recovery code"),
        [DataRequired(_("Type the 6 digits that your app shows, or a recovery code."))],
        widget=GovTextInput(),
    )


class SlipCodeForm(FlaskForm):  # type: ignore[misc]
    """The code from a slip by which a volunteer signs in."""

    code = StringField(
        _("The 12 letters and numbers on your slip"),
        [DataRequired(_("Type the 12 letters and numbers on your slip."))],
        widget=GovTextInput(),
    )


class ChangePasswordForm(FlaskForm):  # type: ignore[misc]
    """The password of now, and the new one."""

    old = PasswordField(_("Your password now"), [DataRequired(_("Type your password of now."))], widget=GovPasswordInput())
    password = PasswordField(
        _("Your new password"), [DataRequired(_("Type a new password of 12 characters or more."))], widget=GovPasswordInput()
    )
