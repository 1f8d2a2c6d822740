"""The small world for pages, on the application's own database."""

import pytest
from flask import Flask

from tests.web.world import World, build_world
from timecredits.web.database import db


@pytest.fixture
def world(app: Flask) -> World:
    with app.app_context():
        world = build_world(db.session())
        db.session.commit()
    return world
