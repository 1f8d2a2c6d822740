"""A till of another maker's: paired, undone, sent many at once, saved with no signal; and what a busy database answers."""

import io
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import create_engine, event, text

from tests.spending.shop import PIN, credits_of, make_card
from tests.web.api.caller import Caller, redemption, show
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.network.models import Picture, Volunteer
from timecredits.spending.card_models import SecondCheck
from timecredits.spending.codes import CardParts, encode_card
from timecredits.spending.freezing import freeze_person, freeze_venue, unfreeze_person, unfreeze_venue
from timecredits.spending.tills.pairing import begin_pairing
from timecredits.spending.tills.till_keeping import remove_till
from timecredits.web import saved_uses
from timecredits.web.database import db


def balance(app: Flask, world: World) -> int:
    with app.app_context():
        return credits_of(db.session(), world)


def pairing_code(app: Flask, world: World) -> str:
    with app.app_context():
        code = begin_pairing(db.session(), world.venue_id, till_name="Café", made_by=None)
        db.session.commit()
        return code


def saved(world: World, code: str, **changes: Any) -> dict[str, Any]:
    scanned = (clock.now() - timedelta(hours=1)).isoformat()
    return redemption(world, code, scanned_at=scanned, offline={"sequence": 1, "minutes": 60, **changes})


def test_a_till_is_paired_once_and_takes_credits(app: Flask, world: World) -> None:
    code = pairing_code(app, world)
    stranger = Caller(app, None)
    paired = stranger.post("/till/pair", {"code": f" {code.lower()} "}, status=201)
    assert (paired["name"], paired["venue_id"]) == ("Café", str(world.venue_id))
    assert stranger.post("/till/pair", {"code": code}, status=404)["code"] == "wrong_code"
    till = Caller(app, paired["token"])
    done = till.post("/redemptions", redemption(world, show(app, world)), status=201)
    assert done["minutes"] == 60


def test_pairing_pauses_after_many_wrong_codes(app: Flask, world: World, steady_clock: None) -> None:  # noqa: ARG001
    stranger = Caller(app, None)
    for _ in range(30):
        stranger.post("/till/pair", {"code": "WRONGONE"}, status=404)
    refused = stranger.post("/till/pair", {"code": pairing_code(app, world)}, status=429)
    assert refused["code"] == "pairing_paused"


def test_undone_by_our_id_or_the_tills_own_and_once(app: Flask, world: World, till: Caller) -> None:
    for which in ("id", "sent_id"):
        done = till.post("/redemptions", redemption(world, show(app, world)), status=201)
        path = f"/redemptions/{done[which]}/undo"
        assert till.post(path, {"reason": "  "}, status=422)["errors"][0]["at"] == "reason"
        undone = till.post(path, {"reason": "Wrong offer."}, status=200)
        assert (undone["outcome"], undone["sentence"]) == ("undone", "Undone. 1 credit given back.")
        again = till.post(path, {"reason": "Wrong offer."}, status=200)
        assert (again["outcome"], again["is_repeat"]) == ("already_undone", True)
        assert balance(app, world) == 180
    late = till.post("/redemptions", redemption(world, show(app, world)), status=201)
    with clock.standing_at(clock.now() + timedelta(minutes=16)):
        refused = till.post(f"/redemptions/{late['id']}/undo", {"reason": "Too late."}, status=422)
    assert refused["code"] == "too_late_to_undo"


