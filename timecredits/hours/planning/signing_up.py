"""Signing up for a session, cancelling, and the waiting list that fills by itself.

First come, first served. Whoever signs up, cancels or changes the number of places holds the session's row meanwhile, so that two
at once never pass the capacity: that row is taken first, a person's row after it. Nothing here shows one volunteer's
name to another: `list_sign_ups` is for staff.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError
from timecredits.hours.activity_models import ActivitySession, SignUp, SignUpStatus
from timecredits.hours.planning.moved_up import tell_moved_up
from timecredits.hours.planning.plan_holding import share_plan
from timecredits.hours.planning.session_texts import take_back_reminders
from timecredits.hours.planning.sessions import DatedSession, find_dated_session, find_kept_sessions, keep_session
from timecredits.hours.planning.sign_up_rules import CAME, GONE, STARTED, check_open, check_person
from timecredits.hours.who_came import who_came
from timecredits.network.blocks import kept_apart, kept_apart_within
from timecredits.network.models import Volunteer
from timecredits.network.scope import find
from timecredits.network.standing import is_on_hold


class SignUpOutcome(StrEnum):
    """What came of signing up."""

    COMING = "coming"
    WAITING = "waiting"
    ALREADY_COMING = "already_coming"
    ALREADY_WAITING = "already_waiting"


@dataclass(frozen=True, slots=True)
class SignUpAnswer:
    """What came of it. `line` is the place on the waiting list, from 1 (0: not waiting); `joined` says that it enrolled them."""

    outcome: SignUpOutcome
    session_id: UUID
    line: int = 0
    joined: bool = False

    @property
    def is_coming(self) -> bool:
        """Whether there is a place for them."""
        return self.outcome in {SignUpOutcome.COMING, SignUpOutcome.ALREADY_COMING}


@dataclass(frozen=True, slots=True)
class SignedUp:
    """Somebody who is coming or waits, as staff see them."""

    volunteer_id: UUID
    name: str
    status: SignUpStatus
    signed_up_at: datetime


def sign_up(
    session: Session,
    programme_id: UUID,
    volunteer_id: UUID,
    dated: DatedSession,
    *,
    actor_id: UUID | None,
    today: date,
    staff_of: UUID | None = None,
    party: int = 1,
    let_in: bool = False,
) -> SignUpAnswer:
    """Sign somebody up for a session, or on its waiting list when it is full. Who stands there already stays as they are.

    `staff_of` is the organisation whose coordinator does it: the session must be its own, and the person enrolled there. A person
    who does it themselves is enrolled at the organisation from today on if the activity is open to everybody. `party` is how many
    places they take; `let_in` says that a peer group let them in, which its activity asks for. While somebody from whom they are
    kept apart is coming, they wait, as if it were full.
    Raises NotFoundError; RuleError where the session is over, cancelled or gone, its activity closed or not open to this person;
    NotYetError, a RuleError, says what is missing (timecredits.hours.planning.sign_up_rules).
    """
    if staff_of is not None and dated.organisation_id != staff_of:
        raise NotFoundError
    by_staff = staff_of is not None
    dated = _kept_and_held(session, programme_id, dated, actor_id=actor_id, by_staff=by_staff)
    check_open(session, programme_id, dated, today=today, by_staff=by_staff)
    volunteer = find(session, Volunteer, programme_id, volunteer_id)
    joined = check_person(session, volunteer, dated, today=today, by_staff=by_staff, let_in=let_in)
    known = _one(session, programme_id, dated.id, volunteer_id)
    if known is not None and known.status is not SignUpStatus.CANCELLED:
        return _answer(session, known, joined=joined, again=True)
    fill_places(session, programme_id, dated.id)
    status = SignUpStatus.COMING if _has_place(session, dated, volunteer, party) else SignUpStatus.WAITING
    now = clock.now()
    if known is None:
        known = SignUp(programme_id=programme_id, id=new_id(), session_id=dated.id, volunteer_id=volunteer_id)
        session.add(known)
    known.status, known.signed_up_at, known.changed_at, known.reminded_at, known.party = status, now, now, None, party
    session.flush()
    if staff_of is not None:
        audit.record(
            session, programme_id, "sign-up added", actor_id=actor_id, subject_id=known.id, organisation_id=dated.organisation_id
        )
    return _answer(session, known, joined=joined, again=False)


def cancel_sign_up(
    session: Session,
    programme_id: UUID,
    volunteer_id: UUID,
    session_id: UUID,
    *,
    actor_id: UUID | None,
    staff_of: UUID | None = None,
) -> tuple[UUID, ...]:
    """Take somebody off a session or its waiting list; answers the volunteers who got a place by it, who are told by mail.

    Twice is once. Raises NotFoundError for somebody who never signed up, or a session that isn't `staff_of`'s; RuleError once the
    session has begun: then a register says who came; and once they have signed in to it, which is taken back first.
    """
    dated = hold_session(session, programme_id, session_id)
    sign_up = _one(session, programme_id, session_id, volunteer_id)
    if sign_up is None or (staff_of is not None and dated.organisation_id != staff_of):
        raise NotFoundError
    if sign_up.status is SignUpStatus.CANCELLED:
        return ()
    if clock.now() >= dated.begins and dated.is_on:
        STARTED.refuse(by_staff=staff_of is not None)
    if dated.is_on and (session_id, volunteer_id) in who_came(session, programme_id, [session_id]):
        CAME.refuse(by_staff=staff_of is not None)
    sign_up.status, sign_up.changed_at = SignUpStatus.CANCELLED, clock.now()
    session.flush()
    take_back_reminders(session, session_id, [volunteer_id], dated.begins)
    if staff_of is not None:
        audit.record(
            session,
            programme_id,
            "sign-up cancelled",
            actor_id=actor_id,
            subject_id=sign_up.id,
            organisation_id=dated.organisation_id,
        )
    return fill_places(session, programme_id, session_id)


def fill_places(session: Session, programme_id: UUID, session_id: UUID) -> tuple[UUID, ...]:
    """Give free places to those who wait, first come first; answers their volunteer ids. They are told by mail.

    A party that is too big for what is free waits on, and so does somebody kept apart from a person who is coming; those after
    them who fit come in.
    Call it in the same transaction after a session's capacity grew, it was moved, or put back on. Nothing happens for one that is
    over, cancelled, or unknown, nor while its organisation is on hold.
    """
    if session.get(ActivitySession, (programme_id, session_id)) is None:
        return ()
    dated = hold_session(session, programme_id, session_id)
    if not dated.is_on or clock.now() >= dated.begins or is_on_hold(session, programme_id, dated.organisation_id):
        return ()
    waiting = session.scalars(
        select(SignUp)
        .where(SignUp.programme_id == programme_id, SignUp.session_id == session_id, SignUp.status == SignUpStatus.WAITING)
        .order_by(SignUp.signed_up_at, SignUp.id)
    ).all()
    if not waiting:
        return ()
    moved = _fitting(session, dated, waiting)
    for each in moved:
        each.status, each.changed_at = SignUpStatus.COMING, clock.now()
    session.flush()
    if moved:
        tell_moved_up(session, programme_id, dated, moved)
    return tuple(each.volunteer_id for each in moved)


def hold_session(session: Session, programme_id: UUID, session_id: UUID) -> DatedSession:
    """A planned session that has a row, read anew and held until the transaction ends. Raises NotFoundError."""
    dated = find_kept_sessions(session, programme_id, [session_id]).get(session_id)
    if dated is None:
        raise NotFoundError
    return _held(session, programme_id, dated.plan_id, dated.planned_on, session_id)


def list_sign_ups(session: Session, programme_id: UUID, session_ids: Iterable[UUID]) -> dict[UUID, list[SignedUp]]:
    """Who is coming to each session, then who waits, each in the order they signed up. For staff: it names people."""
    rows = session.execute(
        select(SignUp, Volunteer)
        .join(Volunteer, (Volunteer.programme_id == SignUp.programme_id) & (Volunteer.id == SignUp.volunteer_id))
        .where(
            SignUp.programme_id == programme_id,
            SignUp.session_id.in_(set(session_ids)),
            SignUp.status != SignUpStatus.CANCELLED,
        )
        .order_by(SignUp.status, SignUp.signed_up_at, SignUp.id)  # "coming" stands before "waiting"
    )
    found: dict[UUID, list[SignedUp]] = defaultdict(list)
    for row, volunteer in rows:
        found[row.session_id].append(SignedUp(volunteer.id, volunteer.name, row.status, row.signed_up_at))
    return dict(found)


def count_coming(session: Session, programme_id: UUID, session_ids: Iterable[UUID]) -> dict[UUID, int]:
    """How many places are taken at each session; one that nobody signed up for is left out. One question."""
    rows = session.execute(
        select(SignUp.session_id, func.sum(SignUp.party))
        .where(
            SignUp.programme_id == programme_id,
            SignUp.session_id.in_(set(session_ids)),
            SignUp.status == SignUpStatus.COMING,
        )
        .group_by(SignUp.session_id)
    )
    return {session_id: int(places) for session_id, places in rows}


def free_places(
    session: Session, programme_id: UUID, dated: Iterable[DatedSession], *, volunteer_id: UUID | None = None
) -> Mapping[UUID, int | None]:
    """How many places are free at each session; None is any number. One question for all of them.

    For a `volunteer_id`, none is free where somebody is coming from whom they are kept apart: what they would be told is true.
    """
    sessions = list(dated)
    coming = count_coming(session, programme_id, [each.id for each in sessions if each.is_kept and each.capacity is not None])
    free = {each.id: None if each.capacity is None else max(each.capacity - coming.get(each.id, 0), 0) for each in sessions}
    apart = kept_apart(session, programme_id, volunteer_id) if volunteer_id is not None else frozenset()
    return free | dict.fromkeys(_with_any_of(session, programme_id, sessions, apart), 0) if apart else free


def _kept_and_held(
    session: Session, programme_id: UUID, dated: DatedSession, *, actor_id: UUID | None, by_staff: bool
) -> DatedSession:
    # A plan that is being changed makes this wait; then its day may be gone.
    share_plan(session, programme_id, dated.plan_id)
    try:
        dated = find_dated_session(session, programme_id, dated.plan_id, dated.planned_on)
    except NotFoundError:
        GONE.refuse(by_staff=by_staff)
    keep_session(session, programme_id, dated, actor_id=actor_id)
    return _held(session, programme_id, dated.plan_id, dated.planned_on, dated.id)


def _held(session: Session, programme_id: UUID, plan_id: UUID, planned_on: date, session_id: UUID) -> DatedSession:
    # NO KEY: hours being recorded refer to this row and must not wait for somebody who signs up.
    session.scalars(
        select(ActivitySession)
        .where(ActivitySession.programme_id == programme_id, ActivitySession.id == session_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()
    return find_dated_session(session, programme_id, plan_id, planned_on)


def _one(session: Session, programme_id: UUID, session_id: UUID, volunteer_id: UUID) -> SignUp | None:
    return session.scalars(
        select(SignUp)
        .where(SignUp.programme_id == programme_id, SignUp.session_id == session_id, SignUp.volunteer_id == volunteer_id)
        .execution_options(populate_existing=True)
    ).one_or_none()


def _has_place(session: Session, dated: DatedSession, volunteer: Volunteer, party: int) -> bool:
    free = free_places(session, volunteer.programme_id, [dated], volunteer_id=volunteer.id)[dated.id]
    return free is None or free >= party


def _fitting(session: Session, dated: DatedSession, waiting: Sequence[SignUp]) -> list[SignUp]:
    """Those of a waiting list, in its order, for whom there is a place."""
    programme_id = waiting[0].programme_id
    here = set(
        session.scalars(
            select(SignUp.volunteer_id).where(
                SignUp.programme_id == programme_id, SignUp.session_id == dated.id, SignUp.status == SignUpStatus.COMING
            )
        )
    )
    apart = kept_apart_within(session, programme_id, [*here, *(each.volunteer_id for each in waiting)])
    free = free_places(session, programme_id, [dated])[dated.id]
    found = []
    for each in waiting:
        fits = free is None or free >= each.party
        if not fits or any(each.volunteer_id in pair and pair & here for pair in apart):
            continue
        found.append(each)
        here.add(each.volunteer_id)
        free = None if free is None else free - each.party
    return found


def _with_any_of(
    session: Session, programme_id: UUID, sessions: Iterable[DatedSession], people: Collection[UUID]
) -> Sequence[UUID]:
    """The sessions that somebody of these people is coming to."""
    return session.scalars(
        select(SignUp.session_id)
        .distinct()
        .where(
            SignUp.programme_id == programme_id,
            SignUp.session_id.in_([each.id for each in sessions if each.is_kept]),
            SignUp.volunteer_id.in_(people),
            SignUp.status == SignUpStatus.COMING,
        )
    ).all()


def _answer(session: Session, row: SignUp, *, joined: bool, again: bool) -> SignUpAnswer:
    if row.status is SignUpStatus.COMING:
        outcome = SignUpOutcome.ALREADY_COMING if again else SignUpOutcome.COMING
        return SignUpAnswer(outcome, row.session_id, joined=joined)
    outcome = SignUpOutcome.ALREADY_WAITING if again else SignUpOutcome.WAITING
    return SignUpAnswer(outcome, row.session_id, line=place_in_line(session, row), joined=joined)


def place_in_line(session: Session, row: SignUp) -> int:
    """Which place on the waiting list this is, from 1."""
    before = session.scalar(
        select(func.count()).where(
            SignUp.programme_id == row.programme_id,
            SignUp.session_id == row.session_id,
            SignUp.status == SignUpStatus.WAITING,
            (SignUp.signed_up_at < row.signed_up_at) | ((SignUp.signed_up_at == row.signed_up_at) & (SignUp.id < row.id)),
        )
    )
    return (before or 0) + 1
