"""The landing page and the plain pages around it."""

from flask import render_template
from werkzeug.wrappers import Response

from timecredits.network.permissions import LEAVE_IN_A_HURRY, READ_PUBLIC_PAGES
from timecredits.web.access import allow, forget
from timecredits.web.public.blueprint import blueprint


@blueprint.get("/")
@allow(READ_PUBLIC_PAGES)
def landing() -> str:
    """Say what this is, and lead on."""
    return render_template("public/landing.html")


@blueprint.route("/exit", methods=["GET", "POST"])
@allow(LEAVE_IN_A_HURRY, writes=True)
def leave() -> Response:
    """End the session, empty the cache, and go to a neutral site."""
    forget()
    response = Response(status=303, headers={"Location": "https://www.bbc.co.uk/weather"})
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@blueprint.get("/safety")
@allow(READ_PUBLIC_PAGES)
def safety() -> str:
    """Say what leaving in a hurry does, and what it doesn't."""
    return render_template("public/safety.html")


@blueprint.get("/privacy")
@allow(READ_PUBLIC_PAGES)
def privacy() -> str:
    """Say what is kept about people, and why."""
    return render_template("public/privacy.html")
