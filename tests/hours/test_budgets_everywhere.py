"""However hours come in, a budget that holds too little loses none of them and pays no more than it has."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.hours.attendances.at_the_door import Door, at
from tests.hours.conftest import TODAY, Budget, Place
from tests.hours.self_logged.logged import allow, approve_all, log, row
from tests.hours.test_budgets import books_agree, left
from timecredits.foundation.db import new_id
from timecredits.hours.attendances.who_is_here import list_forgotten
from timecredits.hours.budgets import BudgetError
from timecredits.hours.importing.import_hours import run_import
from timecredits.hours.models import LoggedStatus
from timecredits.hours.register.registers import save_register
from timecredits.ledger.models import TransferKind
from timecredits.ledger.transfers import Movement, post
from timecredits.network.models import Organisation, SelfLog


def fill(place: Place, account_id: UUID, minutes: int) -> None:
    organisation = place.session.get_one(Organisation, (place.programme_id, place.organisation_id))
    movement = Movement(new_id(), organisation.account_id, account_id, minutes, TransferKind.FUNDED, TODAY)
    post(place.session, place.programme_id, movement)


def test_a_register_stops_and_enrols_nobody(place: Place, budget: Budget) -> None:
    pot, form = budget(120), new_id()

    def save() -> int:
        saved = save_register(
            place.session,
            place.programme_id,
            place.organisation_id,
            session_id=form,
            activity_id=place.garden_id,
            day=TODAY,
            minutes={place.sian: 120, place.lukasz: 120},
            new_people=[("Nia Rees", 60)],
            actor_id=None,
            today=TODAY,
        )
        return len(saved.recorded.entries)

    with pytest.raises(BudgetError, match=r"holds 2 credits\. This needs 5 credits\. Nothing was saved\."):
        save()
    assert (left(place, pot), place.credits(place.sian)) == (120, 0)
    fill(place, pot, 180)
    assert save() == 3
    assert left(place, pot) == 0
    assert books_agree(place)


def test_an_import_takes_what_fits_and_sends_the_rest_back(place: Place, budget: Budget) -> None:
    pot = budget(180)
    content = "Date,Name,Hours,Activity\n" + "".join(
        f"{day}/11/2026,Siân O'Neill-Wyn,{hours},Garden group\n" for day, hours in ((2, 2), (3, 2), (4, 1))
    )

    def load() -> tuple[int, list[str]]:
        result = run_import(
            place.session, place.programme_id, place.organisation_id, content.encode(), "a.csv", today=TODAY, actor_id=None
        )
        return result.imported, [str(problem.message) for problem in result.problems]

    added, problems = load()
    assert added == 2
    assert problems == ["The budget for hours holds 3 credits. This row was left out. Ask your programme to add some."]
    assert (left(place, pot), place.credits(place.sian)) == (0, 180)
    fill(place, pot, 120)
    assert load() == (1, [])
    assert place.credits(place.sian) == 300
    assert books_agree(place)


def test_approving_lets_in_what_fits_and_the_others_wait(place: Place, budget: Budget) -> None:
    pot = budget(150)
    first, second = (log(place, place.sian, 120, day).ids[0] for day in (TODAY, TODAY - timedelta(days=1)))
    approved = approve_all(place, first, second)
    assert len(approved.approved) == 1
    assert len(approved.kept_back) == 1
    assert "The budget for hours holds 2½ credits." in str(next(iter(approved.kept_back.values())))
    assert (left(place, pot), place.credits(place.sian)) == (30, 120)
    assert books_agree(place)


def test_hours_of_somebody_trusted_wait_for_a_coordinator(place: Place, budget: Budget) -> None:
    budget(30)
    allow(place, place.sian, SelfLog.TRUSTED)
    logged = log(place, place.sian, 120).ids[0]
    assert row(place, logged).status is LoggedStatus.WAITING
    assert place.credits(place.sian) == 0
    assert books_agree(place)


def test_who_signs_out_at_the_door_is_out_and_a_coordinator_settles_it(place: Place, budget: Budget) -> None:
    pot, door = budget(30), Door(place.session, place)
    door.only_the_garden()
    door.answer(place.sian, at(10))
    answer = door.answer(place.sian, at(12))
    assert door.stay(answer).left_at is not None
    assert door.entries(place.sian) == []
    assert (left(place, pot), place.credits(place.sian)) == (30, 0)
    waiting = list_forgotten(place.session, place.programme_id, place.organisation_id)
    assert [each.volunteer_id for each in waiting] == [place.sian]
