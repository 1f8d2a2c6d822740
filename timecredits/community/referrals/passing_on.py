"""Those who did not know whom to ask: the programme reads what would help, not who they are, and passes them on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from timecredits.community.referral_models import Referral, ReferralKind, ReferralState, ReferralStep
from timecredits.community.referrals.asking import Answers, open_answers
from timecredits.community.referrals.request_mails import tell_staff
from timecredits.community.referrals.stages import StepWords, add_step
from timecredits.community.referrals.working_days import AIM_DAYS, working_days
from timecredits.foundation import audit, clock
from timecredits.foundation.errors import RuleError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.wording import Sentence
from timecredits.network.models import Organisation
from timecredits.network.scope import find, find_and_hold

__all__ = ["MOST_SHOWN", "Undirected", "count_undirected", "list_undirected", "pass_on", "read_undirected", "was_passed_on"]

MOST_SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class Undirected:
    """A request to nobody in particular. There is no name and no way to reach them here: the programme need not know."""

    id: UUID
    kind: ReferralKind
    sent_at: datetime
    waits: int
    is_late: bool
    wishes: tuple[str, ...]
    more: str


def count_undirected(session: Session, programme_id: UUID) -> int:
    """How many wait to be passed on."""
    return session.scalar(select(func.count()).select_from(Referral).where(*_waiting(programme_id))) or 0


def list_undirected(session: Session, keyring: Keyring, programme_id: UUID) -> list[Undirected]:
    """Those that wait to be passed on, the longest waiting first."""
    query = select(Referral).where(*_waiting(programme_id)).order_by(Referral.sent_at, Referral.id).limit(MOST_SHOWN)
    return [_shown(keyring, row) for row in session.scalars(query)]


def read_undirected(session: Session, keyring: Keyring, programme_id: UUID, referral_id: UUID) -> Undirected:
    """One that waits to be passed on. Raises NotFoundError, also for one that an organisation has."""
    return _shown(keyring, find(session, Referral, programme_id, referral_id, organisation_id=None, state=ReferralState.NEW))


def was_passed_on(session: Session, programme_id: UUID, referral_id: UUID) -> bool:
    """Whether this one was to nobody in particular, and an organisation has it by now: it was new twice."""
    steps = (ReferralStep.programme_id == programme_id, ReferralStep.referral_id == referral_id)
    new = select(func.count()).select_from(ReferralStep).where(*steps, ReferralStep.state == ReferralState.NEW)
    return (session.scalar(new) or 0) > 1


def pass_on(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    referral_id: UUID,
    organisation_id: UUID,
    *,
    actor_id: UUID | None,
    base_url: str,
) -> None:
    """Pass one on to an organisation that takes requests, and tell it that something waits.

    Raises RuleError for an organisation that takes none, or one passed on to another meanwhile; NotFoundError.
    """
    row = find_and_hold(session, Referral, programme_id, referral_id, state=ReferralState.NEW)
    if row.organisation_id == organisation_id:
        return  # pressed twice
    if row.organisation_id is not None:
        raise RuleError(Sentence("Somebody passed this on meanwhile. Nothing was changed."))
    asked = find(session, Organisation, programme_id, organisation_id)
    if not asked.takes_referrals or asked.suspended_at is not None:
        raise RuleError(Sentence("They take no requests right now. Nothing was changed. Choose another."), field="organisation")
    row.organisation_id = organisation_id
    add_step(session, keyring, row, ReferralState.NEW, StepWords(), actor_id)
    audit.record(
        session,
        programme_id,
        "referral passed on",
        actor_id=actor_id,
        subject_id=referral_id,
        organisation_id=organisation_id,
    )
    tell_staff(session, programme_id, organisation_id, base_url=base_url)


def _waiting(programme_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return (Referral.programme_id == programme_id, Referral.organisation_id.is_(None), Referral.state == ReferralState.NEW)


def _shown(keyring: Keyring, row: Referral) -> Undirected:
    said, sent_at = open_answers(keyring, row) or Answers(), row.sent_at or row.started_at
    waits = working_days(clock.local_day(sent_at), clock.today())
    return Undirected(row.id, row.kind, sent_at, waits, waits > AIM_DAYS, said.wishes, said.more)
