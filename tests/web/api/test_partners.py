"""What a partner reads and records: pages of lists, names by scope, hours once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from tests.web.api.caller import Caller
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.hours.correcting import correct_hours
from timecredits.network.volunteers import enrol_volunteer
from timecredits.web.database import db


@pytest.fixture
def activity_id(app: Flask, world: World) -> UUID:
    with app.app_context():
        made = create_activity(
            db.session(), world.programme_id, world.organisation_id, ActivityFacts(name="Garden"), actor_id=None
        )
        db.session.commit()
        return made.id


def hours_of(world: World, activity: UUID, **changes: Any) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "organisation_id": str(world.organisation_id),
        "volunteer_id": str(world.volunteer_id),
        "activity_id": str(activity),
        "day": (clock.today() - timedelta(days=1)).isoformat(),
        "minutes": 90,
        **changes,
    }


def test_last_names_need_their_own_scope(world: World, partner: Callable[..., Caller]) -> None:
    path = f"/volunteers/{world.volunteer_id}"
    assert partner("volunteers:read").get(path)["last_name"] == "O"
    whole = partner("volunteers:read", "names:read").get(path)
    assert (whole["first_name"], whole["last_name"]) == ("Siân", "O'Neill-Wyn")
    assert whole["organisation_ids"] == [str(world.organisation_id)]


def test_a_list_comes_page_by_page_and_whole(app: Flask, world: World, partner: Callable[..., Caller]) -> None:
    with app.app_context():
        for number in range(7):
            enrol_volunteer(db.session(), world.programme_id, world.organisation_id, first_name=f"Person {number}")
        db.session.commit()
    caller, seen, cursor = partner("volunteers:read"), [], None
    while True:
        page = caller.get("/volunteers", limit=4, **({"cursor": cursor} if cursor else {}))
        assert len(page["items"]) <= 4
        seen += [each["id"] for each in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 9
    here = caller.get("/volunteers", organisation_id=str(world.other_organisation_id))["items"]
    assert [each["id"] for each in here] == [str(world.other_volunteer_id)]


@pytest.mark.parametrize("path", ["/volunteers", "/hours", "/offers", "/venues", "/organisations", "/activities"])
@pytest.mark.parametrize(
    "query",
    [
        {"cursor": "x"},
        {"cursor": "💧"},
        {"cursor": "A" * 199},
        {"limit": "0"},
        {"limit": "201"},
        {"limit": "x"},
        {"colour": "red"},
    ],
)
def test_a_strange_question_is_told_so(partner: Callable[..., Caller], path: str, query: dict[str, str]) -> None:
    caller = partner("volunteers:read", "hours:read", "offers:read", "venues:read", "organisations:read")
    assert caller.get(path, status=422, **query)["code"] == "not_as_described"


def test_balance_and_statement(world: World, partner: Callable[..., Caller]) -> None:
    caller = partner("balances:read", "statements:read")
    assert caller.get(f"/volunteers/{world.volunteer_id}/balance")["minutes"] == 180
    statement = caller.get(f"/volunteers/{world.volunteer_id}/statement")
    assert (statement["balance"], statement["next"]) == (180, None)
    assert [each["minutes"] for each in statement["items"]] == [180]
    caller.get(f"/volunteers/{world.volunteer_id}/statement", status=422, cursor="x")


def test_hours_are_added_once_and_listed(app: Flask, world: World, partner: Callable[..., Caller], activity_id: UUID) -> None:
    caller = partner("hours:write", "hours:read", "balances:read")
    body = hours_of(world, activity_id, starts="09:30", note="Weeding")
    first = caller.post("/hours", body, status=201)
    assert (first["earned"], first["is_repeat"], first["minutes"]) == (90, False, 90)
    again = caller.post("/hours", body, status=200)
    assert (again["id"], again["is_repeat"]) == (first["id"], True)
    other = caller.post("/hours", {**body, "minutes": 60}, status=422)
    assert other["code"] == "conflict"
    assert caller.get(f"/volunteers/{world.volunteer_id}/balance")["minutes"] == 270
    [entry] = caller.get("/hours")["items"]
    assert (entry["id"], entry["starts"], entry["counts"], entry["earned"]) == (first["id"], "09:30", True, 90)
    with app.app_context():
        correct_hours(
            db.session(),
            world.programme_id,
            world.organisation_id,
            UUID(first["id"]),
            minutes=60,
            reason="They left early.",
            actor_id=None,
            today=clock.today(),
        )
        db.session.commit()
    listed = caller.get("/hours", volunteer_id=str(world.volunteer_id))["items"]
    assert [(each["minutes"], each["counts"]) for each in listed] == [(90, False), (60, True)]
    newer = caller.get("/hours", limit=1)["next"]
    rest = caller.get("/hours", cursor=newer)
    assert [each["minutes"] for each in rest["items"]] == [60]
    assert rest["next"] is None
    later = caller.get("/hours", cursor=rest["latest"])
    assert (later["items"], later["latest"]) == ([], rest["latest"])
    assert caller.get("/hours", since=clock.today().isoformat())["items"] == []


def test_two_partners_can_not_meet_each_other_s_ids(world: World, partner: Callable[..., Caller], activity_id: UUID) -> None:
    body = hours_of(world, activity_id)
    first, second = (partner("hours:write").post("/hours", body, status=201) for _ in range(2))
    assert first["id"] != second["id"]
    assert second["remarks"]  # the same hours twice stand out, for a person to look at


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"minutes": 0}, 422),
        ({"minutes": 1441}, 422),
        ({"day": "2999-01-01"}, 422),
        ({"day": "0001-01-01"}, 422),
        ({"day": "21/11/2026"}, 422),
        ({"starts": "25:00"}, 422),
        ({"starts": "9am"}, 422),
        ({"organisation_id": str(uuid4())}, 404),
        ({"activity_id": str(uuid4())}, 404),
        ({"volunteer_id": str(uuid4())}, 422),
        ({"colour": "red"}, 422),
    ],
)
def test_hours_that_can_not_be_are_told_why(
    world: World, partner: Callable[..., Caller], activity_id: UUID, changes: dict[str, Any], status: int
) -> None:
    caller = partner("hours:write", "hours:read")
    refused = caller.post("/hours", hours_of(world, activity_id, **changes), status=status)
    assert refused["detail"].endswith(".")
    assert caller.get("/hours")["items"] == []


def test_another_organisation_s_person_is_not_here(world: World, partner: Callable[..., Caller], activity_id: UUID) -> None:
    caller = partner("hours:write")
    theirs, missing = (
        caller.post("/hours", hours_of(world, activity_id, volunteer_id=str(who)), status=422)
        for who in (world.other_volunteer_id, uuid4())
    )
    assert theirs == missing


def test_places(world: World, partner: Callable[..., Caller], till: Caller, activity_id: UUID) -> None:
    caller = partner("offers:read", "venues:read", "organisations:read")
    [offer] = caller.get("/offers")["items"]
    assert offer == till.get("/offers")["items"][0]
    assert (offer["id"], offer["adult_minutes"], offer["under_16_minutes"]) == (str(world.offer_id), 60, 30)
    assert caller.get("/offers", venue_id=str(uuid4()))["items"] == []
    assert [each["name"] for each in caller.get("/venues")["items"]] == ["Parkside Pool"]
    assert [each["name"] for each in caller.get("/organisations")["items"]] == ["Riverside Trust", "Lantern House"]
    [activity] = caller.get("/activities", organisation_id=str(world.organisation_id))["items"]
    assert activity["id"] == str(activity_id)
