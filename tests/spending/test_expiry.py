"""When credits run out: the setting and its grace, the month's jobs, the mail before, and what is said of it."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.spending.shop import credits_of, earn
from tests.web.world import World, build_world
from timecredits.foundation import clock
from timecredits.foundation.clock import first_moment
from timecredits.foundation.db import transaction
from timecredits.foundation.jobs import Job, run_waiting
from timecredits.foundation.mail import MailMessage
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.hours.correcting import correct_hours, take_away_hours
from timecredits.hours.models import HourSource
from timecredits.hours.recording import NewHours, record_hours
from timecredits.hours.shortfalls import owed_by
from timecredits.hours.used_credits import foresee
from timecredits.ledger.books import check_ledger
from timecredits.ledger.models import TransferKind
from timecredits.ledger.transfers import Movement, Posting, post
from timecredits.network.models import ProgrammeVenue, Volunteer
from timecredits.network.settings import SpentCorrection, change_setting
from timecredits.spending.expiry import GRACE, expire_people, horizon_of, run_days_ahead, running_out_soon
from timecredits.spending.expiry_jobs import EXPIRE, HANDLERS, WARN, ask_for_expiry
from timecredits.spending.freezing import freeze_person, unfreeze_person
from timecredits.spending.statements import volunteer_statement

BEGUN = datetime(2026, 1, 10, 12, tzinfo=UTC)


def set_months(session: Session, world: World, months: int | None, when: datetime) -> None:
    with clock.standing_at(when):
        change_setting(session, world.programme_id, "expire_after_months", months, actor_id=None)


def earn_on(session: Session, world: World, minutes: int, when: datetime) -> None:
    with clock.standing_at(when):
        earn(session, world, minutes)


def spend(session: Session, world: World, minutes: int, when: datetime) -> Posting:
    volunteer = session.get_one(Volunteer, (world.programme_id, world.volunteer_id))
    venue = session.scalars(select(ProgrammeVenue.account_id).where(ProgrammeVenue.venue_id == world.venue_id)).one()
    with clock.standing_at(when):
        movement = Movement(UUID(int=minutes), volunteer.account_id, venue, minutes, TransferKind.USED, when.date())
        return post(session, world.programme_id, movement)


def expire_on(session: Session, world: World, day: date) -> int:
    with clock.standing_at(first_moment(day)):
        return sum(expire_people(session, world.programme_id, [world.volunteer_id, world.other_volunteer_id], day).values())


def soon(session: Session, world: World, today: date) -> list[tuple[date, int]]:
    found = running_out_soon(session, world.programme_id, [world.volunteer_id], today)
    return [(each.day, each.minutes) for each in found.get(world.volunteer_id, [])]


def test_nothing_runs_out_where_nothing_is_set(session: Session, world: World) -> None:
    earn_on(session, world, 60, BEGUN)
    assert horizon_of(session, world.programme_id, date(2036, 1, 1)) is None
    assert expire_on(session, world, date(2036, 1, 1)) == 0
    assert soon(session, world, date(2035, 12, 15)) == []


def test_what_came_in_a_month_runs_out_at_the_first_of_the_month_that_many_later(session: Session, world: World) -> None:
    set_months(session, world, 6, BEGUN)
    earn_on(session, world, 120, BEGUN + timedelta(days=1))
    earn_on(session, world, 60, BEGUN + timedelta(days=40))
    assert expire_on(session, world, date(2026, 7, 1)) == 0
    assert soon(session, world, date(2026, 7, 2)) == [(date(2026, 8, 1), 120)]
    assert expire_on(session, world, date(2026, 8, 1)) == 120
    assert expire_on(session, world, date(2026, 8, 1)) == 0
    assert credits_of(session, world) == 60
    assert check_ledger(session, world.programme_id) == []


def test_the_days_on_which_credits_run_out_are_known_thirty_days_ahead() -> None:
    assert run_days_ahead(date(2026, 11, 21)) == [date(2026, 12, 1)]
    assert run_days_ahead(date(2026, 12, 1)) == []  # 31 days ahead: it is said tomorrow
    assert run_days_ahead(date(2026, 12, 2)) == [date(2027, 1, 1)]
    assert run_days_ahead(date(2027, 1, 30)) == [date(2027, 2, 1), date(2027, 3, 1)]


def test_two_days_within_a_month_are_told_apart(session: Session, world: World) -> None:
    set_months(session, world, 6, BEGUN)
    earn_on(session, world, 120, datetime(2026, 7, 10, tzinfo=UTC))
    earn_on(session, world, 45, datetime(2026, 8, 10, tzinfo=UTC))
    assert soon(session, world, date(2027, 1, 30)) == [(date(2027, 2, 1), 120), (date(2027, 3, 1), 45)]


def test_a_change_takes_nothing_for_sixty_days(session: Session, world: World) -> None:
    earn_on(session, world, 60, datetime(2024, 1, 10, tzinfo=UTC))
    set_months(session, world, 12, datetime(2026, 3, 5, tzinfo=UTC))
    assert expire_on(session, world, date(2026, 4, 1)) == 0
    assert expire_on(session, world, date(2026, 5, 1)) == 0  # 57 days
    assert soon(session, world, date(2026, 5, 2)) == [(date(2026, 6, 1), 60)]
    assert expire_on(session, world, date(2026, 6, 1)) == 60


def test_a_shorter_time_counts_after_sixty_days_and_a_longer_one_at_once(session: Session, world: World) -> None:
    set_months(session, world, 24, datetime(2024, 1, 1, tzinfo=UTC))
    earn_on(session, world, 60, datetime(2025, 1, 10, tzinfo=UTC))
    set_months(session, world, 6, datetime(2026, 1, 15, tzinfo=UTC))
    assert expire_on(session, world, date(2026, 3, 1)) == 0
    set_months(session, world, None, datetime(2026, 3, 20, tzinfo=UTC))
    assert expire_on(session, world, date(2026, 4, 1)) == 0
    assert horizon_of(session, world.programme_id, date(2026, 5, 1)) is None


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 400), st.sampled_from([None, 1, 3, 6])), max_size=6), st.integers(1, 12))
def test_whatever_is_set_nothing_runs_out_that_was_safe_within_the_grace(
    shared_sqlite_engine: Engine, changes: list[tuple[int, int | None]], months_ahead: int
) -> None:
    """For each day of the 60 before: what runs out would have run out by the setting of that day as well."""
    with shared_sqlite_engine.connect() as connection, connection.begin() as outer:
        session = Session(connection, join_transaction_mode="create_savepoint")
        world = build_world(session)
        for days, months in sorted(changes, key=lambda change: change[0]):
            set_months(session, world, months, BEGUN + timedelta(days=days))
        run_day = date(2026 + months_ahead // 12, months_ahead % 12 + 1, 1)
        found = horizon_of(session, world.programme_id, run_day)
        ordered = sorted(changes, key=lambda change: change[0])
        for back in range(1, GRACE.days):
            moment = first_moment(run_day - timedelta(days=back))
            stood = [months for days, months in ordered if BEGUN + timedelta(days=days) < moment]
            months = stood[-1] if stood else None
            if months is None:
                assert found is None
            elif found is not None:
                index = run_day.year * 12 + run_day.month - 1 - months
                assert found.received_before <= first_moment(date(index // 12, index % 12 + 1, 1))
        session.close()
        outer.rollback()


def test_nothing_runs_out_of_somebody_whose_credits_are_stopped_or_were_lately(session: Session, world: World) -> None:
    set_months(session, world, 6, BEGUN)
    earn_on(session, world, 60, BEGUN + timedelta(days=1))
    here = (world.programme_id, world.organisation_id)
    freeze_person(session, *here, world.volunteer_id, reason="We look into it.", actor_id=None)
    assert soon(session, world, date(2026, 12, 15)) == []
    assert expire_on(session, world, date(2026, 12, 1)) == 0
    with clock.standing_at(datetime(2026, 12, 15, tzinfo=UTC)):
        unfreeze_person(session, *here, world.volunteer_id, actor_id=None)
    assert expire_on(session, world, date(2027, 1, 1)) == 0
    assert soon(session, world, date(2027, 1, 15)) == [(date(2027, 2, 1), 60)]
    assert expire_on(session, world, date(2027, 2, 1)) == 60


def test_the_statement_says_that_credits_ran_out(session: Session, world: World) -> None:
    set_months(session, world, 6, BEGUN)
    earn_on(session, world, 60, BEGUN + timedelta(days=1))
    expire_on(session, world, date(2026, 8, 1))
    [row, _earned] = volunteer_statement(session, world.programme_id, world.volunteer_id).rows
    assert (str(row.title), row.minutes, row.balance, row.day) == ("Credits that ran out", -60, 0, date(2026, 8, 1))


@pytest.mark.parametrize("rule", SpentCorrection)
def test_hours_corrected_after_their_credits_ran_out_leave_nobody_owing(
    session: Session, world: World, rule: SpentCorrection
) -> None:
    set_months(session, world, 6, BEGUN)
    change_setting(session, world.programme_id, "spent_correction", rule, actor_id=None)
    here = (world.programme_id, world.organisation_id)
    activity = create_activity(session, *here, ActivityFacts(name="Garden"), actor_id=None)
    done = BEGUN + timedelta(days=1)
    with clock.standing_at(done):
        ids = [UUID(int=number) for number in (1, 2)]
        new = [NewHours(each, world.volunteer_id, activity.id, None, done.date(), 120) for each in ids]
        record_hours(session, *here, new, source=HourSource.SINGLE, actor_id=None, today=done.date())
    expire_on(session, world, date(2026, 8, 1))
    assert credits_of(session, world) == 0
    later = date(2026, 9, 1)
    with clock.standing_at(first_moment(later)):
        assert foresee(session, world.programme_id, ids).asks is None
        done_to = correct_hours(session, *here, ids[0], minutes=90, reason="They left early.", actor_id=None, today=later)
        assert (done_to.lent, done_to.owed) == (0, 0)
        take_away_hours(session, *here, [ids[1]], reason="Not there.", actor_id=None, today=later)
        assert credits_of(session, world) == 0
        more = correct_hours(
            session, *here, done_to.replacement_id or UUID(int=0), minutes=150, reason="It was more.", actor_id=None, today=later
        )
    assert more.lent == 0
    assert owed_by(session, world.programme_id, [world.volunteer_id]) == {}
    assert credits_of(session, world) == 60  # the hour that nobody had written down: it begins its time now
    assert expire_on(session, world, date(2026, 10, 1)) == 0
    assert expire_on(session, world, date(2027, 4, 1)) == 60
    assert check_ledger(session, world.programme_id) == []


def test_the_month_is_asked_for_once_and_people_are_written_to_once(engine: Engine) -> None:
    with transaction(engine) as session:
        world = build_world(session)
        set_months(session, world, 6, BEGUN)
        earn_on(session, world, 90, BEGUN + timedelta(days=1))
    for _ in range(2):
        with clock.standing_at(datetime(2026, 7, 3, 9, tzinfo=UTC)):
            with transaction(engine) as session:
                ask_for_expiry(session, world.programme_id, clock.today())
            run_waiting(engine, HANDLERS)
    with transaction(engine) as session:
        kinds = sorted(session.scalars(select(Job.kind)))
        assert kinds == sorted([EXPIRE, WARN])
        [letter] = session.scalars(select(MailMessage)).all()
        assert letter.recipient == world.emails["volunteer"]
        assert letter.subject == "Fenland Credits: a reminder" or letter.subject.endswith(": a reminder")
        assert "On 1 August 2026, 1½ credits of yours will run out." in letter.body
        assert credits_of(session, world) == 90
    with clock.standing_at(datetime(2026, 8, 1, 0, 30, tzinfo=UTC)):
        with transaction(engine) as session:
            assert ask_for_expiry(session, world.programme_id, clock.today()) == 1
        assert run_waiting(engine, HANDLERS) == 1
    with transaction(engine) as session:
        assert credits_of(session, world) == 0
        job = session.scalars(select(Job).where(Job.kind == EXPIRE).order_by(Job.made_at.desc())).first()
        assert job is not None
        assert job.outcome == {"people": 1, "minutes": 90}
    assert spend_is_refused(engine, world)


def spend_is_refused(engine: Engine, world: World) -> bool:
    with transaction(engine) as session:
        return spend(session, world, 1, datetime(2026, 8, 2, tzinfo=UTC)) is Posting.NOT_ENOUGH
