"""How much talking something asks for, as staff choose it and as people read it."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from govuk_frontend_wtf.wtforms_widgets import GovRadioInput
from wtforms import RadioField, SelectChoice

from timecredits.hours.activity_models import Talking

_NOT_SAID = ""


class TalkingField(RadioField):  # type: ignore[misc]  # WTForms has no types
    """One of four words, or none said; `chosen` is what was chosen."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(_("How much talking it asks for"), *args, widget=GovRadioInput(), validate_choice=False, **kwargs)
        self.choices = [
            SelectChoice(_NOT_SAID, gettext("We do not say")),
            SelectChoice(Talking.NONE.value, gettext("None")),
            SelectChoice(Talking.LITTLE.value, gettext("A little")),
            SelectChoice(Talking.SOME.value, gettext("Some")),
            SelectChoice(Talking.MORE.value, gettext("More")),
        ]

    @property
    def chosen(self) -> Talking | None:
        """The word, or None where nothing was said."""
        return next((each for each in Talking if each.value == self.data), None)

    def process_data(self, value: Any) -> None:
        """Show what an activity or offer says now."""
        self.data = _NOT_SAID if value is None else str(value)
