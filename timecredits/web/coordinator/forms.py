"""The forms of this room."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovCheckboxInput, GovSelect, GovTextInput
from wtforms import BooleanField, HiddenField, SelectField, StringField
from wtforms.validators import DataRequired, Length

from timecredits.foundation.errors import RuleError
from timecredits.web.forms import CreatingForm, show_rule
from timecredits.web.hour_fields import DayField, LengthField

_FIELDS = {"minutes": "hours", "volunteer": "person", "name": "first_name"}


class ChooseRegisterForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Which activity, which day."""

    activity = SelectField(_("Activity"), widget=GovSelect(), validate_choice=False)
    day = DayField(_("Day"))


class HoursForm(CreatingForm):
    """Hours of one person."""

    person = StringField(_("Who"), [DataRequired(_("Type the person's name. Nothing was saved."))], widget=GovTextInput())
    activity = SelectField(_("Activity"), widget=GovSelect(), validate_choice=False)
    day = DayField(_("Day"))
    hours = LengthField(_("Hours"))
    note = StringField(
        _("Note"), [Length(max=500, message=_("That note is too long. Use at most 500 letters."))], widget=GovTextInput()
    )


class CorrectionForm(CreatingForm):
    """What is right, and why."""

    hours = LengthField(_("The right hours"), zero_allowed=True)
    reason = StringField(_("Why"), [DataRequired(_("Say why, in a few words. Nothing was changed."))], widget=GovTextInput())
    agreed = HiddenField(default="0")
    """How many minutes of used credit the page has told of."""

    @property
    def agreed_to(self) -> int:
        """The same as a number; what isn't one is none."""
        try:
            return max(0, int(self.agreed.data or "0"))
        except ValueError:
            return 0


class PersonForm(CreatingForm):
    """Somebody new."""

    first_name = StringField(
        _("First name"), [DataRequired(_("Type the person's first name. Nothing was saved."))], widget=GovTextInput()
    )
    last_name = StringField(_("Last name"), widget=GovTextInput())
    number = StringField(
        _("Volunteer number"),
        [Length(max=40, message=_("That number is too long. Use at most 40 letters."))],
        widget=GovTextInput(),
    )
    another = BooleanField(_("This is another person with the same name"), widget=GovCheckboxInput())


def show_hours_rule(form: Any, fault: RuleError) -> None:
    """Put a rule about hours at the field of these forms that it speaks of."""
    show_rule(form, RuleError(fault.sentence, field=_FIELDS.get(fault.field, fault.field)))
