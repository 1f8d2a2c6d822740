"""A batch of what a till saved with no signal, taken in: by the till's own page, and through the API.

Each record is a transaction of its own, unlike any other page's work: one that can't be kept takes none of the others with it,
what was answered is kept whatever happens next, and two tills that send about the same people never hold each other up.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app

from timecredits.foundation import clock
from timecredits.foundation.keys import Keyring
from timecredits.foundation.wording import Sentence
from timecredits.network.tries import count_try
from timecredits.spending.models import Till
from timecredits.spending.offline.records import MOST_AT_ONCE, read_moment
from timecredits.spending.offline.syncing import ItemAnswer, note_contact, sync
from timecredits.web.database import db, keep
from timecredits.web.filters import say

UNPROCESSABLE, TOO_MANY, TOO_OFTEN = 422, 413, 429
MOST_AN_HOUR = 3_000
"""Items from one device, paired or removed: more than any door lets in, few enough that a stolen till can't flood the review."""


@dataclass(frozen=True)
class BatchFault:
    """Why nothing of a batch was looked at: the status, and a sentence."""

    status: int
    sentence: Sentence


def is_flood(till: Till, items: int) -> bool:
    """Count what a device sends at once; answers whether that is more in an hour than is looked at."""
    return items > 0 and count_try(db.session(), f"items {till.id}", within=timedelta(hours=1), times=items) > MOST_AN_HOUR


def take_in(till: Till, sent: Any) -> dict[str, Any] | BatchFault:
    """Take in `{"device_now", "records"}` and answer as docs/adr/0020 says. Commits after every record."""
    records = sent.get("records", []) if isinstance(sent, dict) else None
    if not isinstance(records, list):
        return BatchFault(UNPROCESSABLE, Sentence("This is not a list of saved scans. Nothing was kept."))
    if len(records) > MOST_AT_ONCE:
        return BatchFault(TOO_MANY, Sentence("Send at most %(most)s scans at once. Nothing was kept.", most=MOST_AT_ONCE))
    session, now, device_now = db.session(), clock.now(), _device_now(sent)
    keyring: Keyring = current_app.config["KEYRING"]
    device, answers = ("paired" if till.revoked_at is None else "removed"), []
    note_contact(session, till, now)
    keep()
    for record in records:
        answers += sync(session, keyring, till, [record], now, device_now=device_now)
        keep()
    return {
        "now": now.isoformat(),
        "device": device,
        "results": [_as_json(index, answer) for index, answer in enumerate(answers)],
    }


def _as_json(index: int, answer: ItemAnswer) -> dict[str, Any]:
    return {
        "index": index,
        "id": str(answer.id) if answer.id else None,
        "result": answer.result,
        "again": answer.again,
        "use_id": str(answer.use_id) if answer.use_id else None,
        "sentence": say(answer.sentence),
    }


def _device_now(sent: dict[str, Any]) -> datetime | None:
    """The till's clock as it sent, if it says one that can be."""
    try:
        return read_moment(sent.get("device_now"))
    except (ValueError, OverflowError):
        return None
