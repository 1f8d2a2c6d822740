"""A programme whose hours and uses are told: its world, and the shortest ways to let things happen."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.records.merging.conftest import Two, make_two
from tests.spending.shop import KEYRING, NOON
from tests.web.world import World, build_world
from timecredits.foundation import clock
from timecredits.foundation.db import new_id, transaction
from timecredits.hours.models import HourCorrection
from timecredits.records.models import Webhook, WebhookDelivery, WebhookEvent
from timecredits.records.webhooks.finding import find_news
from timecredits.records.webhooks.keeping import CHOOSABLE, make_webhook

BASE_URL = "http://127.0.0.1:8000"


@dataclass
class Told:
    """An engine of one's own with a programme on it. `now` is moved by hand; the clock stands at NOON when all is made."""

    engine: Engine
    world: World
    secrets: dict[UUID, str] = field(default_factory=dict)
    _people: tuple[Any, ...] = ()

    @property
    def programme_id(self) -> UUID:
        return self.world.programme_id

    def webhook(self, url: str = "https://hooks.example.org/new", events: Any = tuple(CHOOSABLE), **more: Any) -> UUID:
        """Make one, told of everything from now on."""
        with transaction(self.engine) as session:
            made = make_webhook(
                session,
                KEYRING,
                self.programme_id,
                webhook_id=new_id(),
                url=url,
                about="The council",
                events=events,
                local_allowed=True,
                actor_id=more.get("actor_id", self.world.users["manager"]),
            )
            assert made.secret is not None
            self.secrets[made.webhook.id] = made.secret
            return made.webhook.id

    def happen(self) -> dict[WebhookEvent, set[UUID]]:
        """Record hours twice, correct the first, use credits, and undo that: what there is to tell, by subject."""
        with transaction(self.engine) as session:
            two = self._two(session)
            first, second = two.earn(two.kept), two.earn(two.kept)
            replacement = two.correct(first, 90)
            use = two.use(two.kept)
            assert use is not None
            assert replacement is not None
            two.give_back(use)
            correction = self._correction(session, two, first)
        return {
            WebhookEvent.HOURS_RECORDED: {first, second, replacement},
            WebhookEvent.HOURS_CORRECTED: {correction},
            WebhookEvent.CREDITS_USED: {use},
            WebhookEvent.USE_UNDONE: {use},
        }

    def earn(self, count: int = 1) -> list[UUID]:
        """Record hours so many times, each of its own."""
        with transaction(self.engine) as session:
            two = self._two(session)
            return [two.earn(two.kept, minutes=1 + number) for number in range(count)]

    def _two(self, session: Session) -> Two:
        two = Two(session, *self._people) if self._people else make_two(session, self.world)
        self._people = (two.world, two.kept, two.gone, two.third, two.activity_id)
        return two

    @staticmethod
    def _correction(session: Session, two: Two, entry_id: UUID) -> UUID:
        return session.scalars(
            select(HourCorrection.id).where(
                HourCorrection.programme_id == two.world.programme_id, HourCorrection.entry_id == entry_id
            )
        ).one()

    def find(self, *, after: timedelta = timedelta(0), step: int = 500) -> int:
        """Let the worker look for news so long after now."""
        return find_news(self.engine, self.programme_id, now=clock.now() + after, step=step)

    def deliveries(self, webhook_id: UUID | None = None) -> list[WebhookDelivery]:
        """All of them, in the order they were made."""
        with transaction(self.engine) as session:
            own = [] if webhook_id is None else [WebhookDelivery.webhook_id == webhook_id]
            query = select(WebhookDelivery).where(WebhookDelivery.programme_id == self.programme_id, *own)
            return list(session.scalars(query.order_by(WebhookDelivery.id)))

    def state(self, webhook_id: UUID) -> Webhook:
        """One webhook as it stands."""
        with transaction(self.engine) as session:
            return session.get_one(Webhook, (self.programme_id, webhook_id))


@pytest.fixture
def noon() -> Iterator[datetime]:
    with clock.standing_at(NOON):
        yield NOON


@pytest.fixture
def told(engine: Engine, noon: datetime) -> Told:  # noqa: ARG001  the clock stands
    with transaction(engine) as session:
        world = build_world(session)
    return Told(engine, world)
