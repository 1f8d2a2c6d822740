"""Two at the same moment: the last place, the same door. On both kinds of database."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Engine, func, select

from tests.community.events.happening import BEGINS, NOW, Fair, make_fair
from tests.hours.conftest import make_place
from tests.spending.shop import KEYRING
from timecredits.community.events.booking import Booker, book, change_party
from timecredits.community.events.door import CheckedIn, check_in
from timecredits.foundation import clock
from timecredits.foundation.db import transaction
from timecredits.foundation.errors import RuleError
from timecredits.hours.activity_models import Attendance, SignUp, SignUpStatus
from timecredits.hours.planning.signing_up import SignUpOutcome
from timecredits.spending.giving_models import Gift, Pot

AT_ONCE = 4


@pytest.fixture
def fair(engine: Engine) -> Fair:
    with transaction(engine) as session, clock.standing_at(NOW):
        place = make_place(session)
        place.record(place.new(place.sian, 300))
        fair = make_fair(place, entry_minutes=60)
        fair.ask_for_credits()
        return fair


def test_the_last_places_go_to_one_and_the_other_waits(engine: Engine, fair: Fair) -> None:
    place, start = fair.place, Barrier(2)
    with transaction(engine) as session:
        place.session = session
        dated = fair.on()

    def go(who: int) -> SignUpOutcome:
        start.wait()
        booker = Booker((place.sian, place.lukasz)[who], None)
        with clock.standing_at(NOW), transaction(engine) as session:
            return book(session, KEYRING, place.programme_id, dated, booker, guests=2).outcome

    with ThreadPoolExecutor(2) as taps:
        assert sorted(taps.map(go, range(2))) == [SignUpOutcome.COMING, SignUpOutcome.WAITING]


def test_two_who_grow_into_the_last_place_leave_one_as_it_was(engine: Engine, fair: Fair) -> None:
    place, start = fair.place, Barrier(2)
    with transaction(engine) as session, clock.standing_at(NOW):
        place.session = session
        dated = fair.on()
        for who, guests in ((place.sian, 0), (place.lukasz, 1)):
            fair.book(who, guests)

    def go(who: int) -> bool:
        start.wait()
        try:
            with clock.standing_at(NOW), transaction(engine) as session:
                change_party(session, place.programme_id, dated.id, (place.sian, place.lukasz)[who], guests=1 + who)
        except RuleError:
            return False
        return True

    with ThreadPoolExecutor(2) as taps:
        assert sorted(taps.map(go, range(2))) == [False, True]
    with transaction(engine) as session:
        assert session.scalar(select(func.sum(SignUp.party)).where(SignUp.status == SignUpStatus.COMING)) == 4


def test_taps_at_one_door_let_in_once_and_take_once(engine: Engine, fair: Fair) -> None:
    place, start = fair.place, Barrier(AT_ONCE)
    with transaction(engine) as session, clock.standing_at(NOW):
        place.session = session
        dated = fair.on()
        fair.book(place.sian)

    def go(_tap: int) -> CheckedIn:
        start.wait()
        with clock.standing_at(BEGINS), transaction(engine) as session:
            here = {"programme_id": place.programme_id, "organisation_id": place.organisation_id}
            return check_in(session, dated, place.sian, guests=0, actor_id=None, **here).outcome

    with ThreadPoolExecutor(AT_ONCE) as taps:
        outcomes = sorted(taps.map(go, range(AT_ONCE)))
    assert outcomes == [CheckedIn.ALREADY] * (AT_ONCE - 1) + [CheckedIn.CAME]
    with transaction(engine) as session:
        assert session.scalar(select(func.count()).select_from(Attendance)) == 1
        assert session.scalar(select(func.count()).select_from(Gift)) == 1
        assert session.scalar(select(func.count()).select_from(Pot)) == 1


def test_the_first_two_guests_of_all_make_one_pot(engine: Engine, fair: Fair) -> None:
    place, start = fair.place, Barrier(2)
    with transaction(engine) as session, clock.standing_at(NOW):
        place.session = session
        place.record(place.new(place.lukasz, 300))
        dated = fair.on()
        fair.book(place.sian)
        fair.book(place.lukasz)

    def go(who: int) -> CheckedIn:
        start.wait()
        with clock.standing_at(BEGINS), transaction(engine) as session:
            here = {"programme_id": place.programme_id, "organisation_id": place.organisation_id}
            who_id = (place.sian, place.lukasz)[who]
            return check_in(session, dated, who_id, guests=0, actor_id=None, **here).outcome

    with ThreadPoolExecutor(2) as taps:
        assert list(taps.map(go, range(2))) == [CheckedIn.CAME] * 2
    with transaction(engine) as session:
        assert session.scalar(select(func.count()).select_from(Pot)) == 1
