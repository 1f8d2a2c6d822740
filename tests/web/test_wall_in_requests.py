"""With every programme's filter taken out of every query, a page still shows one programme: the second wall (docs/adr/0037).

What forgetting it everywhere would do is made by changing the statements on their way to PostgreSQL.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
from flask import Flask
from sqlalchemy import event

from tests.page_client import PageClient
from tests.web.on_database import application_on, partner_key
from tests.web.world import World
from timecredits.foundation.db import new_id
from timecredits.network.api_tokens import make_token
from timecredits.network.models import RoleKind
from timecredits.network.programmes import create_organisation, create_programme, create_venue, join_programme
from timecredits.network.users import create_user, give_role
from timecredits.network.volunteers import enrol_volunteer
from timecredits.web import access
from timecredits.web.database import db

pytestmark = pytest.mark.postgresql

FOREIGN: Final = "Farawayish"
"""Stands in each name of the other programme, and nowhere else."""
FILTER: Final = re.compile(r"(\b\w+\.programme_id) = (%\(\w+\)s(?:::\w+)?)")
PAGES: Final = {
    "manager": (
        "/programme/organisations",
        "/programme/staff",
        "/programme/venues",
        "/programme/keys",
        "/programme/organisations/{organisation}",
        "/programme/venues/{venue}",
    ),
    "partner": ("/api/v1/volunteers", "/api/v1/organisations", "/api/v1/venues"),
}
"""Lists, and things looked up by their id. Without the wall and without filters each shows the other programme's."""


@pytest.fixture
def app(postgresql_url: str) -> Iterator[Flask]:
    """The application on PostgreSQL, where the wall is."""
    with application_on(postgresql_url) as app:
        yield app


def forget_programmes(app: Flask) -> list[str]:
    """From here on no statement says of which programme. Answers what was changed."""
    changed: list[str] = []

    def change(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: Any) -> tuple[str, Any]:
        without = FILTER.sub(r"(\1 IS NOT NULL OR \1 = \2)", statement)
        if without != statement:
            changed.append(statement)
        return without, parameters

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", change, retval=True)
    return changed


@pytest.fixture
def foreign(app: Flask) -> dict[str, str]:
    """Another programme with a thing of each kind, all of that name. Answers ids by kind, for addresses."""
    with app.app_context():
        session = db.session()
        other = create_programme(session, name="Another", slug="another").id
        place = create_organisation(session, other, name=f"{FOREIGN} Trust", slug="far")
        venue = create_venue(session, name=f"{FOREIGN} Pool", slug="far-pool", town="Wells")
        join_programme(session, other, venue.id)
        person = enrol_volunteer(session, other, place.id, first_name=FOREIGN, last_name="Person", number="V9")
        boss = create_user(session, email="far@example.org", name=f"{FOREIGN} Boss")
        give_role(session, other, boss.id, RoleKind.PROGRAMME_MANAGER)
        make_token(session, other, token_id=new_id(), name=f"{FOREIGN} key", scopes={"venues:read"}, days=30, actor_id=None)
        session.commit()
        return {"organisation": str(place.id), "volunteer": str(person.volunteer.id), "venue": str(venue.id)}


@pytest.mark.parametrize("who", PAGES)
def test_forgotten_filters_show_nothing_of_another_programme(
    app: Flask, client: PageClient, world: World, foreign: dict[str, str], monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    headers = {}
    if who == "partner":
        scopes = "volunteers:read", "names:read", "organisations:read", "venues:read"
        headers = {"Authorization": f"Bearer {partner_key(app, world, *scopes)}"}
    else:
        world.sign_in(client, who)
    changed = forget_programmes(app)
    for page in PAGES[who]:
        path = page.format(**foreign)
        changed.clear()
        answer = client.http.get(path, headers=headers)
        assert answer.status_code == (404 if "{" in page else 200), path
        assert FOREIGN not in answer.text, path
        assert changed, path
    monkeypatch.setattr(access, "stay_in", lambda *_: None)
    for page in PAGES[who]:
        answer = client.http.get(page.format(**foreign), headers=headers)
        assert FOREIGN in answer.text, f"forgetting would matter on this page: {page}"
