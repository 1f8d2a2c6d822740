"""Where to use credits."""

from flask import render_template, request

from timecredits.network.permissions import FIND_PLACES
from timecredits.spending.offers import list_offers, list_towns
from timecredits.spending.statements import volunteer_balance
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.volunteer.blueprint import blueprint

_LONGEST_SEARCH = 100
_ENOUGH, _FIRST = "enough", "first"


@blueprint.get("/places")
@allow(FIND_PLACES)
def places() -> str:
    """Offers of the programme's venues, with what must be known before going first."""
    who, session = actor(), db.session()
    search, town, show = _asked("q"), _asked("town"), _asked("show")
    balance = volunteer_balance(session, who.programme, who.volunteer)
    offers = list_offers(
        session,
        who.programme,
        search=search,
        town=town,
        affordable_minutes=balance if show == _ENOUGH else None,
        good_first_step=show == _FIRST,
    )
    return render_template(
        "volunteer/places.html",
        offers=offers,
        towns=list_towns(session, who.programme),
        balance=balance,
        search=search,
        town=town,
        show=show,
    )


def _asked(name: str) -> str:
    return request.args.get(name, "")[:_LONGEST_SEARCH].strip()
