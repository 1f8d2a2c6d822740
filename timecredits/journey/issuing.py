"""Issue a letter: its number, its figures frozen, its secret for the QR code, its PDF. From then on only withdrawing changes it.

The document is printed before anything is written, so a name that no font has leaves the draft as it was.
"""

import hashlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.db import new_id
from timecredits.foundation.secret_values import digest, new_short_code
from timecredits.journey.check_codes import new_check_code, new_check_secret
from timecredits.journey.letter_record import LetterCheck, LetterOrganisation, LetterRecord
from timecredits.journey.letter_writing import print_letter, write_letter_record
from timecredits.journey.models import Document, Reference, ReferenceStatus
from timecredits.journey.references import find_holder, lock_reference, require_draft, require_hours
from timecredits.journey.register_facts import RegisterFacts, freeze, register_facts
from timecredits.network.models import Organisation, Programme
from timecredits.network.scope import find

__all__ = ["DOCUMENT_KIND", "Issued", "issue_reference", "preview_letter"]

DOCUMENT_KIND = "reference"


@dataclass(frozen=True)
class Issued:
    """An issued letter. `secret` is known only to who issued it just now (and is printed); it is "" for one issued before."""

    reference: Reference
    secret: str


def issue_reference(
    session: Session, programme_id: UUID, organisation_id: UUID, reference_id: UUID, *, base_url: str, actor_id: UUID
) -> Issued:
    """Issue a draft. Issuing again answers the letter as it stands.

    `base_url` is the address people use, without a slash at its end. Raises RuleError for a draft whose person has no hours here
    any more, UnprintableCharacter (a RuleError) for a character that no font has; nothing is issued then.
    """
    reference = lock_reference(session, programme_id, organisation_id, reference_id)
    if reference.status is ReferenceStatus.ISSUED:
        return Issued(reference, "")
    require_draft(reference)
    programme = session.get_one(Programme, programme_id)
    facts = _facts(session, reference)
    require_hours(facts)
    secret, code = new_check_secret(programme.number), _free_code(session, programme)
    number = _free_number(session, programme_id)
    record = _record(session, reference, programme, facts, number, {"url": f"{base_url}/v/{secret}", "code": code})
    content = print_letter(record)
    document = Document(
        programme_id=programme_id,
        id=new_id(),
        kind=DOCUMENT_KIND,
        sha256=hashlib.sha256(content).digest(),
        content=content,
        created_at=clock.now(),
    )
    session.add(document)
    session.flush()
    reference.status, reference.issued_at = ReferenceStatus.ISSUED, clock.now()
    reference.number, reference.short_code, reference.secret_hash = number, code, digest(secret)
    reference.document_id = document.id
    reference.facts = {"record": _without_secret(record), "counted": freeze(facts)}
    session.flush()
    audit.record(
        session,
        programme_id,
        "reference issued",
        actor_id=actor_id,
        subject_id=reference.id,
        organisation_id=organisation_id,
    )
    return Issued(reference, secret)


def preview_letter(session: Session, reference: Reference) -> LetterRecord:
    """A draft's letter as it would be worded today. Number and check code are not given yet; they are empty."""
    programme = session.get_one(Programme, reference.programme_id)
    facts = _facts(session, reference)
    return _record(session, reference, programme, facts, "", {"url": "", "code": ""})


def _facts(session: Session, reference: Reference) -> RegisterFacts:
    enrolled = find_holder(session, reference.programme_id, reference.organisation_id, reference.volunteer_id)
    return register_facts(session, enrolled)


def _record(
    session: Session, reference: Reference, programme: Programme, facts: RegisterFacts, number: str, check: LetterCheck
) -> LetterRecord:
    organisation = find(session, Organisation, reference.programme_id, reference.organisation_id)
    letterhead = _letterhead(programme, organisation, neutral=reference.neutral_letterhead)
    today = clock.today()
    return write_letter_record(
        reference_number=number,
        issued_on=today,
        as_of=facts.up_to or today,
        organisation=letterhead,
        holder={"name": reference.holder_name, "capacity": "volunteer", "known_since": facts.known_since.isoformat()},
        roles=[
            {
                "role": role.role,
                "organisation": letterhead["name"],
                "first_day": role.counted.first_day.isoformat(),
                "last_day": role.counted.last_day.isoformat(),
                "minutes": role.counted.minutes,
            }
            for role in facts.roles
        ],
        opinion={"text": reference.opinion, "author_name": reference.signer_name, "author_role": reference.signer_title}
        if reference.opinion
        else None,
        signer={
            "name": reference.signer_name,
            "role": reference.signer_title,
            "email": letterhead["email"],
            "phone": letterhead["phone"],
        },
        check=check,
    )


def _letterhead(programme: Programme, organisation: Organisation, *, neutral: bool) -> LetterOrganisation:
    """The organisation's own, or one with only the programme's name: the record travels in the PDF, so it holds no other."""
    if neutral:
        return {"name": programme.name, "address_lines": [], "charity_number": "", "email": "", "phone": ""}
    return {
        "name": organisation.letter_name,
        "address_lines": list(organisation.letter_address),
        "charity_number": organisation.charity_number or "",
        "email": organisation.contact_email,
        "phone": organisation.contact_phone,
    }


def _without_secret(record: LetterRecord) -> dict[str, Any]:
    kept: dict[str, Any] = {**record}
    kept["check"] = {"code": record["check"]["code"]}
    return kept


def _free_number(session: Session, programme_id: UUID) -> str:
    """A number that tells nobody how many letters there are."""
    while True:
        number = f"TC-{clock.today().year}-{new_short_code(6)}"
        if session.scalar(select(Reference.id).where(Reference.programme_id == programme_id, Reference.number == number)) is None:
            return number


def _free_code(session: Session, programme: Programme) -> str:
    while True:
        code = new_check_code(programme.number)
        taken = select(Reference.id).where(Reference.programme_id == programme.id, Reference.short_code == code)
        if session.scalar(taken) is None:
            return code
