"""Check a letter by its file alone. The file we issued is known by its SHA-256; no other file is ever called real.

Any other file is asked which letter it claims to be, by the record attached to it. With the secret of the letter's QR code in
it, it tells whoever holds it no more than a scan would, so the register's words may stand beside the warning. With only the
check code and the name, it learns that it was altered and nothing else; such a file costs one of the code's ten tries.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation.key_file import Chain
from timecredits.foundation.signed_documents import MOST_BYTES, SignatureVerdict, judge_signature, read_attached_record
from timecredits.journey.checks.check_answers import ALTERED, CheckedLetter, LookWay, answer_about, keep_look
from timecredits.journey.checks.checking import find_by_code, find_by_secret
from timecredits.journey.credentials.credential_checking import is_token, letter_of_credential
from timecredits.journey.credentials.credential_reading import CredentialRefusal
from timecredits.journey.models import Document, Reference
from timecredits.network.models import Programme

__all__ = ["MOST_BYTES", "FileAnswer", "FileCheck", "check_by_file"]

_PDF: Final = b"%PDF-"
_START: Final = 1024
_LONGEST: Final = 400


class FileAnswer(StrEnum):
    """What is said about an uploaded file."""

    ISSUED = "issued"
    """Byte for byte the letter as issued; `letter` says how it stands today."""
    CREDENTIAL = "credential"
    """A digital credential as issued. It names nobody, so neither does `letter`, and it has no opinion."""
    ALTERED = "altered"
    """A letter of ours and not its file, or signed by us and changed. `letter` is there if the file holds the letter's secret."""
    SIGNED = "signed"
    """No letter, but signed by us and whole: somebody's hours, a pack, a certificate."""
    UNKNOWN = "unknown"
    EMPTY = "empty"
    TOO_BIG = "too_big"
    NOT_PDF = "not_pdf"
    LOCKED = "locked"
    """It asks for a password, so it can't be read."""
    TOO_MANY = "too_many"
    """Too many tries with the code that is in it; nobody looked."""


@dataclass(frozen=True)
class FileCheck:
    """What came of a file. `letter` is None except as :class:`FileAnswer` says."""

    answer: FileAnswer
    letter: CheckedLetter | None = None


def check_by_file(session: Session, content: bytes, trusted: Sequence[Chain] = (), *, did: str = "") -> FileCheck:
    """What this file, a PDF or a digital credential, is to us. Never raises for what is in the file.

    It keeps that somebody looked where it leads to a letter. `trusted` are the certificates with which documents are, or were,
    signed here; without any no signature is looked at. `did` is the issuer of our credentials; without it none is known.
    """
    if is_token(content):
        return _by_credential(session, content, did)
    unreadable = _fault(content)
    if unreadable is not None:
        return FileCheck(unreadable)
    record = read_attached_record(content)  # before the first statement: a stranger's file must not be read under a lock
    issued = _issued_as(session, content)
    if issued is not None:
        letter = answer_about(session, issued)
        keep_look(session, issued.programme_id, issued.id, LookWay.FILE, letter.state.value)
        return FileCheck(FileAnswer.ISSUED, letter)
    if record is None and b"/Encrypt" in content:
        return FileCheck(FileAnswer.LOCKED)
    claimed = FileCheck(FileAnswer.UNKNOWN) if record is None else _claimed(session, record)
    return _by_signature(content, trusted) if claimed.answer is FileAnswer.UNKNOWN else claimed


def _fault(content: bytes) -> FileAnswer | None:
    """Why this isn't even looked up."""
    if not content:
        return FileAnswer.EMPTY
    if len(content) > MOST_BYTES:
        return FileAnswer.TOO_BIG
    return None if _PDF in content[:_START] else FileAnswer.NOT_PDF


def _by_credential(session: Session, content: bytes, did: str) -> FileCheck:
    found = letter_of_credential(session, content, did=did)
    if found in {CredentialRefusal.ALTERED, CredentialRefusal.WRONG_ALGORITHM}:
        return FileCheck(FileAnswer.ALTERED)
    if isinstance(found, CredentialRefusal):
        return FileCheck(FileAnswer.UNKNOWN)
    letter = answer_about(session, found)
    keep_look(session, found.programme_id, found.id, LookWay.FILE, letter.state.value)
    return FileCheck(FileAnswer.CREDENTIAL, replace(letter, holder_name="", opinion=()))


def _issued_as(session: Session, content: bytes) -> Reference | None:
    # A file doesn't say whose it is: each programme's index is asked in turn.
    return session.scalars(
        select(Reference)
        .join(Document, (Document.programme_id == Reference.programme_id) & (Document.id == Reference.document_id))
        .where(
            Document.programme_id.in_(select(Programme.id)),
            Document.sha256 == hashlib.sha256(content).digest(),
        )
    ).one_or_none()


def _by_signature(content: bytes, trusted: Sequence[Chain]) -> FileCheck:
    """What the signature alone tells of a file that leads to no letter."""
    verdict = judge_signature(content, trusted) if trusted else SignatureVerdict.NONE
    answers = {SignatureVerdict.VALID: FileAnswer.SIGNED, SignatureVerdict.CHANGED: FileAnswer.ALTERED}
    return FileCheck(answers.get(verdict, FileAnswer.UNKNOWN))


def _claimed(session: Session, record: dict[str, Any]) -> FileCheck:
    check = record.get("check")
    check = check if isinstance(check, dict) else {}
    address = _text(check.get("url"))
    if address:
        reference = find_by_secret(session, address.rsplit("/", 1)[-1])
        if reference is None:
            return FileCheck(FileAnswer.UNKNOWN)
        keep_look(session, reference.programme_id, reference.id, LookWay.FILE, ALTERED)
        return FileCheck(FileAnswer.ALTERED, answer_about(session, reference))
    holder = record.get("holder")
    name = _text(holder.get("name")) if isinstance(holder, dict) else ""
    found = find_by_code(session, _text(check.get("code")), name)
    if found.too_many:
        return FileCheck(FileAnswer.TOO_MANY)
    if found.reference is None:
        return FileCheck(FileAnswer.UNKNOWN)
    keep_look(session, found.reference.programme_id, found.reference.id, LookWay.FILE, ALTERED)
    return FileCheck(FileAnswer.ALTERED)


def _text(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= _LONGEST else ""
