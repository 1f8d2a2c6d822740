"""Staff as referees: offered from the register, added with one tap, nothing typed."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.folding import fold
from timecredits.foundation.wording import Sentence
from timecredits.journey.one_time_links import keep_once
from timecredits.journey.planning_models import Referee, Relation
from timecredits.journey.referees.known_staff import KnownStaff, known_staff
from timecredits.journey.referees.referees import refuse_more
from timecredits.network.scope import find


def staff_to_add(session: Session, programme_id: UUID, volunteer_id: UUID) -> list[KnownStaff]:
    """Staff whom the volunteer knows, who work there now and are not on their list, longest known first."""
    listed = _listed(session, programme_id, volunteer_id)
    found = [
        each for key, each in known_staff(session, programme_id, volunteer_id).items() if each.is_there and key not in listed
    ]
    return sorted(found, key=lambda each: (each.known_since, fold(each.name), each.organisation_name))


def add_staff_referee(
    session: Session, programme_id: UUID, volunteer_id: UUID, *, referee_id: UUID, user_id: UUID, organisation_id: UUID
) -> None:
    """Put one of them on the list. The same `referee_id` twice is one.

    Raises NotFoundError for anybody who doesn't work where the volunteer is or was enrolled, RuleError for one listed already.
    """
    staff = known_staff(session, programme_id, volunteer_id).get((user_id, organisation_id))
    if staff is None or not staff.is_there:
        raise NotFoundError
    if session.get(Referee, (programme_id, referee_id)) is None:
        refuse_more(session, programme_id, volunteer_id)
        if (user_id, organisation_id) in _listed(session, programme_id, volunteer_id):
            raise RuleError(Sentence("They are on your list already. Nothing was saved."))
    values = {
        "programme_id": programme_id,
        "id": referee_id,
        "volunteer_id": volunteer_id,
        "name": staff.name,
        "title": staff.title,
        "relation": Relation.SUPERVISOR,
        "organisation_id": organisation_id,
        "organisation_name": staff.organisation_name,
        "user_id": user_id,
        "known_since": staff.known_since,
        "known_until": staff.known_until,
        "added_at": clock.now(),
    }
    if not keep_once(session, Referee, values):
        find(session, Referee, programme_id, referee_id, volunteer_id=volunteer_id)


def _listed(session: Session, programme_id: UUID, volunteer_id: UUID) -> set[tuple[UUID | None, UUID | None]]:
    rows = session.execute(
        select(Referee.user_id, Referee.organisation_id).where(
            Referee.programme_id == programme_id, Referee.volunteer_id == volunteer_id, Referee.removed_at.is_(None)
        )
    )
    return {(user_id, organisation_id) for user_id, organisation_id in rows}
