"""Where a volunteer can help and earn: the open activities of every organisation in the programme."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation.folding import fold
from timecredits.hours.activity_models import Activity
from timecredits.network.models import Organisation


@dataclass(frozen=True)
class OpenActivity:
    """An activity and whom to ask about it."""

    id: UUID
    name: str
    summary: str
    place: str
    when_text: str
    usual_minutes: int
    earns_credits: bool
    good_first_step: bool
    organisation: str
    town: str
    contact_email: str
    contact_phone: str


def list_open_activities(
    session: Session,
    programme_id: UUID,
    *,
    search: str = "",
    good_first_step: bool = False,
) -> list[OpenActivity]:
    """Open activities of a programme, good first steps first, then by name. `search` looks in everything said about them."""
    query = (
        select(Activity, Organisation)
        .join(
            Organisation,
            (Organisation.programme_id == Activity.programme_id) & (Organisation.id == Activity.organisation_id),
        )
        .where(Activity.programme_id == programme_id, Activity.is_open)
    )
    if good_first_step:
        query = query.where(Activity.good_first_step)
    wanted = fold(search).split()
    found = [_open(activity, organisation) for activity, organisation in session.execute(query)]
    kept = [each for each in found if _speaks_of(each, wanted)]
    return sorted(kept, key=lambda each: (not each.good_first_step, fold(each.name), fold(each.organisation)))


def _open(activity: Activity, organisation: Organisation) -> OpenActivity:
    return OpenActivity(
        id=activity.id,
        name=activity.name,
        summary=activity.summary,
        place=activity.place,
        when_text=activity.when_text,
        usual_minutes=activity.usual_minutes,
        earns_credits=activity.earns_credits,
        good_first_step=activity.good_first_step,
        organisation=organisation.name,
        town=organisation.town,
        contact_email=organisation.contact_email,
        contact_phone=organisation.contact_phone,
    )


def _speaks_of(activity: OpenActivity, wanted: list[str]) -> bool:
    said = fold(
        f"{activity.name} {activity.summary} {activity.organisation} {activity.town} {activity.place} {activity.when_text}"
    )
    return all(word in said for word in wanted)
