"""Hours that volunteers log: kept to the same rules, changed while they wait, once however often they are sent."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from tests.hours.conftest import TODAY, Place
from tests.hours.self_logged.logged import allow, approve_all, give_sign_in, here, log, row
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.hours.activities import close_activity
from timecredits.hours.history.hour_history import hour_history
from timecredits.hours.models import HourEntry, HourSource, LoggedHours, LoggedStatus
from timecredits.hours.self_logged.given_time import DayPart
from timecredits.hours.self_logged.logged_decisions import ask
from timecredits.hours.self_logged.logged_hours import change_logged, withdraw
from timecredits.hours.self_logged.my_logged_hours import list_log_places, list_my_logged, logged_news
from timecredits.network.models import SelfLog


def change(place: Place, log_id: object, minutes: int = 60, **values: object) -> object:
    given = {"activity_id": place.garden_id, "part": DayPart(TODAY, minutes), "today": TODAY} | values
    return change_logged(place.session, place.programme_id, place.sian, log_id, **given)  # type: ignore[arg-type]


def test_logged_hours_wait_and_count_for_nothing_yet(place: Place) -> None:
    logged = log(place, place.sian, note="  Weeding,\n mostly ")
    assert (logged.already, logged.counts, logged.warnings) == (False, False, ())
    kept = row(place, logged.ids[0])
    assert (kept.status, kept.minutes, kept.note, kept.decided_by) == (LoggedStatus.WAITING, 120, "Weeding, mostly", None)
    assert place.credits(place.sian) == 0
    assert logged_news(place.session, place.programme_id, place.sian).waiting == 1


def test_sent_twice_is_written_once(place: Place) -> None:
    log_id = new_id()
    assert not log(place, place.sian, log_id=log_id).already
    assert log(place, place.sian, log_id=log_id).already
    assert place.session.scalar(select(func.count()).select_from(LoggedHours)) == 1
    with pytest.raises(NotFoundError):
        log(place, place.lukasz, log_id=log_id)


def test_a_night_is_two_rows(place: Place) -> None:
    night = [DayPart(TODAY - timedelta(days=1), 120, 1320), DayPart(TODAY, 90, 0)]
    logged = log(place, place.sian, parts=night)
    assert [(row(place, each).done_on, row(place, each).minutes) for each in logged.ids] == [
        (TODAY - timedelta(days=1), 120),
        (TODAY, 90),
    ]
    assert log(place, place.sian, parts=night, log_id=logged.ids[0]).already
    assert approve_all(place, *logged.ids).minutes == 210


def test_nobody_logs_for_an_organisation_where_they_are_not(place: Place) -> None:
    with pytest.raises(NotFoundError):
        log(place, place.stranger)
    with pytest.raises(NotFoundError):
        log(place, place.sian, activity_id=new_id())
    place.enrol_elsewhere(place.sian)
    assert {each.organisation for each in list_log_places(place.session, place.programme_id, place.sian)} == {"Riverside Trust"}


def test_who_may_not_log_is_told_and_sees_no_places(place: Place) -> None:
    allow(place, place.sian, SelfLog.NO)
    with pytest.raises(RuleError, match="You can not log hours here"):
        log(place, place.sian)
    assert list_log_places(place.session, place.programme_id, place.sian) == []
    assert not logged_news(place.session, place.programme_id, place.sian).may_log


def test_a_closed_activity_takes_no_more(place: Place) -> None:
    close_activity(place.session, *here(place), place.garden_id, actor_id=None)
    with pytest.raises(RuleError, match="closed") as fault:
        log(place, place.sian)
    assert fault.value.field == "activity"


@pytest.mark.parametrize(
    ("minutes", "day", "field", "words"),
    [
        (120, TODAY + timedelta(days=1), "day", "has not come yet"),
        (120, date(1926, 11, 21), "day", "too long ago"),
        (0, TODAY, "minutes", "more than 0"),
    ],
)
def test_the_rules_of_hours_hold_at_once(place: Place, minutes: int, day: date, field: str, words: str) -> None:
    with pytest.raises(RuleError, match=words) as fault:
        log(place, place.sian, minutes, day)
    assert fault.value.field == field
    assert place.session.scalar(select(func.count()).select_from(LoggedHours)) == 0


def test_the_rules_count_what_waits_already_and_say_you(place: Place) -> None:
    log(place, place.sian, 120, starts=600)
    assert "You have other hours at the same time" in str(log(place, place.sian, 60, starts=630).warnings[0])
    assert "You have these hours twice" in str(log(place, place.sian, 120).warnings[0])
    with pytest.raises(RuleError, match="You would have more than 24 hours on 21 November 2026"):
        log(place, place.sian, 20 * 60)


def test_a_note_too_long_is_sent_back(place: Place) -> None:
    with pytest.raises(RuleError, match="at most 500"):
        log(place, place.sian, note="x" * 501)


def test_waiting_hours_can_be_changed_and_taken_back(place: Place) -> None:
    [log_id] = log(place, place.sian).ids
    change(place, log_id, 90, note="Left early")
    assert (row(place, log_id).minutes, row(place, log_id).note) == (90, "Left early")
    with pytest.raises(RuleError, match="24 hours"):
        change(place, log_id, 1500)
    assert row(place, log_id).minutes == 90
    for _ in range(2):
        withdraw(place.session, place.programme_id, place.sian, log_id)
    assert row(place, log_id).status is LoggedStatus.WITHDRAWN
    assert list_my_logged(place.session, place.programme_id, place.sian).rows == ()
    with pytest.raises(RuleError, match="has been decided"):
        change(place, log_id)


def test_a_question_is_answered_and_the_hours_wait_again(place: Place) -> None:
    [log_id] = log(place, place.sian).ids
    ask(place.session, *here(place), log_id, question="Tuesday?", actor_id=None, base_url="http://localhost")
    assert logged_news(place.session, place.programme_id, place.sian).questions == 1
    change(place, log_id, 60, answer="No, Monday.", part=DayPart(TODAY - timedelta(days=1), 60))
    kept = row(place, log_id)
    assert (kept.status, kept.answer, kept.question) == (LoggedStatus.WAITING, "No, Monday.", "Tuesday?")


def test_decided_hours_stay_as_they_are(place: Place) -> None:
    [log_id] = log(place, place.sian).ids
    approve_all(place, log_id)
    for act in (change, lambda p, key: withdraw(p.session, p.programme_id, p.sian, key)):
        with pytest.raises(RuleError, match="has been decided"):
            act(place, log_id)


def test_somebody_else_s_row_is_answered_like_a_missing_one(place: Place) -> None:
    [log_id] = log(place, place.lukasz).ids
    for key in (log_id, new_id()):
        with pytest.raises(NotFoundError):
            change(place, key)
        with pytest.raises(NotFoundError):
            withdraw(place.session, place.programme_id, place.sian, key)


def test_hours_cannot_move_to_another_organisation(place: Place) -> None:
    [log_id] = log(place, place.sian).ids
    close_activity(place.session, *here(place), place.meeting_id, actor_id=None)
    with pytest.raises(RuleError, match="can not move there"):
        change(place, log_id, activity_id=place.meeting_id)


def test_trusted_people_s_hours_count_at_once_and_say_whose_word_it_is(place: Place) -> None:
    user_id = give_sign_in(place, place.sian)
    allow(place, place.sian, SelfLog.TRUSTED)
    log_id = new_id()
    logged = log(place, place.sian, log_id=log_id, user_id=user_id)
    assert (logged.counts, row(place, log_id).status, place.credits(place.sian)) == (True, LoggedStatus.APPROVED, 120)
    assert log(place, place.sian, log_id=log_id, user_id=user_id).already
    entry = place.session.get_one(HourEntry, (place.programme_id, log_id))
    assert (entry.source, entry.recorded_by) == (HourSource.SELF_LOGGED, user_id)
    assert hour_history(place.session, place.programme_id, place.sian, as_of=TODAY).total_minutes == 120


def test_places_to_log_begin_with_the_last_one(place: Place) -> None:
    place.record(place.new(place.sian, activity_id=place.garden_id))
    names = [each.activity for each in list_log_places(place.session, place.programme_id, place.sian)]
    assert names == ["Garden group", "Committee"]


def test_the_list_shows_questions_first_and_pages(place: Place) -> None:
    ids = [log(place, place.sian, 60, TODAY - timedelta(days=each)).ids[0] for each in range(5)]
    approve_all(place, ids[0])
    ask(place.session, *here(place), ids[4], question="Sure?", actor_id=None, base_url="http://localhost")
    first = list_my_logged(place.session, place.programme_id, place.sian, size=3)
    last = list_my_logged(place.session, place.programme_id, place.sian, size=3, page=9)
    assert [each.log.id for each in first.rows] == [ids[4], ids[1], ids[2]]
    assert ([each.log.id for each in last.rows], last.page, last.pages) == ([ids[3], ids[0]], 2, 2)
    assert last.rows[-1].approved == 60
