"""From a stay to hour entries: rounded, divided at midnight, held against the same rules as every other way of recording.

An entry's id is the attendance's own, or follows from it and the day where a stay is divided, so a stay counts once. Nobody's
name stands behind these hours (`recorded_by` is empty) unless a coordinator said how long it was.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.wording import Sentence
from timecredits.hours.activity_models import ActivitySession, Attendance, AttendanceState
from timecredits.hours.attendances.rounding import Earlier, Share, shares, stayed
from timecredits.hours.history.hour_history import in_force
from timecredits.hours.models import HourCorrection, HourEntry, HourSource
from timecredits.hours.recording import HoursRuleError, NewHours, record_hours
from timecredits.network.settings import read_settings


@dataclass(frozen=True, slots=True)
class Stay:
    """What came of a stay: minutes `recorded`, or the `fault` for which nothing was. Both empty: too short to count.

    `earned` is minutes of credit and `carried` minutes put by for the next; `without` says why nothing was earned
    (HourEntry.without_credits), "" where something was. `before` is minutes recorded earlier in the same session,
    and `remarks` what the rules say for a coordinator to look at.
    """

    recorded: int
    fault: HoursRuleError | None = None
    earned: int = 0
    carried: int = 0
    without: str = ""
    before: int = 0
    remarks: tuple[Sentence, ...] = ()


def rounding_of(session: Session, programme_id: UUID) -> int:
    """The step, in minutes, to which the programme records signing in and out."""
    return read_settings(session, programme_id).attendance_rounding


def record_stay(session: Session, attendance: Attendance, ends: datetime, *, actor_id: UUID | None) -> Stay:
    """Record the time from signing in to `ends`, to the programme's rounding. A rule that stops it is answered, not raised."""
    step = rounding_of(session, attendance.programme_id)
    earlier = earlier_stays(session, attendance, step)
    counted = shares(attendance.came_at, ends, step, earlier)
    return replace(record_shares(session, attendance, counted, actor_id=actor_id), before=earlier.recorded)


def counted_minutes(session: Session, attendance: Attendance, ends: datetime) -> int:
    """What `record_stay` would record for a stay until `ends`, in minutes, where no rule stops it."""
    step = rounding_of(session, attendance.programme_id)
    return sum(share.minutes for share in shares(attendance.came_at, ends, step, earlier_stays(session, attendance, step)))


def earlier_stays(session: Session, attendance: Attendance, step: int) -> Earlier:
    """The person's other stays in this session that ended by signing out, those too short to count by themselves among them.

    Recorded is what was recorded at the time: what a coordinator corrected since is not given anew. Stays that a coordinator or a
    rule settled are left out: their length was said, not rounded.
    """
    rows = session.scalars(
        select(Attendance).where(
            Attendance.programme_id == attendance.programme_id,
            Attendance.volunteer_id == attendance.volunteer_id,
            Attendance.session_id == attendance.session_id,
            Attendance.id != attendance.id,
            Attendance.left_at.is_not(None),
            Attendance.settled_at.is_(None),
            Attendance.state.in_((AttendanceState.DONE, AttendanceState.DROPPED)),
        )
    )
    real, ids = 0, set()
    for each in rows:
        ends = each.left_at or each.came_at
        minutes = stayed(each.came_at, ends)
        if each.state is AttendanceState.DROPPED and minutes >= step:  # a register gave the hours
            continue
        real += minutes
        ids |= _all_entry_ids(each.id, [share.day for share in shares(each.came_at, ends, 1)])
    if not ids:
        return Earlier()
    recorded = session.scalar(
        select(func.coalesce(func.sum(HourEntry.minutes), 0)).where(
            HourEntry.programme_id == attendance.programme_id, HourEntry.id.in_(ids)
        )
    )
    return Earlier(real, int(recorded or 0))


def record_length(session: Session, attendance: Attendance, minutes: int, *, actor_id: UUID | None, note: str = "") -> Stay:
    """Record a length that was set or said, from signing in on, exact. A rule that stops it is answered, not raised."""
    began = attendance.came_at.replace(second=0, microsecond=0)
    return record_shares(session, attendance, shares(began, began + timedelta(minutes=minutes), 1), actor_id=actor_id, note=note)


