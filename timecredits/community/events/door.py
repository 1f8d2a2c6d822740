"""At the door of an event: who has booked, who came, and entry where credits are asked for. A tap too many can be undone.

Somebody who came is an attendance, as at any session, however they signed in. Who came by the kiosk or the code on the wall owes
entry until somebody at the door takes it with a tap.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.community.event_models import Event
from timecredits.community.events.booking import change_party, check_guests, note_by_staff
from timecredits.community.events.entry import entry_due, give_entry_back, live_entries, live_entry, take_entry
from timecredits.community.events.keeping import event_of_session
from timecredits.community.events.needs import read_needs
from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.wording import Sentence
from timecredits.hours.activity_models import Activity, Attendance, AttendanceWay, SignUp, SignUpStatus
from timecredits.hours.attendances.attendance import Outcome, sign_in
from timecredits.hours.attendances.attendance_places import EARLY, AttendancePlace
from timecredits.hours.attendances.coming import take_back_coming
from timecredits.hours.planning.sessions import DatedSession, keep_session
from timecredits.hours.planning.signing_up import free_places, hold_session
from timecredits.hours.who_came import who_came
from timecredits.network.models import Volunteer
from timecredits.network.scope import find

__all__ = ["CheckIn", "CheckedIn", "DoorRow", "check_in", "list_door", "may_check_in", "undo_check_in"]

AFTER: Final = timedelta(days=1)
"""How long after the end of an event a list on paper may be typed in, where no hours count."""


class CheckedIn(StrEnum):
    """What came of a check-in."""

    CAME = "came"
    ALREADY = "already"
    NOT_TAKEN = "not_taken"  # entry could not be taken: nobody was let in


@dataclass(frozen=True, slots=True)
class CheckIn:
    """The outcome, the minutes `taken` for entry, and `why` none were."""

    outcome: CheckedIn
    taken: int = 0
    why: Sentence | None = None


@dataclass(frozen=True, slots=True)
class DoorRow:
    """A booking as staff see it at the door. `came` is how they came; `paid` and `due` are minutes for entry."""

    volunteer_id: UUID
    name: str
    sign_up_id: UUID
    guests: int
    is_waiting: bool
    needs: str
    came: Attendance | None
    paid: int
    due: int


def may_check_in(dated: DatedSession, now: datetime, *, counts_hours: bool) -> bool:
    """Whether people may be checked in: from an hour before, to the end where hours count, else to a day after it."""
    until = dated.ends if counts_hours else dated.ends + AFTER
    return dated.is_on and dated.begins - EARLY <= now < until


def check_in(
    session: Session,
    dated: DatedSession,
    volunteer_id: UUID,
    *,
    organisation_id: UUID,
    programme_id: UUID,
    guests: int,
    without_entry: bool = False,
    actor_id: UUID | None,
) -> CheckIn:
    """Somebody with a booking has come, with so many guests. Twice is once. With too few credits nobody is let in: an answer.

    `without_entry`: the person at the door lets them in all the same. Raises NotFoundError for another organisation's session or
    nobody's booking; RuleError for a wrong time, too many guests or no room. Nothing is then changed.
    """
    event, row, dated = _held(session, programme_id, organisation_id, dated, volunteer_id, actor_id)
    now = clock.now()
    counts_hours = find(session, Activity, programme_id, dated.activity_id).counts_hours
    if not may_check_in(dated, now, counts_hours=counts_hours):
        raise RuleError(Sentence("You can check people in from an hour before. Nothing was changed."))
    check_guests(event, guests, booked=row.party - 1)
    came = who_came(session, programme_id, [dated.id]).get((dated.id, volunteer_id))
    with session.begin_nested() as tried:
        if came is None or not live_entry(session, programme_id, row.id):
            _make_room(session, dated, row, guests)
        due = 0 if without_entry or live_entry(session, programme_id, row.id) else entry_due(session, event, row.party)
        if came is not None and not due:
            return CheckIn(CheckedIn.ALREADY)
        if came is None:  # before entry, as a kiosk has it: first the stay at the door, then people and accounts (adr/0014)
            place = AttendancePlace(dated.id, dated.activity_id, dated.activity, dated.organisation_id, dated.day, dated)
            answer = sign_in(session, programme_id, place, volunteer_id, way=AttendanceWay.STAFF, at=now)
            if answer.outcome is Outcome.NOT_ENROLLED:
                raise RuleError(Sentence("They are not on your list of people any more. Nothing was changed."))
        if due and (why := take_entry(session, event, row, due, user_id=actor_id)) is not None:
            tried.rollback()
            return CheckIn(CheckedIn.NOT_TAKEN, why=why)
    note_by_staff(session, event, row.id, "event check-in", actor_id)
    return CheckIn(CheckedIn.CAME, taken=due)


def undo_check_in(
    session: Session,
    dated: DatedSession,
    volunteer_id: UUID,
    *,
    organisation_id: UUID,
    programme_id: UUID,
    actor_id: UUID | None,
) -> int:
    """They did not come after all; answers the minutes of entry that were given back. Twice is once.

    Raises NotFoundError as `check_in` does; RuleError when there are hours of it, or the credits were used already.
    """
    event, row, dated = _held(session, programme_id, organisation_id, dated, volunteer_id, actor_id)
    came = who_came(session, programme_id, [dated.id]).get((dated.id, volunteer_id))
    if came is not None and not take_back_coming(session, came):
        raise RuleError(Sentence("Hours were given for this. Nothing was changed. Correct them in their hour history."))
    back = give_entry_back(session, event, row, actor_id=actor_id)
    if came is not None or back:
        note_by_staff(session, event, row.id, "event check-in undone", actor_id)
    return back


def list_door(session: Session, keyring: Keyring, programme_id: UUID, dated: DatedSession) -> list[DoorRow]:
    """Everybody who has booked, by name, then who waits, first come first. For staff: it names people and what they need."""
    event = event_of_session(session, programme_id, dated)
    rows = session.execute(
        select(SignUp, Volunteer)
        .join(Volunteer, (Volunteer.programme_id == SignUp.programme_id) & (Volunteer.id == SignUp.volunteer_id))
        .where(SignUp.programme_id == programme_id, SignUp.session_id == dated.id, SignUp.status != SignUpStatus.CANCELLED)
        .order_by(SignUp.status, Volunteer.folded_name, SignUp.id)
    ).all()
    ids = [row.id for row, _ in rows]
    needs, paid = read_needs(session, keyring, programme_id, ids), live_entries(session, programme_id, ids)
    came, each_due = who_came(session, programme_id, [dated.id]), entry_due(session, event, 1)
    found = [
        DoorRow(
            volunteer_id=person.id,
            name=person.name,
            sign_up_id=row.id,
            guests=row.party - 1,
            is_waiting=row.status is SignUpStatus.WAITING,
            needs=needs.get(row.id, ""),
            came=came.get((dated.id, person.id)),
            paid=paid[row.id].minutes if row.id in paid else 0,
            due=each_due * row.party,
        )
        for row, person in rows
    ]
    line = {row.id: row.signed_up_at for row, _ in rows}
    waiting = sorted((each for each in found if each.is_waiting), key=lambda each: (line[each.sign_up_id], each.sign_up_id))
    return [each for each in found if not each.is_waiting] + waiting


def _make_room(session: Session, dated: DatedSession, row: SignUp, guests: int) -> None:
    """Let the booking be for as many as have come; who waits gets places if there are any left."""
    if row.status is SignUpStatus.WAITING:
        # None is free beside somebody from whom they are kept apart; which it is, nobody is told here.
        free = free_places(session, row.programme_id, [dated], volunteer_id=row.volunteer_id)[dated.id]
        if free is not None and free < 1 + guests:
            raise RuleError(Sentence("There is no place for them now. They are on the waiting list. Nothing was changed."))
        row.status, row.party, row.changed_at = SignUpStatus.COMING, 1 + guests, clock.now()
        session.flush()
    elif row.party != 1 + guests:
        change_party(session, row.programme_id, dated.id, row.volunteer_id, guests=guests, at_the_door=True)


def _held(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    dated: DatedSession,
    volunteer_id: UUID,
    actor_id: UUID | None,
) -> tuple[Event, SignUp, DatedSession]:
    event = event_of_session(session, programme_id, dated)
    if event.organisation_id != organisation_id:
        raise NotFoundError
    keep_session(session, programme_id, dated, actor_id=actor_id)
    dated = hold_session(session, programme_id, dated.id)
    row = session.scalars(
        select(SignUp)
        .where(SignUp.programme_id == programme_id, SignUp.session_id == dated.id, SignUp.volunteer_id == volunteer_id)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None or row.status is SignUpStatus.CANCELLED:
        raise NotFoundError
    return event, row, dated
