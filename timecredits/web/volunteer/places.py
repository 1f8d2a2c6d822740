"""Where to use credits: the places to look through, one of them, and the list on paper."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import abort, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from timecredits.foundation.postcode_districts import district_of, is_known
from timecredits.network.models import Volunteer
from timecredits.network.permissions import FIND_PLACES
from timecredits.network.scope import find
from timecredits.spending.offers.listing import Wanted, find_listed, list_offers, list_towns
from timecredits.spending.offers.offer_pictures import picture_words, read_offer_picture
from timecredits.spending.statements import volunteer_balance
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.volunteer.blueprint import blueprint

PAGE = 10
_LONGEST_SEARCH = 100
_DISTANCES = (5, 10, 25)
_ABOUT_ONE = 1.5
_ROUNDLY = 30
_TICKS = ("enough", "first", "step_free", "quiet", "alone")
_WHERE = {"local": False, "national": True}


@dataclass(frozen=True)
class Asked:
    """What the address asks for. `near` is a district that we know, or empty."""

    q: str
    town: str
    where: str
    within: str
    near: str
    ticks: frozenset[str]

    @property
    def is_anything(self) -> bool:
        """Whether the list is narrowed."""
        return bool(self.q or self.town or self.where or self.within or self.ticks)

    def wanted(self, balance: int) -> Wanted:
        """As the domain looks for it."""
        return Wanted(
            words=self.q,
            town=self.town,
            affordable_minutes=balance if "enough" in self.ticks else None,
            good_first_step="first" in self.ticks,
            step_free="step_free" in self.ticks,
            quiet="quiet" in self.ticks,
            alone_is_fine="alone" in self.ticks,
            is_national=_WHERE.get(self.where),
            near=self.near,
            within_miles=int(self.within) if self.near and self.within else None,
        )

    def address(self) -> dict[str, Any]:
        """The same again for an address."""
        said = {"q": self.q, "town": self.town, "where": self.where, "within": self.within, "near": self.near}
        return {name: value for name, value in said.items() if value} | ({"only": sorted(self.ticks)} if self.ticks else {})


@blueprint.get("/places")
@allow(FIND_PLACES)
def places() -> str:
    """Offers of the programme's venues, with what must be known before going first."""
    who, session = actor(), db.session()
    asked, unknown = _asked()
    balance = volunteer_balance(session, who.programme, who.volunteer)
    offers = list_offers(session, who.programme, asked.wanted(balance), volunteer_id=who.volunteer)
    page, pages = _page(), max(-(-len(offers) // PAGE), 1)
    if page > pages:
        abort(404)
    return render_template(
        "volunteer/places.html",
        offers=offers[(page - 1) * PAGE : page * PAGE],
        count=len(offers),
        towns=list_towns(session, who.programme),
        balance=balance,
        asked=asked,
        unknown=unknown,
        distances=_DISTANCES,
        distance=distance_words,
        page=page,
        pages=pages,
    )


@blueprint.get("/places/print")
@allow(FIND_PLACES)
def places_print() -> str:
    """The whole list, for paper."""
    who, session = actor(), db.session()
    asked, _unknown = _asked()
    balance = volunteer_balance(session, who.programme, who.volunteer)
    return render_template(
        "volunteer/places_print.html",
        offers=list_offers(session, who.programme, asked.wanted(balance), volunteer_id=who.volunteer),
        asked=asked,
        distance=distance_words,
    )


@blueprint.get("/places/<uuid:offer_id>")
@allow(FIND_PLACES)
def place(offer_id: UUID) -> str:
    """One offer: its rules, what it costs, where it is, and what else there is at that place."""
    who, session = actor(), db.session()
    asked, _unknown = _asked()
    found = find_listed(session, who.programme, offer_id, near=asked.near)
    others = list_offers(session, who.programme, Wanted(venue_id=found.venue_id), volunteer_id=who.volunteer)
    return render_template(
        "volunteer/place.html",
        offer=found,
        others=[each for each in others if each.id != offer_id],
        balance=volunteer_balance(session, who.programme, who.volunteer),
        distance=distance_words(found.miles),
        picture_shows=next(iter(picture_words(session, who.programme, [found.picture_id]).values()), ""),
        back=url_for("volunteer.places", **asked.address()),
    )


@blueprint.get("/places/<uuid:offer_id>/picture.jpg")
@allow(FIND_PLACES)
def place_picture(offer_id: UUID) -> Response:
    """The picture of an offer."""
    jpeg = read_offer_picture(db.session(), actor().programme, offer_id)
    if jpeg is None:
        abort(404)
    return Response(jpeg, mimetype="image/jpeg")


def distance_words(miles: float | None) -> str:
    """How far it is: "In your area", "About 3 miles"; nothing where we don't know."""
    if miles is None:
        return ""
    if miles == 0:
        return str(_("In your area"))
    if miles < _ABOUT_ONE:
        return str(_("About 1 mile"))
    about = round(miles) if miles < _ROUNDLY else round(miles / 5) * 5
    return str(ngettext("About %(num)s mile", "About %(num)s miles", about))


def _asked() -> tuple[Asked, str]:
    """What was asked for, and a district that was asked for but isn't known. Only the first half of a postcode is ever used."""
    args: MultiDict[str, str] = request.args
    asked_near = args.get("near")
    if asked_near is None:
        near = find(db.session(), Volunteer, actor().programme, actor().volunteer).postcode_district
    else:
        near = district_of(asked_near) or ""
    within, where = _text("within"), _text("where")
    asked = Asked(
        q=_text("q"),
        town=_text("town"),
        where=where if where in _WHERE else "",
        within=within if within in {str(each) for each in _DISTANCES} else "",
        near=near if is_known(near) else "",
        ticks=frozenset(args.getlist("only")) & frozenset(_TICKS),
    )
    return asked, "" if is_known(near) else near


def _text(name: str) -> str:
    return request.args.get(name, "")[:_LONGEST_SEARCH].strip()


def _page() -> int:
    asked = request.args.get("page", "1")
    return max(int(asked), 1) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 1  # noqa: PLR2004  four digits
