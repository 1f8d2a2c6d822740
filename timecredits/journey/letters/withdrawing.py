"""Withdraw a letter: it stays, and whoever checks it learns that it no longer stands."""

from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.journey.credentials.credential_issuing import revoke_credentials
from timecredits.journey.letters.references import lock_reference
from timecredits.journey.models import Reference, ReferenceStatus

__all__ = ["LONGEST_REASON", "withdraw_reference"]

LONGEST_REASON = 500


def withdraw_reference(
    session: Session, programme_id: UUID, organisation_id: UUID, reference_id: UUID, *, reason: str, actor_id: UUID
) -> Reference:
    """Withdraw an issued letter for a stated reason, which only the organisation's staff can read.

    Withdrawing twice keeps the first reason and day, also at the same moment. Raises RuleError without a reason, and for a draft.
    """
    reference = lock_reference(session, programme_id, organisation_id, reference_id, reader_id=actor_id)
    if reference.status is ReferenceStatus.WITHDRAWN:
        return reference
    if reference.status is ReferenceStatus.DRAFT:
        raise RuleError(Sentence("This letter is still a draft. Nothing was changed. Remove the draft instead."))
    reason = " ".join(reason.split())
    if not reason:
        raise RuleError(Sentence("Say why you withdraw this letter. Nothing was changed."), field="reason")
    if len(reason) > LONGEST_REASON:
        raise RuleError(
            Sentence("That reason is too long. Use at most %(most)s letters. Nothing was changed.", most=LONGEST_REASON),
            field="reason",
        )
    reference.status, reference.withdrawn_at, reference.withdrawn_because = ReferenceStatus.WITHDRAWN, clock.now(), reason
    session.flush()
    revoke_credentials(session, programme_id, [reference.id])
    audit.record(
        session,
        programme_id,
        "reference withdrawn",
        actor_id=actor_id,
        subject_id=reference.id,
        organisation_id=organisation_id,
    )
    return reference
