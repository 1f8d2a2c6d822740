"""What happens in a pair: yes, goals, meetings with the mentor's hours, talks, the end. And who reads which words."""

from datetime import date, timedelta
from uuid import UUID, uuid5

import pytest
from sqlalchemy import func, select

from tests.community.mentoring.paired import AGREED, BASE_URL, KEYRING, SECRET, Paired, note
from timecredits.community.mentoring.agreeing import FIRST_REVIEW, agree
from timecredits.community.mentoring.ending import end_between, end_mentoring
from timecredits.community.mentoring.goals import (
    MOST,
    add_goal,
    add_step,
    list_goals,
    mark_goal,
    mark_step,
    remove_goal,
    remove_step,
)
from timecredits.community.mentoring.meetings import (
    HoursOf,
    count_meeting,
    list_meetings,
    remove_meeting,
)
from timecredits.community.mentoring.own_pairs import list_own, read_own
from timecredits.community.mentoring.pairs import read_pair
from timecredits.community.mentoring.parties import Party, Side, find_mentoring, own_party
from timecredits.community.mentoring.reviews import list_reviews, note_review
from timecredits.community.mentoring_models import (
    Mentor,
    Mentoring,
    MentoringGoal,
    MentoringMeeting,
    MentoringReview,
    MentoringState,
    MentoringStep,
)
from timecredits.foundation import clock
from timecredits.foundation.audit import AuditEntry
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.keys import Keyring
from timecredits.hours.correcting import correct_hours
from timecredits.hours.models import HourEntry, HourSource, LoggedHours, LoggedStatus
from timecredits.hours.recording import record_hours
from timecredits.hours.self_logged.approving import approve, mark_of
from timecredits.network.blocks import keep_apart
from timecredits.network.models import Enrolment, SelfLog, Volunteer


def hours_of(paired: Paired) -> list[HourEntry]:
    return list(paired.session.scalars(select(HourEntry).where(HourEntry.volunteer_id == paired.place.sian)))


def row_of(paired: Paired, mentoring_id: UUID) -> Mentoring:
    return paired.session.get_one(Mentoring, (paired.programme_id, mentoring_id))


def test_it_begins_when_both_have_said_yes_each_for_themselves(paired: Paired) -> None:
    mentoring_id, here = paired.propose(), (paired.session, paired.programme_id)
    assert not agree(*here, mentoring_id, paired.mentor, base_url=BASE_URL)
    assert not agree(*here, mentoring_id, paired.mentor, base_url=BASE_URL)  # twice is once
    with pytest.raises(RuleError, match="must say yes first"):
        add_goal(paired.session, KEYRING, paired.programme_id, mentoring_id, paired.mentee, "Swim", goal_id=new_id())
    with pytest.raises(RuleError, match="Choose who said yes"):
        agree(*here, mentoring_id, paired.worker, base_url=BASE_URL)
    assert agree(*here, mentoring_id, paired.worker, said_by=Side.MENTEE, base_url=BASE_URL)
    row = row_of(paired, mentoring_id)
    assert (row.state, row.review_on) == (MentoringState.AGREED, clock.today() + FIRST_REVIEW)


def test_goals_are_the_mentees_words_and_the_mentor_only_reads(paired: Paired) -> None:
    mentoring_id, goal_id, step_id = paired.begin(), new_id(), new_id()
    here = (paired.session, paired.programme_id, mentoring_id)
    sealed = (paired.session, KEYRING, paired.programme_id, mentoring_id)
    assert add_goal(*sealed, paired.mentee, "  Swim\u202e again ", goal_id=goal_id)
    assert not add_goal(*sealed, paired.mentee, "Swim again", goal_id=goal_id)
    assert add_step(*sealed, paired.worker, goal_id, "Find a towel", step_id=step_id)
    assert not add_step(*sealed, paired.mentee, goal_id, "Find a towel", step_id=step_id)
    mark_step(*here, paired.mentee, step_id, done_on=clock.today())
    row = row_of(paired, mentoring_id)
    [goal] = list_goals(paired.session, KEYRING, row)
    assert (goal.words, goal.done, goal.reached_on) == ("Swim again", 1, None)
    mark_step(*here, paired.mentee, step_id, done_on=None)
    mark_goal(*here, paired.mentee, goal_id, reached_on=clock.today())
    [goal] = list_goals(paired.session, KEYRING, row)
    assert (goal.done, goal.reached_on) == (0, clock.today())
    with pytest.raises(NotFoundError):
        add_goal(*sealed, paired.mentor, "Mine", goal_id=new_id())
    with pytest.raises(NotFoundError):
        mark_goal(*here, paired.mentor, goal_id, reached_on=None)
    read = read_own(paired.session, KEYRING, paired.programme_id, mentoring_id, paired.mentor)
    assert [each.words for each in read.goals] == ["Swim again"]
    remove_step(*here, paired.mentee, step_id)
    add_step(*sealed, paired.mentee, goal_id, "Ring the pool", step_id=new_id())
    remove_goal(*here, paired.mentee, goal_id)
    assert paired.session.scalar(select(func.count()).select_from(MentoringStep)) == 0


