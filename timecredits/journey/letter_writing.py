"""Put a reference letter together from its facts, and print it.

Every printed word is chosen here; the template only arranges. See `letter_record` for the shape and what a letter never holds.
"""

from collections.abc import Sequence
from datetime import date
from urllib.parse import urlsplit

from timecredits.foundation.amounts import hours_text
from timecredits.foundation.display import display_day, display_span
from timecredits.foundation.documents import Attachment, compile_document
from timecredits.foundation.errors import RuleError
from timecredits.foundation.qr import qr_svg
from timecredits.foundation.wording import Sentence
from timecredits.journey.check_codes import show_check_code
from timecredits.journey.letter_record import (
    LetterCheck,
    LetterDisplay,
    LetterFacts,
    LetterHolder,
    LetterOpinion,
    LetterOrganisation,
    LetterRecord,
    LetterRole,
    LetterSigner,
    LetterTraining,
    RoleRow,
)

__all__ = ["print_letter", "write_letter_record"]


def write_letter_record(
    *,
    reference_number: str,
    issued_on: date,
    as_of: date,
    organisation: LetterOrganisation,
    holder: LetterHolder,
    roles: Sequence[LetterRole],
    training: Sequence[LetterTraining] = (),
    opinion: LetterOpinion | None = None,
    signer: LetterSigner,
    check: LetterCheck,
    language: str = "en",
) -> LetterRecord:
    """Put a letter together from its facts; the total and every printed word follow from them.

    `check["url"]` is the public address of this letter (BASE_URL/v/<secret>); `check["code"]` its 11 characters without dashes.
    Raises RuleError when the letter would name nobody or nobody would sign it.
    """
    _need_a_name(holder["name"], "holder.name", Sentence("The letter has no name on it. Nothing was made. Please add the name."))
    _need_a_name(signer["name"], "signer.name", Sentence("Nobody signs this letter. Nothing was made. Please add who signs."))
    _need_a_name(
        organisation["name"],
        "organisation.name",
        Sentence("The letter does not say who it is from. Nothing was made. Please add the organisation."),
    )
    facts: LetterFacts = {
        "as_of": as_of.isoformat(),
        "roles": list(roles),
        "total_minutes": sum(role["minutes"] for role in roles),
        "training": list(training),
    }
    return {
        "kind": "letter",
        "version": 1,
        "language": language,
        "reference_number": reference_number,
        "issued_on": issued_on.isoformat(),
        "organisation": organisation,
        "holder": holder,
        "facts": facts,
        "opinion": opinion,
        "signer": signer,
        "check": check,
        "display": _words(reference_number, issued_on, organisation, holder, facts, opinion, signer, check, language),
    }


def print_letter(record: LetterRecord, *, attachments: Sequence[Attachment] = ()) -> bytes:
    """Print the letter as PDF/A-3a and PDF/UA-1. The same record gives the same bytes.

    Raises UnprintableCharacter (with the field at fault) or DocumentError.
    """
    qr = qr_svg(record["check"]["url"], level="Q", title=record["display"]["qr_description"])
    return compile_document("letter", record, drawings={"qr": qr}, attachments=attachments)


