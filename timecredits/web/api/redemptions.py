"""Taking credits through the API: one at a time, many at once, saved with no signal, and undoing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from flask import current_app
from msgspec import UNSET

from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.keys import Keyring
from timecredits.network.permissions import CALL_TILL_API, SEND_SAVED_USES
from timecredits.spending.answers import Answer as Decision
from timecredits.spending.answers import Outcome
from timecredits.spending.models import Till
from timecredits.spending.redemption import AtTill, RedemptionRequest, ShownCheck, attempt_id_of, redeem
from timecredits.spending.tills.pairing import find_device
from timecredits.spending.undoing import undo
from timecredits.web.access import actor, bearer_key
from timecredits.web.api.declaring import FAULTS, Answer, endpoint, problem_of, read_json, refuse, text
from timecredits.web.api.till_shapes import (
    Batch,
    BatchItem,
    BatchResults,
    NewRedemption,
    Offline,
    Reason,
    Redemption,
    SavedRedemption,
)
from timecredits.web.database import db, keep
from timecredits.web.problems import FieldFault, Problem, named_problem
from timecredits.web.saved_uses import TOO_OFTEN, BatchFault, is_flood, take_in

_FIRST_YEAR, _LAST_YEAR = 2000, 2999  # at the calendar's edges a moment may have no name in UTC
_MOST_BATCH = 512 * 1024
_DONE = {Outcome.TAKEN: 201, Outcome.ALREADY_DONE: 200, Outcome.FREE: 200, Outcome.ALREADY_UNDONE: 200, Outcome.UNDONE: 200}
_REPEATS = {Outcome.ALREADY_DONE: Outcome.TAKEN}
_REFUSED = {
    Outcome.WRONG_CODE: 404,
    Outcome.NOT_AT_THIS_VENUE: 404,
    Outcome.ALREADY_USED: 409,
    Outcome.FULL: 409,
    Outcome.TYPING_PAUSED: 429,
}
"""Every other refusal is 422. A code that is none and an offer of elsewhere are both "not here"."""
_KEPT = {"ok", "ok_covered", "duplicate", "review", "undone"}

REDEMPTION_EXAMPLE: Mapping[str, Any] = {
    "id": "0192f0c1-7a54-7c6e-9d9f-0d6f2b8c1a10",
    "code": "TC1:EAAAAAYIBACQKBQHBAEQUCYMBUHA6EARCIJRIFAWC4",
    "offer_id": "0192f0c1-7a54-7c6e-9d9f-0d6f2b8c1a11",
    "party": {"adults": 1, "under_16s": 0},
}


@endpoint(
    "POST",
    "/redemptions",
    CALL_TILL_API,
    summary="Take credits for a code",
    about=(
        "The id is made by the till before the first send. The same id and body give the same answer again; credits move once. "
        "A card is answered check_needed first; ask for what it names, and send again with a new id and the check. "
        "What was saved with no signal is sent with `offline`."
    ),
    tag="Tills",
    body=NewRedemption,
    answers={
        201: ((Redemption, SavedRedemption), "Done: credits were taken, once. Saved with no signal: kept (a SavedRedemption)."),
        200: ((Redemption, SavedRedemption), "The same as before, or a visit that costs nothing. Nothing more was taken."),
    },
    problems={
        404: "No such code, or no such offer at this venue. The attempt is kept.",
        409: "in_progress, already_used or full.",
        422: "Another refusal, or the same id with another body (conflict). Nothing was taken; the attempt is kept.",
        429: "Too many calls, or too many wrong typed codes (typing_paused).",
    },
    examples={"body": REDEMPTION_EXAMPLE},
    counted=False,  # credits that are taken are their own limit; what is refused counts
)
def take_credits(body: NewRedemption) -> Answer | Problem:
    """Decide on a code, or take in what was saved with no signal."""
    if body.offline is not None:
        return _saved(body, body.offline)
    return _decided(body)


@endpoint(
    "POST",
    "/redemptions/<uuid:redemption_id>/undo",
    CALL_TILL_API,
    summary="Give the credits of a redemption back",
    about="Within 15 minutes, by the till that took them. The id may be ours or the till's own. Undoing twice gives back once.",
    tag="Tills",
    body=Reason,
    answers={200: ((Redemption,), "Given back, now or before.")},
    problems={404: "This till took nothing under that id.", 422: "Too late (too_late_to_undo), or no reason."},
    parameters={"redemption_id": "The redemption's id, or the id that the till chose."},
    examples={"body": {"reason": "Wrong offer chosen."}},
)
def undo_redemption(redemption_id: UUID, body: Reason) -> Answer | Problem:
    """Undo by our id, or by the till's own where the answer was lost."""
    try:
        decision = undo(db.session(), _till(), redemption_id, body.reason)
    except NotFoundError:
        decision = undo(db.session(), _till(), attempt_id_of(_till(), redemption_id), body.reason)
    return _answer(decision, redemption_id)


