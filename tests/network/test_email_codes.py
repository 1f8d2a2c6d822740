"""One-time codes by email, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.web.world import World, build_world
from timecredits.foundation.clock import standing_at
from timecredits.network.email_codes import MOST_ASKED, MOST_TRIES, Asked, Checked, ask_for_code, check_code, tidy_code
from timecredits.network.models import RoleKind, User
from timecredits.network.sign_in_models import EmailCode
from timecredits.network.users import give_role

KEY = b"k" * 32
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def world(session: Session) -> World:
    return build_world(session)


def test_the_code_fits_once_in_the_browser_that_asked(session: Session, world: World) -> None:
    asking = ask_for_code(session, KEY, email=" Volunteer@Example.org ", browser="mine")
    assert (asking.outcome, asking.recipient, len(asking.code)) == (Asked.CODE, "volunteer@example.org", 8)
    assert check_code(session, KEY, typed=asking.code, browser="another").outcome is Checked.OVER
    spaced = f" {asking.code[:4]} {asking.code[4:]}-"
    assert check_code(session, KEY, typed=spaced, browser="mine").user_id == world.users["volunteer"]
    assert check_code(session, KEY, typed=asking.code, browser="mine").outcome is Checked.OVER


def test_the_code_itself_is_not_kept(session: Session, world: World) -> None:
    asking = ask_for_code(session, KEY, email=world.emails["volunteer"], browser="mine")
    row = session.scalars(select(EmailCode)).one()
    assert asking.code.encode() not in row.code_hash
    assert b"mine" not in row.browser_hash


def test_five_wrong_tries_end_a_code(session: Session, world: World) -> None:
    asking = ask_for_code(session, KEY, email=world.emails["volunteer"], browser="mine")
    wrong = f"{(int(asking.code) + 1) % 10**8:08}"
    answers = [check_code(session, KEY, typed=wrong, browser="mine") for _ in range(MOST_TRIES)]
    assert [each.outcome for each in answers] == [Checked.WRONG] * 4 + [Checked.OVER]
    assert [each.tries_left for each in answers] == [4, 3, 2, 1, 0]
    assert check_code(session, KEY, typed=asking.code, browser="mine").outcome is Checked.OVER


def test_a_code_lasts_ten_minutes(session: Session, world: World) -> None:
    with standing_at(NOON):
        first = ask_for_code(session, KEY, email=world.emails["volunteer"], browser="one")
        second = ask_for_code(session, KEY, email=world.emails["volunteer"], browser="two")
    with standing_at(NOON + timedelta(minutes=9, seconds=59)):
        assert check_code(session, KEY, typed=first.code, browser="one").outcome is Checked.FITS
    with standing_at(NOON + timedelta(minutes=10)):
        assert check_code(session, KEY, typed=second.code, browser="two").outcome is Checked.OVER


def test_a_new_code_ends_the_one_before(session: Session, world: World) -> None:
    first = ask_for_code(session, KEY, email=world.emails["volunteer"], browser="mine")
    second = ask_for_code(session, KEY, email=world.emails["volunteer"], browser="mine")
    if first.code != second.code:
        assert check_code(session, KEY, typed=first.code, browser="mine").outcome is Checked.WRONG
    assert check_code(session, KEY, typed=second.code, browser="mine").outcome is Checked.FITS


def test_a_stranger_is_answered_like_a_volunteer_but_nothing_is_sent(session: Session, world: World) -> None:
    asking = ask_for_code(session, KEY, email="nobody@example.org", browser="mine")
    assert (asking.outcome, asking.recipient, asking.code) == (Asked.UNKNOWN, "", "")
    answers = [check_code(session, KEY, typed="12345678", browser="mine") for _ in range(MOST_TRIES)]
    assert [each.outcome for each in answers] == [Checked.WRONG] * 4 + [Checked.OVER]
    assert world.emails["volunteer"] != "nobody@example.org"


@pytest.mark.parametrize("who", ["coordinator", "owner", "manager", "venue_manager"])
def test_staff_never_get_a_code(session: Session, world: World, who: str) -> None:
    asking = ask_for_code(session, KEY, email=world.emails[who], browser="mine")
    assert (asking.outcome, asking.recipient, asking.code) == (Asked.STAFF, world.emails[who], "")


def test_a_code_dies_when_the_volunteer_becomes_staff_or_is_disabled(session: Session, world: World) -> None:
    for who, browser in (("volunteer", "one"), ("other_volunteer", "two")):
        asking = ask_for_code(session, KEY, email=world.emails[who], browser=browser)
        if who == "volunteer":
            give_role(session, world.programme_id, world.users[who], RoleKind.PROGRAMME_MANAGER)
        else:
            session.get_one(User, world.users[who]).disabled_at = NOON
            session.flush()
        assert check_code(session, KEY, typed=asking.code, browser=browser).outcome is Checked.OVER


def test_asking_too_often_pauses_this_address_only_and_only_for_a_while(session: Session, world: World) -> None:
    with standing_at(NOON):
        for _ in range(MOST_ASKED):
            assert ask_for_code(session, KEY, email=world.emails["volunteer"], browser="b").outcome is Asked.CODE
        assert ask_for_code(session, KEY, email=world.emails["volunteer"], browser="b").outcome is Asked.TOO_MANY
        assert ask_for_code(session, KEY, email=world.emails["other_volunteer"], browser="b").outcome is Asked.CODE
    with standing_at(NOON + timedelta(minutes=15)):
        assert ask_for_code(session, KEY, email=world.emails["volunteer"], browser="b").outcome is Asked.CODE


def test_a_stranger_who_asks_all_day_does_not_keep_a_known_browser_out(session: Session, world: World) -> None:
    email, owner = world.emails["volunteer"], world.users["volunteer"]
    with standing_at(NOON):
        for _ in range(MOST_ASKED + 1):
            ask_for_code(session, KEY, email=email, browser="stranger")
        assert ask_for_code(session, KEY, email=email, browser="stranger").outcome is Asked.TOO_MANY
        assert ask_for_code(session, KEY, email=email, browser="mine", known_user_id=owner).outcome is Asked.CODE
        somebody_else = world.users["other_volunteer"]
        answer = ask_for_code(session, KEY, email=email, browser="stranger", known_user_id=somebody_else)
        assert answer.outcome is Asked.TOO_MANY


@pytest.mark.parametrize(("typed", "digits"), [("1234 5678", "12345678"), ("١٢٣٤-٥٦٧٨", "12345678"), ("²x", ""), ("", "")])
def test_digits_are_read_in_any_script(typed: str, digits: str) -> None:
    assert tidy_code(typed) == digits
