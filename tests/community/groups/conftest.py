from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from tests.community.groups.gathered import NOW, Gathered, gather
from timecredits.foundation import clock


@pytest.fixture
def gathered(session: Session) -> Iterator[Gathered]:
    with clock.standing_at(NOW):
        yield gather(session)
