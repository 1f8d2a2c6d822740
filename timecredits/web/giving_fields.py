"""What the pages for giving share: an amount of credits as people type it, and a few words."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from govuk_frontend_wtf.wtforms_widgets import GovTextInput
from wtforms import StringField
from wtforms.validators import StopValidation

from timecredits.foundation.amounts import amount_text
from timecredits.web.forms import CreatingForm

_QUARTERS = str.maketrans({"¼": ".25", "½": ".5", "¾": ".75", ",": "."})
_LONGEST = 10


class CreditsField(StringField):  # type: ignore[misc]  # WTForms has no types
    """Credits typed as 2, 2.5 or 2½. `minutes` holds what was read; the rule of the act says which amounts can be."""

    widget = GovTextInput()

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.minutes = 0

    def process_data(self, value: int | str | None) -> None:
        """Show minutes as credits."""
        self.data = amount_text(value) if isinstance(value, int) else value

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002
        """Read what was typed, or say how to type it."""
        text = (self.data or "").strip().translate(_QUARTERS)
        digits = text.replace(".", "", 1)
        if not (digits.isascii() and digits.isdigit()) or len(text) > _LONGEST:
            raise StopValidation(_("Type how many credits. For example 1, or 2.5. Nothing was changed."))
        self.minutes = round(float(text) * 60)


class GiftForm(CreatingForm):
    """How much, and words to go with it if there are any. The rules about both are the verb's."""

    amount = CreditsField(lazy_gettext("How many credits?"))
    words = StringField(lazy_gettext("A few words (you can leave this out)"), widget=GovTextInput())
