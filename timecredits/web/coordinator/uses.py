"""What this organisation's people and notes did where there was no signal: decide on what waits, and read what is told."""

from uuid import UUID

from werkzeug.wrappers import Response

from timecredits.network.permissions import LOOK_AT_USES
from timecredits.spending.offline.use_lists import Group, count_uses
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.database import db
from timecredits.web.use_views import Desk, use_page, uses_page


@blueprint.context_processor
def _waiting() -> dict[str, object]:
    """Let a page ask how many uses wait, on the pages that say so."""
    return {"uses_waiting": lambda: count_uses(db.session(), actor().programme, organisation_id=actor().organisation)}


@blueprint.get("/uses")
@allow(LOOK_AT_USES)
def uses() -> str:
    """Show what waits, longest first."""
    return uses_page(_desk(), Group.WAITING)


@blueprint.get("/uses/told")
@allow(LOOK_AT_USES)
def uses_told() -> str:
    """Show what was settled without anybody, and what was decided, newest first."""
    return uses_page(_desk(), Group.TOLD)


@blueprint.route("/uses/<uuid:use_id>", methods=["GET", "POST"])
@allow(LOOK_AT_USES)
def use(use_id: UUID) -> str | Response:
    """One use with all scans of its code; POST decides."""
    return use_page(_desk(), use_id)


def _desk() -> Desk:
    return Desk("coordinator", actor().organisation)
