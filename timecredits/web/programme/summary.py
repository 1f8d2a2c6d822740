"""The programme at a glance, and whether its books add up."""

from flask import render_template

from timecredits.foundation import clock
from timecredits.insight.programme_summary import programme_summary
from timecredits.insight.waiting_around import waiting_in_programme
from timecredits.network.permissions import SEE_PROGRAMME
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.programme.blueprint import blueprint
from timecredits.web.programme.reports import headline
from timecredits.web.report_views import choose_year, draw


@blueprint.get("")
@allow(SEE_PROGRAMME)
def home() -> str:
    """Show the reporting year's numbers, what waits, and what the last check of the books found."""
    session, programme_id = db.session(), actor().programme
    chosen = choose_year(session, programme_id)
    found = programme_summary(session, programme_id, chosen.year)
    return render_template(
        "programme/home.html",
        chosen=chosen,
        people=found.people,
        figures=headline(found.hours, found.credits),
        organisations=draw(found.organisations),
        venues=draw(found.venues),
        checked=found.checked,
        around=waiting_in_programme(session, actor(), today=clock.today()),
    )
