"""Any orders of any scans leave the same credits at the venues and clean books; any record at all is read or turned down."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.spending.offline_shop import account_sum, another_venue, make_note, saved, send, venue_sum
from tests.spending.shop import NOON
from tests.web.world import build_world
from timecredits.foundation import clock
from timecredits.ledger.books import check_ledger
from timecredits.ledger.note_float import float_id
from timecredits.spending.books import check_spending
from timecredits.spending.offline.records import SavedUse, read_record
from timecredits.spending.offline.scan_times import TOLERANCE, when_scanned

PRICES = st.lists(st.sampled_from([15, 30, 45, 60]), min_size=2, max_size=4)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
NOTHING = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), prices=PRICES)
def test_one_note_at_several_venues_in_any_order(shared_sqlite_engine: Engine, data: st.DataObject, prices: list[int]) -> None:
    with clock.standing_at(NOON), shared_sqlite_engine.connect() as connection:
        outer = connection.begin()
        with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
            world = build_world(session)
            _note, code = make_note(session, world)
            sends = []
            for index, price in enumerate(prices):
                till, offer_id = another_venue(session, world, f"Venue {index}", adult_minutes=price)
                record = saved(world, code, till_id=str(till.id), offer_id=str(offer_id), minutes=price)
                sends.append((till, record))
            order = data.draw(st.permutations(sends * 2))  # each is sent twice
            came = [send(session, world, record, till=till)[0] for till, record in order]
            assert sorted(answer.result for answer in came if not answer.again) == ["duplicate"] * (len(prices) - 1) + ["ok"]
            assert [venue_sum(session, world, till.venue_id) for till, _record in sends] == prices
            assert account_sum(session, world, float_id(world.programme_id)) == 0
            assert check_spending(session, world.programme_id) == []
            assert check_ledger(session, world.programme_id) == []
        outer.rollback()


def record_of(scanned_at: datetime, last_sync_at: datetime | None, clock_ahead: float | None) -> SavedUse:
    record = read_record(
        {
            "id": str(uuid4()),
            "till_id": str(uuid4()),
            "sequence": 1,
            "code": "x",
            "offer_id": str(uuid4()),
            "adults": 1,
            "under_16s": 0,
            "scanned_at": scanned_at.isoformat(),
            "last_sync_at": last_sync_at.isoformat() if last_sync_at else None,
            "clock_ahead": clock_ahead,
        }
    )
    assert record is not None
    return record


@given(scanned=MOMENTS, contact=MOMENTS | st.none(), ahead=st.none() | st.integers(-(10**6), 10**6), device=MOMENTS | st.none())
def test_a_scan_lies_between_the_last_contact_and_its_arrival(
    scanned: datetime, contact: datetime | None, ahead: int | None, device: datetime | None
) -> None:
    scan = when_scanned(record_of(scanned, contact, ahead), device_now=device, arrived_at=NOON)
    assert scan.at <= NOON
    assert contact is None or scan.at >= min(contact, NOON)
    assert scan.clock_was_off or abs(scan.at - scanned) <= TOLERANCE


@given(ago=st.integers(0, 3000), wrong=st.integers(-10_000, 10_000))
def test_a_clock_that_is_wrong_and_steady_is_put_right(ago: int, wrong: int) -> None:
    """`ago` minutes before it arrives, by a clock that is `wrong` by so many minutes: days, even."""
    truly, off = NOON - timedelta(minutes=ago), timedelta(minutes=wrong)
    record = record_of(truly + off, truly - timedelta(hours=1), off.total_seconds())
    scan = when_scanned(record, device_now=NOON + off, arrived_at=NOON)
    assert abs(scan.at - truly) <= TOLERANCE
    assert scan.clock_was_off is (abs(off) > TOLERANCE)


def test_a_clock_that_was_set_in_between_is_flagged_and_kept_within_its_limits() -> None:
    record = record_of(NOON - timedelta(days=2), NOON - timedelta(hours=3), 0)
    scan = when_scanned(record, device_now=NOON, arrived_at=NOON)
    assert (scan.at, scan.clock_was_off) == (NOON - timedelta(hours=3), True)
    jumped = when_scanned(record_of(NOON, NOON - timedelta(hours=3), 7200), device_now=NOON, arrived_at=NOON)
    assert (jumped.at, jumped.clock_was_off) == (NOON, True)


@given(
    st.dictionaries(
        st.sampled_from(
            ["id", "till_id", "sequence", "code", "offer_id", "adults", "under_16s", "minutes", "scanned_at", "undone", "check"]
        ),
        NOTHING | st.lists(NOTHING, max_size=2) | st.dictionaries(st.sampled_from(["at", "reason"]), NOTHING, max_size=2),
    )
    | NOTHING
    | st.lists(NOTHING)
)
def test_no_record_is_a_crash(sent: Any) -> None:
    whole = {
        "id": str(uuid4()),
        "till_id": str(uuid4()),
        "sequence": 1,
        "code": "x",
        "offer_id": str(uuid4()),
        "adults": 1,
        "under_16s": 0,
        "scanned_at": NOON.isoformat(),
    }
    for tried in (sent, {**whole, **sent} if isinstance(sent, dict) else sent):
        record = read_record(tried)
        assert record is None or (record.kept()["body"] and "\x00" not in record.code)


@pytest.mark.parametrize(
    "wrong",
    [
        {"sequence": 0},
        {"sequence": 2**31},
        {"sequence": "1"},
        {"adults": -1},
        {"under_16s": 1.5},
        {"scanned_at": "2026-11-21T10:00:00"},
        {"scanned_at": "1969-11-21T10:00:00Z"},
        {"scanned_at": "9999-12-31T23:59:59-14:00"},
        {"code": "x" * 201},
        {"code": "\ud800"},
        {"clock_ahead": float("nan")},
        {"clock_ahead": True},
        {"undone": {"at": "now", "reason": ""}},
        {"undone": {"at": "2026-11-21T10:00:00Z"}},
        {"undone": []},
        {"minutes": -1},
    ],
)
def test_what_is_out_of_bounds_is_turned_down(wrong: dict[str, Any]) -> None:
    whole = {
        "id": str(uuid4()),
        "till_id": str(uuid4()),
        "sequence": 1,
        "code": "x",
        "offer_id": str(uuid4()),
        "adults": 1,
        "under_16s": 0,
        "scanned_at": NOON.isoformat(),
    }
    assert read_record(whole) is not None
    assert read_record({**whole, **wrong}) is None
