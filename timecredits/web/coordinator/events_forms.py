"""The forms about an event: what it is, when it is, and somebody's booking that staff type in."""

from dataclasses import replace
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovCheckboxesInput, GovCheckboxInput, GovTextArea, GovTextInput
from wtforms import BooleanField, SelectChoice, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired

from timecredits.community.events.event_facts import EventFacts
from timecredits.hours.activity_facts import ACCESS_FACTS
from timecredits.hours.planning.plans import PlanFacts
from timecredits.web.coordinator.activity_forms import CreditsField, PlacesField
from timecredits.web.coordinator.plan_forms import PlanForm
from timecredits.web.filters import say
from timecredits.web.forms import CreatingForm

__all__ = ["AddBookingForm", "EventForm", "NewEventForm", "filled_event", "guests_at_door"]


class EventForm(CreatingForm):
    """What is said about an event."""

    name = StringField(_("Name"), [DataRequired(_("Type the name of the event. Nothing was saved."))], widget=GovTextInput())
    words = TextAreaField(_("What it is"), widget=GovTextArea())
    place = StringField(_("Where"), widget=GovTextInput())
    way_there = TextAreaField(_("How to get there"), widget=GovTextArea())
    access = SelectMultipleField(
        _("Getting there and being there"), widget=GovCheckboxesInput(), validate_choice=False, default=()
    )
    access_facts = TextAreaField(_("More about access"), widget=GovTextArea())
    capacity = PlacesField(_("How many people may come"))
    most_guests = PlacesField(_("How many may one person bring?"))
    asks_needs = BooleanField(_("Ask what people need"), widget=GovCheckboxInput())
    entry = CreditsField(_("Credits for entry, for each person"))
    counts_hours = BooleanField(_("Being there is time given"), widget=GovCheckboxInput())
    is_public = BooleanField(_("Show it to everybody"), widget=GovCheckboxInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.access.choices = [SelectChoice(str(fact), say(fact)) for fact in ACCESS_FACTS]

    def said(self, *, entry_minutes: int | None = None, asks_entry: bool) -> EventFacts:
        """What was typed, after the form was found good. Without `asks_entry` the field isn't there, and this stays as it was."""
        known = {str(fact) for fact in ACCESS_FACTS}
        ticked = [text for text in self.access.data or () if text in known]
        return EventFacts(
            name=self.name.data or "",
            words=self.words.data or "",
            place=self.place.data or "",
            way_there=self.way_there.data or "",
            access_facts=(*ticked, *(self.access_facts.data or "").splitlines()),
            capacity=self.capacity.number,
            most_guests=self.most_guests.number or 0,
            asks_needs=self.asks_needs.data,
            entry_minutes=self.entry.wanted if asks_entry else entry_minutes,
            is_public=self.is_public.data,
            counts_hours=self.counts_hours.data,
        )


class NewEventForm(EventForm, PlanForm):
    """The same with when it is: once, or again and again."""

    @property
    def when(self) -> PlanFacts:
        """When it takes place; place and number are the event's own."""
        return replace(self.facts, place="", capacity=None)


class AddBookingForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Somebody who rang, or stands at the door."""

    person = StringField(_("Name"), [DataRequired(_("Type the person's name. Nothing was booked."))], widget=GovTextInput())
    guests = PlacesField(_("How many do they bring?"))
    needs = TextAreaField(_("What do they need?"), widget=GovTextArea())


def filled_event(facts: EventFacts) -> EventForm:
    """Make the form as it stands for an event that is known."""
    known = {str(fact) for fact in ACCESS_FACTS}
    return EventForm(
        name=facts.name,
        words=facts.words,
        place=facts.place,
        way_there=facts.way_there,
        access=[fact for fact in facts.access_facts if fact in known],
        access_facts="\n".join(fact for fact in facts.access_facts if fact not in known),
        capacity=facts.capacity,
        most_guests=facts.most_guests or None,
        asks_needs=facts.asks_needs,
        entry=facts.entry_minutes,
        counts_hours=facts.counts_hours,
        is_public=facts.is_public,
    )


def guests_at_door(typed: str, before: int) -> int:
    """How many guests have come, as chosen in a list; what isn't a number leaves it as it was booked."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < len("1000") else before
