"""All that is held about me: a copy to take away, and asking to be erased."""

from flask import url_for
from flask_babel import gettext as _

from timecredits.network.permissions import KEEP_OWN_DATA
from timecredits.web.access import actor
from timecredits.web.privacy_views import PersonDesk, add_data_pages
from timecredits.web.volunteer.blueprint import blueprint

__all__ = ["desk"]


def desk() -> PersonDesk:
    """My own."""
    back = url_for("volunteer.settings")
    return PersonDesk("volunteer", "my_data", actor().volunteer, back, _("My settings"), is_self=True)


add_data_pages(blueprint, "/my-data", "my_data", KEEP_OWN_DATA, desk)
