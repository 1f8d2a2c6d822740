"""A volunteer's own code: made when it is first shown, new every half minute, with a short form to type."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.network.models import Programme, Volunteer
from timecredits.network.scope import find
from timecredits.spending.codes import STEP_SECONDS, VALID_STEPS, LiveCodeParts, encode, seconds_left, step_at
from timecredits.spending.models import CodeKind, Credential, TypedCode
from timecredits.spending.typed_codes import new_typed_code

KEPT_AFTER = timedelta(minutes=10)
"""How long a typed code is kept once it is too old, so that a till can be told "too old" and not "wrong"."""

_REFERENCES = 2**31
_typed: Any = TypedCode.__table__
_credential: Any = Credential.__table__
_INSERTS = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


@dataclass(frozen=True)
class LiveCode:
    """What a phone shows now: the QR's text, the 8 characters to type, the step, and when the next one comes."""

    qr_text: str
    typed: str
    step: int
    new_in_seconds: int


def live_code(
    session: Session,
    keyring: Keyring,
    programme: Programme,
    volunteer_id: UUID,
    now: datetime,
    *,
    helper_id: UUID | None = None,
) -> LiveCode:
    """The code of this moment. The same within one step, however often it is asked for.

    Makes the volunteer's credential on first use, and one of its own for each helper who shows their code. Raises
    NotFoundError for somebody who isn't of this programme.
    """
    find(session, Volunteer, programme.id, volunteer_id)
    credential_id, reference = _credential_of(session, programme.id, volunteer_id, now, helper_id)
    step = step_at(now)
    return LiveCode(
        qr_text=encode(keyring, LiveCodeParts(programme.number, reference, step)),
        typed=_typed_code(session, programme.id, credential_id, step),
        step=step,
        new_in_seconds=seconds_left(now),
    )


def revoke_live_codes(session: Session, programme_id: UUID, volunteer_id: UUID, now: datetime) -> None:
    """End what a volunteer and their helpers show at the next request; the next code they open has a new reference."""
    for credential in session.scalars(_live_credentials(programme_id, volunteer_id)):
        credential.revoked_at = now
    session.flush()


def clear_typed_codes(session: Session, programme_id: UUID, now: datetime) -> int:
    """Remove a programme's typed codes that have long been too old. Answers how many."""
    gone = session.execute(
        delete(_typed).where(_typed.c.programme_id == programme_id, _typed.c.expires_at < now - KEPT_AFTER),
        execution_options={"preserve_rowcount": True},
    )
    return cast("CursorResult[Any]", gone).rowcount


def _live_credentials(programme_id: UUID, volunteer_id: UUID) -> Any:
    return select(Credential).where(
        Credential.programme_id == programme_id,
        Credential.volunteer_id == volunteer_id,
        Credential.kind == CodeKind.LIVE,
        Credential.revoked_at.is_(None),
    )


def _credential_of(
    session: Session, programme_id: UUID, volunteer_id: UUID, now: datetime, helper_id: UUID | None
) -> tuple[UUID, int]:
    # Two phones at once may make two credentials; both are the volunteer's, and the first is shown from then on.
    known = session.scalars(
        _live_credentials(programme_id, volunteer_id)
        .where(Credential.helper_id.is_(None) if helper_id is None else Credential.helper_id == helper_id)
        .order_by(Credential.created_at, Credential.id)
    ).first()
    if known is not None:
        return known.id, known.reference
    while True:
        reference, credential_id = secrets.randbelow(_REFERENCES), new_id()
        values = {
            "programme_id": programme_id,
            "id": credential_id,
            "volunteer_id": volunteer_id,
            "kind": CodeKind.LIVE,
            "reference": reference,
            "created_at": now,
            "helper_id": helper_id,
        }
        if _insert_once(session, _credential, values, ["programme_id", "reference"]):
            return credential_id, reference


def _typed_code(session: Session, programme_id: UUID, credential_id: UUID, step: int) -> str:
    shown = select(_typed.c.code).where(
        _typed.c.programme_id == programme_id,
        _typed.c.credential_id == credential_id,
        _typed.c.step == step,
    )
    known = session.scalar(shown)
    if known is not None:
        return str(known)
    ends = datetime.fromtimestamp((step + VALID_STEPS) * STEP_SECONDS, UTC)
    session.execute(
        delete(_typed).where(
            _typed.c.programme_id == programme_id,
            _typed.c.credential_id == credential_id,
            _typed.c.expires_at < ends - KEPT_AFTER,
        ),
    )
    while True:
        values = {
            "programme_id": programme_id,
            "id": new_id(),
            "code": new_typed_code(session, programme_id),
            "credential_id": credential_id,
            "step": step,
            "expires_at": ends,
        }
        # Either the code is taken by somebody, so another is drawn, or a second phone was quicker, so its code is shown.
        if _insert_once(session, _typed, values, None):
            return str(values["code"])
        if (known := session.scalar(shown)) is not None:
            return str(known)


def _insert_once(session: Session, table: Any, values: dict[str, Any], unique: list[str] | None) -> bool:
    connection = session.connection()
    statement: Any = _INSERTS[connection.dialect.name](table)
    result = connection.execute(
        statement.values(**values).on_conflict_do_nothing(index_elements=unique),
        execution_options={"preserve_rowcount": True},
    )
    return result.rowcount == 1
