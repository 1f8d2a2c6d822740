"""Letters for many people at once: who can have one, and what was chosen for all of them. The work is a job (`letter_jobs`).

A list holds as many as one job may make, and says how many there are; of thousands only the named are ever loaded.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from timecredits.foundation.errors import RuleError
from timecredits.foundation.folding import fold
from timecredits.foundation.jobs import enqueue
from timecredits.foundation.wording import Sentence
from timecredits.hours.history.hour_history import checked_by_another, in_force
from timecredits.hours.models import HourEntry
from timecredits.journey.letters.references import Author, about_user, known_language, readable_by
from timecredits.journey.models import Reference, ReferenceStatus
from timecredits.network.models import Enrolment, Volunteer

__all__ = [
    "LETTERS",
    "MOST",
    "BulkChoices",
    "BulkLetter",
    "BulkLetters",
    "BulkPeople",
    "BulkPerson",
    "LeftOut",
    "ask_for_letters",
    "bulk_letters",
    "bulk_people",
    "left_out",
    "list_mark",
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
    """Who fits a search and has hours here, by name, the first `MOST` of `count`; and how many fit it and have none."""

    people: tuple[BulkPerson, ...]
    count: int
    without_hours: int


@dataclass(frozen=True)
class BulkLetter:
    """A draft to issue, or an issued letter to print again."""

    reference_id: UUID
    holder_name: str
    number: str
    signer_name: str
    wants_look: bool
    confidential: bool


@dataclass(frozen=True)
class BulkLetters:
    """The letters that fit a search, newest first, the first `MOST` of `count`."""

    letters: tuple[BulkLetter, ...]
    count: int


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


def bulk_people(
    session: Session, programme_id: UUID, organisation_id: UUID, *, search: str = "", reader_id: UUID | None = None
) -> BulkPeople:
    """Who is enrolled here and fits `search` (names and numbers), but not the reader, who can't write about themselves."""
    given = (
        select(HourEntry.volunteer_id, func.sum(HourEntry.minutes).label("minutes"))
        .where(
            HourEntry.programme_id == programme_id,
            HourEntry.organisation_id == organisation_id,
            in_force(),
            checked_by_another(),
        )
        .group_by(HourEntry.volunteer_id)
        .subquery()
    )
    fits = _enrolled(programme_id, organisation_id).where(Enrolment.left_on.is_(None))
    if reader_id is not None:
        fits = fits.where(or_(Volunteer.user_id.is_(None), Volunteer.user_id != reader_id))
    for word in fold(search).split():
        in_number = func.lower(Enrolment.number).contains(word, autoescape=True)
        fits = fits.where(or_(Volunteer.folded_name.contains(word, autoescape=True), in_number))
    with_hours = fits.join(given, given.c.volunteer_id == Volunteer.id)
    rows = session.execute(
        with_hours.add_columns(Enrolment.number, given.c.minutes).order_by(Volunteer.folded_name, Volunteer.id).limit(MOST)
    )
    people = tuple(BulkPerson(each.id, each.name, number or "", int(minutes)) for each, number, minutes in rows)
    count = _count(session, with_hours)
    return BulkPeople(people, count, _count(session, fits) - count)


def bulk_letters(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    status: ReferenceStatus,
    *,
    search: str = "",
    reader_id: UUID | None = None,
) -> BulkLetters:
    """This organisation's drafts, or issued letters, newest first; `search` looks in names and numbers.

    Without the drafts about the reader, which somebody else issues, and without letters in confidence about them.
    """
    query = (
        select(Reference)
        .join(Volunteer, (Volunteer.programme_id == Reference.programme_id) & (Volunteer.id == Reference.volunteer_id))
        .where(Reference.programme_id == programme_id, Reference.organisation_id == organisation_id, Reference.status == status)
    )
    if reader_id is not None:
        about_reader = about_user(programme_id, reader_id)
        query = query.where(~about_reader if status is ReferenceStatus.DRAFT else readable_by(programme_id, reader_id))
    for word in search.split():
        if not fold(word):  # an apostrophe by itself says nothing
            continue
        query = query.where(
            or_(
                Volunteer.folded_name.contains(fold(word), autoescape=True),
                Reference.holder_name.icontains(word, autoescape=True),
                Reference.number.icontains(word, autoescape=True),
            )
        )
    found = session.scalars(query.order_by(Reference.created_at.desc(), Reference.id.desc()).limit(MOST))
    letters = tuple(
        BulkLetter(
            each.id,
            each.holder_name,
            each.number or "",
            each.signer_name,
            wants_look=each.wants_second_look and each.looked_at is None,
            confidential=each.confidential,
        )
        for each in found
    )
    return BulkLetters(letters, _count(session, query))


def list_mark(ids: Iterable[UUID]) -> str:
    """What somebody saw who means "all of them", in 32 characters: another mark for any other list."""
    return hashlib.sha256(" ".join(sorted(map(str, ids))).encode()).hexdigest()[:32]


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

    Who is not of this organisation is left out, and so are letters in confidence about the author. The same `job_id` twice is
    one job. Raises RuleError for nobody and for too many.
    """
    if len(set(volunteer_ids)) + len(set(reference_ids)) > MOST:
        raise RuleError(
            Sentence("That is more than %(most)s letters. Nothing was made. Tick fewer, or search first.", most=MOST),
            field="ticked",
        )
    named = _enrolled(programme_id, organisation_id).where(Volunteer.id.in_(volunteer_ids))  # also who has left
    # By name, as the letters will lie in the printer.
    people = session.scalars(named.with_only_columns(Volunteer.id).order_by(Volunteer.folded_name, Volunteer.id)).all()
    letters = session.scalars(
        select(Reference.id)
        .where(
            Reference.programme_id == programme_id,
            Reference.organisation_id == organisation_id,
            Reference.id.in_(reference_ids),
            readable_by(programme_id, author.user_id),
        )
        .order_by(Reference.holder_name, Reference.id)
    ).all()
    count = len(people) + len(letters)
    if not count:
        raise RuleError(Sentence("Tick one or more. Nothing was made."), field="ticked")
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
    """Those whom a job that is done could not make a letter for, in its order. Who is no more on the books here has no name."""
    failed: Sequence[Mapping[str, str]] = outcome.get("failed", ())
    people = [UUID(each["person"]) for each in failed if "person" in each]
    letters = [UUID(each["letter"]) for each in failed if "letter" in each]
    named = _enrolled(programme_id, organisation_id).where(Volunteer.id.in_(people))
    names = {each.id: each.name for each in session.scalars(named)} if people else {}
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


def _enrolled(programme_id: UUID, organisation_id: UUID) -> Select[Volunteer]:
    """Who is or was enrolled here."""
    return (
        select(Volunteer)
        .join(Enrolment, (Enrolment.programme_id == Volunteer.programme_id) & (Enrolment.volunteer_id == Volunteer.id))
        .where(Volunteer.programme_id == programme_id, Enrolment.organisation_id == organisation_id)
    )


def _count(session: Session, query: Select[Any]) -> int:
    return session.scalar(query.with_only_columns(func.count(), maintain_column_froms=True)) or 0
