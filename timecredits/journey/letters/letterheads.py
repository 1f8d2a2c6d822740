"""The letterhead: what stands at the head of an organisation's letters from now on. Letters that were issued keep theirs."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.documents import UnprintableCharacter
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.journey.letters.letter_record import LetterOrganisation, LetterRecord
from timecredits.journey.letters.letter_writing import print_letter, write_letter_record
from timecredits.network.models import Organisation
from timecredits.network.scope import find

__all__ = ["MOST_LINES", "Letterhead", "change_letterhead", "read_letterhead", "shown_lines"]

MOST_LINES: Final = 5
_LONGEST_NAME: Final = 100
_LONGEST_LINE: Final = 60
_LONGEST_EMAIL: Final = 254
_CHARITY_NUMBER: Final = re.compile(r"(SC|NIC)?[0-9]{5,8}(-[0-9]{1,3})?")
"""England and Wales 1234567 or 1234567-1, Scotland SC012345, Northern Ireland NIC123456."""
_PHONE: Final = re.compile(r"\+?[0-9][0-9 ()-]{4,24}[0-9]")
_FIELDS: Final = {
    "name": "name",
    "address_lines": "address",
    "charity_number": "charity_number",
    "email": "email",
    "phone": "phone",
}


@dataclass(frozen=True)
class Letterhead:
    """What stands at the head of a letter. Empty texts are left out there."""

    name: str
    address_lines: tuple[str, ...] = ()
    charity_number: str = ""
    email: str = ""
    phone: str = ""


def read_letterhead(session: Session, programme_id: UUID, organisation_id: UUID) -> Letterhead:
    """The letterhead as it is."""
    organisation = find(session, Organisation, programme_id, organisation_id)
    return Letterhead(
        organisation.letter_name,
        tuple(organisation.letter_address),
        organisation.charity_number or "",
        organisation.contact_email,
        organisation.contact_phone,
    )


def change_letterhead(
    session: Session, programme_id: UUID, organisation_id: UUID, wanted: Letterhead, *, actor_id: UUID
) -> Letterhead:
    """Write letters under this from now on; answers it as it is kept. Nothing is written that no letter could be printed with.

    Raises RuleError with the field at fault: name, address, charity_number, email or phone.
    """
    kept = _tidy(wanted)
    try:
        print_letter(_sample(kept))
    except UnprintableCharacter as fault:
        part = fault.field.removeprefix("organisation.").split(".")[0]
        raise RuleError(fault.sentence, field=_FIELDS.get(part, "name")) from fault
    organisation = find(session, Organisation, programme_id, organisation_id)
    organisation.letter_name, organisation.letter_address = kept.name, list(kept.address_lines)
    organisation.charity_number = kept.charity_number or None
    organisation.contact_email, organisation.contact_phone = kept.email, kept.phone
    session.flush()
    audit.record(
        session,
        programme_id,
        "letterhead changed",
        actor_id=actor_id,
        subject_id=organisation_id,
        organisation_id=organisation_id,
    )
    return kept


def shown_lines(letterhead: Letterhead) -> list[str]:
    """The small lines under the name, as they are printed."""
    return _sample(letterhead)["display"]["letterhead"]


def _tidy(wanted: Letterhead) -> Letterhead:
    name = " ".join(wanted.name.split())
    if not any(character.isalnum() for character in name):
        raise RuleError(Sentence("Type the name for your letters. Nothing was saved."), field="name")
    if len(name) > _LONGEST_NAME:
        raise RuleError(
            Sentence("That name is too long. Use at most %(most)s letters. Nothing was saved.", most=_LONGEST_NAME), field="name"
        )
    lines = tuple(line for line in (" ".join(each.split()) for each in wanted.address_lines) if line)
    if len(lines) > MOST_LINES or any(len(line) > _LONGEST_LINE for line in lines):
        raise RuleError(
            Sentence(
                "Use at most %(lines)s lines of %(most)s letters each. Nothing was saved.", lines=MOST_LINES, most=_LONGEST_LINE
            ),
            field="address",
        )
    charity = "".join(wanted.charity_number.split()).upper()
    if charity and not _CHARITY_NUMBER.fullmatch(charity):
        raise RuleError(
            Sentence("Type the charity number as it is registered, like 1234567 or SC012345. Nothing was saved."),
            field="charity_number",
        )
    email = wanted.email.strip()
    local, _, domain = email.rpartition("@")
    odd = not local or "." not in domain or len(email) > _LONGEST_EMAIL or any(character.isspace() for character in email)
    if email and odd:
        raise RuleError(Sentence("Type an email address, like name@example.org. Nothing was saved."), field="email")
    phone = " ".join(wanted.phone.split())
    if phone and not _PHONE.fullmatch(phone):
        raise RuleError(Sentence("Type a phone number, like 01632 960 001. Nothing was saved."), field="phone")
    return Letterhead(name, lines, charity, email, phone)


def _sample(letterhead: Letterhead) -> LetterRecord:
    """A letter about nobody under this letterhead."""
    organisation: LetterOrganisation = {
        "name": letterhead.name,
        "address_lines": list(letterhead.address_lines),
        "charity_number": letterhead.charity_number,
        "email": letterhead.email,
        "phone": letterhead.phone,
    }
    today: date = clock.today()
    return write_letter_record(
        reference_number="TC-0000-000000",
        issued_on=today,
        as_of=today,
        organisation=organisation,
        holder={"name": "A. Person", "capacity": "volunteer", "known_since": today.isoformat()},
        roles=[],
        signer={"name": "A. Person", "role": "", "email": letterhead.email, "phone": letterhead.phone},
        check={"url": "https://example.org/v/SAMPLE", "code": "00000000000"},
    )
