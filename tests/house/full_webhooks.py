"""Computers that are told, for the full world: one that works, with messages of every kind, one paused and one ended."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.records.models import WebhookDelivery, WebhookEvent
from timecredits.records.webhooks.keeping import CHOOSABLE, end_webhook, make_webhook, pause_webhook

WEBHOOK_PAGES = {
    "programme.webhook": {"webhook_id": "webhook"},
    "programme.webhook_secret": {"webhook_id": "webhook"},
}
"""What fills the addresses of these pages."""


def webhook_things(session: Session, keyring: Keyring, programme_id: UUID, *, actor_id: UUID) -> dict[str, str]:
    """One with a long name and address that has more messages than a page holds; one paused; one ended. Nothing is sent."""

    def make(about: str, url: str) -> UUID:
        made = make_webhook(
            session,
            keyring,
            programme_id,
            webhook_id=new_id(),
            url=url,
            about=about,
            events=CHOOSABLE,
            local_allowed=False,
            actor_id=actor_id,
        )
        return made.webhook.id

    pause_webhook(session, programme_id, make("The library", "https://library.example/new"), actor_id=actor_id)
    end_webhook(session, programme_id, make("Old council", "https://old.example/new"), actor_id=actor_id)
    works = make(
        "Cambridgeshire and Peterborough combined authority, reports", "https://hooks.example.org/" + "timecredits/" * 8 + "new"
    )
    now = clock.now()
    answers = ("200", "500", "too_slow", "not_trusted", "no_name", "")
    for number in range(24):
        answer, moment = answers[number % len(answers)], now - timedelta(hours=number)
        session.add(
            WebhookDelivery(
                programme_id=programme_id,
                id=new_id(),
                webhook_id=works,
                event=list(WebhookEvent)[number % len(WebhookEvent)],
                subject_id=new_id(),
                made_at=moment,
                next_try_at=now + timedelta(hours=2),
                tries=0 if not answer else 1 + number // 6,
                done_at=moment if answer == "200" else None,
                given_up_at=moment if number > 12 and answer not in {"", "200"} else None,
                last_answer=answer,
            )
        )
    session.flush()
    return {"webhook": str(works)}


def no_such_webhook() -> dict[str, str]:
    """Of another programme there is nothing: an id of none."""
    return {"webhook": str(new_id())}
