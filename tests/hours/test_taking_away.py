"""Hours of several people taken away together: what was used is foreseen, told of and agreed to, and nobody waits for ever."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from tests.hours.conftest import TODAY, Place, make_place
from tests.hours.self_logged.logged import approve_all, here, log
from timecredits.foundation.db import new_id, transaction
from timecredits.hours.books import check_hours
from timecredits.hours.correction_words import said_of_many
from timecredits.hours.corrections import Corrected, CreditsUsedError
from timecredits.hours.self_logged.logged_decisions import take_back
from timecredits.hours.shortfalls import owed_by
from timecredits.hours.taking_away import take_away_hours
from timecredits.hours.used_credits import Foreseen, foresee
from timecredits.ledger.books import check_ledger
from timecredits.ledger.models import AccountKind, TransferKind
from timecredits.ledger.transfers import Movement, open_account, post
from timecredits.network.models import Volunteer
from timecredits.network.settings import SpentCorrection, change_setting


def set_rule(place: Place, rule: SpentCorrection) -> None:
    change_setting(place.session, place.programme_id, "spent_correction", rule, actor_id=None)


def use(place: Place, volunteer_id: UUID, minutes: int) -> None:
    venue = open_account(place.session, place.programme_id, AccountKind.VENUE)
    account = place.session.get_one(Volunteer, (place.programme_id, volunteer_id)).account_id
    post(place.session, place.programme_id, Movement(new_id(), account, venue, minutes, TransferKind.USED, TODAY))


def take(place: Place, entry_ids: list[UUID], agreed_to: int | None = None) -> list[Corrected]:
    return take_away_hours(
        place.session, *here(place), entry_ids, reason="A slip", actor_id=None, today=TODAY, agreed_to=agreed_to
    )


def give(place: Place, volunteer_id: UUID, minutes: int) -> UUID:
    return place.record(place.new(volunteer_id, minutes)).entries[0]


def sound(place: Place) -> bool:
    return check_ledger(place.session, place.programme_id) == check_hours(place.session, place.programme_id) == []


@pytest.mark.parametrize(
    ("rule", "first", "after"),
    [
        (
            SpentCorrection.GOODWILL,
            "2 people have used 3 credits of these. If you save, the programme makes up for it. Nothing is saved yet.",
            "3 credits had been used. The programme made up for it.",
        ),
        (
            SpentCorrection.SHORTFALL,
            "2 people have used 3 credits of these. Saving this leaves 3 credits to be earned back. Nothing is saved yet.",
            "This leaves 3 credits to be earned back. The next hours do that.",
        ),
    ],
)
def test_several_people_are_told_of_in_one_sentence(place: Place, rule: SpentCorrection, first: str, after: str) -> None:
    set_rule(place, rule)
    entries = [give(place, place.sian, 120), give(place, place.sian, 60), give(place, place.lukasz, 90)]
    use(place, place.sian, 150)
    use(place, place.lukasz, 30)
    assert str(foresee(place.session, place.programme_id, entries).asks) == first
    with pytest.raises(CreditsUsedError) as asked:
        take(place, entries, agreed_to=179)
    assert (str(asked.value.sentence), asked.value.lent, place.credits(place.sian)) == (first, 180, 30)
    assert [str(said) for said in said_of_many(take(place, entries, agreed_to=180))] == [after]
    assert (place.credits(place.sian), place.credits(place.lukasz)) == (0, 0)
    assert foresee(place.session, place.programme_id, entries) == Foreseen()
    assert sound(place)


def test_one_person_is_named_and_nothing_is_said_of_credits_that_are_there(place: Place) -> None:
    entry, other = give(place, place.sian, 120), give(place, place.lukasz, 60)
    assert foresee(place.session, place.programme_id, [entry, other]) == Foreseen()
    use(place, place.sian, 30)
    assert str(foresee(place.session, place.programme_id, [entry, other]).asks).startswith("Siân O'Neill-Wyn has used ½ credit")
    assert list(said_of_many(take(place, [other], agreed_to=0))) == []


@given(
    rule=st.sampled_from(list(SpentCorrection)),
    before=st.tuples(st.integers(1, 300), st.integers(1, 300)),
    hours=st.lists(st.tuples(st.booleans(), st.integers(1, 200)), min_size=1, max_size=4),
    used=st.tuples(st.integers(0, 500), st.integers(0, 500)),
)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_foreseen_is_what_comes(
    place: Place,
    rule: SpentCorrection,
    before: tuple[int, int],
    hours: list[tuple[bool, int]],
    used: tuple[int, int],
) -> None:
    """Also for people who owe something already, which these hours paid back."""
    step = place.session.begin_nested()
    try:
        set_rule(place, rule)
        wrong = give(place, place.sian, before[0])
        use(place, place.sian, min(before))
        take(place, [wrong])
        entries = [give(place, place.sian if is_sian else place.lukasz, minutes) for is_sian, minutes in hours]
        for volunteer_id, minutes in zip((place.sian, place.lukasz), used, strict=True):
            if most := min(minutes, place.credits(volunteer_id)):
                use(place, volunteer_id, most)
        seen = foresee(place.session, place.programme_id, entries)
        done = take(place, entries, agreed_to=seen.lent)
        assert sum(each.lent for each in done) == seen.lent
        if seen.asks is not None and rule is SpentCorrection.SHORTFALL:
            lent_to = [each.volunteer_id for each in done if each.lent and each.volunteer_id]
            owed = owed_by(place.session, place.programme_id, lent_to)
            assert seen.asks.values["owed"].values == next(said_of_many(done)).values["owed"].values
            assert sum(owed.values()) > 0
        assert sound(place)
    finally:
        step.rollback()


def test_approvals_of_the_same_people_undone_in_other_orders_at_once(engine: Engine) -> None:
    """Each undoing locks its people together, in one order: none waits for one that waits for it."""
    with transaction(engine) as session:
        place = make_place(session)
        groups = [[log(place, person, 15).ids[0] for person in (place.sian, place.lukasz)[:: (-1) ** turn]] for turn in range(6)]
        approve_all(place, *(log_id for group in groups for log_id in group))
    start = Barrier(len(groups))

    def act(number: int) -> int:
        start.wait()
        with transaction(engine) as session:
            if number == 0:
                then = Place(**{**vars(place), "session": session})
                return then.record(then.new(then.lukasz, 10), then.new(then.sian, 10)).minutes
            done = take_back(session, *here(place), groups[number], reason="A slip", actor_id=None, today=TODAY)
            return sum(each.before for each in done)

    with ThreadPoolExecutor(len(groups)) as threads:
        assert list(threads.map(act, range(len(groups)))) == [20, 30, 30, 30, 30, 30]
    with transaction(engine) as session:
        place.session = session
        assert (place.credits(place.sian), place.credits(place.lukasz)) == (25, 25)
        assert sound(place)
