"""The code for people's own phones, large, for as long as the tablet hangs on the wall."""

from flask import render_template

from timecredits.network.permissions import SIGN_PEOPLE_IN
from timecredits.web.access import allow
from timecredits.web.kiosk.blueprint import blueprint
from timecredits.web.wall_code import wall_page


@blueprint.get("/wall")
@allow(SIGN_PEOPLE_IN)
def wall() -> str:
    """The page; it renews itself."""
    return render_template("kiosk/wall.html", wall=wall_page())


@blueprint.get("/wall/part")
@allow(SIGN_PEOPLE_IN)
def wall_part() -> str:
    """The part of it that changes, for static/js/kiosk_wall.js."""
    return render_template("kiosk/wall_part.html", wall=wall_page(), endpoint="kiosk.wall")
