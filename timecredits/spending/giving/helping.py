"""Who may use whose credits for them: noted by a coordinator with the person's yes, within a weekly limit, ended at any time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from timecredits.foundation import audit, clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.wording import Sentence
from timecredits.hours.hour_facts import lock_people
from timecredits.network.blocks import apart_from, is_kept_apart
from timecredits.network.models import Organisation, Volunteer
from timecredits.network.volunteers import find_enrolled
from timecredits.spending.giving.gift_rules import QUARTER
from timecredits.spending.giving_models import Helping
from timecredits.spending.helper_limits import standing
from timecredits.spending.showing import name_at_venue

MOST_A_WEEK = 40 * 60


@dataclass(frozen=True, slots=True)
class HelpingLine:
    """An agreement with both names (first name and initial, and in full for staff), and where it was agreed."""

    helping: Helping
    person: str
    helper: str
    person_in_full: str
    helper_in_full: str
    organisation: str

    def is_on(self, now: datetime) -> bool:
        """Whether it counts at `now`."""
        return self.helping.begins_at <= now and not self.is_over(now)

    def is_over(self, now: datetime) -> bool:
        """Whether it has ended by `now`."""
        return self.helping.ended_at is not None and self.helping.ended_at <= now


@dataclass(frozen=True, slots=True)
class HelpingCounts:
    """How many people somebody helps, and how many `helpers` they have."""

    helped: int
    helpers: int


def agree(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    volunteer_id: UUID,
    *,
    helping_id: UUID,
    helper_id: UUID,
    minutes_a_week: int,
    may_give: bool,
    actor_id: UUID | None,
    ends_at: datetime | None = None,
) -> Helping:
    """Note that a person said yes to a helper, from now on; an earlier agreement of the two ends. The same id twice is once.

    Raises NotFoundError unless both are enrolled here; RuleError for oneself, an amount that can't be, or an end that has passed.
    """
    find_enrolled(session, programme_id, organisation_id, volunteer_id)
    find_enrolled(session, programme_id, organisation_id, helper_id)
    if helper_id == volunteer_id:
        raise RuleError(Sentence("Nobody can be their own helper. Nothing was saved. Choose somebody else."), field="helper")
    if minutes_a_week < QUARTER or minutes_a_week % QUARTER or minutes_a_week > MOST_A_WEEK:
        sentence = Sentence("Type from 0.25 to %(most)s credits a week, in quarters. Nothing was saved.", most=MOST_A_WEEK // 60)
        raise RuleError(sentence, field="amount")
    if ends_at is not None and ends_at <= clock.now():
        raise RuleError(Sentence("That day has passed. Nothing was saved. Choose a later day."), field="ends")
    lock_people(session, programme_id, [volunteer_id])  # so does who keeps them apart, and then looks for what they agreed
    now = clock.now()  # after waiting: what ended meanwhile ended before this begins
    if is_kept_apart(session, programme_id, volunteer_id, helper_id):
        raise RuleError(Sentence("These two people are kept apart. Nothing was saved. Choose somebody else."), field="helper")
    known = session.scalars(select(Helping).where(Helping.programme_id == programme_id, Helping.id == helping_id)).one_or_none()
    if known is not None:
        if (known.organisation_id, known.volunteer_id, known.helper_id) != (organisation_id, volunteer_id, helper_id):
            raise NotFoundError
        return known
    session.execute(
        update(Helping)
        .where(
            Helping.programme_id == programme_id,
            Helping.volunteer_id == volunteer_id,
            Helping.helper_id == helper_id,
            standing(now),
        )
        .values(ended_at=now, ended_by=actor_id)
    )
    helping = Helping(
        programme_id=programme_id,
        id=helping_id,
        volunteer_id=volunteer_id,
        helper_id=helper_id,
        organisation_id=organisation_id,
        minutes_a_week=minutes_a_week,
        may_give=may_give,
        agreed_by=actor_id,
        begins_at=now,
        ended_at=ends_at,
    )
    session.add(helping)
    session.flush()
    audit.record(
        session, programme_id, "helper agreed", actor_id=actor_id, subject_id=helping_id, organisation_id=organisation_id
    )
    return helping


def end_as_person(session: Session, programme_id: UUID, volunteer_id: UUID, helping_id: UUID, *, user_id: UUID | None) -> bool:
    """End one's own helper's agreement, at once. False when it had ended. NotFoundError for somebody else's."""
    return _end(session, programme_id, helping_id, user_id, volunteer_id=volunteer_id)


def end_as_helper(session: Session, programme_id: UUID, helper_id: UUID, helping_id: UUID, *, user_id: UUID | None) -> bool:
    """Stop helping somebody, at once. False when it had ended. NotFoundError for somebody else's."""
    return _end(session, programme_id, helping_id, user_id, helper_id=helper_id)


def end_as_staff(session: Session, programme_id: UUID, organisation_id: UUID, helping_id: UUID, *, actor_id: UUID | None) -> bool:
    """End an agreement that was noted here, at once. False when it had ended. NotFoundError for another organisation's."""
    ended = _end(session, programme_id, helping_id, actor_id, organisation_id=organisation_id)
    if ended:
        audit.record(
            session, programme_id, "helper ended", actor_id=actor_id, subject_id=helping_id, organisation_id=organisation_id
        )
    return ended


