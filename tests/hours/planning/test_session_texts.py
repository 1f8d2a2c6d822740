from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, select

from tests.hours.conftest import Place
from tests.hours.planning.planned import NOW, TUESDAY, Planned, plan_tuesdays
from timecredits.foundation import clock
from timecredits.foundation.local_times import instant_at
from timecredits.foundation.texts import LONGEST_TEXT, TextMessage, deliver_texts, forget_numbers
from timecredits.foundation.wording import Sentence
from timecredits.hours.planning.reminders import send_reminders
from timecredits.hours.planning.session_keeping import NewTerms, cancel_session, move_session, restore_session
from timecredits.hours.planning.session_texts import (
    moment_for,
    said_to_be_off,
    said_to_be_on_again,
    said_to_have_changed,
    said_to_remind,
)
from timecredits.network.models import Enrolment
from timecredits.network.preferences import set_wants_reminders
from timecredits.network.settings import change_setting
from timecredits.network.texting import mobile_numbers, set_wants_texts

HOUR = timedelta(hours=1)
NUMBER = "07700 900123"


@pytest.fixture
def planned(place: Place) -> Iterator[Planned]:
    with clock.standing_at(NOW):
        planned = plan_tuesdays(place)
        note_number(planned, NUMBER)
        set_wants_texts(planned.session, planned.programme_id, place.sian, wants_texts=True)
        yield planned


def note_number(planned: Planned, number: str) -> None:
    enrolment = planned.session.scalars(select(Enrolment).where(Enrolment.volunteer_id == planned.place.sian)).first()
    assert enrolment is not None
    enrolment.phone = number
    planned.session.flush()


def texts(planned: Planned) -> list[TextMessage]:
    query = select(TextMessage).order_by(TextMessage.queued_at, TextMessage.body)
    return list(planned.session.scalars(query.execution_options(populate_existing=True)))


def remind(planned: Planned, now: datetime) -> int:
    with clock.standing_at(now):
        return send_reminders(planned.session, planned.programme_id, now=now)


def cancel(planned: Planned, now: datetime) -> None:
    where = (planned.session, planned.programme_id, planned.place.organisation_id, planned.plan_id, TUESDAY)
    with clock.standing_at(now):
        cancel_session(*where, because="The hall is flooded.", actor_id=None)


def test_a_reminder_once_in_neutral_words_for_who_has_no_email_too(planned: Planned) -> None:
    planned.sign_up(planned.place.sian)
    planned.sign_up(planned.place.lukasz)  # asked for none
    begins = planned.on().begins
    assert [remind(planned, begins - hours * HOUR) for hours in (25, 24, 23)] == [0, 1, 0]
    [text] = texts(planned)
    assert text.recipient == "+447700900123"
    assert "Tuesday 24 November 2026, 10am to 12pm" in text.body
    for telling in ("Garden", "Riverside", "Fenland", "Siân"):
        assert telling not in text.body


def test_who_wants_no_reminder_by_mail_may_want_one_by_text(planned: Planned) -> None:
    planned.give_address(planned.place.sian, "sian@example.org")
    set_wants_reminders(planned.session, planned.programme_id, planned.place.sian, wants_reminders=False)
    planned.sign_up(planned.place.sian)
    assert remind(planned, planned.on().begins - HOUR * 20) == 1
    assert len(texts(planned)) == 1


def test_that_a_session_is_off_on_again_or_changed_is_told(planned: Planned) -> None:
    planned.sign_up(planned.place.sian)
    cancel(planned, NOW + HOUR)
    cancel(planned, NOW + 2 * HOUR)  # it is off already
    where = (planned.session, planned.programme_id, planned.place.organisation_id, planned.plan_id, TUESDAY)
    with clock.standing_at(NOW + 3 * HOUR):
        restore_session(*where, actor_id=None)
    with clock.standing_at(NOW + 4 * HOUR):
        move_session(*where, NewTerms(TUESDAY, 11 * 60, 120), actor_id=None)
    said = [text.body for text in texts(planned)]
    assert [words.split(" 12pm ")[1].split(". ")[0] for words in said] == ["is off", "is on after all", "has changed"]
    assert all("10am" in words and "flooded" not in words for words in said)


def test_no_number_a_number_of_a_house_and_a_no_are_no_text(planned: Planned) -> None:
    place, begins = planned.place, planned.on().begins
    planned.sign_up(place.sian)
    for number in ("", "01353 000000", "ask her mother"):
        note_number(planned, number)
        assert mobile_numbers(planned.session, planned.programme_id, [place.sian]) == {}
        assert remind(planned, begins - HOUR * 20) == 0
    cancel(planned, NOW + HOUR)
    note_number(planned, NUMBER)
    set_wants_texts(planned.session, planned.programme_id, place.sian, wants_texts=False)
    cancel(planned, NOW + 2 * HOUR)
    assert texts(planned) == []


