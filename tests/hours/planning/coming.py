"""A weekly garden group with people signed up, for tests of plans and sessions."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import select

from tests.hours.conftest import Place
from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.mail import MailMessage
from timecredits.hours.activity_models import ActivityPlan
from timecredits.hours.planning.plans import PlanFacts, make_plan
from timecredits.hours.planning.repeating import Repeats
from timecredits.hours.planning.sessions import find_dated_session
from timecredits.hours.planning.signing_up import SignUpAnswer, sign_up
from timecredits.network.models import Volunteer
from timecredits.network.users import create_user

TEN, TWO_HOURS = 600, 120
TUESDAY = date(2026, 12, 1)
"""The first Tuesday after tests.hours.conftest.TODAY, a Saturday."""


def weekly(place: Place, first: date = TUESDAY, **more: object) -> ActivityPlan:
    """Every week on `first`'s weekday, 10am to 12pm."""
    values: dict[str, object] = {"starts": TEN, "minutes": TWO_HOURS, "repeats": Repeats.WEEKLY} | more
    facts = PlanFacts(first, **values)  # type: ignore[arg-type]
    return make_plan(place.session, place.programme_id, place.organisation_id, place.garden_id, facts, actor_id=None)


def with_email(place: Place, volunteer_id: UUID) -> str:
    """Let a volunteer have an email address."""
    address = f"{volunteer_id.hex}@example.org"
    user = create_user(place.session, email=address, name="Somebody")
    place.session.get_one(Volunteer, (place.programme_id, volunteer_id)).user_id = user.id
    place.session.flush()
    return address


def come(place: Place, plan_id: UUID, day: date, *volunteers: UUID) -> list[SignUpAnswer]:
    """Sign people up for the session of a plan on a day."""
    dated = find_dated_session(place.session, place.programme_id, plan_id, day)
    return [
        sign_up(place.session, place.programme_id, each, dated, actor_id=new_id(), today=clock.today()) for each in volunteers
    ]


def letters(place: Place, addresses: Iterable[str] = ()) -> list[MailMessage]:
    """What waits in the outbox, oldest first; to these addresses only, if any are named."""
    place.session.flush()
    query = select(MailMessage).order_by(MailMessage.queued_at)
    wanted = set(addresses)
    return [each for each in place.session.scalars(query) if not wanted or each.recipient in wanted]
