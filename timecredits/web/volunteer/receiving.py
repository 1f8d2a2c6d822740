"""One's own code to receive credits: to show, to read out, and to change."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from timecredits.foundation import clock
from timecredits.foundation.qr import qr_svg
from timecredits.network.models import Volunteer
from timecredits.network.permissions import GIVE_CREDITS
from timecredits.network.scope import find
from timecredits.spending.giving.receive_codes import change_receive_code, receive_code
from timecredits.spending.showing import name_at_venue
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.volunteer.blueprint import blueprint

_GROUP = 4


@blueprint.get("/receive")
@allow(GIVE_CREDITS, writes=True)  # the code is made when it is first looked at
def receive() -> str:
    """Show the code, as an address to scan and as letters to type."""
    who = actor()
    code = receive_code(db.session(), who.programme, who.volunteer, clock.now())
    address = current_app.config["BASE_URL"] + url_for(".give_to", code=code)
    drawn = qr_svg(address, title=_("A square code to scan. The same code is written below."), level="M")
    return render_template(
        "volunteer/receive.html",
        name=name_at_venue(find(db.session(), Volunteer, who.programme, who.volunteer)),
        code=code,
        typed=f"{code[:_GROUP]} {code[_GROUP:]}",
        qr=Markup(drawn),  # noqa: S704  our own drawing
    )


@blueprint.post("/receive/new")
@allow(GIVE_CREDITS)
def receive_new() -> Response:
    """Make another code; the old one works no more."""
    who, old = actor(), request.form.get("old", "")[:20]
    change_receive_code(db.session(), who.programme, who.volunteer, old=old, now=clock.now())
    flash(_("Done. This is your new code. The old one does not work any more."), "success")
    return redirect(url_for(".receive"))
