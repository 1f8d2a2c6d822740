"""What a till that works with no signal fetches and sends: its pack, and what it saved. For its app; no pages.

Sending has no permission of a till's: one that was removed still sends what it saved, and a person looks at it.
"""

import json
from typing import Any

from flask import Response, abort, current_app, jsonify, request
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response as BaseResponse

from timecredits.foundation import clock
from timecredits.foundation.keys import Keyring
from timecredits.foundation.wording import Sentence
from timecredits.network.permissions import SEND_SAVED_USES, TAKE_CREDITS
from timecredits.spending.models import Till
from timecredits.spending.offline.packing import make_pack
from timecredits.spending.tills.pairing import find_device
from timecredits.web.access import actor, allow, till_cookie
from timecredits.web.database import db
from timecredits.web.filters import say
from timecredits.web.saved_uses import TOO_OFTEN, UNPROCESSABLE, BatchFault, is_flood, take_in
from timecredits.web.till.blueprint import blueprint

_UNKNOWN = 401
_SAME = 304


@blueprint.get("/pack")
@allow(TAKE_CREDITS)
def pack() -> BaseResponse:
    """What the till needs with no signal, signed; 304 where it has it already."""
    till_id = actor().till_id or abort(403)
    keyring: Keyring = current_app.config["KEYRING"]
    known = next(iter(request.if_none_match.as_set()), "")
    made = make_pack(db.session(), keyring, till_id, actor().venue, clock.now(), known=known)
    if made is None:
        same = Response(status=_SAME)
        same.set_etag(known)
        return same
    response = jsonify(made.as_json())
    response.set_etag(made.version)
    return response


@blueprint.get("/sync")
@allow(SEND_SAVED_USES)
def hello() -> Response:
    """Say whether this device is a till, with a token for sending; also to one that is a till no more."""
    till = _device()
    device = "unknown" if till is None else "paired" if till.revoked_at is None else "removed"
    return jsonify(device=device, csrf_token=generate_csrf(), now=clock.now().isoformat())


@blueprint.post("/sync")
@allow(SEND_SAVED_USES)
def sync() -> tuple[Response, int] | Response:
    """Take in what was saved, and say of each item what became of it."""
    till = _device()
    if till is None:
        return _no(_UNKNOWN, Sentence("This device is not a till. Nothing was kept here. Keep your list."))
    try:
        sent: Any = json.loads(request.get_data(as_text=True))
    except (ValueError, RecursionError):
        return _no(UNPROCESSABLE, Sentence("This is not a list of saved scans. Nothing was kept."))
    if is_flood(till, _items(sent)):
        db.session.rollback()
        return _no(TOO_OFTEN, Sentence("That is more than one till can send in an hour. Nothing was lost. Send the rest later."))
    answer = take_in(till, sent)
    return _no(answer.status, answer.sentence) if isinstance(answer, BatchFault) else jsonify(answer)


def _items(sent: Any) -> int:
    records = sent.get("records") if isinstance(sent, dict) else None
    return len(records) if isinstance(records, list) else 0


def _device() -> Till | None:
    token = request.cookies.get(till_cookie(current_app), "")
    return find_device(db.session(), token) if token else None


def _no(status: int, sentence: Sentence) -> tuple[Response, int]:
    return jsonify(error=say(sentence)), status
