"""A volunteer logs their own hours, sees what became of them, and answers questions about them."""

from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from govuk_frontend_wtf.wtforms_widgets import GovSelect, GovTextArea, GovTextInput
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField, TextAreaField

from timecredits.foundation import clock
from timecredits.foundation.amounts import amount_text, hours_text
from timecredits.foundation.display import display_hours_short
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.hours.activities import find_activity
from timecredits.hours.models import LoggedHours, LoggedStatus
from timecredits.hours.self_logged.given_time import DayPart, from_to, on_days
from timecredits.hours.self_logged.logged_hours import OPEN, Logged, change_logged, find_logged, log_hours, withdraw
from timecredits.hours.self_logged.my_logged_hours import LoggedNews, LogPlace, list_log_places, list_my_logged, logged_news
from timecredits.network.permissions import LOG_OWN_HOURS
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.filters import day as day_text
from timecredits.web.filters import say
from timecredits.web.forms import CreatingForm, show_rule
from timecredits.web.hour_fields import DayField, GivenField
from timecredits.web.volunteer.blueprint import blueprint

_FIELDS = {"minutes": "hours", "volunteer": "activity"}


class LogForm(CreatingForm):
    """One day's hours, as the person who gave them says."""

    activity = SelectField(lazy_gettext("What did you help with?"), widget=GovSelect(), validate_choice=False)
    day = DayField(lazy_gettext("Which day?"))
    hours = GivenField(lazy_gettext("How long?"))
    note = StringField(lazy_gettext("Note"), widget=GovTextInput())


class ChangeForm(LogForm):
    """The same while nobody has decided, with an answer where there is a question."""

    answer = TextAreaField(lazy_gettext("Your answer"), widget=GovTextArea())


@blueprint.context_processor
def _news() -> dict[str, Any]:
    """Let a page ask what there is to say about logged hours, on the pages that do."""

    @cache  # two parts of the home page ask
    def news() -> LoggedNews:
        return logged_news(db.session(), actor().programme, actor().volunteer)

    return {"logged_news": news}


@blueprint.route("/hours/log", methods=["GET", "POST"])
@allow(LOG_OWN_HOURS)
def hours_log() -> str | Response:
    """Write down hours of one day, and of another if wanted."""
    places = list_log_places(db.session(), actor().programme, actor().volunteer)
    if request.method == "POST" and not places:  # set while the page was open
        flash(_("You can not log hours here. Nothing was saved. Ask your coordinator to add them."), "warning")
        return redirect(url_for("volunteer.hours_logged"))
    form = LogForm() if request.method == "POST" else _fresh_form()
    form.activity.choices = _choices(places)
    if form.validate_on_submit():
        try:
            parts = on_days(form.day.day, form.hours.given)
            logged = log_hours(
                db.session(),
                actor().programme,
                actor().volunteer,
                log_id=form.created_id,
                activity_id=_activity(form),
                parts=parts,
                note=form.note.data or "",
                user_id=actor().user_id,
                today=clock.today(),
            )
        except RuleError as fault:
            _show(form, fault)
        else:
            _tell(logged, parts)
            if request.form.get("then") == "another":
                return redirect(url_for("volunteer.hours_log", activity=form.activity.data, hours=form.hours.data))
            return redirect(url_for("volunteer.hours_logged"))
    return render_template("volunteer/hours_log.html", form=form, places=places, all_trusted=_all_trusted(places))


@blueprint.get("/hours/logged")
@allow(LOG_OWN_HOURS)
def hours_logged() -> str:
    """Show what was logged: questions first, then what waits, then what was decided."""
    session, who = db.session(), actor()
    page = request.args.get("page", 1, type=int)
    listed = list_my_logged(session, who.programme, who.volunteer, page=page)
    return render_template(
        "volunteer/hours_logged.html",
        listed=listed,
        asked=[row for row in listed.rows if row.log.status is LoggedStatus.RETURNED],
        waiting=[row for row in listed.rows if row.log.status is LoggedStatus.WAITING],
        decided=[row for row in listed.rows if row.log.status not in OPEN],
        may_log=logged_news(session, who.programme, who.volunteer).may_log,
        from_to=from_to,
        user_id=who.user_id,
    )


