"""Issue a letter: its number, its figures frozen, its secret for the QR code, its PDF. From then on only withdrawing changes it.

The document is printed before anything is written, so a name that no font has leaves the draft as it was. What is stored, and
what its hash is of, are the bytes as they go out: with the signature, where documents are signed.
"""

import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.db import new_id
from timecredits.foundation.folding import fold
from timecredits.foundation.keys import Keyring
from timecredits.foundation.secret_values import digest, new_short_code
from timecredits.journey.checks.check_codes import new_check_code, new_check_secret
from timecredits.journey.credential_models import DigitalCredential
from timecredits.journey.credentials.credential_issuing import attachment_of, make_credential, revoke_credentials
from timecredits.journey.letters.letter_mails import tell_of_news
from timecredits.journey.letters.letter_record import LetterCheck, LetterOrganisation, LetterRecord, LetterTraining
from timecredits.journey.letters.letter_states import LetterState, letter_standings
from timecredits.journey.letters.letter_writing import print_letter, write_letter_record
from timecredits.journey.letters.references import find_holder, lock_reference, require_another, require_draft, require_hours
from timecredits.journey.letters.register_facts import RegisterFacts, TrainingFacts, freeze, register_facts
from timecredits.journey.letters.second_look import require_look, require_seen
from timecredits.journey.models import Document, Reference, ReferenceStatus
from timecredits.network.models import Organisation, Programme
from timecredits.network.scope import find
from timecredits.network.standing import need_open

__all__ = ["DOCUMENT_KIND", "Issued", "Issuer", "issue_reference", "letterhead_of", "preview_letter"]

DOCUMENT_KIND = "reference"


def _unsigned(content: bytes) -> bytes:
    return content


@dataclass(frozen=True)
class Issuer:
    """With what letters are issued: the address people use (no slash at its end), the keys, and what signs a PDF, if anything."""

    base_url: str
    keyring: Keyring = field(repr=False)
    sign: Callable[[bytes], bytes] = field(default=_unsigned, repr=False)


@dataclass(frozen=True)
class Issued:
    """An issued letter. `secret` is known only to who issued it just now (and is printed); it is "" for one issued before."""

    reference: Reference
    secret: str = field(repr=False)


def issue_reference(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    reference_id: UUID,
    *,
    issuer: Issuer,
    actor_id: UUID,
    seen: str | None = None,
) -> Issued:
    """Issue a draft, and tell the person by a neutral mail. Issuing again answers the letter as it stands, and tells nobody.

    `seen` is the mark of the letter as its issuer read it (`second_look.look_mark`); another letter is refused.
    Raises RuleError for that, for a letter about oneself, for a draft whose person has no hours here any more or whose second
    look is not given, for an organisation on hold,
    UnprintableCharacter (a RuleError) for a character that no font has; nothing is issued then.
    """
    reference = lock_reference(session, programme_id, organisation_id, reference_id)
    if reference.status is ReferenceStatus.ISSUED:
        return Issued(reference, "")
    need_open(session, programme_id, organisation_id)
    require_draft(reference)
    require_another(session, programme_id, reference.volunteer_id, actor_id)
    require_look(reference)
    programme = session.get_one(Programme, programme_id)
    facts = _facts(session, reference)
    require_hours(facts)
    secret, code = new_check_secret(programme.number), _free_code(session, programme)
    number = _free_number(session, programme_id)
    record = _record(session, reference, programme, facts, number, {"url": f"{issuer.base_url}/v/{secret}", "code": code})
    require_seen(reference, record, seen)
    credential = _credential(session, programme, reference, record, issuer)
    content = issuer.sign(print_letter(record, attachments=[attachment_of(credential)] if credential else ()))
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
    if credential:
        session.add(credential)
    session.flush()
    if credential:
        _revoke_replaced(session, reference)
    audit.record(
        session,
        programme_id,
        "reference issued",
        actor_id=actor_id,
        subject_id=reference.id,
        organisation_id=organisation_id,
    )
    tell_of_news(session, programme_id, reference.volunteer_id, base_url=issuer.base_url)
    return Issued(reference, secret)


