"""The code for the wall as a page shows it, on a kiosk or on a coordinator's own screen."""

from dataclasses import dataclass
from uuid import UUID

from flask import current_app, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from timecredits.foundation import clock
from timecredits.foundation.keys import Keyring
from timecredits.foundation.qr import qr_svg
from timecredits.foundation.time_steps import seconds_left, step_at
from timecredits.hours.attendances.attendance_codes import WallCode, encode
from timecredits.hours.attendances.attendance_places import AttendancePlace, Places, list_places
from timecredits.network.models import Programme
from timecredits.web.access import actor
from timecredits.web.database import db


@dataclass(frozen=True)
class WallPage:
    """The chosen `place` with its code, or a choice among `places`; None and nothing when nothing is on."""

    places: Places
    place: AttendancePlace | None
    qr: Markup
    address: str
    new_in_seconds: int


def wall_page() -> WallPage:
    """What stands on the wall now: the place asked for by `for`, else the only one."""
    who, now = actor(), clock.now()
    places = list_places(db.session(), who.programme, who.organisation, now)
    place = _asked(places) or places.usual
    if place is None:
        return WallPage(places, None, Markup(), "", seconds_left(now))
    keyring: Keyring = current_app.config["KEYRING"]
    number = db.session().get_one(Programme, who.programme).number
    code = encode(keyring, WallCode(number, place.code_id, place.planned_on, step_at(now)))
    address = current_app.config["BASE_URL"] + url_for("volunteer.here", code=code)
    drawn = qr_svg(address, title=_("A square code to scan with a phone."), level="M")
    return WallPage(places, place, Markup(drawn), address, seconds_left(now))  # noqa: S704  our own drawing


def _asked(places: Places) -> AttendancePlace | None:
    try:
        return places.find(UUID(request.args.get("for", "")))
    except ValueError:
        return None
