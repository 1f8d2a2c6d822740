"""design/redemption.md's list over HTTP, by number: 1 to 4, 14, 19 to 21, 22 and 23. The rest is in tests/spending."""

import json
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from tests.spending.shop import credits_of
from tests.web.api.caller import Caller, make_key, redemption, show
from tests.web.world import World
from timecredits.ledger.models import Transfer, TransferKind
from timecredits.network.programmes import create_programme, create_venue, join_programme
from timecredits.spending.models import RedemptionAttempt
from timecredits.spending.tills.pairing import begin_pairing, pair_till
from timecredits.web.database import db


def attempts(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session().scalars(select(RedemptionAttempt.outcome).order_by(RedemptionAttempt.arrived_at)))


def used(app: Flask) -> int:
    with app.app_context():
        return db.session().scalar(select(func.count()).where(Transfer.kind == TransferKind.USED)) or 0


def test_01_a_good_code_is_201_and_one_movement(app: Flask, world: World, till: Caller) -> None:
    done = till.post("/redemptions", redemption(world, show(app, world)), status=201)
    assert (done["outcome"], done["minutes"], done["is_repeat"]) == ("taken", 60, False)
    assert (done["name"], done["offer_name"]) == ("Siân O.", "Swim, one hour")
    assert done["sentence"] == "Done. 1 credit taken."
    assert used(app) == 1
    with app.app_context():
        assert credits_of(db.session(), world) == 120


def test_02_a_database_id_instead_of_a_code_is_404(app: Flask, world: World, till: Caller) -> None:
    for code in (str(world.volunteer_id), world.volunteer_id.hex, f"card:{world.volunteer_id}", str(uuid4())):
        refused = till.post("/redemptions", redemption(world, code), status=404)
        assert refused["code"] == "wrong_code"
    assert used(app) == 0


def test_03_an_unknown_code_is_404_and_the_attempt_is_kept(app: Flask, world: World, till: Caller) -> None:
    body = redemption(world, "7GQ4M2XK")
    refused = till.post("/redemptions", body, status=404)
    assert refused["detail"] == "That code did not work. Nothing was taken."
    again = till.post("/redemptions", body, status=404)
    assert again == refused
    assert attempts(app) == ["wrong_code"]


@pytest.mark.parametrize(
    "code",
    [
        "\u202e\ufeff",
        "TC1:" + "A" * 10_000,
        "💧" * 400,
        "TC1:====",
        "'; DROP TABLE offer; --",
        "tc1:abc",
        "  TC1: A B C  ",
        "٣٤٥٦٧٨٩٠",
        "\\",
        "%s%n",
    ],
)
def test_04_odd_characters_are_never_a_fault(world: World, till: Caller, code: str) -> None:
    answer = till.send("POST", "/redemptions", json=redemption(world, code))
    assert answer.status_code in {404, 422}


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe{}", 400),
        (b"[" * 50_000, 400),
        (b'{"id": "\\u0000"}', 400),
        (b'{"id": "\\ud800"}', 400),
        (b"[]", 422),
        (b"null", 422),
        (b"{}", 422),
        (b'{"id": 1e999}', 422),
        (b'{"a": "' + b"x" * 70_000 + b'"}', 413),
    ],
)
def test_04_what_is_no_body_is_told_so(till: Caller, content: bytes, status: int) -> None:
    answer = till.send("POST", "/redemptions", data=content, content_type="application/json")
    assert answer.status_code in {status, 422} if status == 400 else answer.status_code == status


def test_04_a_typed_code_may_be_typed_in_many_ways(app: Flask, world: World, till: Caller) -> None:
    with app.app_context():
        from tests.spending.shop import show as show_code

        typed = show_code(db.session(), world).typed
        db.session.commit()
    done = till.post("/redemptions", redemption(world, f" {typed[:4].lower()} - {typed[4:].lower()} "), status=201)
    assert done["minutes"] == 60


def test_09_the_same_code_under_a_new_id_was_used_before(app: Flask, world: World, till: Caller) -> None:
    code = show(app, world)
    till.post("/redemptions", redemption(world, code), status=201)
    refused = till.post("/redemptions", redemption(world, code), status=409)
    assert refused["code"] == "already_used"
    assert used(app) == 1


def test_10_too_few_credits_move_nothing(app: Flask, world: World, till: Caller) -> None:
    body = redemption(world, show(app, world), party={"adults": 4})
    refused = till.post("/redemptions", body, status=422)
    assert (refused["code"], refused["needed"]) == ("not_enough", 240)
    assert used(app) == 0


def test_14_a_party_that_is_missing_is_asked_for(app: Flask, world: World, till: Caller) -> None:
    refused = till.post("/redemptions", redemption(world, show(app, world), party=None), status=422)
    assert refused["code"] == "incomplete"
    assert "How many adults are coming? How many under 16?" in refused["detail"]


