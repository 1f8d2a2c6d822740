"""The queue, decisions, appeals, reports, and what people who are kept apart see."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from tests.community.comments.told import NOW, Told
from tests.spending.shop import KEYRING
from timecredits.community.comments.asking_again import MOST_HIDDEN_BY_VISITORS, appeal, report
from timecredits.community.comments.moderating import count_waiting, decide, decided, hold_all, undo_decision, waiting
from timecredits.community.comments.reading import count_comments, list_comments, my_comment, my_comments
from timecredits.community.comments.warnings import Warn
from timecredits.community.group_models import GroupKind
from timecredits.community.groups.group_facts import GroupFacts
from timecredits.community.groups.groups import make_group
from timecredits.community.stories.telling import take_down
from timecredits.community.story_models import CommentState
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.network.blocks import end_block, keep_apart, own_blocks
from timecredits.network.duties import give_duty
from timecredits.network.models import DutyKind, RoleKind
from timecredits.network.users import create_user, give_role


def _moderator(told: Told, name: str) -> UUID:
    user = create_user(told.session, email=f"{name}@example.org", name=name)
    give_role(told.session, told.programme_id, user.id, RoleKind.COORDINATOR, organisation_id=told.organisation_id)
    here = {"actor_id": None, "organisation_id": told.organisation_id}
    give_duty(told.session, told.programme_id, DutyKind.MODERATOR, user_id=user.id, **here)
    return user.id


def test_the_gravest_waits_first_then_the_oldest(told: Told) -> None:
    plain, phone, unsafe = (told.send(each).id for each in ("Good.", "Ring 01632 960123", "I want to die"))
    reported = told.shown("Odd.")
    report(told.session, told.programme_id, reported, reporter="a", story_id=told.story_id)
    with clock.standing_at(NOW + timedelta(minutes=1)):
        later = told.send("Better.").id
    assert told.queue() == [unsafe, reported, phone, plain, later]


def test_no_needs_a_reason_and_yes_does_not(told: Told) -> None:
    sent = told.send()
    for reason in (None, "because"):
        with pytest.raises(RuleError, match="Choose why") as refused:
            decide(
                told.session,
                told.programme_id,
                sent.id,
                actor_id=told.owner_id,
                shown=False,
                reason=reason,
                organisation_id=told.organisation_id,
            )
        assert refused.value.field == "reason"
    assert told.decide(sent.id, shown=False, reason="advert")
    assert not told.decide(sent.id, shown=True)  # a second tap, or a colleague a moment later
    assert told.row(sent.id).state is CommentState.TURNED_DOWN
    assert told.said() == []


def test_a_decision_can_be_undone(told: Told) -> None:
    sent = told.send()
    here = {"actor_id": told.owner_id, "organisation_id": told.organisation_id}
    assert not undo_decision(told.session, told.programme_id, sent.id, **here)
    told.decide(sent.id, shown=True)
    [row] = decided(told.session, KEYRING, told.programme_id, organisation_id=told.organisation_id).comments
    assert (row.id, row.decided_by, row.can_undo) == (sent.id, "Olive Owner", True)
    assert undo_decision(told.session, told.programme_id, sent.id, **here)
    assert told.queue() == [sent.id]
    assert told.said() == []


def test_what_lies_elsewhere_is_not_there(told: Told) -> None:
    sent = told.send()
    for organisation_id in (told.other_id, uuid4()):
        with pytest.raises(NotFoundError):
            decide(told.session, told.programme_id, sent.id, actor_id=told.owner_id, shown=True, organisation_id=organisation_id)
        assert waiting(told.session, KEYRING, told.programme_id, organisation_id=organisation_id).total == 0
    with pytest.raises(NotFoundError):
        decide(told.session, uuid4(), sent.id, actor_id=told.owner_id, shown=True, organisation_id=told.organisation_id)


def test_an_appeal_is_for_somebody_else_where_there_is_somebody(told: Told) -> None:
    ada, one = told.person("Ada"), _moderator(told, "One")
    sent = told.send("Mine", volunteer_id=ada)
    told.decide(sent.id, shown=False, by=one)
    here = (told.session, KEYRING, told.programme_id, sent.id)
    with pytest.raises(NotFoundError):
        appeal(*here, "It is fair.", volunteer_id=told.person("Ben"))
    with pytest.raises(RuleError, match="why"):
        appeal(*here, " ", volunteer_id=ada)
    appeal(*here, "It is fair.", volunteer_id=ada)
    [waits] = waiting(told.session, KEYRING, told.programme_id, organisation_id=told.organisation_id).comments
    assert (waits.id, waits.appeal, waits.decided_by) == (sent.id, "It is fair.", one)
    with pytest.raises(RuleError, match="Somebody else"):
        told.decide(sent.id, shown=True, by=one)
    with pytest.raises(RuleError, match="Decide on that first"):
        undo_decision(told.session, told.programme_id, sent.id, actor_id=one, organisation_id=told.organisation_id)
    assert told.decide(sent.id, shown=True, by=told.owner_id)
    assert told.said() == ["Mine"]
    undo_decision(told.session, told.programme_id, sent.id, actor_id=one, organisation_id=told.organisation_id)
    assert told.queue() == [sent.id]
    told.decide(sent.id, shown=False, by=told.owner_id)
    with pytest.raises(RuleError, match="once"):
        appeal(*here, "Again.", volunteer_id=ada)


def test_who_is_alone_decides_on_an_appeal_too(told: Told) -> None:
    sent = told.send(browser="a")
    told.decide(sent.id, shown=False)
    appeal(told.session, KEYRING, told.programme_id, sent.id, "It is fair.", volunteer_id=None)
    assert told.decide(sent.id, shown=True)


def test_a_report_hides_once_and_then_takes_three(told: Told) -> None:
    comment_id = told.shown()
    where = {"story_id": told.story_id}
    tell = (told.session, told.programme_id, comment_id)
    assert report(*tell, reporter="a", **where)
    assert told.said() == []
    told.decide(comment_id, shown=True)
    assert [report(*tell, reporter=each, **where) for each in ("a", "b", "b", "c", "d")] == [False, False, False, False, True]
    assert told.row(comment_id).warnings.count(Warn.REPORTED) == 3
    assert told.queue() == [comment_id]


def test_visitors_hide_no_more_than_so_much_in_an_hour(told: Told) -> None:
    every = [told.shown(f"Number {number}", name=f"Robin {number}") for number in range(MOST_HIDDEN_BY_VISITORS + 2)]
    last = every.pop()
    place = {"story_id": told.story_id}
    hidden = [
        report(told.session, told.programme_id, each, reporter=str(number), by_visitor=True, **place)
        for number, each in enumerate(every)
    ]
    assert hidden == [True] * MOST_HIDDEN_BY_VISITORS + [False]
    assert count_waiting(told.session, told.programme_id, organisation_id=told.organisation_id) == len(every)  # all are looked at
    assert report(told.session, told.programme_id, last, reporter="ada", **place)


def test_what_was_reported_after_a_look_is_looked_at_while_it_stays(told: Told) -> None:
    comment_id = told.shown()
    tell = (told.session, told.programme_id, comment_id)
    report(*tell, reporter="a", story_id=told.story_id)
    told.decide(comment_id, shown=True)
    report(*tell, reporter="b", story_id=told.story_id)
    assert told.queue() == [comment_id]
    assert told.said() == ["What a good day."]
    told.decide(comment_id, shown=False)
    assert told.said() == told.queue() == []


def test_one_reporter_has_so_many_an_hour(told: Told) -> None:
    every = [told.shown(f"Number {number}") for number in range(6)]
    for each in every[:5]:
        report(told.session, told.programme_id, each, reporter="a", story_id=told.story_id)
    with pytest.raises(RuleError, match="Nothing was sent"):
        report(told.session, told.programme_id, every[5], reporter="a", story_id=told.story_id)
    with pytest.raises(NotFoundError):
        report(told.session, told.programme_id, every[5], reporter="b", story_id=uuid4())


def test_a_reported_post_of_a_board_is_decided_and_undone(told: Told) -> None:
    facts = GroupFacts("Quiet minds", GroupKind.OPEN, "Tuesday evenings")
    group = make_group(told.session, KEYRING, told.programme_id, told.organisation_id, facts, group_id=new_id(), actor_id=None)
    ada = told.person("Ada")
    post = told.send("Odd.", story_id=None, group_id=group.id, volunteer_id=ada, waits=False)
    assert told.queue() == []
    report(told.session, told.programme_id, post.id, reporter="a", group_id=group.id)
    assert told.queue() == [post.id]
    told.decide(post.id, shown=False)
    [row] = decided(told.session, KEYRING, told.programme_id, organisation_id=told.organisation_id).comments
    assert row.id == post.id
    at = {"actor_id": told.owner_id, "organisation_id": told.organisation_id}
    assert undo_decision(told.session, told.programme_id, post.id, **at)
    assert told.queue() == [post.id]
    told.decide(post.id, shown=False)
    appeal(told.session, KEYRING, told.programme_id, post.id, "It is fair.", volunteer_id=ada)
    assert told.queue() == [post.id]


def test_several_are_held_in_one_order_and_what_is_elsewhere_is_left_out(told: Told) -> None:
    every = [told.send(f"Number {number}").id for number in range(3)]
    asked = [*reversed(every), new_id()]
    locked: list[str] = []
    event.listen(told.session.get_bind(), "before_cursor_execute", lambda *args: locked.append(args[2]))
    assert hold_all(told.session, told.programme_id, told.organisation_id, asked) == list(reversed(every))
    assert "ORDER BY comment.id" in locked[-1]
    assert hold_all(told.session, told.programme_id, told.other_id, asked) == []


def test_own_comments_wherever_they_stand(told: Told) -> None:
    ada = told.person("Ada")
    sent = told.send("Mine", volunteer_id=ada)
    told.send("Another's", volunteer_id=told.person("Ben"))
    assert told.said(ada) == ["Mine"]
    assert told.said(told.person("Cy")) == told.said() == []
    told.decide(sent.id, shown=False, reason="names")
    assert told.said(ada) == []
    [mine] = my_comments(told.session, KEYRING, told.programme_id, ada).comments
    assert (mine.words, mine.reason, mine.can_appeal, mine.story_title) == ("Mine", "names", True, "A day by the river")
    assert mine.story_shown
    take_down(told.session, told.programme_id, told.organisation_id, told.story_id, actor_id=None)
    again = my_comment(told.session, KEYRING, told.programme_id, sent.id, volunteer_id=ada)
    assert (again.story_title, again.story_shown) == ("A day by the river", False)
    with pytest.raises(NotFoundError):
        my_comment(told.session, KEYRING, told.programme_id, sent.id, volunteer_id=None)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15, deadline=None)
@given(pairs=st.sets(st.tuples(st.integers(0, 3), st.integers(0, 3)).filter(lambda pair: pair[0] != pair[1]), max_size=6))
def test_people_kept_apart_never_read_each_other(told: Told, pairs: set[tuple[int, int]]) -> None:
    with told.session.begin_nested() as outer:
        people = [told.person(f"P{number}") for number in range(4)]
        for number, who in enumerate(people):
            top = told.shown(f"{number}", volunteer_id=who)
            for other, answerer in enumerate(people):
                told.shown(f"{number} {other}", volunteer_id=answerer, reply_to=top)
        told.decide_again(told.shown("Gone", volunteer_id=people[0]), answered_by=people[1])
        for one, other in pairs:
            keep_apart(told.session, told.programme_id, people[one], people[other], shown_as="", actor_id=None)
        apart = {frozenset(pair) for pair in pairs}
        for reader in range(4):
            hidden = {other for other in range(4) if frozenset({reader, other}) in apart}
            seen = {tuple(map(int, words.split())) for words in told.said(people[reader])}
            every = {(top,) for top in range(4)} | {(top, answer) for top in range(4) for answer in range(4)}
            assert seen == {each for each in every if not hidden & set(each)}
            counted = count_comments(told.session, told.programme_id, [told.story_id], reader_id=people[reader])
            assert counted.get(told.story_id, 0) == len(seen)
        for who in people:
            for block in own_blocks(told.session, told.programme_id, who):
                end_block(told.session, told.programme_id, block.id, actor_id=None, volunteer_id=who)
        assert len(told.said(people[0])) == 20
        outer.rollback()


def test_as_many_questions_for_many_as_for_few(told: Told) -> None:
    def questions() -> int:
        asked: list[str] = []
        told.session.flush()

        def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
            asked.append(statement)

        event.listen(told.session.get_bind(), "before_cursor_execute", note)
        waiting(told.session, KEYRING, told.programme_id, organisation_id=told.organisation_id)
        list_comments(told.session, KEYRING, told.programme_id, story_id=told.story_id, reader_id=None)
        event.remove(told.session.get_bind(), "before_cursor_execute", note)
        return len(asked)

    told.send()
    few = questions()
    for number in range(25):
        told.send(f"Number {number}", browser=f"{number}")
        told.shown(f"Shown {number}", browser=f"{number}")
    assert questions() == few == 5
    assert count_waiting(told.session, told.programme_id, organisation_id=told.organisation_id) == 26
