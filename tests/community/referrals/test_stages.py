"""Where a request stands: forward, one end at most, and each step taken back at most once."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.community.referrals.conftest import Desk, make_desk
from timecredits.community.referral_models import Referral, ReferralState, ReferralStep
from timecredits.community.referrals.queue import read_request
from timecredits.community.referrals.sending import take_back
from timecredits.community.referrals.stages import ENDS, OPEN, StepWords, add_note, later_states, move, step_lines, undo_step
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError

ACTS = st.lists(st.one_of(st.sampled_from(ReferralState), st.sampled_from(["undo", "note", "take back"])), max_size=14)


@given(acts=ACTS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_pressed_the_way_stays_a_way(session: Session, acts: list[ReferralState | str]) -> None:
    """The rows alone tell where it stands; there is never more than one end; contact is told where there was one."""
    with session.begin_nested() as savepoint:
        desk = make_desk(session)
        row = desk.ask()
        model = [ReferralState.NEW]
        for act in acts:
            held = desk.held(row)
            if act == "undo":
                undone = undo_step(session, desk.keyring, held, held.state, actor_id=desk.worker)
                assert undone == (len(model) > 1 and model[-1] is not ReferralState.WITHDRAWN)
                model = model[:-1] if undone else model
            elif act == "take back":
                took = take_back(session, desk.keyring, desk.programme_id, row.id)
                assert took == (model[-1] in OPEN)
                model += [ReferralState.WITHDRAWN] if took else []
            elif act == "note":
                try:
                    add_note(session, desk.keyring, held, "Rang.", actor_id=desk.worker)
                except RuleError:
                    assert model[-1] is ReferralState.WITHDRAWN
            else:
                assert isinstance(act, ReferralState)
                may = act in later_states(model[-1]) and act is not ReferralState.WITHDRAWN
                try:
                    moved = move(session, desk.keyring, held, act, StepWords(), actor_id=desk.worker)
                except RuleError:
                    assert not may
                    assert act is not model[-1]
                else:
                    assert moved == may
                    model += [act] if moved else []
            _check(desk, row, model)
        savepoint.rollback()


def _check(desk: Desk, row: Referral, model: list[ReferralState]) -> None:
    """What is stored says the same as the model."""
    assert row.state is model[-1]
    assert (row.closed_at is not None) == (model[-1] in ENDS)
    assert sum(state in ENDS for state in model) <= 1
    spoken = [state for state in model if state not in {*OPEN[:2], ReferralState.NO_ANSWER, ReferralState.WITHDRAWN}]
    assert (row.first_contact_at is not None) == bool(spoken)
    way: list[ReferralState] = []
    for line in step_lines(desk.session, desk.keyring, row):
        if line.undone is not None:
            assert way.pop() is line.undone
        elif not line.is_note:
            way.append(line.state)
    assert way == model


def test_ends_lead_nowhere_and_open_states_only_forward() -> None:
    for state in ReferralState:
        later = later_states(state)
        assert bool(later) == (state in OPEN)
        assert state not in later
        if state in OPEN:
            assert not set(OPEN[: OPEN.index(state) + 1]) & set(later)


def test_a_step_pressed_twice_is_one_and_undone_twice_is_one(desk: Desk) -> None:
    row = desk.held(desk.ask())
    assert move(desk.session, desk.keyring, row, ReferralState.SEEN, StepWords(), actor_id=desk.worker)
    assert not move(desk.session, desk.keyring, row, ReferralState.SEEN, StepWords(), actor_id=desk.worker)
    assert undo_step(desk.session, desk.keyring, row, ReferralState.SEEN, actor_id=desk.worker)
    assert not undo_step(desk.session, desk.keyring, row, ReferralState.SEEN, actor_id=desk.worker)
    assert row.state is ReferralState.NEW


def test_notes_are_sealed_and_wiped_when_it_is_taken_back(desk: Desk) -> None:
    row = desk.held(desk.ask())
    add_note(desk.session, desk.keyring, row, "A canary sang.", actor_id=desk.worker)
    move(desk.session, desk.keyring, row, ReferralState.WAITING, StepWords("It sang again."), actor_id=desk.worker)
    steps = desk.session.scalars(select(ReferralStep)).all()
    assert all(b"sang" not in (each.sealed or b"") for each in steps)
    page = read_request(desk.session, desk.keyring, *desk.own, row.id)
    assert [each.words.note for each in page.steps] == ["", "A canary sang.", "It sang again."]
    assert page.names == {desk.worker: "Jo Reed"}
    take_back(desk.session, desk.keyring, desk.programme_id, row.id)
    desk.session.expire_all()
    assert all(each.sealed is None for each in desk.session.scalars(select(ReferralStep)))


def test_a_note_pressed_twice_is_one_and_an_empty_one_is_none(desk: Desk) -> None:
    row = desk.held(desk.ask())
    for _press in range(2):
        add_note(desk.session, desk.keyring, row, "Rang.", actor_id=desk.worker)
    assert sum(each.is_note for each in step_lines(desk.session, desk.keyring, row)) == 1
    for odd in ("", " \n ", "n" * 2001):
        with pytest.raises(RuleError):
            add_note(desk.session, desk.keyring, row, odd, actor_id=desk.worker)


def test_another_organisation_finds_nothing(desk: Desk) -> None:
    row = desk.ask(desk.there)
    with pytest.raises(NotFoundError):
        desk.held(row)
    with pytest.raises(NotFoundError):
        read_request(desk.session, desk.keyring, *desk.own, row.id)
    with pytest.raises(NotFoundError):
        read_request(desk.session, desk.keyring, *desk.own, new_id())
