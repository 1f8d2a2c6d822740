"""How this room says when a session is, who was written to about it, and whom one may want to phone."""

from datetime import date

from flask import flash
from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from timecredits.foundation.local_times import time_of_day
from timecredits.hours.planning.session_messages import Told
from timecredits.hours.planning.sessions import DatedSession
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.filters import clock_time


@blueprint.app_template_filter("weekday_day")
def weekday_day(day: date) -> str:
    """A day with its weekday: Tuesday 1 December 2026."""
    return str(format_date(day, "EEEE d MMMM y"))


@blueprint.app_template_filter("session_times")
def session_times(dated: DatedSession) -> str:
    """From when to when, as the wall shows it: 10am to 12pm."""
    starts, ends = (clock_time(time_of_day(each)) for each in (dated.begins, dated.ends))
    return str(_("%(starts)s to %(ends)s", starts=starts, ends=ends))


def tell(told: Told, done: str) -> None:
    """Flash what was done, how many letters went out, and the names of people without an email."""
    if told.again:
        flash(_("It was so already. Nothing was changed, and nobody was written to."), "success")
        return
    sent = ngettext("We wrote to %(num)s person.", "We wrote to %(num)s people.", told.sent_to) if told.sent_to else ""
    flash(f"{done} {sent}".strip(), "success")
    if told.too_often:
        names = ", ".join(told.without_email)
        text = _("There were too many letters about this today. Nobody was written to. Phone or tell: %(names)s.", names=names)
        flash(text, "warning")
        return
    if told.without_email:
        names = ", ".join(told.without_email)
        text = ngettext(
            "%(num)s person has no email: %(names)s. Phone or tell them.",
            "%(num)s people have no email: %(names)s. Phone or tell them.",
            len(told.without_email),
            names=names,
        )
        flash(text, "warning")