@endpoint(
    "POST",
    "/redemptions/batch",
    SEND_SAVED_USES,
    summary="Send many redemptions, also saved with no signal",
    about=(
        "Each is kept or refused by itself, so one bad item harms no other. Items saved with no signal have `offline`. "
        "A till that its venue has removed can still send those: a person looks at them."
    ),
    tag="Tills",
    body=Batch,
    answers={200: ((BatchResults,), "One result for each item, in order.")},
    problems={401: "No till has or had this token. Keep the list.", 422: "Not a batch: nothing was looked at."},
    examples={"body": {"redemptions": [REDEMPTION_EXAMPLE]}},
    most_bytes=_MOST_BATCH,
)
def send_batch(body: Batch) -> Answer:
    """Take in each item in a transaction of its own."""
    device = find_device(db.session(), bearer_key()) if bearer_key() else None
    if device is None:
        raise refuse(401)
    if is_flood(device, len(body.redemptions)):
        raise refuse(TOO_OFTEN)
    keep()
    removed = device.revoked_at is not None
    results = [_item(device, removed, index, sent, body.device_now) for index, sent in enumerate(body.redemptions)]
    return Answer(200, BatchResults(clock.now(), "removed" if removed else "paired", results))


def _item(device: Till, removed: bool, index: int, sent: Any, device_now: datetime | None) -> BatchItem:  # noqa: FBT001
    sent_id = _id_in(sent)
    try:
        body: NewRedemption = read_json(NewRedemption, msgspec.json.encode(sent))
        if body.offline is not None:
            saved = _take_in(device, body, body.offline, device_now)
            return BatchItem(index=index, id=body.id, status=_saved_status(saved), saved=saved)
        if removed:
            raise refuse(401)
        decided = _decided(body)
        keep()
    except FAULTS as fault:
        problem = problem_of(fault)
        db.session.rollback()
        return BatchItem(index=index, id=sent_id, status=problem.status, problem=problem)
    if isinstance(decided, Problem):
        return BatchItem(index=index, id=body.id, status=decided.status, problem=decided)
    redemption = decided.body if isinstance(decided.body, Redemption) else None
    return BatchItem(index=index, id=body.id, status=decided.status, redemption=redemption)


def _decided(body: NewRedemption) -> Answer | Problem:
    keyring: Keyring = current_app.config["KEYRING"]
    request = RedemptionRequest(
        id=body.id,
        code=body.code.strip(),
        offer_id=body.offer_id,
        adults=None if body.party is None else body.party.adults,
        under_16s=None if body.party is None else body.party.under_16s,
        scanned_at=_moment(body.scanned_at, "scanned_at"),
        check=None if body.check is None else ShownCheck(body.check.kind, body.check.value),
    )
    return _answer(redeem(db.session(), keyring, _till(), request), body.id)


