"""What a till does besides taking credits: pair, fetch its pack, find somebody by name."""

from uuid import UUID

from flask import Response, current_app, request

from timecredits.foundation import clock
from timecredits.foundation.keys import Keyring
from timecredits.network.permissions import CALL_TILL_API, PAIR_TILL
from timecredits.spending.cards.photos import card_photo
from timecredits.spending.look_up import look_up
from timecredits.spending.offline.packing import make_pack
from timecredits.spending.open_questions import find_asked_card
from timecredits.spending.taking import AtTill
from timecredits.spending.tills.pairing import pair_till, pairing_is_paused
from timecredits.web.access import actor
from timecredits.web.api.declaring import Answer, endpoint, refuse
from timecredits.web.api.till_shapes import Found, FoundPeople, Pack, PairedTill, PairingCode, Words
from timecredits.web.database import db
from timecredits.web.problems import Problem, named_problem


@endpoint(
    "POST",
    "/till/pair",
    PAIR_TILL,
    summary="Become a till of a venue",
    about="A venue's manager makes the code on their page about tills. It works once, for ten minutes.",
    tag="Tills",
    body=PairingCode,
    answers={201: ((PairedTill,), "Paired. The token is shown this once.")},
    problems={404: "The code is wrong, used or too old.", 429: "Too many wrong codes lately."},
    examples={"body": {"code": "7GQ4M2XK"}},
)
def pair(body: PairingCode) -> Answer | Problem:
    """Take the code and hand out a token. A miss is counted, so it is an answer and no fault."""
    session = db.session()
    if pairing_is_paused(session):
        return named_problem(
            429,
            "pairing_paused",
            "Paused",
            "Too many codes did not work. Nothing was paired.",
            "Wait ten minutes. Then try again.",
        )
    paired = pair_till(session, body.code)
    if paired is None:
        return named_problem(
            404, "wrong_code", "Wrong code", "That code did not work. Nothing was paired.", "Check it, or make a new one."
        )
    till = paired.till
    return Answer(201, PairedTill(paired.token, till.id, till.venue_id, till.name))


@endpoint(
    "GET",
    "/till/pack",
    CALL_TILL_API,
    summary="Everything a till needs with no signal, signed",
    about="Send If-None-Match with the version you have: 304 says that nothing has changed.",
    tag="Tills",
    answers={200: ((Pack,), "The pack, with its version as ETag."), 304: ((), "Nothing has changed.")},
)
def pack() -> Answer | Response:
    """The pack of the till's venue."""
    till_id = actor().till_id
    if till_id is None:
        raise refuse(401)
    keyring: Keyring = current_app.config["KEYRING"]
    known = next(iter(request.if_none_match.as_set()), "")
    made = make_pack(db.session(), keyring, till_id, actor().venue, clock.now(), known=known)
    if made is None:
        same = Response(status=304)
        same.set_etag(known)
        return same
    content = made.as_json()
    return Answer(200, Pack(content["pack"], content["signature"], content["key"]), {"ETag": f'"{made.version}"'})


@endpoint(
    "POST",
    "/till/look-up",
    CALL_TILL_API,
    summary="Find somebody who has no code with them",
    about="By at least 4 letters of their name; first name and initial only. Using it needs their PIN or word.",
    tag="Tills",
    body=Words,
    answers={200: ((FoundPeople,), "Those found, perhaps nobody.")},
    problems={422: "Too few letters."},
    examples={"body": {"words": "Siân"}},
)
def find_person(body: Words) -> Answer:
    """Look somebody up at this till's venue."""
    till_id = actor().till_id
    if till_id is None:
        raise refuse(401)
    keyring: Keyring = current_app.config["KEYRING"]
    found = look_up(db.session(), keyring, AtTill(till_id, actor().venue), body.words)
    return Answer(200, FoundPeople([Found(each.token, each.name) for each in found]))


@endpoint(
    "GET",
    "/till/photos/<uuid:redemption_id>",
    CALL_TILL_API,
    summary="The photo to compare with a face",
    about="For two minutes after a card was answered check_needed with asks photo; show it to staff and keep it nowhere.",
    tag="Tills",
    answers={200: ((), "The photo.")},
    problems={404: "This till was not asked about that a moment ago."},
    parameters={"redemption_id": "The id in the problem."},
    media="image/jpeg",
)
def show_photo(redemption_id: UUID) -> Response:
    """The photo of whom this till was asked about a moment ago."""
    till_id = actor().till_id
    if till_id is None:
        raise refuse(401)
    asked = find_asked_card(db.session(), AtTill(till_id, actor().venue), redemption_id, clock.now())
    jpeg = card_photo(db.session(), asked.programme_id, asked.card_id) if asked else None
    if jpeg is None:
        raise refuse(404)
    return Response(jpeg, mimetype="image/jpeg")
