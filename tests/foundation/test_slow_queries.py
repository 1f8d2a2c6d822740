"""Slow statements are told of with their home and without values; others are only counted."""

import logging

import pytest
from sqlalchemy import Engine, bindparam, text
from sqlalchemy.exc import DBAPIError

from timecredits.foundation import clock, mail, slow_queries
from timecredits.foundation.db import transaction
from timecredits.foundation.log_lines import do
from timecredits.insight.standing import see_standing

CANARY = "zqxwren@example.org"
_LOGGER = "timecredits.queries"


@pytest.fixture
def slow(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """Every statement takes a second, by the clock that times them."""
    seconds = iter(range(10_000))
    monkeypatch.setattr(slow_queries, "perf_counter", lambda: float(next(seconds)))
    return engine


def test_a_slow_one_is_told_of_with_its_home_and_without_values(slow: Engine, caplog: pytest.LogCaptureFixture) -> None:
    slow_queries.watch(slow, 1000)
    with caplog.at_level(logging.WARNING, _LOGGER), transaction(slow) as session:
        mail.queue(session, recipient=CANARY, subject=CANARY, body=CANARY)
        session.flush()
        see_standing(session, clock.now())
    homes = [vars(each)["timecredits_facts"]["home"] for each in caplog.records]
    assert any(home.startswith("foundation/mail.py:") for home in homes), "nothing else of ours had called"
    assert any(home.startswith("insight/standing.py:") and home.endswith(" _jobs") for home in homes)
    assert any("INSERT INTO mail_message" in each.getMessage() for each in caplog.records)
    assert CANARY not in caplog.text
    assert {vars(each)["timecredits_facts"]["milliseconds"] for each in caplog.records} == {1000}


def test_one_that_failed_is_told_of_too_for_a_time_out_ends_the_slowest(slow: Engine, caplog: pytest.LogCaptureFixture) -> None:
    slow_queries.watch(slow, 1000)
    with slow.connect() as connection, caplog.at_level(logging.WARNING, _LOGGER):
        connection.execute(text("SELECT 1"))
        caplog.clear()
        with do("request", "r") as now, pytest.raises(DBAPIError):
            connection.execute(text("SELECT nothing FROM nowhere"))
        assert now.queries == 1
    assert [each.getMessage() for each in caplog.records] == ["slow query: SELECT nothing FROM nowhere"]


@pytest.mark.parametrize("limit", [0, 1001])
def test_one_that_is_quick_enough_is_not(slow: Engine, caplog: pytest.LogCaptureFixture, limit: int) -> None:
    slow_queries.watch(slow, limit)
    with caplog.at_level(logging.WARNING, _LOGGER), slow.connect() as connection:
        connection.execute(text("SELECT 1"))
    assert caplog.records == []


def test_statements_are_counted_for_what_sends_them_and_told_on(engine: Engine) -> None:
    told: list[str] = []
    slow_queries.watch(engine, 0, tell=lambda statement, _seconds: told.append(statement))
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        with do("request", "r") as now:
            connection.execute(text("SELECT 2"))
            connection.execute(text("SELECT :three"), {"three": 3})
    assert now.queries == 2
    assert [each for each in told if each.startswith("SELECT")][-2] == "SELECT 2"


def test_what_stands_in_quotes_is_left_out() -> None:
    said = slow_queries.without_values("SELECT *\n  FROM a WHERE b = 'O''Neill' AND c = 'x'")
    assert said == "SELECT * FROM a WHERE b = '...' AND c = '...'"
    assert len(slow_queries.without_values("SELECT " + "a, " * 5000)) == 2000


def test_a_value_would_be_seen_if_it_were_written_into_the_statement(slow: Engine, caplog: pytest.LogCaptureFixture) -> None:
    slow_queries.watch(slow, 1000)
    with caplog.at_level(logging.WARNING, _LOGGER), slow.connect() as connection:
        connection.execute(text("SELECT :told").bindparams(bindparam("told", CANARY)))
        connection.execute(text("SELECT 4242424242"))
    assert CANARY not in caplog.text
    assert "4242424242" in caplog.text, "the log holds the statement's text"
