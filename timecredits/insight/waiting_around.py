"""What waits around the credits: people who asked to be in touch, comments, entries, pairs to look back on, and concerns.

Somebody who does not look after a thing gets None for it, not 0: no page of theirs tells that there is any.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from timecredits.community.comments.moderating import count_waiting
from timecredits.community.directory.reviewing import count_to_look_at
from timecredits.community.mentoring.pairs import Show, count_pairs
from timecredits.community.referral_models import Referral
from timecredits.community.referrals.passing_on import count_undirected
from timecredits.community.safety.leads import list_led
from timecredits.community.safety.reading import count_new
from timecredits.network.actors import Actor
from timecredits.network.duties import OWNERS_MAY, list_duties
from timecredits.network.models import DutyKind
from timecredits.network.permissions import ActorKind

__all__ = ["AroundOrganisation", "AroundProgramme", "waiting_at", "waiting_in_programme"]


@dataclass(frozen=True, slots=True)
class AroundOrganisation:
    """How many of each wait at an organisation; None where who asks does not look after it. `entries`: due or called wrong."""

    requests: int | None
    comments: int | None
    reviews: int | None
    concerns: int | None
    entries: int

    @property
    def total(self) -> int:
        """All of it."""
        return (self.requests or 0) + (self.comments or 0) + (self.reviews or 0) + (self.concerns or 0) + self.entries


@dataclass(frozen=True, slots=True)
class AroundProgramme:
    """How many wait for a programme manager: requests to nobody, entries to look at, organisations without a lead, concerns."""

    requests: int
    entries: int
    without_lead: int
    concerns: int | None

    @property
    def total(self) -> int:
        """All that somebody waits for; that nobody is named as a lead is said, and not counted here."""
        return self.requests + self.entries + (self.concerns or 0)


def waiting_at(session: Session, actor: Actor, *, today: date) -> AroundOrganisation:
    """What waits for this coordinator or owner at their organisation. At most seven questions, each a count."""
    programme_id, organisation_id = actor.programme, actor.organisation
    mine = _duties(session, actor)
    is_worker = DutyKind.PROJECT_WORKER in mine
    entries = count_to_look_at(session, programme_id, organisation_id, today=today)
    return AroundOrganisation(
        requests=_requests(session, programme_id, organisation_id) if is_worker else None,
        comments=(count_waiting(session, programme_id, organisation_id=organisation_id) if DutyKind.MODERATOR in mine else None),
        reviews=count_pairs(session, programme_id, organisation_id, today=today)[Show.REVIEW] if is_worker else None,
        concerns=count_new(session, actor) if DutyKind.SAFEGUARDING_LEAD in mine else None,
        entries=entries.due + entries.reported,
    )


def waiting_in_programme(session: Session, actor: Actor, *, today: date) -> AroundProgramme:
    """What waits for this programme manager."""
    entries = count_to_look_at(session, actor.programme, None, today=today)
    return AroundProgramme(
        requests=count_undirected(session, actor.programme),
        entries=entries.due + entries.reported,
        without_lead=sum(not each.leads for each in list_led(session, actor.programme)),
        concerns=count_new(session, actor) if DutyKind.SAFEGUARDING_LEAD in _duties(session, actor) else None,
    )


def _duties(session: Session, actor: Actor) -> frozenset[DutyKind]:
    held = list_duties(session, actor.programme, actor.organisation_id)
    mine = {each.kind for each in held if each.user_id is not None and each.user_id == actor.user_id and each.group_id is None}
    return frozenset(mine | OWNERS_MAY if actor.kind is ActorKind.ORGANISATION_OWNER else mine)


def _requests(session: Session, programme_id: UUID, organisation_id: UUID) -> int:
    """How many were sent that nobody has answered; queue.list_requests says the same beside its list."""
    query = (
        select(func.count())
        .select_from(Referral)
        .where(
            Referral.programme_id == programme_id,
            Referral.organisation_id == organisation_id,
            Referral.sent_at.is_not(None),
            Referral.first_contact_at.is_(None),
            Referral.closed_at.is_(None),
        )
    )
    return session.scalar(query) or 0
