"""The forms about a card that a coordinator and the person themselves both fill in."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovPasswordInput, GovRadioInput, GovTextInput
from wtforms import PasswordField, RadioField, SelectChoice, StringField, ValidationError
from wtforms.validators import DataRequired

from timecredits.foundation.errors import RuleError
from timecredits.spending.card_models import SecondCheck
from timecredits.web.forms import show_rule

_CHECKS = {
    SecondCheck.PIN: _("A PIN of 4 to 6 numbers"),
    SecondCheck.WORD: _("A word that you agree on"),
    SecondCheck.PHOTO: _("A photo and the first name"),
}


class ChoiceField(RadioField):  # type: ignore[misc]  # WTForms has no types
    """Radios that take nothing but one of their choices, and say so in our words."""

    data: Any

    def __init__(self, label: Any, missing: Any, choices: list[SelectChoice], **kwargs: Any) -> None:
        super().__init__(label, choices=choices, widget=GovRadioInput(), validate_choice=False, **kwargs)
        self.missing = missing

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002  WTForms hands the form over
        """Raise ValidationError for no choice, and for one that isn't there."""
        if self.data not in {choice.value for choice in self.choices}:
            self.data = None
            raise ValidationError(str(self.missing))


class SecondCheckForm(FlaskForm):  # type: ignore[misc]
    """What a card asks for. A photo can be chosen only where there is one."""

    check = ChoiceField(
        _("What should places ask for?"),
        _("Choose what places ask for. Nothing was changed."),
        [SelectChoice(check.value, words) for check, words in _CHECKS.items()],
    )
    word = StringField(_("The word"), widget=GovTextInput())

    def without_photo(self) -> None:
        """Take the photo from the choices."""
        self.check.choices = [each for each in self.check.choices if each.value != SecondCheck.PHOTO.value]

    @property
    def chosen(self) -> SecondCheck:
        """What was chosen, once the form is valid."""
        return SecondCheck(self.check.data)

    @property
    def secret(self) -> str:
        """The word where one was chosen. A PIN is typed on a page of its own, by the person."""
        return (self.word.data or "") if self.chosen is SecondCheck.WORD else ""

    def show_rule(self, fault: RuleError) -> None:
        """Put a rule of the domain at the field it speaks of."""
        show_rule(self, RuleError(fault.sentence, field="word" if fault.field == "secret" else fault.field))


class PinForm(FlaskForm):  # type: ignore[misc]
    """A PIN, typed twice. It is never shown back, whatever was wrong."""

    pin = PasswordField(_("The new PIN"), [DataRequired(_("Type a PIN of 4 to 6 numbers."))], widget=GovPasswordInput())
    again = PasswordField(_("The same PIN again"), [DataRequired(_("Type the same PIN once more."))], widget=GovPasswordInput())

    def validate_again(self, field: Any) -> None:
        """Refuse two that differ."""
        if self.pin.data and field.data.strip() != self.pin.data.strip():
            raise ValidationError(gettext("The two PINs are not the same. Nothing was saved. Type both again."))

    def show_rule(self, fault: RuleError) -> None:
        """Put a rule of the domain at the first field."""
        show_rule(self, RuleError(fault.sentence, field="pin"))
