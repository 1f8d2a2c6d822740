"""The queue: those who wait longest first, each line with what the rules say of it, and never another organisation's."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from tests.hours.conftest import TODAY, Place
from tests.hours.self_logged.logged import approve_all, here, log
from timecredits.foundation import clock
from timecredits.foundation.clock import standing_at
from timecredits.foundation.errors import NotFoundError
from timecredits.hours.self_logged.approval_queue import (
    MOST_LINES,
    count_waiting,
    find_line,
    list_decided,
    list_returned,
    waiting_queue,
)
from timecredits.hours.self_logged.logged_decisions import ask
from timecredits.network.volunteers import enrol_volunteer


def test_people_are_grouped_and_who_waits_longest_is_first(place: Place) -> None:
    now = clock.now()
    for minutes_ago, who, days in ((10, place.sian, 0), (30, place.lukasz, 0), (5, place.lukasz, 3), (1, place.sian, 1)):
        with standing_at(now - timedelta(minutes=minutes_ago)):
            log(place, who, 60, TODAY - timedelta(days=days))
    queue = waiting_queue(place.session, *here(place), today=TODAY)
    assert [(each.first_name, each.count, each.minutes) for each in queue.people] == [("Łukasz", 2, 120), ("Siân", 2, 120)]
    assert [line.log.done_on for line in queue.people[0].lines] == [TODAY - timedelta(days=3), TODAY]
    assert (queue.found, queue.count, queue.minutes) == (2, 4, 240)
    assert count_waiting(place.session, *here(place)) == (4, 2)


def test_nothing_of_another_organisation_is_seen(place: Place) -> None:
    [log_id] = log(place, place.sian).ids
    elsewhere = place.programme_id, place.other_organisation_id
    assert count_waiting(place.session, *elsewhere) == (0, 0)
    assert waiting_queue(place.session, *elsewhere, today=TODAY).people == ()
    assert list_returned(place.session, *elsewhere) == ([], 0)
    assert list_decided(place.session, *elsewhere) == ([], False)
    with pytest.raises(NotFoundError):
        find_line(place.session, *elsewhere, log_id, today=TODAY)


def test_each_line_says_what_the_rules_say_of_it(place: Place) -> None:
    day = TODAY - timedelta(days=1)
    [slip] = log(place, place.sian, 180, day).ids
    place.record(place.new(place.sian, 180, day))
    [long] = log(place, place.lukasz, 1200, day).ids
    place.record(place.new(place.lukasz, 300, day))
    queue = waiting_queue(place.session, *here(place), today=TODAY)
    lines = {line.log.id: line for person in queue.people for line in person.lines}
    assert "twice on 20 November 2026" in str(lines[slip].remarks[0])
    assert lines[slip].stop is None
    assert str(lines[long].stop) == "That would be more than 24 hours on 20 November 2026."


def test_one_line_shows_what_else_there_is_that_day(place: Place) -> None:
    [log_id] = log(place, place.sian, 60, starts=600).ids
    place.record(place.new(place.sian, 90, starts=540))
    decided, line, others = find_line(place.session, *here(place), log_id, today=TODAY)
    assert (decided.name, decided.activity, decided.approved) == ("Siân O'Neill-Wyn", "Garden group", None)
    assert [(other.activity, other.minutes, other.starts) for other in others] == [("Garden group", 90, 540)]
    assert "at the same time" in str(line.remarks[0])
    approve_all(place, log_id)
    decided, line, others = find_line(place.session, *here(place), log_id, today=TODAY)
    assert (decided.approved, line.remarks, len(others)) == (60, (), 1)


def test_what_came_back_with_a_question_is_listed_apart(place: Place) -> None:
    [log_id] = log(place, place.sian).ids
    ask(place.session, *here(place), log_id, question="Which day?", actor_id=None, base_url="http://localhost")
    [(row, name)], found = list_returned(place.session, *here(place))
    assert (row.id, name, found) == (log_id, "Siân O'Neill-Wyn", 1)
    assert waiting_queue(place.session, *here(place), today=TODAY).people == ()


def test_a_long_queue_comes_in_pages_and_few_questions(place: Place) -> None:
    people = [enrol_volunteer(place.session, *here(place), first_name=f"Person {number}").volunteer.id for number in range(12)]
    for person in people:
        for day in range(3):
            log(place, person, 60, TODAY - timedelta(days=day))
    for day in range(MOST_LINES + 2):
        log(place, people[0], 30, TODAY - timedelta(days=10 + day))
    asked: list[str] = []
    connection = place.session.connection()

    def note(*args: object) -> None:
        asked.append(str(args[2]))

    event.listen(connection, "before_cursor_execute", note)
    first = waiting_queue(place.session, *here(place), today=TODAY)
    few = len(asked)
    last = waiting_queue(place.session, *here(place), today=TODAY, page=99)
    event.remove(connection, "before_cursor_execute", note)
    assert (len(first.people), first.pages, len(last.people), last.page) == (10, 2, 2, 2)
    assert (first.people[0].count, len(first.people[0].lines)) == (MOST_LINES + 5, MOST_LINES)
    assert few == len(asked) - few  # as many for ten people as for two
    assert few < 15


def test_decisions_are_listed_newest_first(place: Place) -> None:
    ids = [log(place, place.sian, 60, TODAY - timedelta(days=day)).ids[0] for day in range(3)]
    for turn, log_id in enumerate(ids):
        with standing_at(clock.now() + timedelta(minutes=turn)):
            approve_all(place, log_id)
    rows, older = list_decided(place.session, *here(place), size=2)
    assert ([each.log.id for each in rows], older) == ([ids[2], ids[1]], True)
    rows, older = list_decided(place.session, *here(place), size=2, page=2)
    assert ([each.log.id for each in rows], older) == ([ids[0]], False)
