"""The till's one page: choose the offer, show or type a code, read the answer; undo the last ones."""

from collections.abc import Sequence
from uuid import UUID

from flask import abort, current_app, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.network.permissions import TAKE_CREDITS
from timecredits.spending.answers import Answer, Outcome
from timecredits.spending.left_after import left_after
from timecredits.spending.redemption import RedemptionRequest, redeem
from timecredits.spending.undoing import undo as undo_redemption
from timecredits.spending.visits import last_at_till, list_till_offers
from timecredits.web.access import actor, allow
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.offer_picks import OfferPick, picks_of
from timecredits.web.taking_fields import read_count, read_id, read_moment
from timecredits.web.till.at import this_till
from timecredits.web.till.blueprint import blueprint
from timecredits.web.till.questions import question_of, read_check

OFFER = "till_offer"
"""Where this browser's session remembers the offer chosen last."""

FRAGMENT = "result"
_SETTLED = {"done", "again", "ask"}  # kinds of panel
_LONGEST_CODE = 200  # what the field holds


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
    answer = redeem(db.session(), keyring, this_till(), sent)
    if request.headers.get("X-Fragment") == FRAGMENT:
        visits = last_at_till(db.session(), this_till())
        left = left_after(db.session(), this_till(), answer)
        return render_template("till/result.html", answer=answer, left=left, question=question_of(answer, sent), visits=visits)
    return _page(answer=answer, sent=sent)


@blueprint.get("/last")
@allow(TAKE_CREDITS)
def last() -> str:
    """What was taken last, alone: a poster's uses come without a scan here, and static/js/scanner.js looks for them."""
    return render_template("till/last.html", visits=last_at_till(db.session(), this_till()))


@blueprint.post("/undo/<uuid:redemption_id>")
@allow(TAKE_CREDITS)
def undo(redemption_id: UUID) -> Response:
    """Give credits back, with a reason."""
    answer = undo_redemption(db.session(), this_till(), redemption_id, request.form.get("reason", ""))
    flash(f"{say(answer.sentence)} {say(answer.next)}", "success" if answer.outcome is Outcome.UNDONE else "warning")
    return redirect(url_for("till.scan"))


def chosen_offer(offers: Sequence[OfferPick]) -> UUID | None:
    """The offer that stands chosen: the one this till chose last, or the only one."""
    remembered = session.get(OFFER)
    ids = [offer.id for offer in offers]
    # Of several, none is chosen for anybody: a code in view would be taken at a price nobody named.
    return next((each for each in ids if str(each) == remembered), ids[0] if len(ids) == 1 else None)


def _page(*, answer: Answer | None = None, sent: RedemptionRequest | None = None, camera: bool = False) -> str:
    """The page; what was `sent` and took nothing stands in its fields, so that a slip can be mended without typing it again."""
    kept = sent if answer and answer.panel not in _SETTLED else None
    offers = picks_of(list_till_offers(db.session(), actor().venue))
    # Only a number of people that never works here: any other, left standing, would count for the next person.
    party = kept if answer and answer.outcome is Outcome.PARTY else None
    return render_template(
        "till/scan.html",
        answer=answer,
        left=left_after(db.session(), this_till(), answer) if answer else None,
        question=question_of(answer, sent) if answer and sent else None,
        typed=kept.code[:_LONGEST_CODE] if kept and not kept.code.startswith("LOOK:") else "",
        adults=party.adults if party else None,
        under_16s=party.under_16s if party else None,
        camera=camera,
        offers=offers,
        chosen=chosen_offer(offers),
        visits=last_at_till(db.session(), this_till()),
        new_id=new_id(),
    )


def _read_request() -> RedemptionRequest:
    sent_id = read_id(request.form.get("id", ""))
    if sent_id is None:
        abort(400)
    return RedemptionRequest(
        id=sent_id,
        code=request.form.get("code", "").strip(),  # a scanner that types may add a space or a tab
        offer_id=read_id(request.form.get("offer_id", "")),
        adults=read_count(request.form.get("adults")),
        under_16s=read_count(request.form.get("under_16s")),
        scanned_at=read_moment(request.form.get("scanned_at", "")),
        check=read_check(request.form),
    )
