"""Who is asking, and whether they may. Every route names a permission of network/permissions.py or the app won't start."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from flask import Flask, abort, current_app, g, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from timecredits.foundation.wall import stay_in
from timecredits.hours.attendances.kiosks import find_kiosk_actor
from timecredits.network.actors import VISITOR, Actor
from timecredits.network.api_tokens import find_partner, is_partner_key
from timecredits.network.permissions import CHANGE_CAPACITY, EVERYBODY, HANDLE_CONCERNS, KEEP_SIGN_IN, ActorKind, Permission
from timecredits.network.sign_ins import end_sign_in, find_actor
from timecredits.spending.tills.pairing import find_till_actor
from timecredits.web.database import WITHOUT_DATABASE, db, give_up
from timecredits.web.problems import problem_response, usual_problem

View = TypeVar("View", bound=Callable[..., Any])

SECRET = "sign_in"  # noqa: S105  the name of a place in the session, not a secret
SCAN = "wall_scan"
"""Where the session holds the moment at which a code on the wall was scanned; it lasts over signing in, not over signing out."""

HOMES = {
    ActorKind.VOLUNTEER: "volunteer.home",
    ActorKind.COORDINATOR: "coordinator.home",
    ActorKind.ORGANISATION_OWNER: "coordinator.home",
    ActorKind.PROGRAMME_MANAGER: "programme.home",
    ActorKind.VENUE_MANAGER: "venue.home",
    ActorKind.TILL: "till.scan",
    ActorKind.KIOSK: "kiosk.home",
}

_ON_HOLD_TOO = frozenset({CHANGE_CAPACITY, HANDLE_CONCERNS})
"""What staff do all the same while their organisation is on hold, beside what anybody may: safety can't wait."""

_ACROSS = frozenset({CHANGE_CAPACITY, KEEP_SIGN_IN})
"""What people do as whoever signs in, in whatever programmes they are."""

_YEAR = 365 * 24 * 3600
_LOOKING = frozenset({"GET", "HEAD", "OPTIONS"})
_API = "api"
"""The blueprint whose callers hold keys."""


@dataclass(frozen=True)
class Device:
    """A kind of device: known by a cookie of its own, whoever else is signed in there. `pairing` is where one becomes such."""

    cookie: str
    find: Callable[[Session, str], Actor | None]
    pairing: str


DEVICES = {
    ActorKind.TILL: Device("till", find_till_actor, "till.pair"),
    ActorKind.KIOSK: Device("kiosk", find_kiosk_actor, "kiosk.pairing"),
}
"""Pages that only one of these kinds may open are for the device; on any other page its cookie makes nobody signed in."""


class UndeclaredRouteError(Exception):
    """A route names no permission. The application refuses to start."""


def allow(
    permission: Permission, *, writes: bool = False, before_sign_in: Callable[..., object] | None = None
) -> Callable[[View], View]:
    """Declare what a view needs. `writes=True` for the rare view that writes on GET.

    `before_sign_in` is called with the view's arguments for a visitor who is about to be sent to sign in.
    """

    def declare(view: View) -> View:
        marked = cast("Any", view)
        marked.permission, marked.writes, marked.before_sign_in = permission, writes, before_sign_in
        return view

    return declare


def actor() -> Actor:
    """Who is asking."""
    found: Actor = g.get("actor", VISITOR)
    return found


def init_app(app: Flask) -> None:
    """Ask at every request who is there and whether they may."""
    app.before_request(_admit)


def check_routes(app: Flask) -> None:
    """Raise UndeclaredRouteError for the first route without a permission."""
    for rule in app.url_map.iter_rules():
        if not isinstance(getattr(app.view_functions[rule.endpoint], "permission", None), Permission):
            raise UndeclaredRouteError(f"{rule.endpoint} ({rule.rule}) names no permission; add @allow(...)")


def list_routes(app: Flask) -> list[str]:
    """One line a route, sorted: address, methods, permission."""
    lines = []
    for rule in app.url_map.iter_rules():
        methods = ",".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        permission: Permission = cast("Any", app.view_functions[rule.endpoint]).permission
        lines.append(f"{rule.rule} {methods} {permission.name}")
    return sorted(lines)


def remember(secret: str) -> None:
    """Keep a sign-in's secret in this browser, in a session begun afresh."""
    session.clear()
    session[SECRET] = secret
    session.permanent = True


def forget() -> None:
    """Sign this browser out on the server and in its cookie."""
    if secret := session.get(SECRET):
        end_sign_in(db.session(), secret)
    session.clear()
    g.actor = VISITOR


