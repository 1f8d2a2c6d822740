"""Fields that read what people type: lengths of time in any usual spelling, and days."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from govuk_frontend_wtf.wtforms_widgets import GovDateInput, GovTextInput
from wtforms import DateField, StringField
from wtforms.validators import StopValidation

from timecredits.foundation.amounts import amount_text
from timecredits.foundation.errors import RuleError
from timecredits.hours.imports.cells import Unclear
from timecredits.hours.imports.lengths import Length, read_length
from timecredits.hours.self_logged.given_time import GivenTime, read_given
from timecredits.web.filters import say

_CENTURY = 100
_LAST_YEAR = 9000  # any later one is read as this: as far off, and the days after it can still be worked out


class LengthField(StringField):  # type: ignore[misc]  # WTForms has no types
    """How long: 2, 2.5, 2,5, 2h30, 2:30, 150 min, or 10:00-12:30. `length` holds what was read; `default` is in minutes.

    With `zero_allowed`, a typed 0 is 0 minutes and `length` stays None.
    """

    widget = GovTextInput()

    def __init__(self, label: Any = None, *, zero_allowed: bool = False, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.zero_allowed = zero_allowed
        self.length: Length | None = None

    @property
    def minutes(self) -> int:
        """What was read, in minutes; 0 when 0 was typed and may be."""
        return self.length.minutes if self.length else 0

    @property
    def starts(self) -> int | None:
        """When it began, in minutes after midnight, where a from and to were typed."""
        return self.length.starts if self.length else None

    def process_data(self, value: int | str | None) -> None:
        """Show minutes as hours."""
        self.data = amount_text(value) if isinstance(value, int) else value

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002
        """Read what was typed, or say how to type it."""
        text = (self.data or "").strip()
        if self.zero_allowed and text.rstrip("h ") in {"0", "0.0", "0:00"}:
            return
        self.length = read_hours(text)
        if self.length is None:
            raise StopValidation(
                _("Type the hours first. For example 2, 2.5 or 2:30. Nothing was saved.")
                if not text
                else _("Type hours like 2, 2.5 or 2:30. More than 0, at most 24. Nothing was saved.")
            )


class GivenField(StringField):  # type: ignore[misc]
    """Time as the person who gave it types it: a length, or from and to, over midnight too. `given` holds what was read."""

    widget = GovTextInput()

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.given = GivenTime()

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002
        """Read what was typed, or say how to type it."""
        try:
            self.given = read_given(self.data or "")
        except RuleError as fault:
            raise StopValidation(say(fault.sentence)) from fault


class DayField(DateField):  # type: ignore[misc]
    """A day typed as day, month and year; a year of two figures is in this century."""

    widget = GovDateInput()
    raw_data: list[str] | None = None

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, format="%d %m %Y", **kwargs)

    @property
    def day(self) -> date:
        """The day that was typed. Only after the form was found good."""
        if self.data is None:
            raise LookupError("no day was typed")
        return self.data

    def process(self, formdata: Any, *values: Any, **more: Any) -> None:
        """Read it, and keep the three parts to be shown again; a page of ours sends three, others may not."""
        super().process(formdata, *values, **more)
        if self.raw_data is not None:
            self.raw_data = [*self.raw_data, "", "", ""][:3]

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the three parts."""
        if not valuelist:
            return
        self.data = None
        try:
            day, month, year = (int(part) for part in valuelist)
            self.data = date(min(year + 2000 if 0 <= year < _CENTURY else year, _LAST_YEAR), month, day)
        except (ValueError, OverflowError) as fault:
            raise ValueError(_("Type a day that exists, like 21 11 2026. Nothing was saved.")) from fault

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002
        """A day is always wanted."""
        if self.data is None and not self.process_errors:
            raise StopValidation(_("Type the day, like 21 11 2026. Nothing was saved."))


class OptionalDayField(DayField):
    """A day that may be left out."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the three parts, if there are any."""
        if any(part.strip() for part in valuelist):
            super().process_formdata(valuelist)
        elif valuelist:
            self.data = None

    def pre_validate(self, form: Any) -> None:
        """Nothing is wanted."""


def read_hours(text: str) -> Length | None:
    """What a person typed as a length of time, or None."""
    try:
        return read_length(text)
    except Unclear:
        return None
