"""A short run of the state machine on both databases, and the model that is wrong on purpose; `make faults` has the long one."""

import pytest
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import Engine

from tests.faults.machine import CreditMachine, chosen, machine
from tests.spending.shop import NOON
from tests.web.world import World, build_world
from timecredits.foundation import clock
from timecredits.foundation.db import transaction


@pytest.fixture
def world_at_noon(engine: Engine) -> World:
    with clock.standing_at(NOON), transaction(engine) as session:
        return build_world(session)


def run(whole: type[CreditMachine], examples: int) -> None:
    run_state_machine_as_test(whole, settings=chosen(examples, 30, seeded=True, shrink=False))


def test_the_books_and_the_model_agree_after_every_step(engine: Engine, world_at_noon: World) -> None:
    whole = machine(engine, world_at_noon)
    run(whole, 12)
    assert {"movements", "undone", "sent again", "erased", "ran out"} <= set(whole.counted)


def test_a_model_that_is_wrong_once_in_a_while_is_found(engine: Engine, world_at_noon: World) -> None:
    with pytest.raises(AssertionError):
        run(machine(engine, world_at_noon, forgetful=True), 200)
