"""The forms about letters."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovCharacterCount, GovCheckboxInput, GovTextArea, GovTextInput
from wtforms import BooleanField, SelectChoice, StringField, TextAreaField
from wtforms.validators import InputRequired

from timecredits.journey.letters.bulk_issuing import BulkChoices
from timecredits.web.card_forms import ChoiceField
from timecredits.web.forms import CreatingForm

NEUTRAL = _("Leave our name out: the letter then comes from the programme")


def language_field() -> ChoiceField:
    """In which language a letter is printed; English to begin with."""
    return ChoiceField(
        _("Language of the letter"),
        _("Choose English or Welsh. Nothing was saved."),
        [SelectChoice("en", _("English")), SelectChoice("cy", _("Welsh"))],
        default="en",
    )


class LetterForm(CreatingForm):
    """What a person may choose about a letter. Its facts are not among it."""

    holder_name = StringField(
        _("Name on the letter"),
        widget=GovTextInput(),
        validators=[InputRequired(_("Type the name that goes on the letter."))],
    )
    opinion = TextAreaField(_("Your own words (you can leave this out)"), widget=GovCharacterCount())
    language = language_field()
    neutral_letterhead = BooleanField(NEUTRAL, widget=GovCheckboxInput())
    confidential = BooleanField(_("Write it in confidence"), widget=GovCheckboxInput())
    wants_second_look = BooleanField(_("A colleague reads it before it goes out"), widget=GovCheckboxInput())

    @property
    def choices(self) -> dict[str, Any]:
        """What was chosen, once the form is valid, as the verbs want it."""
        return {
            "holder_name": self.holder_name.data,
            "opinion": self.opinion.data or "",
            "language": self.language.data,
            "neutral_letterhead": self.neutral_letterhead.data,
            "confidential": self.confidential.data,
            "wants_second_look": self.wants_second_look.data,
        }


class WithdrawForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Why a letter no longer stands."""

    reason = TextAreaField(
        _("Why do you withdraw it?"),
        widget=GovTextArea(),
        validators=[InputRequired(_("Say why you withdraw this letter. Nothing was changed."))],
    )


class DeclineForm(FlaskForm):  # type: ignore[misc]
    """Why no letter will be written."""

    because = TextAreaField(_("What do you want to tell them?"), widget=GovCharacterCount())


class LookForm(FlaskForm):  # type: ignore[misc]
    """What a colleague says of a draft. `seen` is the mark of what they read."""

    note = TextAreaField(_("What should change?"), widget=GovCharacterCount())


class BulkForm(CreatingForm):
    """What is the same for all letters, and whether everybody in the list is meant."""

    language = language_field()
    neutral_letterhead = BooleanField(NEUTRAL, widget=GovCheckboxInput())
    everybody = BooleanField(widget=GovCheckboxInput())

    @property
    def choices(self) -> BulkChoices:
        """What was chosen, once the form is valid."""
        return BulkChoices(self.language.data, neutral_letterhead=self.neutral_letterhead.data)


class LetterheadForm(FlaskForm):  # type: ignore[misc]
    """What stands at the head of letters."""

    name = StringField(_("Name on letters"), widget=GovTextInput())
    address = TextAreaField(_("Address"), widget=GovTextArea())
    charity_number = StringField(_("Charity number"), widget=GovTextInput())
    email = StringField(_("Email"), widget=GovTextInput())
    phone = StringField(_("Phone"), widget=GovTextInput())
