"""The cards of an organisation's people: who has one, who has none, what is still to be done about each."""

from uuid import UUID

from flask import render_template, request
from flask_babel import gettext as _

from timecredits.foundation.db import new_id
from timecredits.network.permissions import KEEP_CARDS
from timecredits.spending.cards.listing import CardCounts, Showing, count_cards, list_cards
from timecredits.web.access import actor, allow
from timecredits.web.coordinator.blueprint import blueprint
from timecredits.web.database import db


@blueprint.get("/cards")
@allow(KEEP_CARDS)
def cards() -> str:
    """List the people, all or some, to tick whose cards to print."""
    return show_cards()


def show_cards(*, ticked: tuple[UUID, ...] = (), error: str = "") -> str:
    """The list as the address asks for it, with what was ticked and what was wrong with that."""
    session, who = db.session(), actor()
    search = request.args.get("q", "")[:100]
    wanted = request.args.get("show", "")
    showing = Showing(wanted) if wanted in set(Showing) else Showing.EVERYBODY
    counts = count_cards(session, who.programme, who.organisation)
    return render_template(
        "coordinator/cards.html",
        listed=list_cards(
            session,
            who.programme,
            who.organisation,
            search=search,
            showing=showing,
            page=request.args.get("page", 1, type=int),
        ),
        counts=counts,
        search=search,
        showing=showing.value,
        filters=_filters(counts, showing),
        new_id=new_id(),
        ticked=ticked,
        error=error,
        page_errors=[{"text": error, "href": "#person-1"}] if error else [],
    )


def _filters(counts: CardCounts, showing: Showing) -> list[tuple[str, str, bool]]:
    """What the list can be narrowed to, with how many there are."""
    words = {
        Showing.EVERYBODY: (_("Everybody"), counts.people),
        Showing.NONE: (_("No card"), counts.missing),
        Showing.UNPRINTED: (_("Not printed"), counts.unprinted),
        Showing.PIN: (_("Needs a PIN"), counts.without_pin),
        Showing.LOCKED: (_("Locked"), counts.locked),
    }
    return [
        (each.value, f"{text} ({count})", each is showing)
        for each, (text, count) in words.items()
        if count or each in {Showing.EVERYBODY, showing}
    ]
