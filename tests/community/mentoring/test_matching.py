"""Who can be matched with whom, and what is refused."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select

from tests.community.mentoring.paired import AGREED, BASE_URL, KEYRING, Paired, make_paired
from timecredits.community.mentoring.agreeing import agree
from timecredits.community.mentoring.ending import end_between, end_mentoring
from timecredits.community.mentoring.matching import ACTIVITY_NAME, Suggested, propose, suggest_mentors, usual_activities
from timecredits.community.mentoring.mentors import change_mentor, end_mentor, find_mentor, list_mentors
from timecredits.community.mentoring.own_pairs import list_own
from timecredits.community.mentoring.pairs import Show, count_pairs, list_pairs, read_pair
from timecredits.community.mentoring.parties import find_mentoring, own_party, worker
from timecredits.community.mentoring_models import Mentor, Mentoring, MentoringState
from timecredits.community.referral_models import Referral, ReferralKind, ReferralState
from timecredits.foundation import clock
from timecredits.foundation.db import new_id, transaction
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.mail import MailMessage
from timecredits.hours.activities import ActivityFacts, create_activity
from timecredits.hours.activity_models import Activity, OpenTo, RequirementKind
from timecredits.hours.planning.requirements import Asked, set_requirements
from timecredits.network.blocks import keep_apart
from timecredits.network.models import Volunteer
from timecredits.network.users import create_user


def suggested(paired: Paired, activity_id: UUID | None = None, mentee: UUID | None = None) -> Sequence[Suggested]:
    return suggest_mentors(
        paired.session,
        KEYRING,
        *paired.here,
        mentee or paired.place.lukasz,
        activity_id=activity_id,
        today=clock.today(),
    )


def test_a_mentor_with_room_is_suggested_until_the_place_is_taken(paired: Paired) -> None:
    assert [each.mentor.name for each in suggested(paired)] == ["Siân O'Neill-Wyn"]
    paired.propose(paired.mo)
    assert suggested(paired) == []
    with pytest.raises(RuleError, match="no room"):
        paired.propose()


def test_who_has_most_room_comes_first_and_nobody_is_their_own_mentor(paired: Paired) -> None:
    paired.offers(paired.mo, most=3)
    paired.offers(paired.place.lukasz, most=9)
    assert [each.mentor.name for each in suggested(paired)] == ["Mo Hassan", "Siân O'Neill-Wyn"]
    own = next(each for each in list_mentors(paired.session, KEYRING, *paired.here) if each.volunteer_id == paired.place.lukasz)
    with pytest.raises(RuleError, match="their own mentor"):
        paired.propose(offer=own.id)


@pytest.mark.parametrize("turned", [False, True])
def test_two_who_are_kept_apart_are_neither_suggested_nor_matched(paired: Paired, turned: bool) -> None:  # noqa: FBT001
    pair = (paired.place.sian, paired.place.lukasz)
    one, other = reversed(pair) if turned else pair
    keep_apart(paired.session, paired.programme_id, one, other, shown_as="S", actor_id=None)
    assert suggested(paired) == []
    with pytest.raises(RuleError, match="kept apart"):
        paired.propose()


def test_what_a_mentor_lacks_for_the_activity_is_shown_and_stops_a_match(paired: Paired) -> None:
    activity = create_activity(paired.session, *paired.here, ActivityFacts("Walks"), actor_id=None)
    training = Asked(RequirementKind.TRAINING, name="Listening")
    set_requirements(paired.session, *paired.here, activity.id, [training], actor_id=None)
    [found] = suggested(paired, activity.id)
    assert str(found.missing[0].what) == "training: Listening: not seen yet"
    with pytest.raises(RuleError, match="still lacks something"):
        propose(
            paired.session,
            KEYRING,
            *paired.here,
            mentoring_id=new_id(),
            mentor_id=paired.offer,
            mentee_id=paired.place.lukasz,
            activity_id=activity.id,
            agreement=AGREED,
            actor_id=None,
            base_url=BASE_URL,
            today=clock.today(),
        )
    assert paired.session.scalar(select(func.count()).select_from(Mentoring)) == 0


def test_the_usual_activity_is_made_once_and_says_nothing_of_the_mentee(paired: Paired) -> None:
    paired.offers(paired.mo)
    first, second = paired.propose(), paired.propose(paired.mo, paired.offers(paired.place.lukasz))
    rows = [paired.session.get_one(Mentoring, (paired.programme_id, each)) for each in (first, second)]
    [activity] = {paired.session.get_one(Activity, (paired.programme_id, row.activity_id)) for row in rows}
    assert (activity.name, activity.open_to) == (ACTIVITY_NAME, OpenTo.ENROLLED)
    assert activity in usual_activities(paired.session, *paired.here, today=clock.today())


def test_a_closed_activity_or_another_organisations_is_refused(paired: Paired) -> None:
    with pytest.raises(NotFoundError):
        suggested(paired, new_id())
    with pytest.raises(NotFoundError):
        suggested(paired, mentee=paired.place.stranger)
    with pytest.raises(NotFoundError):
        paired.propose(paired.place.stranger)
    with pytest.raises(NotFoundError):
        paired.propose(offer=new_id())


def test_proposing_twice_is_once_and_two_are_never_a_pair_twice(paired: Paired) -> None:
    mentoring_id = paired.propose()
    assert paired.propose(mentoring_id=mentoring_id) == mentoring_id
    with pytest.raises(RuleError, match="a pair already"):
        paired.propose()
    turned = paired.offers(paired.place.lukasz)
    with pytest.raises(RuleError, match="a pair already"):
        paired.propose(paired.place.sian, turned)
    assert paired.session.scalar(select(func.count()).select_from(Mentoring)) == 1


def test_the_last_referral_of_theirs_is_linked(paired: Paired) -> None:
    now = clock.now()
    for days in (9, 2):
        paired.session.add(
            Referral(
                programme_id=paired.programme_id,
                id=(last := new_id()),
                organisation_id=paired.place.organisation_id,
                volunteer_id=paired.place.lukasz,
                kind=ReferralKind.SELF,
                state=ReferralState.JOINED,
                sealed=b"x",
                started_at=now - timedelta(days=days),
                changed_at=now,
            )
        )
    paired.session.flush()
    row = paired.session.get_one(Mentoring, (paired.programme_id, paired.propose()))
    assert row.referral_id == last
    read = read_pair(paired.session, KEYRING, *paired.here, row.id, today=clock.today())
    assert read.referred_on == clock.local_day(now - timedelta(days=2))


def test_a_mentors_places_are_never_fewer_than_are_taken(paired: Paired) -> None:
    change_mentor(paired.session, KEYRING, *paired.here, paired.offer, most=2, words="Tuesdays")
    for mentee in (paired.place.lukasz, paired.mo):
        paired.propose(mentee)
    with pytest.raises(RuleError, match="in 2 pairs now"):
        change_mentor(paired.session, KEYRING, *paired.here, paired.offer, most=1, words="")
    assert find_mentor(paired.session, KEYRING, *paired.here, paired.offer).words == "Tuesdays"
    end_mentor(paired.session, *paired.here, paired.offer, actor_id=None)
    row = paired.session.get_one(Mentor, (paired.programme_id, paired.offer))
    assert row.sealed is None
    with pytest.raises(NotFoundError):
        find_mentor(paired.session, KEYRING, *paired.here, paired.offer)
    with pytest.raises(RuleError, match="in 2 pairs now"):
        paired.offers(paired.place.sian, most=1)


def test_one_is_a_mentor_once_and_only_where_they_are_enrolled(paired: Paired) -> None:
    with pytest.raises(RuleError, match="a mentor here already"):
        paired.offers(paired.place.sian)
    with pytest.raises(NotFoundError):
        paired.offers(paired.place.stranger)
    for most in (0, 11):
        with pytest.raises(RuleError, match="from 1 to 10"):
            paired.offers(paired.mo, most=most)


def test_it_is_found_by_its_three_parties_only(paired: Paired) -> None:
    mentoring_id = paired.begin()
    there = worker(paired.place.other_organisation_id, None)
    with pytest.raises(NotFoundError):
        find_mentoring(paired.session, paired.programme_id, mentoring_id, there)
    for stranger in (paired.mo, paired.place.stranger):
        with pytest.raises(NotFoundError):
            own_party(paired.session, paired.programme_id, stranger, mentoring_id)
        assert list_own(paired.session, paired.programme_id, stranger) == []
    with pytest.raises(NotFoundError):
        read_pair(paired.session, KEYRING, paired.programme_id, there.scope_id, mentoring_id, today=clock.today())
    listed = list_pairs(paired.session, paired.programme_id, there.scope_id, show=Show.OPEN, today=clock.today())
    assert listed.rows == []
    assert own_party(paired.session, paired.programme_id, paired.place.sian, mentoring_id) == paired.mentor
    assert own_party(paired.session, paired.programme_id, paired.place.lukasz, mentoring_id) == paired.mentee


def test_each_list_shows_its_own_kind(paired: Paired) -> None:
    change_mentor(paired.session, KEYRING, *paired.here, paired.offer, most=2, words="")
    going_on, asked = paired.begin(), paired.propose(paired.mo)
    later = clock.today() + timedelta(weeks=7)
    counts = count_pairs(paired.session, *paired.here, today=later)
    assert counts == {Show.OPEN: 2, Show.ASKED: 1, Show.REVIEW: 1, Show.GOING_ON: 1, Show.ENDED: 0}
    for show, ids in ((Show.OPEN, [going_on, asked]), (Show.ASKED, [asked]), (Show.REVIEW, [going_on]), (Show.ENDED, [])):
        listed = list_pairs(paired.session, *paired.here, show=show, today=later)
        assert [each.id for each in listed.rows] == ids
        assert listed.total == counts[show]
    end_mentoring(paired.session, paired.programme_id, asked, paired.worker, base_url=BASE_URL)
    assert [each.id for each in list_pairs(paired.session, *paired.here, show=Show.ENDED, today=later).rows] == [asked]


def test_letters_are_the_same_for_both_and_say_nothing(paired: Paired) -> None:
    for who in (paired.place.sian, paired.place.lukasz):
        volunteer = paired.session.get_one(Volunteer, (paired.programme_id, who))
        volunteer.user_id = create_user(paired.session, email=f"{who}@example.org", name=volunteer.name).id
    paired.session.flush()
    mentoring_id = paired.propose()
    for party in (paired.mentor, paired.mentee):
        agree(paired.session, paired.programme_id, mentoring_id, party, base_url=BASE_URL)
    end_mentoring(paired.session, paired.programme_id, mentoring_id, paired.mentee, base_url=BASE_URL)
    letters = paired.session.scalars(select(MailMessage).order_by(MailMessage.queued_at)).all()
    assert len(letters) == 6
    said = {each.body.replace("Siân", "X").replace("Łukasz", "X") for each in letters}
    assert len(said) == 3  # the two get the same words each time, whoever did something
    assert {each.subject for each in letters} == {"Fenland: a note for you"}
    for each in said:
        for word in ("mentor", "Riverside", "support", "Łukasz", AGREED):
            assert word.lower() not in each.lower()


def test_the_last_place_is_given_once_when_two_are_matched_at_once(engine: Engine) -> None:
    with transaction(engine) as session:
        paired = make_paired(session)
    wanted, start = (paired.place.lukasz, paired.mo), Barrier(2)

    def match(mentee_id: UUID) -> int:
        start.wait()
        with transaction(engine) as session:
            mine = Paired(session, paired.place, paired.mo, paired.offer, paired.staff)
            try:
                mine.propose(mentee_id)
            except RuleError:
                return 0
            return 1

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(match, wanted)) == 1
    with transaction(engine) as session:
        assert session.scalar(select(func.count()).select_from(Mentoring)) == 1


def test_a_block_and_a_match_at_the_same_instant_leave_no_pair(engine: Engine) -> None:
    with transaction(engine) as session:
        paired = make_paired(session)
    start = Barrier(2)

    def match() -> None:
        start.wait()
        with transaction(engine) as session:
            try:
                Paired(session, paired.place, paired.mo, paired.offer, paired.staff).propose()
            except RuleError:
                return

    def block() -> None:
        start.wait()
        with transaction(engine) as session:
            pair = (paired.place.lukasz, paired.place.sian)
            keep_apart(session, paired.programme_id, *pair, shown_as="S", actor_id=None)
            end_between(session, paired.programme_id, *pair)

    with ThreadPoolExecutor(2) as pool:
        for each in [pool.submit(match), pool.submit(block)]:
            each.result()
    with transaction(engine) as session:
        standing = select(func.count()).select_from(Mentoring).where(Mentoring.state != MentoringState.ENDED)
        assert session.scalar(standing) == 0
