"""The words of a programme's directory, each under the ways in which it comes out with letters missing.

That is how a misspelt search finds its word without looking at every word there is, in a database that knows nothing of likeness
(docs/adr/0026). A word is kept as long as an entry that people can see holds it.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Text, any_, bindparam, column, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from timecredits.community.directory.engine import Group, Term, look_up
from timecredits.community.directory.words import distance, edits_allowed, spelling_rows, spellings
from timecredits.community.directory_models import SupportService, SupportSpelling
from timecredits.foundation.db import new_id

__all__ = ["known_words", "learn", "near_words", "respell"]

_MOST_NEAR = 12
_ROWS_AT_ONCE = 500

_table: Any = SupportSpelling.__table__
_INSERT = {
    name: dialect.insert(_table).on_conflict_do_nothing(index_elements=["programme_id", "spelling", "word"])
    for name, dialect in {"postgresql": postgresql, "sqlite": sqlite}.items()
}


def respell(session: Session, entry: SupportService, *, before: str) -> None:
    """Let the vocabulary follow an entry whose words were `before`, empty if nobody could see it."""
    seen = entry.is_shown and entry.removed_at is None
    now: set[str] = set(f"{entry.folded_name} {entry.folded_words}".split()) if seen else set()
    earlier = set(before.split())
    new = now - earlier
    learn(session, entry.programme_id, new - known_words(session, entry.programme_id, new))
    _forget_unused(session, entry.programme_id, earlier - now)


def learn(session: Session, programme_id: UUID, words: Iterable[str]) -> None:
    """Keep these words. Two who learn the same one at once learn it once."""
    rows = [
        {"programme_id": programme_id, "id": new_id(), "spelling": spelling, "word": word}
        for word in sorted(words)  # one order, so that two can't lock each other out
        for spelling in sorted(spelling_rows(word))
    ]
    insert = _INSERT[session.connection().dialect.name]
    for first in range(0, len(rows), _ROWS_AT_ONCE):
        session.execute(insert, rows[first : first + _ROWS_AT_ONCE])


def known_words(session: Session, programme_id: UUID, words: Iterable[str]) -> set[str]:
    """Those of these words that stand in an entry somewhere."""
    asked = sorted(set(words))
    return set(
        session.scalars(
            select(SupportSpelling.word).where(
                SupportSpelling.programme_id == programme_id,
                SupportSpelling.spelling.in_(asked),
                SupportSpelling.word == SupportSpelling.spelling,
            )
        )
    )


def near_words(session: Session, programme_id: UUID, words: Sequence[str]) -> dict[str, list[str]]:
    """For each word, itself if it is known, else the known words near to it: fewest mistakes first, at most 12. One statement."""
    asked = {word: spellings(word, 2) | {word} for word in words}
    rows = session.execute(_of_spellings(session, programme_id, sorted(set().union(*asked.values()))))
    by_spelling: dict[str, set[str]] = {}
    for spelling, word in rows:
        by_spelling.setdefault(spelling, set()).add(word)
    near: dict[str, list[str]] = {}
    for word, ways in asked.items():
        candidates: set[str] = set().union(*(by_spelling.get(each, set()) for each in ways))
        if word in candidates:
            near[word] = [word]
            continue
        measured = sorted((distance(word, each, 2), each) for each in candidates)
        near[word] = [each for mistakes, each in measured if mistakes <= edits_allowed(each)][:_MOST_NEAR]
    return near


def _of_spellings(session: Session, programme_id: UUID, ways: Sequence[str]) -> Select[str, str]:
    # One value that holds them all: thousands of parameters take longer to write down than to look up.
    query = select(SupportSpelling.spelling, SupportSpelling.word).where(SupportSpelling.programme_id == programme_id)
    if session.connection().dialect.name == "sqlite":
        given = func.json_each(json.dumps(ways)).table_valued(column("value", Text))
        return query.where(SupportSpelling.spelling.in_(select(given.c.value)))
    return query.where(SupportSpelling.spelling == any_(bindparam("ways", list(ways), type_=postgresql.ARRAY(Text))))


def _forget_unused(session: Session, programme_id: UUID, words: Iterable[str]) -> None:
    seen = select(SupportService.id).where(
        SupportService.programme_id == programme_id, SupportService.is_shown, SupportService.removed_at.is_(None)
    )
    gone = []
    for word in sorted(words):
        hits = look_up(session, programme_id, [Group((Term(word),))])
        if session.scalar(seen.join(hits.table, hits.on).limit(1)) is None:
            gone.append(word)
    if gone:
        session.execute(
            delete(SupportSpelling).where(SupportSpelling.programme_id == programme_id, SupportSpelling.word.in_(gone)),
            execution_options={"synchronize_session": False},
        )
