from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.ledger.books_of import open_books
from timecredits.foundation import clock
from timecredits.foundation.db import READ_ONLY, Day, Instant, UuidBytes, new_id, transaction
from timecredits.foundation.keys import Keyring

SQLITE = sqlite.dialect()


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC)))
def test_an_instant_comes_back_to_the_microsecond(instant: datetime) -> None:
    kind = Instant()
    assert kind.process_result_value(kind.process_bind_param(instant, SQLITE), SQLITE) == instant


@given(st.uuids())
def test_an_id_comes_back(value: object) -> None:
    kind = UuidBytes()
    assert kind.process_result_value(kind.process_bind_param(value, SQLITE), SQLITE) == value  # type: ignore[arg-type]


@given(st.dates())
def test_a_day_comes_back(value: object) -> None:
    kind = Day()
    assert kind.process_result_value(kind.process_bind_param(value, SQLITE), SQLITE) == value  # type: ignore[arg-type]


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Instant().process_bind_param(datetime(2026, 1, 1), SQLITE)
    with pytest.raises(ValueError, match="time zone"), clock.standing_at(datetime(2026, 1, 1)):
        pass


def test_ids_made_in_a_row_rise_and_are_of_version_seven() -> None:
    ids = [new_id() for _ in range(100)]
    assert {each.version for each in ids} == {7}
    assert len(set(ids)) == 100


def test_a_transaction_for_looking_can_not_write(engine: Engine) -> None:
    with transaction(engine) as session:
        open_books(session)
    with Session(engine) as session:
        session.connection(execution_options=READ_ONLY)
        with pytest.raises(DBAPIError, match=r"(?i)read-?only|readonly"):
            session.execute(text("UPDATE programme SET name = 'x'"))
    with transaction(engine) as session:  # and the next one can
        assert session.execute(text("UPDATE programme SET name = 'y'")).rowcount == 1  # type: ignore[attr-defined]


def test_raising_rolls_back(engine: Engine) -> None:
    with pytest.raises(LookupError), transaction(engine) as session:  # noqa: PT012
        open_books(session)
        raise LookupError
    with transaction(engine) as session:
        assert session.scalar(text("SELECT count(*) FROM programme")) == 0


def test_days_are_those_of_london_across_the_clock_change() -> None:
    assert clock.local_day(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)).isoformat() == "2026-07-01"
    assert clock.local_day(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)).isoformat() == "2026-12-31"
    assert clock.first_moment(clock.local_day(datetime(2026, 7, 1, 12, tzinfo=UTC))) == datetime(2026, 6, 30, 23, tzinfo=UTC)


def test_keys_for_two_purposes_differ_and_unknown_numbers_have_none() -> None:
    ring = Keyring.from_secret("a secret")
    number, key = ring.signing_key("live-code")
    assert (number, len(key)) == (1, 32)
    assert key != ring.key("note")
    assert key == ring.key("live-code", 1)
    assert ring.key("live-code", 2) is None
    assert "a secret" not in repr(ring)
