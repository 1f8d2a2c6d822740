"""Pages for people who hold a duty (network/duties): anybody else of the same kind learns that the page isn't theirs."""

from uuid import UUID

from flask import abort

from timecredits.network.duties import has_duty
from timecredits.network.models import DutyKind
from timecredits.web.access import actor
from timecredits.web.database import db


def need_duty(kind: DutyKind, *, organisation_id: UUID | None = None, group_id: UUID | None = None) -> None:
    """Answer 403 unless who asks holds this duty on this organisation or group (both None: on the programme)."""
    if not has_duty(db.session(), actor(), kind, organisation_id=organisation_id, group_id=group_id):
        abort(403)
