"""Words are sealed anew with the key that signs: all of them, none twice, and nothing that somebody changes meanwhile is lost."""

from collections.abc import Iterator
from threading import Event, Thread
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Engine, LargeBinary, insert, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

import timecredits.insight.impact_models
import timecredits.insight.roll_up_models  # noqa: F401  every table is looked at
from tests.house.full_world import build_full_world
from tests.web.world import World, build_world
from timecredits.community.safety_models import Concern, ConcernLook, ConcernState
from timecredits.foundation import clock
from timecredits.foundation.db import Base, make_engine, new_id, transaction
from timecredits.foundation.keys import Keyring
from timecredits.foundation.sealing import open_sealed, seal
from timecredits.journey.learning.goals import change_goal
from timecredits.journey.learning_models import Goal
from timecredits.network.sign_in_models import AuthenticatorApp
from timecredits.records.privacy.holdings import HOLDINGS, need_every_table
from timecredits.records.resealing import _BATCH, SEALED, Resealed, SealedColumn, _reseal_column, count_sealed, reseal
from timecredits.web.database import db

SECRETS = {1: b"one" * 11, 2: b"two" * 11, 3: b"six" * 11}
OLD, NEW, ONLY_NEW = Keyring({1: SECRETS[1]}), Keyring({1: SECRETS[1], 2: SECRETS[2]}, 2), Keyring({2: SECRETS[2]}, 2)


@pytest.fixture
def world(engine: Engine) -> World:
    with transaction(engine) as session:
        return build_world(session)


def goal(session: Session, world: World, words: str, keyring: Keyring = OLD) -> UUID:
    goal_id = new_id()
    values = {"programme_id": world.programme_id, "id": goal_id, "volunteer_id": world.volunteer_id, "made_at": clock.now()}
    session.execute(insert(Goal).values(**values, sealed=seal(keyring, "goal", goal_id, words)))
    return goal_id


def goals(engine: Engine, keyring: Keyring) -> dict[UUID, str | None]:
    with Session(engine) as session:
        rows = session.execute(select(Goal.id, Goal.sealed)).all()
    return {row.id: open_sealed(keyring, "goal", row.id, row.sealed) for row in rows}


def stored(session: Session) -> dict[UUID, bytes]:
    return {row.id: row.sealed for row in session.execute(select(Goal.id, Goal.sealed))}


def counted(engine: Engine, number: int) -> int:
    return sum(count_sealed(engine, number).values())


def test_every_sealed_column_is_in_the_list_with_its_purpose() -> None:
    need_every_table()
    sealed = {
        (table.name, column.name)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if "seal" in column.name and isinstance(column.type, LargeBinary)
    }
    assert {(each.table, each.column) for each in SEALED} == sealed
    held = {(name, column): told.seal for name, each in HOLDINGS.items() for column, told in each.columns.items() if told.seal}
    listed = {(each.table, each.column): each.purpose for each in SEALED}
    assert held.items() <= listed.items()


def test_more_than_a_batch_is_sealed_anew_and_a_second_time_does_nothing(engine: Engine, world: World) -> None:
    with transaction(engine) as session:
        kept = {goal(session, world, f"Goal {each}"): f"Goal {each}" for each in range(2 * _BATCH + 3)}
        ours = goal(session, world, "New already", ONLY_NEW)
        before = session.scalar(select(Goal.sealed).where(Goal.id == ours))
    assert (counted(engine, 1), counted(engine, 2)) == (len(kept), 1)
    assert reseal(engine, NEW) == Resealed(done=len(kept), left=0)
    assert goals(engine, ONLY_NEW) == {**kept, ours: "New already"}
    assert (counted(engine, 1), counted(engine, 2)) == (0, len(kept) + 1)
    with Session(engine) as session:
        assert session.scalar(select(Goal.sealed).where(Goal.id == ours)) == before, "what had the new key was left alone"
    assert reseal(engine, NEW) == Resealed(done=0, left=0)


