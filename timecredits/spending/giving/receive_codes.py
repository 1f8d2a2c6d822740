"""The code by which others give somebody credits. It can only receive: shown at a till it takes nothing.

8 characters that last until they are changed, to be typed, or scanned as the address of the page for giving. Whoever has them
sees a first name and an initial, nothing else. Wrong ones are counted, so that nobody can try codes through.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from timecredits.foundation.db import new_id
from timecredits.foundation.wording import Sentence
from timecredits.network.blocks import is_kept_apart
from timecredits.network.models import Volunteer
from timecredits.network.scope import find
from timecredits.network.tries import count_of, count_try
from timecredits.spending.models import CodeKind, Credential, TypedCode
from timecredits.spending.showing import name_at_venue
from timecredits.spending.typed_codes import new_typed_code, read_typed_code

MOST_WRONG = 10
WRONG_WITHIN = timedelta(hours=1)

_REFERENCES = 2**31
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)
_credential: Any = Credential.__table__
_typed: Any = TypedCode.__table__
_INSERTS = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}

WRONG = Sentence("That code did not work. Nothing was given. Check it with the person.")
PAUSED = Sentence("There were many wrong codes. Nothing was given. Wait an hour, then try again.")


@dataclass(frozen=True, slots=True)
class Receiver:
    """Whom a code leads to: `name` is the first name and an initial."""

    volunteer_id: UUID
    name: str
    code: str


def receive_code(session: Session, programme_id: UUID, volunteer_id: UUID, now: datetime) -> str:
    """The volunteer's code to receive credits; it is made on first use. Raises NotFoundError."""
    find(session, Volunteer, programme_id, volunteer_id)
    return _standing(session, programme_id, volunteer_id) or _make(session, programme_id, volunteer_id, now)


def change_receive_code(session: Session, programme_id: UUID, volunteer_id: UUID, *, old: str, now: datetime) -> str:
    """A new code in place of `old`, which then works no more. Changing it twice changes it once: a later code stays."""
    find(session, Volunteer, programme_id, volunteer_id)
    mine = select(_typed.c.credential_id).where(_typed.c.programme_id == programme_id, _typed.c.code == old)
    session.execute(
        update(_credential)
        .where(
            _credential.c.programme_id == programme_id,
            _credential.c.volunteer_id == volunteer_id,
            _credential.c.kind == CodeKind.RECEIVE,
            _credential.c.id.in_(mine),
            _credential.c.revoked_at.is_(None),
        )
        .values(revoked_at=now)
    )
    return receive_code(session, programme_id, volunteer_id, now)


def find_receiver(
    session: Session, programme_id: UUID, asked_by: UUID, typed: str, *, giver_id: UUID | None = None
) -> Receiver | Sentence:
    """Whom a typed code leads to, or what to say: a wrong code is counted against the volunteer who `asked_by`.

    A code of somebody kept apart from them, or from the `giver_id` whom they help, is to them like any wrong code.
    """
    subject = f"code to receive, asked by {asked_by}"
    if count_of(session, subject, within=WRONG_WITHIN) >= MOST_WRONG:
        return PAUSED
    code = read_typed_code(typed)
    volunteer = (
        None
        if code is None
        else session.scalars(
            select(Volunteer)
            .join(Credential, (Credential.programme_id == Volunteer.programme_id) & (Credential.volunteer_id == Volunteer.id))
            .join(TypedCode, (TypedCode.programme_id == Credential.programme_id) & (TypedCode.credential_id == Credential.id))
            .where(
                Volunteer.programme_id == programme_id,
                Credential.programme_id == programme_id,
                Credential.kind == CodeKind.RECEIVE,
                Credential.revoked_at.is_(None),
                TypedCode.programme_id == programme_id,
                TypedCode.code == code,
            )
        ).one_or_none()
    )
    givers = {asked_by, giver_id or asked_by}
    apart = volunteer is not None and any(is_kept_apart(session, programme_id, each, volunteer.id) for each in givers)
    if volunteer is None or code is None or apart:
        count_try(session, subject, within=WRONG_WITHIN)
        return WRONG
    return Receiver(volunteer.id, name_at_venue(volunteer), code)


def _standing(session: Session, programme_id: UUID, volunteer_id: UUID) -> str | None:
    # Two first looks at once may make two codes; both are the volunteer's, and the first is shown from then on.
    return session.scalars(
        select(_typed.c.code)
        .join(
            _credential,
            (_credential.c.programme_id == _typed.c.programme_id) & (_credential.c.id == _typed.c.credential_id),
        )
        .where(
            _typed.c.programme_id == programme_id,
            _credential.c.programme_id == programme_id,
            _credential.c.volunteer_id == volunteer_id,
            _credential.c.kind == CodeKind.RECEIVE,
            _credential.c.revoked_at.is_(None),
        )
        .order_by(_credential.c.created_at, _credential.c.id)
    ).first()


def _make(session: Session, programme_id: UUID, volunteer_id: UUID, now: datetime) -> str:
    credential_id = new_id()
    while True:
        values: dict[str, Any] = {"programme_id": programme_id, "id": credential_id, "volunteer_id": volunteer_id}
        values |= {"kind": CodeKind.RECEIVE, "reference": secrets.randbelow(_REFERENCES), "created_at": now}
        if _insert(session, _credential, values):
            break
    while True:
        code = new_typed_code(session, programme_id)
        values = {"programme_id": programme_id, "id": new_id(), "credential_id": credential_id}
        if _insert(session, _typed, {**values, "code": code, "step": 0, "expires_at": _NEVER}):
            return code


def _insert(session: Session, table: Any, values: dict[str, Any]) -> bool:
    connection = session.connection()
    statement: Any = _INSERTS[connection.dialect.name](table)
    answer = connection.execute(
        statement.values(**values).on_conflict_do_nothing(), execution_options={"preserve_rowcount": True}
    )
    return bool(answer.rowcount == 1)
