"""The form of a peer group: what its members read, and the plain words that everybody else does."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from govuk_frontend_wtf.wtforms_widgets import GovCheckboxInput, GovRadioInput, GovTextArea, GovTextInput
from wtforms import BooleanField, RadioField, SelectChoice, StringField, TextAreaField

from timecredits.community.group_models import GroupKind
from timecredits.community.groups.group_facts import GroupFacts
from timecredits.web.coordinator.activity_forms import PlacesField
from timecredits.web.forms import CreatingForm
from timecredits.web.hour_fields import LengthField
from timecredits.web.talking_fields import TalkingField


class GroupForm(CreatingForm):
    """A group."""

    name = StringField(_("Name of the group"), widget=GovTextInput())
    summary = TextAreaField(_("What it is, in a sentence or two"), widget=GovTextArea())
    first_time = TextAreaField(_("What the first time is like"), widget=GovTextArea())
    kind = RadioField(_("How people join"), widget=GovRadioInput(), validate_choice=False, default=GroupKind.OPEN.value)
    is_listed = BooleanField(_("Show it to every volunteer of the programme"), widget=GovCheckboxInput())
    talking = TalkingField()
    good_first_step = BooleanField(_("Good for a first time"), widget=GovCheckboxInput())
    neutral_name = StringField(_("The name on letters and calendars"), widget=GovTextInput())
    place = StringField(_("Where"), widget=GovTextInput())
    link = StringField(_("The link, if you meet online"), widget=GovTextInput())
    usual = LengthField(_("How many hours it usually takes"))
    capacity = PlacesField(_("How many may come each time"))
    earns_credits = BooleanField(_("People earn credits here"), widget=GovCheckboxInput())
    has_board = BooleanField(_("A board where members write"), widget=GovCheckboxInput())
    checks_posts = BooleanField(_("A facilitator reads each post before others do"), widget=GovCheckboxInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [
            SelectChoice(GroupKind.OPEN.value, gettext("Open: anybody can join at once")),
            SelectChoice(GroupKind.CLOSED.value, gettext("Closed: people ask, and a facilitator says yes")),
            SelectChoice(GroupKind.ONE_TO_ONE.value, gettext("One to one: people ask, and meet one other person")),
            SelectChoice(GroupKind.ONLINE.value, gettext("Online: people ask, and then see the link")),
            SelectChoice(GroupKind.ROTA.value, gettext("Phone rota: people ask, and take turns at a phone")),
        ]

    @property
    def facts(self) -> GroupFacts:
        """What was typed. Only after the form was found good."""
        return GroupFacts(
            name=self.name.data or "",
            kind=next((each for each in GroupKind if each.value == self.kind.data), GroupKind.CLOSED),
            neutral_name=self.neutral_name.data or "",
            summary=self.summary.data or "",
            first_time=self.first_time.data or "",
            link=self.link.data or "",
            has_board=self.has_board.data,
            checks_posts=self.checks_posts.data,
            is_listed=self.is_listed.data,
            place=self.place.data or "",
            usual_minutes=self.usual.minutes,
            capacity=self.capacity.number,
            talking=self.talking.chosen,
            good_first_step=self.good_first_step.data,
            earns_credits=self.earns_credits.data,
        )


def filled_form(facts: GroupFacts) -> GroupForm:
    """Make the form as it stands for a group that is known."""
    return GroupForm(
        name=facts.name,
        kind=facts.kind.value,
        neutral_name=facts.neutral_name,
        summary=facts.summary,
        first_time=facts.first_time,
        link=facts.link,
        has_board=facts.has_board,
        checks_posts=facts.checks_posts,
        is_listed=facts.is_listed,
        place=facts.place,
        usual=facts.usual_minutes,
        capacity=facts.capacity,
        talking=facts.talking,
        good_first_step=facts.good_first_step,
        earns_credits=facts.earns_credits,
    )
