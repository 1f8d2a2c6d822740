"""What a volunteer sees of what they signed up for, and the ways to help that they find."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import event

from tests.hours.conftest import Place
from tests.hours.planning.planned import NOW, TUESDAY, Planned, plan_tuesdays
from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError
from timecredits.hours.activity_models import ActivitySession, OpenTo, SignUpStatus
from timecredits.hours.planning.my_sessions import find_mine, list_past, list_to_come, next_of_mine
from timecredits.hours.planning.open_activities import find_open_activity, list_open_activities, next_sessions, places_known
from timecredits.network.models import Organisation


@pytest.fixture
def planned(place: Place) -> Iterator[Planned]:
    with clock.standing_at(NOW):
        yield plan_tuesdays(place, capacity=1)


def test_to_come_in_order_with_my_place_in_line(planned: Planned, enrol: Callable[[str], UUID]) -> None:
    sian, here = planned.place.sian, (planned.session, planned.programme_id)
    for name in ("Ann", "Bo"):
        planned.sign_up(enrol(name))
    for week in (2, 0, 1):
        planned.sign_up(sian, week)
    found = list_to_come(*here, sian)
    assert [(each.dated.day, each.line, each.organisation) for each in found] == [
        (TUESDAY, 2, "Riverside Trust"),
        (TUESDAY + timedelta(weeks=1), 0, "Riverside Trust"),
        (TUESDAY + timedelta(weeks=2), 0, "Riverside Trust"),
    ]
    first = next_of_mine(*here, sian)
    assert first is not None
    assert first.dated.day == TUESDAY + timedelta(weeks=1)  # a place comes before a wait
    assert list_to_come(*here, planned.place.lukasz) == []
    assert next_of_mine(*here, planned.place.lukasz) is None


def test_what_is_over_moves_to_the_past_page_by_page(planned: Planned) -> None:
    sian, here = planned.place.sian, (planned.session, planned.programme_id)
    for week in range(22):
        planned.sign_up(sian, week)
    planned.cancel(sian, 21)
    with clock.standing_at(NOW + timedelta(weeks=30)):
        assert list_to_come(*here, sian) == []
        first, second = (list_past(*here, sian, page=page) for page in (1, 2))
    assert (len(first.sessions), first.more) == (20, True)
    assert (len(second.sessions), second.more) == (1, False)
    days = [each.dated.day for each in [*first.sessions, *second.sessions]]
    assert days == sorted(days, reverse=True)
    assert days[-1] == TUESDAY


def test_a_session_is_mine_until_it_ends_also_past_midnight(planned: Planned) -> None:
    sian, here = planned.place.sian, (planned.session, planned.programme_id)
    planned.sign_up(sian)
    row = planned.session.get_one(ActivitySession, (planned.programme_id, planned.on().id))
    row.starts, row.minutes = 23 * 60, 120
    planned.session.flush()
    ends = planned.on().ends
    with clock.standing_at(ends - timedelta(minutes=1)):
        assert len(list_to_come(*here, sian)) == 1
        assert list_past(*here, sian).sessions == []
    with clock.standing_at(ends):
        assert list_to_come(*here, sian) == []
        assert len(list_past(*here, sian).sessions) == 1


def test_mine_only(planned: Planned) -> None:
    planned.sign_up(planned.place.sian)
    session_id = planned.on().id
    assert find_mine(planned.session, planned.programme_id, planned.place.sian, session_id) is not None
    assert find_mine(planned.session, planned.programme_id, planned.place.lukasz, session_id) is None
    planned.cancel(planned.place.sian)
    assert find_mine(planned.session, planned.programme_id, planned.place.sian, session_id) is None


def test_ways_to_help_by_word_need_and_town_and_what_is_open_to_me(planned: Planned) -> None:
    place, here = planned.place, (planned.session, planned.programme_id)
    planned.activity(access_facts=["Step-free"], good_first_step=True, role="Dig the beds.", open_to=OpenTo.ENROLLED)
    planned.session.get_one(Organisation, (planned.programme_id, place.organisation_id)).town = "Ely"
    planned.session.flush()

    def names(volunteer_id: UUID, **asked: object) -> list[str]:
        return [each.name for each in list_open_activities(*here, volunteer_id, **asked)]  # type: ignore[arg-type]

    assert names(place.sian) == ["Garden group", "Committee"]
    assert names(place.sian, access="step-FREE") == ["Garden group"]
    assert names(place.sian, search="beds ely") == ["Garden group"]
    assert names(place.sian, town="Ely", good_first_step=True) == ["Garden group"]
    assert names(place.sian, town="March") == []
    assert names(place.stranger, open_to_me=True) == ["Committee"]
    assert places_known(*here) == (["Ely"], ["Step-free"])
    mine, theirs = (find_open_activity(*here, each, place.garden_id) for each in (place.sian, place.stranger))
    assert (mine.is_mine, mine.may_join, theirs.is_mine, theirs.may_join) == (True, True, False, False)
    planned.activity(is_open=False)
    with pytest.raises(NotFoundError):
        find_open_activity(*here, place.sian, place.garden_id)


def test_the_next_sessions_say_how_many_places_and_where_i_stand(planned: Planned) -> None:
    place, here = planned.place, (planned.session, planned.programme_id)
    planned.sign_up(place.sian)
    planned.sign_up(place.lukasz, week=1)
    row = planned.session.get_one(ActivitySession, (planned.programme_id, planned.on(1).id))
    row.cancelled_at = clock.now()
    planned.session.flush()
    found = next_sessions(*here, place.sian, {place.garden_id, place.meeting_id}, most=3)[place.garden_id]
    assert [(each.dated.is_on, each.free, each.mine) for each in found] == [
        (True, 0, SignUpStatus.COMING),
        (False, 0, None),
        (True, 1, None),
    ]
    on = next_sessions(*here, place.sian, {place.garden_id}, most=2, with_cancelled=False)[place.garden_id]
    assert [each.dated.day.day for each in on] == [24, 8]


def test_the_questions_asked_do_not_grow_with_the_list(planned: Planned) -> None:
    sian, here = planned.place.sian, (planned.session, planned.programme_id)

    def questions() -> int:
        asked: list[str] = []
        bind = planned.session.get_bind()

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            asked.append(statement)

        event.listen(bind, "before_cursor_execute", note)
        planned.session.expire_all()
        list_to_come(*here, sian)
        next_sessions(*here, sian, {planned.place.garden_id}, most=50)
        event.remove(bind, "before_cursor_execute", note)
        return len(asked)

    planned.sign_up(sian)
    few = questions()
    for week in range(1, 4):
        planned.sign_up(sian, week)
    assert questions() == few
