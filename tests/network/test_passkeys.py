"""Passkeys, with a software one that can misbehave, on both databases."""

import secrets
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.network.soft_passkey import SoftPasskey
from tests.web.world import World, build_world
from timecredits.foundation import clock
from timecredits.foundation.audit import AuditEntry
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.network.models import User
from timecredits.network.passkeys import (
    KeyAnswer,
    KeyChecking,
    Site,
    add_passkey,
    ask_to_add,
    ask_to_show,
    list_passkeys,
    remove_passkey,
    take_passkey,
)

SITE = Site.of("https://credits.example.org")


@pytest.fixture
def world(session: Session) -> World:
    return build_world(session)


def soft(**values: Any) -> SoftPasskey:
    return SoftPasskey(**{"origin": SITE.origin, "rp_id": SITE.rp_id, **values})


def add(session: Session, world: World, key: SoftPasskey, who: str = "owner") -> None:
    challenge = secrets.token_bytes(32)
    answer = key.make(ask_to_add(session, SITE, session.get_one(User, world.users[who]), challenge=challenge))
    add_passkey(session, SITE, world.users[who], challenge=challenge, answer=answer, name="Phone")


def show(session: Session, key: SoftPasskey, **changed: Any) -> KeyChecking:
    challenge = secrets.token_bytes(32)
    user_id = changed.pop("of", None)
    answer = key.show(ask_to_show(session, SITE, None, challenge=challenge), **changed)
    return take_passkey(session, SITE, challenge=challenge, answer=answer, user_id=user_id)


def test_the_site_comes_from_the_address_of_the_service() -> None:
    assert Site.of("http://127.0.0.1:8000") == Site("127.0.0.1", "http://127.0.0.1:8000")
    assert Site("credits.example.org", "https://credits.example.org") == SITE


@pytest.mark.parametrize("count", [0, 7])
def test_one_is_made_and_shown_again_and_again(session: Session, world: World, count: int) -> None:
    key = soft(count=count)
    add(session, world, key)
    for _ in range(3):
        found = show(session, key)
        assert (found.answer, found.user_id, found.verified) == (KeyAnswer.FITS, world.users["owner"], True)
    [kept] = list_passkeys(session, world.users["owner"])
    assert (kept.name, kept.transports) == ("Phone", ["internal"])
    session.refresh(kept)
    assert kept.sign_count == (count + 3 if count else 0)
    assert kept.used_at is not None


WRONG: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, {"spoilt": True}),
    ({}, {"challenge": "AAAAAAAAAAAAAAAAAAAAAA"}),
    ({}, {"kind": "webauthn.create"}),
    ({}, {"user_handle": bytes(16)}),
    ({"origin": "https://evil.example"}, {}),
    ({"origin": "https://credits.example.org:8443"}, {}),
    ({"rp_id": "evil.example"}, {}),
    ({"verifies": False}, {}),
]


@pytest.mark.parametrize(("keys", "shown"), WRONG)
def test_whatever_is_wrong_with_it_is_refused(
    session: Session, world: World, keys: dict[str, Any], shown: dict[str, Any]
) -> None:
    key = soft()
    add(session, world, key)
    assert show(session, key).answer is KeyAnswer.FITS
    for name, value in keys.items():
        setattr(key, name, value)
    assert show(session, key, **shown) == KeyChecking(KeyAnswer.WRONG)


def test_a_counter_that_goes_back_is_refused_and_stands_in_the_audit(session: Session, world: World) -> None:
    key = soft(count=5)
    add(session, world, key)
    assert show(session, key).answer is KeyAnswer.FITS
    for back in (5, 3):  # the next one shown is 6 again, then 4
        key.count = back
        assert show(session, key).answer is KeyAnswer.WENT_BACK
    session.flush()
    refused = session.scalars(select(AuditEntry).where(AuditEntry.action == "passkey refused")).all()
    assert [(each.subject_id, each.organisation_id) for each in refused] == [(world.users["owner"], world.organisation_id)] * 2
    key.count = 20
    assert show(session, key).answer is KeyAnswer.FITS


def test_a_counter_that_stops_counting_is_refused_too(session: Session, world: World) -> None:
    key = soft(count=5)
    add(session, world, key)
    key.count = 0
    assert show(session, key).answer is KeyAnswer.WENT_BACK


def test_nobody_else_s_and_no_disabled_user_s(session: Session, world: World) -> None:
    key = soft()
    add(session, world, key)
    assert show(session, key, of=world.users["owner"]).answer is KeyAnswer.FITS
    assert show(session, key, of=world.users["manager"]).answer is KeyAnswer.WRONG
    session.get_one(User, world.users["owner"]).disabled_at = clock.now()
    assert show(session, key).answer is KeyAnswer.WRONG
    assert show(session, soft()).answer is KeyAnswer.WRONG


@pytest.mark.parametrize(
    "odd", ["", "[]", "{}", "null", '{"id": 3}', '{"id": "\\u0000", "rawId": "x"}', "x" * 30_000, '{"id":"AA","response":[]}']
)
def test_odd_answers_are_wrong_and_nothing_more(session: Session, world: World, odd: str) -> None:
    assert take_passkey(session, SITE, challenge=b"x" * 32, answer=odd) == KeyChecking(KeyAnswer.WRONG)
    with pytest.raises(RuleError):
        add_passkey(session, SITE, world.users["owner"], challenge=b"x" * 32, answer=odd, name="")


def test_one_that_does_not_look_at_its_owner_is_not_kept(session: Session, world: World) -> None:
    with pytest.raises(RuleError, match="did not work"):
        add(session, world, soft(verifies=False))
    with pytest.raises(RuleError, match="did not work"):
        add(session, world, soft(origin="https://evil.example"))
    assert list_passkeys(session, world.users["owner"]) == []


def test_one_is_kept_once_and_removed_by_its_owner_alone(session: Session, world: World) -> None:
    key = soft()
    add(session, world, key)
    with pytest.raises(RuleError, match="already"):
        add(session, world, key, "manager")
    [kept] = list_passkeys(session, world.users["owner"])
    with pytest.raises(NotFoundError):
        remove_passkey(session, world.users["manager"], kept.id)
    remove_passkey(session, world.users["owner"], kept.id)
    assert show(session, key).answer is KeyAnswer.WRONG
