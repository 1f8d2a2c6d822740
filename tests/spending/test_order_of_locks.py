"""What is held before what (docs/adr/0014), told from the statements. Else two at once lock each other out, now and then."""

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.spending.shop import (
    KEYRING,
    PIN,
    card_text,
    change_offer,
    counted_statements,
    earn,
    make_card,
    make_note,
    note_text,
    scan,
    till_of,
)
from tests.web.world import World, build_world
from timecredits.foundation import audit
from timecredits.network.settings import change_setting
from timecredits.spending.answers import Outcome
from timecredits.spending.card_models import SecondCheck
from timecredits.spending.models import Per
from timecredits.spending.redemption import ShownCheck, redeem
from timecredits.spending.undoing import undo


def places_of(sent: list[str], *words: str) -> list[int]:
    """Where the first statement with each of these words stands; a word that never comes is a fault."""
    return [next(place for place, statement in enumerate(sent) if word in " ".join(statement.split())) for word in words]


# On SQLite a transaction that may write is alone.
on_postgresql = pytest.mark.parametrize(
    "database_kind", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)


@on_postgresql
def test_the_person_before_their_card(session: Session, world: World) -> None:
    change_setting(session, world.programme_id, "used_a_day", 600, actor_id=None)
    earn(session, world, 60)
    request = scan(world, card_text(session, make_card(session, world)), check=ShownCheck("pin", PIN))
    with counted_statements(session) as sent:
        assert redeem(session, KEYRING, till_of(world), request).outcome is Outcome.TAKEN
    person, card = places_of(sent, "FOR NO KEY UPDATE", "UPDATE card")
    assert person < card


@on_postgresql
def test_a_card_checked_by_photo_is_held_by_its_owner(session: Session, world: World) -> None:
    """Two hands that scan it across the end of a half minute: no row of its own keeps them apart."""
    earn(session, world, 60)
    request = scan(world, card_text(session, make_card(session, world, SecondCheck.PHOTO)), check=ShownCheck("photo", "yes"))
    with counted_statements(session) as sent:
        assert redeem(session, KEYRING, till_of(world), request).outcome is Outcome.TAKEN
    person, code = places_of(sent, "FOR NO KEY UPDATE", "INSERT INTO code_use")
    assert person < code


def test_an_undo_holds_what_a_use_holds_and_in_its_order(session: Session, world: World) -> None:
    earn(session, world, 90)
    change_offer(session, world, places=3, places_per=Per.DAY)
    request = scan(world, note_text(session, make_note(session, world, 90)))
    answer = redeem(session, KEYRING, till_of(world), request)
    assert answer.id is not None
    with counted_statements(session) as sent:
        assert undo(session, till_of(world), answer.id, "Wrong offer").outcome is Outcome.UNDONE
    code, places, note, credits_ = places_of(
        sent, "UPDATE code_use", "UPDATE offer_places", "UPDATE credit_note", "INSERT INTO transfer"
    )
    assert code < places < note < credits_


@pytest.mark.parametrize("database_kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True)
def test_the_heads_of_what_staff_did_come_last_of_all(engine: Engine) -> None:
    """Nobody waits for a chain's head longer than a commit takes, and whoever holds one takes no other row any more."""
    with Session(engine, expire_on_commit=False) as session:
        world = build_world(session)
        session.commit()
        with counted_statements(session) as sent:
            audit.record(session, world.programme_id, "act done", actor_id=None, subject_id=None)
            earn(session, world, 60)
            before = len(sent)
            session.commit()
    assert before > 0
    assert [each for each in sent[:before] if "audit_head" in each or "audit_link" in each] == []
    at_commit = [" ".join(each.split()) for each in sent[before:]]
    held = next(place for place, each in enumerate(at_commit) if "audit_head" in each)
    assert held < len(at_commit) - 1
    assert [each for each in at_commit[held:] if "audit_head" not in each and "audit_link" not in each] == []
