"""Letters for many people at once: who can have one, and what was chosen for all of them. The work is a job (`letter_jobs`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from timecredits.foundation.errors import RuleError
from timecredits.foundation.folding import fold
from timecredits.foundation.jobs import enqueue
from timecredits.foundation.wording import Sentence
from timecredits.hours.history.hour_history import checked_by_another, in_force
from timecredits.hours.models import HourEntry
from timecredits.journey.letters.references import Author, known_language
from timecredits.journey.models import Reference, ReferenceStatus
from timecredits.network.models import Enrolment, Volunteer
from timecredits.network.volunteers import list_enrolled

__all__ = [
    "LETTERS",
    "MOST",
    "BulkChoices",
    "BulkLetter",
    "BulkPeople",
    "BulkPerson",
    "LeftOut",
    "ask_for_letters",
    "bulk_letters",
    "bulk_people",
    "left_out",
]

LETTERS: Final = "letters made"
MOST: Final = 500
"""In one job: about 10 seconds of work, and as many sheets as a ream of paper has."""


@dataclass(frozen=True)
class BulkPerson:
    """Somebody who can have a letter. `minutes` are those confirmed here."""

    volunteer_id: UUID
    name: str
    number: str
    minutes: int


@dataclass(frozen=True)
class BulkPeople:
    """Who fits a search and has hours here, by name; and how many fit it and have none."""

    people: tuple[BulkPerson, ...]
    without_hours: int


@dataclass(frozen=True)
class BulkLetter:
    """A draft to issue, or an issued letter to print again."""

    reference_id: UUID
    holder_name: str
    number: str
    signer_name: str
    wants_look: bool


@dataclass(frozen=True)
class LeftOut:
    """Whose letter a job could not make, and why. `volunteer_id` or `reference_id` says where to put it right."""

    name: str
    sentence: str
    volunteer_id: UUID | None = None
    reference_id: UUID | None = None


@dataclass(frozen=True)
class BulkChoices:
    """What is the same for all letters of a job."""

    language: str = "en"
    neutral_letterhead: bool = False


def bulk_people(session: Session, programme_id: UUID, organisation_id: UUID, *, search: str = "") -> BulkPeople:
    """Everybody enrolled here who fits `search` (names and numbers). Two queries, however many there are."""
    enrolled = list_enrolled(session, programme_id, organisation_id, search=search)
    given = session.execute(
        select(HourEntry.volunteer_id, func.sum(HourEntry.minutes))
        .where(
            HourEntry.programme_id == programme_id,
            HourEntry.organisation_id == organisation_id,
            in_force(),
            checked_by_another(),
        )
        .group_by(HourEntry.volunteer_id)
    )
    minutes = {volunteer_id: int(total) for volunteer_id, total in given}
    people = tuple(
        BulkPerson(each.volunteer.id, each.volunteer.name, each.enrolment.number or "", minutes[each.volunteer.id])
        for each in enrolled
        if each.volunteer.id in minutes
    )
    return BulkPeople(people, len(enrolled) - len(people))


def bulk_letters(
    session: Session, programme_id: UUID, organisation_id: UUID, status: ReferenceStatus, *, search: str = ""
) -> list[BulkLetter]:
    """This organisation's drafts, or issued letters, newest first; `search` looks in names and numbers."""
    words, number = fold(search).split(), search.strip().upper()
    found = session.execute(
        select(
            Reference.id,
            Reference.holder_name,
            Reference.number,
            Reference.signer_name,
            (Reference.wants_second_look & Reference.looked_at.is_(None)).label("wants_look"),
        )
        .where(Reference.programme_id == programme_id, Reference.organisation_id == organisation_id, Reference.status == status)
        .order_by(Reference.created_at.desc(), Reference.id.desc())
    )
    return [
        BulkLetter(each.id, each.holder_name, each.number or "", each.signer_name, bool(each.wants_look))
        for each in found
        if all(word in fold(each.holder_name) for word in words) or (number and number in (each.number or ""))
    ]


def ask_for_letters(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    *,
    job_id: UUID,
    author: Author,
    volunteer_ids: Sequence[UUID] = (),
    reference_ids: Sequence[UUID] = (),
    choices: BulkChoices = BulkChoices(),
) -> UUID:
    """Have letters made and put into one file to print: new ones for people, and drafts (issued first) or issued ones as named.

    Who is not of this organisation is left out. The same `job_id` twice is one job. Raises RuleError for nobody and for
    too many.
    """
    people = _known(session, programme_id, organisation_id, volunteer_ids)
    named = set(reference_ids)
    own = session.scalars(
        select(Reference.id)
        .where(Reference.programme_id == programme_id, Reference.organisation_id == organisation_id)
        .order_by(Reference.holder_name, Reference.id)
    )
    letters = [each for each in own if each in named]
    count = len(people) + len(letters)
    if not count:
        raise RuleError(Sentence("Tick one or more. Nothing was made."), field="ticked")
    if count > MOST:
        raise RuleError(
            Sentence("That is more than %(most)s letters. Nothing was made. Tick fewer, or search first.", most=MOST),
            field="ticked",
        )
    wanted = {
        "people": [str(each) for each in people],
        "letters": [str(each) for each in letters],
        "language": known_language(choices.language),
        "neutral_letterhead": choices.neutral_letterhead,
        "author": {"user_id": str(author.user_id), "name": author.name, "title": author.title},
    }
    return enqueue(
        session,
        programme_id,
        LETTERS,
        wanted,
        organisation_id=organisation_id,
        made_by=author.user_id,
        job_id=job_id,
        total=count,
    )


def left_out(session: Session, programme_id: UUID, organisation_id: UUID, outcome: Mapping[str, Any]) -> list[LeftOut]:
    """Those whom a job that is done could not make a letter for, in its order. Who is gone since has no name."""
    failed: Sequence[Mapping[str, str]] = outcome.get("failed", ())
    people = [UUID(each["person"]) for each in failed if "person" in each]
    letters = [UUID(each["letter"]) for each in failed if "letter" in each]
    names = {
        each.volunteer.id: each.volunteer.name
        for each in (list_enrolled(session, programme_id, organisation_id) if people else ())
        if each.volunteer.id in people
    }
    drafts = select(Reference.id, Reference.holder_name).where(
        Reference.programme_id == programme_id, Reference.organisation_id == organisation_id, Reference.id.in_(letters)
    )
    holders: dict[UUID, str] = {row.id: row.holder_name for row in session.execute(drafts)} if letters else {}
    told = []
    for each in failed:
        if "person" in each:
            who = UUID(each["person"])
            told.append(LeftOut(names.get(who, ""), each["sentence"], volunteer_id=who if who in names else None))
        else:
            which = UUID(each["letter"])
            told.append(LeftOut(holders.get(which, ""), each["sentence"], reference_id=which if which in holders else None))
    return told


def _known(session: Session, programme_id: UUID, organisation_id: UUID, volunteer_ids: Sequence[UUID]) -> list[UUID]:
    """Those of them who are or were enrolled here, by name, as the letters will lie in the printer."""
    wanted = set(volunteer_ids)
    rows = session.scalars(
        select(Volunteer.id)
        .join(Enrolment, (Enrolment.programme_id == Volunteer.programme_id) & (Enrolment.volunteer_id == Volunteer.id))
        .where(Volunteer.programme_id == programme_id, Enrolment.organisation_id == organisation_id)
        .order_by(Volunteer.folded_name, Volunteer.id)
    )
    return [each for each in rows if each in wanted]
