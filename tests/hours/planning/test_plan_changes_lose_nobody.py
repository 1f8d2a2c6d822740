"""Whatever a plan is changed to, everybody who signed up is still there, on a day that is on or whose loss they were told of."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.hours.conftest import Place
from tests.hours.planning.coming import TUESDAY, come, letters, weekly, with_email
from timecredits.foundation.clock import standing_at
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import RuleError
from timecredits.hours.activity_models import SessionMessage, SignUp
from timecredits.hours.planning.plan_changes import change_plan, end_plan
from timecredits.hours.planning.plans import PlanFacts
from timecredits.hours.planning.repeating import Repeats
from timecredits.hours.planning.sessions import find_kept_sessions, list_sessions

WEEKS = 5
FACTS = st.builds(
    PlanFacts,
    first_day=st.dates(date(2026, 11, 22), date(2027, 1, 10)),
    starts=st.integers(0, 1439),
    minutes=st.integers(1, 1440),
    repeats=st.sampled_from(Repeats),
    weekdays=st.sets(st.integers(0, 6)).map(tuple),
    times=st.none() | st.integers(1, 4),
    capacity=st.none() | st.integers(1, 3),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(FACTS, min_size=1, max_size=2), then_ends=st.booleans())
def test_nobody_is_lost(place: Place, changes: list[PlanFacts], *, then_ends: bool) -> None:
    outer = place.session.begin_nested()
    try:
        with standing_at(datetime(2026, 11, 21, 9, tzinfo=UTC)):
            _change_and_look(place, changes, then_ends=then_ends)
    finally:
        outer.rollback()
        place.session.expire_all()


def _change_and_look(place: Place, changes: list[PlanFacts], *, then_ends: bool) -> None:
    address = with_email(place, place.sian)
    plan = weekly(place)
    for week in range(WEEKS):
        come(place, plan.id, TUESDAY + week * timedelta(weeks=1), place.sian, place.lukasz)
    here = (place.session, place.programme_id, place.organisation_id)
    plan_id, acts = plan.id, 0
    for facts in changes:
        try:
            plan_id = change_plan(*here, plan_id, facts, actor_id=None, new_plan_id=new_id()).plan.id
        except RuleError:  # the plan had ended before that day
            continue
        acts += 1
    if then_ends:
        end_plan(*here, plan_id, date(2026, 12, 12), actor_id=None)
        acts += 1
    sign_ups = place.session.scalars(select(SignUp).where(SignUp.programme_id == place.programme_id)).all()
    assert len(sign_ups) == 2 * WEEKS
    kept = find_kept_sessions(place.session, place.programme_id, [each.session_id for each in sign_ups])
    listed = {
        each.id: each
        for each in list_sessions(place.session, place.programme_id, first=date(2026, 11, 1), last=date(2027, 12, 31))
    }
    told = set(place.session.scalars(select(SessionMessage.session_id)))
    for each in sign_ups:
        assert listed[each.session_id] == kept[each.session_id]
        assert kept[each.session_id].is_on or each.session_id in told
    assert len(letters(place, [address])) <= acts
