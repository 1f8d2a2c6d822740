"""The form of an entry of the directory, for the organisation and for the programme that keeps it."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from govuk_frontend_wtf.wtforms_widgets import (
    GovCheckboxesInput,
    GovCheckboxInput,
    GovRadioInput,
    GovTextArea,
    GovTextInput,
)
from wtforms import BooleanField, RadioField, SelectChoice, SelectMultipleField, StringField, TextAreaField

from timecredits.community.directory.entry_facts import REVIEW_MONTHS, EntryFacts
from timecredits.community.directory.opening_hours import Open, joined, parse_times, times_text
from timecredits.community.directory.topics import ACCESS, LANGUAGES, TOPICS
from timecredits.community.directory_models import SupportCost
from timecredits.web.forms import CreatingForm
from timecredits.web.support_words import cost_words, ticks

DAY_FIELDS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class EntryForm(CreatingForm):
    """An entry."""

    name = StringField(_("Name of the service"), widget=GovTextInput())
    summary = TextAreaField(_("What it does, in a sentence or two"), widget=GovTextArea())
    who_for = TextAreaField(_("Who it is for"), widget=GovTextArea())
    how_to_start = TextAreaField(_("How to start"), widget=GovTextArea())
    topics = SelectMultipleField(_("What it helps with"), widget=GovCheckboxesInput(), validate_choice=False, default=())

    phone = StringField(_("Phone number"), widget=GovTextInput())
    text_number = StringField(_("Number for texts"), widget=GovTextInput())
    email = StringField(_("Email"), widget=GovTextInput())
    website = StringField(_("Website"), widget=GovTextInput())
    address = TextAreaField(_("Address"), widget=GovTextArea())
    postcode_district = StringField(_("First half of the postcode"), widget=GovTextInput())
    is_online = BooleanField(_("People can use it from home, by phone or online"), widget=GovCheckboxInput())

    always_open = BooleanField(_("Open day and night"), widget=GovCheckboxInput())
    monday = StringField(_("Monday"), widget=GovTextInput())
    tuesday = StringField(_("Tuesday"), widget=GovTextInput())
    wednesday = StringField(_("Wednesday"), widget=GovTextInput())
    thursday = StringField(_("Thursday"), widget=GovTextInput())
    friday = StringField(_("Friday"), widget=GovTextInput())
    saturday = StringField(_("Saturday"), widget=GovTextInput())
    sunday = StringField(_("Sunday"), widget=GovTextInput())
    when_text = TextAreaField(_("More about when"), widget=GovTextArea())

    cost = RadioField(_("What it costs"), widget=GovRadioInput(), validate_choice=False, default=SupportCost.FREE.value)
    cost_words = StringField(_("More about the cost"), widget=GovTextInput())
    languages = SelectMultipleField(
        _("Languages besides English"), widget=GovCheckboxesInput(), validate_choice=False, default=()
    )
    access = SelectMultipleField(
        _("Getting there and being there"), widget=GovCheckboxesInput(), validate_choice=False, default=()
    )
    is_helpline = BooleanField(_("Show it with the helplines, on every page about support"), widget=GovCheckboxInput())
    review_months = RadioField(
        _("How often do you want to look at it?"), widget=GovRadioInput(), validate_choice=False, default="6"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.topics.choices, self.languages.choices, self.access.choices = map(ticks, (TOPICS, LANGUAGES, ACCESS))
        self.cost.choices = [SelectChoice(each.value, cost_words(each)) for each in SupportCost]
        self.review_months.choices = [
            SelectChoice(str(each), gettext("Every %(months)s months", months=each)) for each in REVIEW_MONTHS
        ]

    def facts(self, *, is_helpline: bool | None = None) -> EntryFacts:
        """What was typed. `is_helpline` is what stands where the page doesn't ask. Raises RuleError for times it can't read."""
        openings: list[Open] = []
        for weekday, name in enumerate(DAY_FIELDS):
            openings += parse_times(self[name].data or "", weekday, field=name)
        months = self.review_months.data or ""
        return EntryFacts(
            name=self.name.data or "",
            summary=self.summary.data or "",
            who_for=self.who_for.data or "",
            how_to_start=self.how_to_start.data or "",
            when_text=self.when_text.data or "",
            always_open=self.always_open.data,
            openings=tuple(openings),
            phone=self.phone.data or "",
            text_number=self.text_number.data or "",
            email=self.email.data or "",
            website=self.website.data or "",
            address=tuple((self.address.data or "").splitlines()),
            postcode_district=self.postcode_district.data or "",
            is_online=self.is_online.data,
            cost=next((each for each in SupportCost if each.value == self.cost.data), SupportCost.FREE),
            cost_words=self.cost_words.data or "",
            topics=tuple(self.topics.data or ()),
            languages=tuple(self.languages.data or ()),
            access_facts=tuple(self.access.data or ()),
            is_helpline=self.is_helpline.data if is_helpline is None else is_helpline,
            review_months=int(months) if months in {str(each) for each in REVIEW_MONTHS} else 0,
        )


def filled_form(facts: EntryFacts) -> EntryForm:
    """Make the form as it stands for an entry that is known."""
    said = {name: getattr(facts, name) for name in EntryFacts.__slots__}
    times = times_text(joined(facts.openings))
    return EntryForm(
        **{name: said[name] for name in said if name not in {"address", "openings", "cost", "access_facts", "review_months"}},
        address="\n".join(facts.address),
        cost=facts.cost.value,
        access=list(facts.access_facts),
        review_months=str(facts.review_months),
        **{name: times.get(weekday, "") for weekday, name in enumerate(DAY_FIELDS)},
    )
