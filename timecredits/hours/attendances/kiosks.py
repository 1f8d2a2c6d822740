"""Kiosks: a browser at the door of one organisation that signs people in and out, and does nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.secret_values import digest, new_secret
from timecredits.foundation.wording import Sentence
from timecredits.hours.activity_models import Kiosk
from timecredits.network.actors import Actor
from timecredits.network.models import Organisation
from timecredits.network.permissions import ActorKind

LONGEST_NAME = 40


@dataclass(frozen=True)
class MadeKiosk:
    """A kiosk with the token for its cookie; only the token's hash is kept."""

    kiosk: Kiosk
    token: str


def make_kiosk(session: Session, programme_id: UUID, organisation_id: UUID, *, name: str, actor_id: UUID | None) -> MadeKiosk:
    """Make a kiosk of an organisation. Raises RuleError for a name that is missing or too long."""
    name = " ".join(name.split())
    if not name:
        raise RuleError(Sentence("Give the kiosk a name, such as Front door."), field="name")
    if len(name) > LONGEST_NAME:
        raise RuleError(Sentence("Use at most %(most)s letters for the name.", most=LONGEST_NAME), field="name")
    token = new_secret()
    kiosk = Kiosk(
        id=new_id(),
        programme_id=programme_id,
        organisation_id=organisation_id,
        name=name,
        token_hash=digest(token),
        made_by=actor_id,
        made_at=clock.now(),
    )
    session.add(kiosk)
    session.flush()
    _note(session, kiosk, "kiosk made", actor_id)
    return MadeKiosk(kiosk, token)


def list_kiosks(session: Session, programme_id: UUID, organisation_id: UUID) -> Sequence[Kiosk]:
    """An organisation's kiosks, the oldest first."""
    return session.scalars(
        select(Kiosk)
        .where(Kiosk.programme_id == programme_id, Kiosk.organisation_id == organisation_id, Kiosk.revoked_at.is_(None))
        .order_by(Kiosk.made_at, Kiosk.id)
    ).all()


def remove_kiosk(session: Session, programme_id: UUID, organisation_id: UUID, kiosk_id: UUID, *, actor_id: UUID | None) -> Kiosk:
    """Make a device a kiosk no more, from its next request on. Raises NotFoundError for another organisation's."""
    kiosk = session.scalars(
        select(Kiosk).where(
            Kiosk.id == kiosk_id,
            Kiosk.programme_id == programme_id,
            Kiosk.organisation_id == organisation_id,
            Kiosk.revoked_at.is_(None),
        )
    ).one_or_none()
    if kiosk is None:
        raise NotFoundError
    kiosk.revoked_at = clock.now()
    session.flush()
    _note(session, kiosk, "kiosk removed", actor_id)
    return kiosk


def find_kiosk_actor(session: Session, token: str) -> Actor | None:
    """The kiosk that holds this token, or None once it has been removed."""
    found = session.execute(
        select(Kiosk, Organisation.name, Organisation.suspended_at)
        .join(Organisation, (Organisation.programme_id == Kiosk.programme_id) & (Organisation.id == Kiosk.organisation_id))
        .where(Kiosk.token_hash == digest(token), Kiosk.revoked_at.is_(None))
    ).one_or_none()
    if found is None:
        return None
    kiosk, organisation_name, suspended_at = found
    return Actor(
        ActorKind.KIOSK,
        display_name=kiosk.name,
        programme_id=kiosk.programme_id,
        organisation_id=kiosk.organisation_id,
        organisation_name=organisation_name,
        kiosk_id=kiosk.id,
        is_on_hold=suspended_at is not None,
    )


def _note(session: Session, kiosk: Kiosk, action: str, actor_id: UUID | None) -> None:
    audit.record(
        session,
        kiosk.programme_id,
        action,
        actor_id=actor_id,
        subject_id=kiosk.id,
        organisation_id=kiosk.organisation_id,
    )
