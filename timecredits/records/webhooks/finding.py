"""What is new since a webhook was last looked after becomes deliveries, in short steps. Recording hours knows nothing of it.

A row bears the moment at which it was made, but is seen only once its transaction ends. So each look goes back OVERLAP before
the watermark, and the unique key of deliveries (webhook, event, subject) keeps everything from being told twice. A step holds the
webhook's row: of two workers one waits, and then finds nothing left to do.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Engine, exists, insert, select
from sqlalchemy.orm import Session

from timecredits.foundation.db import READ_ONLY, new_id, transaction
from timecredits.hours.models import HourCorrection, HourEntry
from timecredits.network.models import ProgrammeVenue
from timecredits.records.models import Webhook, WebhookDelivery, WebhookEvent
from timecredits.spending.models import Redemption

__all__ = ["CATCH_UP", "OVERLAP", "STEP", "find_news"]

OVERLAP: Final = timedelta(minutes=15)
"""Longer than any transaction lasts: a long list of hours is recorded in one."""
CATCH_UP: Final = timedelta(days=30)
"""A webhook that was paused for longer hears of no more than this; deliveries are kept as long."""
STEP: Final = 500

_Source = tuple[WebhookEvent, Any, Any]


def find_news(engine: Engine, programme_id: UUID, *, now: datetime, step: int = STEP) -> int:
    """Make the deliveries of everything new in a programme up to `now`; answers how many. Stopped anywhere, it goes on."""
    with Session(engine) as session:
        session.connection(execution_options=READ_ONLY)
        live = select(Webhook.id).where(Webhook.programme_id == programme_id, *_is_live())
        webhooks = session.scalars(live.order_by(Webhook.made_at, Webhook.id)).all()
    made = 0
    for webhook_id in webhooks:
        while True:
            with transaction(engine) as session:
                found, is_all = _take_step(session, programme_id, webhook_id, now, step)
            made += found
            if is_all:
                break
    return made


def _is_live() -> tuple[Any, ...]:
    return Webhook.paused_at.is_(None), Webhook.ended_at.is_(None)


def _take_step(session: Session, programme_id: UUID, webhook_id: UUID, now: datetime, step: int) -> tuple[int, bool]:
    """At most `step` deliveries of each source. Answers how many, and whether that was all."""
    webhook = session.scalars(
        select(Webhook)
        .where(Webhook.programme_id == programme_id, Webhook.id == webhook_id, *_is_live())
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if webhook is None:
        return 0, True
    begins = max(webhook.told_to - OVERLAP, webhook.made_at)
    reached, count = now, 0
    for event, moment, source in _sources(programme_id, webhook.events):
        subject = source.selected_columns[1]
        told = exists().where(
            WebhookDelivery.programme_id == programme_id,
            WebhookDelivery.webhook_id == webhook_id,
            WebhookDelivery.event == event,
            WebhookDelivery.subject_id == subject,
        )
        found = session.execute(source.where(moment >= begins, moment < now, ~told).order_by(moment, subject).limit(step)).all()
        if found:
            rows = [
                {
                    "programme_id": programme_id,
                    "id": new_id(),
                    "webhook_id": webhook_id,
                    "event": event,
                    "subject_id": subject_id,
                    "made_at": now,
                    "next_try_at": now,
                    "tries": 0,
                    "last_answer": "",
                }
                for _moment, subject_id in found
            ]
            session.execute(insert(WebhookDelivery), rows)
            count += len(found)
        if len(found) == step:
            reached = min(reached, found[-1][0])
    webhook.told_to = max(webhook.told_to, reached)
    return count, reached == now


def _sources(programme_id: UUID, events: list[str]) -> Iterator[_Source]:
    """Where each kind of event is found: what says when, and a question for (moment, subject)."""
    entries = select(HourEntry.recorded_at, HourEntry.id).where(HourEntry.programme_id == programme_id)
    corrections = select(HourCorrection.corrected_at, HourCorrection.id).where(HourCorrection.programme_id == programme_id)
    # By venue, because that is how uses are indexed; what was saved with no signal is found by when it arrived.
    venues = select(ProgrammeVenue.venue_id).where(ProgrammeVenue.programme_id == programme_id)
    uses = select(Redemption.used_at, Redemption.id).where(
        Redemption.programme_id == programme_id, Redemption.venue_id.in_(venues), Redemption.arrived_at.is_(None)
    )
    arrived = select(Redemption.arrived_at, Redemption.id).where(Redemption.programme_id == programme_id)
    undone = select(Redemption.undone_at, Redemption.id).where(Redemption.programme_id == programme_id)
    every: tuple[_Source, ...] = (
        (WebhookEvent.HOURS_RECORDED, HourEntry.recorded_at, entries),
        (WebhookEvent.HOURS_CORRECTED, HourCorrection.corrected_at, corrections),
        (WebhookEvent.CREDITS_USED, Redemption.used_at, uses),
        (WebhookEvent.CREDITS_USED, Redemption.arrived_at, arrived),
        (WebhookEvent.USE_UNDONE, Redemption.undone_at, undone),
    )
    return (each for each in every if each[0] in events)
