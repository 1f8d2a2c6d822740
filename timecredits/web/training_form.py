"""The form for a training, the same for the person who did it and for staff who add one."""

from typing import Any

from flask_babel import lazy_gettext as _
from govuk_frontend_wtf.wtforms_widgets import GovRadioInput, GovTextInput
from wtforms import RadioField, SelectChoice, StringField

from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.journey.learning.training import TrainingFacts
from timecredits.journey.learning_models import TrainingKind
from timecredits.web.forms import CreatingForm
from timecredits.web.hour_fields import DayField, OptionalDayField


class TrainingForm(CreatingForm):
    """What was learnt, where, and when."""

    title = StringField(_("What is it called?"), widget=GovTextInput())
    kind = RadioField(
        _("What is it?"),
        choices=[
            SelectChoice(TrainingKind.TRAINING.value, _("A course or training")),
            SelectChoice(TrainingKind.QUALIFICATION.value, _("A qualification")),
        ],
        default=TrainingKind.TRAINING.value,
        widget=GovRadioInput(),
        validate_choice=False,
    )
    awarded_by = StringField(_("Who ran it? (you can leave this out)"), widget=GovTextInput())
    completed_on = DayField(_("When was it done?"))
    expires_on = OptionalDayField(_("Last day it counts (you can leave this out)"))

    def facts(self) -> TrainingFacts:
        """What was filled in, for the domain. Raises RuleError for a kind that there isn't."""
        if self.kind.data not in set(TrainingKind):
            raise RuleError(Sentence("Choose what it is. Nothing was saved."), field="kind")
        return TrainingFacts(
            TrainingKind(self.kind.data),
            self.title.data or "",
            self.awarded_by.data or "",
            self.completed_on.day,
            self.expires_on.data,
        )

    @staticmethod
    def values(facts: TrainingFacts) -> dict[str, Any]:
        """The fields that show these facts."""
        return {
            "title": facts.title,
            "kind": facts.kind.value,
            "awarded_by": facts.awarded_by,
            "completed_on": facts.completed_on,
            "expires_on": facts.expires_on,
        }
