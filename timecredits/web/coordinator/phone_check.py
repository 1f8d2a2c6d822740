"""Somebody rings about a letter: check it while they are on the phone. Only the organisation's own letters are found."""

from flask.typing import ResponseReturnValue

from timecredits.network.permissions import CHECK_BY_PHONE
from timecredits.web.access import allow
from timecredits.web.checking_views import phone_check_page
from timecredits.web.coordinator.blueprint import blueprint


@blueprint.route("/letters/phone", methods=["GET", "POST"])
@allow(CHECK_BY_PHONE)
def phone_check() -> ResponseReturnValue:
    """Type the code and the surname that the caller reads out; then read the answer aloud."""
    return phone_check_page()
