"""Put a reference letter together from its facts, and print it: by itself, or many in one file.

Every printed word is chosen here, from `letter_words`; the template only arranges. See `letter_record` for the shape and what
a letter never holds.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from timecredits.foundation.display import display_day, display_hours, display_span_in
from timecredits.foundation.documents import Attachment, compile_document, page_count
from timecredits.foundation.errors import RuleError
from timecredits.foundation.qr import qr_svg
from timecredits.foundation.wording import Sentence
from timecredits.journey.checks.check_codes import show_check_code
from timecredits.journey.letters.letter_record import (
    LetterBatch,
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
from timecredits.journey.letters.letter_words import LetterWords

__all__ = ["print_letter", "print_letters", "qr_of_letter", "typed_address", "write_letter_record"]


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
    confidential: bool = False,
) -> LetterRecord:
    """Put a letter together from its facts; the total and every printed word follow from them.

    `check["url"]` is the public address of this letter (BASE_URL/v/<secret>); `check["code"]` its 11 characters without dashes.
    `language` is one of `letter_words.LANGUAGES` (else ValueError). `confidential` says on the page that the letter is given in
    confidence. Raises RuleError when the letter would name nobody or nobody would sign it.
    """
    _need_a_name(holder["name"], "holder.name", Sentence("The letter has no name on it. Nothing was made. Please add the name."))
    _need_a_name(signer["name"], "signer.name", Sentence("Nobody signs this letter. Nothing was made. Please add who signs."))
    _need_a_name(
        organisation["name"],
        "organisation.name",
        Sentence("The letter does not say who it is from. Nothing was made. Please add the organisation."),
    )
    words = LetterWords(language)
    facts: LetterFacts = {
        "as_of": as_of.isoformat(),
        "roles": list(roles),
        "total_minutes": sum(role["minutes"] for role in roles),
        "training": list(training),
    }
    display = _display(words, reference_number, issued_on, organisation, holder, facts, opinion, signer, check)
    if confidential:
        display["confidential"] = words.say("confidential")
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
        "confidential": confidential,
        "display": display,
    }


def print_letter(record: LetterRecord, *, attachments: Sequence[Attachment] = ()) -> bytes:
    """Print the letter as PDF/A-3a and PDF/UA-1. The same record gives the same bytes.

    Raises UnprintableCharacter (with the field at fault) or DocumentError.
    """
    return _printed("letter", record, {"qr": qr_of_letter(record)}, letters=1, attachments=attachments)


def print_letters(records: Sequence[LetterRecord]) -> bytes:
    """Print many letters as one PDF/A-3a and PDF/UA-1, in the order given: each begins on a page of its own and counts its own.

    No record is attached: each is in its letter's own file. The file's own title and language are the first letter's language.
    Raises RuleError for no letters, UnprintableCharacter (its field is such as `letters.3.holder.name`) or DocumentError.
    """
    if not records:
        raise RuleError(Sentence("There is no letter to print. Nothing was made. Please tick one or more."))
    language, newest = records[0]["language"], max(record["issued_on"] for record in records)
    batch: LetterBatch = {
        "kind": "letters",
        "version": 1,
        "language": language,
        "issued_on": newest,
        "letters": list(records),
        "display": {"title": LetterWords(language).say("letters_title", day=display_day(date.fromisoformat(newest), language))},
    }
    drawings = {str(place): qr_of_letter(record) for place, record in enumerate(records)}
    return _printed("letters", batch, drawings, letters=len(records))


def _printed(
    kind: str, record: Mapping[str, Any], drawings: Mapping[str, str], *, letters: int, attachments: Sequence[Attachment] = ()
) -> bytes:
    """Print without running headers; where a letter then has a second page, print again with them.

    "Page 2 of 2" makes Typst lay everything out twice. Most letters have one page: 300 of them then take 1.2 s in place of 1.9,
    and 280 MB in place of 380.
    """
    short = compile_document(kind, record, drawings=drawings, attachments=attachments, options={"may-run-on": "no"})
    if page_count(short) == letters:
        return short
    return compile_document(kind, record, drawings=drawings, attachments=attachments)


def qr_of_letter(record: LetterRecord) -> str:
    """Draw the letter's QR code as SVG; "" where its address isn't known (any more)."""
    url = record["check"].get("url", "")
    return qr_svg(url, level="Q", title=record["display"]["qr_description"]) if url else ""


def typed_address(url: str) -> str:
    """Make "timecredits.example/v" of the letter's address: what a person types, without the secret."""
    split = urlsplit(url)
    return split.netloc + split.path.rsplit("/", 1)[0]


