"""What stands in the page's header and footer, for each kind of actor."""

from typing import Any

from flask import Flask, current_app, request, url_for
from flask_babel import lazy_gettext as _

from timecredits.network.permissions import ActorKind
from timecredits.web.access import actor, home

_ORGANISATION = (
    (_("Home"), "coordinator.home", "home"),
    (_("Register"), "coordinator.register_choose", "hours"),
    (_("People"), "coordinator.volunteers", "people"),
    (_("Activities"), "coordinator.activities", "calendar"),
    (_("Letters"), "coordinator.references", "letter"),
)
_MENUS: dict[ActorKind, tuple[tuple[Any, ...], ...]] = {
    ActorKind.VISITOR: (
        (_("Home"), "public.landing", "home"),
        (_("Find support"), "public.area", "search", "support"),
        (_("What's on"), "public.area", "calendar", "events"),
        (_("Stories"), "public.area", "people", "stories"),
    ),
    ActorKind.VOLUNTEER: (
        (_("Home"), "volunteer.home", "home"),
        (_("My code"), "volunteer.code", "code"),
        (_("Places"), "volunteer.places", "places"),
        (_("Hours"), "volunteer.hours", "hours"),
        (_("For you"), "volunteer.around", "heart"),
    ),
    ActorKind.COORDINATOR: _ORGANISATION,
    ActorKind.ORGANISATION_OWNER: _ORGANISATION,
    ActorKind.VENUE_MANAGER: (
        (_("Today"), "venue.home", "home"),
        (_("Offers"), "venue.offers", "spend"),
        (_("Tills"), "venue.tills", "till"),
        (_("Posters"), "venue.posters", "print"),
        (_("Totals"), "venue.totals", "chart"),
    ),
    ActorKind.PROGRAMME_MANAGER: (
        (_("Programme"), "programme.home", "home"),
        (_("Reports"), "programme.reports", "chart"),
        (_("Organisations"), "programme.organisations", "people"),
        (_("Venues"), "programme.venues", "places"),
        (_("Settings"), "programme.settings", "settings"),
    ),
    ActorKind.TILL: (),
    ActorKind.PARTNER: (),
    ActorKind.KIOSK: (),
}


def init_app(app: Flask) -> None:
    """Give every template what its layout shows."""

    @app.context_processor
    def frame() -> dict[str, Any]:
        who = actor()
        return {
            "current_actor": who,
            "navigation": [(text, *_led_to(endpoint, *page), icon) for text, endpoint, icon, *page in _MENUS[who.kind]],
            "demo": current_app.config["TIMECREDITS_ENV"] == "demo",
            "exit_href": url_for("public.leave"),
            "sign_out_href": url_for("sign_in.sign_out"),
            "home_href": home(),
            "footer_links": [
                *([(_("How I sign in"), url_for("sign_in.keeping"))] if who.sign_in_id else []),
                (_("Help now"), url_for("public.help_now")),
                (_("Say that you worry about somebody"), url_for("public.area", page="concern")),
                (_("Leaving this site safely"), url_for("public.safety")),
                (_("Privacy"), url_for("public.privacy")),
                (_("Check a letter"), url_for("public.check_typed")),
            ],
        }


def _led_to(endpoint: str, page: str = "") -> tuple[str, bool]:
    """Where an item of the menu leads, and whether that is the page that is shown. A public page is named by its `page`."""
    if not page:
        return url_for(endpoint), request.endpoint == endpoint
    return url_for(endpoint, page=page), request.endpoint == f"public.{page}"
