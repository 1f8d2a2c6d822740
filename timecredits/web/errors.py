"""The pages for when something doesn't go. They reveal nothing, and always say that nothing was lost."""

import re
import traceback

from flask import Flask, Response, current_app, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from flask_limiter.errors import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed, SecurityError

from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.web.database import give_up, is_away, is_locked, was_kept
from timecredits.web.filters import say
from timecredits.web.limits_outer import wait_seconds
from timecredits.web.origins import is_surely_ours
from timecredits.web.problems import is_api, problem_response, usual_problem
from timecredits.web.uploads import takes_pictures

_PICTURE_TOO_BIG = _("Send a picture of 5 MB or less. Nothing was saved.")
_PAGES = {
    400: (_("That did not work"), _("We could not read what was sent. Nothing was changed. Go back and try again.")),
    403: (_("You can't open this page"), _("Your sign-in is for another part of this site. Nothing was changed.")),
    404: (_("We can't find that page"), _("The link may be old, or typed with a slip. Check it, or start from the home page.")),
    405: (_("That did not work"), _("This page can't do that. Nothing was changed. Go back and try again.")),
    409: (_("It is saved"), _("This was saved. Go back, and load the page again to see it.")),
    413: (_("That file is too big"), _("Send a file of 2 MB or less. Nothing was saved.")),
    429: (_("Too many tries"), _("Wait a few minutes. Then try again. Nothing was changed.")),
    500: (_("Something went wrong"), _("Your hours and credits are safe. Try again in a minute.")),
    503: (_("We are having a short break"), _("Your hours and credits are safe. Try again in a minute.")),
}

_AGAIN_LATER = {429: 60, 503: 60}
"""Seconds after which the next try makes sense, for whoever does not read."""
_MOST_FIELDS = 200
_NEVER_WRITTEN_OUT = {"password", "pin", "secret", "token", "code", "codes"}
"""In the names of fields: what was typed there is never put into a page."""


def page(code: int, text: object = None) -> Response:
    """Give the whole work of this request up and answer with the page for `code`; to the API's callers, with a problem."""
    give_up()
    if is_api():
        return problem_response(usual_problem(code))
    heading, usual = _PAGES.get(code, _PAGES[500])
    response = make_response(render_template("error.html", heading=heading, text=text or usual, code=code), code)
    if code in _AGAIN_LATER:
        response.headers["Retry-After"] = str(_AGAIN_LATER[code])
    return response


def log_crash(fault: BaseException) -> None:
    """Log what went wrong and where, but neither an exception's words nor the address.

    A database's fault quotes what was written, and the address of a letter's check is its secret.
    """
    parts: list[str] = []
    each: BaseException | None = fault
    while each is not None:
        parts.append("".join([*traceback.format_tb(each.__traceback__), type(each).__name__]))
        each = each.__cause__ or each.__context__
    current_app.logger.error("%s on %s\n%s", type(fault).__name__, request.endpoint, "\nafter\n".join(parts))


def database_fault(fault: SQLAlchemyError) -> Response:
    """The page for what the database could not do.

    Two who held what the other wanted: one of them is asked to try again. A database that is away, or has no room, comes back
    without anybody's doing here, so it is said to be a break. Anything else is a fault of ours.
    """
    if isinstance(fault, OperationalError) and is_locked(fault):
        return page(503, _("Somebody else was saving at the same moment. Nothing was changed. Go back and try again."))
    if was_kept(fault):
        return page(409, _("This was saved. The answer got lost on its way. Go back, and load the page again to see it."))
    if is_away(fault):  # in an outage one line each, and not what led there
        current_app.logger.error("the database is away: %s on %s", type(fault).__name__, request.endpoint)
        return page(503)
    log_crash(fault)
    return page(500)


def _stale_form(_fault: CSRFError) -> ResponseReturnValue:
    """A form without its mark, or with one that is too old. What was typed is offered once more, where it may be.

    Only to a browser that says outright that it comes from our own page: no stranger's page can have its words sent so.
    """
    too_long = _("This page was open for too long. Nothing was changed. Go back, load it again and send it once more.")
    sent = list(request.form.items(multi=True))
    kept = [(name, value) for name, value in sent if name.rpartition("-")[2] != "csrf_token"]
    secret = any(_NEVER_WRITTEN_OUT & set(re.split("[-_]", name.lower())) for name, _value in kept)
    if request.files or secret or not kept or len(kept) > _MOST_FIELDS or not is_surely_ours():
        return page(400, too_long)
    give_up()
    marks = [name for name, _value in sent if name.rpartition("-")[2] == "csrf_token"] or ["csrf_token"]
    return make_response(render_template("send_again.html", kept=kept, marks=marks), 400)


def init_app(app: Flask) -> None:
    """Answer every fault with a page."""

    def http(fault: HTTPException) -> ResponseReturnValue:
        if isinstance(fault, SecurityError):
            # Sent to a host that isn't ours (TRUSTED_HOSTS): no address can be made for it, so no page either.
            give_up()
            return Response(f"{_PAGES[400][1]}\n", 400, content_type="text/plain; charset=utf-8")
        if fault.code is not None and 300 <= fault.code < 400:  # noqa: PLR2004  redirects are no faults
            return fault
        if is_api() and fault.code not in {None, 429}:
            give_up()
            allowed = {"Allow": ", ".join(sorted(fault.valid_methods or ()))} if isinstance(fault, MethodNotAllowed) else {}
            return problem_response(usual_problem(fault.code or 500), allowed)
        if isinstance(fault, RateLimitExceeded):
            response = page(429)
            response.headers["Retry-After"] = str(wait_seconds())
            return response
        text = _PICTURE_TOO_BIG if fault.code == 413 and takes_pictures() else None  # noqa: PLR2004  too much was sent
        return page(fault.code if fault.code in _PAGES else 400, text)

    def not_found(_fault: NotFoundError) -> ResponseReturnValue:
        return page(404)

    def rule(fault: RuleError) -> ResponseReturnValue:
        return page(400, say(fault.sentence))

    def crash(fault: InternalServerError) -> ResponseReturnValue:
        cause = fault.original_exception or fault
        if isinstance(cause, SQLAlchemyError):  # as the transaction ended, after the view had answered
            return database_fault(cause)
        log_crash(cause)
        return page(500)

    app.register_error_handler(HTTPException, http)
    app.register_error_handler(NotFoundError, not_found)
    app.register_error_handler(RuleError, rule)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(SQLAlchemyError, database_fault)
    app.register_error_handler(InternalServerError, crash)
    # Flask's own would log the words and the address; crash() logs.
    app.log_exception = lambda exc_info: None  # type: ignore[method-assign]  # noqa: ARG005
