"""A connection that died while it lay idle is noticed before it is used; one in use a moment ago is not asked."""

import pytest
from sqlalchemy import Engine, create_engine, text

from timecredits.foundation import postgresql
from timecredits.foundation.db import APPLICATION_ROLE, make_engine


def cut_all(url: str) -> None:
    """End every other connection to this database, as a restart of the server would."""
    other = create_engine(url)
    with other.connect() as connection:
        ends = "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity"
        connection.execute(text(f"{ends} WHERE datname = current_database() AND pid <> pg_backend_pid()"))
    other.dispose()


def role(engine: Engine) -> str:
    with engine.connect() as connection:
        return str(connection.scalar(text("SELECT current_user")))


@pytest.mark.postgresql
def test_a_connection_that_died_idle_is_replaced(postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql, "IDLE_SECONDS", 0.0)
    engine = make_engine(postgresql_url)
    assert role(engine) == APPLICATION_ROLE
    cut_all(postgresql_url)
    assert role(engine) == APPLICATION_ROLE
    engine.dispose()


@pytest.mark.postgresql
def test_one_in_use_a_moment_ago_is_not_asked(postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql, "IDLE_SECONDS", 3600.0)
    engine = make_engine(postgresql_url)
    with engine.connect() as one, engine.connect() as other:
        first = {connection.scalar(text("SELECT pg_backend_pid()")) for connection in (one, other)}
    with engine.connect() as one, engine.connect() as other:
        assert {connection.scalar(text("SELECT pg_backend_pid()")) for connection in (one, other)} == first
    engine.dispose()
