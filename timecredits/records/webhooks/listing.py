"""What the pages show of webhooks: which there are, how each stands, and its messages of the last 30 days."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from timecredits.network.scope import find
from timecredits.records.models import Webhook, WebhookDelivery
from timecredits.records.webhooks.finding import CATCH_UP, OVERLAP

__all__ = [
    "PAGE",
    "Standing",
    "count_waiting",
    "find_webhook",
    "forget_deliveries",
    "list_deliveries",
    "list_webhooks",
    "standing",
]

PAGE: Final = 20
_KEPT: Final = CATCH_UP
_FORGET_AT_ONCE: Final = 5000
_ENDED_SHOWN: Final = timedelta(days=90)


class Standing(StrEnum):
    """How a webhook is."""

    WORKS = "works"
    FAILING = "failing"
    PAUSED = "paused"
    ENDED = "ended"


def standing(webhook: Webhook) -> Standing:
    """How a webhook is, by what is most in the way."""
    if webhook.ended_at is not None:
        return Standing.ENDED
    if webhook.paused_at is not None:
        return Standing.PAUSED
    return Standing.FAILING if webhook.failures else Standing.WORKS


def list_webhooks(session: Session, programme_id: UUID, *, now: datetime) -> Sequence[Webhook]:
    """Every webhook, those that ended last and for 90 days only, then the newest first."""
    shown = Webhook.ended_at.is_(None) | (Webhook.ended_at > now - _ENDED_SHOWN)
    return session.scalars(
        select(Webhook)
        .where(Webhook.programme_id == programme_id, shown)
        .order_by(Webhook.ended_at.is_not(None), Webhook.made_at.desc(), Webhook.id)
        .limit(100)
    ).all()


def find_webhook(session: Session, programme_id: UUID, webhook_id: UUID) -> Webhook:
    """One webhook, also an ended one. Raises NotFoundError."""
    return find(session, Webhook, programme_id, webhook_id)


def list_deliveries(
    session: Session, programme_id: UUID, webhook_id: UUID, *, page: int, now: datetime
) -> tuple[Sequence[WebhookDelivery], bool]:
    """A page of what was sent or waits, newest first, and whether there are older ones."""
    rows = session.scalars(
        select(WebhookDelivery)
        .where(
            WebhookDelivery.programme_id == programme_id,
            WebhookDelivery.webhook_id == webhook_id,
            WebhookDelivery.made_at > now - _KEPT,
        )
        .order_by(WebhookDelivery.made_at.desc(), WebhookDelivery.id.desc())
        .limit(PAGE + 1)
        .offset((page - 1) * PAGE)
    ).all()
    return rows[:PAGE], len(rows) > PAGE


def count_waiting(session: Session, programme_id: UUID, webhook_id: UUID) -> int:
    """How many messages wait to be sent there."""
    waiting = (
        select(func.count())
        .select_from(WebhookDelivery)
        .where(
            WebhookDelivery.programme_id == programme_id,
            WebhookDelivery.webhook_id == webhook_id,
            WebhookDelivery.done_at.is_(None),
            WebhookDelivery.given_up_at.is_(None),
        )
    )
    return session.scalar(waiting) or 0


def forget_deliveries(session: Session, programme_id: UUID, *, now: datetime) -> int:
    """Remove what is older than 30 days and over; answers how many. A part at a time.

    Only what a look for news (finding.py) can't find again: else a webhook that was paused for long would tell things twice.
    """
    old = (
        select(WebhookDelivery.id)
        .join(Webhook, (Webhook.programme_id == WebhookDelivery.programme_id) & (Webhook.id == WebhookDelivery.webhook_id))
        .where(
            WebhookDelivery.programme_id == programme_id,
            WebhookDelivery.made_at < now - _KEPT,
            WebhookDelivery.done_at.is_not(None) | WebhookDelivery.given_up_at.is_not(None),
            Webhook.ended_at.is_not(None) | (Webhook.told_to >= now - _KEPT + OVERLAP),
        )
        .limit(_FORGET_AT_ONCE)
    )
    ids = session.scalars(old).all()
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        session.execute(
            delete(WebhookDelivery).where(WebhookDelivery.programme_id == programme_id, WebhookDelivery.id.in_(part)),
            execution_options={"synchronize_session": False},
        )
    return len(ids)
