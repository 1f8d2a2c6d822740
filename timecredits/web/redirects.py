"""Where an answer may lead on to: a page of this site, or the neutral one that /exit goes to. Nowhere else, whoever asks."""

import re

from flask import Flask, Response, current_app, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from timecredits.web.errors import page

__all__ = ["init_app", "lead_within", "stays_here"]

# One slash, and then no second one, nor a backslash, which browsers take for one; nothing that they leave out or cut at.
_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f-\U0010ffff]*")


def stays_here(place: str) -> bool:
    """Whether an address is a path on this host, for whatever reads it: no scheme, no host, nothing but plain characters."""
    return _PATH.fullmatch(place) is not None


def lead_within(place: str) -> BaseResponse:
    """Lead on to an address that rests on what was asked for. Raises ValueError for one that would leave this site."""
    if not stays_here(place):
        raise ValueError("this leads away from the site")
    return redirect(place)


def init_app(app: Flask) -> None:
    """Look at every answer that leads on, so that no view can lead away by a slip."""
    app.after_request(_keep_here)


def _keep_here(response: Response) -> Response:
    place = response.headers.get("Location")
    if place is None or _may_lead(place):
        return response
    current_app.logger.error("an answer of %s led away and was held back", request.endpoint)
    return page(500)


def _may_lead(place: str) -> bool:
    # Werkzeug's own, for an address with a slash too many, names the host that was called; TRUSTED_HOSTS has let it pass.
    own = (request.host_url.rstrip("/"), current_app.config["BASE_URL"])
    return place == current_app.config["EXIT_URL"] or any(stays_here(place.removeprefix(each)) for each in own)
