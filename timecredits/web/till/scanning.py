"""The till's one page: choose the offer, show or type a code, read the answer; undo the last ones."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from flask import abort, current_app, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.network.permissions import TAKE_CREDITS
from timecredits.spending.answers import Answer, Outcome
from timecredits.spending.redemption import AtTill, RedemptionRequest, redeem
from timecredits.spending.undoing import undo as undo_redemption
from timecredits.spending.visits import TillOffer, last_at_till, list_till_offers
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.till.blueprint import blueprint

OFFER = "till_offer"
"""Where this browser's session remembers the offer chosen last."""

FRAGMENT = "result"
_SETTLED = {"done", "again"}  # kinds of panel
_LONGEST_CODE = 200  # what the field holds
_FIRST_YEAR = 2000  # at the calendar's edge a moment may have no name in UTC


@blueprint.get("")
@allow(TAKE_CREDITS)
def scan() -> str:
    """Wait for a code. The only page that may use the camera."""
    return _page(camera=True)


@blueprint.post("/use")
@allow(TAKE_CREDITS)
def use() -> str:
    """Take credits for a code. Answers a whole page, or the result alone for a page that asks with X-Fragment."""
    sent = _read_request()
    if sent.offer_id is not None:
        session[OFFER] = str(sent.offer_id)
        session.permanent = True  # a till is started every morning and shouldn't ask again
    keyring: Keyring = current_app.config["KEYRING"]
    answer = redeem(db.session(), keyring, _till(), sent)
    if request.headers.get("X-Fragment") == FRAGMENT:
        return render_template("till/result.html", answer=answer, visits=last_at_till(db.session(), _till()))
    return _page(answer=answer, kept=None if answer.panel in _SETTLED else sent)


@blueprint.post("/undo/<uuid:redemption_id>")
@allow(TAKE_CREDITS)
def undo(redemption_id: UUID) -> Response:
    """Give credits back, with a reason."""
    answer = undo_redemption(db.session(), _till(), redemption_id, request.form.get("reason", ""))
    flash(f"{say(answer.sentence)} {say(answer.next)}", "success" if answer.outcome is Outcome.UNDONE else "warning")
    return redirect(url_for("till.scan"))


def _page(*, answer: Answer | None = None, kept: RedemptionRequest | None = None, camera: bool = False) -> str:
    """The page; `kept` is what was sent and took nothing, so that a slip in it can be mended without typing it all again."""
    offers = list_till_offers(db.session(), actor().venue)
    return render_template(
        "till/scan.html",
        answer=answer,
        typed=kept.code[:_LONGEST_CODE] if kept else "",
        # Only a number of people that never works here: any other, left standing, would count for the next person.
        party=kept if kept and answer and answer.outcome is Outcome.PARTY else None,
        camera=camera,
        offers=offers,
        chosen=_chosen(offers),
        most_people=max((offer.most_people for offer in offers), default=1),
        under_16s_come=any(offer.under_16_minutes is not None for offer in offers),
        visits=last_at_till(db.session(), _till()),
        new_id=new_id(),
    )


def _chosen(offers: Sequence[TillOffer]) -> UUID | None:
    remembered = session.get(OFFER)
    ids = [offer.id for offer in offers]
    # Of several, none is chosen for anybody: a code in view would be taken at a price nobody named.
    return next((each for each in ids if str(each) == remembered), ids[0] if len(ids) == 1 else None)


def _till() -> AtTill:
    till_id = actor().till_id
    if till_id is None:
        abort(403)
    return AtTill(till_id, actor().venue)


def _read_request() -> RedemptionRequest:
    sent_id = _uuid(request.form.get("id", ""))
    if sent_id is None:
        abort(400)
    return RedemptionRequest(
        id=sent_id,
        code=request.form.get("code", "").strip(),  # a scanner that types may add a space or a tab
        offer_id=_uuid(request.form.get("offer_id", "")),
        adults=_count(request.form.get("adults")),
        under_16s=_count(request.form.get("under_16s")),
        scanned_at=_moment(request.form.get("scanned_at", "")),
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _count(text: str | None) -> int | None:
    if text is None or not text.strip():
        return None
    try:
        return int(text)
    except ValueError:
        return -1  # not a number: the party's own sentence answers


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo and moment.year >= _FIRST_YEAR else None
