"""Keeping no longer than needed: what is due, the dry run that changes nothing, and the run."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.house.full_world import FullWorld, build_full_world
from timecredits.commands.retention import erase_each, retention
from timecredits.community.mentoring_models import Mentoring, MentoringMeeting
from timecredits.community.referral_models import Referral
from timecredits.foundation import clock, mail
from timecredits.foundation.db import new_id, transaction
from timecredits.foundation.keys import Keyring
from timecredits.journey.models import ReferenceLookUp
from timecredits.network.models import Enrolment, Volunteer
from timecredits.network.programmes import create_organisation, create_programme
from timecredits.network.settings import change_setting
from timecredits.network.volunteers import enrol_volunteer
from timecredits.records.models import Erasure, RetentionRun
from timecredits.records.privacy import erasing, erasing_rows
from timecredits.records.privacy.erasing import call_off, list_waiting
from timecredits.records.privacy.retention import (
    RULES,
    count_due,
    is_switched_on,
    list_runs,
    months_before,
    people_due,
    run_retention,
    run_when_due,
    switch,
)

KEYRING = Keyring.from_secret("a-secret-for-tests-0123456789abcdef")
LATER = timedelta(days=365 * 11)


@pytest.fixture
def full(session: Session) -> FullWorld:
    made = build_full_world(session, KEYRING, "http://localhost")
    session.flush()
    return made


@given(day=st.dates(date(2001, 1, 1), date(2100, 12, 31)), months=st.integers(0, 240))
def test_so_many_months_before_is_the_same_day_or_the_last_of_the_month(day: date, months: int) -> None:
    before = months_before(day, months)
    assert (day.year * 12 + day.month) - (before.year * 12 + before.month) == months
    assert before.day == day.day or (before + timedelta(days=1)).day == 1


def test_nothing_is_due_in_a_young_programme(session: Session, full: FullWorld) -> None:
    assert set(count_due(session, full.world.programme_id, now=clock.now()).values()) == {0}


def test_a_look_counts_what_a_run_then_does_and_changes_nothing(session: Session, full: FullWorld) -> None:
    programme_id, later = full.world.programme_id, clock.now() + LATER
    for pair in session.scalars(select(Mentoring)):
        pair.ended_at = clock.now()
    for row in session.scalars(select(Referral)):
        row.closed_at = clock.now()
    letter = select(mail.MailMessage).limit(1)
    mail.queue(session, recipient="a@example.org", subject="S", body="B")
    session.flush()
    session.scalars(letter).one().sent_at = clock.now()
    session.flush()
    due = count_due(session, programme_id, now=later)
    assert due == count_due(session, programme_id, now=later)
    assert due["requests"] > 0
    assert due["words"] > 0
    assert due["mails"] > 0
    assert session.scalars(select(RetentionRun)).all() == []
    assert run_retention(session, programme_id, now=later, actor_id=None) == due
    assert set(count_due(session, programme_id, now=later).values()) == {0}
    assert set(run_retention(session, programme_id, now=later, actor_id=None).values()) == {0}
    assert all(each.sealed == b"" for each in session.scalars(select(Referral).where(Referral.programme_id == programme_id)))
    assert all(each.sealed is None for each in session.scalars(select(MentoringMeeting)))
    assert session.scalars(select(ReferenceLookUp).where(ReferenceLookUp.programme_id == programme_id)).all() == []
    assert [sum(each.counts.values()) for each in list_runs(session, programme_id)][-1] == sum(due.values())
    assert set(due) == set(RULES)


def _left(session: Session, full: FullWorld, ago: timedelta) -> Volunteer:
    made = enrol_volunteer(session, full.world.programme_id, full.world.organisation_id, first_name="Ola", last_name="Gone")
    row = session.get_one(Enrolment, (full.world.programme_id, made.enrolment.id))
    row.enrolled_on = row.left_on = clock.today() - ago
    session.flush()
    return made.volunteer


def test_people_who_left_long_ago_get_a_day_and_can_stop_it(session: Session, full: FullWorld) -> None:
    programme_id = full.world.programme_id
    person, lately = _left(session, full, timedelta(days=800)), _left(session, full, timedelta(days=100))
    assert people_due(session, programme_id, today=clock.today()) == []  # kept until they ask
    change_setting(session, programme_id, "keep_people_months", 24, actor_id=None)
    due = people_due(session, programme_id, today=clock.today())
    assert [each.volunteer_id for each in due] == [person.id]
    assert run_retention(session, programme_id, now=clock.now(), actor_id=None)["people"] == 1
    assert person.erased_at is None  # not at once
    assert [each.why.value for each in list_waiting(session, programme_id) if each.volunteer_id == person.id] == ["retention"]
    assert people_due(session, programme_id, today=clock.today()) == []  # asked once
    call_off(session, programme_id, person.id, actor_id=None)
    assert people_due(session, programme_id, today=clock.today()) == []  # who said no is not asked again tomorrow
    assert lately.id not in {each.volunteer_id for each in people_due(session, programme_id, today=clock.today())}


def test_who_is_somewhere_still_is_never_due(session: Session, full: FullWorld) -> None:
    change_setting(session, full.world.programme_id, "keep_people_months", 6, actor_id=None)
    due = {each.volunteer_id for each in people_due(session, full.world.programme_id, today=clock.today() + LATER)}
    assert full.world.volunteer_id not in due


def test_it_runs_by_itself_once_a_day_where_it_is_switched_on(session: Session, full: FullWorld) -> None:
    programme_id, now = full.world.programme_id, clock.now()
    assert run_when_due(session, programme_id, now=now) == 0
    assert list_runs(session, programme_id) == []
    switch(session, programme_id, on=True, actor_id=None)
    switch(session, programme_id, on=True, actor_id=None)
    assert is_switched_on(session, programme_id)
    run_when_due(session, programme_id, now=now)
    run_when_due(session, programme_id, now=now)
    assert len(list_runs(session, programme_id)) == 1
    run_when_due(session, programme_id, now=now + timedelta(days=1))
    assert len(list_runs(session, programme_id)) == 2
    switch(session, programme_id, on=False, actor_id=None)
    assert not is_switched_on(session, programme_id)


def _programme(session: Session) -> tuple[Any, Any]:
    programme = create_programme(session, name="Fen", slug="fen")
    place = create_organisation(session, programme.id, name="Here", slug="here")
    person = enrol_volunteer(session, programme.id, place.id, first_name="Ola", last_name="Gone").volunteer
    return programme, person


def _due(session: Session, programme_id: UUID, volunteer_id: UUID) -> None:
    session.add(
        Erasure(
            programme_id=programme_id,
            id=new_id(),
            volunteer_id=volunteer_id,
            why="asked",
            asked_at=clock.now(),
            due_on=clock.today(),
        )
    )
    session.flush()


def test_the_worker_erases_who_is_due_also_where_another_fails(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction(engine) as session:
        programme, person = _programme(session)
        key, bad = (programme.id, person.id), new_id()
        _due(session, *key)
        place = session.scalars(select(Enrolment.organisation_id)).first()
        assert place is not None
        bad = enrol_volunteer(session, programme.id, place, first_name="Bad", last_name="Luck").volunteer.id
        _due(session, programme.id, bad)
    whole = erasing_rows.erase_rows

    def fails(session: Session, programme_id: UUID, people: list[UUID], **more: Any) -> dict[str, int]:
        if bad in people:
            raise OSError("no room left")
        return whole(session, programme_id, people, **more)

    monkeypatch.setattr(erasing, "erase_rows", fails)
    with pytest.raises(OSError, match="no room"):
        erase_each(engine)
    with transaction(engine) as session:
        assert session.get_one(Volunteer, key).first_name == "Somebody"
        assert session.get_one(Volunteer, (key[0], bad)).first_name == "Bad"


def test_the_command_only_looks_unless_told_really(engine: Engine, database_url: str) -> None:
    with transaction(engine) as session:
        _programme(session)
    runner = CliRunner(env={"DATABASE_URL": database_url})
    looked = runner.invoke(retention, ["run", "--dry-run"])
    assert looked.exit_code == 0, looked.output
    assert "Nothing went." in looked.output
    unknown = runner.invoke(retention, ["run", "--programme", "nowhere"])
    assert unknown.exit_code != 0
    assert "There is no programme nowhere." in unknown.output
    with transaction(engine) as session:
        assert session.scalars(select(RetentionRun)).all() == []
    done = runner.invoke(retention, ["run", "--really", "--programme", "fen", "--json"])
    assert done.exit_code == 0, done.output
    assert '"dry_run": false' in done.output
    with transaction(engine) as session:
        assert len(session.scalars(select(RetentionRun)).all()) == 1
