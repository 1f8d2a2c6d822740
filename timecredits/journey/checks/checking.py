"""Check a letter, for an employer without an account: by the QR code's secret, or by the short code and the surname on it.

Nothing about a person is answered before the secret, or the code together with the surname, is right. Staff who answer the
phone type the same two things, under the same limits, and find their own letters only. A file is checked in `uploaded_copies`.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation.folding import fold
from timecredits.foundation.secret_values import digest
from timecredits.journey.checks.check_answers import CheckedLetter, CheckedRole, LookWay, answer_about, keep_look
from timecredits.journey.checks.check_codes import programme_number_of_code, programme_number_of_secret
from timecredits.journey.models import Reference
from timecredits.network.models import Programme
from timecredits.network.tries import count_of, count_try

__all__ = [
    "CheckedLetter",
    "CheckedRole",
    "CodeCheck",
    "Desk",
    "FoundByCode",
    "check_by_code",
    "check_by_phone",
    "check_by_secret",
    "find_by_code",
    "find_by_secret",
    "reads_as_code",
]

TRIES_A_CODE: Final = 10
MISSES_IN_ALL: Final = 500
"""In an hour, from everybody together. With 40 bits of chance in a code nobody gets anywhere within it."""
_HOUR: Final = timedelta(hours=1)
_MISSES = "letter check misses"


@dataclass(frozen=True)
class CodeCheck:
    """What came of typing a code and a surname: the letter, or None; `too_many` when it wasn't even looked at."""

    letter: CheckedLetter | None
    too_many: bool = False


@dataclass(frozen=True)
class Desk:
    """Whose letters staff on the phone speak of: one organisation's, or with None all of the programme's."""

    programme_id: UUID
    organisation_id: UUID | None = None


@dataclass(frozen=True)
class FoundByCode:
    """The letter with a code and a surname, or None; `too_many` when nobody looked for it."""

    reference: Reference | None
    too_many: bool = False


def check_by_secret(session: Session, secret: str, *, count: bool = True) -> CheckedLetter | None:
    """The letter whose QR code holds this secret, or None. Keeps that somebody looked, unless `count` is off."""
    reference = find_by_secret(session, secret)
    if reference is None:
        return None
    letter = answer_about(session, reference)
    if count:
        keep_look(session, reference.programme_id, reference.id, LookWay.QR, letter.state.value)
    return letter


def reads_as_code(typed: str) -> bool:
    """Whether something typed could be a check code at all."""
    return programme_number_of_code(typed) is not None


def check_by_code(session: Session, typed_code: str, surname: str) -> CodeCheck:
    """The letter with this short code, if the surname is the one on it. Ten tries an hour for each code, right or wrong.

    A wrong surname and an unknown code are answered alike.
    """
    return _told(session, find_by_code(session, typed_code, surname), LookWay.CODE)


def check_by_phone(session: Session, desk: Desk, typed_code: str, surname: str) -> CodeCheck:
    """The same, by staff for somebody who rings, out of the same ten tries. Letters of others are answered as unknown ones."""
    return _told(session, find_by_code(session, typed_code, surname, desk=desk), LookWay.PHONE)


def find_by_secret(session: Session, secret: str) -> Reference | None:
    """The letter whose QR code holds this secret."""
    secret = secret.upper()
    number = programme_number_of_secret(secret)
    if number is None:
        return None
    return session.scalars(
        select(Reference)
        .join(Programme, Programme.id == Reference.programme_id)
        .where(Programme.number == number, Reference.secret_hash == digest(secret))
    ).one_or_none()


def find_by_code(session: Session, typed_code: str, surname: str, *, desk: Desk | None = None) -> FoundByCode:
    """The letter with this code, if the surname is the one on it. Counts the try.

    A code that no letter has and a wrong surname take the same statements, so that nothing is learnt by counting them.
    """
    read = programme_number_of_code(typed_code)
    if read is None:
        return FoundByCode(None)
    number, code = read
    tries = count_try(session, f"letter check {code}", within=_HOUR)
    # Strangers who miss may stop each other, but not the staff who answer the phone.
    misses = _MISSES if desk is None else f"{_MISSES} at a desk of {desk.programme_id}"
    if tries > TRIES_A_CODE or count_of(session, misses, within=_HOUR) >= MISSES_IN_ALL:
        return FoundByCode(None, too_many=True)
    query = (
        select(Reference)
        .join(Programme, Programme.id == Reference.programme_id)
        .where(Programme.number == number, Reference.short_code == code)
    )
    if desk is not None:
        query = query.where(Reference.programme_id == desk.programme_id)
        if desk.organisation_id is not None:
            query = query.where(Reference.organisation_id == desk.organisation_id)
    reference = session.scalars(query).one_or_none()
    if reference is None or not _is_surname(surname, reference.holder_name):
        count_try(session, misses, within=_HOUR)
        return FoundByCode(None)
    return FoundByCode(reference)


def _told(session: Session, found: FoundByCode, way: LookWay) -> CodeCheck:
    if found.reference is None:
        return CodeCheck(None, too_many=found.too_many)
    letter = answer_about(session, found.reference)
    keep_look(session, found.reference.programme_id, found.reference.id, way, letter.state.value)
    return CodeCheck(letter)


def _is_surname(typed: str, holder_name: str) -> bool:
    """Whether this is the last part of the name on the letter: "Wyn", "O'Neill-Wyn", or the whole name, however it is written."""
    words = fold(holder_name).split()
    endings = {"".join(words[place:]) for place in range(len(words))}
    given = "".join(fold(typed).split())
    return bool(given) and given in endings
