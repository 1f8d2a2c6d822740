"""The programme's entries of the directory: list, add, look through, change, hide, remove, put back (web/support_desk.py)."""

from uuid import UUID

from werkzeug.wrappers import Response

from timecredits.network.permissions import KEEP_ALL_SUPPORT
from timecredits.web.access import allow
from timecredits.web.programme.blueprint import blueprint
from timecredits.web.support_desk import Desk


def _desk() -> Desk:
    return Desk("programme", None)


@blueprint.get("/support")
@allow(KEEP_ALL_SUPPORT)
def support() -> str:
    """List the entries, with what waits first."""
    return _desk().list()


@blueprint.route("/support/new", methods=["GET", "POST"])
@allow(KEEP_ALL_SUPPORT)
def support_new() -> str | Response:
    """Add an entry."""
    return _desk().new()


@blueprint.get("/support/<uuid:entry_id>")
@allow(KEEP_ALL_SUPPORT)
def support_entry(entry_id: UUID) -> str:
    """Show one entry, and what can be done with it."""
    return _desk().show(entry_id)


@blueprint.route("/support/<uuid:entry_id>/change", methods=["GET", "POST"])
@allow(KEEP_ALL_SUPPORT)
def support_change(entry_id: UUID) -> str | Response:
    """Change what is said."""
    return _desk().change(entry_id)


@blueprint.post("/support/<uuid:entry_id>/reviewed")
@allow(KEEP_ALL_SUPPORT)
def support_reviewed(entry_id: UUID) -> Response:
    """Note that all of it is right today."""
    return _desk().review(entry_id)


@blueprint.post("/support/<uuid:entry_id>/shown")
@allow(KEEP_ALL_SUPPORT)
def support_shown(entry_id: UUID) -> Response:
    """Hide an entry, or show it again."""
    return _desk().set_shown(entry_id)


@blueprint.post("/support/<uuid:entry_id>/removed")
@allow(KEEP_ALL_SUPPORT)
def support_removed(entry_id: UUID) -> Response:
    """Remove an entry, or put it back."""
    return _desk().remove(entry_id)
