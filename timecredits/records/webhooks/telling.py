"""What a message says: ids and numbers, never whose. docs/webhooks.md describes it for those who receive it.

A person is not in it, not even by an id: hours at one organisation may tell of somebody's health. Who may know asks the API with
a key whose scopes say so, and which can be ended.
"""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.hours.models import HourCorrection, HourEntry
from timecredits.records.models import WebhookDelivery, WebhookEvent
from timecredits.spending.models import Redemption

__all__ = ["compose"]

_Said = tuple[datetime, dict[str, Any]] | None


def compose(session: Session, delivery: WebhookDelivery) -> bytes | None:
    """The body: the same bytes at every try. None where what it is about is there no more."""
    said = _WORDS[delivery.event](session, delivery)
    if said is None:
        return None
    moment, data = said
    message = {"type": delivery.event.value, "timestamp": _iso(moment), "data": {"programme_id": delivery.programme_id, **data}}
    return json.dumps(message, separators=(",", ":"), default=str).encode()


def _hours_recorded(session: Session, delivery: WebhookDelivery) -> _Said:
    entry = session.get(HourEntry, (delivery.programme_id, delivery.subject_id))
    return None if entry is None else (entry.recorded_at, _hours(entry))


def _hours_corrected(session: Session, delivery: WebhookDelivery) -> _Said:
    correction = session.get(HourCorrection, (delivery.programme_id, delivery.subject_id))
    if correction is None:
        return None
    entry = session.get_one(HourEntry, (delivery.programme_id, correction.entry_id))
    replacement: UUID | None = correction.replacement_id
    now_counts = None if replacement is None else session.get_one(HourEntry, (delivery.programme_id, replacement))
    return correction.corrected_at, {
        "id": correction.id,
        "entry": _hours(entry),
        "replacement": None if now_counts is None else _hours(now_counts),
    }


def _hours(entry: HourEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "organisation_id": entry.organisation_id,
        "activity_id": entry.activity_id,
        "day": entry.done_on.isoformat(),
        "minutes": entry.minutes,
        "earned": entry.earned,
    }


def _credits_used(session: Session, delivery: WebhookDelivery) -> _Said:
    use = session.get(Redemption, (delivery.programme_id, delivery.subject_id))
    return None if use is None else (use.arrived_at or use.used_at, {**_use(use), "used_at": _iso(use.used_at)})


def _use_undone(session: Session, delivery: WebhookDelivery) -> _Said:
    use = session.get(Redemption, (delivery.programme_id, delivery.subject_id))
    return None if use is None or use.undone_at is None else (use.undone_at, _use(use))


def _use(use: Redemption) -> dict[str, Any]:
    return {
        "id": use.id,
        "venue_id": use.venue_id,
        "offer_id": use.offer_id,
        "adults": use.adults,
        "under_16s": use.under_16s,
        "minutes": use.minutes,
    }


def _test(_session: Session, delivery: WebhookDelivery) -> _Said:
    return delivery.made_at, {"id": delivery.subject_id}


_WORDS: Final[dict[WebhookEvent, Callable[[Session, WebhookDelivery], _Said]]] = {
    WebhookEvent.HOURS_RECORDED: _hours_recorded,
    WebhookEvent.HOURS_CORRECTED: _hours_corrected,
    WebhookEvent.CREDITS_USED: _credits_used,
    WebhookEvent.USE_UNDONE: _use_undone,
    WebhookEvent.TEST: _test,
}


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