def _credential(
    session: Session, programme: Programme, reference: Reference, record: LetterRecord, issuer: Issuer
) -> DigitalCredential | None:
    """The letter's digital credential. None for a letter in confidence: its holder may not read what it says."""
    if reference.confidential:
        return None
    return make_credential(session, programme, reference, record, base_url=issuer.base_url, keyring=issuer.keyring)


def _revoke_replaced(session: Session, reference: Reference) -> None:
    """Revoke the credentials of earlier letters whose hours were corrected: this one takes their place."""
    earlier = session.scalars(
        select(Reference)
        .join(
            DigitalCredential,
            (DigitalCredential.programme_id == Reference.programme_id) & (DigitalCredential.reference_id == Reference.id),
        )
        .where(
            Reference.programme_id == reference.programme_id,
            Reference.organisation_id == reference.organisation_id,
            Reference.volunteer_id == reference.volunteer_id,
            Reference.id != reference.id,
            DigitalCredential.revoked_at.is_(None),
        )
    ).all()
    standings = letter_standings(session, reference.programme_id, earlier)
    replaced = [each.id for each, standing in zip(earlier, standings, strict=True) if standing.state is LetterState.SUPERSEDED]
    revoke_credentials(session, reference.programme_id, replaced)


def preview_letter(session: Session, reference: Reference) -> LetterRecord:
    """A draft's letter as it would be worded today. Number and check code are not given yet; they are empty."""
    programme = session.get_one(Programme, reference.programme_id)
    facts = _facts(session, reference)
    return _record(session, reference, programme, facts, "", {"url": "", "code": ""})


def _facts(session: Session, reference: Reference) -> RegisterFacts:
    enrolled = find_holder(session, reference.programme_id, reference.organisation_id, reference.volunteer_id)
    return register_facts(session, enrolled, with_elsewhere=reference.with_elsewhere)


def _record(
    session: Session, reference: Reference, programme: Programme, facts: RegisterFacts, number: str, check: LetterCheck
) -> LetterRecord:
    organisation = find(session, Organisation, reference.programme_id, reference.organisation_id)
    neutral = reference.neutral_letterhead
    letterhead = letterhead_of(programme, organisation, neutral=neutral)
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
                "organisation": letterhead["name"] if neutral else role.elsewhere or letterhead["name"],
                "first_day": role.counted.first_day.isoformat(),
                "last_day": role.counted.last_day.isoformat(),
                "minutes": role.counted.minutes,
            }
            for role in facts.roles
        ],
        training=_training(session, reference, facts.training),
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
        language=reference.language,
        confidential=reference.confidential,
    )


def letterhead_of(programme: Programme, organisation: Organisation, *, neutral: bool) -> LetterOrganisation:
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


def _training(session: Session, reference: Reference, facts: Sequence[TrainingFacts]) -> list[LetterTraining]:
    """As it stands on the letter. A neutral one names no organisation of the programme: not as who awarded it, nor in a title."""
    told: list[LetterTraining] = []
    names = _names_of_organisations(session, reference.programme_id) if reference.neutral_letterhead and facts else ()
    for each in facts:
        if _tells(each.title, names):
            continue
        awarded_by = "" if _tells(each.awarded_by, names) else each.awarded_by
        told.append({"title": each.title, "awarded_by": awarded_by, "completed_on": each.completed_on.isoformat()})
    return told


def _names_of_organisations(session: Session, programme_id: UUID) -> set[str]:
    rows = session.execute(select(Organisation.name, Organisation.letter_name).where(Organisation.programme_id == programme_id))
    return {fold(name) for row in rows for name in row if fold(name)}


def _tells(words: str, names: Collection[str]) -> bool:
    return any(name in fold(words) for name in names)


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
