"""What a browser is told that is no kiosk, or no kiosk any more."""

from flask import render_template

from timecredits.network.permissions import READ_PUBLIC_PAGES
from timecredits.web.access import allow
from timecredits.web.kiosk.blueprint import blueprint


@blueprint.get("/start")
@allow(READ_PUBLIC_PAGES)
def pairing() -> str:
    """Say how a device becomes a kiosk: a coordinator signs in on it."""
    return render_template("kiosk/start.html")
