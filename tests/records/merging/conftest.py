"""Two records of one person in the small world of tests/web/world.py, and what can happen to each."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.spending.shop import KEYRING, NOON, scan, show, till_of
from tests.web.world import World, build_world
from timecredits.foundation import clock
from timecredits.foundation.db import Base, new_id
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.hours.books import check_hours
from timecredits.hours.correcting import correct_hours
from timecredits.hours.models import HourSource
from timecredits.hours.recording import NewHours, record_hours
from timecredits.ledger.books import BookFault, check_ledger
from timecredits.ledger.transfers import balance
from timecredits.network.models import Volunteer
from timecredits.network.volunteers import enrol_volunteer
from timecredits.records.merging.merging import merge_people
from timecredits.records.merging.unmerging import Undone, undo_merge
from timecredits.records.models import Merge
from timecredits.spending.answers import Outcome
from timecredits.spending.books import check_spending
from timecredits.spending.giving.books import check_giving
from timecredits.spending.notes.books import check_notes
from timecredits.spending.offers.offer_books import check_offers
from timecredits.spending.redemption import redeem
from timecredits.spending.undoing import undo_by_staff

GROWS = {"transfer", "reversal", "audit_entry", "merge", "account", "outbox_mail"}
"""Tables that a merge and its undoing leave traces in; of accounts the balance is compared."""


@dataclass
class Two:
    """One person with two records, and the shortest ways to let things happen."""

    session: Session
    world: World
    kept: UUID
    gone: UUID
    third: UUID
    activity_id: UUID

    @property
    def here(self) -> tuple[UUID, UUID]:
        return self.world.programme_id, self.world.organisation_id

    def earn(self, who: UUID, minutes: int = 120, day: date = date(2026, 11, 20), session_id: UUID | None = None) -> UUID:
        key = new_id()
        entry = NewHours(key, who, self.activity_id, session_id, day, minutes)
        record_hours(self.session, *self.here, [entry], source=HourSource.SINGLE, actor_id=None, today=clock.today())
        return key

    def correct(self, entry_id: UUID, minutes: int) -> UUID | None:
        done = correct_hours(
            self.session, *self.here, entry_id, minutes=minutes, reason="Wrong.", actor_id=None, today=clock.today()
        )
        return done.replacement_id

    def use(self, who: UUID) -> UUID | None:
        answer = redeem(self.session, KEYRING, till_of(self.world), scan(self.world, show(self.session, self.world, who).qr_text))
        return answer.id if answer.outcome is Outcome.TAKEN else None

    def give_back(self, redemption_id: UUID) -> None:
        undo_by_staff(self.session, *self.here, redemption_id, "Closed.", actor_id=None)

    def merge(self, **changes: Any) -> Merge:
        values: dict[str, Any] = {"merge_id": new_id(), "kept_id": self.kept, "gone_id": self.gone, "reason": "Same card."}
        return merge_people(self.session, self.world.programme_id, actor_id=None, **(values | changes))

    def undo(self, merge: Merge) -> Undone:
        return undo_merge(self.session, self.world.programme_id, merge.id, actor_id=None)

    def credits(self, who: UUID) -> int:
        return balance(self.session, self.world.programme_id, self.person(who).account_id)

    def person(self, who: UUID) -> Volunteer:
        return self.session.get_one(Volunteer, (self.world.programme_id, who))

    def faults(self) -> list[BookFault]:
        checks = (check_ledger, check_hours, check_spending, check_giving, check_notes, check_offers)
        return [fault for check in checks for fault in check(self.session, self.world.programme_id)]

    def dump(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table, but what only grows; of accounts their balances."""
        self.session.flush()
        found = {}
        for table in Base.metadata.sorted_tables:
            if table.name not in GROWS:
                found[table.name] = sorted((tuple(row) for row in self.session.execute(select(table))), key=repr)
        account = Base.metadata.tables["account"]
        columns = select(account.c.id, account.c.balance).where(account.c.balance.is_not(None))
        found["account"] = sorted((tuple(row) for row in self.session.execute(columns)), key=repr)
        return found


def make_two(session: Session, world: World) -> Two:
    here = (world.programme_id, world.organisation_id)
    activity = create_activity(session, *here, ActivityFacts(name="Garden group 2"), actor_id=None)
    people = [
        enrol_volunteer(session, *here, first_name="Mina", last_name=last, number=number, joined_on=date(2024, 1, 1)).volunteer.id
        for last, number in (("Holt", "M1"), ("Hölt", "M2"), ("Stone", "M3"))
    ]
    return Two(session, world, *people, activity.id)


@pytest.fixture
def noon() -> Iterator[None]:
    with clock.standing_at(NOON):
        yield


@pytest.fixture
def two(session: Session, noon: None) -> Two:  # noqa: ARG001  the clock stands
    return make_two(session, build_world(session))