def _words(
    reference_number: str,
    issued_on: date,
    organisation: LetterOrganisation,
    holder: LetterHolder,
    facts: LetterFacts,
    opinion: LetterOpinion | None,
    signer: LetterSigner,
    check: LetterCheck,
    language: str,
) -> LetterDisplay:
    """Say everything that the page says. Templates arrange; they write nothing."""
    name = holder["name"]
    elsewhere = any(role["organisation"] != organisation["name"] for role in facts["roles"])
    known_since = date.fromisoformat(holder["known_since"])
    return {
        "title": str(Sentence("Reference for %(name)s", name=name)),
        "running_title": f"{reference_number}, {name}",
        "page": str(Sentence("Page {page} of {pages}")),
        "letterhead": _letterhead(organisation),
        "date": display_day(issued_on, language),
        "number": str(Sentence("Reference number %(number)s", number=reference_number)),
        "salutation": str(Sentence("To whom it may concern")),
        "heading": name,
        "introduction": str(
            Sentence(
                "%(organisation)s has known this person since %(day)s (%(span)s), in the role of %(capacity)s. "
                "The facts below come from our register of time given.",
                organisation=organisation["name"],
                capacity=holder["capacity"],
                day=display_day(known_since, language),
                span=display_span(known_since, issued_on),
            )
        ),
        "roles_heading": str(Sentence("Roles and confirmed time")),
        "roles_columns": [str(Sentence(column)) for column in ("Role", "From", "To", "Confirmed time")],
        "roles": [_row(role, language, with_organisation=elsewhere) for role in facts["roles"]],
        "total_label": str(Sentence("Total")),
        "total": str(hours_text(facts["total_minutes"])),
        "confirmation": str(
            Sentence(
                "The organisation confirmed each visit, with its day and length, up to %(day)s.",
                day=display_day(date.fromisoformat(facts["as_of"]), language),
            )
        ),
        "training_heading": str(Sentence("Training completed")) if facts["training"] else "",
        "training": [_training_line(training, language) for training in facts["training"]],
        "opinion_heading": str(
            Sentence("The opinion of %(author)s", author=_comma(opinion["author_name"], opinion["author_role"]))
        )
        if opinion
        else "",
        "opinion": [part.strip() for part in opinion["text"].splitlines() if part.strip()] if opinion else [],
        "limits_heading": str(Sentence("What this letter does not cover")),
        "limits": str(
            Sentence(
                "It speaks of the time and roles above and of nothing else. "
                "What it leaves out says nothing for or against anyone."
            )
        ),
        "good_faith": str(Sentence("We give it in good faith. To the best of our knowledge it is true, accurate and fair.")),
        "signer": [line for line in (signer["name"], _comma(signer["role"], organisation["name"]), _contact(signer)) if line],
        "check_heading": str(Sentence("Check this letter")),
        "check_steps": str(
            Sentence(
                "Scan the code, or go to %(place)s and type the check code and the surname. You need no account. "
                "You will see if this letter is real and still stands.",
                place=_typed_address(check["url"]),
            )
        ),
        "check_code_label": str(Sentence("Check code")),
        "check_code": show_check_code(check["code"]),
        "qr_description": str(Sentence("QR code that opens the page where this letter can be checked.")),
    }


def _need_a_name(text: str, field: str, sentence: Sentence) -> None:
    """Refuse a name without a single letter or figure, which would print as nothing."""
    if not any(character.isalnum() for character in text):
        raise RuleError(sentence, field=field)


def _letterhead(organisation: LetterOrganisation) -> list[str]:
    contact = "  ·  ".join(part for part in (organisation["email"], organisation["phone"]) if part)
    number = organisation["charity_number"]
    charity = str(Sentence("Registered charity %(number)s", number=number)) if number else ""
    return [line for line in (", ".join(organisation["address_lines"]), contact, charity) if line]


def _row(role: LetterRole, language: str, *, with_organisation: bool) -> RoleRow:
    return {
        "role": _comma(role["role"], role["organisation"]) if with_organisation else role["role"],
        "first_day": display_day(date.fromisoformat(role["first_day"]), language),
        "last_day": display_day(date.fromisoformat(role["last_day"]), language),
        "hours": str(hours_text(role["minutes"])),
    }


def _training_line(training: LetterTraining, language: str) -> str:
    day = display_day(date.fromisoformat(training["completed_on"]), language)
    return f"{training['title']} ({training['awarded_by']}), {day}" if training["awarded_by"] else f"{training['title']}, {day}"


def _contact(signer: LetterSigner) -> str:
    return "  ·  ".join(part for part in (signer["email"], signer["phone"]) if part)


def _comma(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _typed_address(url: str) -> str:
    """Make "timecredits.example/v" of the letter's address: what a person types, without the secret."""
    split = urlsplit(url)
    return split.netloc + split.path.rsplit("/", 1)[0]
