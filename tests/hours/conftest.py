"""An organisation with a garden group and a few people, for tests of hours."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from timecredits.foundation.db import new_id
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.hours.models import HourSource
from timecredits.hours.recording import NewHours, Recorded, record_hours
from timecredits.ledger.models import AccountKind, TransferKind
from timecredits.ledger.transfers import Movement, balance, open_account, post
from timecredits.network.models import Organisation, Volunteer
from timecredits.network.programmes import create_organisation, create_programme
from timecredits.network.volunteers import enrol_at_another, enrol_volunteer

TODAY = date(2026, 11, 21)
JOINED = date(2020, 1, 1)
Budget = Callable[[int], UUID]


@dataclass
class Place:
    """Ids of what exists, and the shortest ways to record."""

    session: Session
    programme_id: UUID
    organisation_id: UUID
    other_organisation_id: UUID
    garden_id: UUID
    meeting_id: UUID
    sian: UUID
    lukasz: UUID
    stranger: UUID

    def new(self, volunteer_id: UUID, minutes: int = 120, day: date = TODAY, **more: object) -> NewHours:
        values: dict[str, object] = {"id": new_id(), "activity_id": self.garden_id, "session_id": None} | more
        return NewHours(volunteer_id=volunteer_id, minutes=minutes, day=day, **values)  # type: ignore[arg-type]

    def record(self, *entries: NewHours, organisation_id: UUID | None = None) -> Recorded:
        return record_hours(
            self.session,
            self.programme_id,
            organisation_id or self.organisation_id,
            entries,
            source=HourSource.SINGLE,
            actor_id=None,
            today=TODAY,
        )

    def credits(self, volunteer_id: UUID) -> int:
        volunteer = self.session.get_one(Volunteer, (self.programme_id, volunteer_id))
        return balance(self.session, self.programme_id, volunteer.account_id)

    def enrol_elsewhere(self, volunteer_id: UUID) -> None:
        volunteer = self.session.get_one(Volunteer, (self.programme_id, volunteer_id))
        enrol_at_another(self.session, volunteer, self.other_organisation_id)


@pytest.fixture
def place(session: Session) -> Place:
    return make_place(session)


@pytest.fixture
def enrol(place: Place) -> Callable[[str], UUID]:
    def enrol_named(name: str) -> UUID:
        first, _, last = name.partition(" ")
        return enrol_volunteer(
            place.session, place.programme_id, place.organisation_id, first_name=first, last_name=last, joined_on=JOINED
        ).volunteer.id

    return enrol_named


@pytest.fixture
def budget(place: Place) -> Budget:
    """Give the organisation a budget of so many minutes; answers the pot's account."""

    def give(minutes: int) -> UUID:
        organisation = place.session.get_one(Organisation, (place.programme_id, place.organisation_id))
        account_id = open_account(place.session, place.programme_id, AccountKind.POT)
        if minutes:
            movement = Movement(new_id(), organisation.account_id, account_id, minutes, TransferKind.FUNDED, TODAY)
            post(place.session, place.programme_id, movement)
        organisation.budget_account_id = account_id
        place.session.flush()
        return account_id

    return give


def make_place(session: Session) -> Place:
    programme = create_programme(session, name="Fenland", slug="fenland")
    here = create_organisation(session, programme.id, name="Riverside Trust", slug="riverside")
    there = create_organisation(session, programme.id, name="Lantern House", slug="lantern")
    garden = create_activity(session, programme.id, here.id, ActivityFacts("Garden group"), actor_id=None)
    meeting = create_activity(session, programme.id, here.id, ActivityFacts("Committee", earns_credits=False), actor_id=None)

    def enrol_at(organisation_id: UUID, first: str, last: str) -> UUID:
        return enrol_volunteer(
            session, programme.id, organisation_id, first_name=first, last_name=last, joined_on=JOINED
        ).volunteer.id

    return Place(
        session=session,
        programme_id=programme.id,
        organisation_id=here.id,
        other_organisation_id=there.id,
        garden_id=garden.id,
        meeting_id=meeting.id,
        sian=enrol_at(here.id, "Siân", "O'Neill-Wyn"),
        lukasz=enrol_at(here.id, "Łukasz", "Żak"),
        stranger=enrol_at(there.id, "Fatima", "Khan"),
    )
