"""A note is bought, given away, used by someone else, photocopied, and refused. Minutes: 60 are one credit."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.spending.notes.sheaf import faults, float_of, notes_in, printed, text_of
from tests.spending.shop import KEYRING, NOON, credits_of, earn, scan, till_of
from tests.web.world import World, build_world
from timecredits.foundation import clock
from timecredits.network.programmes import create_venue, join_programme
from timecredits.spending.answers import Answer, Outcome
from timecredits.spending.books import check_spending
from timecredits.spending.models import Redemption
from timecredits.spending.note_models import CreditNote
from timecredits.spending.notes.ending import expire_notes, void_notes
from timecredits.spending.notes.handing import hand_out
from timecredits.spending.notes.register import NoteState, show_batch
from timecredits.spending.notes.replacing import replace_note
from timecredits.spending.redemption import AtTill, redeem
from timecredits.spending.statements import volunteer_statement
from timecredits.spending.tills.pairing import begin_pairing, pair_till
from timecredits.spending.undoing import undo


@dataclass
class Story:
    """A town with one pool; Siân has five credits."""

    session: Session
    world: World

    def buy(self, minutes: int, count: int = 1) -> list[CreditNote]:
        batch = printed(self.session, self.world, minutes=minutes, count=count)
        return notes_in(self.session, self.world, batch.id)

    def show(self, code: str, till: AtTill | None = None, **changes: Any) -> Answer:
        return redeem(self.session, KEYRING, till or till_of(self.world), scan(self.world, code, **changes))

    def text(self, note: CreditNote) -> str:
        return text_of(self.session, self.world, note)

    @property
    def held(self) -> tuple[int, int]:
        """What Siân has, and what the float covers."""
        return credits_of(self.session, self.world), float_of(self.session, self.world)

    def adds_up(self) -> bool:
        return faults(self.session, self.world) == check_spending(self.session, self.world.programme_id) == []


@pytest.fixture
def story(session: Session) -> Iterator[Story]:
    with clock.standing_at(NOON):
        world = build_world(session)
        earn(session, world, 300)
        yield Story(session, world)


def test_a_note_is_bought_given_away_used_by_someone_else_photocopied_and_refused(story: Story) -> None:
    session, world = story.session, story.world
    # Siân asks for a note of two credits at the desk. It is covered at once.
    [note] = story.buy(120)
    assert story.held == (180, 120)
    # It is given to a neighbour, who is no volunteer. The desk writes that down; the note stays nobody's.
    hand_out(session, world.programme_id, world.organisation_id, note.batch_id, [note.id], words="Her neighbour", actor_id=None)
    # The neighbour swims for one credit. The till knows no name; the other credit goes back to Siân.
    answer = story.show(story.text(note))
    assert answer.outcome is Outcome.TAKEN
    assert not answer.name
    assert story.held == (240, 0)
    used = session.scalars(select(Redemption).where(Redemption.programme_id == world.programme_id)).one()
    assert (used.volunteer_id, used.note_id, used.minutes) == (None, note.id, 60)
    # Somebody has photocopied it. Fifty copies are worth nothing, also typed, also years later.
    for _ in range(50):
        assert story.show(story.text(note)).outcome is Outcome.ALREADY_USED
    assert story.show(note.code, id=uuid4()).outcome is Outcome.ALREADY_USED
    assert story.held == (240, 0)
    # The register says that it was used, and on which day; where is nobody's business.
    session.expire_all()  # as at the next request
    [row] = show_batch(session, world.programme_id, world.organisation_id, note.batch_id).notes
    assert (row.state, row.used_on) == (NoteState.USED, clock.today())
    lines = volunteer_statement(session, world.programme_id, world.volunteer_id, limit=3).rows
    assert {(str(line.title), line.minutes) for line in lines} >= {("Note printed", -120), ("Change from a note", 60)}
    assert story.adds_up()


def test_at_another_place_the_copy_tells_nothing_of_the_first(story: Story) -> None:
    session, world = story.session, story.world
    [note] = story.buy(60)
    assert story.show(story.text(note)).outcome is Outcome.TAKEN
    venue = create_venue(session, name="Corn Exchange", slug="corn", town="Ely")
    join_programme(session, world.programme_id, venue.id)
    paired = pair_till(session, begin_pairing(session, venue.id, till_name="Door", made_by=None))
    assert paired is not None
    answer = story.show(story.text(note), AtTill(paired.till.id, venue.id), offer_id=None)
    assert answer.outcome is not Outcome.TAKEN
    assert "Parkside" not in repr(answer)
    assert story.adds_up()


def test_a_use_that_is_undone_makes_the_note_good_again(story: Story) -> None:
    [note] = story.buy(120)
    answer = story.show(story.text(note))
    assert answer.id is not None
    assert undo(story.session, till_of(story.world), answer.id, "Wrong offer").outcome is Outcome.UNDONE
    assert story.held == (180, 120)
    assert story.adds_up()
    assert story.show(story.text(note)).outcome is Outcome.TAKEN
    assert story.held == (240, 0)
    assert story.adds_up()


def test_a_note_that_was_stopped_or_replaced_is_refused_and_its_replacement_works(story: Story) -> None:
    session, world = story.session, story.world
    lost, spoiled = story.buy(60, count=2)
    void_notes(session, world.programme_id, world.organisation_id, lost.batch_id, [lost.id], reason="Lost", actor_id=None)
    new = replace_note(session, world.programme_id, world.organisation_id, spoiled.id, actor_id=None)
    assert story.show(story.text(lost)).outcome is Outcome.REVOKED
    assert story.show(story.text(spoiled)).outcome is Outcome.REVOKED
    assert story.show(story.text(new)).outcome is Outcome.TAKEN
    assert story.held == (240, 0)
    assert story.adds_up()


def test_a_note_is_good_to_the_end_of_its_last_day_and_then_gives_its_credit_back(story: Story) -> None:
    session, world = story.session, story.world
    [note] = story.buy(60)
    with clock.standing_at(clock.first_moment(note.expires_on + timedelta(days=1))):
        assert story.show(story.text(note)).outcome is Outcome.EXPIRED
    assert story.held == (240, 60)
    expire_notes(session, world.programme_id, now=NOON + timedelta(days=400))
    assert story.show(story.text(note)).outcome is Outcome.EXPIRED
    assert story.held == (300, 0)
    assert story.adds_up()


def test_a_note_that_is_worth_too_little_is_not_taken(story: Story) -> None:
    [note] = story.buy(30)
    assert story.show(story.text(note)).outcome is Outcome.NOTE_TOO_SMALL
    assert story.held == (270, 30)
    assert story.adds_up()
