"""The form of an activity: all that an organisation says about it, in sections."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from govuk_frontend_wtf.wtforms_widgets import (
    GovCheckboxesInput,
    GovCheckboxInput,
    GovRadioInput,
    GovSelect,
    GovTextArea,
    GovTextInput,
)
from wtforms import BooleanField, RadioField, SelectChoice, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, StopValidation

from timecredits.foundation.amounts import amount_text
from timecredits.hours.activity_facts import ACCESS_FACTS, CREDIT_STEPS, ActivityFacts
from timecredits.hours.activity_models import ActivityCategory, Forgotten, OpenTo
from timecredits.hours.hour_rules import LONGEST_DAY
from timecredits.network.settings import Rest
from timecredits.web.filters import say
from timecredits.web.forms import CreatingForm
from timecredits.web.hour_fields import LengthField
from timecredits.web.talking_fields import TalkingField

_AS_PROGRAMME = ""
_MOST_CREDITS = 7 * LONGEST_DAY


class PlacesField(StringField):  # type: ignore[misc]  # WTForms has no types
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
            if not (text.isascii() and text.isdigit()) or len(text) > len("1000000"):
                raise StopValidation(gettext("Type a whole number, like 8. Or leave it empty. Nothing was saved."))
            self.number = int(text)


class MinutesField(LengthField):
    """Hours or credits, or nothing: `wanted` is None then, else minutes."""

    @property
    def wanted(self) -> int | None:
        """What was typed, in minutes."""
        return self.length.minutes if self.length else None

    def pre_validate(self, form: Any) -> None:
        """Nothing at all is fine."""
        if (self.data or "").strip():
            super().pre_validate(form)


class CreditsField(StringField):  # type: ignore[misc]
    """A number of credits such as 4 or 2.5, or nothing. `wanted` holds it in minutes."""

    widget = GovTextInput()

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.wanted: int | None = None

    def process_data(self, value: int | str | None) -> None:
        """Show minutes as credits."""
        self.data = amount_text(value) if isinstance(value, int) else value

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002
        """Read what was typed, or say how to type it."""
        text = (self.data or "").strip().replace(",", ".")
        for sign, figures in (("½", ".5"), ("¼", ".25"), ("¾", ".75")):
            text = text.replace(sign, figures)
        if not text:
            return
        try:
            minutes = float(text) * 60
        except ValueError:
            minutes = -1
        if not 0 < minutes <= _MOST_CREDITS:  # also for "nan"
            raise StopValidation(gettext("Type a number of credits, like 4 or 2.5. Or leave it empty. Nothing was saved."))
        self.wanted = round(minutes)


class ActivityForm(CreatingForm):
    """An activity."""

    name = StringField(_("Name"), [DataRequired(_("Type the name of the activity. Nothing was saved."))], widget=GovTextInput())
    summary = TextAreaField(_("What it is, in a sentence or two"), widget=GovTextArea())
    role = TextAreaField(_("What you would do there"), widget=GovTextArea())
    category = SelectField(
        _("What sort of help it is"), widget=GovSelect(), validate_choice=False, default=ActivityCategory.OTHER.value
    )
    good_first_step = BooleanField(_("Good for a first time"), widget=GovCheckboxInput())
    talking = TalkingField()

    when_text = StringField(_("When, in your words"), widget=GovTextInput())
    place = StringField(_("Where"), widget=GovTextInput())
    usual = LengthField(_("How many hours it usually takes"))
    access = SelectMultipleField(
        _("Getting there and being there"), widget=GovCheckboxesInput(), validate_choice=False, default=()
    )
    access_facts = TextAreaField(_("More about access"), widget=GovTextArea())

    open_to = RadioField(_("Who may sign up"), widget=GovRadioInput(), validate_choice=False, default=OpenTo.EVERYBODY.value)
    capacity = PlacesField(_("How many may come each time"))

    earns_credits = BooleanField(_("People earn credits here"), widget=GovCheckboxInput())
    credit_step = RadioField(_("Credits come in steps of"), widget=GovRadioInput(), validate_choice=False, default=_AS_PROGRAMME)
    credit_rest = RadioField(
        _("Minutes that do not fill a step"), widget=GovRadioInput(), validate_choice=False, default=_AS_PROGRAMME
    )
    credits_a_day = CreditsField(_("Most credits in a day"))
    credits_a_week = CreditsField(_("Most credits in a week"))

    forgotten = RadioField(
        _("When somebody forgets to sign out"), widget=GovRadioInput(), validate_choice=False, default=Forgotten.LOOK.value
    )
    forgotten_minutes = MinutesField(_("Hours to give then"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [str(fact) for fact in ACCESS_FACTS]
        self.access.choices = [SelectChoice(text, say(fact)) for text, fact in zip(known, ACCESS_FACTS, strict=True)]
        self.category.choices = [SelectChoice(value, words) for value, words in category_names().items()]
        self.open_to.choices = [
            SelectChoice(OpenTo.EVERYBODY.value, gettext("Everybody in the programme")),
            SelectChoice(OpenTo.ENROLLED.value, gettext("Only people enrolled with us")),
        ]
        as_programme = SelectChoice(_AS_PROGRAMME, gettext("As the programme has set"))
        self.credit_step.choices = [
            as_programme,
            *(SelectChoice(str(step), gettext("1 minute") if step == 1 else _step_words(step)) for step in CREDIT_STEPS),
        ]
        self.credit_rest.choices = [
            as_programme,
            SelectChoice(Rest.CARRY.value, gettext("They count next time")),
            SelectChoice(Rest.DROP.value, gettext("They bring no credit")),
        ]
        self.forgotten.choices = [
            SelectChoice(Forgotten.LOOK.value, gettext("We look and say how long it was")),
            SelectChoice(Forgotten.CREDIT.value, gettext("Give a set time, and mark it for a look")),
        ]

    @property
    def facts(self) -> ActivityFacts:
        """What was typed. Only after the form was found good."""
        known = {str(fact) for fact in ACCESS_FACTS}
        ticked = [text for text in self.access.data or () if text in known]
        return ActivityFacts(
            name=self.name.data or "",
            summary=self.summary.data or "",
            role=self.role.data or "",
            place=self.place.data or "",
            when_text=self.when_text.data or "",
            usual_minutes=self.usual.minutes,
            earns_credits=self.earns_credits.data,
            good_first_step=self.good_first_step.data,
            talking=self.talking.chosen,
            access_facts=(*ticked, *(self.access_facts.data or "").splitlines()),
            capacity=self.capacity.number,
            open_to=_one_of(OpenTo, self.open_to.data) or OpenTo.EVERYBODY,
            forgotten=_one_of(Forgotten, self.forgotten.data) or Forgotten.LOOK,
            forgotten_minutes=self.forgotten_minutes.wanted,
            credit_step=next((step for step in CREDIT_STEPS if str(step) == self.credit_step.data), None),
            credit_rest=_one_of(Rest, self.credit_rest.data),
            credits_a_day=self.credits_a_day.wanted,
            credits_a_week=self.credits_a_week.wanted,
            category=_one_of(ActivityCategory, self.category.data) or ActivityCategory.OTHER,
        )


def filled_form(facts: ActivityFacts) -> ActivityForm:
    """Make the form as it stands for an activity that is known."""
    known = {str(fact) for fact in ACCESS_FACTS}
    return ActivityForm(
        name=facts.name,
        summary=facts.summary,
        role=facts.role,
        category=facts.category.value,
        good_first_step=facts.good_first_step,
        talking=facts.talking,
        when_text=facts.when_text,
        place=facts.place,
        usual=facts.usual_minutes,
        access=[fact for fact in facts.access_facts if fact in known],
        access_facts="\n".join(fact for fact in facts.access_facts if fact not in known),
        open_to=facts.open_to.value,
        capacity=facts.capacity,
        earns_credits=facts.earns_credits,
        credit_step=_AS_PROGRAMME if facts.credit_step is None else str(facts.credit_step),
        credit_rest=_AS_PROGRAMME if facts.credit_rest is None else facts.credit_rest.value,
        credits_a_day=facts.credits_a_day,
        credits_a_week=facts.credits_a_week,
        forgotten=facts.forgotten.value,
        forgotten_minutes=facts.forgotten_minutes,
    )


def category_names() -> dict[str, str]:
    """What sorts of help there are, in words."""
    names = {
        ActivityCategory.FOOD: gettext("Food and cooking"),
        ActivityCategory.OUTDOORS: gettext("Gardens, nature and animals"),
        ActivityCategory.ARTS: gettext("Arts, crafts and music"),
        ActivityCategory.SPORT: gettext("Sport and moving"),
        ActivityCategory.COMPANY: gettext("Being with people"),
        ActivityCategory.LEARNING: gettext("Teaching and learning"),
        ActivityCategory.SHOP: gettext("Shops, sorting and deliveries"),
        ActivityCategory.OFFICE: gettext("Desk, phone and meetings"),
        ActivityCategory.EVENTS: gettext("Helping at events"),
        ActivityCategory.OTHER: gettext("Something else"),
    }
    return {each.value: names[each] for each in ActivityCategory}


def _step_words(step: int) -> str:
    return str(gettext("A whole credit") if step == 60 else gettext("%(minutes)s minutes", minutes=step))  # noqa: PLR2004


def _one_of(words: type[Any], chosen: str | None) -> Any:
    return next((each for each in words if each.value == chosen), None)
