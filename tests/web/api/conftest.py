"""The world with some credits in it, and callers of the API: its till, and partners with keys."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.spending.shop import earn
from tests.web.api.caller import Caller, make_key
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
def till(app: Flask, world: World) -> Caller:
    return Caller(app, world.till_token)


@pytest.fixture
def partner(app: Flask, world: World) -> Callable[..., Caller]:
    """A partner with a key of these scopes."""

    def make(*scopes: str) -> Caller:
        return Caller(app, make_key(app, world, *scopes))

    return make