def test_a_table_without_a_programme_is_sealed_anew_too(engine: Engine, world: World) -> None:
    row_id = new_id()
    with transaction(engine) as session:
        sealed = seal(OLD, "authenticator app", row_id, "JBSWY3DPEHPK3PXP")
        values = {"id": row_id, "user_id": world.users["coordinator"], "secret_sealed": sealed, "made_at": clock.now()}
        session.execute(insert(AuthenticatorApp).values(values))
    assert reseal(engine, NEW) == Resealed(done=1, left=0)
    with Session(engine) as session:
        kept = session.scalar(select(AuthenticatorApp.secret_sealed).where(AuthenticatorApp.id == row_id))
    assert kept is not None
    assert open_sealed(ONLY_NEW, "authenticator app", row_id, kept) == "JBSWY3DPEHPK3PXP"


def test_what_can_not_be_opened_is_left_and_told(engine: Engine, world: World) -> None:
    with transaction(engine) as session:
        good = goal(session, world, "Good")
        gone = goal(session, world, "Gone", Keyring({3: SECRETS[3]}, 3))
        broken = goal(session, world, "Broken")
        session.execute(update(Goal).where(Goal.id == broken).values(sealed=b"\x01" + bytes(40)))
        stands = stored(session)
    assert reseal(engine, NEW) == Resealed(done=1, left=2)
    with Session(engine) as session:
        after = stored(session)
    assert {each for each in stands if stands[each] == after[each]} == {gone, broken}
    assert goals(engine, NEW)[good] == "Good"


def test_words_of_another_row_are_not_sealed_for_this_one(engine: Engine, world: World) -> None:
    with transaction(engine) as session:
        first, second = goal(session, world, "Mine"), goal(session, world, "Yours")
        stolen = session.scalar(select(Goal.sealed).where(Goal.id == second))
        session.execute(update(Goal).where(Goal.id == first).values(sealed=stolen))
    assert reseal(engine, NEW) == Resealed(done=1, left=1)
    assert goals(engine, NEW) == {first: None, second: "Yours"}


@pytest.mark.postgresql
def test_a_row_that_is_being_changed_is_not_waited_for_and_not_overwritten(postgresql_engine: Engine) -> None:
    with transaction(postgresql_engine) as session:
        world = build_world(session)
        held, free = goal(session, world, "Before"), goal(session, world, "Free")
    with Session(postgresql_engine) as session, session.begin():
        change_goal(
            session, OLD, world.programme_id, world.volunteer_id, held, "After", by_day=None, today=clock.today()
        )  # by a server that does not know the new key yet
        assert reseal(postgresql_engine, NEW) == Resealed(done=1, left=1)
    assert goals(postgresql_engine, NEW) == {held: "After", free: "Free"}
    assert reseal(postgresql_engine, NEW) == Resealed(done=1, left=0)
    assert goals(postgresql_engine, ONLY_NEW) == {held: "After", free: "Free"}


def test_people_go_on_changing_words_while_all_is_sealed_anew(engine: Engine, world: World) -> None:
    with transaction(engine) as session:
        kept = [goal(session, world, "0") for _ in range(60)]
    ended, last, faults = Event(), dict.fromkeys(kept, "0"), list[BaseException]()

    def change() -> None:
        try:
            for turn in range(1, 4):
                for goal_id in reversed(kept):
                    with transaction(engine) as session:
                        args = (world.programme_id, world.volunteer_id, goal_id, str(turn))
                        change_goal(session, OLD, *args, by_day=None, today=clock.today())
                    last[goal_id] = str(turn)
        except BaseException as fault:  # noqa: BLE001  raised below, in the test's own thread
            faults.append(fault)
        finally:
            ended.set()

    person = Thread(target=change)
    person.start()
    done = 0
    while not ended.is_set():
        done += reseal(engine, NEW).done
    person.join()
    assert faults == []
    done += reseal(engine, NEW).done
    assert done >= len(kept)
    assert goals(engine, ONLY_NEW) == last == dict.fromkeys(kept, "3")


@pytest.fixture
def postgresql_engine(postgresql_url: str) -> Iterator[Engine]:
    engine = make_engine(postgresql_url)
    yield engine
    engine.dispose()


