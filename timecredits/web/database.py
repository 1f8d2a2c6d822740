"""One transaction a request: returning commits, raising rolls back.

A page that is only looked at runs read-only, so a view that writes on GET fails at once unless its route says so
(`@allow(..., writes=True)`).
"""

import sqlite3
from collections.abc import Callable

from flask import Flask, Response, current_app, g, has_request_context, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from timecredits.foundation import mail
from timecredits.foundation.background import Background
from timecredits.foundation.db import READ_ONLY, Base, prepare
from timecredits.foundation.postgresql import FOR_PAGES
from timecredits.web.trying_again import TRIES, Tries

db = SQLAlchemy(model_class=Base)

_LETTERS = "letters"
_LOCKED = {"55P03", "40P01", "40001"}
"""PostgreSQL's states for a row that somebody else holds."""
_AWAY = {"08", "53", "57", "58"}
"""Classes of PostgreSQL's states: no connection, no room, stopped by its operator, trouble with its disk."""
_TOO_SLOW = "57014"
"""Of those, the one that is our own doing: a statement that took longer than a page's may."""
_SQLITE_AWAY = ("unable to open database file", "disk I/O error", "database or disk is full")
_LOOKING = frozenset({"GET", "HEAD", "OPTIONS"})
WITHOUT_DATABASE = frozenset({"static_file", "public.healthz", "public.help_now", "public.metrics", "public.readyz"})
"""The same for everybody, whoever asks, and while the database is away; /readyz asks it itself."""


def init_app(app: Flask) -> None:
    """Connect `app` to its database and put a transaction round every request."""
    app.config["SQLALCHEMY_DATABASE_URI"] = app.config["DATABASE_URL"]
    db.init_app(app)
    with app.app_context():
        prepare(db.engine, patience=FOR_PAGES)
        event.listen(db.engine, "handle_error", _note_fault)
    app.extensions[_LETTERS] = _sending(app)
    app.before_request(_begin)
    app.after_request(_finish)


def keep() -> None:
    """Commit what this request did so far, so that what goes wrong in its next part takes none of it along."""
    db.session.commit()


def is_locked(fault: OperationalError) -> bool:
    """Whether the database only said that somebody else holds what was wanted."""
    return getattr(fault.orig, "sqlstate", None) in _LOCKED or "database is locked" in str(fault.orig)


def is_away(fault: SQLAlchemyError) -> bool:
    """Whether the database is not there, or has no room: what an operator mends, after which the same works again."""
    if isinstance(fault, PoolTimeout):
        return True
    if isinstance(fault, DBAPIError) and fault.connection_invalidated:
        return True
    if not isinstance(fault, OperationalError | InterfaceError):
        return False
    if isinstance(fault.orig, sqlite3.Error):
        return any(each in str(fault.orig) for each in _SQLITE_AWAY)
    state = getattr(fault.orig, "sqlstate", None)
    # Without a state the server was not even reached, or the line to it was cut.
    return state is None or (state[:2] in _AWAY and state != _TOO_SLOW)


def was_kept(fault: SQLAlchemyError) -> bool:
    """Whether this request did its work in an earlier try, whose COMMIT nobody answered (`trying_again`)."""
    tries: Tries | None = request.environ.get(TRIES)
    return tries is not None and tries.was_kept(fault)


def give_up() -> None:
    """Roll back what this request did. Called by the error handlers, before they make their page.

    A database that is gone can't be told to roll back, and needn't be: what it was told and didn't commit is gone with the line.
    """
    g.given_up = True
    try:
        db.session.rollback()
    except SQLAlchemyError:
        current_app.logger.warning("no rollback")
        db.session().invalidate()


def _note_fault(context: ExceptionContext) -> None:
    tries: Tries | None = request.environ.get(TRIES) if has_request_context() else None
    if tries is not None and request.endpoint not in WITHOUT_DATABASE:  # who asks how we are wants to know at once
        tries.note(context.sqlalchemy_exception or context.original_exception, at_commit=context.statement is None)


def _begin() -> None:
    if request.endpoint in WITHOUT_DATABASE:
        return
    view = current_app.view_functions.get(request.endpoint or "")
    writes = request.method not in _LOOKING or getattr(view, "writes", False)
    if not writes:
        db.session.connection(execution_options=READ_ONLY)


def _finish(response: Response) -> Response:
    if g.get("given_up"):
        return response
    waiting = db.session().info.pop("mail_waiting", False)
    db.session.commit()
    if waiting:
        response.call_on_close(current_app.extensions[_LETTERS])
    return response


def _sending(app: Flask) -> Callable[[], object]:
    """What sends waiting letters once an answer has gone out: in a thread of its own, so that no mail server holds up a page.

    A test is told of its letters at once.
    """
    with app.app_context():
        engine = db.engine

    def send() -> object:
        return mail.deliver_waiting(engine, mail.gateway_for(app.config["MAIL_URL"]), sender=app.config["MAIL_SENDER"])

    return send if app.testing else Background("letters", send).wake
