"""Two people who are kept apart stand in no list that the other reads, whoever asked for it; ending it brings them back.

Three people have everything in common that two people can have. READERS is every question that tells a volunteer of others;
`test_every_question_is_known` finds the ones that were added since.
"""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations, permutations
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.spending.shop import KEYRING, earn
from tests.web.world import World, build_world
from timecredits.community.comments.reading import list_comments
from timecredits.community.group_models import GroupKind, GroupMember, MemberState, PeerGroup
from timecredits.community.groups.facilitators import facilitator_names
from timecredits.community.groups.members import list_members
from timecredits.community.groups.posts import waiting_posts
from timecredits.community.mentoring.own_pairs import list_own
from timecredits.community.mentoring_models import Mentoring, MentoringState
from timecredits.community.safety.apart import Other, WhoWrote, see_no_more
from timecredits.community.story_models import Comment, CommentState, Story, StoryState
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.sealing import seal
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.network.blocks import end_block, keep_apart, own_blocks, staff_blocks
from timecredits.network.duties import give_duty
from timecredits.network.models import DutyKind, Volunteer
from timecredits.network.volunteers import enrol_volunteer
from timecredits.spending.giving.gifts import Giver, give_to_person
from timecredits.spending.giving.helping import agree, end_between, find_helped, list_helped, list_helpers
from timecredits.spending.giving.own_gifts import list_gifts, list_helper_acts
from timecredits.spending.giving.receive_codes import WRONG, find_receiver, receive_code
from timecredits.spending.giving_models import Helping
from timecredits.spending.statements import volunteer_statement

NAMES = ("Quillane", "Brixley", "Wendover")
PAIRS = tuple(permutations(range(3), 2))
_ROOM = Path("timecredits/web/volunteer")
_NAMING = re.compile(r"name_at_venue|short_name|chosen_name|first_name|(?i:volunteer|person|comment)\.name\b")


@dataclass(frozen=True)
class Shared:
    """What the three have in common."""

    session: Session
    world: World
    people: tuple[UUID, ...]
    story: UUID
    group: PeerGroup
    mentorings: dict[frozenset[int], UUID]
    helpings: dict[tuple[int, int], UUID]
    codes: tuple[str, ...]

    @property
    def programme(self) -> UUID:
        return self.world.programme_id

    def reads(self, question: str, reader: int) -> str:
        """Everything that this question tells this person, as one text."""
        return str(READERS[question](self, reader))


def _found(made: Shared, find: Callable[..., Any], reader: int, ids: Iterator[UUID]) -> list[Any]:
    found = []
    for each in ids:
        try:
            found.append(find(made.session, made.programme, made.people[reader], each))
        except NotFoundError:
            continue
    return found


def _board(made: Shared, reader: int) -> object:
    here = (made.session, KEYRING, made.programme)
    return list_comments(*here, group_id=made.group.id, reader_id=made.people[reader])


def _members(made: Shared, reader: int) -> object:
    here = (made.session, made.programme, made.world.organisation_id, made.group.id)
    return [each.name for each in list_members(*here, reader_id=made.people[reader])]


READERS: dict[str, Callable[[Shared, int], object]] = {
    "own_gifts.list_gifts": lambda made, me: list_gifts(made.session, made.programme, made.people[me]),
    "own_gifts.list_helper_acts": lambda made, me: [
        list_helper_acts(made.session, made.programme, volunteer_id=made.people[me], reader_id=made.people[me]),
        list_helper_acts(made.session, made.programme, helper_ids=[made.people[me]], reader_id=made.people[me]),
    ],
    "statements.volunteer_statement": lambda made, me: (
        volunteer_statement(made.session, made.programme, made.people[me], limit=100).rows
    ),
    "helping.list_helped": lambda made, me: list_helped(made.session, made.programme, made.people[me]),
    "helping.list_helpers": lambda made, me: list_helpers(made.session, made.programme, made.people[me]),
    "helping.find_helped": lambda made, me: _found(
        made, find_helped, me, (each for pair, each in made.helpings.items() if pair[1] == me)
    ),
    "receive_codes.find_receiver": lambda made, me: [
        find_receiver(made.session, made.programme, made.people[me], code) for n, code in enumerate(made.codes) if n != me
    ],
    "reading.list_comments": lambda made, me: list_comments(
        made.session, KEYRING, made.programme, story_id=made.story, reader_id=made.people[me]
    ),
    "board": _board,
    "posts.waiting_posts": lambda made, me: waiting_posts(made.session, KEYRING, made.group, reader_id=made.people[me]),
    "facilitators.facilitator_names": lambda made, me: facilitator_names(made.session, made.group, made.people[me]),
    "members.list_members": _members,
    "own_pairs.list_own": lambda made, me: list_own(made.session, made.programme, made.people[me]),
}

