"""A page that is only looked at holds no row: PostgreSQL refuses it in a read-only transaction, and SQLite says nothing.

Tests of pages run on SQLite, so they refuse it themselves.
"""

from flask import current_app, has_request_context, request
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session


class HeldWhileLookingError(AssertionError):
    """A GET asked for a row to be held (SELECT ... FOR UPDATE) though its route writes nothing."""


def refuse_holding_while_looking() -> None:
    """From now on, in every session within a request."""
    if not event.contains(Session, "do_orm_execute", _look):
        event.listen(Session, "do_orm_execute", _look)


def _look(state: ORMExecuteState) -> None:
    if getattr(state.statement, "_for_update_arg", None) is None or not has_request_context():
        return
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method in {"GET", "HEAD"} and view is not None and not getattr(view, "writes", False):
        raise HeldWhileLookingError(f"{request.endpoint} is looked at, and holds: {state.statement}")
