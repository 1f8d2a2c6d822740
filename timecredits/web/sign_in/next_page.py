"""Where somebody wanted to go before they had to sign in: a page of ours, or nowhere."""

import re
from typing import Any, cast

from flask import current_app
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from timecredits.network.permissions import ActorKind

_LONGEST = 500
# One slash first, then plain characters; no second slash beside it, no dot segments, nothing escaped that could become a slash.
_PART = r"[A-Za-z0-9_~@=+,-][A-Za-z0-9._~@=+,-]*"
_PATH = re.compile(rf"/(?:{_PART}(?:/{_PART})*/?)?")
_QUERY = re.compile(r"(?:[A-Za-z0-9._~@=+,&:*!$'()-]|%[0-9A-Fa-f]{2})*")
_NEVER = frozenset({"public.leave", "sign_in.demo", "static_file"})


def safe_next(wanted: str | None) -> str | None:
    """`wanted` if it is the address of a page of this site that may be fetched, else None."""
    if not wanted or len(wanted) > _LONGEST:
        return None
    path, _, query = wanted.partition("?")
    if not _PATH.fullmatch(path) or not _QUERY.fullmatch(query):
        return None
    return wanted if _endpoint(path) not in {None, *_NEVER} else None


def may_see(kind: ActorKind, page: str) -> bool:
    """Whether this kind of actor may open a page that :func:`safe_next` let through."""
    endpoint = _endpoint(page.partition("?")[0])
    return endpoint is not None and kind in cast("Any", current_app.view_functions[endpoint]).permission.allowed


def _endpoint(path: str) -> str | None:
    try:
        endpoint, _values = current_app.url_map.bind("localhost").match(path, method="GET")
    except (HTTPException, RequestRedirect):
        return None
    return str(endpoint)