PASSED_OVER = {
    "apart.who_wrote": "whom one hid oneself may be hidden again; tests/web/volunteer/test_apart.py",
    "apart.who_is_mentoring": "the same",
    "own_pairs.read_own": "one that list_own lists; tests/community/mentoring",
    "gifts.give_to_person": "test_neither_can_give_to_the_other",
    "poster_visits.find_poster_visit": "the person's own name",
    "undoing.undo_own": "the person's own name",
    "code_page.make_code_page": "what the person used, and whom of the staff to ask",
    "commenting.take_back": "one's own words",
    "reading.my_comment": "one's own words",
    "reading.my_comments": "one's own words",
    "hour_history_files.find_holder": "the person's own name",
    "hour_history_files.hour_history_json": "the person's own name, and staff",
    "hour_history_files.hour_history_pdf": "the person's own name, and staff",
    "posts.post": "one's own words",
    "showing.name_at_venue": "the person's own name",
    "asking.ask_for_letter": "the person's own name, and staff",
    "training.find_training": "staff",
    "training.list_training": "staff",
}
"""Questions of the volunteers' room that speak of names, but of no other volunteer's, or are tested elsewhere; and why."""


@pytest.fixture
def made(session: Session) -> Shared:
    world = build_world(session)
    here = (world.programme_id, world.organisation_id)
    people = tuple(enrol_volunteer(session, *here, first_name=name, last_name="Ash").volunteer.id for name in NAMES)
    now, story, group_id = clock.now(), new_id(), new_id()
    when = {"made_at": now, "changed_at": now}
    session.add(
        Story(
            programme_id=here[0],
            id=story,
            organisation_id=here[1],
            title="A",
            words="B",
            state=StoryState.SHOWN,
            shown_at=now,
            **when,
        )
    )
    activity = create_activity(session, *here, ActivityFacts(name="Group session"), actor_id=None)
    group = PeerGroup(
        programme_id=here[0],
        id=group_id,
        organisation_id=here[1],
        activity_id=activity.id,
        kind=GroupKind.OPEN,
        name="G",
        made_at=now,
    )
    session.add(group)
    session.flush()
    for number, person in enumerate(people):
        session.get_one(Volunteer, (here[0], person)).chosen_name = NAMES[number]
        earn(session, world, 6000, person)
        member = {"volunteer_id": person, "state": MemberState.MEMBER, "since": now}
        session.add(GroupMember(programme_id=here[0], id=new_id(), group_id=group_id, **member))
        give_duty(
            session, here[0], DutyKind.FACILITATOR, actor_id=None, organisation_id=here[1], group_id=group_id, volunteer_id=person
        )
        for place, state in (
            ({"story_id": story}, CommentState.SHOWN),
            ({"group_id": group_id}, CommentState.SHOWN),
            ({"group_id": group_id}, CommentState.WAITING),
        ):
            key = new_id()
            said = {"name": NAMES[number], "sealed": seal(KEYRING, "comment", key, "Hello"), "state": state, "sent_at": now}
            session.add(
                Comment(programme_id=here[0], id=key, organisation_id=here[1], volunteer_id=person, **place, **said)  # type: ignore[arg-type]
            )
    helpings, mentorings = {}, {}
    for one, other in PAIRS:
        helpings[one, other] = new_id()
        agree(
            session,
            *here,
            people[one],
            helping_id=helpings[one, other],
            helper_id=people[other],
            minutes_a_week=600,
            may_give=True,
            actor_id=None,
        )
        give = {"minutes": 15, "words": f"From {NAMES[one]}"}
        give_to_person(session, here[0], Giver(people[one], None), people[other], gift_id=new_id(), **give)  # type: ignore[arg-type]
        [third] = {0, 1, 2} - {one, other}
        by_helper = Giver(people[one], None, people[other])
        give_to_person(session, here[0], by_helper, people[third], gift_id=new_id(), minutes=15)
    for one, other in combinations(range(3), 2):
        key = mentorings[frozenset({one, other})] = new_id()
        pair = {"mentor_id": people[one], "mentee_id": people[other], "state": MentoringState.AGREED}
        of = {"organisation_id": here[1], "activity_id": activity.id, "matched_at": now}
        session.add(Mentoring(programme_id=here[0], id=key, **of, **pair))
    session.flush()
    codes = tuple(receive_code(session, here[0], person, now) for person in people)
    return Shared(session, world, people, story, group, mentorings, helpings, codes)


