"""Whether a person may log their own hours at an organisation, and whether somebody looks at them first."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import audit
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.network.models import SelfLog, Volunteer
from timecredits.network.volunteers import find_enrolled


def set_self_log(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    volunteer_id: UUID,
    self_log: SelfLog,
    *,
    actor_id: UUID | None,
) -> bool:
    """Let this count for hours logged from now on; answers whether anything changed. Hours that wait already wait on.

    Raises NotFoundError for somebody who isn't enrolled here, and RuleError where it would be about oneself.
    """
    enrolment = find_enrolled(session, programme_id, organisation_id, volunteer_id).enrolment
    refuse_own(session, programme_id, volunteer_id, actor_id)
    if enrolment.self_log is self_log:
        return False
    enrolment.self_log = self_log
    session.flush()
    audit.record(
        session,
        programme_id,
        f"self-logging set to {self_log}",
        actor_id=actor_id,
        subject_id=volunteer_id,
        organisation_id=organisation_id,
    )
    return True


def refuse_own(session: Session, programme_id: UUID, volunteer_id: UUID, actor_id: UUID | None) -> None:
    """Raise RuleError when the acting user is this volunteer: nobody decides on their own hours."""
    whose = select(Volunteer.user_id).where(Volunteer.programme_id == programme_id, Volunteer.id == volunteer_id)
    if actor_id is not None and session.scalar(whose) == actor_id:
        raise RuleError(Sentence("These are your own hours. Nothing was saved. Ask a colleague to look at them."))
