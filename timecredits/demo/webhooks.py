"""A computer that would be told, in the demo: paused, so that nothing is ever sent to it."""

from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.records.models import WebhookEvent
from timecredits.records.webhooks.keeping import make_webhook, pause_webhook

__all__ = ["keep_sample_webhook"]


def keep_sample_webhook(session: Session, keyring: Keyring, programme_id: UUID, *, actor_id: UUID | None) -> None:
    """Add one at an address that leads nowhere, and pause it."""
    made = make_webhook(
        session,
        keyring,
        programme_id,
        webhook_id=new_id(),
        url="https://hooks.example.org/time-credits",
        about="The council's reports",
        events=[WebhookEvent.HOURS_RECORDED, WebhookEvent.HOURS_CORRECTED],
        local_allowed=False,
        actor_id=actor_id,
    )
    pause_webhook(session, programme_id, made.webhook.id, actor_id=actor_id)
