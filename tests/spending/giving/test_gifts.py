"""Credits given by code, from person to person and to a community's pot, and taken back."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from tests.spending.giving.conftest import Givers
from tests.spending.shop import NOON, earn
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.mail import MailMessage
from timecredits.foundation.wording import Sentence
from timecredits.ledger.models import AccountKind, TransferKind
from timecredits.ledger.transfers import Movement, open_account, post
from timecredits.network.models import Volunteer
from timecredits.network.settings import change_setting
from timecredits.spending.giving.gift_rules import LONGEST_WORDS
from timecredits.spending.giving.gift_undoing import take_back_for, take_back_own
from timecredits.spending.giving.gifts import Giver
from timecredits.spending.giving.receive_codes import MOST_WRONG, PAUSED, WRONG, change_receive_code, find_receiver, receive_code
from timecredits.spending.statements import volunteer_statement


def spend(givers: Givers, volunteer_id: object, minutes: int) -> None:
    venue = open_account(givers.session, givers.world.programme_id, AccountKind.VENUE)
    person = givers.session.get_one(Volunteer, (givers.world.programme_id, volunteer_id))
    movement = Movement(new_id(), person.account_id, venue, minutes, TransferKind.CHANGE, clock.today())
    post(givers.session, givers.world.programme_id, movement)


def test_a_code_leads_to_a_first_name_and_initial(givers: Givers) -> None:
    here = givers.session, givers.world.programme_id
    code = receive_code(*here, givers.joan, clock.now())
    assert receive_code(*here, givers.joan, clock.now()) == code
    assert len(code) == 8
    found = find_receiver(*here, givers.sian, f" {code[:4].lower()}-{code[4:].lower()} ")
    assert not isinstance(found, Sentence)
    assert (found.volunteer_id, found.name) == (givers.joan, "Joan P.")


def test_a_changed_code_works_no_more_and_changing_twice_changes_once(givers: Givers) -> None:
    here = givers.session, givers.world.programme_id
    old = receive_code(*here, givers.joan, clock.now())
    new = change_receive_code(*here, givers.joan, old=old, now=clock.now())
    assert change_receive_code(*here, givers.joan, old=old, now=clock.now()) == new != old
    assert find_receiver(*here, givers.sian, old) is WRONG
    assert not isinstance(find_receiver(*here, givers.sian, new), Sentence)


def test_nobody_changes_anothers_code(givers: Givers) -> None:
    here = givers.session, givers.world.programme_id
    theirs = receive_code(*here, givers.joan, clock.now())
    change_receive_code(*here, givers.sian, old=theirs, now=clock.now())
    assert receive_code(*here, givers.joan, clock.now()) == theirs


def test_wrong_codes_are_counted_for_who_asks(givers: Givers) -> None:
    here = givers.session, givers.world.programme_id
    code = receive_code(*here, givers.joan, clock.now())
    for typed in ["ABCDEFG2", "", "x" * 5000, "00000000", "ILOU", *["ZZZZZZZZ"] * (MOST_WRONG - 5)]:
        assert find_receiver(*here, givers.sian, typed) is WRONG
    assert find_receiver(*here, givers.sian, code) is PAUSED
    assert not isinstance(find_receiver(*here, givers.amir, code), Sentence)
    with clock.standing_at(NOON + timedelta(hours=1, minutes=1)):
        assert not isinstance(find_receiver(*here, givers.sian, code), Sentence)


def test_a_gift_moves_credits_and_both_statements_say_so(givers: Givers) -> None:
    given = givers.give(90, words="  Thank you\nfor the lift ")
    assert (given.again, givers.has(givers.sian), givers.has(givers.joan)) == (False, 210, 90)
    sent = volunteer_statement(givers.session, givers.world.programme_id, givers.sian).rows[0]
    got = volunteer_statement(givers.session, givers.world.programme_id, givers.joan).rows[0]
    assert (str(sent.title), sent.place, sent.minutes) == ("A gift to Joan P.", "Thank you for the lift", -90)
    assert (str(got.title), got.place, got.minutes) == ("A gift from Siân O.", "Thank you for the lift", 90)
    givers.check()


def test_the_same_form_twice_gives_once_and_another_gift_with_it_is_refused(givers: Givers) -> None:
    gift_id = new_id()
    givers.give(60, gift_id=gift_id)
    assert givers.give(60, gift_id=gift_id).again
    with pytest.raises(RuleError, match="Nothing more was given"):
        givers.give(120, gift_id=gift_id)
    with pytest.raises(RuleError, match="Nothing more was given"):
        givers.give(60, to=givers.amir, gift_id=gift_id)
    assert givers.has(givers.joan) == 60
    givers.check()


@pytest.mark.parametrize("minutes", [0, -60, 1, 50, 61, 6015])
def test_odd_amounts_are_refused(givers: Givers, minutes: int) -> None:
    with pytest.raises(RuleError, match="Nothing was given"):
        givers.give(minutes)


def test_more_than_there_is_gives_nothing(givers: Givers) -> None:
    with pytest.raises(RuleError, match=r"Not enough credits\. You have 5 credits\. Nothing was given\."):
        givers.give(315)
    assert (givers.has(givers.sian), givers.has(givers.joan)) == (300, 0)


def test_ones_own_code_and_credits_on_hold_give_nothing(givers: Givers) -> None:
    with pytest.raises(RuleError, match="your own code"):
        givers.give(60, to=givers.sian)
    person = givers.session.get_one(Volunteer, (givers.world.programme_id, givers.sian))
    person.frozen_at = clock.now()
    givers.session.flush()
    with pytest.raises(RuleError, match="on hold"):
        givers.give(60)
    earn(givers.session, givers.world, 60, givers.amir)
    assert givers.give(15, to=givers.sian, giver=Giver(givers.amir, None)).minutes == 15


def test_somebody_of_another_programme_is_nobody(givers: Givers) -> None:
    with pytest.raises(NotFoundError):
        givers.give(60, to=uuid4())


def test_what_one_may_give_a_day_is_a_limit_that_taking_back_frees(givers: Givers) -> None:
    change_setting(givers.session, givers.world.programme_id, "given_a_day", 120, actor_id=None)
    first = givers.give(90)
    with pytest.raises(RuleError, match=r"You can give 2 credits a day\. You have given 1½ credits today\."):
        givers.give(45)
    take_back_own(givers.session, givers.world.programme_id, givers.sian, first.gift_id, user_id=None)
    givers.give(120)
    with clock.standing_at(NOON + timedelta(days=1)):
        givers.give(15)
    givers.check()


@pytest.mark.parametrize("words", ["see www.example.org", "mail me@example.org", "https://x.test", "go to example.com/now"])
def test_words_hold_no_addresses(givers: Givers, words: str) -> None:
    with pytest.raises(RuleError, match="Leave out web and email addresses"):
        givers.give(60, words=words)


def test_words_are_short_plain_text(givers: Givers) -> None:
    with pytest.raises(RuleError, match="at most 140 letters"):
        givers.give(60, words="x" * (LONGEST_WORDS + 1))
    given = givers.give(60, words="<b>Diolch</b>\x00 \u202eyou. Well done! 👏🏽")
    assert givers.gift(given.gift_id).words == "<b>Diolch</b> you. Well done! 👏🏽"


def test_a_letter_tells_somebody_who_has_an_email_and_says_no_words(givers: Givers) -> None:
    givers.give(60, to=givers.stranger, words="For the bus")
    givers.give(60, to=givers.joan)
    letters = givers.session.scalars(select(MailMessage)).all()
    assert [(letter.recipient, letter.subject) for letter in letters] == [
        (givers.world.emails["other_volunteer"], "You have received credits")
    ]
    assert "Siân O. gave you 1 credit." in letters[0].body
    assert "bus" not in letters[0].body


def test_a_giver_takes_back_within_a_quarter_of_an_hour(givers: Givers) -> None:
    here = givers.session, givers.world.programme_id
    given = givers.give(60)
    with clock.standing_at(NOON + timedelta(minutes=15)):
        assert take_back_own(*here, givers.sian, given.gift_id, user_id=None)
        assert not take_back_own(*here, givers.sian, given.gift_id, user_id=None)
    assert (givers.has(givers.sian), givers.has(givers.joan)) == (300, 0)
    assert volunteer_statement(*here, givers.joan).rows[0].is_put_right
    givers.check()


def test_later_only_a_coordinator_takes_back(givers: Givers) -> None:
    here = givers.session, givers.world.programme_id
    given = givers.give(60, to=givers.stranger)
    with clock.standing_at(NOON + timedelta(minutes=16)):
        with pytest.raises(RuleError, match="more than 15 minutes ago"):
            take_back_own(*here, givers.sian, given.gift_id, user_id=None)
        with pytest.raises(RuleError, match="Say why"):
            take_back_for(*here, givers.world.organisation_id, given.gift_id, reason=" ", actor_id=None)
        # The receiver's organisation may look after it as well as the giver's.
        assert take_back_for(*here, givers.world.other_organisation_id, given.gift_id, reason="A slip", actor_id=None)
    assert givers.has(givers.sian) == 300
    givers.check()


def test_what_was_used_is_not_taken_back(givers: Givers) -> None:
    here = givers.session, givers.world.programme_id
    given = givers.give(60)
    spend(givers, givers.joan, 15)
    with pytest.raises(RuleError, match=r"Some of it was used already\. Nothing was taken back\."):
        take_back_own(*here, givers.sian, given.gift_id, user_id=None)
    assert givers.gift(given.gift_id).undone_at is None
    givers.check()


def test_strangers_take_nothing_back(givers: Givers) -> None:
    here = givers.session, givers.world.programme_id
    given = givers.give(60)
    for who in (givers.joan, givers.amir, givers.stranger):
        with pytest.raises(NotFoundError):
            take_back_own(*here, who, given.gift_id, user_id=None)
    with pytest.raises(NotFoundError):
        take_back_for(*here, givers.world.other_organisation_id, given.gift_id, reason="A slip", actor_id=None)


def test_a_gift_to_a_community_pot(givers: Givers) -> None:
    pot = givers.community()
    givers.put(pot, 120, words="For a day out")
    assert (givers.holds(pot), givers.has(givers.sian)) == (120, 180)
    row = volunteer_statement(givers.session, givers.world.programme_id, givers.sian).rows[0]
    assert str(row.title) == "A gift to For everybody"
    givers.check()


def test_an_organisations_pot_takes_no_gifts_from_people(givers: Givers) -> None:
    with pytest.raises(NotFoundError):
        givers.put(givers.pot())
