"""Who works for the programme, at one of its organisations, and at one of its venues: a programme manager keeps them all."""

from typing import Final
from uuid import UUID

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from timecredits.foundation import clock
from timecredits.network.permissions import KEEP_ORGANISATIONS, KEEP_PROGRAMME_STAFF, KEEP_VENUES
from timecredits.network.roles import Workplace, organisations_without_owner
from timecredits.web.access import actor
from timecredits.web.database import db
from timecredits.web.programme.blueprint import blueprint
from timecredits.web.staff_views import StaffDesk, add_staff_pages

__all__ = ["ORGANISATION", "PROGRAMME", "VENUE"]

_LAYOUT: Final = "layouts/programme.html"

PROGRAMME: Final = StaffDesk(
    stem="staff",
    layout=_LAYOUT,
    see=KEEP_PROGRAMME_STAFF,
    keep=KEEP_PROGRAMME_STAFF,
    place=Workplace,
    back=lambda: (url_for("programme.home"), _("Your programme")),
    lead=lazy_gettext("These people run the programme. At least one of them must stay."),
)
ORGANISATION: Final = StaffDesk(
    stem="organisation_staff",
    layout=_LAYOUT,
    see=KEEP_ORGANISATIONS,
    keep=KEEP_ORGANISATIONS,
    place=lambda organisation_id: Workplace(organisation_id=organisation_id),
    back=lambda: (url_for("programme.organisation", **(request.view_args or {})), _("The organisation")),
    hands_over=True,
    lead=lazy_gettext("These people work there. One of them is the owner. The owner says who works there."),
)
VENUE: Final = StaffDesk(
    stem="venue_staff",
    layout=_LAYOUT,
    see=KEEP_VENUES,
    keep=KEEP_VENUES,
    place=lambda venue_id: Workplace(venue_id=venue_id),
    back=lambda: (url_for("programme.venues"), _("Venues of your programme")),
    lead=lazy_gettext("These people run the venue. They keep what it offers, and its tills."),
)

add_staff_pages(blueprint, "/staff", PROGRAMME)
add_staff_pages(blueprint, "/organisations/<uuid:organisation_id>/staff", ORGANISATION)
add_staff_pages(blueprint, "/venues/<uuid:venue_id>/staff", VENUE)


@blueprint.context_processor
def _without_owner() -> dict[str, object]:
    """Let a page ask which organisations nobody owns, so that a manager can name somebody."""

    def without_owner() -> list[tuple[UUID, str]]:
        return organisations_without_owner(db.session(), actor().programme, today=clock.today())

    return {"without_owner": without_owner}
