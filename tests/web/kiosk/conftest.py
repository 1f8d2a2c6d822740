"""An organisation with one activity, a browser that is its kiosk, and a volunteer's phone; the clock stands at ten."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask

from tests.page_client import PageClient
from tests.web.world import World, build_world
from timecredits.foundation.clock import standing_at
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.web.database import db

TEN = datetime(2026, 11, 24, 10, 0, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def ten() -> Iterator[None]:
    with standing_at(TEN):
        yield


@pytest.fixture
def world(app: Flask) -> World:
    with app.app_context():
        session = db.session()
        world = build_world(session)
        facts = ActivityFacts("Garden group", place="The walled garden")
        create_activity(session, world.programme_id, world.organisation_id, facts, actor_id=None)
        session.commit()
        return world


@pytest.fixture
def kiosk(world: World, client: PageClient) -> PageClient:
    return world.be_kiosk(client)


@pytest.fixture
def phone(app: Flask, world: World) -> PageClient:
    return world.sign_in(PageClient(app), "volunteer")
