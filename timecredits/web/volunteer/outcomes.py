"""What a person chooses to tell us came of it, and taking it back."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import format_date, lazy_gettext
from flask_babel import gettext as _
from govuk_frontend_wtf.wtforms_widgets import GovRadioInput, GovSelect
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectChoice, SelectField

from timecredits.foundation import clock
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.journey.learning.outcomes import list_outcomes, outcome_text, take_back_outcome, tell_outcome
from timecredits.journey.learning_models import OutcomeKind
from timecredits.network.permissions import KEEP_OWN_JOURNEY
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.forms import CreatingForm, show_rule
from timecredits.web.volunteer.blueprint import blueprint

_MONTHS = 24


class OutcomeForm(CreatingForm):
    """What happened, and in which month."""

    kind = RadioField(lazy_gettext("What happened?"), widget=GovRadioInput(), validate_choice=False)
    month = SelectField(lazy_gettext("In which month?"), widget=GovSelect(), validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [SelectChoice(kind.value, say(outcome_text(kind))) for kind in OutcomeKind]
        self.month.choices = [SelectChoice(f"{month:%Y-%m}", format_date(month, "MMMM y")) for month in _months(clock.today())]

    def told(self) -> tuple[OutcomeKind, date]:
        """What was chosen. Raises RuleError for what can't be."""
        if self.kind.data not in set(OutcomeKind):
            raise RuleError(Sentence("Choose what happened. Nothing was saved."), field="kind")
        try:
            return OutcomeKind(self.kind.data), date.fromisoformat(f"{self.month.data}-01")
        except ValueError as fault:
            raise RuleError(Sentence("Choose a month. Nothing was saved."), field="month") from fault


@blueprint.route("/journey/news", methods=["GET", "POST"])
@allow(KEEP_OWN_JOURNEY)
def outcomes() -> str | Response:
    """Show what I told, and tell more."""
    form, whose = OutcomeForm(), (db.session(), actor().programme, actor().volunteer)
    if form.validate_on_submit():
        try:
            kind, month = form.told()
            tell_outcome(*whose, outcome_id=form.created_id, kind=kind, happened_in=month, today=clock.today())
        except RuleError as fault:
            show_rule(form, fault)
        else:
            flash(_("Thank you for telling us. You can take it back at any time."), "success")
            return redirect(url_for("volunteer.outcomes"))
    told = [(each, say(outcome_text(each.kind)), format_date(each.happened_in, "MMMM y")) for each in list_outcomes(*whose)]
    return render_template("volunteer/outcomes.html", form=form, told=told)


@blueprint.post("/journey/news/<uuid:outcome_id>/take-back")
@allow(KEEP_OWN_JOURNEY)
def outcome_take_back(outcome_id: UUID) -> Response:
    """Count it no longer."""
    take_back_outcome(db.session(), actor().programme, actor().volunteer, outcome_id)
    flash(_("Taken back. We do not count it any more."), "success")
    return redirect(url_for("volunteer.outcomes"))


def _months(today: date) -> Iterator[date]:
    """This month and those before it."""
    number = today.year * 12 + today.month - 1
    for back in range(_MONTHS):
        year, month = divmod(number - back, 12)
        yield date(year, month + 1, 1)
