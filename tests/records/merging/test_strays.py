"""Places that a merge frees, and what is written for a second record at the very moment of its merge."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.hours.conftest import Place, make_place
from tests.hours.planning.planned import NOW, TODAY, Planned, plan_tuesdays
from tests.real.at_once import at_once, in_one
from timecredits.foundation import clock
from timecredits.foundation.db import new_id, transaction
from timecredits.foundation.mail import MailMessage
from timecredits.hours.activity_models import SignUp, SignUpStatus
from timecredits.hours.books import check_hours
from timecredits.hours.models import HourEntry
from timecredits.hours.planning.signing_up import sign_up
from timecredits.ledger.books import check_ledger
from timecredits.network.models import Volunteer
from timecredits.network.volunteers import enrol_volunteer
from timecredits.records.merging.merging import merge_people
from timecredits.records.merging.strays import move_strays
from timecredits.records.merging.unmerging import undo_merge

COMING, WAITING, CANCELLED = SignUpStatus.COMING, SignUpStatus.WAITING, SignUpStatus.CANCELLED


def one_record(place: Place, kept: UUID, gone: UUID, session: Session | None = None) -> UUID:
    """Make one of two; answers the merge's id."""
    ids = {"merge_id": new_id(), "kept_id": kept, "gone_id": gone}
    return merge_people(session or place.session, place.programme_id, reason="One card.", actor_id=None, **ids).id


@pytest.fixture
def planned(session: Session) -> Planned:
    return plan_tuesdays(make_place(session))


def test_who_waits_gets_the_place_that_a_merge_frees_and_keeps_it(planned: Planned) -> None:
    place = planned.place
    with clock.standing_at(NOW):
        third = enrol_volunteer(planned.session, place.programme_id, place.organisation_id, first_name="Bo").volunteer.id
        planned.give_address(third, "bo@example.org")
        for each in (place.sian, place.lukasz, third):
            planned.sign_up(each)
        assert planned.listed() == [(place.sian, COMING), (place.lukasz, COMING), (third, WAITING)]
        merge_id = one_record(place, place.sian, place.lukasz)
        assert planned.listed() == [(place.sian, COMING), (third, COMING)]
        assert planned.session.scalars(select(MailMessage.recipient)).all() == ["bo@example.org"]
        undo_merge(planned.session, place.programme_id, merge_id, actor_id=None)
        assert planned.listed() == [(place.sian, COMING), (third, COMING), (place.lukasz, WAITING)]
        planned.cancel(third)
        assert planned.listed() == [(place.sian, COMING), (place.lukasz, COMING)]


def test_a_place_that_nobody_waited_for_comes_back_with_an_undo(planned: Planned) -> None:
    place = planned.place
    with clock.standing_at(NOW):
        for each in (place.sian, place.lukasz):
            planned.sign_up(each)
        before = planned.listed()
        merge_id = one_record(place, place.sian, place.lukasz)
        assert planned.listed() == [(place.sian, COMING)]
        undo_merge(planned.session, place.programme_id, merge_id, actor_id=None)
        assert planned.listed() == before


def test_what_was_written_during_the_merge_goes_over_and_back(planned: Planned) -> None:
    """A request that read the second record before its merge writes after it: here one after the other, so on both databases."""
    place, session = planned.place, planned.session
    with clock.standing_at(NOW):
        session_id = planned.sign_up(place.stranger).session_id
        merge_id = one_record(place, place.sian, place.lukasz)
        late = SignUp(programme_id=place.programme_id, id=new_id(), session_id=session_id, volunteer_id=place.lukasz)
        late.status, late.signed_up_at, late.changed_at, late.party = COMING, NOW, NOW, 1
        session.add(late)
        place.record(place.new(place.lukasz))
        assert place.credits(place.lukasz) == 120
        assert move_strays(session, place.programme_id, now=clock.now()) == 1
        assert move_strays(session, place.programme_id, now=clock.now()) == 0
        assert (place.credits(place.sian), place.credits(place.lukasz)) == (120, 0)
        assert session.scalars(select(HourEntry.volunteer_id)).all() == [place.sian]
        assert session.scalars(select(SignUp.volunteer_id).where(SignUp.id == late.id)).all() == [place.sian]
        undo_merge(session, place.programme_id, merge_id, actor_id=None)
        assert (place.credits(place.sian), place.credits(place.lukasz)) == (0, 120)
        assert session.scalars(select(HourEntry.volunteer_id)).all() == [place.lukasz]
        assert check_ledger(session, place.programme_id) + check_hours(session, place.programme_id) == []


def test_a_sign_up_at_the_same_instant_is_the_ones_in_the_end(engine: Engine, database_url: str) -> None:
    with clock.standing_at(NOW), transaction(engine) as session:
        planned = plan_tuesdays(make_place(session))
        place, dated = planned.place, planned.on()

    def go_in(each: Session) -> None:
        sign_up(each, place.programme_id, place.stranger, dated, actor_id=None, today=TODAY)

    def merge(each: Session) -> None:
        one_record(place, place.sian, place.stranger, each)

    at_once(database_url, [in_one(go_in), in_one(merge)], at=NOW)
    with clock.standing_at(NOW + timedelta(minutes=1)), transaction(engine) as session:
        move_strays(session, place.programme_id, now=clock.now())
        assert session.get_one(Volunteer, (place.programme_id, place.stranger)).merged_into == place.sian
        found = session.execute(select(SignUp.volunteer_id, SignUp.status)).all()
        assert [tuple(each) for each in found] == [(place.sian, COMING)]
