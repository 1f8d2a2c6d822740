"""Pots: made, filled, passed on, given from to many at once, made a budget, closed."""

from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from tests.spending.giving.conftest import Givers
from tests.spending.giving.test_gifts import spend
from tests.spending.shop import NOON
from timecredits.foundation import clock
from timecredits.foundation.audit import AuditEntry
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.jobs import find_job, run_waiting
from timecredits.network.models import Organisation
from timecredits.network.preferences import set_wants_credits
from timecredits.spending.giving import gift_jobs
from timecredits.spending.giving.funding import close_pot, fill_pot, pass_on, set_budget, take_from_pot
from timecredits.spending.giving.given_together import find_together, list_together
from timecredits.spending.giving.giving_to_many import GivenToMany, give_to_many, undo_many
from timecredits.spending.giving.pot_statements import pot_csv, pot_statement
from timecredits.spending.giving.pots import find_pot, list_community_pots, list_organisation_pots, make_pot, rename_pot
from timecredits.spending.giving_models import Gift, PotKind


def many(givers: Givers, pot_id: object, people: list[object], minutes: int = 60, **more: object) -> GivenToMany:
    values = {"together_id": new_id(), "minutes": minutes, "actor_id": None, **more}
    here = givers.session, givers.world.programme_id, values.pop("organisation_id", givers.world.organisation_id)
    return give_to_many(*here, pot_id, people, **values)  # type: ignore[arg-type]


def undo(givers: Givers, together_id: object) -> int:
    here = givers.session, givers.world.programme_id, givers.world.organisation_id
    return undo_many(*here, together_id, reason="The wrong day", actor_id=None)  # type: ignore[arg-type]


def test_a_pot_is_made_once_and_renamed(givers: Givers) -> None:
    here, pot_id = (givers.session, givers.world.programme_id), new_id()
    for _ in range(2):
        make_pot(*here, pot_id=pot_id, kind=PotKind.COMMUNITY, name=" Warm  coats ", actor_id=None)
    rename_pot(*here, pot_id, name="Coats", about="For winter", actor_id=None)
    assert [(line.pot.name, line.balance) for line in list_community_pots(*here)] == [("Coats", 0)]
    for wrong in ("", "x" * 81):
        with pytest.raises(RuleError):
            rename_pot(*here, pot_id, name=wrong, about="", actor_id=None)
    givers.check()


def test_the_programme_fills_a_pot_and_takes_back(givers: Givers) -> None:
    here, pot_id, form = (givers.session, givers.world.programme_id), givers.pot(), new_id()
    assert fill_pot(*here, pot_id, gift_id=form, minutes=600, actor_id=None)
    assert not fill_pot(*here, pot_id, gift_id=form, minutes=600, actor_id=None)
    assert take_from_pot(*here, pot_id, movement_id=new_id(), minutes=150, actor_id=None)
    with pytest.raises(RuleError, match=r"The pot holds 7½ credits\. Nothing was moved\."):
        take_from_pot(*here, pot_id, movement_id=new_id(), minutes=465, actor_id=None)
    assert givers.holds(pot_id) == 450
    with pytest.raises(NotFoundError):
        fill_pot(*here, givers.community(), gift_id=new_id(), minutes=60, actor_id=None)
    givers.check()


def test_credits_pass_from_a_community_to_an_organisation(givers: Givers) -> None:
    here, common, own = (givers.session, givers.world.programme_id), givers.community(), givers.pot()
    givers.put(common, 120)
    assert pass_on(*here, common, own, gift_id=new_id(), minutes=90, actor_id=None)
    assert (givers.holds(common), givers.holds(own)) == (30, 90)
    with pytest.raises(RuleError):
        pass_on(*here, common, common, gift_id=new_id(), minutes=15, actor_id=None)
    givers.check()


def test_a_gift_to_many_is_given_once_and_undone_as_a_whole(givers: Givers) -> None:
    pot, form = givers.pot(minutes=300), new_id()
    people = [givers.sian, givers.joan, givers.joan, givers.amir]
    assert many(givers, pot, people, together_id=form) == GivenToMany(form, 3, 60)
    assert many(givers, pot, people, together_id=form).again
    assert (givers.holds(pot), givers.has(givers.joan), givers.has(givers.amir)) == (120, 60, 60)
    assert [(line.people, line.standing) for line in list_together(givers.session, givers.world.programme_id, pot)] == [(3, 3)]
    assert (undo(givers, form), undo(givers, form)) == (3, 0)
    assert (givers.holds(pot), givers.has(givers.joan)) == (300, 0)
    here = givers.session, givers.world.programme_id, givers.world.organisation_id
    line, parts = find_together(*here, pot, form)
    assert (line.standing, {part.undone_because for part in parts}) == (0, {"The wrong day"})
    givers.check()


