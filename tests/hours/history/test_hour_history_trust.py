"""What a history says of where its hours come from, and that it is the register, no more and no less."""

from collections import defaultdict
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event, insert, select
from sqlalchemy.orm import Session

from tests.hours.conftest import TODAY, Place, make_place
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import RuleError
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.hours.correcting import correct_hours
from timecredits.hours.history.hour_history import HistoryLine, hour_history, hour_totals
from timecredits.hours.history.hour_history_writing import write_hour_history_record
from timecredits.hours.history.hour_periods import View, by_period
from timecredits.hours.models import HourCorrection, HourEntry, HourSource
from timecredits.hours.recording import record_hours
from timecredits.network.models import Volunteer
from timecredits.network.users import create_user


@pytest.fixture
def own_user(place: Place) -> UUID:
    """Siân's own sign-in."""
    user = create_user(place.session, email="sian@example.org", name="Siân O'Neill-Wyn")
    place.session.get_one(Volunteer, (place.programme_id, place.sian)).user_id = user.id
    place.session.flush()
    return user.id


@pytest.fixture
def staff(place: Place) -> UUID:
    return create_user(place.session, email="dee@example.org", name="Dee Marsh").id


def newest(place: Place, source: HourSource, actor_id: UUID | None) -> HistoryLine:
    """The line that two hours recorded in this way make."""
    record_hours(
        place.session,
        place.programme_id,
        place.organisation_id,
        [place.new(place.sian)],
        source=source,
        actor_id=actor_id,
        today=TODAY,
    )
    return hour_history(place.session, place.programme_id, place.sian, as_of=TODAY).lines[0]


def test_hours_that_nobody_checked_say_so_and_still_count(place: Place, own_user: UUID) -> None:
    line = newest(place, HourSource.SELF_LOGGED, own_user)
    assert (line.unchecked, line.confirmed_by, line.minutes) == (True, "", 120)
    history = hour_history(place.session, place.programme_id, place.sian, as_of=TODAY)
    assert (history.total_minutes, history.unchecked_minutes) == (120, 120)
    [entry] = history.printable()
    assert (entry["unchecked"], entry["source"], entry["confirmed_by"], entry["confirmed_on"]) == (True, "self_logged", "", "")
    record = write_hour_history_record(issued_on=TODAY, programme="Fenland", holder_name="Siân", entries=[entry])
    assert record["display"]["rows"][0]["confirmed"] == ["Logged by the volunteer", "not checked"]
    assert ["Of this not checked", "2 hours"] in record["display"]["summary"]
    assert "onfirmed" not in record["display"]["summary"][0][0] + record["display"]["total_label"]


def test_hours_that_a_coordinator_approved_are_confirmed(place: Place, own_user: UUID, staff: UUID) -> None:
    assert own_user
    line = newest(place, HourSource.SELF_LOGGED, staff)
    assert (line.unchecked, line.confirmed_by) == (False, "Dee Marsh")


def test_a_corrected_self_logged_line_was_looked_at(place: Place, own_user: UUID, staff: UUID) -> None:
    line = newest(place, HourSource.SELF_LOGGED, own_user)
    correct_hours(
        place.session,
        place.programme_id,
        place.organisation_id,
        line.entry_id,
        minutes=90,
        reason="Left early",
        actor_id=staff,
        today=TODAY,
    )
    [line] = hour_history(place.session, place.programme_id, place.sian, as_of=TODAY).lines
    assert (line.unchecked, line.confirmed_by, line.corrected_from, line.minutes) == (False, "Dee Marsh", 120, 90)


def test_nobody_confirms_their_own_signing_in(place: Place, own_user: UUID) -> None:
    line = newest(place, HourSource.ATTENDANCE, own_user)
    assert (line.unchecked, line.confirmed_by) == (False, "")
    [entry] = hour_history(place.session, place.programme_id, place.sian, as_of=TODAY).printable()
    record = write_hour_history_record(issued_on=TODAY, programme="Fenland", holder_name="Siân", entries=[entry])
    assert record["display"]["rows"][0]["confirmed"][0] == "Signed in and out"


