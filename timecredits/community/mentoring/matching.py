"""Bring two people together: who could be a mentor to whom, and proposing it to both.

A mentor must have room and all that the activity asks of them, and nobody is matched with somebody they are kept apart from.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID, uuid5

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from timecredits.community.mentoring.mail import tell_both
from timecredits.community.mentoring.mentors import KeptMentor, list_mentors, taken
from timecredits.community.mentoring.parties import OPEN
from timecredits.community.mentoring.words import LONGEST_AGREEMENT, sealed_words
from timecredits.community.mentoring_models import Mentor, Mentoring, MentoringState
from timecredits.community.referral_models import Referral
from timecredits.foundation import audit, clock
from timecredits.foundation.errors import RuleError
from timecredits.foundation.folding import fold
from timecredits.foundation.keys import Keyring
from timecredits.foundation.typed_words import tidy_text
from timecredits.foundation.wording import Sentence
from timecredits.hours.activities import ActivityFacts, create_activity, list_activities
from timecredits.hours.activity_models import Activity, ActivityKind, OpenTo
from timecredits.hours.hour_facts import lock_people
from timecredits.hours.planning.eligibility import Missing, missing_for, missing_for_many
from timecredits.network.blocks import is_kept_apart, kept_apart
from timecredits.network.scope import find, find_and_hold
from timecredits.network.volunteers import find_enrolled

__all__ = ["ACTIVITY_NAME", "Suggested", "propose", "suggest_mentors", "usual_activities"]

ACTIVITY_NAME: Final = "Support visits"
"""Whose hours a mentor's are unless staff choose another activity. It says what the mentor gives, and of the mentee nothing."""
_USUAL_MINUTES: Final = 60


@dataclass(frozen=True, slots=True)
class Suggested:
    """A mentor with room; who still has something `missing` can't be matched yet."""

    mentor: KeptMentor
    missing: tuple[Missing, ...]


def usual_activities(session: Session, programme_id: UUID, organisation_id: UUID, *, today: date) -> Sequence[Activity]:
    """What a mentor's hours can count for: roles that are open and count hours, those used last first."""
    listed = list_activities(session, programme_id, organisation_id, today=today, only_open=True)
    return [each.activity for each in listed if _fits(each.activity)]


def suggest_mentors(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    organisation_id: UUID,
    mentee_id: UUID,
    *,
    activity_id: UUID | None,
    today: date,
) -> Sequence[Suggested]:
    """Mentors with room for this person: who lacks nothing first, then who has most room, then by name.

    `activity_id` None: an activity that isn't made yet, and asks for nothing. Raises NotFoundError for a person or an activity
    that isn't this organisation's.
    """
    find_enrolled(session, programme_id, organisation_id, mentee_id)
    apart = kept_apart(session, programme_id, mentee_id) | _together(session, programme_id, mentee_id) | {mentee_id}
    found = [
        each
        for each in list_mentors(session, keyring, programme_id, organisation_id)
        if each.room and each.volunteer_id not in apart
    ]
    missing: dict[UUID, tuple[Missing, ...]] = {}
    if activity_id is not None:
        find(session, Activity, programme_id, activity_id, organisation_id=organisation_id)
        missing = missing_for_many(session, programme_id, [each.volunteer_id for each in found], activity_id, today=today)
    suggested = [Suggested(each, missing.get(each.volunteer_id, ())) for each in found]
    return sorted(suggested, key=lambda each: (bool(each.missing), -each.mentor.room, fold(each.mentor.name), each.mentor.id))


