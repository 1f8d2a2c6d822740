"""Booking an event: a sign-up for one of its sessions, for a person and their guests; more guests, fewer, none at all.

A session's row is held meanwhile (hours/planning/signing_up), so that whatever people do at once, no more places are taken than
there are. Booking takes no credits: entry is for the door.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from timecredits.community.event_models import Event
from timecredits.community.events.keeping import event_of_session
from timecredits.community.events.needs import drop_needs, keep_needs, tidy_needs
from timecredits.foundation import audit, clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.wording import Sentence, counted
from timecredits.hours.activity_models import SignUp, SignUpStatus
from timecredits.hours.planning.my_sessions import MySession, list_to_come
from timecredits.hours.planning.sessions import DatedSession
from timecredits.hours.planning.sign_up_rules import CAME, STARTED
from timecredits.hours.planning.signing_up import (
    SignUpAnswer,
    SignUpOutcome,
    cancel_sign_up,
    fill_places,
    free_places,
    hold_session,
    place_in_line,
    sign_up,
)
from timecredits.hours.who_came import who_came
from timecredits.network.standing import need_open

__all__ = [
    "Booker",
    "MyBooking",
    "book",
    "cancel_booking",
    "change_party",
    "check_guests",
    "find_booking",
    "my_bookings",
    "note_by_staff",
]


@dataclass(frozen=True, slots=True)
class Booker:
    """Who books: the volunteer, the signed-in user, and the organisation whose staff do it for them, if they do."""

    volunteer_id: UUID
    user_id: UUID | None
    staff_of: UUID | None = None


@dataclass(frozen=True, slots=True)
class MyBooking:
    """Somebody's booking of an event that is not over."""

    event: Event
    mine: MySession


def book(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    dated: DatedSession,
    booker: Booker,
    *,
    guests: int = 0,
    needs: str | None = "",
) -> SignUpAnswer:
    """Book for a person and so many guests, or wait for places. Who has booked changes their booking by it.

    `needs` None leaves what they said before.

    Raises NotFoundError for what is no event or a draft of another's; RuleError for too many guests or words, and as `sign_up`
    and `change_party` do. Nothing is then booked, and what stood before stands.
    """
    event = event_of_session(session, programme_id, dated)
    if event.shown_at is None and booker.staff_of is None:
        raise NotFoundError
    needs = tidy_needs(needs) if event.asks_needs and needs is not None else None
    known = find_booking(session, programme_id, dated.id, booker.volunteer_id)
    check_guests(event, guests, booked=known.party - 1 if known is not None else 0)
    party = 1 + guests
    if dated.capacity is not None and party > dated.capacity:
        raise RuleError(
            counted(
                "There is only %(num)s place. Nothing was booked.",
                "There are only %(num)s places. Nothing was booked.",
                dated.capacity,
            ),
            field="guests",
        )
    answer = sign_up(
        session,
        programme_id,
        booker.volunteer_id,
        dated,
        actor_id=booker.user_id,
        today=clock.today(),
        staff_of=booker.staff_of,
        party=party,
    )
    row = _row(session, programme_id, dated.id, booker.volunteer_id)
    if row.party != party:
        answer = change_party(session, programme_id, dated.id, booker.volunteer_id, guests=guests)
    if needs is not None:
        keep_needs(session, keyring, row, dated, needs)
    return answer


