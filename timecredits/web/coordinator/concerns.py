"""What people worry about at this organisation, for its safeguarding leads and nobody else."""

from uuid import UUID

from flask import abort
from werkzeug.wrappers import Response

from timecredits.network.permissions import HANDLE_CONCERNS
from timecredits.web.access import actor, allow
from timecredits.web.concern_views import ConcernDesk, concern_note_page, concern_page, concern_state_page, concerns_page
from timecredits.web.coordinator.blueprint import blueprint


@blueprint.get("/concerns")
@allow(HANDLE_CONCERNS)
def concerns() -> str:
    """Show what is open, or closed."""
    return concerns_page(_desk())


@blueprint.get("/concerns/<uuid:concern_id>")
@allow(HANDLE_CONCERNS)
def concern(concern_id: UUID) -> str:
    """Show one."""
    return concern_page(_desk(), concern_id)


@blueprint.post("/concerns/<uuid:concern_id>/note")
@allow(HANDLE_CONCERNS)
def concern_note(concern_id: UUID) -> str | Response:
    """Write something down about it."""
    return concern_note_page(_desk(), concern_id)


@blueprint.post("/concerns/<uuid:concern_id>/state")
@allow(HANDLE_CONCERNS)
def concern_state(concern_id: UUID) -> Response:
    """Take it in hand, close it, or open it again."""
    return concern_state_page(_desk(), concern_id)


def _desk() -> ConcernDesk:
    """The organisation's. A programme manager has none: 403, like anybody who is no lead here."""
    organisation_id = actor().organisation_id
    if organisation_id is None:
        abort(403)
    return ConcernDesk("coordinator", organisation_id)
