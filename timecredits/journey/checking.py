"""Check a letter, for an employer without an account: by the QR code's secret, or by the short code and the surname on it.

What is answered is the letter's own words, so a copy with other words gives itself away. A withdrawn letter gives no figures.
Nothing about a person is answered before the secret, or the code together with the surname, is right.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.folding import fold
from timecredits.foundation.secret_values import digest
from timecredits.journey.check_codes import programme_number_of_code, programme_number_of_secret
from timecredits.journey.letter_states import LetterState, Standing, letter_standings
from timecredits.journey.models import Document, Reference, ReferenceLookUp, ReferenceStatus
from timecredits.network.models import Programme
from timecredits.network.scope import find
from timecredits.network.tries import count_of, count_try

__all__ = ["CheckedLetter", "CheckedRole", "CodeCheck", "check_by_code", "check_by_secret", "reads_as_code"]

TRIES_A_CODE: Final = 10
MISSES_IN_ALL: Final = 500
"""In an hour, from everybody together. With 40 bits of chance in a code nobody gets anywhere within it."""
_HOUR: Final = timedelta(hours=1)
_MISSES = "letter check misses"


@dataclass(frozen=True)
class CheckedRole:
    """A row of the letter, and what the register has today for the same days. `now_*` equals the row while the letter stands."""

    role: str
    first_day: date
    last_day: date
    minutes: int
    now_minutes: int


@dataclass(frozen=True)
class CheckedLetter:
    """The answer about a letter that exists. For a withdrawn one `roles` and `opinion` are empty.

    `same_file` says whether an uploaded copy is the issued file byte for byte; None when none was sent.
    `newer_number` is the number of a later letter that stands, about the same person by the same organisation; else "".
    """

    state: LetterState
    holder_name: str
    organisation_name: str
    number: str
    issued_on: date
    known_since: date
    roles: tuple[CheckedRole, ...]
    total_minutes: int
    now_minutes: int
    signer_name: str
    signer_title: str
    opinion: tuple[str, ...]
    withdrawn_on: date | None
    newer_number: str
    same_file: bool | None = None


@dataclass(frozen=True)
class CodeCheck:
    """What came of typing a code and a surname: the letter, or None; `too_many` when it wasn't even looked at."""

    letter: CheckedLetter | None
    too_many: bool = False


def check_by_secret(session: Session, secret: str, *, count: bool = True) -> CheckedLetter | None:
    """The letter whose QR code holds this secret, or None. Keeps that somebody looked, unless `count` is off."""
    secret = secret.upper()
    number = programme_number_of_secret(secret)
    if number is None:
        return None
    reference = session.scalars(
        select(Reference)
        .join(Programme, Programme.id == Reference.programme_id)
        .where(Programme.number == number, Reference.secret_hash == digest(secret))
    ).one_or_none()
    if reference is None:
        return None
    return _answer(session, reference, "qr", count=count)


def reads_as_code(typed: str) -> bool:
    """Whether something typed could be a check code at all."""
    return programme_number_of_code(typed) is not None


def check_by_code(session: Session, typed_code: str, surname: str, *, copy: bytes | None = None) -> CodeCheck:
    """The letter with this short code, if the surname is the one on it. Ten tries an hour for each code, right or wrong.

    A wrong surname and an unknown code are answered alike. `copy` is a PDF to compare with the one that was issued.
    """
    read = programme_number_of_code(typed_code)
    if read is None:
        return CodeCheck(None)
    number, code = read
    tries = count_try(session, f"letter check {code}", within=_HOUR)
    if tries > TRIES_A_CODE or count_of(session, _MISSES, within=_HOUR) >= MISSES_IN_ALL:
        return CodeCheck(None, too_many=True)
    reference = session.scalars(
        select(Reference)
        .join(Programme, Programme.id == Reference.programme_id)
        .where(Programme.number == number, Reference.short_code == code)
    ).one_or_none()
    if reference is None or not _is_surname(surname, reference.holder_name):
        count_try(session, _MISSES, within=_HOUR)
        return CodeCheck(None)
    return CodeCheck(_answer(session, reference, "code", count=True, copy=copy))


def _answer(session: Session, reference: Reference, way: str, *, count: bool, copy: bytes | None = None) -> CheckedLetter:
    [standing] = letter_standings(session, reference.programme_id, [reference])
    if count:
        session.add(
            ReferenceLookUp(
                programme_id=reference.programme_id,
                id=new_id(),
                reference_id=reference.id,
                looked_at=clock.now(),
                way=way,
                answer=standing.state.value,
            )
        )
    record: dict[str, Any] = (reference.facts or {})["record"]
    withdrawn = standing.state is LetterState.WITHDRAWN
    roles = () if withdrawn else _roles(record, standing)
    return CheckedLetter(
        state=standing.state,
        holder_name=reference.holder_name,
        organisation_name=record["organisation"]["name"],
        number=record["reference_number"],
        issued_on=date.fromisoformat(record["issued_on"]),
        known_since=date.fromisoformat(record["holder"]["known_since"]),
        roles=roles,
        total_minutes=sum(role.minutes for role in roles),
        now_minutes=sum(role.now_minutes for role in roles),
        signer_name=record["signer"]["name"],
        signer_title=record["signer"]["role"],
        opinion=() if withdrawn else tuple(record["display"]["opinion"]),
        withdrawn_on=clock.local_day(reference.withdrawn_at) if reference.withdrawn_at else None,
        newer_number="" if standing.state is LetterState.VALID else _newer(session, reference),
        same_file=None if copy is None else _is_issued_file(session, reference, copy),
    )


def _roles(record: dict[str, Any], standing: Standing) -> tuple[CheckedRole, ...]:
    return tuple(
        CheckedRole(
            role=row["role"],
            first_day=date.fromisoformat(row["first_day"]),
            last_day=date.fromisoformat(row["last_day"]),
            minutes=row["minutes"],
            now_minutes=standing.minutes_now(place),
        )
        for place, row in enumerate(record["facts"]["roles"])
    )


def _newer(session: Session, reference: Reference) -> str:
    later = session.scalars(
        select(Reference)
        .where(
            Reference.programme_id == reference.programme_id,
            Reference.organisation_id == reference.organisation_id,
            Reference.volunteer_id == reference.volunteer_id,
            Reference.status == ReferenceStatus.ISSUED,
            Reference.issued_at > reference.issued_at,
        )
        .order_by(Reference.issued_at.desc())
        .limit(1)
    ).one_or_none()
    if later is None or letter_standings(session, reference.programme_id, [later])[0].state is not LetterState.VALID:
        return ""
    return later.number or ""


def _is_surname(typed: str, holder_name: str) -> bool:
    """Whether this is the last part of the name on the letter: "Wyn", "O'Neill-Wyn", or the whole name, however it is written."""
    words = fold(holder_name).split()
    endings = {"".join(words[place:]) for place in range(len(words))}
    given = "".join(fold(typed).split())
    return bool(given) and given in endings


def _is_issued_file(session: Session, reference: Reference, copy: bytes) -> bool:
    document_id: UUID | None = reference.document_id
    if document_id is None:
        return False
    document = find(session, Document, reference.programme_id, document_id)
    return hmac.compare_digest(hashlib.sha256(copy).digest(), document.sha256)
