"""The fields of a request, where they stand together on one page: a professional's, and a call that staff type in."""

import re
from typing import Any, Final

from flask_babel import lazy_gettext as _
from govuk_frontend_wtf.wtforms_widgets import GovCharacterCount, GovCheckboxesInput, GovTextInput
from wtforms import SelectChoice, SelectMultipleField, StringField, TextAreaField, ValidationError
from wtforms.validators import Length

from timecredits.community.referrals.asking import LONGEST_WORDS, Answers
from timecredits.web.referral_words import REACHES, WISHES

__all__ = ["PoundsField", "TicksField", "reaches", "said_by", "wishes"]

_POUNDS: Final = re.compile(r"£?\s*(\d{1,3}(?:,\d{3})+|\d{1,7})(?:[.,](\d{1,2}))?\s*")


class TicksField(SelectMultipleField):  # type: ignore[misc]  # WTForms has no types
    """Boxes to tick. What isn't one of them counts as not ticked."""

    data: Any

    def __init__(self, label: Any, choices: list[SelectChoice] | None = None, **kwargs: Any) -> None:
        super().__init__(label, choices=choices or [], widget=GovCheckboxesInput(), validate_choice=False, **kwargs)

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002  WTForms hands the form over
        """Keep what can be chosen."""
        known = {choice.value for choice in self.choices}
        self.data = [each for each in self.data or () if each in known]


class PoundsField(StringField):  # type: ignore[misc]
    """An amount of money as people type it: 10, 2.50, £10. `pence` holds it once the form is valid."""

    data: Any

    def __init__(self, label: Any, *, required: bool = True, **kwargs: Any) -> None:
        super().__init__(label, widget=GovTextInput(), **kwargs)
        self.required = required
        self.pence = 0

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002
        """Raise ValidationError for what is no amount."""
        typed = (self.data or "").strip()
        if not typed and not self.required:
            return
        found = _POUNDS.fullmatch(typed)
        if found is None:
            raise ValidationError(str(_("Type an amount in pounds, like 10 or 2.50. Nothing was saved.")))
        self.pence = int(found[1].replace(",", "")) * 100 + int((found[2] or "0").ljust(2, "0"))


def wishes(label: Any) -> TicksField:
    """What would help."""
    return TicksField(label, [SelectChoice(value, name) for value, name in WISHES.items()])


def reaches(label: Any) -> TicksField:
    """When, and whether a message is safe."""
    return TicksField(label, [SelectChoice(value, name) for value, name in REACHES.items()])


class PersonFields:
    """For whom, and how to reach them. Mixed into a form."""

    name = StringField(_("Their name"), widget=GovTextInput())
    phone = StringField(_("Their phone number"), widget=GovTextInput())
    email = StringField(_("Their email"), widget=GovTextInput())
    wishes = TicksField(_("What would help?"), [SelectChoice(value, name) for value, name in WISHES.items()])
    reach = TicksField(_("When is a good time?"), [SelectChoice(value, name) for value, name in REACHES.items()])
    more = TextAreaField(
        _("Anything we should know? (you can leave this out)"),
        [Length(max=20 * LONGEST_WORDS, message=_("That is too long. Nothing was saved. Use at most 1,000 letters."))],
        widget=GovCharacterCount(),
    )


def said_by(form: Any) -> Answers:
    """What such a form says."""
    values = {
        name: (getattr(form, name).data or "").strip() if hasattr(form, name) else ""
        for name in ("name", "phone", "email", "referrer_name", "referrer_place", "referrer_contact")
    }
    return Answers(wishes=tuple(form.wishes.data or ()), reach=tuple(form.reach.data or ()), more=form.more.data or "", **values)
