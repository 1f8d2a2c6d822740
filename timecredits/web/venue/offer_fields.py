"""Fields of the forms about offers: prices as people write them, times of day, whole numbers, days or none."""

from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext
from govuk_frontend_wtf.wtforms_widgets import GovTextInput
from wtforms import StringField
from wtforms.validators import StopValidation

from timecredits.foundation.amounts import MINUTES_A_CREDIT
from timecredits.hours.imports.cells import Unclear
from timecredits.hours.imports.lengths import read_clock

_FRACTIONS = {"¼": ".25", "½": ".5", "¾": ".75"}
_LONGEST = 12
_LONGEST_NUMBER = 6
_MIDNIGHT = 24 * 60


class PriceField(StringField):  # type: ignore[misc]  # WTForms has no types
    """Credits for one person: 1, 1.5, 1,5, 1½. `minutes` holds what was read; None where nothing was typed and may be."""

    widget = GovTextInput()

    def __init__(self, label: Any = None, *, optional: bool = False, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.optional = optional
        self.minutes: int | None = None

    def process_data(self, value: int | str | None) -> None:
        """Show minutes as credits, the way they are typed."""
        self.data = as_typed(value) if isinstance(value, int) else value

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002
        """Read what was typed, or say how to type it."""
        text = (self.data or "").strip()
        if self.optional and not text:
            return
        text = text.replace(",", ".")[:_LONGEST]
        for sign, decimal in _FRACTIONS.items():
            text = text.replace(sign, decimal)
        try:
            minutes = Decimal(text) * MINUTES_A_CREDIT
            whole = int(minutes)
        except (InvalidOperation, ValueError, OverflowError):
            whole, minutes = -1, Decimal(0)
        if whole != minutes:
            raise StopValidation(gettext("Type the price in credits, like 1 or 1.5. The least is a quarter."))
        self.minutes = whole


class WholeField(StringField):  # type: ignore[misc]
    """A whole number, or nothing. `number` holds what was read."""

    widget = GovTextInput()

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.number: int | None = None

    def process_data(self, value: int | str | None) -> None:
        """Show the number."""
        self.data = "" if value is None else str(value)

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002
        """Read what was typed, or say how to type it."""
        text = (self.data or "").strip()
        if text:
            if not (text.isascii() and text.isdigit()) or len(text) > _LONGEST_NUMBER:
                raise StopValidation(gettext("Type a whole number, like 8. Nothing was saved."))
            self.number = int(text)


class ClockField(StringField):  # type: ignore[misc]
    """A time of day, or nothing: 10, 10am, 10:30, 1430, noon. `clock` holds what was read, as "10:30"."""

    widget = GovTextInput()

    def __init__(self, label: Any = None, *, is_end: bool = False, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.is_end = is_end
        self.clock = ""

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002
        """Read what was typed, or say how to type it."""
        text = (self.data or "").strip()
        if not text:
            return
        try:
            minutes = read_clock(text).minutes
        except Unclear as fault:
            raise StopValidation(gettext("Type a time, like 10am or 14:30. Nothing was saved.")) from fault
        if self.is_end and minutes % _MIDNIGHT == 0:
            minutes = _MIDNIGHT  # an end at midnight is the end of the day
        hours, rest = divmod(minutes, 60)
        self.clock = f"{hours:02}:{rest:02}"


def as_typed(minutes: int) -> str:
    """Minutes as credits the way they are typed: 90 is "1.5"."""
    return f"{Decimal(minutes) / MINUTES_A_CREDIT:.2f}".rstrip("0").rstrip(".")
