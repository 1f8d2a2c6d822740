"""What a programme manager does with webhooks: make one, change its secret, pause it, let it go on, test it, end it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.wording import Sentence
from timecredits.network.models import Programme
from timecredits.network.scope import find_and_hold
from timecredits.records.models import Webhook, WebhookDelivery, WebhookEvent
from timecredits.records.webhooks.addresses import read_address
from timecredits.records.webhooks.finding import CATCH_UP
from timecredits.records.webhooks.outcomes import Because, give_up_waiting
from timecredits.records.webhooks.outcomes import pause as set_paused
from timecredits.records.webhooks.signing import OLD_SECRET_GOOD, Secrets, new_secret, open_secrets, seal_secrets

__all__ = [
    "CHOOSABLE",
    "LONGEST_ABOUT",
    "MOST_WEBHOOKS",
    "MadeWebhook",
    "change_secret",
    "end_webhook",
    "go_on",
    "make_webhook",
    "pause_webhook",
    "send_again",
    "send_test",
]

CHOOSABLE: Final[Mapping[WebhookEvent, Sentence]] = {
    WebhookEvent.HOURS_RECORDED: Sentence("New hours"),
    WebhookEvent.HOURS_CORRECTED: Sentence("Hours that were put right"),
    WebhookEvent.CREDITS_USED: Sentence("Credits used at a venue"),
    WebhookEvent.USE_UNDONE: Sentence("A use that was undone"),
}
"""What somebody can ask to be told of, and what each means."""
LONGEST_ABOUT: Final = 60
MOST_WEBHOOKS: Final = 10
"""So many at once that have not ended."""
_TEST_EVERY: Final = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class MadeWebhook:
    """A webhook and its new secret. `secret` is None where that was made before: it can't be shown again."""

    webhook: Webhook
    secret: str | None


def make_webhook(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    *,
    webhook_id: UUID,
    url: str,
    about: str,
    events: Collection[str],
    local_allowed: bool,
    actor_id: UUID | None,
) -> MadeWebhook:
    """Make one, told of what comes from now on. The same `webhook_id` twice makes one. Raises RuleError for what can't be."""
    session.get_one(Programme, programme_id, with_for_update=True)  # so that two at once can't be one too many
    known = session.get(Webhook, (programme_id, webhook_id))
    if known is not None:
        return MadeWebhook(known, None)
    about, url = " ".join(about.split()), url.strip()
    if not about:
        raise RuleError(Sentence("Say whose computer it is. Nothing was saved."), field="about")
    if len(about) > LONGEST_ABOUT:
        said = Sentence("Use at most %(most)s letters to say whose it is. Nothing was saved.", most=LONGEST_ABOUT)
        raise RuleError(said, field="about")
    read_address(url, local_allowed=local_allowed)
    if not events or not set(events) <= set(CHOOSABLE):
        raise RuleError(Sentence("Tick what to tell. Nothing was saved."), field="events")
    live = select(func.count()).select_from(Webhook).where(Webhook.programme_id == programme_id, Webhook.ended_at.is_(None))
    if (session.scalar(live) or 0) >= MOST_WEBHOOKS:
        said = Sentence("You can tell %(most)s computers at most. End one first. Nothing was saved.", most=MOST_WEBHOOKS)
        raise RuleError(said, field="about")
    now, secret = clock.now(), new_secret()
    webhook = Webhook(
        programme_id=programme_id,
        id=webhook_id,
        url=url,
        about=about,
        events=[event.value for event in CHOOSABLE if event in events],
        sealed_secret=seal_secrets(keyring, webhook_id, Secrets(secret, made_as=webhook_id)),
        told_to=now,
        made_by=actor_id,
        made_at=now,
        paused_because="",
        failures=0,
    )
    session.add(webhook)
    audit.record(session, programme_id, "webhook made", actor_id=actor_id, subject_id=webhook_id)
    session.flush()
    return MadeWebhook(webhook, secret)


def change_secret(
    session: Session, keyring: Keyring, programme_id: UUID, webhook_id: UUID, *, change_id: UUID, actor_id: UUID | None
) -> MadeWebhook:
    """Give it a new secret; the old one signs too for a day. The same `change_id` twice changes once.

    Raises NotFoundError for one of elsewhere, or one that has ended.
    """
    webhook = _hold_live(session, programme_id, webhook_id)
    before = open_secrets(keyring, webhook_id, webhook.sealed_secret)
    if before is not None and before.made_as == change_id:
        return MadeWebhook(webhook, None)
    secret = new_secret()
    after = Secrets(secret, made_as=change_id)
    if before is not None:
        after = Secrets(secret, change_id, before.current, clock.now() + OLD_SECRET_GOOD)
    webhook.sealed_secret = seal_secrets(keyring, webhook_id, after)
    if webhook.paused_because == Because.SECRET:
        _set_going(session, webhook)
    audit.record(session, programme_id, "webhook secret changed", actor_id=actor_id, subject_id=webhook_id)
    session.flush()
    return MadeWebhook(webhook, secret)


