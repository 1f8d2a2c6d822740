"""An organisation's people who have credits and used none, and a list of places to print and hand them."""

from flask import render_template, request

from timecredits.insight.spend_gap.our_people import count_waiting, list_waiting
from timecredits.network.permissions import SEE_OWN_REPORTS
from timecredits.spending.offers.listing import list_offers
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.database import db

_PAGE = 25


@blueprint.get("/unused")
@allow(SEE_OWN_REPORTS)
def unused() -> str:
    """List them by name: who, and nothing of how many."""
    session, here = db.session(), (actor().programme, actor().organisation)
    found = count_waiting(session, *here)
    pages = max(1, -(-found // _PAGE))
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    return render_template(
        "coordinator/unused.html",
        found=found,
        people=list_waiting(session, *here, first=(page - 1) * _PAGE, most=_PAGE),
        page=page,
        pages=pages,
    )


@blueprint.get("/unused/places")
@allow(SEE_OWN_REPORTS)
def unused_places() -> str:
    """Every place to use credits that is open now, for paper."""
    offers = [each for each in list_offers(db.session(), actor().programme) if each.paused_because is None]
    return render_template("coordinator/unused_places.html", offers=offers)