def change_party(
    session: Session, programme_id: UUID, session_id: UUID, volunteer_id: UUID, *, guests: int, at_the_door: bool = False
) -> SignUpAnswer:
    """Bring more guests or fewer. It grows only into free places; who waits keeps their place in the line.

    Fewer guests make room for those who wait. Raises NotFoundError without a booking; RuleError for too many guests, no room,
    and, unless this is `at_the_door`, for a session that has begun or that they have signed in to.
    """
    dated = hold_session(session, programme_id, session_id)
    need_open(session, programme_id, dated.organisation_id)
    row = _row(session, programme_id, session_id, volunteer_id)
    if row.status is SignUpStatus.CANCELLED:
        raise NotFoundError
    check_guests(event_of_session(session, programme_id, dated), guests, booked=row.party - 1)
    if not at_the_door and clock.now() >= dated.begins:
        STARTED.refuse(by_staff=False)
    more = 1 + guests - row.party
    if more and not at_the_door and (session_id, volunteer_id) in who_came(session, programme_id, [session_id]):
        CAME.refuse(by_staff=False)  # entry was taken for as many as came
    fill_places(session, programme_id, session_id)
    if more > 0 and row.status is SignUpStatus.COMING:
        free = free_places(session, programme_id, [dated])[session_id]
        if free is not None and free < more:
            raise RuleError(
                counted(
                    "There is room for %(num)s more person. Your booking stays as it was.",
                    "There is room for %(num)s more people. Your booking stays as it was.",
                    free,
                ),
                field="guests",
            )
    if dated.capacity is not None and 1 + guests > dated.capacity:
        raise RuleError(Sentence("There are not so many places. Your booking stays as it was."), field="guests")
    row.party = 1 + guests
    if more:
        row.changed_at = clock.now()
    session.flush()
    fill_places(session, programme_id, session_id)
    if row.status is SignUpStatus.COMING:
        return SignUpAnswer(SignUpOutcome.ALREADY_COMING, session_id)
    return SignUpAnswer(SignUpOutcome.ALREADY_WAITING, session_id, line=place_in_line(session, row))


def cancel_booking(session: Session, programme_id: UUID, session_id: UUID, booker: Booker) -> tuple[UUID, ...]:
    """Give the places back; answers who got them. What was needed is forgotten. Raises as `cancel_sign_up` does."""
    moved = cancel_sign_up(
        session, programme_id, booker.volunteer_id, session_id, actor_id=booker.user_id, staff_of=booker.staff_of
    )
    drop_needs(session, programme_id, [_row(session, programme_id, session_id, booker.volunteer_id).id])
    return moved


def find_booking(session: Session, programme_id: UUID, session_id: UUID, volunteer_id: UUID) -> SignUp | None:
    """Somebody's booking of a session, or None when there is none or it was cancelled."""
    row = session.scalars(_query(programme_id, session_id, volunteer_id)).one_or_none()
    return None if row is None or row.status is SignUpStatus.CANCELLED else row


def my_bookings(session: Session, programme_id: UUID, volunteer_id: UUID) -> list[MyBooking]:
    """What somebody has booked and is not over, in order of time; cancelled sessions too."""
    mine = list_to_come(session, programme_id, volunteer_id)
    rows = session.scalars(
        select(Event).where(Event.programme_id == programme_id, Event.activity_id.in_({each.dated.activity_id for each in mine}))
    )
    events = {event.activity_id: event for event in rows}
    return [MyBooking(events[each.dated.activity_id], each) for each in mine if each.dated.activity_id in events]


def check_guests(event: Event, guests: int, *, booked: int = 0) -> None:
    """Raise RuleError for more guests than may be brought. Those `booked` before fewer were allowed may still come."""
    if 0 <= guests <= max(event.most_guests, booked):
        return
    if not event.most_guests:
        raise RuleError(Sentence("This event is for one person at a time. Nothing was changed."), field="guests")
    raise RuleError(
        counted(
            "You can bring up to %(num)s person. Nothing was changed.",
            "You can bring up to %(num)s people. Nothing was changed.",
            event.most_guests,
        ),
        field="guests",
    )


def note_by_staff(session: Session, event: Event, sign_up_id: UUID, action: str, actor_id: UUID | None) -> None:
    """Keep in the audit what staff did with a booking."""
    audit.record(
        session,
        event.programme_id,
        action,
        actor_id=actor_id,
        subject_id=sign_up_id,
        organisation_id=event.organisation_id,
    )


def _row(session: Session, programme_id: UUID, session_id: UUID, volunteer_id: UUID) -> SignUp:
    row = session.scalars(_query(programme_id, session_id, volunteer_id).execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFoundError
    return row


def _query(programme_id: UUID, session_id: UUID, volunteer_id: UUID) -> Select[SignUp]:
    return select(SignUp).where(
        SignUp.programme_id == programme_id, SignUp.session_id == session_id, SignUp.volunteer_id == volunteer_id
    )