def record_shares(
    session: Session, attendance: Attendance, counted: Sequence[Share], *, actor_id: UUID | None, note: str = ""
) -> Stay:
    """Record what each day gets, all or nothing."""
    if not counted:
        return Stay(0)
    days = [share.day for share in counted]
    entries = [
        NewHours(
            id=key,
            volunteer_id=attendance.volunteer_id,
            activity_id=attendance.activity_id,
            session_id=attendance.session_id,
            day=share.day,
            minutes=share.minutes,
            starts=share.starts,
            note=note,
        )
        for key, share in zip(entry_ids(attendance.id, days), counted, strict=True)
    ]
    try:
        with session.begin_nested():  # what a rule stops leaves nothing behind, and the person is still signed out
            made = record_hours(
                session,
                attendance.programme_id,
                attendance.organisation_id,
                entries,
                source=HourSource.ATTENDANCE,
                actor_id=actor_id,
                today=clock.today(),
            )
    except HoursRuleError as fault:
        return Stay(0, fault)
    earnings = list(made.earnings.values())
    return Stay(
        sum(share.minutes for share in counted),
        earned=made.earned,
        carried=sum(each.carried for each in earnings),
        without=earnings[-1].without or "" if earnings and not made.earned else "",
        remarks=tuple(remark.sentence for remark in made.warnings),
    )


def entry_ids(attendance_id: UUID, days: Sequence[date]) -> list[UUID]:
    """The ids of the entries that a stay on these days makes."""
    return [attendance_id] if len(days) == 1 else [uuid5(attendance_id, day.isoformat()) for day in days]


def _all_entry_ids(attendance_id: UUID, days: Iterable[date]) -> set[UUID]:
    """Every id that an entry of a stay on these days may have, however it was divided."""
    return {attendance_id, *(uuid5(attendance_id, day.isoformat()) for day in days)}


def hold_session(session: Session, attendance: Attendance, *, wait: bool = True) -> bool:
    """Hold the stay's session until this transaction ends, as whoever saves its register does; people's rows come after it.

    False where somebody else holds it and this is not to `wait`.
    """
    row = select(ActivitySession.id).where(
        ActivitySession.programme_id == attendance.programme_id, ActivitySession.id == attendance.session_id
    )
    return session.scalar(row.with_for_update(skip_locked=not wait)) is not None


def saved_otherwise(session: Session, attendance: Attendance) -> int:
    """Minutes that a register gave this person for this very session already, and that still count."""
    return int(
        session.scalar(
            select(func.coalesce(func.sum(HourEntry.minutes), 0)).where(
                HourEntry.programme_id == attendance.programme_id,
                HourEntry.volunteer_id == attendance.volunteer_id,
                HourEntry.activity_session_id == attendance.session_id,
                HourEntry.source != HourSource.ATTENDANCE,
                in_force(),
            )
        )
        or 0
    )


def recorded_minutes(session: Session, programme_id: UUID, attendances: Iterable[Attendance]) -> dict[UUID, int]:
    """What each of these attendances gives today, in minutes, corrections followed; one that gives nothing is left out."""
    owners: dict[UUID, UUID] = {}
    for each in attendances:
        ends = each.left_at or each.came_at + timedelta(days=1)
        days = [share.day for share in shares(each.came_at, ends, 1)]
        owners |= dict.fromkeys(_all_entry_ids(each.id, days), each.id)
    found: dict[UUID, int] = {}
    while owners:
        rows = session.execute(
            select(HourEntry.id, HourEntry.minutes, HourCorrection.id.is_not(None), HourCorrection.replacement_id)
            .outerjoin(
                HourCorrection,
                (HourCorrection.programme_id == HourEntry.programme_id) & (HourCorrection.entry_id == HourEntry.id),
            )
            .where(HourEntry.programme_id == programme_id, HourEntry.id.in_(list(owners)))
        )
        replaced: dict[UUID, UUID] = {}
        for entry_id, minutes, is_corrected, replacement_id in rows:
            owner = owners[entry_id]
            if not is_corrected:
                found[owner] = found.get(owner, 0) + minutes
            elif replacement_id is not None:
                replaced[replacement_id] = owner
        owners = replaced
    return found
