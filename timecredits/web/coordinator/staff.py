"""Who works at an organisation: everybody there sees it, its owner keeps it."""

from typing import Final

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from timecredits.network.permissions import MANAGE_STAFF, SEE_STAFF
from timecredits.network.roles import Workplace
from timecredits.web.access import actor
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.staff_views import StaffDesk, add_staff_pages

__all__ = ["DESK"]

DESK: Final = StaffDesk(
    stem="staff",
    layout="layouts/coordinator.html",
    see=SEE_STAFF,
    keep=MANAGE_STAFF,
    place=lambda: Workplace(organisation_id=actor().organisation),
    back=lambda: (url_for("coordinator.home"), _("Home")),
    hands_over=True,
    lead=lazy_gettext("These people work here. One of them is the owner. The owner says who works here."),
)

add_staff_pages(blueprint, "/staff", DESK)
