"""The venue's totals by month, over all the programmes it serves where it is national."""

from datetime import date

from flask import render_template
from flask_babel import format_date
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from timecredits.foundation import clock
from timecredits.foundation.amounts import MINUTES_A_CREDIT
from timecredits.foundation.csv_text import csv_text
from timecredits.insight.venue_totals import VenueTotals, all_programmes
from timecredits.network.permissions import SEE_SETTLEMENT
from timecredits.network.shared_venues import programmes_served
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.file_answers import csv_answer
from timecredits.web.venue.blueprint import blueprint


@blueprint.get("/totals")
@allow(SEE_SETTLEMENT)
def totals() -> str:
    """By month and programme. No names of people: only how many came."""
    return render_template("venue/totals.html", found=_found(), month_name=_month_name)


@blueprint.get("/totals.csv")
@allow(SEE_SETTLEMENT)
def totals_file() -> Response:
    """The same as a file for a spreadsheet: one row a month and programme, and one for what is only shown together."""
    found, rows = _found(), list[list[str | int | float]]()
    for month in found.months:
        for programme_id, name in found.programmes:
            if programme_id in month.of:
                each = month.of[programme_id]
                numbers = [_("Not shown")] * 3 if each is None else [each.uses, each.visitors, each.minutes / MINUTES_A_CREDIT]
                rows.append([month.month.strftime("%Y-%m"), name, *numbers])
        if month.together is not None:
            both = month.together
            rows.append(
                [month.month.strftime("%Y-%m"), _("Not shown alone"), both.uses, both.visitors, both.minutes / MINUTES_A_CREDIT]
            )
    columns = [_("Month"), _("Programme"), _("Visits"), _("People"), _("Credits")]
    return csv_answer(csv_text(columns, rows), "totals-by-month.csv")


def _found() -> VenueTotals:
    who, session, today = actor(), db.session(), clock.today()
    served = programmes_served(session, who.venue, who.user, today=today)
    return all_programmes(session, who.programme, who.venue, today=today, served=served)


def _month_name(month: date) -> str:
    return str(format_date(month, "MMMM y"))
