"""Joining, asking, being asked in, sign-ups that only members make, and leaving of which nothing is left. Both databases."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.community.groups.gathered import FACTS, NAME, NOW, TUESDAY, Gathered, gather
from tests.spending.shop import KEYRING
from timecredits.community.comments.asking_again import appeal
from timecredits.community.group_models import GroupKind, GroupMember, MemberState
from timecredits.community.groups.coming import cancel_coming
from timecredits.community.groups.facilitators import looks_after, name_facilitator
from timecredits.community.groups.finding import find_seen, sessions_of
from timecredits.community.groups.members import add_member, answer_request, invite, join, leave, list_members, remove_member
from timecredits.community.groups.posts import decide_post, has_posts, post_as_staff, report_post, take_back_posts, waiting_posts
from timecredits.community.story_models import Comment, CommentState
from timecredits.foundation import clock
from timecredits.foundation.audit import AuditEntry
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.mail import MailMessage
from timecredits.hours.activity_models import Activity, SignUp, SignUpStatus
from timecredits.hours.history.hour_history import hour_history
from timecredits.hours.models import HourEntry
from timecredits.hours.planning.signing_up import SignUpOutcome, sign_up
from timecredits.hours.register.registers import save_register
from timecredits.network.blocks import keep_apart
from timecredits.network.models import Volunteer

ASKED, INVITED, MEMBER = MemberState.ASKED, MemberState.INVITED, MemberState.MEMBER


def expected(state: MemberState | None, act: str, *, at_once: bool) -> MemberState | None:
    """What an act makes of where somebody stands: the whole rule, once more."""
    joined = {None: MEMBER if at_once else ASKED, INVITED: MEMBER, ASKED: MEMBER if at_once else ASKED, MEMBER: MEMBER}
    rule: dict[str, dict[MemberState | None, MemberState | None]] = {
        "join": joined,  # type: ignore[dict-item]
        "invite": {None: INVITED, INVITED: INVITED, ASKED: MEMBER, MEMBER: MEMBER},
        "add": dict.fromkeys([None, *MemberState], MEMBER),
        "yes": {None: None, INVITED: INVITED, ASKED: MEMBER, MEMBER: MEMBER},
        "no": {None: None, INVITED: INVITED, ASKED: None, MEMBER: MEMBER},
        "leave": {},
        "remove": {},
    }
    return rule[act].get(state)


def act_on(gathered: Gathered, volunteer_id: object, act: str) -> None:
    mine = (gathered.session, gathered.programme_id, gathered.group_id, volunteer_id)
    theirs = (*gathered.here, gathered.group_id, volunteer_id)
    match act:
        case "join":
            join(*mine)  # type: ignore[arg-type]
        case "invite":
            invite(*theirs, actor_id=None)  # type: ignore[arg-type]
        case "add":
            add_member(*theirs, actor_id=None)  # type: ignore[arg-type]
        case "leave":
            leave(*mine)  # type: ignore[arg-type]
        case "remove":
            remove_member(*theirs, actor_id=None)  # type: ignore[arg-type]
        case _:
            try:
                answer_request(*theirs, says_yes=act == "yes", actor_id=None)  # type: ignore[arg-type]
            except NotFoundError:
                assert gathered.state(volunteer_id) is not ASKED  # type: ignore[arg-type]


ACTS = st.lists(st.sampled_from(["join", "invite", "add", "yes", "no", "leave", "remove"]), max_size=8)


@given(ACTS, st.sampled_from(GroupKind))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_where_somebody_stands_follows_the_rule(session: Session, acts: list[str], kind: GroupKind) -> None:
    with clock.standing_at(NOW), session.begin_nested() as trial:
        gathered = gather(session)
        gathered.become(kind)
        ann, state = gathered.person(), None
        for each in acts:
            act_on(gathered, ann, each)
            state = expected(state, each, at_once=kind is GroupKind.OPEN)
            assert gathered.state(ann) is state
            if state is MEMBER:
                assert gathered.come(ann).is_coming
            else:
                with pytest.raises(NotFoundError):
                    gathered.come(ann)
            assert [each for each, _ in gathered.coming()] == ([ann] if state is MEMBER else [])
        trial.rollback()


def test_nobody_signs_up_past_the_group(gathered: Gathered) -> None:
    ann, bo = gathered.person(), gathered.member("Bo")
    with pytest.raises(NotFoundError):
        gathered.come(ann)
    for each in (ann, bo):  # the door for everybody is shut for members too: only the group lets in
        with pytest.raises(NotFoundError):
            sign_up(gathered.session, gathered.programme_id, each, gathered.on(), actor_id=None, today=clock.today())
    assert gathered.coming() == []


def test_a_full_session_has_the_one_waiting_list_there_is(gathered: Gathered) -> None:
    activity = gathered.session.get_one(Activity, (gathered.programme_id, gathered.group.activity_id))
    activity.capacity = 1
    ann, bo = gathered.member("Ann"), gathered.member("Bo", with_email=True)
    assert [gathered.come(each).outcome for each in (ann, bo)] == [SignUpOutcome.COMING, SignUpOutcome.WAITING]
    leave(gathered.session, gathered.programme_id, gathered.group_id, ann)
    assert gathered.coming() == [(bo, SignUpStatus.COMING)]
    [letter] = gathered.session.scalars(select(MailMessage)).all()  # the one who moved up is told, and of nobody
    assert not [word for word in (NAME, "Ann") if word in letter.subject + letter.body]


def test_an_unlisted_group_is_joined_by_invitation_alone(gathered: Gathered) -> None:
    gathered.become(GroupKind.OPEN, is_listed=False)
    ann = gathered.person()
    with pytest.raises(NotFoundError):
        join(gathered.session, gathered.programme_id, gathered.group_id, ann)
    with pytest.raises(NotFoundError):
        find_seen(gathered.session, gathered.programme_id, ann, gathered.group_id)
    invite(*gathered.here, gathered.group_id, ann, actor_id=None)
    assert join(gathered.session, gathered.programme_id, gathered.group_id, ann) is MEMBER


def test_leaving_leaves_nothing(gathered: Gathered) -> None:
    ann, bo = gathered.member("Ann", with_email=True), gathered.member("Bo", with_email=True)
    for week in range(3):
        gathered.come(ann, week)
        gathered.come(bo, week)
    before = gathered.count(AuditEntry), gathered.count(MailMessage)
    assert leave(gathered.session, gathered.programme_id, gathered.group_id, ann)
    assert not leave(gathered.session, gathered.programme_id, gathered.group_id, ann)
    assert (gathered.count(AuditEntry), gathered.count(MailMessage)) == before
    assert gathered.names() == ["Bo"]
    assert gathered.count(GroupMember) == 1
    assert [gathered.coming(week) for week in range(3)] == [[(bo, SignUpStatus.COMING)]] * 3


def test_leaving_keeps_what_was_and_what_has_begun(gathered: Gathered) -> None:
    ann = gathered.member()
    gathered.come(ann)
    gathered.come(ann, 1)
    with clock.standing_at(gathered.on().begins + timedelta(minutes=5)):
        assert leave(gathered.session, gathered.programme_id, gathered.group_id, ann)
    assert gathered.coming() == [(ann, SignUpStatus.COMING)]
    assert gathered.coming(1) == []


def test_leaving_one_group_leaves_sign_ups_elsewhere(gathered: Gathered) -> None:
    ann = gathered.member()
    gathered.come(ann)
    other = gathered.make(FACTS, name="Owls", neutral_name="Evenings")
    join(gathered.session, gathered.programme_id, other.id, ann)
    leave(gathered.session, gathered.programme_id, other.id, ann)
    assert gathered.coming() == [(ann, SignUpStatus.COMING)]


def test_who_leaves_looks_after_it_no_more(gathered: Gathered) -> None:
    ann = gathered.member()
    name_facilitator(*gathered.here, gathered.group_id, actor_id=None, volunteer_id=ann)
    leave(gathered.session, gathered.programme_id, gathered.group_id, ann)
    assert looks_after(gathered.session, gathered.programme_id, ann) == frozenset()


def test_who_is_taken_out_looks_after_it_no_more(gathered: Gathered) -> None:
    ann = gathered.member()
    name_facilitator(*gathered.here, gathered.group_id, actor_id=None, volunteer_id=ann)
    assert remove_member(*gathered.here, gathered.group_id, ann, actor_id=gathered.staff_id)
    assert not find_seen(gathered.session, gathered.programme_id, ann, gathered.group_id).looks_after


def test_the_next_in_line_gets_the_place_of_who_left(gathered: Gathered) -> None:
    ann, bo = gathered.member("Ann"), gathered.member("Bo")
    keep_apart(gathered.session, gathered.programme_id, ann, bo, shown_as="Bo", actor_id=None)
    gathered.come(ann)
    assert gathered.come(bo).outcome is SignUpOutcome.WAITING  # as if it were full
    leave(gathered.session, gathered.programme_id, gathered.group_id, ann)
    assert gathered.coming() == [(bo, SignUpStatus.COMING)]


def test_a_member_cancels_and_comes_again(gathered: Gathered) -> None:
    ann = gathered.member()
    gathered.come(ann)
    cancel_coming(gathered.session, gathered.programme_id, gathered.group_id, ann, gathered.plan_id, TUESDAY, actor_id=None)
    assert gathered.coming() == []
    [first, *_rest] = sessions_of(gathered.session, gathered.group, ann)
    assert first.mine is None
    assert gathered.come(ann).outcome is SignUpOutcome.COMING


def test_a_session_of_something_else_is_not_the_groups(gathered: Gathered) -> None:
    ann = gathered.member()
    other = gathered.make(FACTS, name="Owls", neutral_name="Evenings", kind=GroupKind.CLOSED)
    add_member(*gathered.here, other.id, ann, actor_id=None)
    mine, gathered.group_id = gathered.group_id, other.id
    with pytest.raises(NotFoundError):
        gathered.come(ann)
    gathered.group_id = mine
    assert gathered.coming() == []


def test_hours_there_earn_and_say_the_plain_name(gathered: Gathered) -> None:
    ann = gathered.member("Ann", with_email=True)
    gathered.come(ann)
    day = gathered.on()
    with clock.standing_at(day.ends + timedelta(hours=1)):
        save_register(
            *gathered.here,
            session_id=day.id,
            activity_id=day.activity_id,
            day=day.day,
            minutes={ann: 60},
            actor_id=gathered.staff_id,
            today=clock.today(),
        )
        history = hour_history(gathered.session, gathered.programme_id, ann, as_of=clock.today())
    assert gathered.session.scalar(select(HourEntry.minutes)) == 60
    assert FACTS.neutral_name in str(history)
    assert NAME not in str(history)


def test_facilitators_see_people_but_not_whom_they_are_kept_apart_from(gathered: Gathered) -> None:
    ann, bo, cy = (gathered.member(name) for name in ("Ann", "Bo", "Cy"))
    keep_apart(gathered.session, gathered.programme_id, ann, bo, shown_as="Bo", actor_id=None)
    assert gathered.names() == ["Ann", "Bo", "Cy"]
    assert gathered.names(bo) == ["Bo", "Cy"]
    assert gathered.names(cy) == ["Ann", "Bo", "Cy"]
    apart = {each.name: each.apart for each in list_members(*gathered.here, gathered.group_id)}
    assert apart == {"Ann": True, "Bo": True, "Cy": False}
    assert not any(each.apart for each in list_members(*gathered.here, gathered.group_id, reader_id=cy))


@given(st.sets(st.tuples(st.integers(0, 4), st.integers(0, 4)).filter(lambda pair: pair[0] != pair[1])))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_list_of_a_group_shows_two_who_are_kept_apart(session: Session, pairs: set[tuple[int, int]]) -> None:
    with clock.standing_at(NOW), session.begin_nested() as trial:
        gathered = gather(session)
        gathered.become(GroupKind.OPEN, checks_posts=False)
        people = [gathered.member(f"Person {number}") for number in range(5)]
        for number, each in enumerate(people):
            name_facilitator(*gathered.here, gathered.group_id, actor_id=None, volunteer_id=each)
            gathered.post(each, f"Words of {number}", name=f"Name {number}")
        for one, other in pairs:
            keep_apart(session, gathered.programme_id, people[one], people[other], shown_as="x", actor_id=None)
        apart = pairs | {(other, one) for one, other in pairs}
        for number, each in enumerate(people):
            seen = {other for other in range(5) if (number, other) not in apart}
            assert {int(name[-1]) for name in gathered.names(each)} == seen
            assert {int(post.name[-1]) for post in gathered.board(each)} == seen
        trial.rollback()


def test_a_post_waits_where_posts_are_read_first(gathered: Gathered) -> None:
    ann, bo = gathered.member("Ann"), gathered.member("Bo")
    assert gathered.post(ann).state is CommentState.WAITING
    assert [each.is_mine for each in gathered.board(ann)] == [True]
    assert gathered.board(bo) == ()
    [waits] = waiting_posts(gathered.session, KEYRING, gathered.group).comments
    decide_post(gathered.session, gathered.group, waits.id, shown=True, reason=None, actor_id=gathered.staff_id)
    assert [each.name for each in gathered.board(bo)] == ["Moss"]
    gathered.become(GroupKind.OPEN, checks_posts=False)
    assert gathered.post(bo, "At once.", "Fern").state is CommentState.SHOWN
    assert gathered.session.get_one(Volunteer, (gathered.programme_id, bo)).chosen_name == "Fern"


def test_a_facilitators_words_do_not_wait(gathered: Gathered) -> None:
    ann = gathered.member()
    name_facilitator(*gathered.here, gathered.group_id, actor_id=None, volunteer_id=ann)
    assert gathered.post(ann).state is CommentState.SHOWN
    staff = {"comment_id": new_id(), "name": "Jo Reed", "user_id": gathered.staff_id}
    post_as_staff(gathered.session, KEYRING, *gathered.here[1:], gathered.group_id, "Hello.", **staff)  # type: ignore[arg-type]
    assert {each.is_staff for each in gathered.board(ann)} == {True, False}


def test_a_facilitator_neither_reads_nor_decides_for_somebody_kept_apart(gathered: Gathered) -> None:
    ann, bo = gathered.member("Ann"), gathered.member("Bo")
    keep_apart(gathered.session, gathered.programme_id, ann, bo, shown_as="Bo", actor_id=None)
    sent = gathered.post(ann)
    page = waiting_posts(gathered.session, KEYRING, gathered.group, reader_id=bo)
    assert (page.comments, page.total) == ((), 0)
    with pytest.raises(NotFoundError):
        decide_post(gathered.session, gathered.group, sent.id, shown=True, reason=None, actor_id=bo, reader_id=bo)
    assert decide_post(gathered.session, gathered.group, sent.id, shown=False, reason="other", actor_id=gathered.staff_id)


def test_a_facilitators_count_tells_of_nobody_kept_apart(gathered: Gathered) -> None:
    ann, bo, cy = (gathered.member(each) for each in ("Ann", "Bo", "Cy"))
    for number in range(3):
        gathered.post(ann, f"Number {number}.")
    gathered.post(cy, "Hello.", "Fern")
    keep_apart(gathered.session, gathered.programme_id, ann, bo, shown_as="Bo", actor_id=None)
    found = waiting_posts(gathered.session, KEYRING, gathered.group, reader_id=bo)
    assert ([each.words for each in found.comments], found.total, found.pages) == (["Hello."], 1, 1)


def test_an_appeal_that_nobody_else_can_see_is_not_left_waiting(gathered: Gathered) -> None:
    ann, bo = gathered.member("Ann"), gathered.member("Bo")
    for who in ({"volunteer_id": bo}, {"user_id": gathered.staff_id}):
        name_facilitator(*gathered.here, gathered.group_id, actor_id=None, **who)
    sent = gathered.post(ann)
    say = {"shown": True, "reason": None, "actor_id": gathered.staff_id}
    decide_post(gathered.session, gathered.group, sent.id, **{**say, "shown": False, "reason": "other"})  # type: ignore[arg-type]
    appeal(gathered.session, KEYRING, gathered.programme_id, sent.id, "It is fair.", volunteer_id=ann)
    with pytest.raises(RuleError, match="Somebody else"):
        decide_post(gathered.session, gathered.group, sent.id, **say)  # type: ignore[arg-type]
    keep_apart(gathered.session, gathered.programme_id, ann, bo, shown_as="Bo", actor_id=None)
    assert decide_post(gathered.session, gathered.group, sent.id, **say)  # type: ignore[arg-type]


def test_who_is_not_in_the_group_writes_nothing(gathered: Gathered) -> None:
    ann = gathered.member()
    leave(gathered.session, gathered.programme_id, gathered.group_id, ann)
    for volunteer_id in (ann, gathered.person("Bo")):
        with pytest.raises(NotFoundError):
            gathered.post(volunteer_id)
        with pytest.raises(NotFoundError):
            report_post(gathered.session, gathered.programme_id, gathered.group_id, volunteer_id, new_id())
    assert gathered.count(Comment) == 0


@pytest.mark.parametrize("columns", [{"has_board": False}, {"ended_at": NOW}])
def test_there_is_no_board_to_write_on(gathered: Gathered, columns: dict[str, object]) -> None:
    ann = gathered.member()
    gathered.become(GroupKind.OPEN, **columns)
    with pytest.raises(NotFoundError):
        gathered.post(ann)


@pytest.mark.parametrize("name", ["", "ann@example.org", "07700 900123"])
def test_a_post_needs_a_name_that_tells_nobody_how_to_reach_them(gathered: Gathered, name: str) -> None:
    ann = gathered.member()
    with pytest.raises(RuleError) as refused:
        gathered.post(ann, name=name)
    assert refused.value.field == "name"
    assert gathered.count(Comment) == 0


def test_what_they_wrote_stays_or_goes_as_they_choose(gathered: Gathered) -> None:
    gathered.become(GroupKind.OPEN, checks_posts=False)
    ann, bo = gathered.member("Ann"), gathered.member("Bo")
    first = gathered.post(ann, "My own words.")
    gathered.post(bo, "Thank you.", "Fern", reply_to=first.id)
    leave(gathered.session, gathered.programme_id, gathered.group_id, ann)
    [kept] = gathered.board(bo)
    assert (kept.name, kept.words) == ("Moss", "My own words.")
    assert has_posts(gathered.session, gathered.programme_id, gathered.group_id, ann)
    take_back_posts(gathered.session, gathered.programme_id, gathered.group_id, ann)
    [gone] = gathered.board(bo)
    assert (gone.name, gone.words, [each.words for each in gone.replies]) == ("", "", ["Thank you."])
    assert not has_posts(gathered.session, gathered.programme_id, gathered.group_id, ann)
    assert gathered.count(SignUp) == 0
