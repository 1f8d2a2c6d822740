"""What a programme says of its organisations: taken in under a short name of their own, changed, and when they were briefed.

The short name stands in public addresses. It is made from the name, and can be chosen.
"""

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from timecredits.foundation import audit
from timecredits.foundation.errors import RuleError
from timecredits.foundation.folding import fold
from timecredits.foundation.typed_words import tidy_line
from timecredits.foundation.wording import Sentence
from timecredits.network.agreements import check_past
from timecredits.network.models import Organisation
from timecredits.network.programmes import create_organisation
from timecredits.network.scope import find, find_and_hold

__all__ = [
    "LONGEST_NAME",
    "OrganisationFacts",
    "add_organisation",
    "change_organisation",
    "facts_of",
    "find_organisation_here",
    "note_brief",
    "short_name_of",
]

LONGEST_NAME: Final = 120

_LONGEST_TOWN: Final = 80
_LONGEST_EMAIL: Final = 200
_LONGEST_SLUG: Final = 40
_SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_EMAIL: Final = re.compile(r"[^@\s<>\",;:()]+@[^@\s<>\"',;:()]+\.[^@\s<>\"',;:().]+")


@dataclass(frozen=True, slots=True)
class OrganisationFacts:
    """What a programme's manager says of an organisation. An empty `slug` is made from the name."""

    name: str
    slug: str = ""
    town: str = ""
    contact_email: str = ""


def short_name_of(name: str) -> str:
    """A short name for an address: "St Anne's Café" gives "st-annes-cafe"; "" where the name has no letter that fits."""
    words = re.sub(r"[^a-z0-9]+", " ", fold(name)).split()
    return "-".join(words)[:_LONGEST_SLUG].strip("-")


def find_organisation_here(session: Session, programme_id: UUID, organisation_id: UUID) -> Organisation:
    """One organisation of a programme, or NotFoundError."""
    return find(session, Organisation, programme_id, organisation_id)


def facts_of(organisation: Organisation) -> OrganisationFacts:
    """What is said of it now."""
    return OrganisationFacts(organisation.name, organisation.slug, organisation.town, organisation.contact_email)


def add_organisation(
    session: Session, programme_id: UUID, facts: OrganisationFacts, *, organisation_id: UUID, actor_id: UUID | None
) -> Organisation:
    """Take an organisation in. The same `organisation_id` twice takes in one.

    Raises RuleError (fields `name`, `slug`, `town`, `contact_email`) for what can't stand, or a short name or name that is taken.
    """
    known = session.get(Organisation, (programme_id, organisation_id))
    if known is not None:
        return known
    facts = _checked(session, programme_id, facts, besides=None)
    try:
        with session.begin_nested():  # of two managers at the same moment, one has the short name
            made = create_organisation(
                session,
                programme_id,
                name=facts.name,
                slug=facts.slug,
                town=facts.town,
                contact_email=facts.contact_email,
                organisation_id=organisation_id,
            )
    except IntegrityError as fault:
        again = session.get(Organisation, (programme_id, organisation_id))
        if again is not None:
            return again
        raise _taken(facts.slug) from fault
    _note(session, made, "organisation added", actor_id)
    return made


def change_organisation(
    session: Session, programme_id: UUID, organisation_id: UUID, facts: OrganisationFacts, *, actor_id: UUID | None
) -> bool:
    """Say something else of an organisation; False where it is said already. What stands on letters is its own to change.

    Raises as `add_organisation`; NotFoundError for another programme's.
    """
    row = find_and_hold(session, Organisation, programme_id, organisation_id)
    facts = _checked(session, programme_id, facts, besides=organisation_id)
    if facts == facts_of(row):
        return False
    try:
        with session.begin_nested():
            row.name, row.slug, row.town, row.contact_email = facts.name, facts.slug, facts.town, facts.contact_email
            session.flush()
    except IntegrityError as fault:
        raise _taken(facts.slug) from fault
    _note(session, row, "organisation changed", actor_id)
    return True


def note_brief(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    briefed_on: date | None,
    *,
    today: date,
    actor_id: UUID | None,
) -> bool:
    """Note the day on which its people were told how time credits work; None takes it back. False where that stands already.

    Raises RuleError at `briefed_on` for a day to come or long ago.
    """
    row = find_and_hold(session, Organisation, programme_id, organisation_id)
    if briefed_on is not None:
        check_past(briefed_on, today, "briefed_on")
    if row.briefed_on == briefed_on:
        return False
    row.briefed_on = briefed_on
    session.flush()
    _note(session, row, "brief noted" if briefed_on is not None else "brief taken back", actor_id)
    return True


def _checked(session: Session, programme_id: UUID, facts: OrganisationFacts, *, besides: UUID | None) -> OrganisationFacts:
    name = tidy_line(facts.name, LONGEST_NAME, field="name", missing=Sentence("Type the organisation's name. Nothing was saved."))
    town = tidy_line(facts.town, _LONGEST_TOWN, field="town")
    email = tidy_line(facts.contact_email, _LONGEST_EMAIL, field="contact_email").lower()
    if email and not _EMAIL.fullmatch(email):
        sentence = Sentence("Type an email address, like name@example.org. Nothing was saved.")
        raise RuleError(sentence, field="contact_email")
    slug = tidy_line(facts.slug, 2 * _LONGEST_SLUG, field="slug").lower() or short_name_of(name)
    if not _SLUG.fullmatch(slug) or len(slug) > _LONGEST_SLUG:
        raise RuleError(
            Sentence(
                "Type a short name with the letters a to z, figures and hyphens. Use at most %(most)s. Nothing was saved.",
                most=_LONGEST_SLUG,
            ),
            field="slug",
        )
    named = select(Organisation.id, Organisation.name, Organisation.slug).where(Organisation.programme_id == programme_id)
    others = [row for row in session.execute(named) if row.id != besides]
    if fold(name) in {fold(row.name) for row in others}:
        raise RuleError(
            Sentence("There is an organisation with that name already. Nothing was saved. Type a name that differs."),
            field="name",
        )
    if slug in {row.slug for row in others}:
        raise _taken(slug)
    return replace(facts, name=name, slug=slug, town=town, contact_email=email)


def _taken(slug: str) -> RuleError:
    return RuleError(Sentence("The short name %(slug)s is taken. Nothing was saved. Type another one.", slug=slug), field="slug")


def _note(session: Session, row: Organisation, action: str, actor_id: UUID | None) -> None:
    audit.record(session, row.programme_id, action, actor_id=actor_id, subject_id=row.id, organisation_id=row.id)
