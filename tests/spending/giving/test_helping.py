"""A helper acts for somebody within what the two agreed, and everything they do is told."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.spending.giving.conftest import Givers
from tests.spending.shop import KEYRING, NOON, scan, till_of
from timecredits.foundation import clock
from timecredits.foundation.clock import LONDON
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.network.models import Programme
from timecredits.spending.answers import Outcome
from timecredits.spending.giving.gift_undoing import take_back_own
from timecredits.spending.giving.gifts import Giver
from timecredits.spending.giving.helping import (
    agree,
    end_as_helper,
    end_as_person,
    end_as_staff,
    find_helped,
    list_helped,
    list_helpers,
    list_noted_here,
)
from timecredits.spending.giving.own_gifts import list_helper_acts
from timecredits.spending.giving_models import Helping
from timecredits.spending.helper_limits import helper_room
from timecredits.spending.live_codes import live_code
from timecredits.spending.redemption import redeem
from timecredits.spending.statements import volunteer_statement


def help_sian(givers: Givers, **more: object) -> Helping:
    values = {"helping_id": new_id(), "helper_id": givers.joan, "minutes_a_week": 120, "may_give": True, "actor_id": None, **more}
    here = givers.session, givers.world.programme_id, values.pop("organisation_id", givers.world.organisation_id)
    return agree(*here, values.pop("volunteer_id", givers.sian), **values)  # type: ignore[arg-type]


def room(givers: Givers) -> int | None:
    return helper_room(givers.session, givers.world.programme_id, givers.sian, givers.joan, clock.now())


def by_joan(givers: Givers) -> Giver:
    return Giver(givers.sian, None, givers.joan)


def test_a_helper_shows_a_code_and_everything_is_told(givers: Givers) -> None:
    here = givers.session, givers.world.programme_id
    help_sian(givers)
    programme = givers.session.get_one(Programme, givers.world.programme_id)
    code = live_code(givers.session, KEYRING, programme, givers.sian, clock.now(), helper_id=givers.joan)
    answer = redeem(givers.session, KEYRING, till_of(givers.world), scan(givers.world, code.qr_text))
    assert answer.outcome is Outcome.TAKEN
    given_ = givers.give(30, to=givers.amir, giver=by_joan(givers), words="For tea")
    assert (givers.has(givers.sian), givers.has(givers.joan), room(givers)) == (210, 0, 30)
    rows = volunteer_statement(*here, givers.sian).rows[:2]
    assert {str(row.place) for row in rows} == {"For tea, done by Joan P. for you", "Parkside Pool, done by Joan P. for you"}
    for acts in (
        list_helper_acts(*here, volunteer_id=givers.sian),
        list_helper_acts(*here, helper_ids=[givers.joan]),
    ):
        assert {(act.place, act.minutes, act.is_gift, act.helper, act.person) for act in acts} == {
            ("Amir K.", 30, True, "Joan P.", "Siân O."),
            ("Parkside Pool", 60, False, "Joan P.", "Siân O."),
        }
    assert take_back_own(*here, givers.joan, given_.gift_id, user_id=None)
    assert room(givers) == 60
    givers.check()


def test_a_helper_keeps_within_the_week(givers: Givers) -> None:
    help_sian(givers)
    givers.give(90, to=givers.amir, giver=by_joan(givers))
    with pytest.raises(RuleError, match=r"You can use ½ credit more for them this week\. Nothing was given\."):
        givers.give(45, to=givers.amir, giver=by_joan(givers))
    with clock.standing_at(NOON + timedelta(days=2)):  # the 21st of November 2026 is a Saturday
        assert room(givers) == 120
        givers.give(45, to=givers.amir, giver=by_joan(givers))
    givers.check()


def test_a_helper_never_gives_to_themselves_nor_without_a_yes(givers: Givers) -> None:
    help_sian(givers)
    with pytest.raises(RuleError, match="your own code"):
        givers.give(15, to=givers.joan, giver=by_joan(givers))
    help_sian(givers, may_give=False)
    with pytest.raises(RuleError, match="but not give them away"):
        givers.give(15, to=givers.amir, giver=by_joan(givers))
    with pytest.raises(NotFoundError):
        givers.give(15, to=givers.joan, giver=Giver(givers.sian, None, givers.amir))


def test_a_helper_is_not_told_what_the_person_has(givers: Givers) -> None:
    help_sian(givers, minutes_a_week=600)
    with pytest.raises(RuleError, match=r"^They have too few credits for this\. Nothing was given\.$"):
        givers.give(315, to=givers.amir, giver=by_joan(givers))


def test_a_new_agreement_takes_the_place_of_the_old_and_twice_is_once(givers: Givers) -> None:
    here = givers.session, givers.world.programme_id
    first = help_sian(givers)
    second = help_sian(givers, helping_id=(form := new_id()), minutes_a_week=30)
    assert help_sian(givers, helping_id=form, minutes_a_week=30).id == second.id
    givers.session.refresh(first)
    assert first.ended_at == clock.now()
    assert (room(givers), len(list_helped(*here, givers.joan)), len(list_helpers(*here, givers.sian))) == (30, 1, 2)


@pytest.mark.parametrize("end", [end_as_person, end_as_helper, end_as_staff])
def test_each_of_them_ends_it_at_once(givers: Givers, end: object) -> None:
    here, helping = (givers.session, givers.world.programme_id), help_sian(givers)
    owners = {end_as_person: givers.sian, end_as_helper: givers.joan, end_as_staff: givers.world.organisation_id}
    who = {"actor_id" if end is end_as_staff else "user_id": None}
    assert end(*here, owners[end], helping.id, **who)  # type: ignore[operator, index]
    assert not end(*here, owners[end], helping.id, **who)  # type: ignore[operator, index]
    assert room(givers) is None
    with pytest.raises(NotFoundError):
        givers.give(15, to=givers.amir, giver=by_joan(givers))
    with pytest.raises(NotFoundError):
        find_helped(*here, givers.joan, helping.id)


def test_strangers_end_and_see_nothing(givers: Givers) -> None:
    here, helping = (givers.session, givers.world.programme_id), help_sian(givers)
    for act in (
        lambda: end_as_person(*here, givers.joan, helping.id, user_id=None),
        lambda: end_as_helper(*here, givers.sian, helping.id, user_id=None),
        lambda: end_as_staff(*here, givers.world.other_organisation_id, helping.id, actor_id=None),
        lambda: find_helped(*here, givers.amir, helping.id),
        lambda: list_noted_here(*here, givers.world.other_organisation_id, givers.sian),
        lambda: help_sian(givers, helper_id=givers.stranger),
        lambda: help_sian(givers, volunteer_id=givers.stranger),
    ):
        with pytest.raises(NotFoundError):
            act()


@pytest.mark.parametrize("more", [{"minutes_a_week": 0}, {"minutes_a_week": 20}, {"minutes_a_week": 2415}])
def test_odd_limits_are_refused(givers: Givers, more: dict[str, object]) -> None:
    with pytest.raises(RuleError, match="Nothing was saved"):
        help_sian(givers, **more)


def test_nobody_helps_themselves_and_no_end_lies_in_the_past(givers: Givers) -> None:
    with pytest.raises(RuleError, match="their own helper"):
        help_sian(givers, helper_id=givers.sian)
    with pytest.raises(RuleError, match="has passed"):
        help_sian(givers, ends_at=NOON - timedelta(days=1))
    help_sian(givers, ends_at=NOON + timedelta(days=1))
    assert room(givers) == 120
    with clock.standing_at(NOON + timedelta(days=1)):
        assert room(givers) is None


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 60 * 24 * 10), st.integers(1, 4)), max_size=6))
def test_the_week_is_counted_from_monday_to_sunday_also_where_clocks_change(givers: Givers, gifts: list[tuple[int, int]]) -> None:
    with givers.session.begin_nested() as back:
        with clock.standing_at(datetime(2026, 10, 19, tzinfo=UTC)):
            help_sian(givers, minutes_a_week=60)
        weeks: dict[tuple[int, int], int] = {}
        for minutes_later, quarters in sorted(gifts):  # the clocks go back on Sunday the 25th of October
            moment = datetime(2026, 10, 20, tzinfo=UTC) + timedelta(minutes=minutes_later)
            week = moment.astimezone(LONDON).isocalendar()[:2]
            with clock.standing_at(moment):
                assert room(givers) == 60 - weeks.get(week, 0)
                if weeks.get(week, 0) + quarters * 15 <= 60:
                    givers.give(quarters * 15, to=givers.amir, giver=by_joan(givers))
                    weeks[week] = weeks.get(week, 0) + quarters * 15
                else:
                    with pytest.raises(RuleError):
                        givers.give(quarters * 15, to=givers.amir, giver=by_joan(givers))
        back.rollback()
        givers.session.expire_all()
