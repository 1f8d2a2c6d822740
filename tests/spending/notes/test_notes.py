"""Notes from the press to their end: paid for at once, handed out, stopped, replaced, run out; the register tells each."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.spending.notes.sheaf import faults, fill_pot, float_of, notes_in, printed, printed_from_pot, use_by_hand
from tests.spending.shop import NOON, counted_statements, credits_of, earn
from tests.web.world import World
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.wording import Sentence
from timecredits.network.models import Volunteer
from timecredits.network.settings import change_setting
from timecredits.network.volunteers import enrol_volunteer
from timecredits.spending.giving_models import Pot
from timecredits.spending.note_models import CreditNote, NoteBatch, NoteEnd, NoteKind
from timecredits.spending.notes.ending import expire_notes, void_notes
from timecredits.spending.notes.handing import hand_out
from timecredits.spending.notes.making import MOST_NOTES, make_batch
from timecredits.spending.notes.payers import list_pots_to_pay, pot_pays, volunteer_pays
from timecredits.spending.notes.register import NoteState, list_batches, note_number, show_batch
from timecredits.spending.notes.replacing import replace_note
from timecredits.spending.statements import volunteer_statement


def states(session: Session, world: World, batch: NoteBatch) -> list[str]:
    return sorted(row.state.value for row in show_batch(session, world.programme_id, world.organisation_id, batch.id).notes)


def test_a_batch_is_paid_for_as_it_is_made(session: Session, world: World) -> None:
    earn(session, world, 300)
    batch = printed(session, world, count=3, minutes=90, words="For  the coach trip ")
    assert (credits_of(session, world), float_of(session, world)) == (30, 270)
    assert (batch.expires_on, batch.words, batch.volunteer_id) == (date(2027, 11, 21), "For the coach trip", world.volunteer_id)
    notes = notes_in(session, world, batch.id)
    assert len({note.serial for note in notes}) == len({note.code for note in notes}) == 3
    assert all(0 < note.serial < 2**63 and len(note.code) == 8 for note in notes)
    assert faults(session, world) == []


def test_a_pot_pays_and_only_its_own_organisation_may_ask(session: Session, world: World) -> None:
    pot_id = fill_pot(session, world, 200)
    theirs = fill_pot(session, world, 200, organisation_id=world.other_organisation_id)
    batch = printed_from_pot(session, world, pot_id, count=3)
    assert (batch.pot_id, batch.volunteer_id) == (pot_id, None)
    assert [(pot.id, pot.minutes) for pot in list_pots_to_pay(session, world.programme_id, world.organisation_id)] == [
        (pot_id, 20)
    ]
    with pytest.raises(NotFoundError):
        pot_pays(session, world.programme_id, world.organisation_id, theirs)
    session.get_one(Pot, (world.programme_id, pot_id)).closed_at = clock.now()
    session.flush()
    with pytest.raises(RuleError, match="closed"):
        pot_pays(session, world.programme_id, world.organisation_id, pot_id)
    assert list_pots_to_pay(session, world.programme_id, world.organisation_id) == []


def test_too_few_credits_make_nothing_and_do_not_tell_how_many_there_are(session: Session, world: World) -> None:
    earn(session, world, 119)
    with pytest.raises(RuleError) as refused:
        printed(session, world, count=2)
    assert str(refused.value.sentence) == "There are not enough credits. This needs 2 credits. Nothing was made."
    assert (credits_of(session, world), float_of(session, world)) == (119, 0)
    assert session.scalar(select(func.count()).select_from(CreditNote)) == 0
    assert session.scalar(select(func.count()).select_from(NoteBatch)) == 0
    assert faults(session, world) == []


def test_a_double_save_makes_one_batch(session: Session, world: World) -> None:
    earn(session, world, 600)
    batch_id = new_id()
    first = printed(session, world, batch_id=batch_id)
    again = printed(session, world, batch_id=batch_id, count=5)
    assert (first.id, len(notes_in(session, world, batch_id))) == (again.id, 2)
    assert credits_of(session, world) == 480


def test_the_id_of_anothers_batch_is_not_found(session: Session, world: World) -> None:
    earn(session, world, 600)
    batch = printed(session, world)
    with pytest.raises(NotFoundError):
        printed(session, world, batch_id=batch.id, organisation_id=world.other_organisation_id)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"minutes": 0}, "minutes"),
        ({"minutes": -60}, "minutes"),
        ({"minutes": 20}, "minutes"),
        ({"minutes": 3840}, "minutes"),
        ({"count": 0}, "count"),
        ({"count": MOST_NOTES + 1}, "count"),
        ({"words": "x" * 201}, "words"),
    ],
)
def test_values_that_can_not_be_are_refused_at_their_field(
    session: Session, world: World, changes: dict[str, Any], field: str
) -> None:
    earn(session, world, 60 * 60 * 24)
    with pytest.raises(RuleError) as refused:
        printed(session, world, **changes)
    assert refused.value.field == field
    assert "Nothing was made" in str(refused.value.sentence) or field == "words"


def test_credits_on_hold_make_no_notes(session: Session, world: World) -> None:
    earn(session, world, 600)
    session.get_one(Volunteer, (world.programme_id, world.volunteer_id)).frozen_at = clock.now()
    session.flush()
    with pytest.raises(RuleError, match="on hold"):
        printed(session, world)


def test_somebody_of_another_organisation_can_not_be_asked_to_pay(session: Session, world: World) -> None:
    with pytest.raises(NotFoundError):
        volunteer_pays(session, world.programme_id, world.other_volunteer_id, organisation_id=world.organisation_id)


def test_handing_out_is_kept_and_only_for_notes_that_are_out(session: Session, world: World) -> None:
    earn(session, world, 600)
    batch = printed(session, world, count=4)
    first, second, third, fourth = (note.id for note in notes_in(session, world, batch.id))
    acting: dict[str, Any] = {"actor_id": world.users["coordinator"]}
    assert use_by_hand(session, world, fourth, 60)
    handed = hand_out(
        session, world.programme_id, world.organisation_id, batch.id, [first, fourth], volunteer_id=world.volunteer_id, **acting
    )
    assert handed == 1
    hand_out(
        session, world.programme_id, world.organisation_id, batch.id, [second, uuid4()], words=" The  coach driver", **acting
    )
    rows = {row.id: row for row in show_batch(session, world.programme_id, world.organisation_id, batch.id).notes}
    assert (rows[first].handed, rows[first].handed_on, rows[first].state) == (
        "Siân O'Neill-Wyn",
        date(2026, 11, 21),
        NoteState.HANDED,
    )
    assert (rows[second].handed, rows[third].state, rows[fourth].state) == ("The coach driver", NoteState.READY, NoteState.USED)
    assert rows[fourth].used_on == date(2026, 11, 21)


def test_handing_out_needs_a_name_and_a_note(session: Session, world: World) -> None:
    earn(session, world, 600)
    batch = printed(session, world)
    notes = [note.id for note in notes_in(session, world, batch.id)]
    args = session, world.programme_id, world.organisation_id, batch.id
    with pytest.raises(RuleError, match="Say who"):
        hand_out(*args, notes, words=" ", actor_id=None)
    with pytest.raises(RuleError, match="Tick the notes"):
        hand_out(*args, [uuid4()], words="Sam", actor_id=None)
    with pytest.raises(RuleError, match="100 letters"):
        hand_out(*args, notes, words="x" * 101, actor_id=None)
    with pytest.raises(NotFoundError):
        hand_out(*args, notes, volunteer_id=world.other_volunteer_id, actor_id=None)


def test_a_note_that_is_stopped_gives_its_credits_back_once(session: Session, world: World) -> None:
    earn(session, world, 300)
    batch = printed(session, world, count=3)
    first, second, third = (note.id for note in notes_in(session, world, batch.id))
    use_by_hand(session, world, third, 60)
    args = session, world.programme_id, world.organisation_id, batch.id
    assert void_notes(*args, [first, third], reason="Lost", actor_id=None) == 1
    assert void_notes(*args, [first], reason="Lost", actor_id=None) == 0
    assert (credits_of(session, world), float_of(session, world)) == (180, 60)
    assert void_notes(*args, None, reason="Not needed", actor_id=None) == 1
    assert states(session, world, batch) == ["used", "void", "void"]
    assert (credits_of(session, world), float_of(session, world)) == (240, 0)
    assert not use_by_hand(session, world, second, 60)
    assert faults(session, world) == []


def test_a_note_is_replaced_by_one_of_its_own(session: Session, world: World) -> None:
    earn(session, world, 300)
    batch = printed(session, world, count=1, minutes=90)
    [old] = notes_in(session, world, batch.id)
    hand_out(session, world.programme_id, world.organisation_id, batch.id, [old.id], words="Sam", actor_id=None)
    args = session, world.programme_id, world.organisation_id
    new = replace_note(*args, old.id, actor_id=None)
    assert replace_note(*args, old.id, actor_id=None).id == new.id
    assert (new.replaces, new.minutes, new.expires_on, new.handed_words) == (old.id, 90, old.expires_on, "Sam")
    assert new.serial != old.serial
    assert new.code != old.code
    assert (credits_of(session, world), float_of(session, world)) == (210, 90)
    assert states(session, world, batch) == ["handed", "replaced"]
    assert not use_by_hand(session, world, old.id, 90)
    assert use_by_hand(session, world, new.id, 90)
    with pytest.raises(RuleError, match="used or stopped"):
        replace_note(*args, new.id, actor_id=None)
    assert faults(session, world) == []


def test_a_replacement_needs_no_more_credits_than_there_were(session: Session, world: World) -> None:
    earn(session, world, 60)
    batch = printed(session, world, count=1)
    [old] = notes_in(session, world, batch.id)
    replace_note(session, world.programme_id, world.organisation_id, old.id, actor_id=None)
    assert (credits_of(session, world), float_of(session, world)) == (0, 60)


def test_unused_notes_come_back_when_nothing_scanned_in_time_can_still_arrive(session: Session, world: World) -> None:
    earn(session, world, 300)
    batch = printed(session, world, count=2)
    first, _second = (note.id for note in notes_in(session, world, batch.id))
    use_by_hand(session, world, first, 45)
    assert batch.expires_on == date(2027, 11, 21)
    last_moment = datetime(2027, 11, 25, 23, 59, tzinfo=UTC)  # 72 hours and a day after midnight of the 22nd
    assert expire_notes(session, world.programme_id, now=last_moment) == 0
    with clock.standing_at(last_moment):
        assert states(session, world, batch) == ["over", "used"]
    assert expire_notes(session, world.programme_id, now=last_moment + timedelta(minutes=1)) == 1
    assert expire_notes(session, world.programme_id, now=last_moment + timedelta(minutes=2)) == 0
    assert states(session, world, batch) == ["expired", "used"]
    assert (credits_of(session, world), float_of(session, world)) == (180 + 15 + 60, 0)
    assert faults(session, world) == []


def test_a_programme_says_how_long_notes_are_good(session: Session, world: World) -> None:
    change_setting(session, world.programme_id, "note_months", 3, actor_id=None)
    earn(session, world, 60)
    with clock.standing_at(datetime(2026, 11, 30, 12, tzinfo=UTC)):
        assert printed(session, world, count=1).expires_on == date(2027, 2, 28)


def test_a_note_of_another_organisation_is_not_found(session: Session, world: World) -> None:
    earn(session, world, 60)
    batch = printed(session, world, count=1)
    [note] = notes_in(session, world, batch.id)
    elsewhere = session, world.programme_id, world.other_organisation_id
    for act in (
        lambda: show_batch(*elsewhere, batch.id),
        lambda: void_notes(*elsewhere, batch.id, None, reason="x", actor_id=None),
        lambda: replace_note(*elsewhere, note.id, actor_id=None),
        lambda: hand_out(*elsewhere, batch.id, [note.id], words="Sam", actor_id=None),
    ):
        with pytest.raises(NotFoundError):
            act()
    assert list_batches(*elsewhere).rows == ()


def test_the_list_finds_a_printed_number_and_pages(session: Session, world: World) -> None:
    earn(session, world, 60 * 30)
    batches = []
    for number in range(3):
        with clock.standing_at(NOON + timedelta(minutes=number)):
            batches.append(printed(session, world, count=2))
    args = session, world.programme_id, world.organisation_id
    page = list_batches(*args, size=2)
    assert ([row.batch.id for row in page.rows], page.pages) == ([batches[2].id, batches[1].id], 2)
    assert [row.batch.id for row in list_batches(*args, size=2, page=9).rows] == [batches[0].id]
    head = page.rows[0]
    assert (head.payer, head.made_by, head.count, head.out, head.used, head.over) == (
        "Siân O'Neill-Wyn",
        "Coordinator",
        2,
        2,
        0,
        0,
    )
    wanted = note_number(notes_in(session, world, batches[1].id)[0].serial)
    assert [row.batch.id for row in list_batches(*args, number=wanted).rows] == [batches[1].id]
    assert list_batches(*args, number="no number").rows == ()
    assert list_batches(*args, number="123").rows == ()


def test_pages_of_notes_follow_their_numbers(session: Session, world: World) -> None:
    earn(session, world, 60 * 10)
    batch = printed(session, world, count=7)
    args = session, world.programme_id, world.organisation_id, batch.id
    seen = [row.number for page in (1, 2, 3) for row in show_batch(*args, page=page, size=3).notes]
    assert seen == sorted(seen)
    assert len(set(seen)) == 7


def test_the_questions_asked_do_not_grow_with_the_notes(session: Session, world: World) -> None:
    earn(session, world, 60 * 60)
    for _ in range(3):
        printed(session, world, count=6)
    with counted_statements(session) as sent:
        page = list_batches(session, world.programme_id, world.organisation_id)
    assert len(sent) == 3
    with counted_statements(session) as sent:
        show_batch(session, world.programme_id, world.organisation_id, page.rows[0].batch.id)
    assert len(sent) == 3


def test_the_payers_statement_says_what_each_movement_was(session: Session, world: World) -> None:
    earn(session, world, 300)
    acting: dict[str, Any] = {"actor_id": world.users["coordinator"]}
    batch = printed(session, world, count=3)
    stopped, replaced, used = (note.id for note in notes_in(session, world, batch.id))
    void_notes(session, world.programme_id, world.organisation_id, batch.id, [stopped], reason="Lost", **acting)
    replace_note(session, world.programme_id, world.organisation_id, replaced, **acting)
    use_by_hand(session, world, used, 15)
    expire_notes(session, world.programme_id, now=NOON + timedelta(days=400))
    rows = volunteer_statement(session, world.programme_id, world.volunteer_id).rows
    said = {(str(row.title) if isinstance(row.title, Sentence) else row.title, row.minutes, row.is_put_right) for row in rows}
    assert said >= {
        ("Note printed", -60, False),
        ("Note stopped", 60, False),
        ("Note replaced", 60, False),
        ("Note not used", 60, False),
        ("Change from a note", 45, False),
    }


def test_a_group_gets_one_note_for_an_outing(session: Session, world: World) -> None:
    pot_id = fill_pot(session, world, 3000)
    batch = make_batch(
        session,
        world.programme_id,
        pot_pays(session, world.programme_id, world.organisation_id, pot_id),
        batch_id=new_id(),
        kind=NoteKind.OUTING,
        minutes=20 * 90,
        count=1,
        words="The museum",
        organisation_id=world.organisation_id,
        actor_id=None,
    )
    assert [note.minutes for note in notes_in(session, world, batch.id)] == [1800]
    assert faults(session, world) == []


def test_ends_say_why(session: Session, world: World) -> None:
    earn(session, world, 60)
    batch = printed(session, world, count=1)
    expire_notes(session, world.programme_id, now=NOON + timedelta(days=400))
    [note] = notes_in(session, world, batch.id)
    assert note.ended_because is NoteEnd.EXPIRED


def test_a_person_enrolled_later_can_be_handed_notes(session: Session, world: World) -> None:
    earn(session, world, 60)
    batch = printed(session, world, count=1)
    friend = enrol_volunteer(session, world.programme_id, world.organisation_id, first_name="Zoë").volunteer
    [note] = notes_in(session, world, batch.id)
    hand_out(session, world.programme_id, world.organisation_id, batch.id, [note.id], volunteer_id=friend.id, actor_id=None)
    [row] = show_batch(session, world.programme_id, world.organisation_id, batch.id).notes
    assert row.handed == "Zoë"
