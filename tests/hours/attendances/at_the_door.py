"""What tests of signing in and out share: an organisation at a moment, plans, and the shortest ways to come and go."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.hours.conftest import Place
from timecredits.foundation import clock
from timecredits.foundation.clock import LONDON, standing_at
from timecredits.foundation.db import new_id
from timecredits.hours.activity_models import Activity, ActivityPlan, Attendance, AttendanceWay
from timecredits.hours.attendances.attendance import AttendanceAnswer, sign_in_or_out
from timecredits.hours.attendances.attendance_places import Places
from timecredits.hours.models import HourEntry
from timecredits.network.settings import change_setting

TUESDAY = date(2026, 11, 24)


def at(hour: int, minute: int = 0, day: date = TUESDAY) -> datetime:
    """A time of day on the wall."""
    return datetime(day.year, day.month, day.day, hour, minute, 5, tzinfo=LONDON).astimezone(UTC)


@dataclass
class Door:
    """A place with its session of work."""

    session: Session
    place: Place

    @property
    def here(self) -> tuple[UUID, UUID]:
        """Programme and organisation."""
        return self.place.programme_id, self.place.organisation_id

    def scan(self, volunteer_id: UUID, moment: datetime, *, there: bool = False, **more: Any) -> AttendanceAnswer | Places:
        """Hold a code up at a kiosk of the organisation, or of the other one."""
        organisation = self.place.other_organisation_id if there else self.place.organisation_id
        with standing_at(moment):
            return sign_in_or_out(
                self.session, self.place.programme_id, organisation, volunteer_id, way=AttendanceWay.CODE, now=moment, **more
            )

    def answer(self, volunteer_id: UUID, moment: datetime, **more: Any) -> AttendanceAnswer:
        """The same where nothing is to be chosen."""
        found = self.scan(volunteer_id, moment, **more)
        assert isinstance(found, AttendanceAnswer)
        return found

    def plan(self, activity_id: UUID, starts: int = 600, minutes: int = 120, day: date = TUESDAY, rule: str = "") -> UUID:
        plan = ActivityPlan(
            programme_id=self.place.programme_id,
            id=new_id(),
            activity_id=activity_id,
            starts_on=day,
            starts=starts,
            minutes=minutes,
            rule=rule,
            made_at=clock.now(),
        )
        self.session.add(plan)
        self.session.flush()
        return plan.id

    def only_the_garden(self) -> None:
        """Close every other activity, so that nobody must choose."""
        self.activity(self.place.meeting_id).is_open = False
        self.session.flush()

    def activity(self, activity_id: UUID) -> Activity:
        return self.session.get_one(Activity, (self.place.programme_id, activity_id))

    def set(self, name: str, value: object) -> None:
        change_setting(self.session, self.place.programme_id, name, value, actor_id=None)

    def entries(self, volunteer_id: UUID) -> list[tuple[date, int]]:
        """The days and minutes recorded for somebody."""
        query = select(HourEntry).where(HourEntry.volunteer_id == volunteer_id).order_by(HourEntry.done_on, HourEntry.id)
        return [(each.done_on, each.minutes) for each in self.session.scalars(query)]

    def stay(self, answer: AttendanceAnswer) -> Attendance:
        assert answer.attendance_id is not None
        return self.session.get_one(Attendance, (self.place.programme_id, answer.attendance_id), populate_existing=True)
