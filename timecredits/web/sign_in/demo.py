"""One tap into each role of the demo. Only where the whole site is a demo; elsewhere there is no such page."""

from uuid import UUID

from flask import abort, current_app, redirect, session, url_for
from werkzeug.wrappers import Response

from timecredits.demo.people import demo_people
from timecredits.network.permissions import SIGN_IN, ActorKind
from timecredits.spending.tills.pairing import begin_pairing, pair_till
from timecredits.web.access import allow, be_device, forget
from timecredits.web.database import db
from timecredits.web.sign_in.blueprint import blueprint
from timecredits.web.sign_in.door import NEXT, Way, let_in


@blueprint.get("/demo/<who>")
@allow(SIGN_IN, writes=True)
def demo(who: str) -> Response:
    """Be one of the made-up people. 404 on any site that isn't a demo, or whose database holds a real programme."""
    if current_app.config["TIMECREDITS_ENV"] != "demo":
        abort(404)
    person = next((each for each in demo_people(db.session()) if each.slug == who), None)
    if person is None:
        abort(404)
    session.pop(NEXT, None)
    if person.user_id is not None:
        return let_in(person.user_id, Way.DEMO) or abort(404)
    if person.venue_id is not None:
        return _be_till(person.venue_id)
    forget()
    return redirect(person.path)


def _be_till(venue_id: UUID) -> Response:
    paired = pair_till(db.session(), begin_pairing(db.session(), venue_id, till_name="Demo till", made_by=None))
    if paired is None:
        abort(404)
    response = redirect(url_for("till.scan"))
    be_device(response, ActorKind.TILL, paired.token)
    return response
