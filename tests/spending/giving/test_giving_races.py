"""Gifts at the same moment, each on a connection of its own, on both databases: nobody waits for good, nothing is given twice."""

from collections import Counter
from collections.abc import Callable
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.real.at_once import at_once, in_one
from tests.spending.giving.conftest import Givers
from tests.spending.shop import NOON
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import RuleError
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.hours.budgets import BudgetError
from timecredits.hours.models import HourSource
from timecredits.hours.recording import NewHours, record_hours
from timecredits.network.settings import change_setting
from timecredits.spending.giving.funding import close_pot, set_budget
from timecredits.spending.giving.gift_undoing import take_back_own
from timecredits.spending.giving.gifts import Giver, give_to_person, give_to_pot
from timecredits.spending.giving.giving_to_many import give_to_many
from timecredits.spending.giving.helping import agree
from timecredits.spending.giving.receive_codes import receive_code

Act = Callable[[Session], object]


def together(database_url: str, acts: list[Act]) -> list[object]:
    """Let all acts begin at once; answers what each answered, or "refused"."""

    def heard(act: Act) -> Callable[[Engine], object]:
        def run(engine: Engine) -> object:
            try:
                return in_one(act)(engine)
            except RuleError:
                return "refused"

        return run

    return at_once(database_url, [heard(act) for act in acts], at=NOON)


def fresh(committed: Givers) -> Givers:
    committed.session.rollback()
    committed.session.expire_all()
    return committed


def giving(committed: Givers, giver: Giver, to: UUID, minutes: int, gift_id: UUID | None = None) -> Act:
    key, programme_id = gift_id or new_id(), committed.world.programme_id
    return lambda session: give_to_person(session, programme_id, giver, to, gift_id=key, minutes=minutes).again


def test_gifts_to_and_fro_never_lock_each_other_out(engine: Engine, database_url: str, committed: Givers) -> None:
    assert engine
    committed.give(150)
    committed.session.commit()
    acts = [
        giving(committed, Giver(*pair[:1], None), pair[1], 15)
        for pair in ((committed.sian, committed.joan), (committed.joan, committed.sian)) * 4
    ]
    assert together(database_url, acts) == [False] * 8
    assert (fresh(committed).has(committed.sian), committed.has(committed.joan)) == (150, 150)
    committed.check()


def test_one_form_eight_times_gives_once(engine: Engine, database_url: str, committed: Givers) -> None:
    assert engine
    act = giving(committed, Giver(committed.sian, None), committed.joan, 60, new_id())
    assert Counter(together(database_url, [act] * 8)) == {False: 1, True: 7}
    assert fresh(committed).has(committed.joan) == 60
    committed.check()


def test_the_limits_a_day_and_of_a_helper_hold_at_once(engine: Engine, database_url: str, committed: Givers) -> None:
    assert engine
    here = committed.session, committed.world.programme_id
    change_setting(*here, "given_a_day", 120, actor_id=None)
    values = {"helping_id": new_id(), "helper_id": committed.joan, "minutes_a_week": 60, "may_give": True, "actor_id": None}
    agree(*here, committed.world.organisation_id, committed.sian, **values)  # type: ignore[arg-type]
    committed.session.commit()
    helper = Giver(committed.sian, None, committed.joan)
    answers = together(database_url, [giving(committed, helper, committed.amir, 45) for _ in range(4)])
    assert Counter(answers) == {False: 1, "refused": 3}
    answers = together(database_url, [giving(committed, Giver(committed.sian, None), committed.amir, 45) for _ in range(4)])
    assert Counter(answers) == {False: 1, "refused": 3}
    assert fresh(committed).has(committed.amir) == 90
    committed.check()


def test_a_gift_taken_back_four_times_at_once_goes_back_once(engine: Engine, database_url: str, committed: Givers) -> None:
    assert engine
    given = committed.give(60)
    committed.session.commit()
    programme_id, who = committed.world.programme_id, committed.sian
    answers = together(database_url, [lambda session: take_back_own(session, programme_id, who, given.gift_id, user_id=None)] * 4)
    assert Counter(answers) == {True: 1, False: 3}
    assert fresh(committed).has(committed.sian) == 300
    committed.check()


def test_nothing_lands_in_a_pot_that_closes(engine: Engine, database_url: str, committed: Givers) -> None:
    assert engine
    pot, programme_id = committed.community(), committed.world.programme_id
    committed.session.commit()

    def put(session: Session) -> object:
        return give_to_pot(session, programme_id, Giver(committed.sian, None), pot, gift_id=new_id(), minutes=15).again

    def close(session: Session) -> object:
        return close_pot(session, programme_id, pot, to_pot_id=None, actor_id=None)

    answers = together(database_url, [put, put, close, put, put])
    assert answers[2] is True
    assert fresh(committed).holds(pot) == 0
    assert committed.has(committed.sian) == 300
    committed.check()


def test_bulk_gifts_and_hours_of_one_budget_at_once(engine: Engine, database_url: str, committed: Givers) -> None:
    assert engine
    here = committed.session, committed.world.programme_id
    pot, own = committed.pot(minutes=600), committed.world.organisation_id
    set_budget(*here, own, pot, actor_id=None)
    with clock.standing_at(NOON):
        activity_id = create_activity(*here, own, ActivityFacts("Garden group"), actor_id=None).id
    committed.session.commit()
    people = [committed.sian, committed.joan, committed.amir]

    def gift(turn: int) -> Act:
        order = people[turn % 3 :] + people[: turn % 3]
        return lambda session: (
            give_to_many(session, here[1], own, pot, order, together_id=new_id(), minutes=30, actor_id=None).people
        )

    def hours(turn: int) -> Act:
        order = people[turn % 3 :] + people[: turn % 3]
        entries = [NewHours(new_id(), who, activity_id, None, clock.local_day(NOON), 60 + turn) for who in order]

        def record(session: Session) -> object:
            try:
                made = record_hours(
                    session, here[1], own, entries, source=HourSource.SINGLE, actor_id=None, today=clock.local_day(NOON)
                )
            except BudgetError:
                return "refused"
            return len(made.entries)

        return record

    answers = together(database_url, [act for turn in range(4) for act in (gift(turn), hours(turn))])
    assert set(answers) <= {3, "refused"}
    assert 0 <= fresh(committed).holds(pot) <= 90 + 189
    committed.check()


def test_a_code_to_receive_made_twice_at_once(engine: Engine, database_url: str, committed: Givers) -> None:
    assert engine
    programme_id, who = committed.world.programme_id, committed.joan
    together(database_url, [lambda session: receive_code(session, programme_id, who, NOON)] * 4)
    fresh(committed)
    shown = {receive_code(committed.session, programme_id, who, NOON) for _ in range(3)}
    assert len(shown) == 1
