"""The one door: every sign-in that succeeds, in whatever way, passes :func:`let_in`.

A second factor belongs here, between being known and being let in (design/trust.md, Sign-in).
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from flask import current_app, redirect, request, session, url_for
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from timecredits.foundation import clock
from timecredits.network.permissions import ActorKind
from timecredits.network.sign_ins import STAFF_FOR, Capacity, list_capacities, start_sign_in
from timecredits.web import access
from timecredits.web.database import db
from timecredits.web.sign_in.next_page import may_see, safe_next

NEXT = "next"
_PROVED = "password_proved_at"
_KNOWN_FOR = 180 * 24 * 3600


class Way(StrEnum):
    """How somebody showed who they are."""

    EMAIL_CODE = "email_code"
    PASSWORD = "password"  # noqa: S105  a word, not a password
    CARD = "card"
    DEMO = "demo"


def let_in(user_id: UUID, way: Way, *, volunteer_id: UUID | None = None) -> Response | None:
    """Sign this browser in and send it on, or None when this user may not come in this way.

    An emailed code or a card opens only the volunteer's side; with `volunteer_id` only that one's. Where there are several, the
    one that may open the wanted page is taken; without a wanted page the person chooses.
    """
    capacities = [each for each in list_capacities(db.session(), user_id) if _opens(way, each)]
    if volunteer_id is not None:
        capacities = [each for each in capacities if each.volunteer_id == volunteer_id]
    if not capacities:
        return None
    wanted = safe_next(session.get(NEXT))
    chosen = next((each for each in capacities if wanted and may_see(each.kind, wanted)), None)
    proved = clock.now().timestamp() if way in {Way.PASSWORD, Way.DEMO} else None
    act_as(user_id, chosen or capacities[0], proved=proved)
    if chosen is None and len(capacities) > 1:
        response = redirect(url_for("sign_in.choose"))
    else:
        response = redirect(wanted if chosen and wanted else url_for(access.HOMES[capacities[0].kind]))
    if way is not Way.DEMO:
        _mark_browser(response, user_id)
    return response


def act_as(user_id: UUID, capacity: Capacity, *, proved: float | None) -> None:
    """Begin a sign-in in this capacity, ending the one there was in this browser."""
    kept = access.kept_over_sign_in()
    access.forget()
    access.remember(start_sign_in(db.session(), user_id, capacity))
    session.update(kept)
    if proved is not None:
        session[_PROVED] = proved


def password_proved() -> float | None:
    """When this browser last gave a password (seconds since 1970), if that was within a working day."""
    proved = session.get(_PROVED)
    if not isinstance(proved, int | float) or datetime.fromtimestamp(proved, clock.now().tzinfo) < clock.now() - STAFF_FOR:
        return None
    return float(proved)


def known_user_id() -> UUID | None:
    """Whom this browser has signed in before, by a signed cookie."""
    try:
        return UUID(_serializer().loads(request.cookies.get(access.known_cookie(current_app), ""), max_age=_KNOWN_FOR))
    except (BadSignature, ValueError, TypeError, AttributeError):
        return None


def _opens(way: Way, capacity: Capacity) -> bool:
    return way not in {Way.EMAIL_CODE, Way.CARD} or capacity.kind is ActorKind.VOLUNTEER


def _mark_browser(response: Response, user_id: UUID) -> None:
    response.set_cookie(
        access.known_cookie(current_app),
        _serializer().dumps(str(user_id)),
        max_age=_KNOWN_FOR,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="known browser")