def test_what_waits_is_not_sent_after_a_no(planned: Planned) -> None:
    planned.sign_up(planned.place.sian)
    cancel(planned, NOW.replace(hour=22))
    assert [text.body != "" for text in texts(planned)] == [True]
    set_wants_texts(planned.session, planned.programme_id, planned.place.sian, wants_texts=False)
    assert [(text.recipient, text.body) for text in texts(planned)] == [("", "")]


def test_one_that_moves_at_night_is_told_of_before_they_set_out(planned: Planned) -> None:
    planned.sign_up(planned.place.sian)
    where = (planned.session, planned.programme_id, planned.place.organisation_id, planned.plan_id, TUESDAY)
    with clock.standing_at(planned.on().begins - 12 * HOUR):
        move_session(*where, NewTerms(TUESDAY, 9 * 60 + 30, 120), actor_id=None)
    with clock.standing_at(planned.on().begins - 11 * HOUR):
        move_session(*where, NewTerms(TUESDAY + timedelta(days=1), 10 * 60, 120), actor_id=None)
    assert [text.queued_at.hour for text in texts(planned)] == [22, 22]


@pytest.mark.parametrize("what", ["cancels", "is off", "moves"])
def test_a_reminder_that_waits_for_the_morning_is_taken_back(planned: Planned, what: str) -> None:
    planned.sign_up(planned.place.sian, 1)
    change_setting(planned.session, planned.programme_id, "reminder_hours", 12, actor_id=None)
    begins, day = planned.on(1).begins + HOUR * 2, TUESDAY + timedelta(weeks=1)
    where = (planned.session, planned.programme_id, planned.place.organisation_id, planned.plan_id, day)
    move_session(*where, NewTerms(day, 12 * 60, 120), actor_id=None)
    told = len(texts(planned))
    assert remind(planned, begins - 12 * HOUR) == 1
    assert "You are down as coming" in texts(planned)[-1].body
    with clock.standing_at(begins - 11 * HOUR):
        if what == "cancels":
            planned.cancel(planned.place.sian, 1)
        elif what == "is off":
            cancel_session(*where, because="The hall is flooded.", actor_id=None)
        else:
            move_session(*where, NewTerms(day, 13 * 60, 120), actor_id=None)
    assert not any("You are down" in text.body for text in texts(planned))
    assert len([text for text in texts(planned) if text.body]) == told + (what != "cancels")


NIGHT = datetime(2026, 11, 23, 22, tzinfo=UTC)
MORNING = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "begins", "reminder", "news"),
    [
        (MORNING, MORNING + HOUR, MORNING, MORNING),
        (MORNING - HOUR, MORNING + HOUR, MORNING, MORNING),
        (MORNING - HOUR, MORNING, None, MORNING - HOUR),
        (NIGHT, MORNING + HOUR, MORNING, MORNING),
        (NIGHT, MORNING, None, NIGHT),
        (NIGHT - 2 * HOUR - HOUR / 60, MORNING, NIGHT - 2 * HOUR - HOUR / 60, NIGHT - 2 * HOUR - HOUR / 60),
        (NIGHT - 2 * HOUR, MORNING + HOUR, MORNING, MORNING),
        # In summer the clocks on the wall are an hour ahead.
        (datetime(2026, 7, 1, 8, tzinfo=UTC), datetime(2026, 7, 2, tzinfo=UTC), datetime(2026, 7, 1, 8, tzinfo=UTC), None),
    ],
)
def test_nobodys_phone_rings_at_night(now: datetime, begins: datetime, reminder: datetime | None, news: datetime | None) -> None:
    assert moment_for(now, begins, is_urgent=False) == reminder
    assert moment_for(now, begins, is_urgent=True) == (news or reminder)


def test_one_queued_at_night_goes_in_the_morning(planned: Planned) -> None:
    planned.sign_up(planned.place.sian)
    cancel(planned, NOW.replace(hour=22))
    [text] = texts(planned)
    assert text.queued_at == instant_at(date(2026, 11, 22), 9 * 60)


@pytest.mark.parametrize("words", [said_to_remind, said_to_be_off, said_to_be_on_again, said_to_have_changed])
def test_the_longest_day_and_times_fit_into_one_text(words: Callable[[Sentence], Sentence]) -> None:
    said = str(words(Sentence("Wednesday 30 September 2026, 10:30am to 12:45pm")))
    assert len(said) <= LONGEST_TEXT
    assert said.isascii()


def test_without_a_gateway_what_waits_is_forgotten_after_a_day(engine: Engine, planned: Planned) -> None:
    assert engine
    planned.sign_up(planned.place.sian)
    cancel(planned, NOW + HOUR)
    assert forget_numbers(planned.session, now=NOW + HOUR * 24) == 0
    assert forget_numbers(planned.session, now=NOW + HOUR * 26) == 1
    planned.session.commit()
    with clock.standing_at(NOW + HOUR * 27):
        assert deliver_texts(engine, lambda *_text: pytest.fail("sent all the same")) == 0