def test_goals_of_another_pair_are_not_found_and_there_are_at_most_twenty(paired: Paired) -> None:
    first, other = paired.begin(), paired.begin(paired.mo, paired.offers(paired.place.lukasz))
    theirs = Party(Side.MENTEE, paired.mo, paired.mo)
    goal_id = new_id()
    add_goal(paired.session, KEYRING, paired.programme_id, first, paired.mentee, "Swim", goal_id=goal_id)
    for act in (
        lambda: mark_goal(paired.session, paired.programme_id, other, theirs, goal_id, reached_on=None),
        lambda: mark_goal(paired.session, paired.programme_id, first, theirs, goal_id, reached_on=None),
        lambda: add_goal(paired.session, KEYRING, paired.programme_id, other, theirs, "Swim", goal_id=goal_id),
        lambda: add_step(paired.session, KEYRING, paired.programme_id, other, theirs, goal_id, "Swim", step_id=new_id()),
    ):
        with pytest.raises(NotFoundError):
            act()
    for number in range(MOST - 1):
        add_goal(paired.session, KEYRING, paired.programme_id, first, paired.mentee, f"Goal {number}", goal_id=new_id())
    with pytest.raises(RuleError, match="20 goals"):
        add_goal(paired.session, KEYRING, paired.programme_id, first, paired.mentee, "One more", goal_id=new_id())


@pytest.mark.parametrize(
    ("how", "expected", "source"),
    [
        (SelfLog.APPROVAL, HoursOf.WAITING, None),
        (SelfLog.TRUSTED, HoursOf.COUNTED, HourSource.SELF_LOGGED),
        (SelfLog.NO, HoursOf.NONE, None),
    ],
)
def test_what_a_mentor_notes_counts_as_their_own_logged_hours_do(
    paired: Paired, how: SelfLog, expected: HoursOf, source: HourSource | None
) -> None:
    enrolment = paired.session.scalars(select(Enrolment).where(Enrolment.volunteer_id == paired.place.sian)).one()
    enrolment.self_log = how
    paired.session.flush()
    mentoring_id, meeting_id = paired.begin(), new_id()
    assert note(paired, mentoring_id, paired.mentor, meeting_id=meeting_id) is expected
    assert note(paired, mentoring_id, paired.mentor, meeting_id=meeting_id) is expected
    assert [(entry.minutes, entry.source) for entry in hours_of(paired)] == ([(90, source)] if source else [])
    if how is SelfLog.NO:
        with pytest.raises(RuleError, match="can not add hours here"):
            count_meeting(paired.session, paired.programme_id, mentoring_id, paired.mentor, meeting_id, today=clock.today())
        counted = count_meeting(paired.session, paired.programme_id, mentoring_id, paired.worker, meeting_id, today=clock.today())
        assert counted is HoursOf.COUNTED
    assert not any(SECRET in entry.note for entry in hours_of(paired))


