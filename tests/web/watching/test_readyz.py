"""/readyz says in one word what is wrong, to load balancers and to strangers alike."""

from flask import Flask
from sqlalchemy import text

from tests.web.on_database import application_on
from timecredits.foundation.db import make_engine, transaction
from timecredits.ledger.books import SQLITE_TRIGGERS


def asked(app: Flask) -> tuple[int, str]:
    answer = app.test_client().get("/readyz")
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.status_code, answer.text


def as_owner(url: str, statement: str) -> None:
    engine = make_engine(url, as_application=False)
    with transaction(engine) as session:
        session.execute(text(statement))
    engine.dispose()


def test_a_whole_database_is_ready(database_url: str) -> None:
    with application_on(database_url) as app:
        assert asked(app) == (200, "ready\n")


def test_one_that_lacks_a_migration_is_behind(database_url: str) -> None:
    with application_on(database_url) as app:
        as_owner(database_url, "UPDATE alembic_version SET version_num = '0001'")
        assert asked(app) == (503, "not ready: behind\n")


def test_one_that_lost_a_guard_is_not_served_from(database_url: str) -> None:
    postgresql = database_url.startswith("postgresql")
    name = "transfer_moves_balance" if postgresql else min(SQLITE_TRIGGERS)
    with application_on(database_url) as app:
        as_owner(database_url, f"DROP TRIGGER {name}{' ON transfer' if postgresql else ''}")
        assert asked(app) == (503, "not ready: guard\n")
