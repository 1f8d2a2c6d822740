"""A small world within the test's own transaction, at noon."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from tests.spending.shop import NOON
from tests.web.world import World, build_world
from timecredits.foundation import clock
from timecredits.foundation.db import make_engine


@pytest.fixture
def noon() -> Iterator[None]:
    with clock.standing_at(NOON):
        yield


@pytest.fixture
def world(session: Session, noon: None) -> World:  # noqa: ARG001  the clock stands
    return build_world(session)


@pytest.fixture
def sqlite_session(sqlite_url: str) -> Iterator[Session]:
    engine = make_engine(sqlite_url)
    with Session(engine, expire_on_commit=False) as session:
        yield session
        session.rollback()
    engine.dispose()


@pytest.fixture
def sqlite_world(sqlite_session: Session, noon: None) -> World:  # noqa: ARG001  the clock stands
    return build_world(sqlite_session)
