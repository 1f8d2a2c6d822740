"""What staff did, kept for good. Rows hold ids only; the database refuses to change or remove one.

Each entry gets its link in a chain when its transaction commits (foundation/audit_linking.py).
"""

from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.audit_linking import link_at_commit
from timecredits.foundation.audit_models import AuditEntry, AuditHead, AuditLink
from timecredits.foundation.db import new_id

__all__ = ["AuditEntry", "AuditHead", "AuditLink", "record"]

link_at_commit()


def record(
    session: Session,
    programme_id: UUID,
    action: str,
    *,
    actor_id: UUID | None,
    subject_id: UUID | None = None,
    organisation_id: UUID | None = None,
) -> None:
    """Keep that `actor_id` did `action` (a noun and a verb, such as `reference issued`) to `subject_id`."""
    session.add(
        AuditEntry(
            programme_id=programme_id,
            id=new_id(),
            organisation_id=organisation_id,
            actor_id=actor_id,
            action=action,
            subject_id=subject_id,
            recorded_at=clock.now(),
        ),
    )
