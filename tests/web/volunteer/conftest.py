"""The small world for pages, on the application's own database, with and without a past."""

import pytest
from flask import Flask

from tests.page_client import PageClient
from tests.web.volunteer.past import Past, give_past
from tests.web.world import World, build_world
from timecredits.web.database import db


@pytest.fixture
def world(app: Flask) -> World:
    with app.app_context():
        world = build_world(db.session())
        db.session.commit()
    return world


@pytest.fixture
def past(app: Flask, world: World) -> Past:
    with app.app_context():
        past = give_past(db.session(), world)
        db.session.commit()
    return past


@pytest.fixture
def me(client: PageClient, world: World) -> PageClient:
    """A browser in which the volunteer is signed in."""
    return world.sign_in(client, "volunteer")