def test_logged_hours_of_a_meeting_count_once_they_are_approved(paired: Paired) -> None:
    mentoring_id, meeting_id = paired.begin(), new_id()
    note(paired, mentoring_id, paired.mentor, meeting_id=meeting_id)
    [log] = paired.session.scalars(select(LoggedHours))
    assert (log.id, log.note, log.minutes) == (uuid5(meeting_id, "hours"), "", 90)
    approve(paired.session, *paired.here, {log.id: mark_of(log)}, actor_id=paired.staff, today=clock.today())
    [listed] = list_meetings(paired.session, KEYRING, row_of(paired, mentoring_id)).rows
    assert (listed.hours, listed.words, listed.entry_id) == (HoursOf.COUNTED, SECRET, log.id)
    with pytest.raises(RuleError, match="count already"):
        remove_meeting(paired.session, paired.programme_id, mentoring_id, paired.mentor, meeting_id)
    count_meeting(paired.session, paired.programme_id, mentoring_id, paired.worker, meeting_id, today=clock.today())
    assert len(hours_of(paired)) == 1


def test_one_meeting_a_day_whoever_notes_it(paired: Paired) -> None:
    mentoring_id, meeting_id = paired.begin(), new_id()
    assert note(paired, mentoring_id, paired.mentee, meeting_id=meeting_id) is HoursOf.NONE
    for party in (paired.mentor, paired.worker, paired.mentee):
        with pytest.raises(RuleError, match="here already"):
            note(paired, mentoring_id, party)
    assert hours_of(paired) == []
    for _ in range(2):
        counted = count_meeting(paired.session, paired.programme_id, mentoring_id, paired.worker, meeting_id, today=clock.today())
        assert counted is HoursOf.COUNTED
    [entry] = hours_of(paired)
    assert (entry.source, entry.minutes, entry.note) == (HourSource.SINGLE, 90, "")
    with pytest.raises(NotFoundError):
        count_meeting(paired.session, paired.programme_id, mentoring_id, paired.mentee, meeting_id, today=clock.today())


def test_a_worker_who_is_the_mentor_does_not_add_their_own_hours(paired: Paired) -> None:
    paired.session.get_one(Volunteer, (paired.programme_id, paired.place.sian)).user_id = paired.staff
    paired.session.flush()
    assert note(paired, paired.begin(), paired.worker) is HoursOf.WAITING
    assert hours_of(paired) == []


def test_a_wrong_meeting_is_taken_away_with_the_hours_that_wait(paired: Paired) -> None:
    mentoring_id, meeting_id = paired.begin(), new_id()
    note(paired, mentoring_id, paired.mentor, meeting_id=meeting_id)
    with pytest.raises(NotFoundError):
        remove_meeting(paired.session, paired.programme_id, mentoring_id, paired.mentee, meeting_id)
    remove_meeting(paired.session, paired.programme_id, mentoring_id, paired.mentor, meeting_id)
    [log] = paired.session.scalars(select(LoggedHours))
    assert log.status is LoggedStatus.WITHDRAWN
    assert note(paired, mentoring_id, paired.mentor) is HoursOf.WAITING


def test_after_a_correction_the_meeting_follows_what_counts(paired: Paired) -> None:
    mentoring_id, meeting_id = paired.begin(), new_id()
    note(paired, mentoring_id, paired.worker, meeting_id=meeting_id)
    [entry] = hours_of(paired)
    other = correct_hours(
        paired.session, *paired.here, entry.id, minutes=60, reason="Shorter", actor_id=paired.staff, today=clock.today()
    ).replacement_id
    assert other is not None
    assert list_meetings(paired.session, KEYRING, row_of(paired, mentoring_id)).rows[0].hours is HoursOf.COUNTED
    correct_hours(paired.session, *paired.here, other, minutes=None, reason="Not so", actor_id=paired.staff, today=clock.today())
    assert list_meetings(paired.session, KEYRING, row_of(paired, mentoring_id)).rows[0].hours is HoursOf.GONE
    remove_meeting(paired.session, paired.programme_id, mentoring_id, paired.worker, meeting_id)
    assert list_meetings(paired.session, KEYRING, row_of(paired, mentoring_id)).total == 0


@pytest.mark.parametrize("days", [-1, 1])
def test_a_meeting_is_on_a_day_of_the_pair(paired: Paired, days: int) -> None:
    with pytest.raises(RuleError, match="Nothing was saved"):
        note(paired, paired.begin(), paired.worker, days=days)
    assert paired.session.scalar(select(func.count()).select_from(MentoringMeeting)) == 0