def test_the_pack_is_signed_and_asked_for_once(till: Caller) -> None:
    answer = till.send("GET", "/till/pack")
    assert set(answer.get_json()) == {"pack", "signature", "key"}
    same = till.send("GET", "/till/pack", headers={"If-None-Match": answer.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")


def test_a_batch_with_bad_items_keeps_the_others(app: Flask, world: World, till: Caller) -> None:
    good = redemption(world, show(app, world))
    items = [good, {"id": "nonsense"}, "text", None, {**good, "colour": "red"}, redemption(world, "7GQ4M2XK"), good]
    answer = till.post("/redemptions/batch", {"redemptions": items}, status=200)
    assert [each["status"] for each in answer["results"]] == [201, 422, 422, 422, 422, 404, 200]
    assert [each["index"] for each in answer["results"]] == list(range(7))
    assert answer["results"][0]["redemption"]["minutes"] == 60
    assert answer["results"][5]["problem"]["code"] == "wrong_code"
    assert balance(app, world) == 120


def test_what_was_saved_with_no_signal_is_kept_whatever_it_is(app: Flask, world: World, till: Caller) -> None:
    body = saved(world, show(app, world))
    answer = till.post("/redemptions/batch", {"redemptions": [body, {**body, "id": str(uuid4())}]}, status=200)
    first, second = answer["results"]
    assert first["saved"]["result"] == "review"  # a live code can't be checked with no signal: a person looks
    assert first["status"] == 201
    assert second["saved"]["result"] in {"review", "duplicate"}
    again = till.post("/redemptions", body, status=200)
    assert (again["result"], again["is_repeat"], again["id"]) == ("review", True, first["saved"]["id"])
    assert balance(app, world) == 180
    forged = till.post("/redemptions", saved(world, "TC1:" + "B" * 40), status=422)
    assert forged["code"] == "forged"
    unknown = {name: value for name, value in saved(world, "7GQ4M2XK").items() if name != "scanned_at"}
    assert till.post("/redemptions", unknown, status=422)["errors"][0]["at"] == "scanned_at"


def test_more_items_in_an_hour_than_any_door_lets_in_are_turned_down(
    app: Flask, world: World, till: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved_uses, "MOST_AN_HOUR", 2)
    till.post("/redemptions/batch", {"redemptions": [None, None]}, status=200)
    assert till.post("/redemptions/batch", {"redemptions": [None]}, status=429)["code"] == "too_many"
    till.post("/redemptions", saved(world, show(app, world)), status=429)
    assert balance(app, world) == 180


def test_a_removed_till_still_sends_what_it_saved_and_nothing_else(app: Flask, world: World, till: Caller) -> None:
    code = show(app, world)
    with app.app_context():
        remove_till(db.session(), world.programme_id, world.venue_id, world.till_id, actor_id=None)
        db.session.commit()
    items = [saved(world, code), redemption(world, code)]
    answer = till.post("/redemptions/batch", {"redemptions": items}, status=200)
    assert answer["device"] == "removed"
    assert [each["status"] for each in answer["results"]] == [201, 401]
    assert answer["results"][0]["saved"]["result"] == "review"
    Caller(app, "x" * 43).post("/redemptions/batch", {"redemptions": items}, status=401)


@pytest.mark.parametrize("body", [{}, {"redemptions": {}}, {"redemptions": [{}] * 101}, {"redemptions": [], "more": 1}])
def test_what_is_no_batch_is_told_so(till: Caller, body: dict[str, Any]) -> None:
    assert till.post("/redemptions/batch", body, status=422)["code"] == "not_as_described"


def test_a_database_that_somebody_holds_is_in_progress_and_not_remembered(app: Flask, world: World, till: Caller) -> None:
    body = redemption(world, show(app, world))
    with app.app_context():
        engine = db.engine
    engine.dispose()

    def hurry(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA busy_timeout=50")

    event.listen(engine, "connect", hurry)
    holder = create_engine(engine.url)
    with holder.connect() as held:
        held.execute(text("BEGIN IMMEDIATE"))
        answer = till.send("POST", "/redemptions", json=body)
        held.rollback()
    holder.dispose()
    event.remove(engine, "connect", hurry)
    engine.dispose()
    assert (answer.status_code, answer.get_json()["code"], answer.headers["Retry-After"]) == (409, "in_progress", "5")
    assert till.post("/redemptions", body, status=201)["minutes"] == 60


def test_what_is_stopped_is_stopped_from_the_next_call_on(app: Flask, world: World, till: Caller) -> None:
    with app.app_context():
        here = (world.programme_id, world.organisation_id)
        freeze_person(db.session(), *here, world.volunteer_id, reason="A card was stolen.", actor_id=None)
        db.session.commit()
    refused = till.post("/redemptions", redemption(world, show(app, world)), status=422)
    assert refused["code"] == "frozen"
    assert "stolen" not in str(refused)
    with app.app_context():
        unfreeze_person(db.session(), *here, world.volunteer_id, actor_id=None)
        freeze_venue(db.session(), world.programme_id, world.venue_id, reason="The till was stolen.", actor_id=None)
        db.session.commit()
    refused = till.post("/redemptions", redemption(world, show(app, world)), status=422)
    assert refused["code"] == "frozen"
    with app.app_context():
        unfreeze_venue(db.session(), world.programme_id, world.venue_id, actor_id=None)
        db.session.commit()
    till.post("/redemptions", redemption(world, show(app, world)), status=201)


def test_refusals_count_and_credits_that_are_taken_do_not(app: Flask, world: World, till: Caller) -> None:
    app.config["API_CALLS_A_MINUTE"] = 2
    with clock.standing_at(clock.now().replace(second=5)):
        for _ in range(2):
            till.post("/redemptions", redemption(world, show(app, world), party=None), status=422)
        assert till.post("/redemptions", redemption(world, show(app, world), party=None), status=429)["code"] == "too_many"
        done = till.post("/redemptions", redemption(world, show(app, world)), status=201)
        till.post(f"/redemptions/{done['id']}/undo", {"reason": "Slip."}, status=429)


def card_of(app: Flask, world: World, check: SecondCheck) -> str:
    with app.app_context():
        card = make_card(db.session(), world, check)
        text_of = encode_card(app.config["KEYRING"], CardParts(1, card.serial))
        db.session.commit()
        return text_of


def test_a_card_is_asked_for_its_pin_and_locked_after_wrong_ones_also_above_the_limit(
    app: Flask, world: World, till: Caller
) -> None:
    app.config["API_CALLS_A_MINUTE"] = 3
    code = card_of(app, world, SecondCheck.PIN)
    with clock.standing_at(clock.now().replace(second=5)):
        asked = till.post("/redemptions", redemption(world, code), status=422)
        assert (asked["code"], asked["asks"], "name" in asked) == ("check_needed", "pin", False)
        answers = [
            till.send("POST", "/redemptions", json=redemption(world, code, check={"kind": "pin", "value": "9" * 4})).status_code
            for _ in range(6)
        ]
        assert answers == [422, 422, 429, 429, 429, 429]
        right = {"kind": "pin", "value": PIN}
        till.post("/redemptions", redemption(world, code, check=right), status=429)
    with clock.standing_at(clock.now() + timedelta(minutes=2)):
        refused = till.post("/redemptions", redemption(world, code, check=right), status=422)
    assert refused["code"] == "locked"
    assert balance(app, world) == 180


def test_a_card_with_its_pin_takes_credits(app: Flask, world: World, till: Caller) -> None:
    body = redemption(world, card_of(app, world, SecondCheck.PIN), check={"kind": "pin", "value": PIN})
    assert till.post("/redemptions", body, status=201)["name"] == "Siân O."


def test_a_photo_is_there_for_the_till_that_was_asked(app: Flask, world: World, till: Caller) -> None:
    with app.app_context():
        drawn = io.BytesIO()
        Image.new("RGB", (40, 50), (120, 150, 190)).save(drawn, "JPEG")
        picture = Picture(
            programme_id=world.programme_id, id=new_id(), jpeg=drawn.getvalue(), width=40, height=50, made_at=clock.now()
        )
        db.session().add(picture)
        db.session().flush()
        db.session().get_one(Volunteer, (world.programme_id, world.volunteer_id)).photo_id = picture.id
        db.session.commit()
    code = card_of(app, world, SecondCheck.PHOTO)
    asked = till.post("/redemptions", redemption(world, code), status=422)
    assert (asked["asks"], asked["name"]) == ("photo", "Siân O.")
    seen = till.send("GET", f"/till/photos/{asked['id']}")
    assert (seen.status_code, seen.mimetype, seen.data) == (200, "image/jpeg", drawn.getvalue())
    till.get(f"/till/photos/{uuid4()}", status=404)
    with clock.standing_at(clock.now() + timedelta(minutes=3)):
        till.get(f"/till/photos/{asked['id']}", status=404)
    done = till.post("/redemptions", redemption(world, code, check={"kind": "photo", "value": "yes"}), status=201)
    assert done["minutes"] == 60
