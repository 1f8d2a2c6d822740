"""Exit this page: out at once, whatever else goes wrong."""

from flask import current_app, request
from flask.sansio.blueprints import BlueprintSetupState
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from timecredits.network.permissions import LEAVE_IN_A_HURRY
from timecredits.web.access import allow, forget, known_cookie
from timecredits.web.database import give_up
from timecredits.web.errors import database_fault, log_crash
from timecredits.web.public.blueprint import blueprint


@blueprint.route("/exit", methods=["GET", "POST"])
@allow(LEAVE_IN_A_HURRY, writes=True)
def leave() -> Response:
    """End the sign-in on the server, take our cookies for people away, and go to a neutral site.

    A till's cookie stays: `Clear-Site-Data: "cookies"` would unpair the device.
    """
    forget()
    return _gone()


@blueprint.record_once
def _let_anybody_leave(state: BlueprintSetupState) -> None:
    """Leave without the form's mark too: a stale form must not hold anybody here."""
    state.app.extensions["csrf"].exempt(leave)


@blueprint.errorhandler(SQLAlchemyError)
def _leave_without_database(fault: SQLAlchemyError) -> Response:
    """Let people leave though the database is away; their cookie goes, and with it the way in."""
    if request.endpoint != "public.leave":
        return database_fault(fault)
    log_crash(fault)
    give_up()
    return _gone()


def _gone() -> Response:
    response = Response(status=303, headers={"Location": current_app.config["EXIT_URL"], "Clear-Site-Data": '"cache"'})
    for name in (current_app.config["SESSION_COOKIE_NAME"], known_cookie(current_app)):
        response.delete_cookie(name, secure=current_app.config["SESSION_COOKIE_SECURE"], httponly=True, samesite="Lax")
    return response
