"""Fields about notes and passes: what one is worth, and how many. A fault is said in our words, and what was typed stays."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from govuk_frontend_wtf.wtforms_widgets import GovSelect, GovTextInput
from wtforms import SelectChoice, SelectField, StringField
from wtforms.validators import StopValidation

from timecredits.foundation.amounts import credits_text
from timecredits.web.filters import say

_LONGEST = 6


class WorthField(SelectField):  # type: ignore[misc]  # WTForms has no types
    """A value to choose from, in minutes."""

    data: Any
    widget = GovSelect()

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, coerce=_whole, validate_choice=False, **kwargs)

    def offer(self, minutes: Sequence[int], usual: int) -> None:
        """Let people choose from these, with the usual one chosen to begin with."""
        self.choices = [SelectChoice(each, say(credits_text(each))) for each in minutes]
        if minutes and self.data not in minutes and not self.raw_data:
            self.data = usual if usual in minutes else minutes[-1]

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002
        """Take nothing but one of the choices."""
        if self.data not in {choice.value for choice in self.choices or []}:
            raise StopValidation(_("Choose a value from the list. Nothing was made."))


class CountField(StringField):  # type: ignore[misc]
    """A whole number from 1 to `most`; `number` holds what was read."""

    widget = GovTextInput()

    def __init__(self, label: Any = None, *, most: int, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.most = most
        self.number = 0

    def process_data(self, value: int | str | None) -> None:
        """Show the number."""
        self.data = "" if value is None else str(value)

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002
        """Read what was typed, or say how to type it."""
        text = (self.data or "").strip()
        self.number = int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST else 0
        if not 1 <= self.number <= self.most:
            raise StopValidation(_("Type a number from 1 to %(most)s. Nothing was made.", most=self.most))


def _whole(value: Any) -> int:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST else 0