def test_a_rule_of_hours_keeps_the_meeting_out_too(paired: Paired) -> None:
    """More than a day has: neither hours nor a meeting are left behind."""
    mentoring_id, today = paired.begin(), clock.today()
    full = paired.place.new(paired.place.sian, 23 * 60, today)
    record_hours(paired.session, *paired.here, [full], source=HourSource.SINGLE, actor_id=None, today=today)
    for party in (paired.worker, paired.mentor):
        with pytest.raises(RuleError, match="Nothing was saved"):
            note(paired, mentoring_id, party)
    assert paired.session.scalar(select(func.count()).select_from(MentoringMeeting)) == 0
    assert [entry.id for entry in hours_of(paired)] == [full.id]


def test_a_review_moves_the_next_one(paired: Paired) -> None:
    mentoring_id, review_id = paired.begin(), new_id()
    later, today = clock.today() + timedelta(weeks=8), clock.today()

    def review(words: str = SECRET, *, next_on: date = later, held_on: date = today, key: UUID = review_id) -> bool:
        return note_review(
            paired.session,
            KEYRING,
            *paired.here,
            mentoring_id,
            review_id=key,
            held_on=held_on,
            words=words,
            next_on=next_on,
            actor_id=paired.staff,
            today=today,
        )

    assert review()
    assert not review()
    for wrong in (
        {"words": " "},
        {"next_on": today},
        {"next_on": today + timedelta(days=400)},
        {"held_on": today + timedelta(days=1)},
        {"held_on": today - timedelta(days=1)},
    ):
        with pytest.raises(RuleError, match="Nothing was saved"):
            review(**{"key": new_id()} | wrong)  # type: ignore[arg-type]
    row = row_of(paired, mentoring_id)
    assert row.review_on == later
    assert [each.words for each in list_reviews(paired.session, KEYRING, row)] == [SECRET]
    with pytest.raises(NotFoundError):
        note_review(
            paired.session,
            KEYRING,
            paired.programme_id,
            paired.place.other_organisation_id,
            mentoring_id,
            review_id=new_id(),
            held_on=today,
            words="x",
            next_on=None,
            actor_id=None,
            today=today,
        )


@pytest.mark.parametrize("side", ["worker", "mentor", "mentee"])
def test_whoever_ends_it_leaves_the_same_traces(paired: Paired, side: str) -> None:
    mentoring_id = paired.begin()
    assert end_mentoring(paired.session, paired.programme_id, mentoring_id, getattr(paired, side), base_url=BASE_URL)
    assert not end_mentoring(paired.session, paired.programme_id, mentoring_id, paired.worker, base_url=BASE_URL)
    row = row_of(paired, mentoring_id)
    assert (row.state, row.ended_at is None) == (MentoringState.ENDED, False)
    [entry] = paired.session.scalars(select(AuditEntry).where(AuditEntry.action == "mentoring ended"))
    assert entry.actor_id is None
    assert paired.propose()  # they can be matched anew


def test_after_the_end_a_mentor_reads_no_word_and_a_mentee_their_goals(paired: Paired) -> None:
    mentoring_id, goal_id = paired.begin(), new_id()
    here = (paired.session, KEYRING, paired.programme_id, mentoring_id)
    add_goal(*here, paired.mentee, SECRET, goal_id=goal_id)
    note(paired, mentoring_id, paired.worker)
    end_mentoring(paired.session, paired.programme_id, mentoring_id, paired.worker, base_url=BASE_URL)
    mentor, mentee = (read_own(*here, each) for each in (paired.mentor, paired.mentee))
    assert (mentor.goals, mentor.meetings, mentor.agreement, mentor.pair.other) == ((), None, None, "")
    assert [each.words for each in mentee.goals] == [SECRET]
    assert (mentee.meetings, mentee.agreement, mentee.pair.other) == (None, None, "")
    staff = read_pair(paired.session, KEYRING, *paired.here, mentoring_id, today=clock.today())
    assert (staff.agreement, staff.goals[0].words, staff.meetings.total) == (AGREED, SECRET, 1)
    for act in (
        lambda: add_step(*here, paired.mentee, goal_id, "x", step_id=new_id()),
        lambda: mark_goal(paired.session, *here[2:], paired.mentee, goal_id, reached_on=None),
        lambda: remove_goal(paired.session, *here[2:], paired.worker, goal_id),
        lambda: note(paired, mentoring_id, paired.worker, days=0),
        lambda: agree(paired.session, paired.programme_id, mentoring_id, paired.mentor, base_url=BASE_URL),
    ):
        with pytest.raises(RuleError, match="has ended"):
            act()


