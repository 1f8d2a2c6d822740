"""An organisation with a budget: its hours are paid from a pot, which can't go below nothing."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from tests.hours.conftest import TODAY, Budget, Place
from timecredits.foundation.db import new_id
from timecredits.hours.activity_models import Activity
from timecredits.hours.books import check_hours
from timecredits.hours.budgets import BudgetError
from timecredits.hours.correcting import correct_hours, take_away_hours
from timecredits.hours.models import HourEntry
from timecredits.ledger.books import check_ledger
from timecredits.ledger.models import AccountKind, TransferKind
from timecredits.ledger.transfers import Movement, balance, open_account, post
from timecredits.network.models import Organisation, Volunteer


def left(place: Place, account_id: UUID) -> int:
    return balance(place.session, place.programme_id, account_id)


def books_agree(place: Place) -> bool:
    return check_ledger(place.session, place.programme_id) == check_hours(place.session, place.programme_id) == []


def correct(place: Place, entry_id: UUID, minutes: int | None) -> None:
    correct_hours(
        place.session,
        place.programme_id,
        place.organisation_id,
        entry_id,
        minutes=minutes,
        reason="A slip",
        actor_id=None,
        today=TODAY,
    )


def use(place: Place, volunteer_account: UUID, minutes: int) -> None:
    venue = open_account(place.session, place.programme_id, AccountKind.VENUE)
    post(place.session, place.programme_id, Movement(new_id(), volunteer_account, venue, minutes, TransferKind.USED, TODAY))


def test_hours_are_paid_from_the_budget(place: Place, budget: Budget) -> None:
    pot = budget(300)
    place.record(place.new(place.sian, 120), place.new(place.lukasz, 180))
    assert (left(place, pot), place.credits(place.sian), place.credits(place.lukasz)) == (0, 120, 180)
    assert books_agree(place)


def test_too_small_a_budget_saves_nothing_and_says_how_much_there_is(place: Place, budget: Budget) -> None:
    pot = budget(150)
    with pytest.raises(BudgetError, match=r"holds 2½ credits\. This needs 4 credits\. Nothing was saved\.") as caught:
        place.record(place.new(place.sian, 120), last := place.new(place.lukasz, 120))
    assert caught.value.entry_ids == (last.id,)
    assert (left(place, pot), place.credits(place.sian)) == (150, 0)
    assert place.session.scalar(select(func.count()).select_from(HourEntry)) == 0
    assert books_agree(place)


def test_hours_without_credits_go_on_with_an_empty_budget(place: Place, budget: Budget) -> None:
    budget(0)
    place.session.get_one(Activity, (place.programme_id, place.meeting_id)).earns_credits = False
    assert place.record(place.new(place.sian, 120, activity_id=place.meeting_id)).minutes == 120
    assert books_agree(place)


def test_without_a_budget_again_hours_are_issued_as_before(place: Place, budget: Budget) -> None:
    pot = budget(60)
    place.session.get_one(Organisation, (place.programme_id, place.organisation_id)).budget_account_id = None
    place.session.flush()
    place.record(place.new(place.sian, 120))
    assert (left(place, pot), place.credits(place.sian)) == (60, 120)


def test_what_is_taken_away_returns_to_the_budget(place: Place, budget: Budget) -> None:
    pot = budget(120)
    entry = place.record(place.new(place.sian, 120)).entries[0]
    take_away_hours(
        place.session, place.programme_id, place.organisation_id, [entry], reason="Never came", actor_id=None, today=TODAY
    )
    assert (left(place, pot), place.credits(place.sian)) == (120, 0)
    assert books_agree(place)


def test_a_correction_downwards_goes_through_with_an_empty_budget_and_used_credits(place: Place, budget: Budget) -> None:
    pot = budget(180)
    entry = place.record(place.new(place.sian, 180)).entries[0]
    use(place, place.session.get_one(Volunteer, (place.programme_id, place.sian)).account_id, 120)
    correct(place, entry, 150)
    assert (left(place, pot), place.credits(place.sian)) == (30, 30)
    assert books_agree(place)


def test_a_correction_upwards_needs_the_difference_only(place: Place, budget: Budget) -> None:
    pot = budget(150)
    entry = place.record(place.new(place.sian, 120)).entries[0]
    correct(place, entry, 150)
    assert (left(place, pot), place.credits(place.sian)) == (0, 150)
    assert books_agree(place)


def test_a_correction_upwards_beyond_the_budget_changes_nothing(place: Place, budget: Budget) -> None:
    pot = budget(140)
    entry = place.record(place.new(place.sian, 120)).entries[0]
    with pytest.raises(BudgetError):
        correct(place, entry, 150)
    assert (left(place, pot), place.credits(place.sian)) == (20, 120)
    assert books_agree(place)


def test_hours_from_before_the_budget_are_corrected_where_they_came_from(place: Place, budget: Budget) -> None:
    entry = place.record(place.new(place.sian, 120)).entries[0]
    pot = budget(0)
    correct(place, entry, 180)
    assert (left(place, pot), place.credits(place.sian)) == (0, 180)
    assert books_agree(place)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(held=st.integers(0, 600), lengths=st.lists(st.integers(1, 300), min_size=1, max_size=4), right=st.integers(1, 300))
def test_all_or_nothing_whatever_the_amounts(place: Place, budget: Budget, held: int, lengths: list[int], right: int) -> None:
    with place.session.begin_nested() as undo:
        pot = budget(held)
        days = [TODAY - timedelta(days=number) for number in range(len(lengths))]
        entries = [place.new(place.sian, minutes, day) for minutes, day in zip(lengths, days, strict=True)]
        before = place.credits(place.sian)
        try:
            place.record(*entries)
            saved = sum(lengths)
        except BudgetError:
            saved = 0
        assert (saved > 0) == (sum(lengths) <= held)
        assert (left(place, pot), place.credits(place.sian) - before) == (held - saved, saved)
        if saved and right != lengths[0]:
            try:
                correct(place, entries[0].id, right)
                saved += right - lengths[0]
            except BudgetError:
                assert right - lengths[0] > held - saved
            assert (left(place, pot), place.credits(place.sian) - before) == (held - saved, saved)
        assert books_agree(place)
        undo.rollback()
