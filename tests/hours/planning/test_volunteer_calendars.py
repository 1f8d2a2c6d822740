from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar

from tests.hours.conftest import Place
from tests.hours.planning.planned import NOW, Planned, plan_tuesdays
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.keys import Keyring
from timecredits.hours.activity_models import ActivitySession
from timecredits.hours.planning.volunteer_calendars import calendar_codes, current_link, end_links, make_link, read_calendar
from timecredits.network.models import User, Volunteer

KEYRING = Keyring.from_secret("a-secret-for-tests-0123456789abcdef")


@pytest.fixture
def planned(place: Place) -> Iterator[Planned]:
    with clock.standing_at(NOW):
        yield plan_tuesdays(place, capacity=1)


def events(planned: Planned, code: str) -> list[tuple[str, str, datetime]]:
    content = read_calendar(planned.session, KEYRING, code)
    assert content is not None
    return [
        (str(each["SUMMARY"]), str(each.get("LOCATION", "")), each.decoded("DTSTART").astimezone(UTC))
        for each in Calendar.from_ical(content).walk("VEVENT")
    ]


def test_what_i_am_coming_to_neutral_or_by_name(planned: Planned) -> None:
    place = planned.place
    planned.activity(place="The walled garden")
    planned.sign_up(place.lukasz, 1)
    for week in range(3):
        planned.sign_up(place.sian, week)
    row = planned.session.get_one(ActivitySession, (planned.programme_id, planned.on(2).id))
    row.cancelled_at = clock.now()
    planned.session.flush()
    codes = calendar_codes(KEYRING, make_link(planned.session, planned.programme_id, place.sian))
    first = datetime(2026, 11, 24, 10, tzinfo=UTC)
    week = timedelta(weeks=1)
    assert events(planned, codes.neutral) == [
        ("My session", "", first),
        ("Waiting list: My session", "", first + week),
        ("Cancelled: My session", "", first + 2 * week),
    ]
    assert events(planned, codes.named)[0] == ("Garden group", "The walled garden", first)
    neutral = read_calendar(planned.session, KEYRING, codes.neutral)
    assert neutral is not None
    for telling in (b"Garden", b"Riverside", b"Si", b"garden"):
        assert telling not in neutral


def test_summer_time_is_told_right(planned: Planned) -> None:
    sian = planned.place.sian
    for week in (17, 18, 19):  # 23 and 30 March, 6 April 2027
        planned.sign_up(sian, week)
    codes = calendar_codes(KEYRING, make_link(planned.session, planned.programme_id, sian))
    assert [begins.hour for _title, _place, begins in events(planned, codes.neutral)] == [10, 9, 9]


def test_the_same_link_is_shown_again_and_a_new_one_replaces_it(planned: Planned) -> None:
    here, sian = (planned.session, planned.programme_id), planned.place.sian
    link_id = new_id()
    old = make_link(*here, sian, link_id=link_id)
    assert make_link(*here, sian, link_id=link_id) is old
    assert current_link(*here, sian) == old
    assert calendar_codes(KEYRING, old) == calendar_codes(KEYRING, old)
    new = make_link(*here, sian)
    assert read_calendar(planned.session, KEYRING, calendar_codes(KEYRING, old).neutral) is None
    assert read_calendar(planned.session, KEYRING, calendar_codes(KEYRING, new).neutral) is not None
    end_links(*here, sian)
    planned.session.expire_all()
    assert current_link(*here, sian) is None
    for code in (calendar_codes(KEYRING, new).neutral, calendar_codes(KEYRING, new).named):
        assert read_calendar(planned.session, KEYRING, code) is None


def test_nobody_makes_or_guesses_another_s(planned: Planned) -> None:
    here, sian = (planned.session, planned.programme_id), planned.place.sian
    link_id = new_id()
    code = calendar_codes(KEYRING, make_link(*here, sian, link_id=link_id)).neutral
    with pytest.raises(NotFoundError):
        make_link(*here, planned.place.lukasz, link_id=link_id)
    with pytest.raises(NotFoundError):
        make_link(*here, new_id())
    other = Keyring.from_secret("another-secret-0123456789abcdefghijk")
    assert read_calendar(planned.session, other, code) is None
    tampered = code[:-3] + ("AAA" if code[-3:] != "AAA" else "BBB")
    for wrong in ("", "x", "é", code[:-1], code + "A", code + "=", code.swapcase(), tampered, "A" * len(code), "A" * 5000):
        assert read_calendar(planned.session, KEYRING, wrong) is None, wrong


def test_a_changed_key_goes_on_opening_old_links_while_it_is_listed(planned: Planned) -> None:
    link = make_link(planned.session, planned.programme_id, planned.place.sian)
    old = calendar_codes(KEYRING, link).neutral
    both = Keyring({1: KEYRING.secrets[1], 2: b"a-new-secret"}, current=2)
    assert read_calendar(planned.session, both, old) is not None
    assert read_calendar(planned.session, both, calendar_codes(both, link).neutral) is not None
    assert read_calendar(planned.session, Keyring({2: b"a-new-secret"}, current=2), old) is None


def test_it_ends_with_the_person_s_sign_in(planned: Planned) -> None:
    sian = planned.place.sian
    code = calendar_codes(KEYRING, make_link(planned.session, planned.programme_id, sian)).neutral
    planned.give_address(sian, "sian@example.org")
    assert read_calendar(planned.session, KEYRING, code) is not None
    user_id = planned.session.get_one(Volunteer, (planned.programme_id, sian)).user_id
    planned.session.get_one(User, user_id).disabled_at = clock.now()
    planned.session.flush()
    assert read_calendar(planned.session, KEYRING, code) is None
