"""The forms about offers: one part at a time, and all parts together where an offer is made."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovCheckboxesInput, GovCheckboxInput, GovRadioInput, GovTextArea, GovTextInput
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    RadioField,
    SelectChoice,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import StopValidation

from timecredits.foundation.errors import RuleError
from timecredits.hours.planning.repeating import WEEKDAYS
from timecredits.spending.models import Per
from timecredits.spending.offers.offer_facts import OfferFacts
from timecredits.web.filters import say
from timecredits.web.forms import CreatingForm, show_rule
from timecredits.web.hour_fields import OptionalDayField
from timecredits.web.talking_fields import TalkingField
from timecredits.web.venue.offer_fields import ClockField, PriceField, WholeField

MOST_TIMES = 14
_NONE = ""


class TimeForm(Form):  # type: ignore[misc]  # WTForms has no types
    """One time of the week. Left empty it is none."""

    days = SelectMultipleField(_("Days"), widget=GovCheckboxesInput(), validate_choice=False, default=())
    starts = ClockField(_("From"))
    ends = ClockField(_("Until"), is_end=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.days.choices = [SelectChoice(str(number), say(name)) for number, name in enumerate(WEEKDAYS)]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said."""
        return not (self.days.data or (self.starts.data or "").strip() or (self.ends.data or "").strip())

    def validate_days(self, field: Any) -> None:
        """A time needs its days."""
        if not self.is_empty and not field.data:
            raise StopValidation(gettext("Tick the days. Nothing was saved."))

    def validate_ends(self, field: Any) -> None:
        """A time needs both ends."""
        if not self.is_empty and not self.starts.errors and not (self.starts.clock and field.clock):
            raise StopValidation(gettext("Type when it starts and when it ends, like 10am and 12:30."))

    @property
    def time(self) -> dict[str, Any]:
        """What was typed, as an offer keeps it."""
        days = sorted(int(each) for each in self.days.data or () if each in set("0123456"))
        return {"days": days, "from": self.starts.clock, "until": self.ends.clock}


class WhatPart:
    """What it is, and what it costs."""

    name = StringField(_("Name"), widget=GovTextInput())
    adult = PriceField(_("Credits for an adult"))
    under_16 = PriceField(_("Credits for somebody under 16"), optional=True)
    most_people = WholeField(_("Most people who may come together"), default=1)
    restrictions = TextAreaField(_("What must people know before they come?"), widget=GovTextArea())
    booking_note = StringField(_("Must it be booked? How?"), widget=GovTextInput())

    def said(self) -> dict[str, Any]:
        """What was typed, by the names of OfferFacts."""
        return {
            "name": self.name.data or "",
            "adult_minutes": self.adult.minutes or 0,
            "under_16_minutes": self.under_16.minutes,
            "most_people": self.most_people.number or 0,
            "restrictions": self.restrictions.data or "",
            "booking_note": self.booking_note.data or "",
        }


class WhenPart:
    """When it is on."""

    times = FieldList(FormField(TimeForm), min_entries=1, max_entries=MOST_TIMES + 1)
    starts_on = OptionalDayField(_("First day"))
    ends_on = OptionalDayField(_("Last day"))

    def said(self) -> dict[str, Any]:
        """What was typed, by the names of OfferFacts."""
        return {
            "times": tuple(each.form.time for each in self.times if not each.form.is_empty),
            "starts_on": self.starts_on.data,
            "ends_on": self.ends_on.data,
        }


class PlacesPart:
    """How many may come, and how often."""

    places = WholeField(_("How many places are there?"))
    places_per = RadioField(_("Places for each"), widget=GovRadioInput(), validate_choice=False)
    once_a = RadioField(_("How often may one person come?"), widget=GovRadioInput(), validate_choice=False, default=_NONE)

    def choose(self) -> None:
        """Fill in the choices."""
        self.places_per.choices = [
            SelectChoice(Per.SLOT.value, gettext("Time of the week, such as Monday at 10am")),
            SelectChoice(Per.DAY.value, gettext("Day")),
            SelectChoice(Per.MONTH.value, gettext("Month")),
        ]
        self.once_a.choices = [
            SelectChoice(_NONE, gettext("As often as they like")),
            SelectChoice(Per.DAY.value, gettext("Once a day")),
            SelectChoice(Per.WEEK.value, gettext("Once a week")),
            SelectChoice(Per.MONTH.value, gettext("Once a month")),
        ]

    def said(self) -> dict[str, Any]:
        """What was typed, by the names of OfferFacts. What the places are for says nothing without places."""
        return {
            "places": self.places.number,
            "places_per": _per(self.places_per.data) if self.places.number is not None else None,
            "once_a": _per(self.once_a.data),
        }


