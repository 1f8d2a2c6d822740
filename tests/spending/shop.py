"""What tests of using credits share: credits to begin with, a shown code, a till's request, and a count of statements."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.ledger.models import TransferKind
from timecredits.ledger.transfers import Movement, balance, post
from timecredits.network.models import Organisation, Programme, Volunteer
from timecredits.spending.live_codes import LiveCode, live_code
from timecredits.spending.redemption import AtTill, RedemptionRequest

KEYRING = Keyring.from_secret("a-secret-for-tests-0123456789abcdef")
NOON = datetime(2026, 11, 21, 12, 0, 5, tzinfo=UTC)


def earn(session: Session, world: World, minutes: int, volunteer_id: UUID | None = None) -> None:
    """Give a volunteer credits to use, as an hour entry would."""
    organisation = session.get_one(Organisation, (world.programme_id, world.organisation_id))
    volunteer = session.get_one(Volunteer, (world.programme_id, volunteer_id or world.volunteer_id))
    movement = Movement(new_id(), organisation.account_id, volunteer.account_id, minutes, TransferKind.EARNED, date(2026, 11, 20))
    post(session, world.programme_id, movement)


def credits_of(session: Session, world: World, volunteer_id: UUID | None = None) -> int:
    """The volunteer's balance in minutes."""
    account_id = session.scalars(
        select(Volunteer.account_id).where(
            Volunteer.programme_id == world.programme_id, Volunteer.id == (volunteer_id or world.volunteer_id)
        ),
    ).one()
    return balance(session, world.programme_id, account_id)


def show(session: Session, world: World, volunteer_id: UUID | None = None) -> LiveCode:
    """What the volunteer's phone shows now."""
    programme = session.get_one(Programme, world.programme_id)
    return live_code(session, KEYRING, programme, volunteer_id or world.volunteer_id, clock.now())


def till_of(world: World) -> AtTill:
    """The world's till."""
    return AtTill(world.till_id, world.venue_id)


def scan(world: World, code: str, **changes: Any) -> RedemptionRequest:
    """A request for one adult with a fresh id; `changes` replace its parts."""
    values: dict[str, Any] = {"id": uuid4(), "code": code, "offer_id": world.offer_id, "adults": 1, "under_16s": 0}
    return RedemptionRequest(**{**values, **changes})


@contextmanager
def counted_statements(session: Session) -> Iterator[list[str]]:
    """Collect every statement sent to the database within the block, savepoints too."""
    sent: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", listen)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", listen)
