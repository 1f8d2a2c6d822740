"""What was used at the venue: one day with its visits, a stretch of days added up, and both as a file for a spreadsheet."""

from datetime import date, datetime, timedelta
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from timecredits.foundation import clock
from timecredits.foundation.amounts import MINUTES_A_CREDIT
from timecredits.foundation.csv_text import csv_text
from timecredits.network.permissions import SEE_VENUE_DAY
from timecredits.spending.models import CodeKind
from timecredits.spending.venue_days import VenueDays, venue_days
from timecredits.spending.visits import Visit
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.file_answers import csv_answer
from timecredits.web.filters import moment
from timecredits.web.venue.blueprint import blueprint
from timecredits.web.venue.stretches import Stretch, asked_stretch, usual_stretches

_FIRST_DAY = date(2000, 1, 1)


@blueprint.get("")
@allow(SEE_VENUE_DAY)
def home() -> str:
    """The day's visits and totals; an earlier day by its date."""
    day = _day()
    return render_template(
        "venue/home.html",
        found=_found(day, day),
        day=day,
        is_today=day == clock.today(),
        before=url_for("venue.home", day=day - timedelta(days=1)),
        after=url_for("venue.home", day=day + timedelta(days=1)) if day < clock.today() else "",
        people_of=_people,
        name_of=_name,
        way_of=_way,
        notes_of=_notes,
    )


@blueprint.get("/summary")
@allow(SEE_VENUE_DAY)
def summary() -> str:
    """A week, a month or any stretch of days added up, by offer and by day."""
    stretch = asked_stretch(request.args, clock.today())
    found = None if stretch.fault else _found(stretch.first, stretch.last)
    return render_template(
        "venue/summary.html",
        found=found,
        stretch=stretch,
        usual=usual_stretches(clock.today()),
    )


@blueprint.get("/visits.csv")
@allow(SEE_VENUE_DAY)
def visits_file() -> Response:
    """The visits of a day or a stretch of days, with cells that a spreadsheet would run made harmless."""
    stretch = asked_stretch(request.args, clock.today()) if "from" in request.args else None
    if stretch is None or stretch.fault:
        stretch = Stretch(_day(), _day())
    found = _found(stretch.first, stretch.last)
    columns = [
        _("Day"),
        _("Time"),
        _("Name"),
        _("Offer"),
        _("Adults"),
        _("Under 16"),
        _("Credits"),
        _("How it was shown"),
        _("Sent later"),
        _("Undone because"),
    ]
    days = (
        (stretch.first.isoformat(),) if stretch.first == stretch.last else (stretch.first.isoformat(), stretch.last.isoformat())
    )
    rows = [_row(visit) for visit in reversed(found.visits)]
    return csv_answer(csv_text(columns, rows), f"visits-{'-to-'.join(days)}.csv")


def _found(first: date, last: date) -> VenueDays:
    return venue_days(db.session(), actor().programme, actor().venue, first, last)


def _day() -> date:
    try:
        asked = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return clock.today()
    # Neither tomorrow nor the edges of the calendar, where a day has no neighbour.
    return asked if _FIRST_DAY <= asked <= clock.today() else clock.today()


def _row(visit: Visit) -> list[Any]:
    return [
        clock.local_day(visit.used_at).isoformat(),
        _clock(visit.used_at),
        _name(visit),
        visit.offer_name,
        visit.adults,
        visit.under_16s,
        0 if visit.undone_because is not None else visit.minutes / MINUTES_A_CREDIT,
        _way(visit),
        visit.arrived_at.astimezone(clock.LONDON).strftime("%Y-%m-%d %H:%M") if visit.arrived_at else "",
        visit.undone_because or "",
    ]


def _name(visit: Visit) -> str:
    return visit.name or _("A note")


def _way(visit: Visit) -> str:
    words = {
        CodeKind.LIVE: _("Phone"),
        CodeKind.CARD: _("Card"),
        CodeKind.NOTE: _("Note"),
        CodeKind.POSTER: _("Poster"),
        CodeKind.LOOK_UP: _("Looked up"),
    }
    return str(words.get(visit.way, ""))


def _notes(visit: Visit) -> list[str]:
    said = []
    if visit.arrived_at is not None:
        said.append(_("Scanned with no signal. We got it on %(moment)s.", moment=moment(visit.arrived_at)))
    if visit.undone_because is not None:
        said.append(_("Undone: %(reason)s", reason=visit.undone_because) if visit.undone_because else _("Undone"))
    return said


def _clock(instant: datetime) -> str:
    return instant.astimezone(clock.LONDON).strftime("%H:%M")


def _people(visit: Visit) -> str:
    if visit.under_16s == 0:
        return str(ngettext("%(num)s adult", "%(num)s adults", visit.adults))
    if visit.adults == 0:
        return str(_("%(num)s under 16", num=visit.under_16s))
    return f"{ngettext('%(num)s adult', '%(num)s adults', visit.adults)}, {_('%(num)s under 16', num=visit.under_16s)}"
