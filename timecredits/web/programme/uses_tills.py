"""The tills of all the programme's venues: when each was heard of, and marking one as lost."""

from uuid import UUID

from flask import render_template, request
from werkzeug.wrappers import Response

from timecredits.network.permissions import STOP_TILLS
from timecredits.spending.tills.till_states import list_till_states
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.programme.blueprint import blueprint
from timecredits.web.till_views import lost_page

_LONGEST = 100


@blueprint.get("/tills")
@allow(STOP_TILLS)
def tills() -> str:
    """List them by venue; removed ones last."""
    page = max(request.args.get("page", 1, type=int), 1)
    search = request.args.get("q", "")[:_LONGEST].strip()
    states, more = list_till_states(db.session(), actor().programme, search=search, page=page)
    return render_template("programme/tills.html", tills=states, more=more, page=page, search=search)


@blueprint.route("/tills/<uuid:till_id>/lost", methods=["GET", "POST"])
@allow(STOP_TILLS)
def till_lost(till_id: UUID) -> str | Response:
    """Mark a till as lost or stolen."""
    return lost_page("programme", till_id)
