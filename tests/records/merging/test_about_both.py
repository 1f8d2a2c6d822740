"""Two records that meet in one thing: a session, a stay, an offer's turn, a mentoring, a survey; and what is forgotten."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select

from tests.records.merging.conftest import NOON, Two, make_two
from tests.web.world import build_world
from timecredits.community.mentoring_models import Mentor, Mentoring, MentoringState
from timecredits.foundation import clock
from timecredits.foundation.db import new_id, transaction
from timecredits.foundation.errors import RuleError
from timecredits.hours.activity_models import (
    ActivitySession,
    Attendance,
    AttendanceState,
    AttendanceWay,
    SignUp,
    SignUpStatus,
)
from timecredits.hours.attendances.kiosk_numbers import find_by_number
from timecredits.hours.finding_people import find_named, list_names
from timecredits.hours.importing.import_plan import plan_import
from timecredits.insight.impact_models import Stage, Survey, SurveyAsk, SurveyKind
from timecredits.network.models import Enrolment
from timecredits.records.merging.comparing import find_merge
from timecredits.records.merging.forgetting import forget_moved
from timecredits.records.merging.merging import merge_people
from timecredits.records.merging.unmerging import undo_merge
from timecredits.records.models import Merge
from timecredits.spending.models import Offer, OfferTurn, Redemption

COMING, WAITING, CANCELLED = SignUpStatus.COMING, SignUpStatus.WAITING, SignUpStatus.CANCELLED


def add(two: Two, row: Any) -> Any:
    two.session.add(row)
    two.session.flush()
    return row


def a_session(two: Two) -> UUID:
    row = ActivitySession(
        programme_id=two.world.programme_id,
        id=new_id(),
        activity_id=two.activity_id,
        held_on=clock.today() + timedelta(days=3),
        recorded_at=clock.now(),
    )
    add(two, row)
    return row.id


def signed_up(two: Two, session_id: UUID, who: UUID) -> list[SignUpStatus]:
    query = select(SignUp.status).where(SignUp.session_id == session_id, SignUp.volunteer_id == who)
    return list(two.session.scalars(query))


@pytest.mark.parametrize(
    ("own", "others", "after"),
    [
        (COMING, COMING, COMING),
        (WAITING, COMING, COMING),
        (COMING, WAITING, COMING),
        (CANCELLED, WAITING, WAITING),
        (CANCELLED, CANCELLED, CANCELLED),
    ],
)
def test_who_signed_up_twice_comes_once_in_the_better_place(
    two: Two, own: SignUpStatus, others: SignUpStatus, after: SignUpStatus
) -> None:
    session_id = a_session(two)
    for who, status in ((two.kept, own), (two.gone, others)):
        row = SignUp(programme_id=two.world.programme_id, id=new_id(), session_id=session_id, volunteer_id=who, status=status)
        row.signed_up_at = row.changed_at = clock.now()
        add(two, row)
    before = two.dump()
    merge = two.merge()
    assert signed_up(two, session_id, two.kept) == [after]
    assert signed_up(two, session_id, two.gone) == [CANCELLED]
    two.undo(merge)
    assert two.dump() == before


def a_stay(two: Two, who: UUID, session_id: UUID, state: AttendanceState) -> None:
    stay = Attendance(
        programme_id=two.world.programme_id,
        id=new_id(),
        organisation_id=two.world.organisation_id,
        activity_id=two.activity_id,
        session_id=session_id,
        volunteer_id=who,
        came_at=clock.now(),
        came_by=AttendanceWay.NUMBER,
        state=state,
    )
    add(two, stay)


def test_two_who_are_both_signed_in_are_not_merged_until_one_is_out(two: Two) -> None:
    session_id = a_session(two)
    a_stay(two, two.kept, session_id, AttendanceState.HERE)
    a_stay(two, two.gone, session_id, AttendanceState.HERE)
    before = two.dump()
    with pytest.raises(RuleError, match="Both are signed in"):
        two.merge()
    assert two.dump() == before
    stay = two.session.scalars(select(Attendance).where(Attendance.volunteer_id == two.kept)).one()
    stay.state = AttendanceState.DROPPED
    before = two.dump()
    merge = two.merge()
    assert [each.state for each in stays(two, two.kept)] == [AttendanceState.DROPPED, AttendanceState.HERE]
    assert stays(two, two.gone) == []
    two.undo(merge)
    assert two.dump() == before


def stays(two: Two, who: UUID) -> Sequence[Attendance]:
    query = select(Attendance).where(Attendance.volunteer_id == who).order_by(Attendance.state)
    return two.session.scalars(query).all()


def test_two_who_had_the_same_offers_turn_keep_both_uses_and_each_can_be_given_back(two: Two) -> None:
    offer = two.session.scalars(select(Offer).limit(1)).one()
    used = {}
    for who in (two.kept, two.gone):
        two.earn(who, 60)
        used[who] = two.use(who)
        assert used[who] is not None
        two.session.flush()
        if two.session.scalar(select(OfferTurn.id).where(OfferTurn.redemption_id == used[who])) is None:
            turn = {"offer_id": offer.id, "period": "2026-W47", "redemption_id": used[who], "released_at": None}
            add(two, OfferTurn(programme_id=two.world.programme_id, id=new_id(), volunteer_id=who, **turn))
    before = two.dump()
    merge = two.merge()
    assert len(two.session.scalars(select(Redemption).where(Redemption.volunteer_id == two.kept)).all()) == 2
    live = select(func.count()).select_from(OfferTurn).where(OfferTurn.volunteer_id == two.kept, OfferTurn.released_at.is_(None))
    assert two.session.scalar(live) == 1
    two.undo(merge)
    assert two.dump() == before
    two.merge()
    for redemption_id in used.values():
        assert redemption_id is not None
        two.give_back(redemption_id)
    assert (two.credits(two.kept), two.credits(two.gone)) == (120, 0)
    released = select(OfferTurn).where(OfferTurn.redemption_id.in_(used.values()), OfferTurn.released_at.is_(None))
    assert two.session.scalars(released).all() == []


@pytest.mark.parametrize("swapped", [False, True])
def test_mentor_and_mentee_of_each_other_end_and_are_nobodys_own_mentor(two: Two, *, swapped: bool) -> None:
    here = {"programme_id": two.world.programme_id, "organisation_id": two.world.organisation_id}
    pair = (two.gone, two.kept) if swapped else (two.kept, two.gone)
    for who in (two.kept, two.gone):
        add(two, Mentor(**here, id=new_id(), volunteer_id=who, since=clock.now()))
    for one, other in (pair, (pair[0], two.third)):
        add(
            two,
            Mentoring(
                **here,
                id=new_id(),
                activity_id=two.activity_id,
                mentor_id=one,
                mentee_id=other,
                state=MentoringState.AGREED,
                matched_at=clock.now(),
            ),
        )
    before = two.dump()
    merge = two.merge()
    states = {each.mentee_id == two.third: (each.state, each.mentor_id) for each in two.session.scalars(select(Mentoring))}
    assert states[False][0] is MentoringState.ENDED
    assert states[True] == (MentoringState.AGREED, two.kept)
    mentors = two.session.scalars(select(Mentor).where(Mentor.volunteer_id == two.kept, Mentor.ended_at.is_(None))).all()
    assert len(mentors) == 1
    two.undo(merge)
    assert two.dump() == before


@pytest.mark.parametrize(("own", "others"), [(True, True), (True, False), (False, True), (False, False)])
def test_of_two_asked_the_same_the_answer_that_there_is_stays(two: Two, *, own: bool, others: bool) -> None:
    survey = Survey(
        programme_id=two.world.programme_id, id=new_id(), kind=SurveyKind.OWN, name="How it is", made_at=clock.now(), questions=[]
    )
    add(two, survey)
    asks = {}
    for who, answered in ((two.kept, own), (two.gone, others)):
        ask = SurveyAsk(programme_id=two.world.programme_id, id=new_id(), survey_id=survey.id, volunteer_id=who)
        ask.stage, ask.due_on = Stage.BASELINE, clock.today()
        ask.answered_at, ask.sealed = (clock.now(), b"\x00answers\xff") if answered else (None, None)
        asks[who] = add(two, ask).id
    before = two.dump()
    merge = two.merge()
    kept = two.session.scalars(select(SurveyAsk).where(SurveyAsk.volunteer_id == two.kept)).one()
    assert kept.id == asks[two.gone if others and not own else two.kept]
    assert (kept.answered_at is not None) == (own or others)
    two.undo(merge)
    assert two.dump() == before


@pytest.mark.parametrize("has_left", [False, True])
def test_the_second_number_finds_the_person_at_the_kiosk_and_in_files(two: Two, *, has_left: bool) -> None:
    two.merge()
    if has_left:
        mine = select(Enrolment).where(Enrolment.volunteer_id == two.kept, Enrolment.organisation_id == two.world.organisation_id)
        two.session.scalars(mine).one().left_on = clock.today()
    kiosk = new_id()
    for number in ("m1", " M2 "):
        found = find_by_number(two.session, *two.here, number=number, letter="m", kiosk_id=kiosk)
        assert found == (None if has_left else two.kept)
        named = find_named(list_names(two.session, *two.here), number.strip())
        assert (named and named.volunteer_id) == (None if has_left else two.kept)
    assert find_by_number(two.session, *two.here, number="M2", letter="s", kiosk_id=kiosk) is None
    content = b"Date,Number,Hours,Activity\n20/11/2026,M2,1,Garden group 2\n20/11/2026,M1,2,Garden group 2\n"
    plan = plan_import(two.session, *two.here, content, "register.csv", activity=None, choices=None, today=clock.today())
    assert {each.volunteer_id for each in plan.entries.values()} == {two.kept}
    assert len(plan.entries) == 2


def test_two_managers_at_once_merge_once(engine: Engine) -> None:
    with clock.standing_at(NOON):
        with transaction(engine) as session:
            two = make_two(session, build_world(session))
            programme_id, kept, gone = two.world.programme_id, two.kept, two.gone
            two.earn(kept, 60)
            two.earn(gone, 90)
        start = Barrier(2)

        def merge(pair: tuple[UUID, UUID]) -> str:
            start.wait()
            try:
                with transaction(engine) as session:
                    kept_id, gone_id = pair
                    ids = {"merge_id": new_id(), "kept_id": kept_id, "gone_id": gone_id}
                    merge_people(session, programme_id, reason="One card.", actor_id=None, **ids)
            except RuleError as fault:
                return str(fault.sentence)
            return ""

        with ThreadPoolExecutor(2) as managers:
            said = sorted(managers.map(merge, [(kept, gone), (gone, kept)]))
        assert said[0] == ""
        assert said[1].startswith("One of these was merged already.")
        with transaction(engine) as session:
            found = session.scalars(select(Merge)).one()
            assert Two(session, two.world, kept, gone, two.third, two.activity_id).credits(found.kept_id) == 150

        def undo(_who: int) -> str:
            start.wait()
            try:
                with transaction(engine) as session:
                    undo_merge(session, programme_id, found.id, actor_id=None)
            except RuleError as fault:
                return str(fault.sentence)
            return ""

        with ThreadPoolExecutor(2) as managers:
            said = sorted(managers.map(undo, range(2)))
        assert said == ["", "This was taken back already. Nothing was changed."]
        with transaction(engine) as session:
            after = Two(session, two.world, kept, gone, two.third, two.activity_id)
            assert sorted([after.credits(kept), after.credits(gone)]) == [60, 90]
            assert after.faults() == []


def test_what_a_merge_moved_is_forgotten_once_nobody_can_take_it_back(two: Two) -> None:
    programme_id = two.world.programme_id
    two.earn(two.gone, 60)
    undone = two.merge()
    two.undo(undone)
    merge = two.merge()
    assert forget_moved(two.session, programme_id, now=clock.now()) == 1  # the one that was taken back
    assert set(merge.moved) == {"ids", "changed", "removed", "minutes"}
    assert forget_moved(two.session, programme_id, now=merge.undo_until) == 0
    late = merge.undo_until + timedelta(seconds=1)
    assert forget_moved(two.session, programme_id, now=late) == 1
    assert forget_moved(two.session, programme_id, now=late) == 0
    two.session.expire_all()
    assert merge.moved == {"minutes": 60}
    assert find_merge(two.session, programme_id, merge.id).minutes == 60
    with clock.standing_at(late), pytest.raises(RuleError, match="30 days"):
        two.undo(merge)
