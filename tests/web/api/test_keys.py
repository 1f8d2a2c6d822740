"""Keys: who is let in, to what, how often; and that cookies count for nothing."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from tests.page_client import PageClient
from tests.web.api.caller import PREFIX, Caller, make_key, redemption, show
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.network.api_tokens import SCOPES, end_token, find_partner, list_tokens
from timecredits.spending.tills.till_keeping import remove_till
from timecredits.web.api.declaring import ENDPOINTS
from timecredits.web.database import db

NOTHING = "00000000-0000-0000-0000-000000000000"


def address(rule: str) -> str:
    return rule.replace("<uuid:volunteer_id>", NOTHING).replace("<uuid:redemption_id>", NOTHING)


@pytest.mark.parametrize("key", [None, "", "nonsense", "tc_1_" + "x" * 43, "tc_99999_" + "x" * 43, "x" * 43])
def test_without_a_key_that_works_nothing_opens(app: Flask, world: World, key: str | None) -> None:  # noqa: ARG001
    caller = Caller(app, key)
    for each in ENDPOINTS:
        if each.name == "pair":
            continue
        answer = caller.send(each.method, address(each.rule), json={"redemptions": []} if each.method == "POST" else None)
        assert answer.status_code == 401, each.rule
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_till_is_no_partner_and_a_partner_no_till(app: Flask, world: World, till: Caller) -> None:
    partner = Caller(app, make_key(app, world, *SCOPES))
    for path in ("/volunteers", "/hours", "/venues", "/organisations", "/activities"):
        assert till.send("GET", path).status_code == 403, path
    assert partner.send("POST", "/redemptions", json={}).status_code == 403
    assert partner.send("GET", "/till/pack").status_code == 403
    assert partner.send("POST", "/redemptions/batch", json={"redemptions": []}).status_code == 401


@pytest.mark.parametrize("scope", SCOPES)
def test_a_key_is_good_for_its_scopes_and_nothing_else(
    app: Flask, world: World, partner: Callable[..., Caller], scope: str
) -> None:
    del app, world
    caller = partner(scope)
    for each in ENDPOINTS:
        if not each.scope:
            continue
        answer = caller.send(each.method, address(each.rule), json={} if each.method == "POST" else None)
        assert (answer.status_code == 403) == (each.scope != scope), (each.rule, answer.status_code)


def test_a_key_works_until_it_is_ended_or_too_old(app: Flask, world: World) -> None:
    ended, old = (Caller(app, make_key(app, world, "venues:read")) for _ in range(2))
    ended.get("/venues")
    with app.app_context():
        newest, other = list_tokens(db.session(), world.programme_id)
        used = other if other.last_used_at else newest
        assert used.last_used_at is not None
        end_token(db.session(), world.programme_id, used.id, actor_id=None)
        db.session.commit()
    ended.get("/venues", status=401)
    old.get("/venues")
    with clock.standing_at(clock.now() + timedelta(days=31)):
        old.get("/venues", status=401)


def test_a_removed_till_takes_no_more_credits(app: Flask, world: World, till: Caller) -> None:
    with app.app_context():
        remove_till(db.session(), world.programme_id, world.venue_id, world.till_id, actor_id=None)
        db.session.commit()
    till.post("/redemptions", redemption(world, show(app, world)), status=401)


def test_cookies_count_for_nothing(app: Flask, world: World) -> None:
    browser = world.be_till(world.sign_in(PageClient(app), "manager"))
    for path in ("/offers", "/volunteers", "/till/pack"):
        assert browser.http.get(PREFIX + path).status_code == 401
    assert browser.http.post(f"{PREFIX}/redemptions", json=redemption(world, show(app, world))).status_code == 401


def test_a_key_opens_no_page(app: Flask, world: World) -> None:
    key = make_key(app, world, *SCOPES)
    answer = app.test_client().get("/programme", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 302
    assert "/sign-in" in answer.headers["Location"]


def test_too_many_calls_are_told_to_wait_bad_ones_too(app: Flask, world: World) -> None:
    app.config["API_CALLS_A_MINUTE"] = 5
    caller, other = (Caller(app, make_key(app, world, "venues:read")) for _ in range(2))
    with clock.standing_at(clock.now().replace(second=10)):
        for number in range(5):
            caller.get("/venues", status=200 if number % 2 else 422, **({} if number % 2 else {"limit": "many"}))
        refused = caller.send("GET", "/venues")
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
        other.get("/venues")
    with clock.standing_at(clock.now() + timedelta(minutes=2)):
        caller.get("/venues")


def test_the_hash_alone_is_kept(app: Flask, world: World) -> None:
    key = make_key(app, world, "venues:read")
    with app.app_context():
        [token] = list_tokens(db.session(), world.programme_id)
        assert key.encode() not in token.token_hash
        assert find_partner(db.session(), key.upper()) is None


def test_addresses_that_are_none_and_acts_that_are_not_possible(app: Flask, world: World, till: Caller) -> None:  # noqa: ARG001
    assert till.send("GET", "/nothing").get_json()["code"] == "not_found"
    assert till.send("GET", "/redemptions").get_json()["code"] == "no_such_act"
    assert till.send("POST", "/redemptions", data="{}", content_type="text/plain").get_json()["code"] == "not_json"
    assert till.send("POST", "/redemptions", data={"id": "1"}).get_json()["code"] == "not_json"
