from collections.abc import Callable
from datetime import date
from uuid import UUID

from tests.hours.conftest import TODAY, Place
from tests.hours.history.weekly import make_weekly
from timecredits.foundation import clock
from timecredits.hours.activity_models import RequirementKind, SignUp, SignUpStatus
from timecredits.hours.planning.requirements import Asked, set_requirements
from timecredits.hours.planning.sessions import find_dated_session, keep_session
from timecredits.hours.register.occasions import Occasion, find_occasion
from timecredits.hours.register.registers import save_register
from timecredits.hours.register.rosters import Register, Why, open_register, people_of_register
from timecredits.network.volunteers import find_enrolled

LAST_WEEK = date(2026, 11, 14)
Enrol = Callable[[str], UUID]


def occasion(place: Place, day: date = TODAY) -> Occasion:
    return find_occasion(place.session, place.programme_id, place.organisation_id, place.garden_id, day)


def opened(place: Place) -> Register:
    return open_register(place.session, place.programme_id, place.organisation_id, occasion(place), today=TODAY)


def sign_up(place: Place, session_id: UUID, volunteer_id: UUID, status: SignUpStatus) -> None:
    now = clock.now()
    place.session.add(
        SignUp(
            programme_id=place.programme_id,
            session_id=session_id,
            volunteer_id=volunteer_id,
            status=status,
            signed_up_at=now,
            changed_at=now,
        )
    )
    place.session.flush()


def test_the_register_begins_with_who_came_last_time(place: Place, enrol: Enrol) -> None:
    long_ago, lately, never = enrol("Ann Abel"), enrol("Ben Cole"), enrol("Cat Dunn")
    place.record(
        place.new(long_ago, 60, date(2026, 1, 5)),
        place.new(lately, 60, date(2026, 11, 7)),
        place.new(place.sian, 60, LAST_WEEK),
        place.new(place.lukasz, 60, LAST_WEEK),
        place.new(never, 60, LAST_WEEK, activity_id=place.meeting_id),
    )
    register = opened(place)
    assert register.last_day == LAST_WEEK
    assert [(person.name, person.why) for person in register.people] == [
        ("Łukasz Żak", Why.LAST_TIME),
        ("Siân O'Neill-Wyn", Why.LAST_TIME),
        ("Ben Cole", Why.LATELY),
    ]


def test_who_is_expected_comes_first_and_who_waits_is_marked(place: Place, enrol: Enrol) -> None:
    plan = make_weekly(place)
    dated = find_dated_session(place.session, place.programme_id, plan.id, TODAY)
    keep_session(place.session, place.programme_id, dated, actor_id=None)
    expected, waits, off, gone = enrol("Zed Young"), enrol("Ann Abel"), enrol("Ben Cole"), enrol("Gone Away")
    for person, status in (
        (expected, SignUpStatus.COMING),
        (waits, SignUpStatus.WAITING),
        (off, SignUpStatus.CANCELLED),
        (gone, SignUpStatus.COMING),
    ):
        sign_up(place, dated.id, person, status)
    place.record(place.new(place.sian, 60, LAST_WEEK))
    find_enrolled(place.session, place.programme_id, place.organisation_id, gone).enrolment.left_on = LAST_WEEK
    place.session.flush()
    register = opened(place)
    assert [(person.name, person.why, person.waits) for person in register.people] == [
        ("Zed Young", Why.EXPECTED, False),
        ("Siân O'Neill-Wyn", Why.LAST_TIME, False),
        ("Ann Abel", Why.OTHERWISE, True),
    ]
    assert register.has_expected
    [row] = people_of_register(place.session, place.programme_id, place.organisation_id, [gone], also_gone=True)
    assert row.name == "Gone Away"


def test_hours_elsewhere_that_day_are_shown_and_those_of_this_register_stand_apart(place: Place) -> None:
    place.record(place.new(place.sian, 90))
    save_register(
        place.session,
        place.programme_id,
        place.organisation_id,
        session_id=occasion(place).session_id,
        activity_id=place.garden_id,
        day=TODAY,
        minutes={place.lukasz: 60},
        actor_id=None,
        today=TODAY,
    )
    register = opened(place)
    assert [(person.name, person.has_minutes, person.why) for person in register.people] == [
        ("Siân O'Neill-Wyn", 90, Why.OTHERWISE)
    ]
    assert [(person.name, person.minutes) for person in register.saved] == [("Łukasz Żak", 60)]


def test_what_somebody_misses_is_a_hint_at_their_row(place: Place) -> None:
    here = place.session, place.programme_id, place.organisation_id
    set_requirements(*here, place.garden_id, [Asked(RequirementKind.TRAINING, name="First aid")], actor_id=None)
    place.record(place.new(place.sian, 60, LAST_WEEK))
    [row] = opened(place).people
    assert [str(each.what) for each in row.missing] == ["training: First aid: not seen yet"]


def test_somebody_of_another_organisation_stands_in_no_roster(place: Place) -> None:
    assert people_of_register(place.session, place.programme_id, place.organisation_id, [place.stranger], also_gone=True) == []
