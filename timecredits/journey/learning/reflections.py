"""Private notes after giving time: what I did, what I learnt, a skill. Sealed, so that the database holds no word of them.

Only the person reads them, and the coordinators and owners of one organisation while the person shares a note with them. Nothing
else has a verb that opens one: no list for a programme, no export, no count by skill but the person's own.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.display import display_day
from timecredits.foundation.errors import RuleError
from timecredits.foundation.keys import Keyring
from timecredits.foundation.sealing import open_sealed, seal
from timecredits.foundation.wording import Sentence
from timecredits.journey.learning.own_rows import add_once, tidy_lines
from timecredits.journey.learning.skills import SKILLS, check_skill
from timecredits.journey.learning_models import Reflection
from timecredits.network.models import Organisation
from timecredits.network.scope import find
from timecredits.network.volunteers import find_enrolled

__all__ = [
    "EARLIEST",
    "LONGEST",
    "OwnReflection",
    "ReflectionPage",
    "ReflectionWords",
    "change_reflection",
    "count_skills",
    "end_sharing",
    "find_reflection",
    "keep_reflection",
    "list_reflections",
    "open_words",
    "remove_reflection",
    "seal_words",
    "share_reflection",
]

LONGEST: Final = 2000
"""Letters in each of the two parts."""
EARLIEST: Final = date(2000, 1, 1)
_PURPOSE: Final = "reflection"
_PAGE: Final = 10


@dataclass(frozen=True, slots=True)
class ReflectionWords:
    """What somebody wrote: at least one of the two."""

    did: str
    learnt: str


@dataclass(frozen=True, slots=True)
class OwnReflection:
    """A note as the person who wrote it sees it. `words` is None where the key that sealed them is gone."""

    id: UUID
    done_on: date
    words: ReflectionWords | None
    skill: str
    shared_with: UUID | None
    shared_with_name: str
    shared_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReflectionPage:
    """One page of a person's own notes, newest day first. `skills` are those that any of their notes names, with how many."""

    rows: tuple[OwnReflection, ...]
    page: int
    pages: int
    found: int
    skills: tuple[tuple[str, int], ...]


def keep_reflection(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    volunteer_id: UUID,
    words: ReflectionWords,
    *,
    reflection_id: UUID,
    skill: str,
    done_on: date,
    today: date,
) -> bool:
    """Keep a note. The same `reflection_id` twice is kept once: False the second time.

    Raises RuleError, with the field, for no words or too many, a day to come, or a skill that isn't in the list.
    """
    words = _tidied(words, done_on, today)
    return add_once(
        session,
        Reflection,
        programme_id,
        reflection_id,
        volunteer_id,
        done_on=done_on,
        sealed=seal_words(keyring, reflection_id, words),
        skill=check_skill(skill),
        written_at=clock.now(),
    )


def change_reflection(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    volunteer_id: UUID,
    reflection_id: UUID,
    words: ReflectionWords,
    *,
    skill: str,
    done_on: date,
    today: date,
) -> None:
    """Write a note anew; whoever it is shared with reads the new words. Raises RuleError as for a new one; NotFoundError."""
    words, skill = _tidied(words, done_on, today), check_skill(skill)
    row = find(session, Reflection, programme_id, reflection_id, volunteer_id=volunteer_id)
    row.sealed, row.done_on, row.skill = seal_words(keyring, reflection_id, words), done_on, skill
    session.flush()


def remove_reflection(session: Session, programme_id: UUID, volunteer_id: UUID, reflection_id: UUID) -> None:
    """Remove a note: the row is gone. Raises NotFoundError."""
    session.delete(find(session, Reflection, programme_id, reflection_id, volunteer_id=volunteer_id))
    session.flush()


def share_reflection(
    session: Session, programme_id: UUID, volunteer_id: UUID, reflection_id: UUID, organisation_id: UUID
) -> None:
    """Let one organisation read it, in place of any before. NotFoundError where the person isn't enrolled."""
    row = find(session, Reflection, programme_id, reflection_id, volunteer_id=volunteer_id)
    find_enrolled(session, programme_id, organisation_id, volunteer_id)
    if row.shared_with != organisation_id:
        row.shared_with, row.shared_at = organisation_id, clock.now()
        session.flush()


