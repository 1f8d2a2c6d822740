"""The landing page and the plain pages around it."""

from typing import Any

from flask import Response, current_app, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from timecredits.demo.people import DemoPerson, demo_people
from timecredits.network.permissions import READ_PUBLIC_PAGES
from timecredits.web.access import allow
from timecredits.web.assets import asset
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.public.blueprint import blueprint

_ICONS = {
    "volunteer": "heart",
    "new-volunteer": "heart",
    "card": "code",
    "coordinator": "people",
    "till": "till",
    "venue-manager": "places",
    "programme-manager": "chart",
    "employer": "letter",
}


@blueprint.get("/")
@allow(READ_PUBLIC_PAGES)
def landing() -> str:
    """Say what this is, and lead on. A demo shows a card for each person one can be."""
    is_demo = current_app.config["TIMECREDITS_ENV"] == "demo"
    return render_template("public/landing.html", people=[_tile(each) for each in demo_people(db.session())] if is_demo else [])


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


@blueprint.get("/robots.txt")
@allow(READ_PUBLIC_PAGES)
def robots() -> Response:
    """Invite search engines to the landing page only. Other pages say noindex themselves."""
    return Response("User-agent: *\nAllow: /$\nAllow: /static/\nDisallow: /\n", content_type="text/plain; charset=utf-8")


@blueprint.get("/favicon.ico")
@allow(READ_PUBLIC_PAGES)
def favicon() -> BaseResponse:
    """Lead browsers that ask for the old place to the mark."""
    return redirect(asset("mark-180.png"), code=301)


def _tile(person: DemoPerson) -> dict[str, Any]:
    return {
        "text": say(person.title),
        "hint": say(person.text),
        "href": url_for("sign_in.demo", who=person.slug),
        "icon": _ICONS.get(person.slug, "info"),
    }
