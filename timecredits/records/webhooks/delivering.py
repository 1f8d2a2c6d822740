"""Sending what is due: several receivers side by side, each for a short turn, so that one that hangs holds nobody else up.

A turn sends to one webhook, delivery after delivery, until a try fails, until so many were sent, or until the round is over; who
has more stands in line again behind the others. Before a try its next moment is written down, so a worker that dies in between
loses nothing, and two workers at once don't send the same. The other way round a message may arrive twice: its id is the same.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from threading import Event
from time import monotonic
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Engine, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from timecredits.foundation import clock
from timecredits.foundation.db import READ_ONLY, transaction
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.keys import Keyring
from timecredits.network.models import Programme
from timecredits.network.scope import find_and_hold
from timecredits.records.models import Webhook, WebhookDelivery, WebhookEvent
from timecredits.records.webhooks.addresses import is_local, read_address
from timecredits.records.webhooks.outcomes import LONGEST_WAIT, Because, give_up_waiting, pause, settle, wait_after
from timecredits.records.webhooks.sending import Answer, Fault, Network, post
from timecredits.records.webhooks.signing import Secrets, headers_for, open_secrets
from timecredits.records.webhooks.telling import compose

__all__ = ["Pace", "Way", "deliver_due"]

NOTHING_TO_SAY: Final = "nothing"


@dataclass(frozen=True, slots=True)
class Pace:
    """How much a round does: receivers at once, messages a turn, and seconds after which no further try begins."""

    threads: int = 8
    turn: int = 20
    round_seconds: float = 15.0


@dataclass(frozen=True, slots=True)
class Way:
    """What sending needs to know of this installation."""

    keyring: Keyring
    base_url: str
    network: Network


@dataclass(frozen=True, slots=True)
class _Claimed:
    delivery_id: UUID
    url: str
    headers: Mapping[str, str]
    body: bytes


def deliver_due(engine: Engine, way: Way, *, pace: Pace | None = None, ending: Event | None = None) -> int:
    """Send what is due in every programme; answers how many were received.

    Ends `pace.round_seconds` after it began, and at most one try later. A fault of our own is raised when all is over.
    """
    pace, ending = pace or Pace(), ending or Event()
    ends = monotonic() + pace.round_seconds
    received, faults = 0, []
    pool = ThreadPoolExecutor(pace.threads, thread_name_prefix="webhooks")

    def line_up(receiver: tuple[UUID, UUID]) -> Future[tuple[int, bool]]:
        turn = partial(_take_turn, engine, way, *receiver, pace.turn, lambda: ending.is_set() or monotonic() >= ends)
        return pool.submit(copy_context().run, turn)

    try:
        running = {line_up(each): each for each in _receivers(engine)}
        # A try that is under way has its own end; the names that are looked up have the system's.
        last = ends + way.network.patience.whole + 1
        while running and (left := last - monotonic()) > 0:
            for done in wait(running, timeout=left, return_when=FIRST_COMPLETED).done:
                receiver = running.pop(done)
                if (fault := done.exception()) is not None:
                    faults.append(fault)
                    continue
                sent, has_more = done.result()
                received += sent
                if has_more and not ending.is_set() and monotonic() < ends:
                    running[line_up(receiver)] = receiver
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    if faults:
        raise faults[0]
    return received


def _receivers(engine: Engine) -> list[tuple[UUID, UUID]]:
    """(programme, webhook) of all that have something due, who waits longest first."""
    found = []
    with Session(engine) as session:
        session.connection(execution_options=READ_ONLY)
        for programme_id in session.scalars(select(Programme.id).order_by(Programme.number)).all():
            rows = session.execute(
                select(func.min(WebhookDelivery.next_try_at), Webhook.id)
                .join(Webhook, _of_webhook())
                .where(*_due(programme_id))
                .group_by(Webhook.id)
            )
            found += [(since, programme_id, webhook_id) for since, webhook_id in rows]
    return [(programme_id, webhook_id) for _since, programme_id, webhook_id in sorted(found)]


def _of_webhook() -> ColumnElement[bool]:
    return (Webhook.programme_id == WebhookDelivery.programme_id) & (Webhook.id == WebhookDelivery.webhook_id)


def _due(programme_id: UUID) -> tuple[ColumnElement[bool], ...]:
    """A test is sent at once; anything else not while the webhook is paused or rests."""
    now = clock.now()
    rested = or_(Webhook.rest_until.is_(None), _has_come(Webhook.rest_until, now))
    is_open = Webhook.paused_at.is_(None) & rested
    return (
        WebhookDelivery.programme_id == programme_id,
        WebhookDelivery.done_at.is_(None),
        WebhookDelivery.given_up_at.is_(None),
        _has_come(WebhookDelivery.next_try_at, now),
        Webhook.ended_at.is_(None),
        or_(is_open, WebhookDelivery.event == WebhookEvent.TEST),
    )


def _has_come(moment: InstrumentedAttribute[Any], now: datetime) -> ColumnElement[bool]:
    return or_(moment <= now, moment > now + LONGEST_WAIT)


def _take_turn(
    engine: Engine, way: Way, programme_id: UUID, webhook_id: UUID, most: int, is_over: Callable[[], bool]
) -> tuple[int, bool]:
    """Send to one receiver. Answers how many it took, and whether it should have another turn."""
    received = 0
    opened = _open(engine, way, programme_id, webhook_id)
    if opened is None:
        return 0, False
    for _ in range(most):
        if is_over():
            return received, True
        claimed = _claim(engine, programme_id, webhook_id, *opened)
        if claimed is None:
            return received, False
        answer = _try(way, claimed)
        try:
            with transaction(engine) as session:
                settle(session, programme_id, webhook_id, claimed.delivery_id, answer, base_url=way.base_url)
        except NotFoundError:  # tidied away meanwhile
            return received, False
        if not answer.is_ok:
            return received, False
        received += 1
    return received, True


def _try(way: Way, claimed: _Claimed) -> Answer:
    try:
        target = read_address(claimed.url, local_allowed=is_local(way.base_url))
    except RuleError:  # it was an address once; this installation doesn't take it any more
        return Answer(fault=Fault.NOT_PUBLIC)
    return post(way.network, target, claimed.headers, claimed.body)


def _open(engine: Engine, way: Way, programme_id: UUID, webhook_id: UUID) -> tuple[str, Secrets] | None:
    """Its address and secrets. Where the key that sealed them is gone, nothing can be signed, and it is paused for that."""
    with Session(engine) as session:
        session.connection(execution_options=READ_ONLY)
        webhook = session.get_one(Webhook, (programme_id, webhook_id))
        secrets = open_secrets(way.keyring, webhook_id, webhook.sealed_secret)
        if secrets is not None:
            return webhook.url, secrets
    with transaction(engine) as session:
        webhook = find_and_hold(session, Webhook, programme_id, webhook_id)
        if webhook.paused_at is None:
            pause(session, webhook, Because.SECRET, actor_id=None)
        give_up_waiting(session, webhook, now=clock.now(), only_tests=True)
    return None


def _claim(engine: Engine, programme_id: UUID, webhook_id: UUID, url: str, secrets: Secrets) -> _Claimed | None:
    """The next delivery that is due, counted as tried and put off, so that nobody else takes it. None where there is none."""
    while True:
        with transaction(engine) as session:
            delivery = session.scalars(
                select(WebhookDelivery)
                .join(Webhook, _of_webhook())
                .where(*_due(programme_id), WebhookDelivery.webhook_id == webhook_id)
                .order_by(WebhookDelivery.next_try_at, WebhookDelivery.id)
                .limit(1)
                .with_for_update(of=WebhookDelivery, skip_locked=True)
            ).one_or_none()
            if delivery is None:
                return None
            now = clock.now()
            body = compose(session, delivery)
            if body is not None:
                delivery.tries += 1
                delivery.next_try_at = now + wait_after(delivery.tries, delivery.id)
                return _Claimed(delivery.id, url, headers_for(secrets, delivery.id, body, now=now), body)
            delivery.given_up_at, delivery.last_answer = now, NOTHING_TO_SAY
