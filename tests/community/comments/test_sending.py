"""What is taken, what is not, and that nothing is kept in the clear."""

from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import inspect, text

from tests.community.comments.told import NOW, Told
from tests.spending.shop import KEYRING
from timecredits.community.comments.commenting import LONGEST_WORDS, send_comment, take_back
from timecredits.community.comments.limits import MOST_OF_A_BROWSER, MOST_OF_A_VOLUNTEER, MOST_OF_VISITORS
from timecredits.community.comments.warnings import count_addresses
from timecredits.community.stories.telling import StoryFacts, change_story, take_down, write_story
from timecredits.community.story_models import CommentState
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.network.blocks import keep_apart


def test_every_comment_waits_and_its_words_are_sealed(told: Told) -> None:
    sent = told.send("Zanzibar was never so near.", name="Robin")
    assert sent.state is CommentState.WAITING
    assert told.said() == []
    told.session.flush()
    table = inspect(told.row(sent.id)).mapper.local_table.name
    [row] = told.session.execute(text(f"SELECT * FROM {table}")).mappings()  # noqa: S608  a table of ours
    assert all(
        b"Zanzibar" not in bytes(each) if isinstance(each, bytes) else "Zanzibar" not in str(each) for each in row.values()
    )
    told.decide(sent.id, shown=True)
    assert told.said() == ["Zanzibar was never so near."]


def test_the_same_again_is_one(told: Told) -> None:
    who, comment_id = told.person("Ada"), new_id()
    first = told.send("So glad.", volunteer_id=who, comment_id=comment_id)
    assert told.send("So glad.", volunteer_id=who, comment_id=comment_id) == type(first)(
        first.id, first.state, first.warnings, is_new=False
    )
    again = told.send(" So  glad. ".replace("  ", " "), volunteer_id=who)
    assert (again.id, again.is_new) == (first.id, False)
    assert told.send("So glad.", volunteer_id=told.person("Ben")).is_new
    with clock.standing_at(NOW + timedelta(days=2)):
        assert told.send("So glad.", volunteer_id=who).is_new


def test_the_same_words_to_somebody_else_are_words_of_their_own(told: Told) -> None:
    who = told.person("Ada")
    tops = [told.shown(each) for each in ("First.", "Second.")]
    answers = [told.send("Thank you!", volunteer_id=who, reply_to=top) for top in tops]
    assert [each.is_new for each in answers] == [True, True]
    assert told.send("Thank you!", volunteer_id=who, reply_to=tops[0]).id == answers[0].id
    assert told.send("Thank you!", volunteer_id=who).is_new


def test_other_words_from_the_same_page_are_not_lost(told: Told) -> None:
    comment_id = new_id()
    first = told.send("One.", comment_id=comment_id)
    second = told.send("Two.", comment_id=comment_id)  # somebody went back, and wrote on
    assert (first.id, second.is_new) == (comment_id, True)
    assert told.send("Two.", comment_id=comment_id) == type(second)(second.id, second.state, second.warnings, is_new=False)
    assert set(told.queue()) == {first.id, second.id}
    take_back(told.session, told.programme_id, first.id, volunteer_id=None)
    assert not told.send("One.", comment_id=comment_id).is_new  # a page loaded once more brings nothing back
    assert told.queue() == [second.id]


@pytest.mark.parametrize("name", ["St.Mary's Centre", "Project 12345"])
def test_staff_write_by_the_name_that_is_theirs(told: Told, name: str) -> None:
    assert told.row(told.send(name=name, user_id=told.owner_id).id).name == name
    with pytest.raises(RuleError):
        told.send("Other words.", name=name)


def test_nobody_sends_under_somebody_elses_id(told: Told) -> None:
    sent = told.send("Mine.", volunteer_id=told.person("Ada"))
    with pytest.raises(NotFoundError):
        told.send("Mine.", volunteer_id=told.person("Ben"), comment_id=sent.id)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("", "Write a few words first"),
        (" \u202e \n - ", "Write a few words first"),
        ("x" * (LONGEST_WORDS + 1), "You typed 2,001"),
        ("x" * 1_000_000, "You typed 1,000,000"),
        ("https://a.example/1 " * 40, "at most 2 web addresses"),
        ("see shop.com and http://b.example and www.c", "at most 2 web addresses"),
    ],
)
def test_words_that_are_not_taken(told: Told, words: str, sentence: str) -> None:
    with pytest.raises(RuleError, match=sentence) as refused:
        told.send(words)
    assert refused.value.field == "words"
    assert "Nothing was" in str(refused.value)
    assert told.queue() == []


@pytest.mark.parametrize("name", ["sam@example.org", "01632 960123", "", "www.sam"])
def test_names_that_tell_how_to_reach_somebody_are_not_taken(told: Told, name: str) -> None:
    with pytest.raises(RuleError) as refused:
        told.send(name=name)
    assert refused.value.field == "name"