def test_too_little_in_the_pot_gives_to_nobody(givers: Givers) -> None:
    pot = givers.pot(minutes=120)
    with pytest.raises(RuleError, match=r"The pot holds 2 credits\. This needs 3 credits\. Nothing was given\."):
        many(givers, pot, [givers.sian, givers.joan, givers.amir])
    assert (givers.holds(pot), givers.has(givers.joan)) == (120, 0)
    givers.check()


def test_where_somebody_used_some_nothing_is_taken_back_from_anybody(givers: Givers) -> None:
    pot = givers.pot(minutes=300)
    given_ = many(givers, pot, [givers.joan, givers.amir])
    spend(givers, givers.amir, 15)
    with pytest.raises(RuleError, match=r"1 person has used some of it\. Nothing was taken back\."):
        undo(givers, given_.together_id)
    assert (givers.has(givers.joan), givers.holds(pot)) == (60, 180)
    givers.check()


def test_people_and_pots_of_others_are_nobodys(givers: Givers) -> None:
    pot, theirs = givers.pot(minutes=300), givers.pot(minutes=300, organisation_id=givers.world.other_organisation_id)
    for wrong in (lambda: many(givers, pot, [givers.stranger]), lambda: many(givers, theirs, [givers.joan])):
        with pytest.raises(NotFoundError):
            wrong()
    with pytest.raises(NotFoundError):
        many(givers, uuid4(), [givers.joan])
    given_ = many(givers, pot, [givers.joan])
    with pytest.raises(NotFoundError):
        undo_many(
            givers.session,
            givers.world.programme_id,
            givers.world.other_organisation_id,
            given_.together_id,
            reason="A slip",
            actor_id=None,
        )
    givers.check()


def test_nobody_chosen_and_no_thank_you(givers: Givers) -> None:
    pot = givers.pot(minutes=300)
    with pytest.raises(RuleError, match="Choose who gets credits"):
        many(givers, pot, [])
    set_wants_credits(givers.session, givers.world.programme_id, givers.joan, wants_credits=False)
    givers.session.flush()
    with pytest.raises(RuleError, match="Joan said no thank you to credits"):
        many(givers, pot, [givers.joan, givers.amir])
    assert givers.has(givers.amir) == 0


def test_many_people_are_given_to_by_a_job(givers: Givers) -> None:
    pot, form = givers.pot(minutes=300), new_id()
    here = givers.session, givers.world.programme_id, givers.world.organisation_id
    begun = gift_jobs.begin_giving(
        *here, pot, [givers.joan, givers.amir], together_id=form, minutes=60, words="Well done", actor_id=None, at_once=1
    )
    assert begun == form
    givers.session.commit()
    assert givers.has(givers.joan) == 0


def test_a_pot_of_an_organisation_closes_and_its_credits_go_back(givers: Givers) -> None:
    here, pot = (givers.session, givers.world.programme_id), givers.pot(minutes=90)
    assert close_pot(*here, pot, to_pot_id=None, actor_id=None)
    assert not close_pot(*here, pot, to_pot_id=None, actor_id=None)
    assert (givers.holds(pot), list_organisation_pots(*here, givers.world.organisation_id)) == (0, [])
    with pytest.raises(RuleError, match="closed"):
        fill_pot(*here, pot, gift_id=new_id(), minutes=60, actor_id=None)
    givers.check()


def test_a_community_pot_closes_to_another_or_back_to_its_givers(givers: Givers) -> None:
    here, first, second = (givers.session, givers.world.programme_id), givers.community("One"), givers.community("Two")
    givers.put(first, 60)
    close_pot(*here, first, to_pot_id=second, actor_id=None)
    assert givers.holds(second) == 60
    givers.put(second, 30)
    with pytest.raises(RuleError, match="Choose a pot for the rest"):
        close_pot(*here, second, to_pot_id=None, actor_id=None)
    third = givers.community("Three")
    givers.put(third, 45)
    close_pot(*here, third, to_pot_id=None, actor_id=None)
    assert givers.has(givers.sian) == 300 - 60 - 30
    givers.check()


def test_a_budget_is_begun_ended_and_never_closed_under_it(givers: Givers) -> None:
    here, own = (givers.session, givers.world.programme_id), givers.world.organisation_id
    pot, theirs = givers.pot(minutes=90), givers.pot(organisation_id=givers.world.other_organisation_id)
    assert set_budget(*here, own, pot, actor_id=None)
    assert not set_budget(*here, own, pot, actor_id=None)
    assert find_pot(*here, pot).is_budget
    with pytest.raises(RuleError, match="End the budget first"):
        close_pot(*here, pot, to_pot_id=None, actor_id=None)
    with pytest.raises(NotFoundError):
        set_budget(*here, own, theirs, actor_id=None)
    assert set_budget(*here, own, None, actor_id=None)
    assert givers.session.get_one(Organisation, (givers.world.programme_id, own)).budget_account_id is None
    acts = givers.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert acts[-2:] == ["budget begun", "budget ended"]
    givers.check()


