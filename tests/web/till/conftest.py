"""The world with some credits in it, and a browser that is its till."""

import pytest
from flask import Flask

from tests.page_client import PageClient
from tests.spending.shop import earn
from tests.web.world import World, build_world
from timecredits.web.database import db


@pytest.fixture
def world(app: Flask) -> World:
    with app.app_context():
        session = db.session()
        world = build_world(session)
        earn(session, world, 180)
        session.commit()
        return world


@pytest.fixture
def till(world: World, client: PageClient) -> PageClient:
    return world.be_till(client)


@pytest.fixture
def phone(app: Flask, world: World) -> PageClient:
    return world.sign_in(PageClient(app), "volunteer")
