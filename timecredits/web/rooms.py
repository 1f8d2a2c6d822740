"""The rooms, and the addresses at which they stand."""

from flask import Flask

from timecredits.web.api.routes import blueprint as api
from timecredits.web.coordinator.routes import blueprint as coordinator
from timecredits.web.kiosk.routes import blueprint as kiosk
from timecredits.web.programme.routes import blueprint as programme
from timecredits.web.public.routes import blueprint as public
from timecredits.web.sign_in.routes import blueprint as sign_in
from timecredits.web.till.routes import blueprint as till
from timecredits.web.venue.routes import blueprint as venue
from timecredits.web.volunteer.routes import blueprint as volunteer


def init_app(app: Flask) -> None:
    """Open every room."""
    for room in (public, sign_in, volunteer, till, kiosk, venue, coordinator, programme):
        app.register_blueprint(room)
    app.register_blueprint(api)
    app.extensions["csrf"].exempt(api)  # it knows no cookies, so nobody's browser can be made to call it