def test_a_block_ends_it_and_neither_sees_the_other(paired: Paired) -> None:
    mentoring_id = paired.begin()
    add_goal(paired.session, KEYRING, paired.programme_id, mentoring_id, paired.mentee, SECRET, goal_id=new_id())
    pair = (paired.place.lukasz, paired.place.sian)
    keep_apart(paired.session, paired.programme_id, *pair, shown_as="S", actor_id=None)
    # in the moment before somebody ends it, nothing works any more
    with pytest.raises(RuleError, match="has ended"):
        note(paired, mentoring_id, paired.worker)
    assert read_pair(paired.session, KEYRING, *paired.here, mentoring_id, today=clock.today()).apart
    assert list_own(paired.session, paired.programme_id, paired.place.sian) == []
    with pytest.raises(NotFoundError):
        own_party(paired.session, paired.programme_id, paired.place.sian, mentoring_id)
    assert end_between(paired.session, paired.programme_id, *pair) == 1
    assert end_between(paired.session, paired.programme_id, *reversed(pair)) == 0
    # the mentor finds what any mentor finds after an end: nothing tells of the mentee's wish
    [mentors] = list_own(paired.session, paired.programme_id, paired.place.sian)
    assert (mentors.other, mentors.state, mentors.review_on) == ("", MentoringState.ENDED, None)
    party = own_party(paired.session, paired.programme_id, paired.place.sian, mentoring_id)
    seen = read_own(paired.session, KEYRING, paired.programme_id, mentoring_id, party)
    assert (seen.goals, seen.meetings, seen.agreement) == ((), None, None)
    [own] = list_own(paired.session, paired.programme_id, paired.place.lukasz)
    assert (own.other, own.state) == ("", MentoringState.ENDED)
    read = read_own(paired.session, KEYRING, paired.programme_id, mentoring_id, paired.mentee)
    assert [each.words for each in read.goals] == [SECRET]


def test_every_word_is_sealed_for_its_row(paired: Paired) -> None:
    paired.offers(paired.mo, words=SECRET)
    mentoring_id, goal_id = paired.propose(agreement=SECRET), new_id()
    for side in (Side.MENTOR, Side.MENTEE):
        agree(paired.session, paired.programme_id, mentoring_id, paired.worker, said_by=side, base_url=BASE_URL)
    here = (paired.session, KEYRING, paired.programme_id, mentoring_id)
    add_goal(*here, paired.mentee, SECRET, goal_id=goal_id)
    add_step(*here, paired.mentee, goal_id, SECRET, step_id=new_id())
    note(paired, mentoring_id, paired.worker)
    note_review(
        paired.session,
        KEYRING,
        *paired.here,
        mentoring_id,
        review_id=new_id(),
        held_on=clock.today(),
        words=SECRET,
        next_on=None,
        actor_id=None,
        today=clock.today(),
    )
    paired.session.flush()
    for model in (Mentor, Mentoring, MentoringGoal, MentoringStep, MentoringMeeting, MentoringReview):
        rows = paired.session.execute(select(*model.__table__.columns)).all()
        assert rows
        for row in rows:
            for value in row:
                kept = value if isinstance(value, bytes) else str(value).encode()
                assert SECRET.encode() not in kept
    gone = Keyring({7: b"a key of later"}, current=7)
    read = read_pair(paired.session, gone, *paired.here, mentoring_id, today=clock.today())
    assert (read.agreement, read.goals[0].words, read.meetings.rows[0].words, read.reviews[0].words) == (None,) * 4


def test_meetings_come_by_pages(paired: Paired) -> None:
    now = clock.now()
    with clock.standing_at(now - timedelta(days=30)):
        mentoring_id = paired.begin()
    for days in range(23):
        note(paired, mentoring_id, paired.mentee, days=days)
    row = find_mentoring(paired.session, paired.programme_id, mentoring_id, paired.worker)
    first, last = (list_meetings(paired.session, KEYRING, row, page=page) for page in (1, 99))
    assert (len(first.rows), len(last.rows), last.page, first.total, first.minutes) == (20, 3, 2, 23, 23 * 90)
    assert first.rows[0].held_on == clock.today()
