"""Looking somebody up by name, for who has no card with them: first name and initial, never without the second check."""

from flask import current_app, render_template, request
from flask_babel import gettext as _

from timecredits.foundation.db import new_id
from timecredits.foundation.errors import RuleError
from timecredits.foundation.keys import Keyring
from timecredits.network.permissions import TAKE_CREDITS
from timecredits.spending.look_up import LookedUp
from timecredits.spending.look_up import look_up as find_people
from timecredits.spending.visits import list_till_offers
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.offer_picks import picks_of
from timecredits.web.till.at import this_till
from timecredits.web.till.blueprint import blueprint
from timecredits.web.till.scanning import chosen_offer

_LONGEST = 80


@blueprint.get("/look-up")
@allow(TAKE_CREDITS)
def look_up() -> str:
    """Ask for the name."""
    return _page()


@blueprint.post("/look-up")
@allow(TAKE_CREDITS)
def look_up_search() -> str:
    """Show who that may be. By POST: a name has no place in an address, or in what a browser remembers of it."""
    words = request.form.get("words", "")[:_LONGEST]
    if not words.strip():
        return _page(error=_("Type the first name, or first and last name."))
    keyring: Keyring = current_app.config["KEYRING"]
    try:
        found = find_people(db.session(), keyring, this_till(), words)
    except RuleError as fault:
        return _page(words, error=say(fault.sentence))
    return _page(words, found=found)


def _page(words: str = "", *, error: str = "", found: list[LookedUp] | None = None) -> str:
    offers = picks_of(list_till_offers(db.session(), actor().venue))
    return render_template(
        "till/look_up.html",
        words=words,
        page_errors=[{"text": error, "href": "#words"}] if error else [],
        found=found,
        offers=offers,
        chosen=chosen_offer(offers),
        new_id=new_id(),
    )