@blueprint.route("/hours/logged/<uuid:logged_id>", methods=["GET", "POST"])
@allow(LOG_OWN_HOURS)
def hours_logged_change(logged_id: UUID) -> str | Response:
    """Change logged hours while they wait, or answer the question about them and send them again."""
    session, who = db.session(), actor()
    log = find_logged(session, who.programme, who.volunteer, logged_id)
    if log.status not in OPEN and request.method != "POST":
        flash(_("This has been decided. Ask your coordinator if it is wrong."), "message")
        return redirect(url_for("volunteer.hours_logged"))
    asked = log.status is LoggedStatus.RETURNED
    places = list_log_places(session, who.programme, who.volunteer)
    form = ChangeForm() if request.method == "POST" else _form_of(log)
    form.activity.choices = _choices([place for place in places if place.organisation_id == log.organisation_id])
    if str(log.activity_id) not in dict(form.activity.choices):
        closed = find_activity(session, who.programme, log.organisation_id, log.activity_id)
        form.activity.choices.insert(0, (str(closed.id), closed.name))
    return _change(form, log, asked=asked)


def _change(form: ChangeForm, log: LoggedHours, *, asked: bool) -> str | Response:
    if form.validate_on_submit():
        try:
            remarks = change_logged(
                db.session(),
                actor().programme,
                actor().volunteer,
                log.id,
                activity_id=_activity(form),
                part=_one_day(form),
                note=form.note.data or "",
                answer=form.answer.data or "",
                today=clock.today(),
            )
        except RuleError as fault:
            _show(form, fault)
        else:
            flash(
                _("Sent. Your coordinator looks at it again.") if asked else _("Saved. Your coordinator sees this now."),
                "success",
            )
            _remark(remarks)
            return redirect(url_for("volunteer.hours_logged"))
    activity = dict(form.activity.choices)[str(log.activity_id)]
    return render_template("volunteer/hours_log_change.html", form=form, log=log, activity=activity, asked=asked)


@blueprint.post("/hours/logged/<uuid:logged_id>/withdraw")
@allow(LOG_OWN_HOURS)
def hours_logged_withdraw(logged_id: UUID) -> Response:
    """Take logged hours back."""
    try:
        withdraw(db.session(), actor().programme, actor().volunteer, logged_id)
    except RuleError as fault:
        flash(say(fault.sentence), "warning")
    else:
        flash(_("Taken back. These hours are not sent. You can log them again."), "success")
    return redirect(url_for("volunteer.hours_logged"))


def _fresh_form() -> LogForm:
    """Today for the first; for one more day the same activity and hours, with the day left to type."""
    again = request.args.get("activity", "")
    return LogForm(activity=again, day=None if again else clock.today(), hours=request.args.get("hours", "")[:40])


def _form_of(log: LoggedHours) -> ChangeForm:
    return ChangeForm(
        activity=str(log.activity_id), day=log.done_on, hours=_typed(log), note=log.note, answer=log.answer, new_id=str(log.id)
    )


def _typed(log: LoggedHours) -> str:
    """The hours as the person could have typed them."""
    if log.starts is not None:
        return from_to(log.done_on, log.starts, log.minutes)
    return amount_text(log.minutes) if log.minutes % 15 == 0 else display_hours_short(log.minutes)


def _choices(places: Sequence[LogPlace]) -> list[tuple[str, str]]:
    several = len({place.organisation_id for place in places}) > 1
    return [
        (str(place.activity_id), f"{place.activity} ({place.organisation})" if several else place.activity) for place in places
    ]


def _all_trusted(places: Sequence[LogPlace]) -> bool:
    return bool(places) and all(place.trusted for place in places)


def _one_day(form: ChangeForm) -> DayPart:
    parts = on_days(form.day.day, form.hours.given)
    if len(parts) > 1:
        raise RuleError(
            Sentence("These hours run past midnight. Nothing was changed. Log the next day on its own."), field="hours"
        )
    return parts[0]


def _activity(form: LogForm) -> UUID:
    try:
        return UUID(form.activity.data)
    except (TypeError, ValueError) as fault:
        raise RuleError(Sentence("Choose an activity. Nothing was saved."), field="activity") from fault


def _show(form: Any, fault: RuleError) -> None:
    show_rule(form, RuleError(fault.sentence, field=_FIELDS.get(fault.field, fault.field)))


def _tell(logged: Logged, parts: Sequence[DayPart]) -> None:
    if logged.already:
        flash(_("Saved already. Nothing was added twice."), "success")
        return
    for part in parts:
        hours, on = say(hours_text(part.minutes)), day_text(part.day)
        if logged.counts:
            flash(_("Saved. %(hours)s on %(day)s added.", hours=hours, day=on), "success")
        else:
            flash(_("Saved. %(hours)s on %(day)s wait for your coordinator.", hours=hours, day=on), "success")
    _remark(logged.warnings)


def _remark(remarks: Sequence[Sentence]) -> None:
    for remark in remarks:
        flash(say(remark), "warning")