def end_between(session: Session, programme_id: UUID, one_id: UUID, other_id: UUID, *, ended_by: UUID | None) -> int:
    """End at once whatever these two agreed, whoever helps whom, for two people who are kept apart. Answers how many.

    Also what begins a moment later: whoever agreed while this waited looked at their clock after us, or at another clock.
    """
    lock_people(session, programme_id, [one_id, other_id])
    now = clock.now()
    going_on = session.scalars(
        select(Helping).where(
            Helping.programme_id == programme_id,
            or_(
                and_(Helping.volunteer_id == one_id, Helping.helper_id == other_id),
                and_(Helping.volunteer_id == other_id, Helping.helper_id == one_id),
            ),
            or_(Helping.ended_at.is_(None), Helping.ended_at > now),
        )
    ).all()
    for helping in going_on:
        helping.ended_at, helping.ended_by = max(now, helping.begins_at), ended_by
    session.flush()
    return len(going_on)


def agreement_between(session: Session, programme_id: UUID, volunteer_id: UUID, helper_id: UUID, now: datetime) -> Helping | None:
    """What the two agreed that counts at `now`: the newest, as helper_limits reads it."""
    return session.scalars(
        select(Helping)
        .where(
            Helping.programme_id == programme_id,
            Helping.volunteer_id == volunteer_id,
            Helping.helper_id == helper_id,
            standing(now),
        )
        .order_by(Helping.begins_at.desc(), Helping.id.desc())
        .limit(1)
    ).one_or_none()


def find_helped(session: Session, programme_id: UUID, helper_id: UUID, helping_id: UUID) -> HelpingLine:
    """One agreement, as the helper sees it; NotFoundError for somebody else's and for one that has ended."""
    now = clock.now()
    found = _lines(session, programme_id, Helping.id == helping_id, *_seen_by_helper(programme_id, helper_id), standing(now))
    if not found:
        raise NotFoundError
    return found[0]


def list_helpers(session: Session, programme_id: UUID, volunteer_id: UUID) -> list[HelpingLine]:
    """Everybody who helps or helped a person, newest first; nobody who is kept apart from them."""
    apart = apart_from(programme_id, volunteer_id, Helping.helper_id)
    return _lines(session, programme_id, Helping.volunteer_id == volunteer_id, apart)


def list_helped(session: Session, programme_id: UUID, helper_id: UUID) -> list[HelpingLine]:
    """Everybody whom somebody may help now."""
    return _lines(session, programme_id, *_seen_by_helper(programme_id, helper_id), standing(clock.now()))


def count_helping(session: Session, programme_id: UUID, volunteer_id: UUID) -> HelpingCounts:
    """How many people somebody may help now, and how many may help them. One query."""
    now = clock.now()
    helped, helpers = (
        select(func.count())
        .select_from(Helping)
        .where(Helping.programme_id == programme_id, column == volunteer_id, standing(now))
        .scalar_subquery()
        for column in (Helping.helper_id, Helping.volunteer_id)
    )
    return HelpingCounts(*session.execute(select(helped, helpers)).one())


def list_noted_here(session: Session, programme_id: UUID, organisation_id: UUID, volunteer_id: UUID) -> list[HelpingLine]:
    """The agreements noted at an organisation in which a person is helped or helps, newest first. NotFoundError."""
    find_enrolled(session, programme_id, organisation_id, volunteer_id)
    either = (Helping.volunteer_id == volunteer_id) | (Helping.helper_id == volunteer_id)
    return _lines(session, programme_id, Helping.organisation_id == organisation_id, either)


def _seen_by_helper(programme_id: UUID, helper_id: UUID) -> tuple[Any, ...]:
    """Their own agreements, but with nobody who is kept apart from them."""
    return (Helping.helper_id == helper_id, apart_from(programme_id, helper_id, Helping.volunteer_id))


def _lines(session: Session, programme_id: UUID, *conditions: Any) -> list[HelpingLine]:
    person, helper = aliased(Volunteer), aliased(Volunteer)
    rows: Sequence[tuple[Helping, Volunteer, Volunteer, str]] = session.execute(
        select(Helping, person, helper, Organisation.name)
        .join(person, (person.programme_id == Helping.programme_id) & (person.id == Helping.volunteer_id))
        .join(helper, (helper.programme_id == Helping.programme_id) & (helper.id == Helping.helper_id))
        .join(Organisation, (Organisation.programme_id == Helping.programme_id) & (Organisation.id == Helping.organisation_id))
        .where(Helping.programme_id == programme_id, *conditions)
        .order_by(Helping.begins_at.desc(), Helping.id.desc())
    ).all()
    return [
        HelpingLine(helping, name_at_venue(one), name_at_venue(other), one.name, other.name, organisation)
        for helping, one, other, organisation in rows
    ]


def _end(session: Session, programme_id: UUID, helping_id: UUID, ended_by: UUID | None, **owner: UUID) -> bool:
    helping = session.scalars(
        select(Helping)
        .filter_by(programme_id=programme_id, id=helping_id, **owner)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if helping is None:
        raise NotFoundError
    now = clock.now()
    if helping.ended_at is not None and helping.ended_at <= now:
        return False
    helping.ended_at, helping.ended_by = now, ended_by
    session.flush()
    return True