def propose(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    organisation_id: UUID,
    *,
    mentoring_id: UUID,
    mentor_id: UUID,
    mentee_id: UUID,
    activity_id: UUID | None,
    agreement: str,
    actor_id: UUID | None,
    base_url: str,
    today: date,
) -> bool:
    """Propose a mentoring to both; nothing begins before both say yes. The same `mentoring_id` twice is once.

    `mentor_id` is the row of the mentor's offer; `activity_id` None makes the usual activity. A referral by which the mentee came
    here is linked. Raises NotFoundError for what isn't this organisation's, or for two who are kept apart; RuleError (nothing is
    then saved) when the mentor has no room or lacks something, or the two are together already.
    """
    agreement = tidy_text(agreement, LONGEST_AGREEMENT, field="agreement", missing=_NO_AGREEMENT)
    here = (programme_id, organisation_id)
    offer = find(session, Mentor, programme_id, mentor_id, organisation_id=organisation_id)
    for person in (mentee_id, offer.volunteer_id):
        find_enrolled(session, *here, person)
    lock_people(session, programme_id, [offer.volunteer_id, mentee_id])
    known = session.get(Mentoring, (programme_id, mentoring_id))
    if known is not None:
        find(session, Mentoring, programme_id, mentoring_id, organisation_id=organisation_id, mentee_id=mentee_id)
        return False
    offer = find_and_hold(session, Mentor, programme_id, mentor_id, organisation_id=organisation_id)
    _check_two(session, offer, mentee_id)
    with session.begin_nested():
        activity_id = _activity(session, *here, activity_id, actor_id=actor_id)
        if missing_for(session, programme_id, offer.volunteer_id, activity_id, today=today):
            raise RuleError(Sentence("This mentor still lacks something for this role. Nothing was saved."), field="mentor")
        session.add(
            Mentoring(
                programme_id=programme_id,
                id=mentoring_id,
                organisation_id=organisation_id,
                activity_id=activity_id,
                referral_id=_referral(session, *here, mentee_id),
                mentor_id=offer.volunteer_id,
                mentee_id=mentee_id,
                state=MentoringState.PROPOSED,
                sealed_agreement=sealed_words(keyring, mentoring_id, agreement),
                matched_by=actor_id,
                matched_at=clock.now(),
            )
        )
        session.flush()
    audit.record(
        session, programme_id, "mentoring proposed", actor_id=actor_id, subject_id=mentoring_id, organisation_id=organisation_id
    )
    tell_both(session, find(session, Mentoring, programme_id, mentoring_id), "asked", base_url=base_url)
    return True


_NO_AGREEMENT = Sentence("Type what the two agree to. Nothing was saved.")


def _check_two(session: Session, offer: Mentor, mentee_id: UUID) -> None:
    programme_id, mentor = offer.programme_id, offer.volunteer_id
    if mentor == mentee_id:
        raise RuleError(Sentence("Nobody can be their own mentor. Nothing was saved."), field="mentor")
    if is_kept_apart(session, programme_id, mentor, mentee_id):
        raise RuleError(Sentence("These two are kept apart. Nothing was saved. Choose somebody else."), field="mentor")
    if mentor in _together(session, programme_id, mentee_id):
        raise RuleError(Sentence("These two are a pair already. Nothing was saved."), field="mentor")
    places = taken(session, programme_id, offer.organisation_id, [mentor]).get(mentor, 0)
    if offer.ended_at is not None or places >= offer.most:
        raise RuleError(Sentence("This mentor has no room now. Nothing was saved. Choose somebody else."), field="mentor")


def _together(session: Session, programme_id: UUID, volunteer_id: UUID) -> set[UUID]:
    """Who is in an open mentoring with this person, either way round and at any organisation."""
    rows = session.execute(
        select(Mentoring.mentor_id, Mentoring.mentee_id).where(
            Mentoring.programme_id == programme_id,
            or_(Mentoring.mentor_id == volunteer_id, Mentoring.mentee_id == volunteer_id),
            Mentoring.state.in_(OPEN),
        )
    )
    return {each for row in rows for each in row if each != volunteer_id}


def _fits(activity: Activity) -> bool:
    return activity.kind is ActivityKind.ROLE and activity.counts_hours


def _activity(
    session: Session, programme_id: UUID, organisation_id: UUID, activity_id: UUID | None, *, actor_id: UUID | None
) -> UUID:
    """The activity chosen, or the usual one, made where there is none of that name."""
    if activity_id is None:
        named = select(Activity).filter_by(
            programme_id=programme_id, organisation_id=organisation_id, folded_name=fold(ACTIVITY_NAME)
        )
        chosen = session.scalars(named).one_or_none() or create_activity(
            session,
            programme_id,
            organisation_id,
            ActivityFacts(ACTIVITY_NAME, usual_minutes=_USUAL_MINUTES, open_to=OpenTo.ENROLLED),
            actor_id=actor_id,
            activity_id=uuid5(organisation_id, ACTIVITY_NAME),
        )
    else:
        chosen = find(session, Activity, programme_id, activity_id, organisation_id=organisation_id)
    if not (chosen.is_open and _fits(chosen)):
        raise RuleError(Sentence("Hours can not be added to this activity. Nothing was saved. Choose another."), field="activity")
    return chosen.id


def _referral(session: Session, programme_id: UUID, organisation_id: UUID, mentee_id: UUID) -> UUID | None:
    """The last referral by which this person came to this organisation."""
    return session.scalar(
        select(Referral.id)
        .where(
            Referral.programme_id == programme_id,
            Referral.organisation_id == organisation_id,
            Referral.volunteer_id == mentee_id,
        )
        .order_by(Referral.started_at.desc(), Referral.id.desc())
        .limit(1)
    )
