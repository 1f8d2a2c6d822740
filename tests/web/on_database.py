"""The application on a database that a test chose."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from tests.made_once import share_what_is_compiled
from tests.web.world import World
from timecredits.app import create_app
from timecredits.foundation.db import new_id
from timecredits.network.api_tokens import make_token
from timecredits.web.database import db


@contextmanager
def application_on(url: str) -> Iterator[Flask]:
    """The application on this migrated database, its connections ended afterwards."""
    app = create_app(
        {
            "DATABASE_URL": url,
            "TESTING": True,
            "SECRET_KEY": "a-secret-for-tests-0123456789abcdef",
            "TIMECREDITS_ENV": "demo",
        },
    )
    yield share_what_is_compiled(app)
    with app.app_context():
        db.engine.dispose()


def partner_key(app: Flask, world: World, *scopes: str) -> str:
    """A key of a partner, good for these or for reading the programme's venues."""
    with app.app_context():
        made = make_token(
            db.session(),
            world.programme_id,
            token_id=new_id(),
            name="Council",
            scopes=scopes or {"venues:read"},
            days=30,
            actor_id=None,
        )
        db.session.commit()
    assert made.text is not None
    return made.text
