"""One caller of the API: a key, calls that check what every answer must hold, and the codes that people show."""

from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from werkzeug.test import TestResponse

from tests.spending.shop import KEYRING
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.network.api_tokens import make_token
from timecredits.network.models import Programme
from timecredits.spending.live_codes import live_code
from timecredits.web.database import db

PREFIX = "/api/v1"


class Caller:
    """Sends JSON with a bearer key, and no cookies. `post` and `get` answer what came back as (status, JSON)."""

    def __init__(self, app: Flask, key: str | None) -> None:
        self.http = app.test_client(use_cookies=False)
        self.headers = {} if key is None else {"Authorization": f"Bearer {key}"}

    def send(self, method: str, path: str, **kwargs: Any) -> TestResponse:
        """Send it, and check what holds for every answer."""
        headers = {**self.headers, **kwargs.pop("headers", {})}
        response = self.http.open(PREFIX + path, method=method, headers=headers, **kwargs)
        assert "Set-Cookie" not in response.headers
        assert response.headers["Cache-Control"] == "no-store"
        if response.status_code >= 400:
            assert response.mimetype == "application/problem+json", response.text
            problem = response.get_json()
            assert problem["status"] == response.status_code
            assert problem["type"] == f"urn:timecredits:problem:{problem['code']}"
            for words in ("detail", "next", "title"):
                assert problem[words], problem
        return response

    def post(self, path: str, body: Any, *, status: int) -> dict[str, Any]:
        """Post JSON."""
        return self._checked(self.send("POST", path, json=body), status)

    def get(self, path: str, *, status: int = 200, **query: Any) -> dict[str, Any]:
        """Get JSON."""
        return self._checked(self.send("GET", path, query_string=query), status)

    @staticmethod
    def _checked(response: TestResponse, status: int) -> dict[str, Any]:
        assert response.status_code == status, (response.status_code, response.text)
        answered: dict[str, Any] = response.get_json()
        return answered


def make_key(app: Flask, world: World, *scopes: str, programme_id: UUID | None = None) -> str:
    """A key of the world's programme, good for a month."""
    with app.app_context():
        made = make_token(
            db.session(),
            programme_id or world.programme_id,
            token_id=new_id(),
            name="The library",
            scopes=scopes,
            days=30,
            actor_id=None,
        )
        db.session.commit()
        assert made.text is not None
        return made.text


def show(app: Flask, world: World, volunteer_id: UUID | None = None) -> str:
    """What the volunteer's phone shows now."""
    with app.app_context():
        programme = db.session().get_one(Programme, world.programme_id)
        code = live_code(db.session(), app.config["KEYRING"], programme, volunteer_id or world.volunteer_id, clock.now())
        db.session.commit()
        return code.qr_text


def redemption(world: World, code: str, **changes: Any) -> dict[str, Any]:
    """A request for one adult with a fresh id; `changes` replace its parts, and None takes one out."""
    body: dict[str, Any] = {
        "id": str(uuid4()),
        "code": code,
        "offer_id": str(world.offer_id),
        "party": {"adults": 1, "under_16s": 0},
    }
    return {name: value for name, value in {**body, **changes}.items() if value is not None}


__all__ = ["KEYRING", "Caller", "make_key", "redemption", "show"]
