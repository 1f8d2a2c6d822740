"""The shortest ways to log hours and to decide on them, for tests."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from tests.hours.conftest import TODAY, Place
from timecredits.foundation.db import new_id
from timecredits.hours.models import LoggedHours
from timecredits.hours.self_logged.approving import Approved, approve, mark_of
from timecredits.hours.self_logged.given_time import DayPart
from timecredits.hours.self_logged.logged_hours import Logged, log_hours
from timecredits.network.models import SelfLog, Volunteer
from timecredits.network.self_log import set_self_log
from timecredits.network.users import create_user


def here(place: Place) -> tuple[UUID, UUID]:
    return place.programme_id, place.organisation_id


def log(
    place: Place,
    volunteer_id: UUID,
    minutes: int = 120,
    day: date = TODAY,
    *,
    starts: int | None = None,
    log_id: UUID | None = None,
    activity_id: UUID | None = None,
    parts: Sequence[DayPart] | None = None,
    note: str = "",
    user_id: UUID | None = None,
) -> Logged:
    return log_hours(
        place.session,
        place.programme_id,
        volunteer_id,
        log_id=log_id or new_id(),
        activity_id=activity_id or place.garden_id,
        parts=parts or [DayPart(day, minutes, starts)],
        note=note,
        user_id=user_id,
        today=TODAY,
    )


def row(place: Place, log_id: UUID) -> LoggedHours:
    return place.session.get_one(LoggedHours, (place.programme_id, log_id))


def approve_all(place: Place, *log_ids: UUID, actor_id: UUID | None = None) -> Approved:
    seen = {log_id: mark_of(row(place, log_id)) for log_id in log_ids}
    return approve(place.session, *here(place), seen, actor_id=actor_id, today=TODAY)


def allow(place: Place, volunteer_id: UUID, self_log: SelfLog) -> None:
    set_self_log(place.session, *here(place), volunteer_id, self_log, actor_id=None)


def give_sign_in(place: Place, volunteer_id: UUID, email: str = "sian@example.org") -> UUID:
    user = create_user(place.session, email=email, name="Siân O'Neill-Wyn")
    place.session.get_one(Volunteer, (place.programme_id, volunteer_id)).user_id = user.id
    place.session.flush()
    return user.id
