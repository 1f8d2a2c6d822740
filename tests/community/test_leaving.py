"""Somebody leaves: each thing that ends is said first, ends, and nothing else changes. Both databases."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.community.events.happening import NOW, Fair, make_fair
from tests.community.mentoring.paired import KEYRING, Paired, make_paired
from tests.hours.conftest import TODAY
from timecredits.community.event_models import EventNeeds
from timecredits.community.group_models import GroupKind
from timecredits.community.groups.coming import come
from timecredits.community.groups.facilitators import looks_after, name_facilitator
from timecredits.community.groups.group_facts import GroupFacts
from timecredits.community.groups.groups import make_group
from timecredits.community.groups.members import add_member, list_members
from timecredits.community.leaving import leave_organisation, what_ends
from timecredits.community.mentoring_models import Mentor, Mentoring, MentoringState
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.mail import MailMessage
from timecredits.hours.activity_models import Activity, AttendanceWay, SignUpStatus
from timecredits.hours.attendances.attendance import find_here, sign_in_or_out
from timecredits.hours.history.hour_history import hour_history
from timecredits.hours.planning.plans import PlanFacts, make_plan
from timecredits.hours.planning.sessions import find_dated_session
from timecredits.hours.planning.signing_up import list_sign_ups, sign_up
from timecredits.hours.recording import HoursRuleError
from timecredits.hours.register.occasions import Occasion
from timecredits.hours.register.rosters import open_register
from timecredits.network.enrolments import take_up_again
from timecredits.network.models import SelfLog
from timecredits.network.self_log import set_self_log
from timecredits.network.volunteers import find_enrolled
from timecredits.spending.giving.helping import agree, list_noted_here

BASE_URL = "https://credits.example"
SOON = TODAY + timedelta(days=3)


@pytest.fixture
def paired(session: Session) -> Iterator[Paired]:
    with clock.standing_at(NOW):
        yield make_paired(session)


def leave(paired: Paired, volunteer_id: UUID, day: object = TODAY) -> bool:
    here = paired.session, *paired.here
    return leave_organisation(*here, volunteer_id, day, actor_id=paired.staff, base_url=BASE_URL)  # type: ignore[arg-type]


def planned(paired: Paired, capacity: int | None = None) -> UUID:
    facts = PlanFacts(SOON, 600, 120, capacity=capacity)
    return make_plan(paired.session, *paired.here, paired.place.garden_id, facts, actor_id=None).id


def put_down(paired: Paired, plan_id: UUID, volunteer_id: UUID) -> UUID:
    dated = find_dated_session(paired.session, paired.programme_id, plan_id, SOON)
    sign_up(paired.session, paired.programme_id, volunteer_id, dated, actor_id=None, today=TODAY)
    return dated.id


def statuses(paired: Paired, session_id: UUID) -> dict[UUID, SignUpStatus]:
    listed = list_sign_ups(paired.session, paired.programme_id, [session_id]).get(session_id, [])
    return {each.volunteer_id: each.status for each in listed}


def ends(paired: Paired, volunteer_id: UUID) -> tuple[int, ...]:
    found = what_ends(paired.session, *paired.here, volunteer_id)
    return found.coming, found.waiting, found.groups, found.duties, found.mentoring, found.helping


def test_sign_ups_end_and_the_next_in_line_gets_the_place(paired: Paired) -> None:
    place, one, other = paired.place, planned(paired, 1), planned(paired, 1)
    first = put_down(paired, one, place.sian)
    put_down(paired, one, place.lukasz)
    second = put_down(paired, other, place.lukasz)
    put_down(paired, other, place.sian)
    assert ends(paired, place.sian)[:2] == (1, 1)
    assert leave(paired, place.sian)
    assert statuses(paired, first) == {place.lukasz: SignUpStatus.COMING}
    assert statuses(paired, second) == {place.lukasz: SignUpStatus.COMING}


def test_a_session_elsewhere_stays(paired: Paired) -> None:
    place = paired.place
    place.enrol_elsewhere(place.sian)
    session_id = put_down(paired, planned(paired), place.sian)
    there = (paired.session, paired.programme_id, place.other_organisation_id)
    assert leave_organisation(*there, place.sian, TODAY, actor_id=None, base_url=BASE_URL)
    assert statuses(paired, session_id) == {place.sian: SignUpStatus.COMING}
    assert find_enrolled(paired.session, *paired.here, place.sian).enrolment.left_on is None


def test_an_event_is_given_back_with_what_was_needed(paired: Paired) -> None:
    fair: Fair = make_fair(paired.place)
    fair.book(paired.place.sian, guests=1, needs="A chair with arms")
    assert ends(paired, paired.place.sian)[0] == 1
    assert leave(paired, paired.place.sian)
    assert fair.taken() == 0
    assert paired.session.scalars(select(EventNeeds)).all() == []


def test_groups_and_looking_after_them_end(paired: Paired) -> None:
    here, sian = (paired.session, *paired.here), paired.place.sian
    facts = GroupFacts("Quiet minds", GroupKind.OPEN, "Tuesday evenings")
    group = make_group(paired.session, KEYRING, *paired.here, facts, group_id=new_id(), actor_id=None)
    add_member(*here, group.id, sian, actor_id=None)
    name_facilitator(*here, group.id, actor_id=None, volunteer_id=sian)
    plan = make_plan(*here, group.activity_id, PlanFacts(SOON, 1080, 60), actor_id=None)
    come(paired.session, paired.programme_id, group.id, sian, plan.id, SOON, actor_id=None)
    assert ends(paired, sian)[:4] == (1, 0, 1, 1)
    assert leave(paired, sian)
    assert list_members(*here, group.id) == []
    assert looks_after(paired.session, paired.programme_id, sian) == frozenset()
    take_up_again(*here, sian, actor_id=None)
    assert ends(paired, sian)[:4] == (0, 0, 0, 0)


def test_mentoring_ends_and_both_are_told(paired: Paired) -> None:
    mentoring_id = paired.begin()
    assert ends(paired, paired.place.sian)[4] == 2  # offered, and one that goes on
    assert ends(paired, paired.place.lukasz)[4] == 1
    assert leave(paired, paired.place.sian)
    assert paired.session.get_one(Mentoring, (paired.programme_id, mentoring_id)).state is MentoringState.ENDED
    assert paired.session.get_one(Mentor, (paired.programme_id, paired.offer)).ended_at is not None
    assert all("Siân" not in mail.subject for mail in paired.session.scalars(select(MailMessage)))


@pytest.mark.parametrize("who", ["sian", "lukasz"])
def test_helping_noted_here_ends_from_either_side(paired: Paired, who: str) -> None:
    place = paired.place
    agree(
        paired.session,
        *paired.here,
        volunteer_id=place.sian,
        helper_id=place.lukasz,
        helping_id=new_id(),
        minutes_a_week=120,
        may_give=False,
        actor_id=paired.staff,
    )
    assert ends(paired, getattr(place, who))[5] == 1
    assert leave(paired, getattr(place, who))
    [other] = {place.sian, place.lukasz} - {getattr(place, who)}
    [line] = list_noted_here(paired.session, *paired.here, other)
    assert line.helping.ended_at is not None


def test_logging_ones_own_hours_is_said_where_it_was_allowed(paired: Paired) -> None:
    here, sian = (paired.session, *paired.here), paired.place.sian
    assert what_ends(*here, sian).self_logs
    set_self_log(*here, sian, SelfLog.NO, actor_id=None)
    assert not what_ends(*here, sian).self_logs
    assert len(what_ends(*here, sian).said) == 1  # she is a mentor
    assert what_ends(*here, paired.mo).said[-1].template == "Logging their own hours with you"


def test_hours_credits_and_balance_stay_and_hours_before_the_last_day_are_taken(paired: Paired) -> None:
    place, before = paired.place, TODAY - timedelta(days=2)
    place.record(place.new(place.lukasz, day=before))
    held = place.credits(place.lukasz)
    assert leave(paired, place.lukasz, before)
    assert place.credits(place.lukasz) == held > 0
    assert (
        hour_history(paired.session, paired.programme_id, place.lukasz, place.organisation_id, as_of=TODAY).total_minutes == 120
    )
    place.record(place.new(place.lukasz, day=before - timedelta(days=1)))
    with pytest.raises(HoursRuleError, match="had left by then"):
        place.record(place.new(place.lukasz, day=before + timedelta(days=1)))


def test_the_register_of_a_day_lists_who_was_still_there(paired: Paired) -> None:
    place, day = paired.place, TODAY - timedelta(days=7)
    place.record(place.new(place.lukasz, day=day))
    assert leave(paired, place.lukasz, day + timedelta(days=3))
    activity = paired.session.get_one(Activity, (paired.programme_id, place.garden_id))

    def listed(on: object) -> set[UUID]:
        occasion = Occasion(new_id(), activity, on)  # type: ignore[arg-type]
        register = open_register(paired.session, *paired.here, occasion, today=TODAY)
        return {each.volunteer_id for each in register.people}

    assert place.lukasz in listed(day + timedelta(days=3))
    assert place.lukasz not in listed(day + timedelta(days=4))


def test_what_is_refused_ends_nothing(paired: Paired) -> None:
    place, session = paired.place, paired.session
    session_id = put_down(paired, planned(paired), place.sian)
    place.record(place.new(place.sian, day=TODAY))
    for day in (TODAY + timedelta(days=1), TODAY - timedelta(days=1)):
        with pytest.raises(RuleError) as refused:
            leave(paired, place.sian, day)
        assert refused.value.field == "left_on"
    way = {"way": AttendanceWay.STAFF, "now": clock.now()}
    make_plan(session, *paired.here, place.garden_id, PlanFacts(TODAY, 8 * 60, 240), actor_id=None)
    sign_in_or_out(session, *paired.here, place.lukasz, **way)  # type: ignore[arg-type]
    assert find_here(session, paired.programme_id, place.lukasz) is not None
    with pytest.raises(RuleError, match="signed in just now"):
        leave(paired, place.lukasz)
    assert statuses(paired, session_id) == {place.sian: SignUpStatus.COMING}
    for volunteer_id in (place.stranger, new_id()):
        with pytest.raises(NotFoundError):
            leave(paired, volunteer_id)


def test_twice_is_once(paired: Paired) -> None:
    assert leave(paired, paired.mo)
    with pytest.raises(NotFoundError):
        leave(paired, paired.mo)
