"""The place of tests/hours/conftest.py with what a person's own way needs, on both databases."""

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from tests.hours.conftest import Place, make_place
from timecredits.foundation.keys import Keyring
from timecredits.network.models import Volunteer
from timecredits.network.users import create_user
from timecredits.network.volunteers import find_enrolled

KEYRING = Keyring.from_secret("a-secret-for-tests-0123456789abcdef")


@pytest.fixture
def place(session: Session) -> Place:
    return make_place(session)


@pytest.fixture
def leave(place: Place) -> Callable[[UUID], None]:
    """Let somebody have left the organisation."""

    def leave_here(volunteer_id: UUID) -> None:
        found = find_enrolled(place.session, place.programme_id, place.organisation_id, volunteer_id)
        found.enrolment.left_on = found.enrolment.enrolled_on
        place.session.flush()

    return leave_here


@pytest.fixture
def with_email(place: Place) -> str:
    """Let Siân have an email."""
    user = create_user(place.session, email="sian@example.org", name="Siân")
    place.session.get_one(Volunteer, (place.programme_id, place.sian)).user_id = user.id
    place.session.flush()
    return "sian@example.org"