class WhoPart:
    """Who may use it."""

    least_age = WholeField(_("Youngest age"))
    organisation_ids = SelectMultipleField(
        _("Only people from these groups"), widget=GovCheckboxesInput(), validate_choice=False, default=()
    )

    def said(self) -> dict[str, Any]:
        """What was typed, by the names of OfferFacts."""
        known = {choice.value for choice in self.organisation_ids.choices}
        return {
            "least_age": self.least_age.number,
            "organisation_ids": tuple(UUID(each) for each in self.organisation_ids.data or () if each in known),
        }


class TherePart:
    """What it is like there."""

    is_step_free = BooleanField(_("Step-free all the way"), widget=GovCheckboxInput())
    is_quiet = BooleanField(_("A quiet time or place"), widget=GovCheckboxInput())
    alone_is_fine = BooleanField(_("You can come alone and need not talk"), widget=GovCheckboxInput())
    good_first_step = BooleanField(_("A good first step"), widget=GovCheckboxInput())
    talking = TalkingField()

    def said(self) -> dict[str, Any]:
        """What was ticked, by the names of OfferFacts."""
        ticked = ("is_step_free", "is_quiet", "alone_is_fine", "good_first_step")
        return {name: bool(getattr(self, name).data) for name in ticked} | {"talking": self.talking.chosen}


class WhatForm(WhatPart, FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """What it is, and what it costs."""


class WhenForm(WhenPart, FlaskForm):  # type: ignore[misc]
    """When it is on."""


class PlacesForm(PlacesPart, FlaskForm):  # type: ignore[misc]
    """How many may come, and how often."""


class WhoForm(WhoPart, FlaskForm):  # type: ignore[misc]
    """Who may use it."""


class ThereForm(TherePart, FlaskForm):  # type: ignore[misc]
    """What it is like there."""


class OfferForm(WhatPart, WhenPart, PlacesPart, WhoPart, TherePart, CreatingForm):
    """A whole new offer."""

    def said(self) -> dict[str, Any]:
        """What was typed, by the names of OfferFacts."""
        found: dict[str, Any] = {}
        for part in (WhatPart, WhenPart, PlacesPart, WhoPart, TherePart):
            found |= part.said(self)
        return found


PARTS: dict[str, type[FlaskForm]] = {
    "what": WhatForm,
    "when": WhenForm,
    "places": PlacesForm,
    "who": WhoForm,
    "there": ThereForm,
}
"""The parts of an offer that are changed one at a time, by what stands in the address."""


def prepare(form: Any, organisations: list[tuple[UUID, str]]) -> Any:
    """Fill in the choices of whichever parts a form has."""
    if "places_per" in form:
        PlacesPart.choose(form)
    if "organisation_ids" in form:
        form.organisation_ids.choices = [SelectChoice(str(each), name) for each, name in organisations]
    return form


def as_fields(facts: OfferFacts) -> dict[str, Any]:
    """What is said about an offer, as the fields begin with it."""
    return {
        "name": facts.name,
        "adult": facts.adult_minutes,
        "under_16": facts.under_16_minutes,
        "most_people": facts.most_people,
        "restrictions": facts.restrictions,
        "booking_note": facts.booking_note,
        "times": [
            {"days": [str(day) for day in each["days"]], "starts": each["from"], "ends": each["until"]} for each in facts.times
        ],
        "starts_on": facts.starts_on,
        "ends_on": facts.ends_on,
        "places": facts.places,
        "places_per": facts.places_per.value if facts.places_per else None,
        "once_a": facts.once_a.value if facts.once_a else _NONE,
        "organisation_ids": [str(each) for each in facts.organisation_ids],
        "least_age": facts.least_age,
        "is_step_free": facts.is_step_free,
        "is_quiet": facts.is_quiet,
        "alone_is_fine": facts.alone_is_fine,
        "good_first_step": facts.good_first_step,
        "talking": facts.talking,
    }


def changed(facts: OfferFacts, form: Any) -> OfferFacts:
    """The facts with what a form says in place of what was said before."""
    return replace(facts, **form.said())


def add_time(form: Any) -> None:
    """Give the form one more empty time, as long as there is room."""
    if len(form.times) <= MOST_TIMES:
        form.times.append_entry()


def show_offer_rule(form: Any, fault: RuleError) -> None:
    """Put a rule's sentence at its field; one about the times at the first of them."""
    if fault.field == "times" and "times" in form:
        field = form.times[0].form.starts
        field.errors = form.times.errors = [say(fault.sentence)]
        return
    show_rule(form, fault)


def _per(chosen: str | None) -> Per | None:
    return next((each for each in Per if each.value == chosen), None)
