"""Hours by week and by assessment period, for a volunteer to show their work coach.

The day a period begins tells that somebody has a benefit. It comes in the body of a POST, is used once, and stands in no address,
log, session or table; so these pages answer the POST itself, and nothing changes by sending it again. Titles and addresses say
no more than "by week".
"""

from datetime import date
from typing import Any

from flask import Response, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import GovRadioInput, GovTextInput
from wtforms import RadioField, SelectChoice, StringField, ValidationError

from timecredits.foundation import clock
from timecredits.foundation.errors import RuleError
from timecredits.hours.history.assessment_periods import LAST_DAY_OF_MONTH, last_full_periods
from timecredits.hours.history.hour_history import hour_history
from timecredits.hours.history.hour_history_files import find_holder
from timecredits.hours.history.work_coach_statement import (
    DECIDES,
    Statement,
    print_statement,
    work_coach_statement,
    write_statement_record,
)
from timecredits.network.permissions import SEE_OWN_HOURS
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.forms import show_rule
from timecredits.web.hour_fields import DayField
from timecredits.web.hour_views import span_text
from timecredits.web.pdf_answers import pdf_answer
from timecredits.web.volunteer.blueprint import blueprint

_PERIODS = {"one": 1, "three": 3}
_DAYS = "days"


class ChosenDayField(DayField):
    """A day that is wanted only if days are chosen."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Three empty parts are no day."""
        if any(part.strip() for part in valuelist):
            super().process_formdata(valuelist)

    def pre_validate(self, form: Any) -> None:
        """Ask for it only where it counts."""
        if form.which.data == _DAYS:
            super().pre_validate(form)
        else:
            self.process_errors: list[str] = []


class WeeksForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """When periods begin, and which days."""

    begins = StringField(lazy_gettext("Which day of the month does your period begin?"), widget=GovTextInput())
    which = RadioField(
        lazy_gettext("How far back?"),
        choices=[
            SelectChoice("one", lazy_gettext("The last full period")),
            SelectChoice("three", lazy_gettext("The last 3 full periods")),
            SelectChoice(_DAYS, lazy_gettext("Days that I choose")),
        ],
        default="one",
        widget=GovRadioInput(),
        validate_choice=False,
    )
    first = ChosenDayField(lazy_gettext("First day"))
    last = ChosenDayField(lazy_gettext("Last day"))

    def validate_begins(self, field: StringField) -> None:
        """Take a day of the month; it may be left out where days are chosen."""
        text = (field.data or "").strip()
        if not text and self.which.data == _DAYS:
            return
        if not text:
            raise ValidationError(_("Type the day of the month, like 14. Nothing was made."))
        if not (text.isascii() and text.isdigit() and len(text) <= 2 and 1 <= int(text) <= LAST_DAY_OF_MONTH):  # noqa: PLR2004
            raise ValidationError(_("Type a day from 1 to 31. Nothing was made."))

    def validate_which(self, field: RadioField) -> None:
        """Take nothing but the three."""
        if field.data not in {*_PERIODS, _DAYS}:
            field.data = "one"
            raise ValidationError(_("Choose how far back. Nothing was made."))

    @property
    def begins_on(self) -> int | None:
        """The day of the month, if one was typed."""
        text = (self.begins.data or "").strip()
        return int(text) if text else None

    def days(self, today: date) -> tuple[date, date]:
        """The first and last day that are wanted. Only after the form was found good."""
        if self.which.data == _DAYS or self.begins_on is None:
            return self.first.day, self.last.day
        return last_full_periods(self.begins_on, _PERIODS[self.which.data], today)


@blueprint.route("/hours/by-week", methods=["GET", "POST"])
@allow(SEE_OWN_HOURS)
def hours_by_week() -> str:
    """Ask which days, and show them."""
    form = WeeksForm()
    return _page(form, _statement(form))


@blueprint.post("/hours/by-week.pdf")
@allow(SEE_OWN_HOURS)
def hours_by_week_pdf() -> Response | str:
    """The same on paper; the page with what is wrong, if something is."""
    form, who, today = WeeksForm(), actor(), clock.today()
    statement = _statement(form)
    if statement is None:
        return _page(form, None)
    holder = find_holder(db.session(), who.programme, who.volunteer)
    record = write_statement_record(statement, issued_on=today, programme=holder.programme, holder_name=holder.name)
    return pdf_answer(print_statement(record), f"hours-by-week-{today.isoformat()}.pdf")


def _page(form: WeeksForm, statement: Statement | None) -> str:
    return render_template("volunteer/statement_work.html", form=form, statement=statement, decides=DECIDES, span_text=span_text)


def _statement(form: WeeksForm) -> Statement | None:
    """The figures that the form asks for; None before it is sent, and when something in it is wrong."""
    if not form.validate_on_submit():
        return None
    who, today = actor(), clock.today()
    history = hour_history(db.session(), who.programme, who.volunteer, as_of=today)
    try:
        first, last = form.days(today)
        return work_coach_statement(history.lines, first=first, last=last, begins=form.begins_on, today=today)
    except RuleError as fault:
        show_rule(form, fault)
        return None