def told(made: Shared) -> dict[tuple[str, int, int], bool]:
    """For each question, reader and other: whether the reader is told of the other."""
    found = {}
    for question in READERS:
        for reader in range(3):
            text = made.reads(question, reader)
            found |= {(question, reader, other): NAMES[other] in text for other in range(3) if other != reader}
    return found


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=12, deadline=None)
@given(st.sets(st.tuples(st.sampled_from(PAIRS), st.booleans()), max_size=5))
def test_whoever_is_kept_apart_is_nowhere_and_ending_it_brings_them_back(
    made: Shared, wishes: set[tuple[tuple[int, int], bool]]
) -> None:
    begun = made.session.begin_nested()
    staff = made.world.organisation_id
    for (one, other), by_staff in wishes:
        at = staff if by_staff else None
        people = made.people[one], made.people[other]
        keep_apart(made.session, made.programme, *people, shown_as="x", actor_id=None, organisation_id=at)
    apart = {frozenset(pair) for pair, _ in wishes}
    for (question, reader, other), seen in told(made).items():
        assert seen is (frozenset({reader, other}) not in apart), (question, NAMES[reader], NAMES[other])
    for person in made.people:
        for own in own_blocks(made.session, made.programme, person):
            end_block(made.session, made.programme, own.id, actor_id=None, volunteer_id=person)
    for pair in staff_blocks(made.session, made.programme, staff):
        end_block(made.session, made.programme, pair.id, actor_id=None, organisation_id=staff)
    assert all(told(made).values())
    begun.rollback()


@pytest.mark.parametrize("by_staff", [False, True])
def test_neither_can_give_to_the_other_nor_help(made: Shared, by_staff: bool) -> None:  # noqa: FBT001
    one, other, third = made.people
    at = made.world.organisation_id if by_staff else None
    keep_apart(made.session, made.programme, one, other, shown_as="", actor_id=None, organisation_id=at)
    here = (made.session, made.programme)
    for giver, receiver in ((one, other), (other, one)):
        code = made.codes[made.people.index(receiver)]
        assert find_receiver(*here, giver, code) == WRONG
        assert find_receiver(*here, third, code, giver_id=giver) == WRONG, "by a helper's hand neither"
        with pytest.raises(RuleError):
            give_to_person(*here, Giver(giver, None), receiver, gift_id=new_id(), minutes=15)
        with pytest.raises(RuleError):
            give_to_person(*here, Giver(third, None, giver), receiver, gift_id=new_id(), minutes=15)
        with pytest.raises(RuleError):
            agree(
                *here,
                made.world.organisation_id,
                giver,
                helping_id=new_id(),
                helper_id=receiver,
                minutes_a_week=60,
                may_give=False,
                actor_id=None,
            )


def test_what_the_two_share_ends_and_what_others_share_goes_on(made: Shared) -> None:
    one, other, third = made.people
    wish = Other(WhoWrote.VOLUNTEER, NAMES[1], other)
    assert see_no_more(made.session, made.programme, one, wish, actor_id=None, base_url="")
    assert not see_no_more(made.session, made.programme, one, wish, actor_id=None, base_url="")
    for pair, key in made.mentorings.items():
        state = made.session.get_one(Mentoring, (made.programme, key)).state
        assert (state is MentoringState.ENDED) is (pair == {0, 1})
    for (person, helper), key in made.helpings.items():
        ended = made.session.get_one(Helping, (made.programme, key)).ended_at
        assert (ended is not None) is ({person, helper} == {0, 1})
    assert end_between(made.session, made.programme, one, third, ended_by=None) == 2


def _questions() -> Iterator[str]:
    """What the volunteers' room asks of the domain that speaks of people's names, through the asked module's own functions."""
    for page in sorted(_ROOM.glob("*.py")):
        for node in ast.walk(ast.parse(page.read_text())):
            domain = isinstance(node, ast.ImportFrom) and re.match(
                r"timecredits\.(community|journey|spending|hours)\.", node.module or ""
            )
            if not domain:
                continue
            assert isinstance(node, ast.ImportFrom)
            module = Path(f"{(node.module or '').replace('.', '/')}.py")
            if not module.exists():
                continue
            text = module.read_text()
            functions = {each.name: each for each in ast.parse(text).body if isinstance(each, ast.FunctionDef)}
            for alias in node.names:
                if _NAMING.search(_reached(text, functions, alias.name, set())):
                    yield f"{module.stem}.{alias.name}"


def _reached(text: str, functions: dict[str, ast.FunctionDef], name: str, seen: set[str]) -> str:
    if name in seen or name not in functions:
        return ""
    seen.add(name)
    calls = (each.id for each in ast.walk(functions[name]) if isinstance(each, ast.Name))
    body = ast.get_source_segment(text, functions[name]) or ""
    return body + "".join(_reached(text, functions, each, seen) for each in calls)


def test_every_question_is_known() -> None:
    assert set(_questions()) - set(READERS) - set(PASSED_OVER) == set(), (
        "Does it tell a volunteer of another? Then add it to READERS; else to PASSED_OVER, with the reason."
    )
