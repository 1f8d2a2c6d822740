"""The one door: every sign-in that succeeds, in whatever way, passes :func:`let_in`.

Staff's pages open to both steps of a sign-in, or to a passkey, which is both at once (docs/adr/0038). The password alone leads
half way in (half_way.py), where one is nobody yet.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from flask import current_app, redirect, request, session, url_for
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from timecredits.foundation import clock
from timecredits.network.permissions import ActorKind
from timecredits.network.sign_in_models import SignIn
from timecredits.network.sign_ins import STAFF_FOR, VOLUNTEERS_FOR, Capacity, list_capacities, start_sign_in
from timecredits.web import access
from timecredits.web.browser_words import browser_words
from timecredits.web.database import db
from timecredits.web.sign_in.next_page import may_see, safe_next

NEXT = "next"
_PROVED = "password_proved_at"
_BOTH = "both_steps_at"
_KNOWN_FOR = 180 * 24 * 3600


class Way(StrEnum):
    """How somebody showed who they are."""

    EMAIL_CODE = "email_code"
    PASSWORD = "password"  # noqa: S105  a word, not a password
    CARD = "card"
    SLIP = "slip"
    BOTH_STEPS = "both_steps"
    PASSKEY = "passkey"
    DEMO = "demo"


_BOTH_WAYS = frozenset({Way.BOTH_STEPS, Way.PASSKEY, Way.DEMO})
"""What opens staff's pages."""


def let_in(user_id: UUID, way: Way, *, volunteer_id: UUID | None = None, role_id: UUID | None = None) -> Response | None:
    """Sign this browser in and send it on, or None when this user may not come in this way.

    An emailed code, a card, a slip or a password alone opens only the volunteer's side; with `volunteer_id` only that one's.
    Where there are several, the one that may open the wanted page is taken, or the role that was just taken up (`role_id`);
    without either the person chooses.
    """
    capacities = [each for each in list_capacities(db.session(), user_id) if _opens(way, each)]
    if volunteer_id is not None:
        capacities = [each for each in capacities if each.volunteer_id == volunteer_id]
    if not capacities:
        return None
    wanted = safe_next(session.get(NEXT))
    taken = next((each for each in capacities if role_id is not None and each.role_id == role_id), None)
    chosen = taken or next((each for each in capacities if wanted and may_see(each.kind, wanted)), None)
    act_as(user_id, chosen or capacities[0], proved=_marks(way), proved_at=_proved_at(way))
    if chosen is None and len(capacities) > 1:
        response = redirect(url_for("sign_in.choose"))
    else:
        kind = (chosen or capacities[0]).kind
        response = redirect(wanted if chosen and wanted and may_see(kind, wanted) else url_for(access.HOMES[kind]))
    if way is not Way.DEMO:
        _mark_browser(response, user_id)
    return response


def act_as(user_id: UUID, capacity: Capacity, *, proved: dict[str, float], proved_at: datetime | None) -> None:
    """Begin a sign-in in this capacity, ending the one there was in this browser. `proved` is what :func:`proofs` tells."""
    kept = access.kept_over_sign_in()
    access.forget()
    browser = browser_words(request.headers.get("User-Agent", ""))
    secret = start_sign_in(db.session(), user_id, capacity, browser=browser, proved_at=proved_at)
    access.remember(secret)
    session.update({**kept, **proved})


def proofs() -> dict[str, float]:
    """What this browser showed within a working day, to be handed on to the next sign-in of the same user."""
    return {name: moment for name in (_PROVED, _BOTH) if (moment := _within_a_day(name)) is not None}


def proved_when() -> datetime | None:
    """When the user of this browser's sign-in last showed that it is them."""
    sign_in_id = access.actor().sign_in_id
    return db.session().get_one(SignIn, sign_in_id).proved_at if sign_in_id is not None else None


def password_proved() -> bool:
    """Whether this browser's user gave their password within a working day."""
    return _within_a_day(_PROVED) is not None


def both_proved() -> bool:
    """Whether this browser's user passed both steps within a working day, so that they may act as staff."""
    return _within_a_day(_BOTH) is not None


def _within_a_day(name: str) -> float | None:
    proved = session.get(name)
    if not isinstance(proved, int | float) or datetime.fromtimestamp(proved, clock.now().tzinfo) < clock.now() - STAFF_FOR:
        return None
    return float(proved)


def _marks(way: Way) -> dict[str, float]:
    now = clock.now().timestamp()
    if way in _BOTH_WAYS:
        return {_PROVED: now, _BOTH: now}
    return {_PROVED: now} if way is Way.PASSWORD else {}


def _proved_at(way: Way) -> datetime:
    """Now; in a demo nobody has anything to show, so there it lasts as long as the sign-in."""
    return clock.now() + (VOLUNTEERS_FOR if way is Way.DEMO else timedelta(0))


def known_user_id() -> UUID | None:
    """Whom this browser has signed in before, by a signed cookie."""
    try:
        return UUID(_serializer().loads(request.cookies.get(access.known_cookie(current_app), ""), max_age=_KNOWN_FOR))
    except (BadSignature, ValueError, TypeError, AttributeError):
        return None


def _opens(way: Way, capacity: Capacity) -> bool:
    return way in _BOTH_WAYS or capacity.kind is ActorKind.VOLUNTEER


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
    return URLSafeTimedSerializer(current_app.config["KEYRING"].checking_keys("known browser"), salt="known browser")
