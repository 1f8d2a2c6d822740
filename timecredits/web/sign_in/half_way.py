"""Half way in: the password was right, the second step is missing. Who is half way is nobody yet, and has no sign-in.

The state lives in the browser's signed session for ten minutes. It ends when the password changes meanwhile, and when the user
is disabled. Keys that are about to be set up live there too, sealed.
"""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from flask import current_app, redirect, session, url_for
from werkzeug.wrappers import Response

from timecredits.foundation import clock
from timecredits.foundation.sealing import open_sealed, seal
from timecredits.foundation.secret_values import digest
from timecredits.network.authenticator import new_key
from timecredits.network.models import User
from timecredits.network.second_factor import second_steps
from timecredits.web.database import db

__all__ = ["HalfWay", "begin", "drop_new_key", "end", "half_way", "new_app_key", "note_done"]

FOR: Final = timedelta(minutes=10)
_STATE: Final = "half_way"
_NEW_APP: Final = "new_app"
_PURPOSE: Final = "authenticator app"


@dataclass(frozen=True)
class HalfWay:
    """Who is half way in. `role_id`: the role that they have just said yes to. `is_done`: they have set a second step up."""

    user: User
    role_id: UUID | None
    is_done: bool


def begin(user_id: UUID, *, role_id: UUID | None = None) -> Response:
    """Note that this browser's user gave the right password, and lead on to the second step, or to setting one up."""
    user = db.session().get_one(User, user_id)
    session[_STATE] = {
        "user": user.id.hex,
        "at": clock.now().timestamp(),
        "mark": _mark(user),
        "role": role_id.hex if role_id else "",
        "done": False,
    }
    session.pop(_NEW_APP, None)
    has_any = second_steps(db.session(), user_id).any
    return redirect(url_for("sign_in.second" if has_any else "sign_in.set_up"))


def half_way() -> HalfWay | None:
    """Who is half way in here, or None when nobody is, or it took too long."""
    state: Any = session.get(_STATE)
    try:
        user_id, began, role = UUID(state["user"]), float(state["at"]), state["role"]
    except (TypeError, KeyError, ValueError):
        return None
    user = db.session().get(User, user_id)
    late = not timedelta(0) <= timedelta(seconds=clock.now().timestamp() - began) <= FOR
    if user is None or user.disabled_at is not None or late or state.get("mark") != _mark(user):
        return None
    return HalfWay(user, UUID(role) if role else None, bool(state.get("done")))


def note_done() -> None:
    """Note that the second step has just been set up, so that what remains is to keep the recovery codes."""
    session[_STATE] = {**session[_STATE], "done": True}


def end() -> None:
    """Forget who is half way in."""
    session.pop(_STATE, None)
    session.pop(_NEW_APP, None)


def new_app_key(user: User) -> str:
    """The key of the app that this user is about to set up here: the same until it is kept, or FOR is over."""
    kept: Any = session.get(_NEW_APP)
    try:
        if clock.now().timestamp() - float(kept["at"]) <= FOR.total_seconds():
            found = open_sealed(current_app.config["KEYRING"], _PURPOSE, user.id, b64decode(kept["sealed"]))
            if found is not None:
                return found
    except (TypeError, KeyError, ValueError, NotBase64):
        pass
    key = new_key()
    sealed = seal(current_app.config["KEYRING"], _PURPOSE, user.id, key)
    session[_NEW_APP] = {"sealed": b64encode(sealed).decode(), "at": clock.now().timestamp()}
    return key


def drop_new_key() -> None:
    """Forget the key that was about to be set up."""
    session.pop(_NEW_APP, None)


def _mark(user: User) -> str:
    """A few characters that change with the password."""
    return digest(f"{user.id}:{user.password_hash}").hex()[:16]
