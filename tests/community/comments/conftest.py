from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from tests.community.comments.told import NOW, Told, tell
from timecredits.foundation import clock


@pytest.fixture
def told(session: Session) -> Iterator[Told]:
    with clock.standing_at(NOW):
        yield tell(session)