def test_a_coordinator_who_volunteers_may_stand_in_the_register(place: Place, own_user: UUID) -> None:
    assert newest(place, HourSource.REGISTER, own_user).confirmed_by == "Siân O'Neill-Wyn"


def fill(place: Place, volunteer_id: UUID, days: int) -> None:
    rows = [
        {
            "programme_id": place.programme_id,
            "id": new_id(),
            "organisation_id": place.organisation_id,
            "volunteer_id": volunteer_id,
            "activity_id": (place.garden_id, place.meeting_id)[day % 2],
            "activity_session_id": None,
            "done_on": TODAY - timedelta(days=day),
            "minutes": 90,
            "starts": None,
            "note": "",
            "source": HourSource.REGISTER,
            "recorded_by": None,
            "recorded_at": clock.now(),
            "without_credits": None,
            "earned": 90,
        }
        for day in range(days)
    ]
    place.session.execute(insert(HourEntry), rows)


@pytest.mark.parametrize("days", [1, 300])
def test_however_long_a_history_is_it_takes_one_question(place: Place, days: int) -> None:
    fill(place, place.sian, days)
    asked: list[str] = []
    connection = place.session.connection()

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    try:
        history = hour_history(place.session, place.programme_id, place.sian, as_of=TODAY)
    finally:
        event.remove(connection, "before_cursor_execute", note)
    assert (len(asked), len(history.lines)) == (1, days)


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["record", "record elsewhere", "correct", "take away"]),
        st.integers(1, 240),
        st.integers(0, 400),
        st.integers(0, 30),
    ),
    max_size=14,
)


@given(acts=ACTS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_approved_minus_corrected_is_the_total_in_every_view(engine: Engine, acts: list[tuple[str, int, int, int]]) -> None:
    with Session(engine, expire_on_commit=False) as session:
        place = make_place(session)
        place.enrol_elsewhere(place.sian)
        lunch = create_activity(session, place.programme_id, place.other_organisation_id, ActivityFacts("Lunch"), actor_id=None)
        for act, minutes, back, which in acts:
            do(place, lunch.id, act, minutes, TODAY - timedelta(days=back), which)
        check(place)
        session.rollback()


def do(place: Place, lunch_id: UUID, act: str, minutes: int, day: date, which: int) -> None:
    """Do one of the acts; what a rule forbids changes nothing."""
    lines = hour_history(place.session, place.programme_id, place.sian, as_of=TODAY).lines
    try:
        if act == "record":
            place.record(place.new(place.sian, minutes, day))
        elif act == "record elsewhere":
            place.record(place.new(place.sian, minutes, day, activity_id=lunch_id), organisation_id=place.other_organisation_id)
        elif lines and (line := lines[which % len(lines)]).counts:
            correct_hours(
                place.session,
                place.programme_id,
                line.organisation_id,
                line.entry_id,
                minutes=minutes if act == "correct" else None,
                reason="Slip",
                actor_id=None,
                today=TODAY,
            )
    except RuleError:
        return


def check(place: Place) -> None:
    """The history beside the register as it is stored."""
    session, programme_id = place.session, place.programme_id
    history = hour_history(session, programme_id, place.sian, as_of=TODAY)
    stored = session.execute(select(HourEntry.id, HourEntry.minutes)).all()
    corrected = set(session.scalars(select(HourCorrection.entry_id)))
    approved = sum(minutes for _, minutes in stored)
    assert history.total_minutes == approved - sum(minutes for entry_id, minutes in stored if entry_id in corrected)
    assert history.total_minutes == hour_totals(session, programme_id, [place.sian])[place.sian].minutes
    for view in View:
        assert sum(period.minutes for period in by_period(history.lines, view)) == history.total_minutes
    by_organisation: defaultdict[UUID, int] = defaultdict(int)
    for line in history.lines:
        by_organisation[line.organisation_id] += line.minutes
    for organisation_id in (place.organisation_id, place.other_organisation_id):
        own = hour_history(session, programme_id, place.sian, organisation_id, as_of=TODAY)
        assert own.total_minutes == by_organisation[organisation_id]
        assert {line.organisation_id for line in own.lines} <= {organisation_id}
