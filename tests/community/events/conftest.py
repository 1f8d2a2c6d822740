"""The fair, at a moment a week before it."""

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from tests.community.events.happening import NOW, Fair, make_fair
from tests.hours.conftest import JOINED, Place, make_place
from timecredits.foundation import clock
from timecredits.network.volunteers import enrol_volunteer


@pytest.fixture
def place(session: Session) -> Place:
    return make_place(session)


@pytest.fixture
def fair(place: Place) -> Iterator[Fair]:
    with clock.standing_at(NOW):
        yield make_fair(place)


@pytest.fixture
def enrol(place: Place) -> Callable[[str], UUID]:
    def enrol_named(name: str) -> UUID:
        here = (place.session, place.programme_id, place.organisation_id)
        return enrol_volunteer(*here, first_name=name, last_name="", joined_on=JOINED).volunteer.id

    return enrol_named
