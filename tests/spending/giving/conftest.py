"""People with credits, and pots, in the small world at noon."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.spending.shop import credits_of, earn
from tests.web.world import World, build_world
from timecredits.foundation.db import new_id
from timecredits.hours.books import check_hours
from timecredits.ledger.books import check_ledger
from timecredits.network.volunteers import enrol_volunteer
from timecredits.spending.books import check_spending
from timecredits.spending.giving.books import check_giving
from timecredits.spending.giving.funding import fill_pot
from timecredits.spending.giving.gifts import Given, Giver, give_to_person, give_to_pot
from timecredits.spending.giving.pots import find_pot, make_pot
from timecredits.spending.giving_models import Gift, PotKind


@dataclass
class Givers:
    """Ids of what exists: Siân has 5 credits, Joan and Amir are enrolled with her; the shortest ways to give."""

    session: Session
    world: World
    sian: UUID
    joan: UUID
    amir: UUID
    stranger: UUID

    def give(self, minutes: int = 60, to: UUID | None = None, **more: object) -> Given:
        giver = more.pop("giver", None) or Giver(self.sian, self.world.users["volunteer"])
        values = {"gift_id": new_id(), "minutes": minutes, **more}
        return give_to_person(self.session, self.world.programme_id, giver, to or self.joan, **values)  # type: ignore[arg-type]

    def put(self, pot_id: UUID, minutes: int = 60, **more: object) -> Given:
        giver = Giver(self.sian, self.world.users["volunteer"])
        values = {"gift_id": new_id(), "minutes": minutes, **more}
        return give_to_pot(self.session, self.world.programme_id, giver, pot_id, **values)  # type: ignore[arg-type]

    def pot(self, *, minutes: int = 0, name: str = "Summer", organisation_id: UUID | None = None) -> UUID:
        """An organisation's pot with so much in it."""
        pot_id = new_id()
        own = organisation_id or self.world.organisation_id
        kind, here = PotKind.ORGANISATION, (self.session, self.world.programme_id)
        make_pot(*here, pot_id=pot_id, kind=kind, name=name, organisation_id=own, actor_id=None)
        if minutes:
            fill_pot(*here, pot_id, gift_id=new_id(), minutes=minutes, actor_id=None)
        return pot_id

    def community(self, name: str = "For everybody") -> UUID:
        pot_id = new_id()
        make_pot(self.session, self.world.programme_id, pot_id=pot_id, kind=PotKind.COMMUNITY, name=name, actor_id=None)
        return pot_id

    def holds(self, pot_id: UUID) -> int:
        return find_pot(self.session, self.world.programme_id, pot_id).balance

    def has(self, volunteer_id: UUID) -> int:
        return credits_of(self.session, self.world, volunteer_id)

    def gift(self, gift_id: UUID) -> Gift:
        return self.session.get_one(Gift, (self.world.programme_id, gift_id), populate_existing=True)

    def check(self) -> None:
        assert faults(self.session, self.world) == []


def faults(session: Session, world: World) -> list[object]:
    """Whatever doesn't add up."""
    checks = (check_ledger, check_hours, check_spending, check_giving)
    found = [fault for check in checks for fault in check(session, world.programme_id)]
    # Credits that tests hand out without hours are no fault of giving.
    return [fault for fault in found if fault.rule != "hours_without_transfer"]


def make_givers(session: Session, world: World) -> Givers:
    """Enrol them, within the caller's transaction."""
    joan, amir = (
        enrol_volunteer(session, world.programme_id, world.organisation_id, first_name=first, last_name=last).volunteer.id
        for first, last in (("Joan", "Price"), ("Amir", "Khan"))
    )
    earn(session, world, 300)
    return Givers(session, world, world.volunteer_id, joan, amir, world.other_volunteer_id)


@pytest.fixture
def committed(engine: Engine, noon: None) -> Iterator[Givers]:  # noqa: ARG001  the clock stands
    """The same, committed to a database of its own, so that other connections see it."""
    with Session(engine, expire_on_commit=False) as session:
        made = make_givers(session, build_world(session))
        session.commit()
        yield made


@pytest.fixture
def givers(session: Session, world: World) -> Givers:
    return make_givers(session, world)