def test_a_pots_statement_names_people_to_their_organisation_only(givers: Givers) -> None:
    pot = givers.pot(minutes=300)
    with clock.standing_at(NOON + timedelta(minutes=1)):
        together = many(givers, pot, [givers.joan], words="=HYPERLINK(1)")
    with clock.standing_at(NOON + timedelta(minutes=2)):
        undo(givers, together.together_id)
    line = find_pot(givers.session, givers.world.programme_id, pot)
    rows = pot_statement(givers.session, line.pot, with_names=True).rows
    assert [(str(row.title), row.words, row.minutes, row.balance, row.is_put_right) for row in rows] == [
        ("A gift to Joan Price", "The wrong day", 60, 300, True),
        ("A gift to Joan Price", "=HYPERLINK(1)", -60, 240, False),
        ("Put in by the programme", "", 300, 300, False),
    ]
    assert "Joan" not in str(pot_statement(givers.session, line.pot, with_names=False))
    written = pot_csv(givers.session, line.pot, with_names=True)
    assert "'=HYPERLINK(1)" in written
    assert written.count("\r\n") == 4
    page = pot_statement(givers.session, line.pot, with_names=True, limit=2)
    assert len(pot_statement(givers.session, line.pot, with_names=True, after=page.older).rows) == 1
    with pytest.raises(NotFoundError):
        pot_statement(givers.session, line.pot, with_names=True, after="odd")


def test_a_community_pots_statement_names_nobody(givers: Givers) -> None:
    common = givers.community()
    givers.put(common, 60, words="")
    rows = pot_statement(givers.session, find_pot(givers.session, givers.world.programme_id, common).pot, with_names=False).rows
    assert [str(row.title) for row in rows] == ["A gift from somebody"]
    assert rows[0].by == ""


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(held=st.integers(0, 20), each=st.integers(1, 8), who=st.sets(st.integers(0, 2), min_size=1), used=st.integers(0, 8))
def test_all_get_it_or_nobody_does(givers: Givers, held: int, each: int, who: set[int], used: int) -> None:
    with givers.session.begin_nested() as back:
        pot = givers.pot(minutes=held * 15)
        people = [[givers.sian, givers.joan, givers.amir][number] for number in sorted(who)]
        before = {person: givers.has(person) for person in people}
        try:
            together = many(givers, pot, list(people), each * 15)
        except RuleError:
            assert held < each * len(people)
            assert (givers.holds(pot), before) == (held * 15, {person: givers.has(person) for person in people})
            assert givers.session.scalar(select(func.count()).select_from(Gift).where(Gift.from_pot_id == pot)) == 0
        else:
            assert givers.holds(pot) == (held - each * len(people)) * 15
            last = people[-1]
            if used and used * 15 <= givers.has(last):
                spend(givers, last, used * 15)
            short = givers.has(last) < each * 15
            try:
                undo(givers, together.together_id)
                assert not short
                assert givers.holds(pot) == held * 15
            except RuleError:
                assert short
                assert givers.holds(pot) == (held - each * len(people)) * 15
        givers.check()
        back.rollback()
        givers.session.expire_all()


def test_the_job_gives_and_its_fault_gives_to_nobody(engine: object, committed: Givers) -> None:
    pot, good, bad = committed.pot(minutes=120), new_id(), new_id()
    here = committed.session, committed.world.programme_id, committed.world.organisation_id
    people = [committed.joan, committed.amir]
    for form, minutes in ((good, 60), (bad, 30)):
        gift_jobs.begin_giving(*here, pot, people, together_id=form, minutes=minutes, words="", actor_id=None, at_once=1)
    committed.session.commit()
    assert run_waiting(engine, gift_jobs.HANDLERS) == 2  # type: ignore[arg-type]
    committed.session.expire_all()
    states = [
        find_job(committed.session, committed.world.programme_id, each, organisation_id=committed.world.organisation_id)
        for each in (good, bad)
    ]
    assert states[0].outcome == {"people": 2, "minutes_each": 60}
    assert states[1].fault == "refused"
    assert (committed.holds(pot), committed.has(committed.joan)) == (0, 60)
    gift_jobs.begin_taking_back(*here, good, 2, job_id=(back := new_id()), reason="A slip", actor_id=None, at_once=1)
    committed.session.commit()
    assert run_waiting(engine, gift_jobs.HANDLERS) == 1  # type: ignore[arg-type]
    committed.session.expire_all()
    state = find_job(committed.session, committed.world.programme_id, back, organisation_id=committed.world.organisation_id)
    assert state.outcome == {"people": 2}
    assert committed.holds(pot) == 120
    committed.check()
