"""The charity of charity.py on both databases, at a fixed moment."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from tests.journey.charity import Charity, build_charity
from timecredits.foundation import clock


@pytest.fixture
def charity(session: Session) -> Iterator[Charity]:
    with clock.standing_at(datetime(2026, 11, 21, 12, tzinfo=UTC)):
        yield build_charity(session)
