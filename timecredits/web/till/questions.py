"""The second check at the till: the one question that is open beside a card, and the photo while it is."""

from dataclasses import dataclass
from uuid import UUID

from flask import Response, abort
from werkzeug.datastructures import MultiDict

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.network.permissions import TAKE_CREDITS
from timecredits.spending.answers import Answer, Outcome
from timecredits.spending.card_models import SecondCheck
from timecredits.spending.cards.photos import card_photo
from timecredits.spending.open_questions import find_asked_card
from timecredits.spending.redemption import RedemptionRequest, ShownCheck
from timecredits.web.access import allow
from timecredits.web.database import db
from timecredits.web.till.at import this_till
from timecredits.web.till.blueprint import blueprint

_KINDS = frozenset(SecondCheck)
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked ("pin", "word" or "photo") and what is sent again with the answer, under a new id.

    `attempt_id` is what asked, under which the photo is to be seen; `is_again`: what was given before was not right.
    """

    kind: str
    id: UUID
    attempt_id: UUID
    code: str
    offer_id: str
    adults: str
    under_16s: str
    is_again: bool


def question_of(answer: Answer, sent: RedemptionRequest) -> Question | None:
    """The question that an answer leaves open, or None. A face that was the wrong one is not asked about again."""
    if not answer.asks or answer.id is None:
        return None
    is_again = answer.outcome is Outcome.WRONG_CHECK
    if is_again and answer.asks == SecondCheck.PHOTO:
        return None
    return Question(
        kind=answer.asks,
        id=new_id(),
        attempt_id=answer.id,
        code=sent.code,
        offer_id=str(sent.offer_id or ""),
        adults="" if sent.adults is None else str(sent.adults),
        under_16s="" if sent.under_16s is None else str(sent.under_16s),
        is_again=is_again,
    )


def read_check(form: MultiDict[str, str]) -> ShownCheck | None:
    """What was shown beside a card, or None where nothing was."""
    kind = form.get("check_kind", "")
    return ShownCheck(kind, form.get("check", "")[:_LONGEST]) if kind in _KINDS else None


@blueprint.get("/photo/<uuid:attempt_id>")
@allow(TAKE_CREDITS)
def photo(attempt_id: UUID) -> Response:
    """The photo of whom this till was asked about a moment ago; 404 for any other, and once the question is two minutes old."""
    asked = find_asked_card(db.session(), this_till(), attempt_id, clock.now())
    jpeg = card_photo(db.session(), asked.programme_id, asked.card_id) if asked else None
    if jpeg is None:
        abort(404)
    return Response(jpeg, mimetype="image/jpeg")