def test_direction_marks_and_control_characters_are_not_kept(told: Told) -> None:
    told.shown("good \u202eyad\u2066 \x00<script>alert(1)</script>", name="Ro\u202ebin")
    [shown] = told.read()
    assert shown.words == "good yad  <script>alert(1)</script>".replace("\x00", "")
    assert shown.name == "Robin"


@given(st.lists(st.sampled_from(["https://a.example/x", "www.b.example", "c.org/path"]), max_size=5))
def test_addresses_are_counted(addresses: list[str]) -> None:
    assert count_addresses(" and so ".join(["hello", *addresses, "bye"])) == len(addresses)


def test_a_place_that_is_not_there_takes_nothing(told: Told) -> None:
    draft = write_story(
        told.session, told.programme_id, told.organisation_id, StoryFacts("Later", "Words"), story_id=new_id(), actor_id=None
    )
    for more in (
        {"story_id": draft.id},
        {"story_id": uuid4()},
        {"story_id": None},
        {"group_id": uuid4()},
        {"story_id": None, "group_id": uuid4()},
        {"organisation_id": told.other_id},
    ):
        with pytest.raises(NotFoundError):
            told.send(**more)
    with pytest.raises(NotFoundError):
        send_comment(
            told.session,
            KEYRING,
            uuid4(),
            comment_id=new_id(),
            organisation_id=told.organisation_id,
            words="Hello",
            name="Sam",
            story_id=told.story_id,
        )
    here = (told.session, told.programme_id, told.organisation_id, told.story_id)
    change_story(*here, StoryFacts("A day", "Words", takes_comments=False), people_agreed=True, actor_id=None)
    with pytest.raises(RuleError, match="no more comments"):
        told.send()
    take_down(*here, actor_id=None)
    with pytest.raises(NotFoundError):
        told.send()


def test_answers_stand_one_level_deep_and_only_under_what_is_shown(told: Told) -> None:
    first = told.shown("First")
    second = told.shown("Second", reply_to=first)
    third = told.shown("Third", reply_to=second)
    assert told.row(third).reply_to == first
    [top] = told.read()
    assert [each.words for each in top.replies] == ["Second", "Third"]
    waits = told.send("Waits")
    for gone in (waits.id, uuid4()):
        with pytest.raises(RuleError, match="not here any more"):
            told.send("To nobody", reply_to=gone)


def test_nobody_answers_somebody_whom_they_are_kept_apart_from(told: Told) -> None:
    ada, ben = told.person("Ada"), told.person("Ben")
    first = told.shown("First", volunteer_id=ada)
    keep_apart(told.session, told.programme_id, ada, ben, shown_as="B", actor_id=None)
    with pytest.raises(RuleError, match="not here any more"):
        told.send("Hello", reply_to=first, volunteer_id=ben)


@pytest.mark.parametrize(
    ("writer", "most"),
    [({"browser": "one"}, MOST_OF_A_BROWSER), ({"volunteer": True}, MOST_OF_A_VOLUNTEER), ({}, MOST_OF_VISITORS)],
)
def test_an_hour_has_room_for_so_many(told: Told, writer: dict[str, object], most: int) -> None:
    more = {"volunteer_id": told.person("Ada")} if "volunteer" in writer else writer
    for number in range(most):
        told.send(f"Number {number}", **more)
    with pytest.raises(RuleError, match=r"Nothing was sent.*Try again in 53 minutes"):
        told.send("One more", **more)
    assert told.send("Number 0", **more).is_new is False  # the same again is no more
    told.send("From staff", user_id=told.owner_id)
    with clock.standing_at(NOW + timedelta(hours=1)):
        assert told.send("One more", **more).is_new


def test_what_is_taken_back_is_gone(told: Told) -> None:
    ada = told.person("Ada")
    mine = told.shown("Mine", volunteer_id=ada)
    for other in (told.person("Ben"), None):
        with pytest.raises(NotFoundError):
            take_back(told.session, told.programme_id, mine, volunteer_id=other)
    take_back(told.session, told.programme_id, mine, volunteer_id=ada)
    take_back(told.session, told.programme_id, mine, volunteer_id=ada)
    row = told.row(mine)
    assert (row.state, row.sealed, row.name) == (CommentState.TAKEN_BACK, None, "")
    assert told.said() == []
    with pytest.raises(NotFoundError):
        told.decide(mine, shown=True)
    from_staff = told.shown("From us", user_id=told.owner_id)
    with pytest.raises(NotFoundError):
        take_back(told.session, told.programme_id, from_staff, volunteer_id=None)


def test_answers_stay_where_the_first_words_are_taken_back(told: Told) -> None:
    first = told.shown("First", browser="a")
    told.shown("Second", reply_to=first)
    take_back(told.session, told.programme_id, first, volunteer_id=None)
    [top] = told.read()
    assert (top.name, top.words, [each.words for each in top.replies]) == ("", "", ["Second"])
