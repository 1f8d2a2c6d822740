"""Codes of an app and codes on paper: once each, also when several come at the same moment, on both databases."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.real.at_once import at_once, in_one
from tests.web.world import APP_KEY, World, app_code, build_world, give_app
from timecredits.foundation.clock import standing_at
from timecredits.foundation.db import transaction
from timecredits.foundation.keys import Keyring
from timecredits.network.authenticator import app_address, confirm_app, new_key, remove_app, take_app_code
from timecredits.network.recovery_codes import make_codes, take_code
from timecredits.network.sign_in_models import AuthenticatorApp, RecoveryCode

RING = Keyring.from_secret("a-secret-for-tests-0123456789abcdef")
NOON = datetime(2026, 11, 21, 12, 0, 10, tzinfo=UTC)
STEPS = [(-2, False), (-1, True), (0, True), (1, True), (2, False)]


@pytest.fixture
def world(session: Session) -> World:
    return build_world(session)


@pytest.mark.parametrize(("steps", "fits"), STEPS)
def test_one_half_minute_early_or_late(session: Session, world: World, steps: int, *, fits: bool) -> None:
    give_app(session, RING, world.users["owner"])
    with standing_at(NOON):
        assert take_app_code(session, RING, world.users["owner"], app_code(steps=steps)) is fits
        assert take_app_code(session, RING, world.users["manager"], app_code(steps=steps)) is False


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "٠" * 6, "1" * 5000])
def test_what_is_no_code(session: Session, world: World, typed: str) -> None:
    give_app(session, RING, world.users["owner"])
    with standing_at(NOON):
        assert take_app_code(session, RING, world.users["owner"], typed) is False


def test_a_new_app_takes_the_place_of_the_old_one_with_its_first_code(session: Session, world: World) -> None:
    owner, key = world.users["owner"], new_key()
    give_app(session, RING, owner)
    with standing_at(NOON):
        assert confirm_app(session, RING, owner, key=key, typed=app_code()) is False
        assert take_app_code(session, RING, owner, app_code(steps=-1)) is True
        assert confirm_app(session, RING, owner, key=key, typed=app_code(key)) is True
        assert take_app_code(session, RING, owner, app_code(steps=1)) is False
        assert take_app_code(session, RING, owner, app_code(key)) is False  # used up by the setting up
        assert take_app_code(session, RING, owner, app_code(key, steps=1)) is True
    sealed = session.scalars(select(AuthenticatorApp.secret_sealed)).one()
    assert APP_KEY.encode() not in sealed
    assert (remove_app(session, owner), remove_app(session, owner)) == (True, False)


def test_what_the_square_code_holds() -> None:
    address = app_address("ABC", account="jo reed@example.org", issuer="Time Credits")
    assert address == ("otpauth://totp/Time%20Credits:jo%20reed@example.org?secret=ABC&issuer=Time%20Credits&digits=6&period=30")


def test_codes_on_paper_are_hashed_and_end_with_new_ones(session: Session, world: World) -> None:
    owner = world.users["owner"]
    old, new = make_codes(session, RING, owner), make_codes(session, RING, owner)
    assert (len(set(old + new)), {len(each) for each in new}) == (20, {12})
    assert take_code(session, RING, owner, old[0]) is False
    assert take_code(session, RING, world.users["manager"], new[0]) is False
    assert [take_code(session, RING, owner, new[0]) for _ in range(2)] == [True, False]
    stored = b"".join(session.scalars(select(RecoveryCode.code_hash)))
    assert all(each.encode() not in stored for each in new)
    older = Keyring({1: RING.secrets[1], 2: b"a-newer-secret-for-tests-0123456789ab"}, current=2)
    assert take_code(session, older, owner, new[1]) is True


@pytest.mark.parametrize("what", ["app", "paper"])
def test_of_eight_at_once_one_gets_in(engine: Engine, database_url: str, what: str) -> None:
    with transaction(engine) as session:
        owner: UUID = build_world(session).users["owner"]
        give_app(session, RING, owner)
        paper = make_codes(session, RING, owner)[0]
    with standing_at(NOON):
        code = app_code()

    def act(session: Session) -> bool:
        return take_app_code(session, RING, owner, code) if what == "app" else take_code(session, RING, owner, paper)

    answers = at_once(database_url, [in_one(act)] * 8, at=NOON)
    assert sorted(answers) == [False] * 7 + [True]
