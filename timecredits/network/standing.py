"""Whether an organisation is on hold: everything of it stands still, and nothing is lost.

Its staff and kiosks are stopped by the web layer before any verb is asked (web/access). `need_open` stands where others write
there: volunteers, partners, people who ask to be in touch, and jobs that were begun before. Its people keep and use their own
credits, and may always say that they don't come. docs/adr/0029 says why it is so.
"""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.errors import RuleError
from timecredits.foundation.typed_words import tidy_line
from timecredits.foundation.wording import Sentence
from timecredits.network.models import Organisation
from timecredits.network.scope import find_and_hold

__all__ = ["LONGEST_REASON", "OnHoldError", "is_on_hold", "lift", "need_open", "not_on_hold", "on_hold_among", "suspend"]

LONGEST_REASON: Final = 300


class OnHoldError(RuleError):
    """The organisation is on hold: nothing was written there."""

    def __init__(self, name: str) -> None:
        sentence = Sentence("%(organisation)s is on hold just now. Nothing was saved, and nothing is lost.", organisation=name)
        super().__init__(sentence)


def need_open(session: Session, programme_id: UUID, organisation_id: UUID) -> None:
    """Raise OnHoldError, a RuleError, while this organisation is on hold. One question."""
    name = session.scalar(
        select(Organisation.name).where(
            Organisation.programme_id == programme_id,
            Organisation.id == organisation_id,
            Organisation.suspended_at.is_not(None),
        )
    )
    if name is not None:
        raise OnHoldError(name)


def is_on_hold(session: Session, programme_id: UUID, organisation_id: UUID) -> bool:
    """Whether this organisation is on hold now."""
    return bool(on_hold_among(session, programme_id, [organisation_id]))


def on_hold_among(session: Session, programme_id: UUID, organisation_ids: Collection[UUID] | None = None) -> frozenset[UUID]:
    """Those of these organisations (None: of the programme's) that are on hold now."""
    query = select(Organisation.id).where(Organisation.programme_id == programme_id, Organisation.suspended_at.is_not(None))
    if organisation_ids is not None:
        query = query.where(Organisation.id.in_(set(organisation_ids)))
    return frozenset(session.scalars(query))


def not_on_hold() -> ColumnElement[bool]:
    """The condition that an organisation is not on hold, for a query that reads organisations."""
    return Organisation.suspended_at.is_(None)


def suspend(session: Session, programme_id: UUID, organisation_id: UUID, *, reason: str, actor_id: UUID | None) -> bool:
    """Put an organisation on hold from now on. False if it is on hold: who and why stay as they were first said.

    Raises RuleError at `reason` for none or too long a one, NotFoundError for another programme's.
    """
    row = find_and_hold(session, Organisation, programme_id, organisation_id)
    reason = tidy_line(reason, LONGEST_REASON, field="reason", missing=Sentence("Say why, in a few words. Nothing was changed."))
    if row.suspended_at is not None:
        return False
    row.suspended_at, row.suspended_because, row.suspended_by = clock.now(), reason, actor_id
    session.flush()
    _note(session, row, "organisation suspended", actor_id)
    return True


def lift(session: Session, programme_id: UUID, organisation_id: UUID, *, actor_id: UUID | None) -> bool:
    """Let an organisation go on. False if it was not on hold."""
    row = find_and_hold(session, Organisation, programme_id, organisation_id)
    if row.suspended_at is None:
        return False
    row.suspended_at = row.suspended_because = row.suspended_by = None
    session.flush()
    _note(session, row, "organisation let go on", actor_id)
    return True


def _note(session: Session, row: Organisation, action: str, actor_id: UUID | None) -> None:
    audit.record(session, row.programme_id, action, actor_id=actor_id, subject_id=row.id, organisation_id=row.id)
