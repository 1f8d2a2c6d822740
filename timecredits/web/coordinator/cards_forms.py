"""The forms about cards that only a coordinator fills in."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from govuk_frontend_wtf.wtforms_widgets import GovCheckboxInput, GovFileInput
from wtforms import BooleanField, SelectChoice
from wtforms.validators import InputRequired

from timecredits.spending.cards.stopping import CardEnd
from timecredits.web.card_forms import ChoiceField, SecondCheckForm
from timecredits.web.forms import CreatingForm

_ENDS = [
    SelectChoice(CardEnd.LOST.value, _("It is lost")),
    SelectChoice(CardEnd.STOLEN.value, _("It was stolen")),
]


class NewCardForm(CreatingForm, SecondCheckForm):
    """A first card."""

    name_on_card = BooleanField(_("Print the first name and initial on it"), default=True, widget=GovCheckboxInput())


class AnewForm(CreatingForm):
    """Why a card is made anew."""

    because = ChoiceField(
        _("Why do they need a new one?"),
        _("Choose why they need a new one. Nothing was changed."),
        [*_ENDS, SelectChoice(CardEnd.REPLACED.value, _("It is worn, or the print is poor"))],
    )


class StopForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Why a card is stopped."""

    because = ChoiceField(
        _("Why?"),
        _("Choose why. The card still works."),
        [*_ENDS, SelectChoice(CardEnd.NOT_WANTED.value, _("They do not want one"))],
    )


class PhotoForm(CreatingForm):
    """A photo, and the person's yes to it."""

    picture = FileField(_("The photo"), [FileRequired(_("Choose a photo first. Nothing was saved."))], widget=GovFileInput())
    agreed = BooleanField(
        _("They said yes to this photo"),
        [InputRequired(_("Ask them first. Tick the box when they say yes. Nothing was saved."))],
        widget=GovCheckboxInput(),
    )


class PrintForm(CreatingForm):
    """Whose cards to print."""

    which = ChoiceField(_("Whose cards?"), _("Choose whose cards to print. Nothing was made."), [])

    def offer(self, choices: list[tuple[str, Any]]) -> None:
        """The choices there are, the first of them chosen."""
        self.which.choices = [SelectChoice(value, words) for value, words in choices]
        if self.which.data is None and choices:
            self.which.data = choices[0][0]
