"""Hours, credits and a correction after credits were used, as a treasurer would write them down. Minutes: 60 are one credit."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from tests.journey.charity import TODAY, Charity, build_charity, check
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.hours.books import check_hours
from timecredits.hours.correcting import Corrected, correct_hours
from timecredits.hours.history.hour_history import hour_history
from timecredits.hours.shortfalls import owed_by
from timecredits.journey.letters.letter_states import LetterState
from timecredits.ledger.books import check_ledger
from timecredits.ledger.models import AccountKind, TransferKind
from timecredits.ledger.transfers import Movement, Posting, open_account, post
from timecredits.network.models import Volunteer
from timecredits.network.settings import SpentCorrection, change_setting
from timecredits.spending.statements import volunteer_balance, volunteer_statement


@pytest.fixture
def charity(session: Session) -> Iterator[Charity]:
    with clock.standing_at(datetime(2026, 11, 21, 12, tzinfo=UTC)):
        yield build_charity(session)


def credit(charity: Charity) -> int:
    return volunteer_balance(charity.session, charity.programme_id, charity.volunteer_id)


def hours(charity: Charity) -> int:
    return hour_history(charity.session, charity.programme_id, charity.volunteer_id, as_of=TODAY).total_minutes


def owed(charity: Charity) -> int:
    return owed_by(charity.session, charity.programme_id, [charity.volunteer_id]).get(charity.volunteer_id, 0)


def use(charity: Charity, minutes: int) -> None:
    venue = open_account(charity.session, charity.programme_id, AccountKind.VENUE)
    account = charity.session.get_one(Volunteer, (charity.programme_id, charity.volunteer_id)).account_id
    movement = Movement(new_id(), account, venue, minutes, TransferKind.USED, TODAY)
    assert post(charity.session, charity.programme_id, movement) is Posting.POSTED


def put_right(charity: Charity, entry_id: UUID, minutes: int | None) -> Corrected:
    return correct_hours(
        charity.session,
        charity.programme_id,
        charity.organisation_id,
        entry_id,
        minutes=minutes,
        reason="Left early",
        actor_id=None,
        today=TODAY,
    )


def books_add_up(charity: Charity) -> bool:
    return check_ledger(charity.session, charity.programme_id) == check_hours(charity.session, charity.programme_id) == []


def test_three_hours_that_were_one_after_everything_was_used(charity: Charity) -> None:
    # She gave 3 hours and 2 in the garden, 1½ in the kitchen: 6½ hours, 6½ credits, and a letter that says so.
    change_setting(charity.session, charity.programme_id, "spent_correction", SpentCorrection.SHORTFALL, actor_id=None)
    assert (hours(charity), credit(charity)) == (390, 390)
    letter = charity.issue(charity.draft()).secret
    assert check(charity, letter).state is LetterState.VALID

    # She uses 6. Her hours stay what they were.
    use(charity, 360)
    assert (hours(charity), credit(charity)) == (390, 30)

    # The 3 hours were 1. The programme lends the 1½ that are missing. The letter no longer holds.
    corrected = put_right(charity, charity.first_entry, 60)
    assert (corrected.lent, corrected.owed) == (90, 90)
    assert (hours(charity), credit(charity), owed(charity)) == (270, 0, 90)
    assert check(charity, letter).state is LetterState.SUPERSEDED

    # An hour pays back one, two more pay back the half that is left. Nothing is owed, and 1½ are hers.
    charity.give_hours(date(2026, 11, 19), 60)
    assert (hours(charity), credit(charity), owed(charity)) == (330, 0, 30)
    charity.give_hours(date(2026, 11, 20), 120)
    assert (hours(charity), credit(charity), owed(charity)) == (450, 90, 0)
    changes = [row.minutes for row in volunteer_statement(charity.session, charity.programme_id, charity.volunteer_id).rows]
    assert sorted(changes) == sorted([180, 120, 90, -360, 60, 90, -180, 60, -60, 120, -30])
    assert books_add_up(charity)


def test_quarters_of_a_credit_and_no_more_than_four_a_day(charity: Charity) -> None:
    # From now on credits come in quarters, at most 4 a day. What she had stays.
    change_setting(charity.session, charity.programme_id, "credit_step", 15, actor_id=None)
    change_setting(charity.session, charity.programme_id, "credits_a_day", 240, actor_id=None)
    assert credit(charity) == 390

    # 2 hours 40 minutes are 2½ credits, and 10 minutes wait. With 35 more there are 45: ¾ of a credit.
    first = charity.give_hours(date(2026, 11, 18), 160)
    assert credit(charity) == 390 + 150
    charity.give_hours(date(2026, 11, 19), 35)
    assert credit(charity) == 390 + 150 + 45

    # 5 hours on one day are 5 hours, and 4 credits.
    charity.give_hours(date(2026, 11, 20), 300)
    assert (hours(charity), credit(charity)) == (390 + 160 + 35 + 300, 390 + 150 + 45 + 240)

    # The 2 hours 40 were 2½: the same credits, and the 10 minutes that later hours built on are made up for by the next.
    corrected = put_right(charity, first, 150)
    assert (corrected.earned_before, corrected.earned_after) == (150, 135)
    assert books_add_up(charity)