def test_everything_in_a_full_world_opens_with_the_new_key_alone(app: Flask) -> None:
    keyring = app.config["KEYRING"]
    newer = Keyring({**keyring.secrets, 2: SECRETS[2]}, 2)
    with app.app_context():
        build_full_world(db.session(), keyring, app.config["BASE_URL"])
        db.session.commit()
        engine = db.engine
        before = {(each, row.id): words for each, row, words in opened(engine, keyring)}
        outcome = reseal(engine, newer)
        after = {(each, row.id): words for each, row, words in opened(engine, newer)}
        looks = [each for each in before if each[0].is_for_ever]
        assert None not in before.values()
        assert after == before
        assert outcome == Resealed(done=len(before) - len(looks), left=len(looks))
        assert len({each for each, _ in before}) >= 12, "the world holds most kinds of sealed words"
        assert set(count_sealed(engine, 1)) == {each for each, _ in looks}


def opened(engine: Engine, keyring: Keyring) -> list[tuple[Any, Any, str | None]]:
    """Every sealed row: its column, the row, and what it says."""
    found = []
    with Session(engine) as session:
        for each in SEALED:
            table = Base.metadata.tables[each.table]
            column = table.c[each.column]
            rows = session.execute(select(table.c.id, column).where(column.is_not(None), column != b""))
            found += [(each, row, open_sealed(keyring, each.purpose, row.id, row[1])) for row in rows]
    return found


@pytest.fixture
def look_id(engine: Engine, world: World) -> UUID:
    """A reason for looking, sealed with the old key."""
    concern_id, look_id = new_id(), new_id()
    with transaction(engine) as session:
        session.add(
            Concern(
                programme_id=world.programme_id,
                id=concern_id,
                organisation_id=None,
                sealed=seal(OLD, "concern", concern_id, "{}"),
                state=ConcernState.NEW,
                raised_at=clock.now(),
            )
        )
        session.flush()
        session.add(
            ConcernLook(
                programme_id=world.programme_id,
                id=look_id,
                concern_id=concern_id,
                looked_by=world.users["coordinator"],
                sealed_reason=seal(OLD, "concern look", look_id, "In need"),
                looked_at=clock.now(),
            )
        )
    return look_id


def never_changed(engine: Engine) -> None:
    with pytest.raises(DBAPIError, match=r"never changed|permission denied"), transaction(engine) as session:
        session.execute(update(ConcernLook).values(sealed_reason=b""))


def test_looks_at_concerns_are_for_ever_and_are_told(engine: Engine, look_id: UUID) -> None:
    assert look_id
    assert reseal(engine, NEW) == Resealed(done=1, left=1)
    assert [each.table for each in count_sealed(engine, 1)] == ["concern_look"]
    never_changed(engine)


def test_the_owner_seals_looks_anew_and_the_guard_stands_again(database_url: str, engine: Engine, look_id: UUID) -> None:
    owner = make_engine(database_url, as_application=False)
    assert reseal(engine, NEW, owner=owner) == Resealed(done=2, left=0)
    assert reseal(engine, NEW, owner=owner) == Resealed(done=0, left=0)
    owner.dispose()
    assert counted(engine, 1) == 0
    with Session(engine) as session:
        look = session.scalars(select(ConcernLook)).one()
    assert look.id == look_id
    assert open_sealed(ONLY_NEW, "concern look", look_id, look.sealed_reason) == "In need"
    never_changed(engine)


@pytest.mark.postgresql
def test_who_is_not_the_owner_leaves_looks_as_they_are(engine: Engine, look_id: UUID, database_kind: str) -> None:
    if database_kind == "sqlite":
        pytest.skip("whoever can write an SQLite file owns it")
    assert look_id
    assert reseal(engine, NEW, owner=engine) == Resealed(done=1, left=1)


def test_a_guard_that_was_put_aside_comes_back_when_sealing_fails(
    database_url: str, engine: Engine, look_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert look_id

    def fail(*_args: object) -> int:
        raise RuntimeError("cut")

    monkeypatch.setattr("timecredits.records.resealing._reseal_row", fail)
    owner = make_engine(database_url, as_application=False)
    only = SealedColumn("concern_look", "sealed_reason", "concern look", is_for_ever=True)
    with pytest.raises(RuntimeError, match="cut"):
        _reseal_column(owner, NEW, 2, only)
    owner.dispose()
    never_changed(engine)
