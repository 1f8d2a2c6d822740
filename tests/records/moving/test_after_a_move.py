"""What goes on after a move: codes are taken, books are checked, merges are taken back, the erased stay erased, reports count."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.house.full_world import FullWorld, build_full_world
from tests.records.moving.moved import KEYRING, SECRET, bring, everything, export
from tests.spending.shop import card_text, note_text, scan, show, till_of
from timecredits.commands.books import check_books
from timecredits.commands.moving import import_programme
from timecredits.foundation import clock
from timecredits.foundation.db import Base, make_engine, new_id, transaction
from timecredits.insight.counting.count_up import count_up, forget_counts
from timecredits.insight.roll_up_models import VenueSettlement
from timecredits.ledger.models import TransferKind
from timecredits.ledger.opening_account import open_opening_account
from timecredits.ledger.transfers import Movement, post
from timecredits.network.models import User, Volunteer
from timecredits.network.volunteers import enrol_volunteer
from timecredits.records.merging.merging import merge_people
from timecredits.records.merging.unmerging import undo_merge
from timecredits.records.privacy.erasing import ask_to_erase, erase_due, reapply
from timecredits.spending.answers import Outcome
from timecredits.spending.card_models import Card, SecondCheck
from timecredits.spending.note_models import CreditNote
from timecredits.spending.redemption import redeem
from timecredits.spending.second_checks import ShownCheck

PIN = ShownCheck(SecondCheck.PIN.value, "2580")
"""The PIN of the full world's cards."""


@pytest.fixture
def source(engine: Engine) -> tuple[Engine, FullWorld]:
    """A programme with something of everything, and credits for a few uses."""
    with transaction(engine) as session:
        full = build_full_world(session, KEYRING, "http://localhost")
        programme_id = full.world.programme_id
        person = session.get_one(Volunteer, (programme_id, full.world.volunteer_id))
        opening = open_opening_account(session, programme_id)
        post(session, programme_id, Movement(new_id(), opening, person.account_id, 600, TransferKind.OPENING, clock.today()))
    return engine, full


@pytest.fixture
def elsewhere(sqlite_template: Path, tmp_path: Path) -> Iterator[Engine]:
    """An empty database."""
    path = tmp_path / "elsewhere.db"
    path.write_bytes(sqlite_template.read_bytes())
    engine = make_engine(f"sqlite:///{path}")
    yield engine
    engine.dispose()


def run_books(engine: Engine) -> tuple[int, str]:
    env = {"DATABASE_URL": engine.url.render_as_string(hide_password=False), "SECRET_KEY": SECRET}
    result = CliRunner(env=env).invoke(check_books, [])
    return result.exit_code, result.output


def test_cards_notes_and_shown_codes_are_taken_after_a_move_and_the_books_add_up(
    source: tuple[Engine, FullWorld], elsewhere: Engine
) -> None:
    first, full = source
    world = full.world
    bring(elsewhere, export(first, world.programme_id))
    with transaction(elsewhere) as session:
        card = session.scalars(select(Card).filter_by(programme_id=world.programme_id, volunteer_id=world.volunteer_id)).one()
        notes = [
            note
            for note in session.scalars(select(CreditNote).filter_by(programme_id=world.programme_id, minutes=90))
            if note.ended_at is None and note.used_at is None and note.handed_on is not None
        ]
        for later, (code, check) in enumerate(
            (
                (card_text(session, card), PIN),
                (card.code, PIN),
                (note_text(session, notes[0]), None),
                (notes[1].code, None),
                (None, None),
            )
        ):
            with clock.standing_at(clock.now() + timedelta(minutes=5 * later)):  # the same card at once is a double tap
                shown = code or show(session, world).qr_text
                answer = redeem(session, KEYRING, till_of(world), scan(world, shown, check=check))
            assert answer.outcome is Outcome.TAKEN, shown
    assert run_books(elsewhere) == (0, "The books of 1 programme add up.\n")


def test_a_merge_is_taken_back_whole_where_the_user_was_here_already(session: Session, engine: Engine, elsewhere: Engine) -> None:
    """The ids that it is taken back by name the user who is here."""
    full = build_full_world(session, KEYRING, "http://localhost")
    programme_id, here = full.world.programme_id, (full.world.programme_id, full.world.organisation_id)
    gone_id = full.world.volunteer_id
    kept_id = enrol_volunteer(session, *here, first_name="Siân", last_name="Again").volunteer.id
    merge_id, known = new_id(), UUID(int=7)
    merge_people(session, programme_id, merge_id=merge_id, kept_id=kept_id, gone_id=gone_id, reason="One.", actor_id=None)
    session.commit()
    with transaction(elsewhere) as other:
        other.add(User(id=known, email=full.world.emails["volunteer"], name="Known Already", created_at=clock.now()))
    bring(elsewhere, export(engine, programme_id))
    with transaction(elsewhere) as other:
        assert other.get_one(Volunteer, (programme_id, kept_id)).user_id == known
        undo_merge(other, programme_id, merge_id, actor_id=None)
        gone = other.get_one(Volunteer, (programme_id, gone_id))
        assert (gone.merged_into, gone.user_id) == (None, known)


def test_the_journal_of_the_erased_moves_along_and_they_stay_erased(source: tuple[Engine, FullWorld], elsewhere: Engine) -> None:
    first, full = source
    programme_id, who = full.world.programme_id, full.world.volunteer_id
    with transaction(first) as session:
        name = session.get_one(Volunteer, (programme_id, who)).last_name
        ask_to_erase(session, programme_id, who, erasure_id=new_id(), actor_id=None)
    with transaction(first) as session:
        assert erase_due(session, programme_id, today=clock.today() + timedelta(days=400)) >= 1
    bring(elsewhere, export(first, programme_id))
    moved = everything(elsewhere, programme_id)
    assert who in {row["volunteer_id"] for row in moved["erasure"] if row["done_at"] is not None}
    gone = next(row for row in moved["volunteer"] if row["id"] == who)
    assert gone["erased_at"] is not None
    assert name not in gone.values()
    with transaction(elsewhere) as session:
        assert reapply(session) == 0


def test_what_was_counted_stays_behind_and_is_counted_anew(
    source: tuple[Engine, FullWorld], elsewhere: Engine, tmp_path: Path
) -> None:
    first, full = source
    programme_id = full.world.programme_id
    with transaction(first) as session:
        forget_counts(session, programme_id)  # some of the full world's sums are made up
    count_up(first, programme_id, now=clock.now() + timedelta(days=1))
    tables: list[Any] = [each for each in Base.metadata.sorted_tables if each.info.get("derived")] + [VenueSettlement.__table__]
    assert sum(_rows(first, tables, programme_id)) > 0
    file = tmp_path / "full.jsonl"
    file.write_bytes(export(first, programme_id))
    assert b"person_month" not in file.read_bytes()
    env = {"DATABASE_URL": elsewhere.url.render_as_string(hide_password=False), "SECRET_KEY": SECRET}
    done = CliRunner(env=env).invoke(import_programme, [str(file)])
    assert done.exit_code == 0, done.output
    assert _rows(elsewhere, tables, programme_id) == [0] * len(tables)
    count_up(elsewhere, programme_id, now=clock.now() + timedelta(days=1))
    assert _rows(elsewhere, tables, programme_id) == _rows(first, tables, programme_id)


def _rows(engine: Engine, tables: list[Any], programme_id: UUID) -> list[int]:
    with engine.connect() as connection:
        return [
            connection.scalar(select(func.count()).select_from(each).where(each.c.programme_id == programme_id)) or 0
            for each in tables
        ]
