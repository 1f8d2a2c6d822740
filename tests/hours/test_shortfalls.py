"""Corrections of credits that were used already: goodwill pays, and where the programme says so the next hours pay it back."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select

from tests.hours.conftest import TODAY, Place, make_place
from timecredits.foundation.db import new_id, transaction
from timecredits.hours.books import check_hours
from timecredits.hours.correcting import Corrected, CreditsUsedError, correct_hours, take_away_hours
from timecredits.hours.correction_words import said_after
from timecredits.hours.history.hour_history import hour_history
from timecredits.hours.models import Shortfall
from timecredits.hours.shortfalls import owed_by, payback_id
from timecredits.ledger.books import check_ledger
from timecredits.ledger.goodwill import goodwill_id
from timecredits.ledger.models import AccountKind, Transfer, TransferKind
from timecredits.ledger.transfers import Movement, Posting, open_account, post
from timecredits.network.models import Volunteer
from timecredits.network.settings import SpentCorrection, change_setting


def set_rule(place: Place, rule: SpentCorrection) -> None:
    change_setting(place.session, place.programme_id, "spent_correction", rule, actor_id=None)


@pytest.fixture
def lending(place: Place) -> Place:
    """A place where shortfalls are to be earned back."""
    set_rule(place, SpentCorrection.SHORTFALL)
    return place


def give(place: Place, minutes: int) -> UUID:
    return place.record(place.new(place.sian, minutes)).entries[0]


def use(place: Place, minutes: int) -> Posting:
    venue = open_account(place.session, place.programme_id, AccountKind.VENUE)
    account = place.session.get_one(Volunteer, (place.programme_id, place.sian)).account_id
    return post(place.session, place.programme_id, Movement(new_id(), account, venue, minutes, TransferKind.USED, TODAY))


def correct(place: Place, entry_id: UUID, minutes: int | None, agreed_to: int | None = None) -> Corrected:
    return correct_hours(
        place.session,
        place.programme_id,
        place.organisation_id,
        entry_id,
        minutes=minutes,
        reason="A slip",
        actor_id=None,
        today=TODAY,
        agreed_to=agreed_to,
    )


def owed(place: Place) -> int:
    return owed_by(place.session, place.programme_id, [place.sian]).get(place.sian, 0)


def lent_by_goodwill(place: Place) -> int:
    """What goodwill has given in all, less what came back."""
    account = goodwill_id(place.programme_id)
    sums = [
        place.session.scalar(select(func.coalesce(func.sum(Transfer.amount), 0)).where(side == account)) or 0
        for side in (Transfer.debit_account, Transfer.credit_account)
    ]
    return int(sums[0]) - int(sums[1])


def books_agree(place: Place) -> bool:
    return check_ledger(place.session, place.programme_id) == check_hours(place.session, place.programme_id) == []


def test_goodwill_bears_it_and_nothing_is_owed(place: Place) -> None:
    entry = give(place, 180)
    use(place, 120)
    corrected = correct(place, entry, 60)
    assert (corrected.lent, corrected.owed, place.credits(place.sian), lent_by_goodwill(place)) == (60, 0, 0, 60)
    give(place, 60)
    assert (place.credits(place.sian), lent_by_goodwill(place)) == (60, 60)
    assert [str(said) for said in said_after(corrected)] == ["1 credit had been used. The programme made up for it."]
    assert books_agree(place)


def test_a_shortfall_is_told_of_first_and_the_next_hours_pay_it_back(lending: Place) -> None:
    place = lending
    entry = give(place, 180)
    use(place, 150)
    with pytest.raises(CreditsUsedError, match=r"Saving this leaves 1½ credits to be earned back\. Nothing is saved yet"):
        correct(place, entry, 60, agreed_to=0)
    assert (owed(place), place.credits(place.sian)) == (0, 30)
    assert correct(place, entry, 60, agreed_to=90).owed == owed(place) == 90
    assert place.credits(place.sian) == 0

    first = place.record(place.new(place.sian, 60, activity_id=place.garden_id))
    assert (dict(first.paid_back), owed(place), place.credits(place.sian)) == ({place.sian: 60}, 30, 0)
    second = place.record(place.new(place.sian, 90))
    assert (dict(second.paid_back), owed(place), place.credits(place.sian)) == ({place.sian: 30}, 0, 60)
    third = place.record(place.new(place.sian, 45))
    assert (third.paid_back, place.credits(place.sian), lent_by_goodwill(place)) == ({}, 105, 0)
    assert hour_history(place.session, place.programme_id, place.sian, as_of=TODAY).total_minutes == 60 + 60 + 90 + 45
    assert books_agree(place)


def test_one_batch_pays_back_no_more_than_is_owed(lending: Place) -> None:
    place = lending
    entry = give(place, 120)
    use(place, 120)
    correct(place, entry, 20)
    recorded = place.record(*(place.new(place.sian, 60 + each) for each in range(3)), place.new(place.lukasz, 60))
    assert dict(recorded.paid_back) == {place.sian: 100}
    assert (place.credits(place.sian), place.credits(place.lukasz)) == (83, 60)
    assert books_agree(place)


def test_taking_away_what_paid_back_lets_it_be_owed_again(lending: Place) -> None:
    place = lending
    entry = give(place, 120)
    use(place, 120)
    correct(place, entry, 60)
    second = give(place, 90)
    assert (owed(place), place.credits(place.sian)) == (0, 30)
    corrected = correct(place, second, None)
    assert (corrected.lent, corrected.owed, owed(place), place.credits(place.sian)) == (0, 60, 60, 0)
    third = give(place, 90)
    assert (owed(place), place.credits(place.sian)) == (0, 30)
    use(place, 30)
    corrected = correct(place, third, 70)
    assert (corrected.lent, corrected.owed, owed(place), place.credits(place.sian)) == (0, 20, 20, 0)
    assert books_agree(place)


def test_more_hours_than_before_pay_back_as_if_they_had_been_right_at_once(lending: Place) -> None:
    place = lending
    entry = give(place, 120)
    use(place, 120)
    correct(place, entry, 20)
    second = give(place, 60)
    assert (owed(place), place.credits(place.sian)) == (40, 0)
    correct(place, second, 130)
    assert (owed(place), place.credits(place.sian)) == (0, 30)
    assert books_agree(place)


def test_what_was_owed_stays_owed_when_the_programme_changes_its_rule(lending: Place) -> None:
    place = lending
    entry = give(place, 120)
    use(place, 120)
    correct(place, entry, 60)
    set_rule(place, SpentCorrection.GOODWILL)
    second = give(place, 30)
    assert (owed(place), place.credits(place.sian)) == (30, 0)
    assert correct(place, second, 15).lent == 0
    assert (owed(place), place.credits(place.sian)) == (45, 0)
    assert books_agree(place)


def test_many_taken_away_leave_one_shortfall_a_person(lending: Place) -> None:
    place = lending
    entries = place.record(place.new(place.sian, 60), place.new(place.sian, 61), place.new(place.lukasz, 60)).entries
    use(place, 100)
    taken = take_away_hours(
        place.session, place.programme_id, place.organisation_id, entries, reason="Wrong file", actor_id=None, today=TODAY
    )
    assert sum(each.lent for each in taken) == owed(place) == 100
    assert place.session.scalar(select(func.sum(Shortfall.minutes))) == 100
    assert place.credits(place.sian) == place.credits(place.lukasz) == 0
    assert books_agree(place)


def test_somebody_who_says_no_thank_you_pays_nothing_back(lending: Place) -> None:
    place = lending
    entry = give(place, 60)
    use(place, 60)
    correct(place, entry, None)
    place.session.get_one(Volunteer, (place.programme_id, place.sian)).wants_credits = False
    place.session.flush()
    assert place.record(place.new(place.sian, 60)).paid_back == {}
    assert owed(place) == 60
    assert books_agree(place)


def test_the_books_notice_a_shortfall_that_nobody_was_lent(lending: Place) -> None:
    place = lending
    entry = give(place, 60)
    place.session.add(
        Shortfall(
            programme_id=place.programme_id,
            id=entry,
            volunteer_id=place.sian,
            entry_id=entry,
            minutes=60,
            recorded_at=place.session.scalars(select(Transfer.recorded_at)).one(),
        )
    )
    place.session.flush()
    assert [fault.rule for fault in check_hours(place.session, place.programme_id)] == ["shortfall_differs"]


def test_the_books_notice_who_paid_back_too_much(lending: Place) -> None:
    place = lending
    entry = give(place, 60)
    use(place, 60)
    correct(place, entry, None)
    later = give(place, 120)
    account = place.session.get_one(Volunteer, (place.programme_id, place.sian)).account_id
    too_much = Movement(new_id(), account, goodwill_id(place.programme_id), 10, TransferKind.GOODWILL, TODAY)
    post(place.session, place.programme_id, too_much)
    [fault] = check_hours(place.session, place.programme_id)
    assert (fault.rule, fault.ids) == ("paid_back_too_much", (place.sian,))
    assert place.session.get(Transfer, (place.programme_id, payback_id(later))) is not None


def test_a_correction_and_a_till_at_the_same_time_never_go_below_zero(engine: Engine) -> None:
    with transaction(engine) as session:
        place = make_place(session)
        set_rule(place, SpentCorrection.SHORTFALL)
        entry = give(place, 240)
        venue = open_account(session, place.programme_id, AccountKind.VENUE)
        account = session.get_one(Volunteer, (place.programme_id, place.sian)).account_id
    start = Barrier(5)

    def act(number: int) -> int:
        start.wait()
        with transaction(engine) as session:
            if number:
                movement = Movement(new_id(), account, venue, 60, TransferKind.USED, TODAY)
                return 60 * (post(session, place.programme_id, movement) is Posting.POSTED)
            place_then = Place(**{**vars(place), "session": session})
            return correct(place_then, entry, 30).lent

    with ThreadPoolExecutor(5) as threads:
        lent, *used = threads.map(act, range(5))
    with transaction(engine) as session:
        place.session = session
        assert owed(place) == lent == max(0, sum(used) - 30)
        assert place.credits(place.sian) == 30 + lent - sum(used)
        assert books_agree(place)


def test_two_corrections_of_one_person_at_the_same_time(engine: Engine) -> None:
    with transaction(engine) as session:
        place = make_place(session)
        set_rule(place, SpentCorrection.SHORTFALL)
        entries = [give(place, 60), give(place, 61)]
        use(place, 121)
    start = Barrier(4)

    def take(number: int) -> int:
        start.wait()
        with transaction(engine) as session:
            return correct(Place(**{**vars(place), "session": session}), entries[number % 2], None).lent

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(take, range(4))) == 121
    with transaction(engine) as session:
        place.session = session
        assert owed(place) == 121
        assert books_agree(place)