def _display(
    words: LetterWords,
    reference_number: str,
    issued_on: date,
    organisation: LetterOrganisation,
    holder: LetterHolder,
    facts: LetterFacts,
    opinion: LetterOpinion | None,
    signer: LetterSigner,
    check: LetterCheck,
) -> LetterDisplay:
    """Say everything that the page says. Templates arrange; they write nothing."""
    name, language = holder["name"], words.language
    elsewhere = any(role["organisation"] != organisation["name"] for role in facts["roles"])
    known_since = date.fromisoformat(holder["known_since"])
    return {
        "title": words.say("title", name=name),
        "running_title": f"{reference_number}, {name}",
        "page": words.say("page"),
        "letterhead": _letterhead(words, organisation),
        "date": display_day(issued_on, language),
        "number": words.say("number", number=reference_number),
        "salutation": words.say("salutation"),
        "heading": name,
        "introduction": words.say(
            "introduction",
            organisation=organisation["name"],
            capacity=_capacity(words, holder["capacity"]),
            day=display_day(known_since, language),
            span=display_span_in(known_since, issued_on, language),
        ),
        "roles_heading": words.say("roles_heading"),
        "roles_columns": words.several("role", "from", "to", "confirmed_time"),
        "roles": [_row(role, language, with_organisation=elsewhere) for role in facts["roles"]],
        "total_label": words.say("total"),
        "total": display_hours(facts["total_minutes"], language),
        "confirmation": words.say("confirmation", day=display_day(date.fromisoformat(facts["as_of"]), language)),
        "training_heading": words.say("training_heading") if facts["training"] else "",
        "training": [_training_line(training, language) for training in facts["training"]],
        "opinion_heading": words.say("opinion_heading", author=_comma(opinion["author_name"], opinion["author_role"]))
        if opinion
        else "",
        "opinion": [part.strip() for part in opinion["text"].splitlines() if part.strip()] if opinion else [],
        "limits_heading": words.say("limits_heading"),
        "limits": words.say("limits"),
        "good_faith": words.say("good_faith"),
        "signer": [line for line in (signer["name"], _comma(signer["role"], organisation["name"]), _contact(signer)) if line],
        "check_heading": words.say("check_heading"),
        "check_steps": words.say("check_steps", place=typed_address(check["url"])),
        "check_code_label": words.say("check_code"),
        "check_code": show_check_code(check["code"]),
        "qr_description": words.say("qr_description"),
    }


def _need_a_name(text: str, field: str, sentence: Sentence) -> None:
    """Refuse a name without a single letter or figure, which would print as nothing."""
    if not any(character.isalnum() for character in text):
        raise RuleError(sentence, field=field)


def _capacity(words: LetterWords, capacity: str) -> str:
    """The capacity we give by ourselves is said in the letter's language; any other is somebody's own word."""
    return words.say("capacity_volunteer") if capacity == "volunteer" else capacity


def _letterhead(words: LetterWords, organisation: LetterOrganisation) -> list[str]:
    contact = "  ·  ".join(part for part in (organisation["email"], organisation["phone"]) if part)
    number = organisation["charity_number"]
    charity = words.say("charity", number=number) if number else ""
    return [line for line in (", ".join(organisation["address_lines"]), contact, charity) if line]


def _row(role: LetterRole, language: str, *, with_organisation: bool) -> RoleRow:
    return {
        "role": _comma(role["role"], role["organisation"]) if with_organisation else role["role"],
        "first_day": display_day(date.fromisoformat(role["first_day"]), language),
        "last_day": display_day(date.fromisoformat(role["last_day"]), language),
        "hours": display_hours(role["minutes"], language),
    }


def _training_line(training: LetterTraining, language: str) -> str:
    day = display_day(date.fromisoformat(training["completed_on"]), language)
    return f"{training['title']} ({training['awarded_by']}), {day}" if training["awarded_by"] else f"{training['title']}, {day}"


def _contact(signer: LetterSigner) -> str:
    return "  ·  ".join(part for part in (signer["email"], signer["phone"]) if part)


def _comma(*parts: str) -> str:
    return ", ".join(part for part in parts if part)