@pytest.mark.parametrize("party", [{"adults": 0}, {"adults": -1}, {"adults": 10**30}, {"adults": 1.5}, {"adults": "1"}, {}])
def test_15_nobody_and_less_than_nobody_are_refused(app: Flask, world: World, till: Caller, party: dict[str, Any]) -> None:
    till.post("/redemptions", redemption(world, show(app, world), party=party), status=422)
    assert used(app) == 0


def test_16_a_moment_that_no_till_has_seen_is_refused_and_one_ahead_is_not(app: Flask, world: World, till: Caller) -> None:
    for moment in ("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-11-21T10:00:00", "yesterday"):
        till.post("/redemptions", redemption(world, show(app, world), scanned_at=moment), status=422)
    till.post("/redemptions", redemption(world, show(app, world), scanned_at="2999-01-01T00:00:00Z"), status=201)


def test_19_what_lies_elsewhere_is_answered_like_what_never_was(app: Flask, world: World, till: Caller) -> None:
    with app.app_context():
        session = db.session()
        other = create_programme(session, name="Elsewhere", slug="elsewhere")
        venue = create_venue(session, name="Far Baths", slug="far", town="York")
        join_programme(session, other.id, venue.id)
        paired = pair_till(session, begin_pairing(session, venue.id, till_name="Far", made_by=None))
        session.commit()
        assert paired is not None
        other_id = other.id
    far = Caller(app, paired.token)
    code = show(app, world)
    not_theirs = far.send("POST", "/redemptions", json=redemption(world, code))
    assert not_theirs.status_code in {404, 422}
    done = till.post("/redemptions", redemption(world, show(app, world)), status=201)
    theirs, missing = (far.send("POST", f"/redemptions/{each}/undo", json={"reason": "No."}) for each in (done["id"], uuid4()))
    assert (theirs.status_code, theirs.data) == (404, missing.data)
    key = make_key(app, world, "volunteers:read", "balances:read", "statements:read", "names:read", programme_id=other_id)
    partner = Caller(app, key)
    for path in ("", "/balance", "/statement"):
        theirs, missing = (partner.send("GET", f"/volunteers/{each}{path}") for each in (world.volunteer_id, uuid4()))
        assert (theirs.status_code, theirs.data) == (404, missing.data)
    assert partner.get("/volunteers")["items"] == []


def test_20_a_name_is_looked_up_by_four_letters_and_shows_an_initial(till: Caller) -> None:
    assert till.post("/till/look-up", {"words": "Siâ"}, status=422)["code"] == "not_as_described"
    assert till.post("/till/look-up", {"words": "Siân"}, status=200) == {"people": []}  # no card, so nobody to be found


@pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH"])
def test_21_a_use_is_never_deleted(app: Flask, world: World, till: Caller, method: str) -> None:
    done = till.post("/redemptions", redemption(world, show(app, world)), status=201)
    for path, allowed in (
        ("/redemptions", "OPTIONS, POST"),
        (f"/redemptions/{done['id']}/undo", "OPTIONS, POST"),
    ):
        refused = till.send(method, path)
        assert (refused.status_code, refused.headers["Allow"]) == (405, allowed)
    assert till.send(method, f"/redemptions/{done['id']}").status_code == 404
    assert used(app) == 1


def test_22_a_redemption_takes_at_most_12_queries_with_its_key(app: Flask, world: World, till: Caller) -> None:
    code = show(app, world)
    sent: list[str] = []
    with app.app_context():
        engine = db.engine

    def listen(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", listen)
    till.post("/redemptions", redemption(world, code), status=201)
    event.remove(engine, "before_cursor_execute", listen)
    queries = [each for each in sent if not each.startswith(("PRAGMA", "BEGIN", "SAVEPOINT", "RELEASE"))]
    assert len(queries) <= 12, queries


def test_23_a_repeat_after_a_lost_answer_says_so_and_moves_nothing(app: Flask, world: World, till: Caller) -> None:
    body = redemption(world, show(app, world))
    first = till.post("/redemptions", body, status=201)
    again = till.post("/redemptions", body, status=200)
    same = ("id", "sent_id", "outcome", "minutes", "name", "offer_name", "used_at")
    assert {name: again[name] for name in same} == {name: first[name] for name in same}
    assert again["is_repeat"] is True
    assert "Already done." in again["sentence"]
    assert used(app) == 1
    other = till.post("/redemptions", {**body, "party": {"adults": 2}}, status=422)
    assert other["code"] == "conflict"
    assert used(app) == 1


def test_23_the_body_may_be_written_in_another_order(app: Flask, world: World, till: Caller) -> None:
    body = redemption(world, show(app, world))
    till.post("/redemptions", body, status=201)
    content = json.dumps(dict(reversed(body.items())), indent=3)
    assert till.send("POST", "/redemptions", data=content, content_type="application/json").status_code == 200
