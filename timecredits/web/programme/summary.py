"""The programme at a glance, and whether its books add up."""

from datetime import timedelta

from flask import render_template

from timecredits.foundation import clock
from timecredits.insight.programme_summary import find_book_faults, programme_summary
from timecredits.insight.waiting_around import waiting_in_programme
from timecredits.network.permissions import SEE_PROGRAMME
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.programme.blueprint import blueprint

_YEAR = timedelta(days=365)


@blueprint.get("")
@allow(SEE_PROGRAMME)
def home() -> str:
    """Show the last year's hours and visits, and all credits ever."""
    session, programme_id, today = db.session(), actor().programme, clock.today()
    return render_template(
        "programme/home.html",
        summary=programme_summary(session, programme_id, since=today - _YEAR),
        around=waiting_in_programme(session, actor(), today=today),
        faults=find_book_faults(session, programme_id),
    )
