import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from dateutil import tz
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from tests.hours.conftest import Place
from tests.hours.planning.coming import TUESDAY, weekly
from timecredits.foundation.clock import LONDON, standing_at
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.keys import Keyring
from timecredits.hours.activities import close_activity
from timecredits.hours.planning.activity_calendars import activity_calendar, calendar_token, read_calendar_token
from timecredits.hours.planning.calendar_writing import CalendarEvent, write_calendar
from timecredits.hours.planning.session_keeping import NewTerms, cancel_session, move_session
from timecredits.hours.planning.sessions import planned_id

WEEK = timedelta(weeks=1)
KEYRING = Keyring({1: b"a secret for tests", 3: b"another one"}, current=1)


@pytest.fixture(autouse=True)
def standing() -> Iterator[None]:
    with standing_at(datetime(2026, 11, 21, 9, tzinfo=UTC)):
        yield


def read(content: bytes) -> Calendar:
    return Calendar.from_ical(content)


def test_a_years_sessions_stand_there_under_ids_that_stay(place: Place) -> None:
    plan = weekly(place)
    here = (place.session, place.programme_id, place.organisation_id)
    before = {str(each["uid"]) for each in read(activity_calendar(*here[:2], place.garden_id)).walk("VEVENT")}
    assert len(before) == 51
    cancel_session(*here, plan.id, TUESDAY, because="Siân is ill", actor_id=None)
    move_session(
        *here, plan.id, TUESDAY + WEEK, NewTerms(TUESDAY + WEEK + timedelta(days=1), 660, 90, place="Hall"), actor_id=None
    )
    content = activity_calendar(*here[:2], place.garden_id)
    assert b"ill" not in content.split(b"END:VTIMEZONE")[1]
    events = {str(each["uid"]): each for each in read(content).walk("VEVENT")}
    assert set(events) == before
    cancelled = events[f"{planned_id(plan.id, TUESDAY)}@timecredits"]
    assert cancelled["status"] == "CANCELLED"
    moved = events[f"{planned_id(plan.id, TUESDAY + WEEK)}@timecredits"]
    assert moved["status"] == "CONFIRMED"
    assert moved["location"] == "Hall"
    assert (moved.start, moved.end) == (datetime(2026, 12, 9, 11, tzinfo=LONDON), datetime(2026, 12, 9, 12, 30, tzinfo=LONDON))
    in_summer = events[f"{planned_id(plan.id, date(2027, 6, 1))}@timecredits"]
    assert in_summer.start.astimezone(UTC).hour == 9


def test_a_closed_activity_has_an_empty_calendar_and_another_s_none(place: Place) -> None:
    weekly(place)
    close_activity(place.session, place.programme_id, place.organisation_id, place.garden_id, actor_id=None)
    assert read(activity_calendar(place.session, place.programme_id, place.garden_id)).walk("VEVENT") == []
    with pytest.raises(NotFoundError):
        activity_calendar(place.session, place.programme_id, new_id())


def test_an_address_is_ours_or_leads_nowhere() -> None:
    programme_id, activity_id = new_id(), new_id()
    token = calendar_token(KEYRING, programme_id, activity_id)
    assert read_calendar_token(KEYRING, token) == (programme_id, activity_id)
    later = Keyring(KEYRING.secrets, current=3)
    assert read_calendar_token(later, token) == (programme_id, activity_id)
    assert calendar_token(later, programme_id, activity_id) != token
    others = calendar_token(Keyring({1: b"not ours"}), programme_id, activity_id)
    for wrong in (others, token[:-2], token + "AA", token.swapcase(), "", "é", "....", token.replace("A", "B") + "="):
        with pytest.raises(NotFoundError):
            read_calendar_token(KEYRING, wrong)


@given(st.text(max_size=80))
def test_whatever_is_typed_there_is_no_crash(token: str) -> None:
    with pytest.raises(NotFoundError):
        read_calendar_token(KEYRING, token)


# A second reader of our VTIMEZONE: dateutil works the offsets out from its rules alone.
@given(moment=st.datetimes(datetime(2024, 1, 1), datetime(2040, 1, 1)))
def test_the_time_zone_we_write_is_london(moment: datetime) -> None:
    zone = london_as_written()
    local = moment.replace(minute=0, second=0, microsecond=0)
    if local.replace(tzinfo=LONDON, fold=0).utcoffset() == local.replace(tzinfo=LONDON, fold=1).utcoffset():
        assert local.replace(tzinfo=zone).utcoffset() == local.replace(tzinfo=LONDON).utcoffset()


@pytest.mark.parametrize("year", range(2025, 2035))
def test_the_time_zone_we_write_is_london_on_the_nights_the_clocks_change(year: int) -> None:
    zone = london_as_written()
    for month in (3, 10):
        for hours in range(24 * 31):
            local = datetime(year, month, 1) + timedelta(hours=hours)
            offsets = {local.replace(tzinfo=LONDON, fold=fold).utcoffset() for fold in (0, 1)}
            if len(offsets) == 1:
                assert local.replace(tzinfo=zone).utcoffset() in offsets, local


@pytest.mark.parametrize(
    ("begins", "minutes"),
    [
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), 60),  # 00:30 to 02:30 on the wall
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), 60),  # 01:30 to 01:30 on the wall
        (datetime(2026, 10, 25, 1, 15, tzinfo=UTC), 30),  # within the hour that comes a second time
        (datetime(2026, 10, 24, 22, 0, tzinfo=UTC), 240),
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), 60),
        (datetime(2028, 2, 29, 10, 0, tzinfo=UTC), 60),
    ],
)
def test_clock_change_nights_are_right_to_the_minute(begins: datetime, minutes: int) -> None:
    ends = begins + timedelta(minutes=minutes)
    [event] = read(write_calendar("Nights", [CalendarEvent(uuid4(), "Night", begins, ends)])).walk("VEVENT")
    zone = london_as_written()
    for said, meant in ((event.start, begins), (event.end, ends)):
        as_read = (
            said if said.tzinfo is UTC or said.utcoffset() is None or str(said.tzinfo) == "UTC" else said.replace(tzinfo=zone)
        )
        assert as_read.astimezone(UTC) == meant


def london_as_written() -> object:
    text = write_calendar("Any", []).decode()
    zone = text[text.index("BEGIN:VTIMEZONE") : text.index("END:VCALENDAR")]
    return tz.tzical(io.StringIO(zone)).get()
