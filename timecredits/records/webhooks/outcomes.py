"""What becomes of a try: received, tried again after a longer wait, given up; and of a webhook that nothing reaches."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock, mail
from timecredits.foundation.wording import Sentence
from timecredits.network.models import Programme, RoleKind, StaffRole, User
from timecredits.network.roles import in_force
from timecredits.network.scope import find_and_hold
from timecredits.records.models import Webhook, WebhookDelivery, WebhookEvent
from timecredits.records.webhooks.sending import Answer

__all__ = [
    "FAILING_DAYS",
    "FAILURES_TO_PAUSE",
    "LONGEST_WAIT",
    "TRIES",
    "WAITS",
    "Because",
    "give_up_waiting",
    "pause",
    "settle",
    "wait_after",
]

WAITS: Final = tuple(
    timedelta(seconds=each) for each in (10, 300, 1800, 7200, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600)
)
"""How long after each try the next one comes: 75 hours in all."""
TRIES: Final = len(WAITS) + 1
FAILING_DAYS: Final = 3
FAILURES_TO_PAUSE: Final = 10
"""A webhook is paused when nothing got there for so many days and so many tries."""
LONGEST_WAIT: Final = WAITS[-1] * 1.5
"""Nothing is put off for longer than this; what seems to be was put off before the clock was set back."""
_FIRST_REST: Final = timedelta(seconds=15)
_LONGEST_REST: Final = timedelta(minutes=15)
_LONGEST_ASKED_FOR: Final = timedelta(days=1)
_JITTER: Final = 200


class Because(StrEnum):
    """Why a webhook is paused, or was ended by itself."""

    ASKED = "asked"
    FAILING = "failing"
    SECRET = "secret"  # noqa: S105  the word for why, no secret
    MOVED = "moved"
    GONE = "gone"


def wait_after(tries: int, delivery_id: UUID) -> timedelta:
    """How long to wait after so many tries. A tenth longer or shorter by the id, so that not all come at one moment."""
    share = 1 + (delivery_id.int % (_JITTER + 1) - _JITTER // 2) / 1000
    return WAITS[min(tries, len(WAITS)) - 1] * share


def settle(session: Session, programme_id: UUID, webhook_id: UUID, delivery_id: UUID, answer: Answer, *, base_url: str) -> None:
    """Keep what came of a try, and mail whoever made the webhook where that pauses or ends it. Locks webhook, then delivery."""
    now = clock.now()
    webhook = find_and_hold(session, Webhook, programme_id, webhook_id)
    delivery = find_and_hold(session, WebhookDelivery, programme_id, delivery_id)
    delivery.last_answer = str(answer)
    if answer.is_ok:
        delivery.done_at, delivery.given_up_at = now, None
        webhook.failures, webhook.failing_since, webhook.rest_until = 0, None, None
        return
    is_test = delivery.event is WebhookEvent.TEST
    if is_test or delivery.tries >= TRIES:
        delivery.given_up_at = now
    if answer.is_gone:
        _end_as_gone(session, webhook, now)
        _mail(session, webhook, now, base_url)
    elif not is_test:
        _rest(webhook, delivery, answer, now)
        if webhook.paused_at is None and _is_hopeless(webhook, now):
            pause(session, webhook, Because.FAILING, actor_id=None)
            _mail(session, webhook, now, base_url)
    session.flush()


def _rest(webhook: Webhook, delivery: WebhookDelivery, answer: Answer, now: datetime) -> None:
    asked_for = min(timedelta(seconds=answer.retry_after), _LONGEST_ASKED_FOR)
    rest = min(_FIRST_REST * 2 ** min(webhook.failures, 10), _LONGEST_REST)
    webhook.failures += 1
    webhook.failing_since = webhook.failing_since or now
    webhook.rest_until = now + max(rest, asked_for)
    delivery.next_try_at = max(delivery.next_try_at, now + asked_for)


def _is_hopeless(webhook: Webhook, now: datetime) -> bool:
    since = webhook.failing_since
    return since is not None and webhook.failures >= FAILURES_TO_PAUSE and now - since >= timedelta(days=FAILING_DAYS)


def pause(session: Session, webhook: Webhook, because: Because, *, actor_id: UUID | None) -> None:
    """Send nothing there until somebody lets it go on. Nothing is lost: what is new is found then."""
    webhook.paused_at, webhook.paused_because = clock.now(), because.value
    audit.record(session, webhook.programme_id, "webhook paused", actor_id=actor_id, subject_id=webhook.id)


def give_up_waiting(session: Session, webhook: Webhook, *, now: datetime, only_tests: bool = False) -> None:
    """Give up everything that waits to be sent there, or the tests alone."""
    session.execute(
        update(WebhookDelivery)
        .where(
            WebhookDelivery.programme_id == webhook.programme_id,
            WebhookDelivery.webhook_id == webhook.id,
            WebhookDelivery.done_at.is_(None),
            WebhookDelivery.given_up_at.is_(None),
            *([WebhookDelivery.event == WebhookEvent.TEST] if only_tests else []),
        )
        .values(given_up_at=now)
        .execution_options(synchronize_session=False)
    )


def _end_as_gone(session: Session, webhook: Webhook, now: datetime) -> None:
    session.flush()
    webhook.ended_at, webhook.paused_because = now, Because.GONE.value
    give_up_waiting(session, webhook, now=now)
    audit.record(session, webhook.programme_id, "webhook ended", actor_id=None, subject_id=webhook.id)


def _mail(session: Session, webhook: Webhook, now: datetime, base_url: str) -> None:
    programme = session.get_one(Programme, webhook.programme_id)
    said = (
        Sentence("Another computer told us that it wants no more news. So we stopped. Nothing more is sent there.")
        if webhook.ended_at is not None
        else Sentence("Another computer took no news for three days. So we paused it. Nothing is lost: the news waits for you.")
    )
    lines = (
        Sentence("Hello,"),
        "",
        Sentence("This is about %(programme)s.", programme=programme.name),
        said,
        "",
        Sentence("Sign in and look at it here:"),
        f"{base_url}/programme/webhooks/{webhook.id}",
        "",
    )
    for address in _recipients(session, webhook):
        mail.queue(
            session,
            recipient=address,
            subject=str(Sentence("News for another computer stopped")),
            body="\n".join(str(line) for line in lines),
            message_id=uuid5(webhook.id, f"{now.isoformat()} {address}"),
        )


def _recipients(session: Session, webhook: Webhook) -> list[str]:
    """Who made it, while they are a manager; else every manager, because somebody has to know."""
    rows = session.execute(
        select(User.id, User.email)
        .join(StaffRole, StaffRole.user_id == User.id)
        .where(
            StaffRole.programme_id == webhook.programme_id,
            StaffRole.kind == RoleKind.PROGRAMME_MANAGER,
            in_force(clock.today()),
            User.email.is_not(None),
        )
        .order_by(User.email)
    ).all()
    known = {user_id: email for user_id, email in rows if email}
    return [known[webhook.made_by]] if webhook.made_by in known else list(known.values())
