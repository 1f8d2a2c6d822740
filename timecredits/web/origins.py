"""Where a request comes from, as its browser says (Sec-Fetch-Site, Origin). No page can make a browser lie about it."""

from urllib.parse import urlsplit

from flask import current_app, request

__all__ = ["is_surely_ours", "may_be_ours"]

_OURS = frozenset({"same-origin", "none"})
"""`none` is somebody's own doing, such as loading a page again from a list of tabs."""


def is_surely_ours() -> bool:
    """Whether the browser says outright that this came from a page of ours. A silent one proves nothing."""
    said = request.headers.get("Sec-Fetch-Site")
    return said == "same-origin" if said is not None else request.headers.get("Origin", "null") in _origins()


def may_be_ours() -> bool:
    """Whether nothing speaks against it. An old browser says nothing, so this passes what has neither header."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None and site not in _OURS:
        return False
    if origin == "null":
        # So says a page that tells no address, ours too (Referrer-Policy: no-referrer), and so says a frame of a stranger.
        return site in _OURS
    return origin is None or origin in _origins()


def _origins() -> set[str]:
    """This site, as people know it and as it was called just now; a host that isn't ours never comes so far."""
    known = urlsplit(current_app.config["BASE_URL"])
    return {f"{known.scheme}://{known.netloc}", f"{request.scheme}://{request.host}"}
