"""Letters about people: starting one, changing it while it is a draft, and finding it again.

The facts are never typed: they come from the register when the letter is shown and are frozen when it is issued (`issuing`).
What a coordinator adds is the name as the person wants it, the letterhead, and an opinion, which its author signs.

Staff who give time themselves neither write nor look at letters about themselves, and don't read those in confidence: for them
there are none.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from timecredits.foundation import audit, clock
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.wording import Sentence
from timecredits.journey.letters.letter_words import LANGUAGES
from timecredits.journey.letters.register_facts import RegisterFacts, register_facts
from timecredits.journey.models import Reference, ReferenceRequest, ReferenceStatus
from timecredits.network.models import Enrolment, Volunteer
from timecredits.network.scope import find
from timecredits.network.volunteers import Enrolled

__all__ = [
    "LONGEST_OPINION",
    "Author",
    "LetterStart",
    "about_user",
    "change_draft",
    "draft_reference",
    "find_holder",
    "find_reference",
    "is_about",
    "known_language",
    "lock_reference",
    "name_for_letters",
    "readable_by",
    "remove_draft",
    "require_another",
    "require_draft",
    "require_hours",
    "start_letter",
    "tidy_holder_name",
    "write_anew",
]

LONGEST_NAME: Final = 100
LONGEST_OPINION: Final = 1500
"""Characters: with six roles the letter then still stays within two pages."""


@dataclass(frozen=True)
class Author:
    """Who writes a letter and signs it, as it will stand under the signature."""

    user_id: UUID
    name: str
    title: str


@dataclass(frozen=True)
class LetterStart:
    """What is known before a letter is written: the person, the name it would carry, and the facts."""

    volunteer_id: UUID
    volunteer_name: str
    holder_name: str
    facts: RegisterFacts


def start_letter(
    session: Session, programme_id: UUID, organisation_id: UUID, volunteer_id: UUID, *, with_elsewhere: bool = False
) -> LetterStart:
    """What a letter about this volunteer would say. NotFoundError for somebody who was never enrolled here."""
    enrolled = find_holder(session, programme_id, organisation_id, volunteer_id)
    facts = register_facts(session, enrolled, with_elsewhere=with_elsewhere)
    return LetterStart(enrolled.volunteer.id, enrolled.volunteer.name, name_for_letters(enrolled), facts)


def draft_reference(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    *,
    reference_id: UUID,
    volunteer_id: UUID,
    holder_name: str,
    opinion: str,
    neutral_letterhead: bool,
    author: Author,
    language: str = "en",
    confidential: bool = False,
    wants_second_look: bool = False,
    with_elsewhere: bool = False,
) -> Reference:
    """Start a letter about a volunteer of this organisation. The same `reference_id` twice starts one.

    `with_elsewhere` only because the person agreed to it (`asking.begin_letter`).
    Raises RuleError for a name that says nothing, an opinion that is too long, a person without any hours here, and for an
    author who is that person.
    """
    known = session.get(Reference, (programme_id, reference_id))
    if known is not None:
        if known.organisation_id != organisation_id:
            raise NotFoundError
        return known
    start = start_letter(session, programme_id, organisation_id, volunteer_id)
    require_another(session, programme_id, volunteer_id, author.user_id)
    require_hours(start.facts)
    reference = Reference(
        programme_id=programme_id,
        id=reference_id,
        organisation_id=organisation_id,
        volunteer_id=volunteer_id,
        status=ReferenceStatus.DRAFT,
        with_elsewhere=with_elsewhere,
        created_at=clock.now(),
    )
    _write(
        reference,
        author,
        holder_name=holder_name,
        opinion=opinion,
        neutral_letterhead=neutral_letterhead,
        language=language,
        confidential=confidential,
        wants_second_look=wants_second_look,
    )
    session.add(reference)
    session.flush()
    _record(session, reference, "reference drafted", author.user_id)
    return reference


def change_draft(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    reference_id: UUID,
    *,
    holder_name: str,
    opinion: str,
    neutral_letterhead: bool,
    author: Author,
    language: str = "en",
    confidential: bool = False,
    wants_second_look: bool = False,
) -> Reference:
    """Change a draft. Whoever changed it last signs it, because the words are then theirs. A colleague's look is asked for anew.

    Raises RuleError as :func:`draft_reference` does, and for a letter that was issued.
    """
    reference = lock_reference(session, programme_id, organisation_id, reference_id, reader_id=author.user_id)
    require_draft(reference)
    require_another(session, programme_id, reference.volunteer_id, author.user_id)
    _write(
        reference,
        author,
        holder_name=holder_name,
        opinion=opinion,
        neutral_letterhead=neutral_letterhead,
        language=language,
        confidential=confidential,
        wants_second_look=wants_second_look,
    )
    _record(session, reference, "reference changed", author.user_id)
    return reference


def remove_draft(session: Session, programme_id: UUID, organisation_id: UUID, reference_id: UUID, *, actor_id: UUID) -> None:
    """Throw a draft away; a request that it was begun for waits again.

    Raises RuleError for a letter that was issued, which can only be withdrawn.
    """
    reference = lock_reference(session, programme_id, organisation_id, reference_id, reader_id=actor_id)
    require_draft(reference)
    session.execute(
        update(ReferenceRequest)
        .where(ReferenceRequest.programme_id == programme_id, ReferenceRequest.reference_id == reference_id)
        .values(reference_id=None, answered_at=None)
    )
    session.delete(reference)
    _record(session, reference, "reference draft removed", actor_id)


def write_anew(
    session: Session, programme_id: UUID, organisation_id: UUID, reference_id: UUID, *, new_reference_id: UUID, author: Author
) -> Reference:
    """Begin a letter with the same choices as one that was issued, which stays as it is. The same new id twice begins one.

    An opinion goes along only when its author writes again: nobody signs another's. Hours elsewhere are left out: the person
    agreed to them for the old letter only. Raises RuleError for a draft, and as :func:`draft_reference` does.
    """
    old = find_reference(session, programme_id, organisation_id, reference_id, reader_id=author.user_id)
    if old.status is ReferenceStatus.DRAFT:
        raise RuleError(Sentence("This letter is still a draft. Nothing was made. Change the draft instead."))
    return draft_reference(
        session,
        programme_id,
        organisation_id,
        reference_id=new_reference_id,
        volunteer_id=old.volunteer_id,
        holder_name=old.holder_name,
        opinion=old.opinion if old.author_id == author.user_id else "",
        neutral_letterhead=old.neutral_letterhead,
        author=author,
        language=old.language,
        confidential=old.confidential,
        wants_second_look=old.wants_second_look,
    )


def find_reference(
    session: Session, programme_id: UUID, organisation_id: UUID, reference_id: UUID, *, reader_id: UUID | None = None
) -> Reference:
    """One letter of this organisation, or NotFoundError. `reader_id` is the user who reads; None where nobody does."""
    reference = find(session, Reference, programme_id, reference_id, organisation_id=organisation_id)
    if reader_id is not None and reference.confidential and is_about(session, programme_id, reference.volunteer_id, reader_id):
        raise NotFoundError
    return reference


def lock_reference(
    session: Session, programme_id: UUID, organisation_id: UUID, reference_id: UUID, *, reader_id: UUID | None = None
) -> Reference:
    """One letter of this organisation, as it is now and until this transaction ends, or NotFoundError.

    So that two who press at the same moment issue one letter, and none changes a letter that the other has issued.
    """
    reference = session.scalars(
        select(Reference)
        .where(
            Reference.programme_id == programme_id,
            Reference.id == reference_id,
            Reference.organisation_id == organisation_id,
            *([readable_by(programme_id, reader_id)] if reader_id is not None else ()),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if reference is None:
        raise NotFoundError
    return reference


def find_holder(session: Session, programme_id: UUID, organisation_id: UUID, volunteer_id: UUID) -> Enrolled:
    """Somebody a letter may be about. Also people who have left: they need their letters most."""
    row = session.execute(
        select(Volunteer, Enrolment)
        .join(Enrolment, (Enrolment.programme_id == Volunteer.programme_id) & (Enrolment.volunteer_id == Volunteer.id))
        .where(
            Volunteer.programme_id == programme_id,
            Volunteer.id == volunteer_id,
            Enrolment.organisation_id == organisation_id,
        )
    ).one_or_none()
    if row is None:
        raise NotFoundError
    return Enrolled(row[0], row[1])


def name_for_letters(enrolled: Enrolled) -> str:
    """The name as the person wants it on letters: the one they chose, else first and last name."""
    return enrolled.volunteer.letter_name or enrolled.volunteer.name


def is_about(session: Session, programme_id: UUID, volunteer_id: UUID, user_id: UUID) -> bool:
    """Whether this user signs in as that volunteer: a letter about the one is a letter about the other."""
    found = select(Volunteer.id).where(
        Volunteer.programme_id == programme_id, Volunteer.id == volunteer_id, Volunteer.user_id == user_id
    )
    return session.scalar(found) is not None


def about_user(programme_id: UUID, user_id: UUID) -> ColumnElement[bool]:
    """The letters about whoever signs in as this user."""
    return Reference.volunteer_id.in_(
        select(Volunteer.id).where(Volunteer.programme_id == programme_id, Volunteer.user_id == user_id)
    )


def readable_by(programme_id: UUID, reader_id: UUID) -> ColumnElement[bool]:
    """The letters that a member of staff may read: not those in confidence about themselves."""
    return or_(Reference.confidential.is_(False), ~about_user(programme_id, reader_id))


def require_another(session: Session, programme_id: UUID, volunteer_id: UUID, user_id: UUID) -> None:
    """Raise RuleError for a member of staff who would have a hand in a letter about themselves."""
    if is_about(session, programme_id, volunteer_id, user_id):
        raise RuleError(Sentence("You can't write a letter about yourself. Nothing was changed. Ask a colleague."))


def require_draft(reference: Reference) -> None:
    """Raise RuleError unless the letter may still change."""
    if reference.status is not ReferenceStatus.DRAFT:
        raise RuleError(
            Sentence("This letter was issued, so it can't change. Nothing was changed. Withdraw it and write a new one.")
        )


def require_hours(facts: RegisterFacts) -> None:
    """Raise RuleError where there is nothing that a letter could say."""
    if not facts.has_own_hours:
        raise RuleError(
            Sentence("There are no hours for this person here, so a letter has nothing to say. Add their hours first.")
        )


def tidy_holder_name(typed: str) -> str:
    """The name for a letter without spaces too many. Raises RuleError for one that says nothing or is too long."""
    name = " ".join(typed.split())
    if not any(character.isalnum() for character in name):
        raise RuleError(Sentence("Type the name that goes on the letter."), field="holder_name")
    if len(name) > LONGEST_NAME:
        raise RuleError(Sentence("That name is too long. Use at most %(most)s letters.", most=LONGEST_NAME), field="holder_name")
    return name


def known_language(language: str) -> str:
    """The same language. Raises RuleError for one in which no letter is printed."""
    if language not in LANGUAGES:
        raise RuleError(Sentence("Choose English or Welsh. Nothing was saved."), field="language")
    return language


def _write(
    reference: Reference,
    author: Author,
    *,
    holder_name: str,
    opinion: str,
    neutral_letterhead: bool,
    language: str,
    confidential: bool,
    wants_second_look: bool,
) -> None:
    words = opinion.replace("\r\n", "\n").strip()
    if len(words) > LONGEST_OPINION:
        raise RuleError(
            Sentence(
                "Your words are too long by %(more)s letters. Make them shorter. Nothing was saved.",
                more=len(words) - LONGEST_OPINION,
            ),
            field="opinion",
        )
    reference.holder_name, reference.opinion = tidy_holder_name(holder_name), words
    reference.neutral_letterhead, reference.language = neutral_letterhead, known_language(language)
    reference.confidential, reference.wants_second_look = confidential, wants_second_look
    reference.author_id, reference.signer_name, reference.signer_title = author.user_id, author.name, author.title
    # What a colleague read is no longer what stands there.
    reference.looked_by = reference.looked_by_name = reference.looked_at = None
    reference.look_note = ""


def _record(session: Session, reference: Reference, action: str, actor_id: UUID) -> None:
    audit.record(
        session,
        reference.programme_id,
        action,
        actor_id=actor_id,
        subject_id=reference.id,
        organisation_id=reference.organisation_id,
    )
