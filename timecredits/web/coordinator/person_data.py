"""What this organisation holds about somebody who asks at the desk: a copy to hand over, and erasing for them."""

from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from timecredits.network.permissions import ANSWER_FOR_DATA
from timecredits.network.volunteers import find_enrolled
from timecredits.web.access import actor
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.database import db
from timecredits.web.privacy_views import PersonDesk, add_data_pages

__all__ = ["desk"]


def desk(volunteer_id: UUID) -> PersonDesk:
    """For somebody enrolled here. Raises NotFoundError for anybody else."""
    find_enrolled(db.session(), actor().programme, actor().organisation, volunteer_id)
    return PersonDesk(
        "coordinator",
        "person_data",
        volunteer_id,
        url_for("coordinator.volunteer", volunteer_id=volunteer_id),
        _("Back to the person"),
        organisation_id=actor().organisation,
        values={"volunteer_id": volunteer_id},
    )


add_data_pages(blueprint, "/volunteers/<uuid:volunteer_id>/data", "person_data", ANSWER_FOR_DATA, desk)
