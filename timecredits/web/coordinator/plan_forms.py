"""The forms about when an activity takes place, and about one session."""

from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import (
    GovCheckboxesInput,
    GovCheckboxInput,
    GovRadioInput,
    GovTextArea,
    GovTextInput,
)
from wtforms import BooleanField, RadioField, SelectChoice, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, StopValidation

from timecredits.hours.activity_models import ActivityPlan
from timecredits.hours.imports.cells import Unclear
from timecredits.hours.imports.lengths import read_clock
from timecredits.hours.planning.plans import PlanFacts
from timecredits.hours.planning.repeating import WEEKDAYS, Repeats, UnknownRuleError, read_rule
from timecredits.hours.planning.session_keeping import NewTerms
from timecredits.hours.planning.sessions import DatedSession
from timecredits.web.coordinator.activity_forms import PlacesField
from timecredits.web.filters import clock_time, say
from timecredits.web.forms import CreatingForm
from timecredits.web.hour_fields import DayField, LengthField, OptionalDayField

_DAY = 24 * 60


class TimeField(StringField):  # type: ignore[misc]  # WTForms has no types
    """A time of day: 10, 10am, 10:30, 10.30, 1430, noon. `minutes` holds what was read, after midnight."""

    widget = GovTextInput()

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.minutes = 0

    def process_data(self, value: int | str | None) -> None:
        """Show minutes as a time."""
        self.data = clock_time(value) if isinstance(value, int) else value

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002
        """Read what was typed, or say how to type it."""
        text = (self.data or "").strip()
        try:
            self.minutes = read_clock(text).minutes % _DAY
        except Unclear as fault:
            raise StopValidation(gettext("Type when it starts, like 10am or 14:30. Nothing was saved.")) from fault


class PlanForm(CreatingForm):
    """When an activity takes place."""

    first_day = DayField(_("First day"))
    starts = TimeField(_("Starts at"))
    length = LengthField(_("How many hours"))
    repeats = RadioField(_("How often"), widget=GovRadioInput(), validate_choice=False)
    weekdays = SelectMultipleField(_("On these days of the week"), widget=GovCheckboxesInput(), validate_choice=False, default=())
    last_day = OptionalDayField(_("Last day"))
    times = PlacesField(_("Or: how many times"))
    place = StringField(_("Where, if it is somewhere else"), widget=GovTextInput())
    capacity = PlacesField(_("How many may come, if it is different"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.repeats.choices = [
            SelectChoice(Repeats.ONCE.value, gettext("Once")),
            SelectChoice(Repeats.WEEKLY.value, gettext("Every week")),
            SelectChoice(Repeats.FORTNIGHTLY.value, gettext("Every two weeks")),
            SelectChoice(Repeats.MONTHLY.value, gettext("Every month, like the second Tuesday")),
            SelectChoice(Repeats.MONTHLY_LAST.value, gettext("Every month, like the last Tuesday")),
            SelectChoice(Repeats.DAILY.value, gettext("Every day")),
            SelectChoice(Repeats.WORKING_DAYS.value, gettext("Every weekday, Monday to Friday")),
        ]
        self.weekdays.choices = [SelectChoice(str(number), say(name)) for number, name in enumerate(WEEKDAYS)]

    def validate_repeats(self, field: Any) -> None:
        """One of them must be chosen."""
        if field.data not in set(Repeats):
            raise StopValidation(gettext("Choose how often it takes place. Nothing was saved."))

    @property
    def facts(self) -> PlanFacts:
        """What was typed. Only after the form was found good."""
        return PlanFacts(
            first_day=self.first_day.day,
            starts=self.starts.minutes,
            minutes=self.length.minutes,
            repeats=Repeats(self.repeats.data),
            weekdays=tuple(int(each) for each in self.weekdays.data or () if each in set("0123456")),
            last_day=self.last_day.data,
            times=self.times.number,
            place=self.place.data or "",
            capacity=self.capacity.number,
        )


def plan_form(plan: ActivityPlan, first_day: date) -> PlanForm:
    """Make the form for changing a plan from `first_day` on."""
    try:
        read = read_rule(plan.rule)
        repeats, weekdays = read.repeats, read.weekdays if read.nth is None else ()
    except UnknownRuleError:
        repeats, weekdays = None, ()
    chosen = () if repeats is Repeats.WORKING_DAYS else weekdays
    return PlanForm(
        first_day=first_day,
        starts=plan.starts,
        length=plan.minutes,
        repeats=repeats.value if repeats else None,
        weekdays=[str(day) for day in chosen],
        last_day=plan.ends_on,
        place=plan.place,
        capacity=plan.capacity,
    )


class EndPlanForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """The last day of a plan."""

    last_day = DayField(_("The last day it takes place"))


class MoveForm(FlaskForm):  # type: ignore[misc]
    """Another time, place or number of places for one session."""

    day = DayField(_("Day"))
    starts = TimeField(_("Starts at"))
    length = LengthField(_("How many hours"))
    place = StringField(_("Where"), widget=GovTextInput())
    capacity = PlacesField(_("How many may come"))
    note = TextAreaField(_("Your own words to them"), widget=GovTextArea())

    @property
    def terms(self) -> NewTerms:
        """What was typed. Only after the form was found good."""
        return NewTerms(
            day=self.day.day,
            starts=self.starts.minutes,
            minutes=self.length.minutes,
            place=self.place.data or "",
            capacity=self.capacity.number,
            note=self.note.data or "",
        )


def move_form(dated: DatedSession) -> MoveForm:
    """Make the form as it stands for a session."""
    return MoveForm(day=dated.day, starts=dated.starts, length=dated.minutes, place=dated.place, capacity=dated.capacity)


class CancelForm(FlaskForm):  # type: ignore[misc]
    """Why a session does not take place."""

    because = StringField(_("Why"), [DataRequired(_("Say why, in a few words. Nothing was changed."))], widget=GovTextInput())


class MessageForm(CreatingForm):
    """What to say to everybody who signed up."""

    words = TextAreaField(
        _("What you want to say"), [DataRequired(_("Type what you want to say. Nothing was sent."))], widget=GovTextArea()
    )
    waiting_too = BooleanField(_("Also to people on the waiting list"), widget=GovCheckboxInput())


class AddPersonForm(FlaskForm):  # type: ignore[misc]
    """Somebody to sign up."""

    person = StringField(_("Name"), [DataRequired(_("Type the person's name. Nothing was saved."))], widget=GovTextInput())
