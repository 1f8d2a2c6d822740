"""Forms are taken from our own pages only: the second lock beside the mark in each form (CSRF).

Browsers say where a request comes from (Sec-Fetch-Site, Origin) and no page can make them lie. An old browser says nothing, and
then the mark in the form is all there is. The API knows no cookies, so whoever calls it from wherever must hold a key.
"""

from flask import Flask, Response, request
from flask_babel import lazy_gettext as _

from timecredits.web.errors import page
from timecredits.web.origins import may_be_ours

_LOOKING = frozenset({"GET", "HEAD", "OPTIONS"})
_API = "api"
_ALWAYS = frozenset({"public.leave"})
"""Leaving in a hurry goes before everything; it takes nothing but a sign-in."""
_WORDS = _("This came from another website. Nothing was changed. Open the page here and try again.")


def init_app(app: Flask) -> None:
    """Look at every request that may change something, before anything else is done for it."""
    app.before_request(_refuse)


def _refuse() -> Response | None:
    if request.method in _LOOKING or request.blueprint == _API or request.endpoint in _ALWAYS:
        return None
    return None if may_be_ours() else page(400, _WORDS)
