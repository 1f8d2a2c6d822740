"""Which times of the week an offer is on, in local time, also on the days when the clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timecredits.foundation.clock import LONDON, local_day
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import RuleError
from timecredits.foundation.local_times import time_of_day
from timecredits.spending.models import Offer, Per
from timecredits.spending.offers.offer_limits import is_on, period_of
from timecredits.spending.offers.offer_times import check_times, coming_slot, minutes_of, slot_at

SATURDAY = date(2026, 11, 21)
MORNINGS = [{"days": [5], "from": "10:00", "until": "12:00"}, {"days": [0, 2], "from": "09:30", "until": "11:00"}]
SPRING = date(2026, 3, 29)  # 01:00 is followed by 02:00
AUTUMN = date(2026, 10, 25)  # 01:00 to 02:00 comes twice


def offer_with(**facts: Any) -> Offer:
    return Offer(id=new_id(), name="Swim", adult_minutes=60, **{"times": [], **facts})


def at(day: date, text: str, *, fold: int = 0) -> datetime:
    return datetime.combine(day, time.fromisoformat(text), LONDON).replace(fold=fold).astimezone(UTC)


TIMES_OF_DAY = st.integers(0, 1440).map(lambda minutes: f"{minutes // 60:02}:{minutes % 60:02}")
WINDOWS = st.builds(
    lambda days, ends: {"days": sorted(days), "from": min(ends), "until": max(ends)},
    st.sets(st.integers(0, 6), min_size=1),
    st.tuples(TIMES_OF_DAY, TIMES_OF_DAY).filter(lambda ends: ends[0] != ends[1]),
)
NEAR_THE_CHANGES = st.one_of(
    st.datetimes(datetime(2026, 3, 28), datetime(2026, 3, 31), timezones=st.just(UTC)),
    st.datetimes(datetime(2026, 10, 24), datetime(2026, 10, 27), timezones=st.just(UTC)),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
)


def next_time(offer: Offer, now: datetime) -> datetime | None:
    slot = coming_slot(offer.times, now, first=offer.starts_on, last=offer.ends_on)
    return slot.begins if slot else None


def test_an_offer_without_times_is_on_all_day_and_has_one_slot_a_day() -> None:
    offer = offer_with()
    assert is_on(offer, at(SATURDAY, "03:00"))
    assert period_of(offer, at(SATURDAY, "03:00"), Per.SLOT) == "2026-11-21"


def test_it_is_on_from_the_first_minute_until_just_before_the_last() -> None:
    offer = offer_with(times=MORNINGS)
    on = [is_on(offer, at(SATURDAY, text)) for text in ("09:59", "10:00", "11:59", "12:00")]
    assert on == [False, True, True, False]
    assert period_of(offer, at(SATURDAY, "11:59"), Per.SLOT) == "2026-11-21 10:00"
    assert period_of(offer, at(SATURDAY, "12:00"), Per.SLOT) is None


def test_periods_are_local_days_iso_weeks_and_months() -> None:
    offer = offer_with(times=MORNINGS)
    summer_night = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)  # 1 July at the wall
    assert [period_of(offer, summer_night, per) for per in (Per.DAY, Per.WEEK, Per.MONTH)] == [
        "2026-07-01",
        "2026-W27",
        "2026-07",
    ]
    new_year = at(date(2027, 1, 1), "12:00")
    assert period_of(offer, new_year, Per.WEEK) == "2026-W53"


def test_days_hold_as_well_as_times() -> None:
    offer = offer_with(times=MORNINGS, starts_on=date(2026, 11, 22), ends_on=date(2026, 11, 30))
    assert not is_on(offer, at(SATURDAY, "10:30"))
    assert next_time(offer, at(SATURDAY, "10:30")) == at(date(2026, 11, 23), "09:30")
    assert next_time(offer, at(date(2026, 11, 30), "11:30")) is None


def test_the_next_time_can_be_the_same_weekday_a_week_on() -> None:
    offer = offer_with(times=MORNINGS[:1])
    assert next_time(offer, at(SATURDAY, "12:00")) == at(date(2026, 11, 28), "10:00")


def test_a_slot_over_the_hour_that_comes_twice_is_one_slot() -> None:
    offer = offer_with(times=[{"days": [6], "from": "00:30", "until": "02:30"}])
    keys = {period_of(offer, at(AUTUMN, text, fold=fold), Per.SLOT) for text, fold in (("00:30", 0), ("01:15", 0), ("01:15", 1))}
    assert keys == {"2026-10-25 00:30"}


def test_a_slot_within_the_skipped_hour_does_not_happen() -> None:
    offer = offer_with(times=[{"days": [6], "from": "01:00", "until": "02:00"}])
    assert next_time(offer, at(SPRING, "00:59")) == at(SPRING + timedelta(days=7), "01:00")
    assert not is_on(offer, at(SPRING, "02:00"))
    assert next_time(offer, at(SPRING - timedelta(days=1), "09:00")) == at(SPRING + timedelta(days=7), "01:00")


@given(WINDOWS, NEAR_THE_CHANGES)
def test_the_coming_slot_is_on_when_it_begins_and_the_one_before_is_over(window: dict[str, Any], now: datetime) -> None:
    slot = coming_slot([window], now)
    assert slot is not None  # at least once in fifteen days, one of which may skip an hour
    assert slot.until > now
    assert slot.day.weekday() in window["days"]
    inside = max(now, slot.begins)
    assert slot_at([window], inside) == slot or local_day(inside) != slot.day


@given(WINDOWS, NEAR_THE_CHANGES)
def test_on_ordinary_days_it_is_on_exactly_as_the_wall_says(window: dict[str, Any], now: datetime) -> None:
    offer = offer_with(times=[window])
    if local_day(now) in {SPRING, AUTUMN} or local_day(now).month in {3, 10}:
        return
    on_the_wall = minutes_of(window["from"]) <= time_of_day(now) < minutes_of(window["until"])
    assert is_on(offer, now) == (on_the_wall and local_day(now).weekday() in window["days"])
    assert (period_of(offer, now, Per.SLOT) is None) == (not is_on(offer, now))


@given(NEAR_THE_CHANGES)
def test_every_instant_is_in_exactly_one_day_week_and_month(now: datetime) -> None:
    day = local_day(now)
    offer = offer_with()
    assert period_of(offer, now, Per.DAY) == day.isoformat()
    assert period_of(offer, now, Per.MONTH) == day.isoformat()[:7]
    monday = day - timedelta(days=day.weekday())
    assert period_of(offer, now, Per.WEEK) == period_of(offer, at(monday, "12:00"), Per.WEEK)


def test_times_are_put_in_order_and_kept_plain() -> None:
    kept = check_times([{"days": [5, 5, 1], "from": "10:00", "until": "24:00"}, {"days": [0], "from": "00:00", "until": "10:00"}])
    assert kept == [{"days": [0], "from": "00:00", "until": "10:00"}, {"days": [1, 5], "from": "10:00", "until": "24:00"}]


@pytest.mark.parametrize(
    "times",
    [
        [{"days": [], "from": "10:00", "until": "12:00"}],
        [{"days": [7], "from": "10:00", "until": "12:00"}],
        [{"days": [1], "from": "12:00", "until": "10:00"}],
        [{"days": [1], "from": "12:00", "until": "12:00"}],
        [{"days": [1], "from": "9:00", "until": "10:00"}],
        [{"days": [1], "from": "09:60", "until": "10:00"}],
        [{"days": [1], "from": "09:00", "until": "24:01"}],
        [{"days": [1], "from": "nine", "until": "ten"}],
        [{"days": [1, 2], "from": "10:00", "until": "12:00"}, {"days": [2], "from": "11:00", "until": "13:00"}],
        [{"days": [1], "from": f"{hour:02}:00", "until": f"{hour:02}:30"} for hour in range(15)],
    ],
)
def test_times_that_can_not_be_are_refused(times: list[dict[str, Any]]) -> None:
    with pytest.raises(RuleError) as fault:
        check_times(times)
    assert fault.value.field == "times"