def end_sharing(session: Session, programme_id: UUID, volunteer_id: UUID, reflection_id: UUID) -> None:
    """Let nobody else read it from now on. Twice ends it once. Raises NotFoundError."""
    row = find(session, Reflection, programme_id, reflection_id, volunteer_id=volunteer_id)
    row.shared_with = row.shared_at = None
    session.flush()


def find_reflection(
    session: Session, keyring: Keyring, programme_id: UUID, volunteer_id: UUID, reflection_id: UUID
) -> OwnReflection:
    """One of a person's own notes, opened. Raises NotFoundError."""
    find(session, Reflection, programme_id, reflection_id, volunteer_id=volunteer_id)
    [found] = _opened(session, keyring, _mine(programme_id, volunteer_id).where(Reflection.id == reflection_id))
    return found


def list_reflections(
    session: Session, keyring: Keyring, programme_id: UUID, volunteer_id: UUID, *, skill: str = "", page: int = 1
) -> ReflectionPage:
    """One page of a person's own notes, those of one skill if `skill` is a word of the list."""
    query = _mine(programme_id, volunteer_id)
    if skill in SKILLS:
        query = query.where(Reflection.skill == skill)
    found = session.scalar(query.with_only_columns(func.count(), maintain_column_froms=True)) or 0
    pages = max(1, -(-found // _PAGE))
    page = min(max(page, 1), pages)
    ordered = query.order_by(Reflection.done_on.desc(), Reflection.written_at.desc(), Reflection.id)
    rows = _opened(session, keyring, ordered.limit(_PAGE).offset((page - 1) * _PAGE))
    return ReflectionPage(tuple(rows), page, pages, found, count_skills(session, programme_id, volunteer_id))


def count_skills(session: Session, programme_id: UUID, volunteer_id: UUID) -> tuple[tuple[str, int], ...]:
    """The skills that a person's own notes name and in how many, most first."""
    rows = session.execute(
        select(Reflection.skill, func.count())
        .where(Reflection.programme_id == programme_id, Reflection.volunteer_id == volunteer_id, Reflection.skill != "")
        .group_by(Reflection.skill)
    )
    order = list(SKILLS)
    known = [(skill, int(count)) for skill, count in rows if skill in SKILLS]
    return tuple(sorted(known, key=lambda each: (-each[1], order.index(each[0]))))


def open_words(keyring: Keyring, row: Reflection) -> ReflectionWords | None:
    """What a row says, or None where the key is gone. For the verbs that have settled that the reader may."""
    opened = open_sealed(keyring, _PURPOSE, row.id, row.sealed)
    return None if opened is None else ReflectionWords(**json.loads(opened))


def seal_words(keyring: Keyring, reflection_id: UUID, words: ReflectionWords) -> bytes:
    """The words as they are kept in the row of this id."""
    return seal(keyring, _PURPOSE, reflection_id, json.dumps({"did": words.did, "learnt": words.learnt}, ensure_ascii=False))


def _tidied(words: ReflectionWords, done_on: date, today: date) -> ReflectionWords:
    tidied = ReflectionWords(tidy_lines(words.did, LONGEST, field="did"), tidy_lines(words.learnt, LONGEST, field="learnt"))
    if not (tidied.did or tidied.learnt):
        raise RuleError(Sentence("Type a few words first. Nothing was saved."), field="did")
    if done_on > today:
        raise RuleError(Sentence("%(day)s has not come yet. Nothing was saved.", day=display_day(done_on)), field="done_on")
    if done_on < EARLIEST:
        raise RuleError(
            Sentence("%(day)s is too long ago. Nothing was saved. Check the year.", day=display_day(done_on)), field="done_on"
        )
    return tidied


def _mine(programme_id: UUID, volunteer_id: UUID) -> Any:
    return (
        select(Reflection, Organisation.name)
        .outerjoin(
            Organisation, (Organisation.programme_id == Reflection.programme_id) & (Organisation.id == Reflection.shared_with)
        )
        .where(Reflection.programme_id == programme_id, Reflection.volunteer_id == volunteer_id)
    )


def _opened(session: Session, keyring: Keyring, query: Any) -> Sequence[OwnReflection]:
    return [
        OwnReflection(
            id=row.id,
            done_on=row.done_on,
            words=open_words(keyring, row),
            skill=row.skill,
            shared_with=row.shared_with,
            shared_with_name=organisation or "",
            shared_at=row.shared_at,
        )
        for row, organisation in session.execute(query)
    ]