def pause_webhook(session: Session, programme_id: UUID, webhook_id: UUID, *, actor_id: UUID | None) -> Webhook:
    """Send nothing there for now. Twice is once. Raises NotFoundError for one of elsewhere, or one that has ended."""
    webhook = _hold_live(session, programme_id, webhook_id)
    if webhook.paused_at is None:
        set_paused(session, webhook, Because.ASKED, actor_id=actor_id)
        session.flush()
    return webhook


def go_on(session: Session, programme_id: UUID, webhook_id: UUID, *, actor_id: UUID | None) -> Webhook:
    """Send there again: what waited, what was given up, and what came meanwhile, as far as CATCH_UP back. Twice is once.

    Raises NotFoundError for one of elsewhere, or one that has ended.
    """
    webhook = _hold_live(session, programme_id, webhook_id)
    if webhook.paused_at is not None:
        _set_going(session, webhook)
        audit.record(session, programme_id, "webhook resumed", actor_id=actor_id, subject_id=webhook_id)
        session.flush()
    return webhook


def _set_going(session: Session, webhook: Webhook) -> None:
    now = clock.now()
    webhook.paused_at, webhook.paused_because = None, ""
    webhook.failures, webhook.failing_since, webhook.rest_until = 0, None, None
    webhook.told_to = max(webhook.told_to, now - CATCH_UP)
    session.execute(
        update(WebhookDelivery)
        .where(
            WebhookDelivery.programme_id == webhook.programme_id,
            WebhookDelivery.webhook_id == webhook.id,
            WebhookDelivery.made_at >= now - CATCH_UP,
            WebhookDelivery.done_at.is_(None),
            WebhookDelivery.event != WebhookEvent.TEST,
        )
        .values(next_try_at=now, tries=0, given_up_at=None)
        .execution_options(synchronize_session=False)
    )


def end_webhook(session: Session, programme_id: UUID, webhook_id: UUID, *, actor_id: UUID | None) -> Webhook:
    """Send nothing there any more, for good. Twice is once. Raises NotFoundError for one of elsewhere."""
    webhook = find_and_hold(session, Webhook, programme_id, webhook_id)
    if webhook.ended_at is None:
        webhook.ended_at = clock.now()
        give_up_waiting(session, webhook, now=webhook.ended_at)
        audit.record(session, programme_id, "webhook ended", actor_id=actor_id, subject_id=webhook_id)
        session.flush()
    return webhook


def send_test(session: Session, programme_id: UUID, webhook_id: UUID, *, test_id: UUID, actor_id: UUID | None) -> bool:
    """Send a message that tells nothing, also while it is paused. The same `test_id` twice is one.

    False, and nothing is sent, where another was asked for a moment ago. Raises NotFoundError for one of elsewhere, or ended.
    """
    webhook = _hold_live(session, programme_id, webhook_id)
    if session.get(WebhookDelivery, (programme_id, test_id)) is not None:
        return True
    now = clock.now()
    of_late = select(WebhookDelivery.id).where(
        WebhookDelivery.programme_id == programme_id,
        WebhookDelivery.webhook_id == webhook_id,
        WebhookDelivery.made_at > now - _TEST_EVERY,
        WebhookDelivery.event == WebhookEvent.TEST,
    )
    if session.scalars(of_late.limit(1)).one_or_none() is not None:
        return False
    session.add(_due_now(webhook, test_id, now))
    audit.record(session, programme_id, "webhook tested", actor_id=actor_id, subject_id=webhook_id)
    session.flush()
    return True


def _due_now(webhook: Webhook, test_id: UUID, now: datetime) -> WebhookDelivery:
    return WebhookDelivery(
        programme_id=webhook.programme_id,
        id=test_id,
        webhook_id=webhook.id,
        event=WebhookEvent.TEST,
        subject_id=test_id,
        made_at=now,
        next_try_at=now,
        tries=0,
        last_answer="",
    )


def send_again(session: Session, programme_id: UUID, webhook_id: UUID, delivery_id: UUID, *, actor_id: UUID | None) -> None:
    """Send one message once more, under the same id, by which a receiver that has it knows it again.

    Raises NotFoundError for one of elsewhere, or of a webhook that has ended.
    """
    webhook = _hold_live(session, programme_id, webhook_id)
    delivery = find_and_hold(session, WebhookDelivery, programme_id, delivery_id, webhook_id=webhook_id)
    delivery.done_at, delivery.given_up_at = None, None
    delivery.tries, delivery.next_try_at = 0, clock.now()
    webhook.rest_until = None  # somebody thinks that it is mended
    audit.record(session, programme_id, "delivery sent again", actor_id=actor_id, subject_id=delivery_id)
    session.flush()


def _hold_live(session: Session, programme_id: UUID, webhook_id: UUID) -> Webhook:
    webhook = find_and_hold(session, Webhook, programme_id, webhook_id)
    if webhook.ended_at is not None:
        raise NotFoundError
    return webhook
