"""Signing up, cancelling, and the waiting list. Each test on both kinds of database."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from tests.hours.conftest import Place
from tests.hours.planning.planned import NOW, TODAY, TUESDAY, Planned, plan_tuesdays
from timecredits.foundation import clock
from timecredits.foundation.audit import AuditEntry
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.mail import MailMessage
from timecredits.hours.activity_models import ActivityPlan, ActivitySession, OpenTo, RequirementKind, SignUp, SignUpStatus
from timecredits.hours.planning.requirements import Asked, set_requirements
from timecredits.hours.planning.sign_up_rules import NotYetError
from timecredits.hours.planning.signing_up import SignUpOutcome, fill_places, free_places, sign_up
from timecredits.network.models import Enrolment

COMING, WAITING = SignUpStatus.COMING, SignUpStatus.WAITING


@pytest.fixture
def planned(place: Place) -> Iterator[Planned]:
    with clock.standing_at(NOW):
        yield plan_tuesdays(place)


def test_first_come_first_served_and_the_next_in_line_moves_up(planned: Planned, enrol: Callable[[str], UUID]) -> None:
    people = [enrol(name) for name in ("Ann", "Bo", "Cy", "Di")]
    answers = [planned.sign_up(each) for each in people]
    assert [each.outcome for each in answers] == [SignUpOutcome.COMING] * 2 + [SignUpOutcome.WAITING] * 2
    assert [each.line for each in answers] == [0, 0, 1, 2]
    assert planned.cancel(people[0]) == (people[2],)
    assert planned.listed() == [(people[1], COMING), (people[2], COMING), (people[3], WAITING)]
    assert planned.sign_up(people[0]).line == 2


def test_twice_is_once(planned: Planned) -> None:
    sian = planned.place.sian
    assert planned.sign_up(sian).outcome is SignUpOutcome.COMING
    again = planned.sign_up(sian)
    assert (again.outcome, again.is_coming) == (SignUpOutcome.ALREADY_COMING, True)
    assert planned.cancel(sian) == planned.cancel(sian) == ()
    assert planned.session.scalar(select(func.count()).select_from(SignUp)) == 1
    assert planned.sign_up(sian).outcome is SignUpOutcome.COMING


def test_somebody_on_the_waiting_list_stays_where_they_are(planned: Planned, enrol: Callable[[str], UUID]) -> None:
    for name in ("Ann", "Bo"):
        planned.sign_up(enrol(name))
    first, second = enrol("Cy"), enrol("Di")
    planned.sign_up(first)
    planned.sign_up(second)
    again = planned.sign_up(first)
    assert (again.outcome, again.line) == (SignUpOutcome.ALREADY_WAITING, 1)
    assert planned.cancel(first) == ()
    assert planned.sign_up(second).line == 1


def test_a_grown_session_takes_in_those_who_wait(planned: Planned, enrol: Callable[[str], UUID]) -> None:
    people = [enrol(name) for name in ("Ann", "Bo", "Cy", "Di", "Ed")]
    for each in people:
        planned.sign_up(each)
    row = planned.session.get_one(ActivitySession, (planned.programme_id, planned.on().id))
    row.capacity = 4
    planned.session.flush()
    assert fill_places(planned.session, planned.programme_id, row.id) == (people[2], people[3])
    assert fill_places(planned.session, planned.programme_id, row.id) == ()
    assert fill_places(planned.session, planned.programme_id, new_id()) == ()


def test_who_moves_up_is_told_by_a_mail_that_says_only_when(planned: Planned, enrol: Callable[[str], UUID]) -> None:
    for name in ("Ann", "Bo"):
        planned.sign_up(enrol(name))
    sian, lukasz = planned.place.sian, planned.place.lukasz
    planned.give_address(sian, "sian@example.org")
    for each in (sian, lukasz):  # one of them without an address
        planned.sign_up(each)
    for volunteer_id, _status in planned.listed()[:2]:
        planned.cancel(volunteer_id)
    [letter] = planned.session.scalars(select(MailMessage)).all()
    assert (letter.recipient, letter.subject) == ("sian@example.org", "Fenland: you have a place")
    assert "Tuesday 24 November 2026, 10am to 12pm" in letter.body
    assert "Garden" not in letter.body + letter.subject
    assert "Riverside" not in letter.body + letter.subject


def test_free_places_of_many_sessions(planned: Planned) -> None:
    planned.sign_up(planned.place.sian)
    planned.sign_up(planned.place.sian, week=1)
    planned.sign_up(planned.place.lukasz, week=1)
    weeks = [planned.on(week) for week in range(3)]
    assert list(free_places(planned.session, planned.programme_id, weeks).values()) == [1, 0, 2]
    planned.session.get_one(ActivitySession, (planned.programme_id, weeks[1].id)).capacity = 1
    planned.session.flush()
    assert free_places(planned.session, planned.programme_id, [planned.on(1)])[weeks[1].id] == 0
    open_to_any = plan_tuesdays(planned.place, capacity=None)
    assert set(free_places(planned.session, planned.programme_id, [open_to_any.on()]).values()) == {None}


def test_what_is_over_cancelled_closed_or_gone_is_refused_in_words(planned: Planned) -> None:
    sian = planned.place.sian
    dated = planned.on()
    with clock.standing_at(NOW + timedelta(days=30)), pytest.raises(RuleError, match="is over"):
        sign_up(planned.session, planned.programme_id, sian, dated, actor_id=None, today=TODAY + timedelta(days=30))
    planned.sign_up(sian)
    row = planned.session.get_one(ActivitySession, (planned.programme_id, dated.id))
    row.cancelled_at = clock.now()
    planned.session.flush()
    with pytest.raises(RuleError, match="was cancelled"):
        planned.sign_up(planned.place.lukasz)
    with pytest.raises(RuleError, match="was cancelled"):
        planned.sign_up(sian)
    assert fill_places(planned.session, planned.programme_id, dated.id) == ()
    later = planned.on(2)
    planned.activity(is_open=False)
    with pytest.raises(RuleError, match="closed just now"):
        planned.sign_up(sian, week=1)
    planned.activity(is_open=True)
    plan = planned.session.get_one(ActivityPlan, (planned.programme_id, planned.plan_id))
    plan.ends_on = TUESDAY
    planned.session.flush()
    with pytest.raises(RuleError, match="not on any more"):
        sign_up(planned.session, planned.programme_id, sian, later, actor_id=None, today=TODAY)


def test_nobody_cancels_what_has_begun(planned: Planned) -> None:
    planned.sign_up(planned.place.sian)
    with clock.standing_at(planned.on().begins), pytest.raises(RuleError, match="has started"):
        planned.cancel(planned.place.sian)
    assert planned.listed() == [(planned.place.sian, COMING)]


def test_signing_up_elsewhere_enrols_there_where_all_are_welcome(planned: Planned) -> None:
    stranger = planned.place.stranger
    answer = planned.sign_up(stranger)
    assert (answer.outcome, answer.joined) == (SignUpOutcome.COMING, True)
    assert not planned.sign_up(stranger, week=1).joined
    enrolment = planned.session.scalars(
        select(Enrolment).filter_by(volunteer_id=stranger, organisation_id=planned.place.organisation_id)
    ).one()
    assert (enrolment.enrolled_on, enrolment.left_on) == (TODAY, None)


def test_a_closed_circle_and_somebody_who_left_must_ask_first(planned: Planned) -> None:
    planned.activity(open_to=OpenTo.ENROLLED)
    with pytest.raises(RuleError, match="Ask Riverside Trust to add you first"):
        planned.sign_up(planned.place.stranger)
    planned.activity(open_to=OpenTo.EVERYBODY)
    planned.session.scalars(select(Enrolment).filter_by(volunteer_id=planned.place.sian)).one().left_on = TODAY
    planned.session.flush()
    with pytest.raises(RuleError, match="Ask Riverside Trust"):
        planned.sign_up(planned.place.sian)


def test_what_is_missing_is_said_and_enrols_nobody(planned: Planned) -> None:
    set_requirements(
        planned.session,
        planned.programme_id,
        planned.place.organisation_id,
        planned.place.garden_id,
        [Asked(RequirementKind.TRAINING, name="First aid")],
        actor_id=None,
    )
    for volunteer_id in (planned.place.sian, planned.place.stranger):
        with pytest.raises(NotYetError) as fault:
            planned.sign_up(volunteer_id)
        assert "First aid" in str(fault.value.missing[0])
    assert planned.session.scalar(select(func.count()).select_from(Enrolment).filter_by(volunteer_id=planned.place.stranger)) == 1


def test_staff_add_and_take_off_their_own_people_only(planned: Planned) -> None:
    here, there = planned.place.organisation_id, planned.place.other_organisation_id
    planned.sign_up(planned.place.sian, staff_of=here)
    for volunteer_id, staff_of in ((planned.place.sian, there), (planned.place.stranger, here), (new_id(), here)):
        with pytest.raises(NotFoundError):
            planned.sign_up(volunteer_id, staff_of=staff_of)
    with pytest.raises(NotFoundError):
        planned.cancel(planned.place.sian, staff_of=there)
    with pytest.raises(NotFoundError):
        planned.cancel(planned.place.lukasz, staff_of=here)
    planned.cancel(planned.place.sian, staff_of=here)
    acts = planned.session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("sign-up%"))).all()
    assert sorted(acts) == ["sign-up added", "sign-up cancelled"]


def test_staff_read_sentences_for_staff(planned: Planned) -> None:
    here = planned.place.organisation_id
    asked = [Asked(RequirementKind.TRAINING, name="First aid")]
    set_requirements(planned.session, planned.programme_id, here, planned.place.garden_id, asked, actor_id=None)
    with pytest.raises(NotYetError, match="They are not signed up yet") as fault:
        planned.sign_up(planned.place.sian, staff_of=here)
    assert str(fault.value.missing[0]) == "Missing: training: First aid: not seen yet."
    set_requirements(planned.session, planned.programme_id, here, planned.place.garden_id, [], actor_id=None)
    planned.sign_up(planned.place.sian, staff_of=here)
    with clock.standing_at(planned.on().begins), pytest.raises(RuleError, match="Say in the register who came"):
        planned.cancel(planned.place.sian, staff_of=here)
