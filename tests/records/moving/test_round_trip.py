"""Export, wipe, import: the same rows, trial balance, statements, hour histories, letters' checks and codes."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.house.full_world import FullWorld, build_full_world
from tests.records.moving.moved import KEYRING, bring, everything, export
from timecredits.foundation import clock
from timecredits.foundation.audit_verifying import verify_chains
from timecredits.foundation.db import make_engine, transaction
from timecredits.hours.history.hour_history import hour_history
from timecredits.journey.checks.checking import check_by_secret
from timecredits.ledger.books import check_guards, check_ledger
from timecredits.network.models import User, Volunteer
from timecredits.network.programmes import create_venue
from timecredits.spending.card_models import Card
from timecredits.spending.statements import volunteer_balance, volunteer_statement


@pytest.fixture
def source(engine: Engine) -> tuple[Engine, FullWorld]:
    """A programme with something of everything."""
    with transaction(engine) as session:
        return engine, build_full_world(session, KEYRING, "http://localhost")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def other(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An empty database of each kind, whatever the first one is."""
    if request.param == "sqlite":
        path: Path = tmp_path_factory.mktemp("other") / "other.db"
        path.write_bytes(request.getfixturevalue("sqlite_template").read_bytes())
        url = f"sqlite:///{path}"
    else:
        url = request.getfixturevalue("create_database_from")(request.getfixturevalue("postgresql_template"))
    engine = make_engine(url)
    yield engine
    engine.dispose()


def seen(engine: Engine, full: FullWorld) -> dict[str, Any]:
    """What people see of a programme: statements, hour histories, what checking each letter answers, what cards say."""
    programme_id = full.world.programme_id
    found: dict[str, Any] = {}
    with Session(engine) as session:
        for person in session.scalars(select(Volunteer.id).where(Volunteer.programme_id == programme_id).order_by(Volunteer.id)):
            page = volunteer_statement(session, programme_id, person)
            found[f"statement {person}"] = volunteer_balance(session, programme_id, person), [asdict(row) for row in page.rows]
            history = hour_history(session, programme_id, person, as_of=clock.today())
            found[f"hours {person}"] = [tuple(line) for line in history.lines]
        for things in (full.own, full.others):
            found[f"letter {things['letter']}"] = check_by_secret(session, things["secret"], count=False)
        for card in session.scalars(select(Card).where(Card.programme_id == programme_id).order_by(Card.id)):
            found[f"card {card.id}"] = card.code, card.volunteer_id, card.serial
        session.rollback()
    return found


def test_what_was_moved_is_what_was_there(source: tuple[Engine, FullWorld], other: Engine) -> None:
    first, full = source
    programme_id = full.world.programme_id
    before = everything(first, programme_id)
    brought = bring(other, export(first, programme_id))
    after = everything(other, programme_id)
    assert brought.before == brought.after
    assert sum(minutes for _, minutes in (brought.after or {}).values()) == 0
    assert [name for name, rows in before.items() if after[name] != rows] == []
    assert sum(bool(rows) for rows in before.values()) > 50, "the full world holds something of nearly everything"
    assert seen(other, full) == seen(first, full)
    with Session(other) as session:
        check_guards(session.connection())
        assert check_ledger(session, programme_id) == []
        assert verify_chains(session, programme_id) == [], "what staff did there is still linked, and goes on with the import"


def test_the_same_file_again_adds_nothing_and_says_so(source: tuple[Engine, FullWorld]) -> None:
    first, full = source
    before = everything(first, full.world.programme_id)
    assert bring(first, export(first, full.world.programme_id)).already
    assert everything(first, full.world.programme_id) == before


def test_without_sign_ins_nobody_can_sign_in_with_what_is_in_the_file(source: tuple[Engine, FullWorld], other: Engine) -> None:
    first, full = source
    programme_id = full.world.programme_id
    bring(other, export(first, programme_id, with_sign_ins=False))
    before, after = everything(first, programme_id), everything(other, programme_id)
    assert any(row["password_hash"] for row in before["user"])
    assert not any(row["password_hash"] for row in after["user"])
    for name in ("till", "kiosk", "api_token"):
        assert len(after[name]) == len(before[name])
        assert not {row["token_hash"] for row in after[name]} & {row["token_hash"] for row in before[name]}
        assert all(row["revoked_at"] for row in after[name])
    assert after["invitation"] == []
    same = set(before) - {"user", "till", "kiosk", "api_token", "invitation", "webhook"}
    assert [name for name in sorted(same) if after[name] != before[name]] == []


def test_somebody_who_is_here_by_their_address_stays_one_user(source: tuple[Engine, FullWorld], other: Engine) -> None:
    first, full = source
    content = export(first, full.world.programme_id)
    here = UUID(int=7)
    with transaction(other) as session:
        session.add(User(id=here, email=full.world.emails["manager"], name="Known Already", created_at=clock.now()))
    brought = bring(other, content)
    assert [str(each) for each in brought.remarks] == ["1 user was here already by their address. They are one user now."]
    rows = everything(other, full.world.programme_id)
    old = full.world.users["manager"]
    assert [row["name"] for row in rows["user"] if row["id"] == here] == ["Known Already"]
    assert here in {row["user_id"] for row in rows["staff_role"]}
    assert not [name for name, found in rows.items() for row in found if old in row.values()]


def test_a_venues_short_name_gives_way_and_a_venue_that_is_here_stays(source: tuple[Engine, FullWorld], other: Engine) -> None:
    first, full = source
    content = export(first, full.world.programme_id)
    with transaction(other) as session:
        create_venue(session, name="Another Corn", slug="corn", town="Wells")
    brought = bring(other, content)
    assert [str(each) for each in brought.remarks] == ["A venue's short name was taken. It is called corn-2 here."]
