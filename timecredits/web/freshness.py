"""Showing that it is you, before what matters most: roles, exports, erasure, keys, resets and large reversals.

A view under :func:`fresh` runs only within 15 minutes of its user's showing who they are: staff by password and second step or
a passkey, volunteers by signing in again. A page is asked for before its form; a form that comes too late keeps its fields.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, Final, TypeVar, cast

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from timecredits.network.sign_ins import proved_within
from timecredits.web.access import actor
from timecredits.web.database import db

__all__ = ["FRESH_FOR", "fresh", "is_fresh", "kept_fields", "need_fresh"]

View = TypeVar("View", bound=Callable[..., Any])

FRESH_FOR: Final = timedelta(minutes=15)
_SECRETS: Final = ("password", "pin", "csrf_token", "credential")
"""Fields whose name holds one of these are not kept: they are typed again."""
KEPT: Final = "kept-"


def fresh(view: View) -> View:
    """Let a view run only for somebody who showed lately that it is them. Stands under `@allow`."""

    @wraps(view)
    def asked(*args: Any, **values: Any) -> Any:
        return need_fresh() or view(*args, **values)

    return cast("View", asked)


def is_fresh() -> bool:
    """Whether who asks showed within FRESH_FOR that it is them. A device has no such thing and is never asked."""
    sign_in_id = actor().sign_in_id
    return sign_in_id is None or proved_within(db.session(), sign_in_id, FRESH_FOR)


def need_fresh() -> ResponseReturnValue | None:
    """What to answer in place of the page, or None where it may go on."""
    if is_fresh():
        return None
    if request.method in {"GET", "HEAD"}:
        return redirect(url_for("sign_in.prove", next=request.full_path.rstrip("?")))
    if any(each.filename for each in request.files.values()):
        flash(_("Show that it is you first. Then choose the file again. Nothing was saved."), "message")
        return redirect(url_for("sign_in.prove", next=request.path))
    return render_template(
        "sign_in/prove_late.html",
        target=request.full_path.rstrip("?"),
        kept=kept_fields(),
    )


def kept_fields() -> list[tuple[str, str]]:
    """What was typed, to be sent again afterwards: name and value in order, without what is secret."""
    return [
        (f"{KEPT}{name}", value)
        for name, values in request.form.lists()
        if not any(each in name for each in _SECRETS)
        for value in values
    ]
