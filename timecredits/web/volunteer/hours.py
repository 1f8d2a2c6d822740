"""A volunteer's own hours, month by month, on the screen and on paper."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from flask import abort, render_template, request
from flask_babel import format_date

from timecredits.foundation import clock
from timecredits.hours.hour_history import HistoryLine, hour_history
from timecredits.network.permissions import SEE_OWN_HOURS
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.volunteer.blueprint import blueprint

_ALL = "all"


@dataclass(frozen=True)
class Month:
    """A month's lines, newest first, and the minutes that count."""

    first: date
    lines: list[HistoryLine]

    @property
    def name(self) -> str:
        """The month in words: November 2026."""
        return str(format_date(self.first, "LLLL y"))

    @property
    def minutes(self) -> int:
        """What the month comes to."""
        return sum(line.minutes for line in self.lines)


@blueprint.get("/hours")
@allow(SEE_OWN_HOURS)
def hours() -> str:
    """Hours of one year (the newest unless said otherwise) or of all years."""
    who = actor()
    history = hour_history(db.session(), who.programme, who.volunteer, as_of=clock.today())
    years = sorted({line.day.year for line in history.lines}, reverse=True)
    chosen = request.args.get("year") or (str(years[0]) if years else _ALL)
    if chosen not in {_ALL, *map(str, years)}:
        abort(404)
    shown = [line for line in history.lines if chosen in {_ALL, str(line.day.year)}]
    months = [Month(first, list(lines)) for first, lines in groupby(shown, key=lambda line: line.day.replace(day=1))]
    return render_template("volunteer/hours.html", history=history, months=months, years=years, chosen=chosen, all_years=_ALL)
