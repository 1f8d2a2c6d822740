"""Who is asking, and whether they may. Every route names a permission of network/permissions.py or the app won't start."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from werkzeug.wrappers import Response as BaseResponse

from timecredits.network.actors import VISITOR, Actor
from timecredits.network.permissions import ActorKind, Permission
from timecredits.network.sign_ins import end_sign_in, find_actor
from timecredits.spending.tills import find_till_actor
from timecredits.web.database import WITHOUT_DATABASE, db

View = TypeVar("View", bound=Callable[..., Any])

SECRET = "sign_in"  # noqa: S105  the name of a place in the session, not a secret

HOMES = {
    ActorKind.VOLUNTEER: "volunteer.home",
    ActorKind.COORDINATOR: "coordinator.home",
    ActorKind.ORGANISATION_OWNER: "coordinator.home",
    ActorKind.PROGRAMME_MANAGER: "programme.home",
    ActorKind.VENUE_MANAGER: "venue.home",
    ActorKind.TILL: "till.scan",
}


class UndeclaredRouteError(Exception):
    """A route names no permission. The application refuses to start."""


def allow(permission: Permission, *, writes: bool = False) -> Callable[[View], View]:
    """Declare what a view needs. `writes=True` for the rare view that writes on GET."""

    def declare(view: View) -> View:
        marked = cast("Any", view)
        marked.permission, marked.writes = permission, writes
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


def home() -> str:
    """The address of the page where this actor begins."""
    return url_for(HOMES.get(actor().kind, "public.landing"))


def till_cookie(app: Flask) -> str:
    """The name of the cookie that makes a browser a till; bound to the host where there is HTTPS."""
    return "__Host-till" if app.config["SESSION_COOKIE_SECURE"] else "till"


def known_cookie(app: Flask) -> str:
    """The name of the cookie by which a browser is known to have signed somebody in before; /exit takes it away."""
    return "__Host-known" if app.config["SESSION_COOKIE_SECURE"] else "known"


def _admit() -> BaseResponse | None:
    if request.endpoint is None or request.endpoint in WITHOUT_DATABASE:
        return None  # where there is no such page, the error handler answers
    permission: Permission = cast("Any", current_app.view_functions[request.endpoint]).permission
    g.actor = _till(current_app) if permission.allowed == {ActorKind.TILL} else _person()
    if g.actor.may(permission):
        return None
    if permission.allowed == {ActorKind.TILL}:
        return redirect(url_for("till.pair"))
    if g.actor.kind is ActorKind.VISITOR:
        wanted = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("sign_in.start", next=wanted))
    return abort(403)


def _person() -> Actor:
    secret = session.get(SECRET)
    return (find_actor(db.session(), secret) if isinstance(secret, str) else None) or VISITOR


def _till(app: Flask) -> Actor:
    token = request.cookies.get(till_cookie(app), "")
    return (find_till_actor(db.session(), token) if token else None) or VISITOR
