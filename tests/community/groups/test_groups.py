"""Making, changing and ending groups; what may be said; whom a volunteer's lists show. Both kinds of database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests.community.groups.gathered import FACTS, NAME, TUESDAY, Gathered
from tests.spending.shop import KEYRING
from timecredits.community.group_models import GroupKind, MemberState
from timecredits.community.groups.facilitators import facilitator_names, looks_after, name_facilitator, stop_facilitator
from timecredits.community.groups.facilitators import list_facilitators as facilitators_of
from timecredits.community.groups.finding import find_seen, list_mine, list_to_find
from timecredits.community.groups.group_facts import GroupFacts, tidied
from timecredits.community.groups.groups import (
    change_group,
    end_group,
    facts_of_group,
    find_group,
    group_link,
    list_groups,
    make_group,
    next_neutral_name,
)
from timecredits.community.groups.members import add_member, invite, join
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.folding import fold
from timecredits.foundation.mail import MailMessage
from timecredits.hours.activity_models import Activity, ActivityKind, OpenTo, Talking
from timecredits.hours.planning.open_activities import find_open_activity, list_open_activities
from timecredits.network.blocks import keep_apart
from timecredits.network.models import Volunteer

WORDS = st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8), min_size=1, max_size=4).map(" ".join)


def said(name: str, neutral: str, **more: object) -> GroupFacts:
    return tidied(GroupFacts(name, GroupKind.OPEN, neutral, **more))  # type: ignore[arg-type]


@given(WORDS, WORDS, WORDS)
def test_the_plain_name_never_holds_the_groups_own(name: str, before: str, after: str) -> None:
    for spelled in (name, name.upper(), f"  {name} "):
        for neutral in (spelled, f"{before} {spelled}", f"{spelled} {after}", f"{before} {spelled} {after}"):
            with pytest.raises(RuleError) as refused:
                said(name, neutral)
            assert refused.value.field == "neutral_name"


@given(WORDS, WORDS)
def test_any_other_plain_name_will_do(name: str, neutral: str) -> None:
    if f" {fold(name)} " not in f" {fold(neutral)} ":
        assert said(name, neutral).neutral_name == " ".join(neutral.split())


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "data:text/html,hi",
        "meet.example/room",
        "https://",
        "https://a b.example",
        "http://[",
        "ftp://x.example",
    ],
)
def test_a_link_that_is_none_is_refused(link: str) -> None:
    with pytest.raises(RuleError) as refused:
        said("Owls", "Evenings", link=link)
    assert refused.value.field == "link"


@pytest.mark.parametrize(
    ("name", "neutral", "field"), [("", "Evenings", "name"), ("🦉 —", "Evenings", "name"), ("Owls", " ", "neutral_name")]
)
def test_a_group_has_two_names(name: str, neutral: str, field: str) -> None:
    with pytest.raises(RuleError) as refused:
        said(name, neutral)
    assert refused.value.field == field


def test_a_group_stands_on_an_activity_that_gives_nothing_away(gathered: Gathered) -> None:
    activity = gathered.session.get_one(Activity, (gathered.programme_id, gathered.group.activity_id))
    assert (activity.kind, activity.open_to, activity.counts_hours) == (ActivityKind.GROUP, OpenTo.LET_IN, True)
    assert activity.name == FACTS.neutral_name
    everything = " ".join(str(getattr(activity, column.key)) for column in Activity.__table__.columns)
    assert NAME not in everything
    assert FACTS.summary not in everything


def test_saving_twice_makes_one(gathered: Gathered) -> None:
    group_id = new_id()
    facts = GroupFacts("Owls", GroupKind.CLOSED, "Evenings")
    made = [make_group(gathered.session, KEYRING, *gathered.here[1:], facts, group_id=group_id, actor_id=None) for _ in range(2)]
    assert made[0] is made[1]
    assert len(list_groups(*gathered.here)) == 2
    with pytest.raises(NotFoundError):
        make_group(gathered.session, KEYRING, gathered.programme_id, gathered.other_id, facts, group_id=group_id, actor_id=None)


def test_a_taken_plain_name_is_said_at_its_field(gathered: Gathered) -> None:
    with pytest.raises(RuleError) as refused:
        gathered.make(FACTS, name="Owls", neutral_name="TUESDAY  evenings")
    assert refused.value.field == "neutral_name"


def test_a_free_plain_name_is_offered(gathered: Gathered) -> None:
    for number in ("", " 2", " 3"):
        name = next_neutral_name(*gathered.here)
        assert name == f"Group session{number}"
        gathered.make(FACTS, name="Owls", neutral_name=name)


def test_changing_keeps_what_is_not_asked_and_heals_what_others_changed(gathered: Gathered) -> None:
    activity = gathered.session.get_one(Activity, (gathered.programme_id, gathered.group.activity_id))
    activity.access_facts, activity.open_to = ["Step-free"], OpenTo.EVERYBODY
    facts = GroupFacts(
        "Owls", GroupKind.ONLINE, "Evenings", link="https://meet.example/a", talking=Talking.SOME, capacity=4, is_listed=False
    )
    change_group(gathered.session, KEYRING, *gathered.here[1:], gathered.group_id, facts, actor_id=None)
    assert facts_of_group(gathered.session, KEYRING, gathered.group) == facts
    assert (activity.access_facts, activity.open_to) == (["Step-free"], OpenTo.LET_IN)


def test_the_link_is_sealed_for_this_group(gathered: Gathered) -> None:
    link = "https://meet.example/secret-room"
    group = gathered.make(FACTS, name="Owls", neutral_name="Evenings", link=link)
    assert group.sealed_link is not None
    assert link.encode() not in group.sealed_link
    assert group_link(KEYRING, group) == link
    gathered.group.sealed_link = group.sealed_link
    assert group_link(KEYRING, gathered.group) == ""


def test_another_organisations_group_is_not_there(gathered: Gathered) -> None:
    theirs = (gathered.session, gathered.programme_id, gathered.other_id, gathered.group_id)
    ann = gathered.person()
    for act in (
        lambda: find_group(*theirs),
        lambda: end_group(*theirs, actor_id=None),
        lambda: add_member(*theirs, ann, actor_id=None),
        lambda: invite(*theirs, ann, actor_id=None),
        lambda: name_facilitator(*theirs, actor_id=None, user_id=gathered.staff_id),
        lambda: change_group(gathered.session, KEYRING, *theirs[1:], FACTS, actor_id=None),
    ):
        with pytest.raises(NotFoundError):
            act()
    assert list_groups(*theirs[:3]) == []


def test_an_end_calls_off_days_to_come_and_tells_without_a_name(gathered: Gathered) -> None:
    ann = gathered.member("Ann", with_email=True)
    gathered.come(ann)
    told = end_group(*gathered.here, gathered.group_id, actor_id=gathered.staff_id)
    assert told.sent_to == 1
    [letter] = gathered.session.scalars(select(MailMessage)).all()
    assert NAME not in letter.subject + letter.body
    assert FACTS.neutral_name not in letter.subject
    assert end_group(*gathered.here, gathered.group_id, actor_id=gathered.staff_id).sent_to == 0
    assert list_groups(*gathered.here) == []
    assert [each.id for each in list_groups(*gathered.here, with_ended=True)] == [gathered.group_id]
    bo = gathered.person("Bo")
    with pytest.raises(NotFoundError):
        join(gathered.session, gathered.programme_id, gathered.group_id, bo)
    with pytest.raises(NotFoundError):
        find_seen(gathered.session, gathered.programme_id, bo, gathered.group_id)
    assert find_seen(gathered.session, gathered.programme_id, ann, gathered.group_id).is_mine
    with pytest.raises(RuleError):
        change_group(gathered.session, KEYRING, *gathered.here[1:], gathered.group_id, FACTS, actor_id=None)


def test_finding_shows_listed_groups_that_are_not_mine_by_how_much_talking(gathered: Gathered) -> None:
    for name, talking in (("Zebra", Talking.NONE), ("Apple", Talking.MORE), ("Bread", Talking.LITTLE)):
        gathered.make(FACTS, name=name, neutral_name=f"Session {name[0]}{name[1]}", talking=talking, kind=GroupKind.CLOSED)
    gathered.make(FACTS, name="Hidden", neutral_name="Session H", is_listed=False)
    gathered.make(FACTS, name="Other", neutral_name="Their session", organisation_id=gathered.other_id)
    ann = gathered.person()

    def found(**wanted: object) -> list[str]:
        page = list_to_find(gathered.session, gathered.programme_id, ann, **wanted)  # type: ignore[arg-type]
        return [each.group.name for each in page.groups]

    assert found() == ["Zebra", "Bread", "Apple", "Other", NAME]
    assert found(talking=Talking.LITTLE) == ["Bread"]
    assert found(kind=GroupKind.CLOSED) == ["Zebra", "Bread", "Apple"]
    assert found(weekday=TUESDAY.weekday()) == [NAME]
    assert found(weekday=0) == []
    join(gathered.session, gathered.programme_id, gathered.group_id, ann)
    assert NAME not in found()
    assert [each.group.name for each in list_mine(gathered.session, gathered.programme_id, ann)] == [NAME]


def test_a_page_too_far_is_the_last(gathered: Gathered) -> None:
    for number in range(21):
        gathered.make(FACTS, name=f"Owls {number:02}", neutral_name=f"Session {number}")
    ann = gathered.person()
    pages = [list_to_find(gathered.session, gathered.programme_id, ann, page=number) for number in (0, 1, 2, 99)]
    assert [(each.page, each.pages, len(each.groups)) for each in pages] == [(1, 2, 20), (1, 2, 20), (2, 2, 2), (2, 2, 2)]


def test_a_facilitator_is_staff_or_a_volunteer_who_is_then_in_the_group(gathered: Gathered) -> None:
    bo, stranger = gathered.person("Bo"), gathered.person("Cy", organisation_id=gathered.other_id)
    at = (*gathered.here, gathered.group_id)
    assert name_facilitator(*at, actor_id=None, user_id=gathered.staff_id)
    assert name_facilitator(*at, actor_id=None, volunteer_id=bo)
    assert not name_facilitator(*at, actor_id=None, volunteer_id=bo)
    assert gathered.state(bo) is MemberState.MEMBER
    assert looks_after(gathered.session, gathered.programme_id, bo) == {gathered.group_id}
    with pytest.raises(NotFoundError):
        name_facilitator(*at, actor_id=None, volunteer_id=stranger)
    duty = next(each for each in facilitators_of(*at) if each.volunteer_id == bo)
    stop_facilitator(*at, duty.id, actor_id=None)
    assert looks_after(gathered.session, gathered.programme_id, bo) == frozenset()
    assert gathered.state(bo) is MemberState.MEMBER


def test_members_read_a_facilitators_chosen_name_and_nobody_kept_apart(gathered: Gathered) -> None:
    ann, bo, cy = (gathered.member(name) for name in ("Ann", "Bo", "Cy"))
    at = (*gathered.here, gathered.group_id)
    for each in (bo, cy):
        name_facilitator(*at, actor_id=None, volunteer_id=each)
    name_facilitator(*at, actor_id=None, user_id=gathered.staff_id)
    gathered.session.get_one(Volunteer, (gathered.programme_id, bo)).chosen_name = "Moss"
    assert facilitator_names(gathered.session, gathered.group, ann) == ["Cy", "Jo Reed", "Moss"]
    keep_apart(gathered.session, gathered.programme_id, cy, ann, shown_as="Ann", actor_id=None)
    assert facilitator_names(gathered.session, gathered.group, ann) == ["Jo Reed", "Moss"]


def test_a_group_is_no_way_to_help(gathered: Gathered) -> None:
    ann = gathered.member()
    assert list_open_activities(gathered.session, gathered.programme_id, ann) == []
    with pytest.raises(NotFoundError):
        find_open_activity(gathered.session, gathered.programme_id, ann, gathered.group.activity_id)
