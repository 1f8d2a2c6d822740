"""Passwords and their counted tries, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.web.world import PASSWORD, World, build_world
from timecredits.foundation.clock import standing_at
from timecredits.foundation.errors import RuleError
from timecredits.network import passwords
from timecredits.network.models import User
from timecredits.network.passwords import MOST_FOR_ONE, PasswordAnswer, change_password, check_password
from timecredits.network.sign_ins import find_actor, list_capacities, start_sign_in
from timecredits.network.tries import count_try
from timecredits.network.users import LONGEST_PASSWORD, password_fits, set_password

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def world(session: Session) -> World:
    return build_world(session)


def test_the_right_password_fits_and_nothing_else_does(session: Session, world: World) -> None:
    email = world.emails["coordinator"]
    assert check_password(session, email=email.upper(), password=PASSWORD).user_id == world.users["coordinator"]
    assert check_password(session, email=email, password=PASSWORD + " ").outcome is PasswordAnswer.WRONG
    assert check_password(session, email="nobody@example.org", password=PASSWORD).outcome is PasswordAnswer.WRONG
    session.get_one(User, world.users["coordinator"]).disabled_at = NOON
    assert check_password(session, email=email, password=PASSWORD).outcome is PasswordAnswer.WRONG


@pytest.mark.parametrize("email", ["coordinator@example.org", "nobody@example.org"])
def test_ten_tries_then_a_pause_known_or_not(session: Session, world: World, email: str) -> None:
    with standing_at(NOON):
        answers = [check_password(session, email=email, password="wrong").outcome for _ in range(MOST_FOR_ONE + 1)]
        assert answers == [PasswordAnswer.WRONG] * MOST_FOR_ONE + [PasswordAnswer.TOO_MANY]
        assert check_password(session, email=email, password=PASSWORD).outcome is PasswordAnswer.TOO_MANY
    with standing_at(NOON + timedelta(minutes=15)):
        found = check_password(session, email=email, password=PASSWORD).outcome
        assert found is (PasswordAnswer.FITS if email == world.emails["coordinator"] else PasswordAnswer.WRONG)


def test_a_stranger_can_not_keep_the_owner_out_of_a_browser_they_used_before(session: Session, world: World) -> None:
    email, owner = world.emails["owner"], world.users["owner"]
    with standing_at(NOON):
        for _ in range(MOST_FOR_ONE + 1):
            check_password(session, email=email, password="wrong")
        assert check_password(session, email=email, password=PASSWORD, known_user_id=owner).outcome is PasswordAnswer.FITS
        wrong_mark = check_password(session, email=email, password=PASSWORD, known_user_id=world.users["coordinator"])
        assert wrong_mark.outcome is PasswordAnswer.TOO_MANY


def test_a_known_browser_has_a_limit_too(session: Session, world: World) -> None:
    email, owner = world.emails["owner"], world.users["owner"]
    with standing_at(NOON):
        for _ in range(MOST_FOR_ONE):
            check_password(session, email=email, password="wrong", known_user_id=owner)
        assert check_password(session, email=email, password=PASSWORD, known_user_id=owner).outcome is PasswordAnswer.TOO_MANY


def test_many_wrong_passwords_from_everybody_pause_unknown_browsers(
    session: Session,
    world: World,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(passwords, "MOST_IN_ALL", 3)
    email, owner = world.emails["owner"], world.users["owner"]
    with standing_at(NOON):
        for number in range(3):
            check_password(session, email=f"guess{number}@example.org", password="wrong")
        assert check_password(session, email=email, password=PASSWORD).outcome is PasswordAnswer.TOO_MANY
        assert check_password(session, email=email, password=PASSWORD, known_user_id=owner).outcome is PasswordAnswer.FITS


def test_a_new_password_signs_other_browsers_out(session: Session, world: World) -> None:
    user_id = world.users["volunteer"]
    capacity = list_capacities(session, user_id)[0]
    here, there = start_sign_in(session, user_id, capacity), start_sign_in(session, user_id, capacity)
    mine = find_actor(session, here)
    assert mine is not None
    new = "seven green kettles"
    assert change_password(session, user_id, old="wrong", new=new, sign_in_id=mine.sign_in_id) is PasswordAnswer.WRONG
    assert find_actor(session, there) is not None
    assert change_password(session, user_id, old=PASSWORD, new=new, sign_in_id=mine.sign_in_id) is PasswordAnswer.FITS
    assert find_actor(session, here) is not None
    assert find_actor(session, there) is None
    assert check_password(session, email=world.emails["volunteer"], password=new).outcome is PasswordAnswer.FITS


@pytest.mark.parametrize("new", ["short", "aaaaaaaaaaaaaaaa", "volunteer@example.org", "x" * 201])
def test_a_poor_password_is_refused_and_the_old_one_stays(session: Session, world: World, new: str) -> None:
    user_id = world.users["volunteer"]
    with pytest.raises(RuleError) as refused:
        change_password(session, user_id, old=PASSWORD, new=new, sign_in_id=None)
    assert refused.value.field == "password"
    assert check_password(session, email=world.emails["volunteer"], password=PASSWORD).outcome is PasswordAnswer.FITS


def test_changing_a_password_counts_wrong_old_ones(session: Session, world: World) -> None:
    user_id = world.users["volunteer"]
    with standing_at(NOON):
        for _ in range(MOST_FOR_ONE):
            count_try(session, f"password change of {user_id}", within=passwords.WITHIN)
        answer = change_password(session, user_id, old=PASSWORD, new="seven green kettles", sign_in_id=None)
    assert answer is PasswordAnswer.TOO_MANY


def test_the_whole_of_a_password_counts(session: Session, world: World) -> None:
    """No letter is passed over, folded or cut away: nothing fits but what was typed when it was made."""
    user = session.get_one(User, world.users["coordinator"])
    longest = ("Pfützen-Rätsel " * 20)[:LONGEST_PASSWORD]
    set_password(user, longest)
    assert password_fits(user, longest)
    for other in (longest + "x", longest[:-1], longest.lower(), longest[:-1] + " ", longest[:72]):
        assert not password_fits(user, other), other