def _answer(decision: Decision, sent_id: UUID) -> Answer | Problem:
    status = _DONE.get(decision.outcome)
    if status is None or decision.id is None:
        return _refusal(decision)
    return Answer(
        status,
        Redemption(
            id=decision.id,
            sent_id=sent_id,
            outcome=_REPEATS.get(decision.outcome, decision.outcome),
            is_repeat=decision.outcome in {Outcome.ALREADY_DONE, Outcome.ALREADY_UNDONE},
            minutes=decision.minutes,
            name=decision.name,
            offer_name=decision.offer_name,
            used_at=decision.used_at,
            sentence=text(decision.sentence),
            say=text(decision.say),
            next=text(decision.next),
        ),
    )


def _refusal(decision: Decision) -> Problem:
    """A refusal as a problem whose code is its outcome; the attempt is kept under `id`."""
    code, status = decision.outcome.value, _REFUSED.get(decision.outcome, 422)
    said = text(decision.sentence)
    plain = named_problem(status, code, code.replace("_", " ").capitalize(), said, text(decision.next))
    return msgspec.structs.replace(
        plain,
        say=text(decision.say),
        id=decision.id or UNSET,
        name=decision.name if decision.asks == "photo" else UNSET,
        asks=decision.asks or UNSET,
        needed=decision.needed if decision.outcome in {Outcome.NOT_ENOUGH, Outcome.NOTE_TOO_SMALL} else UNSET,
    )


def _saved(body: NewRedemption, offline: Offline) -> Answer | Problem:
    device = find_device(db.session(), bearer_key())
    if device is None:
        raise refuse(401)
    if is_flood(device, 1):
        raise refuse(TOO_OFTEN)
    saved = _take_in(device, body, offline, None)
    if saved.result in _KEPT:
        return Answer(_saved_status(saved), saved)
    if saved.result == "later":
        raise refuse(409)
    problem = named_problem(422, saved.result, saved.result.capitalize(), saved.sentence, "See what the sentence says.")
    return msgspec.structs.replace(problem, id=saved.id or UNSET)


def _take_in(device: Till, body: NewRedemption, offline: Offline, device_now: datetime | None) -> SavedRedemption:
    if body.scanned_at is None:
        raise refuse(422, errors=(FieldFault("scanned_at", "Needed for what was saved with no signal."),))
    record = {
        "id": str(body.id),
        "till_id": str(offline.till_id or device.id),
        "code": body.code.strip(),
        "offer_id": str(body.offer_id),
        "adults": 1 if body.party is None else body.party.adults,
        "under_16s": 0 if body.party is None else body.party.under_16s,
        "minutes": offline.minutes,
        "sequence": offline.sequence,
        "scanned_at": body.scanned_at.isoformat(),
        "policy_version": offline.policy_version,
        "last_sync_at": offline.last_sync_at.isoformat() if offline.last_sync_at else None,
        "clock_ahead": offline.clock_ahead,
        "check": offline.check,
        "undone": None if offline.undone is None else {"at": offline.undone.at.isoformat(), "reason": offline.undone.reason},
    }
    taken = take_in(device, {"device_now": device_now.isoformat() if device_now else None, "records": [record]})
    if isinstance(taken, BatchFault):
        raise refuse(taken.status, detail=text(taken.sentence))
    [result] = taken["results"]
    return SavedRedemption(
        id=UUID(result["use_id"]) if result["use_id"] else None,
        sent_id=body.id,
        result=result["result"],
        is_repeat=result["again"],
        sentence=result["sentence"],
    )


def _saved_status(saved: SavedRedemption) -> int:
    if saved.result in _KEPT:
        return 200 if saved.is_repeat else 201
    return 409 if saved.result == "later" else 422


def _moment(moment: datetime | None, name: str) -> datetime | None:
    if moment is not None and not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise refuse(422, errors=(FieldFault(name, "No till has seen that moment."),))
    return moment


def _till() -> AtTill:
    till_id = actor().till_id
    if till_id is None:
        raise refuse(401)
    return AtTill(till_id, actor().venue)


def _id_in(sent: Any) -> UUID | None:
    try:
        return UUID(sent["id"])
    except (KeyError, TypeError, ValueError, AttributeError):
        return None
