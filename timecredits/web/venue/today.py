"""What was used at the venue on one day, and the same as a file for a spreadsheet."""

from datetime import date, timedelta

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from timecredits.foundation import clock
from timecredits.foundation.amounts import MINUTES_A_CREDIT
from timecredits.foundation.csv_text import csv_text
from timecredits.network.permissions import SEE_VENUE_DAY
from timecredits.spending.visits import Visit, venue_day
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.venue.blueprint import blueprint


@blueprint.get("")
@allow(SEE_VENUE_DAY)
def home() -> str:
    """The day's visits and totals; an earlier day by its date."""
    day = _day()
    found = venue_day(db.session(), actor().programme, actor().venue, day)
    return render_template(
        "venue/home.html",
        found=found,
        is_today=day == clock.today(),
        before=url_for("venue.home", day=day - timedelta(days=1)),
        after=url_for("venue.home", day=day + timedelta(days=1)) if day < clock.today() else "",
        people_of=_people,
    )


@blueprint.get("/visits.csv")
@allow(SEE_VENUE_DAY)
def visits_file() -> Response:
    """One day's visits, with cells that a spreadsheet would run made harmless."""
    day = _day()
    found = venue_day(db.session(), actor().programme, actor().venue, day)
    columns = [_("Day"), _("Time"), _("Name"), _("Offer"), _("Adults"), _("Under 16"), _("Credits"), _("Undone because")]
    rows = [
        (
            day.isoformat(),
            visit.used_at.astimezone(clock.LONDON).strftime("%H:%M"),
            visit.name,
            visit.offer_name,
            visit.adults,
            visit.under_16s,
            0 if visit.undone_because is not None else visit.minutes / MINUTES_A_CREDIT,
            visit.undone_because or "",
        )
        for visit in reversed(found.visits)
    ]
    return Response(
        csv_text(columns, rows),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="visits-{day.isoformat()}.csv"'},
    )


def _day() -> date:
    try:
        asked = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return clock.today()
    # Neither tomorrow nor the edges of the calendar, where a day has no neighbour.
    return asked if date(2000, 1, 1) <= asked <= clock.today() else clock.today()


def _people(visit: Visit) -> str:
    if visit.under_16s == 0:
        return str(ngettext("%(num)s adult", "%(num)s adults", visit.adults))
    return f"{ngettext('%(num)s adult', '%(num)s adults', visit.adults)}, {_('%(num)s under 16', num=visit.under_16s)}"
