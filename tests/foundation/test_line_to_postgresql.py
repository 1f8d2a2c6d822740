"""How long we wait for PostgreSQL, what no time-out may touch, and which of several hosts is chosen. All against real servers."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError

from tests.faults.wire import Wire
from tests.real.postgresql_server import FAST, PostgresqlServer
from timecredits.foundation.db import READ_ONLY, make_engine
from timecredits.foundation.postgresql import ENDLESS, FOR_PAGES, Patience

pytestmark = pytest.mark.postgresql

SHORT = Patience(first=2.0, answer=2.0, statement=1.0)
"""As short as a busy machine allows."""
SLOW_COMMIT = (
    "CREATE TABLE slowly (id int)",
    "CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(1.5); RETURN NULL; END'",
    (
        "CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON slowly DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION dawdle()"
    ),
)
"""A table whose rows take longer to commit than a statement may take."""
_DAWDLING = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()")
_AT_WORK = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid()"
)


@contextlib.contextmanager
def engine_on(url: str, patience: Patience) -> Iterator[Engine]:
    engine = make_engine(url, as_application=False, patience=patience)
    try:
        yield engine
    finally:
        engine.dispose()


def state_of(fault: DBAPIError) -> str | None:
    state: str | None = getattr(fault.orig, "sqlstate", None)
    return state


def test_a_statement_that_takes_too_long_is_ended_and_the_line_lives(postgresql_url: str) -> None:
    with engine_on(postgresql_url, SHORT) as engine, engine.connect() as connection:
        with pytest.raises(OperationalError) as caught:
            connection.execute(text("SELECT pg_sleep(20)"))
        assert state_of(caught.value) == "57014"
        connection.rollback()
        assert connection.scalar(text("SELECT 1")) == 1


def test_a_commit_is_never_ended(postgresql_url: str) -> None:
    """PostgreSQL takes its time-out off before it commits; here that is seen."""
    with engine_on(postgresql_url, ENDLESS) as engine, engine.begin() as connection:
        for each in SLOW_COMMIT:
            connection.exec_driver_sql(each)
    with engine_on(postgresql_url, SHORT) as engine:
        with engine.begin() as connection:
            connection.exec_driver_sql("INSERT INTO slowly VALUES (1)")
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM slowly")) == 1


def test_who_is_interrupted_at_a_commit_leaves_it_alone(postgresql_url: str) -> None:
    """Psycopg would cancel it, and where it waits for a standby that lets it through unconfirmed."""
    with engine_on(postgresql_url, ENDLESS) as watching, engine_on(postgresql_url, ENDLESS) as engine:
        with watching.begin() as connection:
            for each in SLOW_COMMIT:
                connection.exec_driver_sql(each)

        def interrupt_at_the_commit() -> None:
            with watching.connect() as connection:
                while not connection.scalar(_DAWDLING):
                    connection.rollback()
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

        interrupter = threading.Thread(target=interrupt_at_the_commit)
        interrupter.start()
        with pytest.raises(KeyboardInterrupt), engine.begin() as connection:
            connection.exec_driver_sql("INSERT INTO slowly VALUES (1)")
        interrupter.join()
        with watching.connect() as connection:
            while connection.scalar(_AT_WORK):
                connection.rollback()
            assert connection.scalar(text("SELECT count(*) FROM slowly")) == 1


def test_a_lock_that_somebody_keeps_is_waited_for_only_so_long(postgresql_url: str) -> None:
    patience = Patience(lock=0.2, statement=20.0)
    with engine_on(postgresql_url, patience) as engine, engine.connect() as one, engine.connect() as other:
        one.execute(text("SELECT pg_advisory_xact_lock(1)"))
        with pytest.raises(OperationalError) as caught:
            other.execute(text("SELECT pg_advisory_xact_lock(1)"))
        assert state_of(caught.value) == "55P03"


def test_a_silent_server_is_given_up_and_found_again(postgresql_url: str) -> None:
    address = make_url(postgresql_url)
    folder = address.query.get("host")
    if not isinstance(folder, str) or not folder.startswith("/"):
        pytest.skip("the line is laid to a server's socket, and TEST_POSTGRES_URL names none")
    with Wire(Path(folder)) as wire, engine_on(wire.url(address.database or ""), SHORT) as engine:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
            wire.hang()
            with pytest.raises(OperationalError) as caught:
                connection.execute(text("SELECT 2"))
        assert state_of(caught.value) is None
        assert caught.value.connection_invalidated
        wire.mend()
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT 3")) == 3


def test_what_a_page_is_allowed(postgresql_url: str) -> None:
    said: list[str] = []
    with engine_on(postgresql_url, FOR_PAGES) as engine:
        with engine.connect().execution_options(**READ_ONLY) as connection:
            connection.execute(text("SELECT 1"))
            raw = connection.connection.driver_connection
            assert isinstance(raw, psycopg.Connection)
            said.append(str(connection.scalar(text("SHOW statement_timeout"))))
            connection.commit()
        with engine.begin() as connection:
            said.append(str(connection.scalar(text("SHOW lock_timeout"))))
    assert said == ["15s", "5s"]


def test_who_became_a_standby_is_left_and_looked_for_anew(postgresql_url: str) -> None:
    with engine_on(postgresql_url, FOR_PAGES) as engine:
        with engine.connect() as connection:
            before = connection.scalar(text("SELECT pg_backend_pid()"))
            connection.execute(text("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"))
            connection.commit()
            with pytest.raises(DBAPIError) as caught:
                connection.execute(text("CREATE TABLE kept (id int)"))
            assert caught.value.connection_invalidated
        with engine.begin() as connection:
            assert connection.scalar(text("SELECT pg_backend_pid()")) != before
            connection.execute(text("CREATE TABLE kept (id int)"))


def test_a_page_that_may_not_write_keeps_its_line(postgresql_url: str) -> None:
    with engine_on(postgresql_url, FOR_PAGES) as engine, engine.connect().execution_options(**READ_ONLY) as connection:
        with pytest.raises(DBAPIError) as caught:
            connection.execute(text("CREATE TABLE kept (id int)"))
        assert state_of(caught.value) == "25006"
        assert not caught.value.connection_invalidated


def test_of_several_hosts_the_one_that_writes_is_chosen(tmp_path_factory: pytest.TempPathFactory) -> None:
    """As after a switch: the first host is gone, the second only lets read, and the third takes writes."""
    folder = tmp_path_factory.mktemp("pg")
    reading = PostgresqlServer(folder / "r", settings=(*FAST, "default_transaction_read_only=on"))
    writing = PostgresqlServer(folder / "w")
    reading.start()
    writing.start()
    try:
        hosts = "&".join(f"host={each}" for each in (folder / "gone", reading.folder, writing.folder))
        with engine_on(f"postgresql+psycopg://postgres@/postgres?{hosts}", FOR_PAGES) as engine, engine.begin() as connection:
            assert connection.scalar(text("SHOW unix_socket_directories")) == str(writing.folder)
            connection.execute(text("CREATE TABLE kept (id int)"))
    finally:
        reading.stop("immediate")
        writing.stop("immediate")
