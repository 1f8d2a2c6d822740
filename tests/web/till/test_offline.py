"""What the till's app fetches and sends: the pack, its version, and what it saved, also from a device that is a till no more."""

import json
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask import Flask
from sqlalchemy import select

from tests.page_client import PageClient
from tests.spending.offline_shop import make_card, make_note, saved, unpadded
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.spending.models import Redemption, Till
from timecredits.spending.offline.pack_keys import DOMAIN, pack_public_keys
from timecredits.spending.offline_models import OfflineUse
from timecredits.web import saved_uses
from timecredits.web.database import db


@pytest.fixture
def note_code(app: Flask, world: World) -> str:
    with app.app_context():
        _note, code = make_note(db.session(), world)
        db.session.commit()
    return code


def hello(client: PageClient) -> dict[str, Any]:
    answer: dict[str, Any] = client.http.get("/till/sync").get_json()
    return answer


def token(client: PageClient) -> dict[str, str]:
    return {"X-CSRFToken": hello(client)["csrf_token"]}


def upload(client: PageClient, *records: Any, status: int = 200, **more: Any) -> Any:
    body = {"device_now": clock.now().isoformat(), "records": list(records), **more}
    response = client.http.post("/till/sync", json=body, headers=token(client))
    assert response.status_code == status
    return response.get_json()


def test_the_pack_is_signed_and_known_again_by_its_version(till: PageClient, world: World) -> None:
    first = till.http.get("/till/pack")
    sent = first.get_json()
    content = unpadded(sent["pack"])
    key = pack_public_keys(till.app.config["KEYRING"])[sent["key"]]
    Ed25519PublicKey.from_public_bytes(key).verify(unpadded(sent["signature"]), DOMAIN + content)
    pack = json.loads(content)
    assert (pack["till_id"], pack["venue"]) == (str(world.till_id), "Parkside Pool")
    version, _weak = first.get_etag()
    assert version == pack["version"]
    again = till.http.get("/till/pack", headers={"If-None-Match": f'"{version}"'})
    assert (again.status_code, again.data) == (304, b"")
    assert till.http.get("/till/pack", headers={"If-None-Match": '"another"'}).status_code == 200


def test_a_browser_that_is_no_till_gets_no_pack(client: PageClient, world: World) -> None:  # noqa: ARG001
    response = client.http.get("/till/pack")
    assert (response.status_code, response.headers["Location"]) == (302, "/till/pair")


def test_what_was_saved_is_taken_in_once(app: Flask, till: PageClient, world: World, note_code: str) -> None:
    record = saved(world, note_code)
    answer = upload(till, record)
    (item,) = answer["results"]
    assert (answer["device"], item["index"], item["id"]) == ("paired", 0, record["id"])
    assert (item["result"], item["again"], item["sentence"]) == ("ok", False, "Counted. 1 credit taken.")
    (again,) = upload(till, record)["results"]
    assert (again["result"], again["again"], again["use_id"]) == ("ok", True, item["use_id"])
    with app.app_context():
        assert [str(each) for each in db.session.scalars(select(Redemption.id))] == [item["use_id"]]


def test_one_bad_record_takes_none_of_the_others_with_it(till: PageClient, world: World, note_code: str) -> None:
    odd: list[Any] = [None, 7, "x", [], {}, {"id": "no"}, {"id": str(uuid4()), "sequence": True}]
    items = upload(till, *odd, saved(world, note_code))["results"]
    assert [item["result"] for item in items] == ["unreadable"] * len(odd) + ["ok"]
    assert items[-2]["id"] == odd[-1]["id"]


def test_no_records_is_a_sign_of_life(app: Flask, till: PageClient, world: World) -> None:
    assert upload(till)["results"] == []
    with app.app_context():
        device = db.session.get_one(Till, world.till_id)
        assert device.last_seen_at is not None
        assert device.last_synced_at == device.last_seen_at


def test_a_removed_till_is_told_so_and_can_still_send(app: Flask, till: PageClient, world: World, note_code: str) -> None:
    assert hello(till)["device"] == "paired"
    with app.app_context():
        db.session.get_one(Till, world.till_id).revoked_at = clock.now()
        db.session.commit()
    assert hello(till)["device"] == "removed"
    answer = upload(till, saved(world, note_code))
    assert (answer["device"], answer["results"][0]["result"]) == ("removed", "review")
    with app.app_context():
        assert db.session.scalars(select(OfflineUse.reason)).all() == ["removed_till"]
        assert db.session.get_one(Till, world.till_id).last_synced_at is None


@pytest.mark.parametrize("removed", [False, True])
def test_a_flood_is_turned_down_and_nothing_of_it_is_kept(
    app: Flask, till: PageClient, world: World, note_code: str, monkeypatch: pytest.MonkeyPatch, *, removed: bool
) -> None:
    monkeypatch.setattr(saved_uses, "MOST_AN_HOUR", 3)
    with app.app_context():
        db.session.get_one(Till, world.till_id).revoked_at = clock.now() if removed else None
        db.session.commit()
    assert len(upload(till, *[{}] * 3)["results"]) == 3
    assert upload(till)["results"] == []
    assert "Nothing was lost. Send the rest later." in upload(till, saved(world, note_code), status=429)["error"]
    with app.app_context():
        assert db.session.scalars(select(OfflineUse.id)).all() == []


def test_an_unknown_device_keeps_its_list(client: PageClient, world: World) -> None:
    assert hello(client)["device"] == "unknown"
    assert "Keep your list" in upload(client, saved(world, "TC1:AAAA"), status=401)["error"]
    client.http.set_cookie("till", "made-up")
    assert hello(client)["device"] == "unknown"
    upload(client, status=401)


@pytest.mark.parametrize("body", ["", "[]", "{", "7", '{"records": {}}', '{"records": null}', "[" * 100_000])
def test_what_is_no_batch_is_turned_down_with_a_sentence(till: PageClient, body: str) -> None:
    response = till.http.post("/till/sync", data=body, content_type="application/json", headers=token(till))
    assert response.status_code == 422
    assert response.get_json()["error"].endswith("Nothing was kept.")


def test_more_than_a_hundred_are_too_many(till: PageClient) -> None:
    assert "at most 100" in upload(till, *[{}] * 101, status=413)["error"]


def test_sending_needs_a_token(till: PageClient) -> None:
    assert till.http.post("/till/sync", json={"records": []}).status_code == 400
    assert till.http.post("/till/sync", json={"records": []}, headers=token(till)).status_code == 200


def test_a_scan_sent_with_a_signal_whose_answer_was_lost_counts_once(
    app: Flask, till: PageClient, world: World, note_code: str
) -> None:
    record = saved(world, note_code)
    fields = {"id": record["id"], "code": note_code, "offer_id": str(world.offer_id), "adults": "1", "under_16s": "0"}
    till.http.post("/till/use", data=fields, headers={"X-Fragment": "result"})
    assert upload(till, record)["results"][0]["result"] == "ok"
    with app.app_context():
        assert len(db.session.scalars(select(Redemption.id)).all()) == 1


def test_a_pack_reveals_nobody(app: Flask, till: PageClient, world: World) -> None:
    with app.app_context():
        card, _code = make_card(db.session(), world)
        serial = card.serial
        db.session.commit()
    content = unpadded(till.http.get("/till/pack").get_json()["pack"])
    assert len(json.loads(content)["cards"]) == 1
    assert "Siân".encode() not in content
    assert str(serial).encode() not in content
    assert str(world.volunteer_id).encode() not in content
