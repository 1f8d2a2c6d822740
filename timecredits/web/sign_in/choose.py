"""For somebody who is more than one thing here: choose which to be now. And the way out."""

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from timecredits.network.permissions import CHANGE_CAPACITY, SIGN_OUT, ActorKind
from timecredits.network.sign_ins import Capacity, list_capacities
from timecredits.web.access import HOMES, actor, allow, forget
from timecredits.web.database import db
from timecredits.web.sign_in.blueprint import blueprint
from timecredits.web.sign_in.door import NEXT, act_as, both_proved, proofs, proved_when


@blueprint.get("/sign-in/choose")
@allow(CHANGE_CAPACITY)
def choose() -> str:
    """Show what this user may be."""
    return render_template("sign_in/choose.html", choices=[(_key(each), each) for each in _capacities()])


@blueprint.post("/sign-in/choose")
@allow(CHANGE_CAPACITY)
def choose_save() -> Response:
    """Act in another capacity. Going over to a staff role, from another too, needs both steps within the working day."""
    chosen = next((each for each in _capacities() if _key(each) == request.form.get("capacity")), None)
    if chosen is None:
        abort(404)
    if chosen.kind is not ActorKind.VOLUNTEER and not both_proved():
        session[NEXT] = url_for(HOMES[chosen.kind])
        flash(_("Type your password to go on."), "message")
        return redirect(url_for("sign_in.password"))
    act_as(actor().user, chosen, proved=proofs(), proved_at=proved_when())
    return redirect(url_for(HOMES[chosen.kind]))


@blueprint.post("/sign-out")
@allow(SIGN_OUT)
def sign_out() -> Response:
    """End the sign-in here and on the server."""
    forget()
    flash(_("You are signed out."), "success")
    return redirect(url_for("public.landing"))


def _capacities() -> list[Capacity]:
    return list_capacities(db.session(), actor().user)


def _key(capacity: Capacity) -> str:
    return f"{capacity.kind}:{capacity.role_id or capacity.volunteer_id}"
