"""The audit log: every act has words, volunteers have no name, what keeps people safe tells nothing, and pages come to all."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from tests.insight.books.actions import Code
from tests.real.partitioned import WHOLE_TABLES
from tests.web.world import World, build_world
from timecredits.foundation import audit, clock
from timecredits.foundation.db import new_id
from timecredits.insight.books.audit_acts import ACTS
from timecredits.insight.books.audit_log import Asked, WhoKind, read_all, read_log
from timecredits.insight.books.audit_words import GROUPS, QUIET, SILENT, THINGS, ActGroup
from timecredits.insight.books.days import ALL_DAYS, Days, Place, read_days
from timecredits.network.models import RoleKind, User, Volunteer
from timecredits.network.programmes import create_programme
from timecredits.network.users import give_role

NOON = datetime(2026, 5, 17, 11, tzinfo=UTC)
MAY = Days(date(2026, 5, 1), date(2026, 5, 31))
"""Nothing but what a test notes is of these days: what makes the world is of now."""


def note(
    session: Session, world: World, action: str, *, at: datetime = NOON, who: UUID | None = None, where: UUID | None = None
) -> UUID:
    subject = new_id()
    with clock.standing_at(at):
        audit.record(session, world.programme_id, action, actor_id=who, subject_id=subject, organisation_id=where)
    session.flush()
    return subject


def test_every_action_that_the_code_records_has_words() -> None:
    recorded = Code().actions()
    assert len(recorded) > 200
    missing = {action: module for action, module in recorded.items() if action not in ACTS}
    assert missing == {}, "add each to timecredits/insight/books/audit_acts.py"
    assert set(ACTS) <= set(recorded), "nothing records these any more"
    assert {act.thing for act in ACTS.values()} - {"", QUIET} == set(THINGS)
    assert {act.group for act in ACTS.values()} == set(GROUPS) == set(ActGroup)


def test_staff_are_named_where_they_work_and_volunteers_never(session: Session) -> None:
    world = build_world(session)
    here, there = world.organisation_id, world.other_organisation_id
    own = note(session, world, "hours added", who=world.users["coordinator"], where=here)
    [line] = read_log(session, world.programme_id, Asked(days=MAY)).lines
    assert (line.who.kind, line.who.name, str(line.did)) == (WhoKind.STAFF, "Coordinator", "Added hours")
    assert (line.organisation, str(line.thing), line.short_id) == ("Riverside Trust", "hours", own.hex[-8:])
    note(session, world, "gift taken back", who=world.users["volunteer"])
    note(session, world, "mentoring ended", who=world.volunteer_id, where=here)
    note(session, world, "use undone", who=world.till_id)
    note(session, world, "programme brought in")
    note(session, world, "hours added by key", who=new_id(), where=here)
    kinds = [each.who.kind for each in read_log(session, world.programme_id, Asked(days=MAY)).lines]
    assert sorted(kinds) == sorted(
        [WhoKind.STAFF, WhoKind.VOLUNTEER, WhoKind.VOLUNTEER, WhoKind.TILL, WhoKind.SERVICE, WhoKind.OTHER]
    )
    # Somebody who works at one place and gives time at another is named at the first only, and can't be looked for elsewhere.
    session.get_one(User, world.users["other_volunteer"]).name = "Łukasz Żak"
    give_role(session, world.programme_id, world.users["other_volunteer"], RoleKind.COORDINATOR, organisation_id=here)
    note(session, world, "register saved", who=world.users["other_volunteer"], where=here)
    note(session, world, "helper agreed", who=world.users["other_volunteer"], where=there)
    note(session, world, "referee consent asked", who=world.users["coordinator"])
    named = {str(each.did): each.who.name for each in read_log(session, world.programme_id, Asked(days=MAY)).lines}
    assert named["Saved who came"] == "Łukasz Żak"
    assert named["Let somebody help with credits"] == named["Asked somebody to speak for them"] == ""
    found = read_log(session, world.programme_id, Asked(staff="żak łukasz", days=MAY)).lines
    assert [str(each.did) for each in found] == ["Saved who came"]
    assert [str(each.did) for each in read_log(session, world.programme_id, Asked(staff="coordinator", days=MAY)).lines] == [
        "Added hours"
    ]
    assert read_log(session, world.programme_id, Asked(staff="nobody of this name")).lines == ()


def test_no_line_tells_a_person_or_what_keeps_people_safe(session: Session) -> None:
    world = build_world(session)
    for action in ACTS:
        note(session, world, action, who=world.users["coordinator"], where=world.organisation_id)
    lines = list(read_all(session, world.programme_id, Asked(days=MAY), most=len(ACTS) + 1))
    assert len(lines) == len(ACTS)
    quiet = [each for each in lines if each.who.kind is WhoKind.QUIET]
    assert len(quiet) == sum(act.thing == QUIET for act in ACTS.values()) > 5
    assert {(each.organisation, each.thing, each.short_id, each.who.name) for each in quiet} == {("", None, "", "")}
    for line in lines:
        if line.thing == THINGS["person"]:
            assert line.short_id == ""
    assert {QUIET, "person"} <= SILENT
    for asked in (Asked(organisation_id=world.organisation_id), Asked(staff="Coordinator")):
        found = list(read_all(session, world.programme_id, asked, most=500))
        assert not [each for each in found if each.who.kind is WhoKind.QUIET]
    safe = read_log(session, world.programme_id, Asked(group=ActGroup.SAFETY, days=MAY)).lines
    assert len(safe) == len(quiet)


def test_another_programme_and_other_days_are_not_in_it(session: Session) -> None:
    world = build_world(session)
    other = create_programme(session, name="Elsewhere", slug="elsewhere")
    with clock.standing_at(NOON):
        audit.record(session, other.id, "hours added", actor_id=None, subject_id=new_id())
    for hours in range(-72, 73, 12):
        note(session, world, "hours added", at=NOON + timedelta(hours=hours))
    day = date(2026, 5, 17)
    lines = read_log(session, world.programme_id, Asked(days=Days(day, day))).lines
    assert {clock.local_day(each.at) for each in lines} == {day}
    assert len(read_log(session, world.programme_id, Asked(days=Days(None, day))).lines) == 7
    assert len(read_log(session, world.programme_id, Asked(days=Days(day, MAY.last))).lines) == 8
    assert len(read_log(session, world.programme_id, Asked(days=MAY)).lines) == 13
    assert len(read_log(session, other.id, Asked(days=MAY)).lines) == 1


@given(st.lists(st.integers(0, 4), max_size=12), st.integers(1, 5))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_pages_come_to_every_line_once_in_order(session: Session, minutes: list[int], limit: int) -> None:
    with session.begin_nested() as point:
        world = build_world(session)
        made = [note(session, world, "hours added", at=NOON + timedelta(minutes=each)) for each in minutes]
        after, seen = "", []
        for _page in range(len(minutes) + 1):
            page = read_log(session, world.programme_id, Asked(days=MAY), after=after, limit=limit)
            seen += page.lines
            after = page.next
            if not after:
                break
        point.rollback()
    assert sorted(each.short_id for each in seen) == sorted(each.hex[-8:] for each in made)
    assert [each.at for each in seen] == sorted((each.at for each in seen), reverse=True)


@pytest.mark.parametrize(
    "after",
    ["", "x", "~", "2026-05-17~x", "2026-05-17T10:00:00~01a204f8-fc17-73e5-b2cc-59e90d36c5de", "2026-05-17T10:00:00+00:00~"],
)
def test_a_place_that_is_none_begins_at_the_newest(after: str) -> None:
    assert Place.read(after) is None


def test_days_that_are_none_are_said_and_leave_nothing_out() -> None:
    assert read_days({"from": "2026-05-01", "to": " 2026-05-02 "}) == (Days(date(2026, 5, 1), date(2026, 5, 2)), "", None)
    assert read_days({}) == (ALL_DAYS, "", None)
    for asked, field in (
        ({"from": "tomorrow"}, "from"),
        ({"to": "2026-02-30"}, "to"),
        ({"from": "0001-01-01"}, "from"),
        ({"to": "9999-12-31"}, "to"),
        ({"from": "2026-05-02", "to": "2026-05-01"}, "to"),
    ):
        days, wrong, why = read_days(asked)
        assert (days, wrong) == (ALL_DAYS, field)
        assert why is not None


@WHOLE_TABLES
def test_a_page_is_found_by_an_index_and_not_by_looking_at_everything(session: Session) -> None:
    world = build_world(session)
    told: list[tuple[str, object]] = []
    connection = session.connection()
    event.listen(connection, "before_cursor_execute", lambda *args: told.append((args[2], args[3])))
    read_log(session, world.programme_id, Asked())
    read_log(session, world.programme_id, Asked(organisation_id=world.organisation_id))
    asked = [each for each in told if "FROM audit_entry" in each[0]]
    if connection.dialect.name == "postgresql":
        for way in ("seqscan", "bitmapscan", "sort", "incremental_sort"):  # what is best of so few rows
            session.execute(text(f"SET LOCAL enable_{way} = off"))
    explain = "EXPLAIN QUERY PLAN " if connection.dialect.name == "sqlite" else "EXPLAIN "
    plans = [str(connection.exec_driver_sql(explain + sql, values).all()) for sql, values in asked]
    assert "ix_audit_entry_programme_id_recorded_at_id" in plans[0]
    assert "ix_audit_entry_programme_id" in plans[1]
    assert session.scalar(select(Volunteer.id).limit(1)) is not None
