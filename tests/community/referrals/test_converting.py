"""From a request to a volunteer or group member, once; the queue; passing on; numbers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.community.referrals.conftest import BASE_URL, SAID, Desk, make_desk
from tests.real.at_once import at_once, in_one
from timecredits.community.group_models import GroupKind, GroupMember
from timecredits.community.groups.group_facts import GroupFacts
from timecredits.community.groups.groups import make_group
from timecredits.community.money.fees import fees_of, set_fee
from timecredits.community.referral_models import MoneyState, Referral, ReferralState
from timecredits.community.referrals.converting import Joined, Joining, alike, join
from timecredits.community.referrals.numbers import FEWEST, hide_few, numbers_by_organisation, request_numbers
from timecredits.community.referrals.passing_on import list_undirected, pass_on, read_undirected
from timecredits.community.referrals.queue import Show, list_requests, read_request
from timecredits.community.referrals.sending import note_call
from timecredits.community.referrals.settings import set_takes_requests
from timecredits.community.referrals.stages import StepWords, find_sent, move, undo_step
from timecredits.foundation.clock import standing_at
from timecredits.foundation.db import new_id, transaction
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.network.models import User, Volunteer
from timecredits.network.users import create_user
from timecredits.network.volunteers import enrol_volunteer

FRIDAY = datetime(2026, 11, 20, 12, tzinfo=UTC)


def into(desk: Desk, row: Referral, **chosen: object) -> Joined:
    values: dict[str, object] = {"new_volunteer_id": new_id(), "first_name": "Zelda", "last_name": "Quark"} | chosen
    return join(desk.session, desk.keyring, desk.held(row), Joining(**values), actor_id=desk.worker)  # type: ignore[arg-type]


def test_one_step_makes_a_volunteer_a_group_member_and_notes_the_fee(desk: Desk) -> None:
    group = new_id()
    facts = GroupFacts("Night owls", GroupKind.CLOSED, "Evening session")
    make_group(desk.session, desk.keyring, *desk.own, facts, group_id=group, actor_id=None)
    set_fee(desk.session, *desk.own, 1000, actor_id=None)
    row = desk.ask()
    joined = into(desk, row, sign_in=True, group_ids=[group], fee=MoneyState.OWED)
    assert (joined.name, joined.is_new, joined.has_sign_in, joined.groups) == ("Zelda Quark", True, True, 1)
    assert (row.state, row.volunteer_id) == (ReferralState.JOINED, joined.volunteer_id)
    assert desk.session.scalars(select(GroupMember.volunteer_id)).all() == [joined.volunteer_id]
    assert [(each.state, each.pence) for each in fees_of(desk.session, *desk.own, joined.volunteer_id)] == [
        (MoneyState.OWED, 1000)
    ]
    volunteer = desk.session.get_one(Volunteer, (desk.programme_id, joined.volunteer_id))
    assert volunteer.user_id is not None
    assert desk.session.get_one(User, volunteer.user_id).email == SAID.email


def test_an_email_in_use_gives_no_sign_in_to_whoever_typed_it(desk: Desk) -> None:
    create_user(desk.session, email=SAID.email, name="Somebody else")
    assert not into(desk, desk.ask(), sign_in=True).has_sign_in


def test_the_same_form_twice_joins_once_and_another_form_is_refused(desk: Desk) -> None:
    row, key = desk.ask(), new_id()
    first = into(desk, row, new_volunteer_id=key)
    assert into(desk, row, new_volunteer_id=key).volunteer_id == first.volunteer_id
    with pytest.raises(RuleError):
        into(desk, row)
    assert desk.session.scalar(select(func.count()).select_from(Volunteer)) == 1


def test_somebody_here_already_is_found_by_name_and_by_number(desk: Desk) -> None:
    known = enrol_volunteer(desk.session, *desk.own, first_name="Zélda", last_name="Other", number="V9").volunteer
    enrol_volunteer(desk.session, desk.programme_id, desk.there, first_name="Zelda", last_name="Quark", number="V8")
    assert [each.volunteer.id for each in alike(desk.session, *desk.own, SAID)] == [known.id]
    first, second = desk.ask(), desk.ask()
    assert into(desk, first, known_volunteer_id=known.id).volunteer_id == known.id
    with pytest.raises(RuleError):
        into(desk, second, known_number="V8")
    assert into(desk, second, known_number="V9").volunteer_id == known.id
    assert into(desk, second, known_number="V9").is_new is False
    with pytest.raises(NotFoundError):
        into(desk, desk.ask(), known_volunteer_id=new_id())


def test_taking_the_joining_back_leaves_the_person_enrolled(desk: Desk) -> None:
    row = desk.ask()
    joined = into(desk, row)
    assert undo_step(desk.session, desk.keyring, desk.held(row), ReferralState.JOINED, actor_id=desk.worker)
    assert (row.state, row.volunteer_id) == (ReferralState.NEW, None)
    assert desk.session.get(Volunteer, (desk.programme_id, joined.volunteer_id)) is not None


def test_two_at_once_make_one_volunteer(database_url: str, session: Session) -> None:
    desk = make_desk(session)
    row = desk.ask()
    session.commit()

    def try_to_join(own: Session) -> bool:
        chosen = Joining(new_id(), "Zelda", "Quark", sign_in=True)
        try:
            join(own, desk.keyring, find_sent(own, *desk.own, row.id), chosen, actor_id=desk.worker)
        except RuleError:
            return False
        return True

    assert sorted(at_once(database_url, [in_one(try_to_join)] * 3)) == [False, False, True]
    with transaction(session.get_bind()) as own:  # type: ignore[arg-type]
        assert own.scalar(select(func.count()).select_from(Volunteer)) == 1


def queue(desk: Desk, **how: object) -> list[str]:
    return [each.name for each in list_requests(desk.session, desk.keyring, *desk.own, **how).rows]  # type: ignore[arg-type]


def test_the_longest_waiting_stands_first_and_lateness_counts_working_days(desk: Desk) -> None:
    for days, name in ((0, "Newest"), (5, "Late"), (4, "Spoken with"), (3, "Waits")):
        with standing_at(FRIDAY - timedelta(days=days)):
            row = desk.ask(name=name, phone=f"01632 960{days}00", email="")
            if name == "Spoken with":
                move(desk.session, desk.keyring, desk.held(row), ReferralState.IN_TOUCH, StepWords(), actor_id=desk.worker)
    desk.ask(desk.there, name="Elsewhere")
    with standing_at(FRIDAY):
        found = list_requests(desk.session, desk.keyring, *desk.own)
        assert [(each.name, each.waits, each.is_late) for each in found.rows] == [
            ("Late", 5, True),
            ("Waits", 3, False),
            ("Newest", 0, False),
            ("Spoken with", None, False),
        ]
        assert (found.waiting, found.late, found.found) == (3, 1, 4)
        assert queue(desk, show=Show.IN_TOUCH) == ["Spoken with"]
        assert queue(desk, show=Show.ENDED) == []
        assert queue(desk, search="láte") == ["Late"]
        assert queue(desk, search="01632960300") == ["Waits"]


def test_the_same_person_within_thirty_days_is_noticed_and_not_refused(desk: Desk) -> None:
    with standing_at(FRIDAY - timedelta(days=31)):
        desk.ask(email="")
    with standing_at(FRIDAY - timedelta(days=10)):
        desk.ask(phone="", email="ZELDA@quark.example")
        desk.ask(desk.there)
    with standing_at(FRIDAY):
        last = desk.ask(phone="+44 1632 960111")
        desk.ask(phone="01632 960777", email="else@quark.example")
        before = {each.id: each.asked_before for each in list_requests(desk.session, desk.keyring, *desk.own).rows}
        assert [key for key, asked in before.items() if asked] == [last.id]
        assert len(read_request(desk.session, desk.keyring, *desk.own, last.id).earlier) == 1


def test_a_call_is_noted_once_and_in_hand(desk: Desk) -> None:
    key = new_id()
    for once in (True, False):
        noted = note_call(desk.session, desk.keyring, *desk.own, SAID, referral_id=key, actor_id=desk.worker)
        assert noted is once
    page = read_request(desk.session, desk.keyring, *desk.own, key)
    assert (page.row.state, page.row.waits, page.said) == (ReferralState.IN_TOUCH, None, SAID)
    with pytest.raises(NotFoundError):
        note_call(desk.session, desk.keyring, desk.programme_id, desk.there, SAID, referral_id=key, actor_id=None)
    with pytest.raises(RuleError):
        note_call(desk.session, desk.keyring, *desk.own, replace(SAID, name=""), referral_id=new_id(), actor_id=None)


def test_the_programme_passes_on_what_was_asked_of_nobody(desk: Desk) -> None:
    row = desk.ask(nobody=True)
    passing = (desk.session, desk.keyring, desk.programme_id, row.id)
    [shown] = list_undirected(desk.session, desk.keyring, desk.programme_id)
    assert (shown.wishes, shown.more) == (SAID.wishes, SAID.more)
    assert "Zelda" not in repr(shown)
    set_takes_requests(desk.session, desk.programme_id, desk.there, takes=False, actor_id=None)
    with pytest.raises(RuleError):
        pass_on(*passing, desk.there, actor_id=None, base_url=BASE_URL)
    for _press in range(2):
        pass_on(*passing, desk.here, actor_id=None, base_url=BASE_URL)
    with pytest.raises(RuleError):
        pass_on(*passing, desk.there, actor_id=None, base_url=BASE_URL)
    with pytest.raises(NotFoundError):
        read_undirected(*passing)
    assert queue(desk) == ["Zelda Quark"]


@given(st.dictionaries(st.integers(), st.integers(0, 12), max_size=6))
def test_few_are_hidden_and_never_one_alone(counts: dict[int, int]) -> None:
    shown = hide_few(counts)
    assert shown.keys() == counts.keys()
    for key, number in shown.items():
        assert number in (None, counts[key])
        assert not (number is not None and 0 < number < FEWEST)
    hidden = [key for key, number in shown.items() if number is None]
    others = [key for key, count in counts.items() if count and key not in hidden]
    assert len(hidden) != 1 or not others


def test_numbers_say_how_soon_people_heard_from_somebody(desk: Desk) -> None:
    for number in range(6):
        with standing_at(FRIDAY - timedelta(days=9)):
            row = desk.ask(phone=f"01632 9601{number:02}", email="")
        with standing_at(FRIDAY - timedelta(days=8 if number else 1)):
            move(desk.session, desk.keyring, desk.held(row), ReferralState.IN_TOUCH, StepWords(), actor_id=desk.worker)
    desk.ask(desk.there)
    with standing_at(FRIDAY):
        found = request_numbers(desk.session, *desk.own)
        assert (found.asked, found.median_days, found.in_time) == (6, 1.0, None)  # one was late: too few to tell
        assert found.outcomes[ReferralState.NEW] == 6
        assert request_numbers(desk.session, desk.programme_id, desk.there).asked is None
        assert numbers_by_organisation(desk.session, desk.programme_id) == [
            ("Lantern House", None, None),
            ("Riverside Trust", None, 1.0),
        ]