def kept_over_sign_in() -> dict[str, Any]:
    """What a session hands on to the sign-in that it leads to."""
    return {SCAN: session[SCAN]} if SCAN in session else {}


def home() -> str:
    """The address of the page where this actor begins."""
    return url_for(HOMES.get(actor().kind, "public.landing"))


def device_cookie(app: Flask, kind: ActorKind) -> str:
    """The name of the cookie that makes a browser a device of this kind; bound to the host where there is HTTPS."""
    name = DEVICES[kind].cookie
    return f"__Host-{name}" if app.config["SESSION_COOKIE_SECURE"] else name


def till_cookie(app: Flask) -> str:
    """The name of the cookie that makes a browser a till."""
    return device_cookie(app, ActorKind.TILL)


def be_device(response: BaseResponse, kind: ActorKind, token: str) -> None:
    """Let the browser that gets this answer be a device of this kind."""
    response.set_cookie(
        device_cookie(current_app, kind),
        token,
        max_age=_YEAR,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Strict",
    )


def known_cookie(app: Flask) -> str:
    """The name of the cookie by which a browser is known to have signed somebody in before; /exit takes it away."""
    return "__Host-known" if app.config["SESSION_COOKIE_SECURE"] else "known"


def _admit() -> BaseResponse | None:
    if request.endpoint is None or request.endpoint in WITHOUT_DATABASE:
        return None  # where there is no such page, the error handler answers
    view = cast("Any", current_app.view_functions[request.endpoint])
    return _admit_bearer(view.permission) if request.blueprint == _API else _admit_browser(view)


def _admit_browser(view: Any) -> BaseResponse | None:
    permission: Permission = view.permission
    device = next((kind for kind in DEVICES if permission.allowed == {kind}), None)
    g.actor = _person() if device is None else _device(current_app, device)
    if g.actor.may(permission):
        _shut_wall(permission)
        return _on_hold() if _stands_still(g.actor, view) else None
    if device is not None:
        return redirect(url_for(DEVICES[device].pairing))
    if g.actor.kind is ActorKind.VISITOR:
        if request.method != "GET":
            return redirect(url_for("sign_in.start"))
        if view.before_sign_in is not None:
            view.before_sign_in(**(request.view_args or {}))
        return redirect(url_for("sign_in.start", next=request.full_path.rstrip("?")))
    return abort(403)


def _shut_wall(permission: Permission) -> None:
    """Let the rest of the request see one programme only, where it is of one (docs/adr/0037).

    What is open to everybody shows any programme's; who signs in, signs in to all of theirs; a venue takes credits of several.
    """
    who = actor()
    if who.programme_id is None or who.venue_id is not None or permission.allowed == EVERYBODY or permission in _ACROSS:
        return
    stay_in(db.session(), who.programme_id)


def _stands_still(who: Actor, view: Any) -> bool:
    """Whether this would change something of an organisation on hold, as its staff or its kiosk. Looking is always fine."""
    if request.method in _LOOKING and not view.writes:
        return False
    return who.is_on_hold and view.permission.allowed != EVERYBODY and view.permission not in _ON_HOLD_TOO


def _on_hold() -> BaseResponse:
    give_up()
    return make_response(
        render_template(
            "error.html",
            heading=_("Your organisation is on hold"),
            text=_(
                "Nothing was saved. You can look at everything, and nothing is lost. "
                "To go on, ask the people who run the programme."
            ),
            code=403,
        ),
        403,
    )


def _admit_bearer(permission: Permission) -> BaseResponse | None:
    """Let a caller of the API in: by the key in its header alone, whatever cookies come along."""
    key = bearer_key()
    if key:
        found = find_partner(db.session(), key) if is_partner_key(key) else find_till_actor(db.session(), key)
        g.actor = found or VISITOR
    if actor().may(permission):
        _shut_wall(permission)
        return None
    g.given_up = True
    db.session.rollback()
    return problem_response(usual_problem(401 if actor().kind is ActorKind.VISITOR else 403))


def bearer_key() -> str:
    """The key that a caller of the API sent, or nothing."""
    scheme, _space, key = request.headers.get("Authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def _person() -> Actor:
    secret = session.get(SECRET)
    return (find_actor(db.session(), secret) if isinstance(secret, str) else None) or VISITOR


def _device(app: Flask, kind: ActorKind) -> Actor:
    token = request.cookies.get(device_cookie(app, kind), "")
    return (DEVICES[kind].find(db.session(), token) if token else None) or VISITOR
