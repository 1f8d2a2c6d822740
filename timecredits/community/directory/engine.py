"""Asking the database's own search engine: FTS5 on SQLite, `tsvector` with a GIN index on PostgreSQL.

The one place that knows their two languages. What is asked for is groups of words: every group must be found, in the name or in
the other words of an entry, by any one of its terms. Words hold only a to z and figures (words.py), so nothing that people type
is ever read as a sign of either language.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, cast, column, select, table
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from timecredits.community.directory_models import SupportService
from timecredits.foundation.db import Id

__all__ = ["Group", "Hits", "Term", "look_up"]

_SEARCH: Final = table(
    "support_search", column("rowid"), column("support_search"), column("programme_id", Id), column("id", Id), column("words")
)
"""What the sixth migration made: two different things under one name, so no model stands for it (docs/adr/0026)."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word (of words.py), or with `is_start` every word that begins so."""

    word: str
    is_start: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Terms of which one is enough."""

    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Hits:
    """The entries that hold every group: a `table` to join `on` entries, and whether the name alone holds them all."""

    table: FromClause
    on: ColumnElement[bool]
    in_name: ColumnElement[bool]


def look_up(session: Session, programme_id: UUID, groups: Sequence[Group]) -> Hits:
    """What the search engine finds for these groups: a table to join, made before anything is joined to it."""
    if _is_sqlite(session):
        names = _SEARCH.alias("names")
        asked = f"{{folded_name}} : ({_fts5(groups)})"
        # The column stands for its table here, as FTS5 has it.
        in_name = _SEARCH.c.rowid.in_(select(names.c.rowid).where(names.c.support_search.op("MATCH")(asked)))
        hits = (
            select(_SEARCH.c.rowid.label("row"), in_name.label("in_name"))
            .where(_SEARCH.c.support_search.op("MATCH")(_fts5(groups)))
            .subquery("hits")
        )
        # This index holds every programme's entries: the other table narrows.
        on = (hits.c.row == SupportService.search_row) & (SupportService.programme_id == programme_id)
        return Hits(hits, on, hits.c.in_name)
    holds = _SEARCH.c.words.op("@@")
    found = (
        select(_SEARCH.c.id, holds(cast(_tsquery(groups, "A"), TSQUERY)).label("in_name"))
        .where(_SEARCH.c.programme_id == programme_id, holds(cast(_tsquery(groups, ""), TSQUERY)))
        .cte("hits")
        # Asked once, by the index. Joined freely, a planner that knows little of the entries asks once for each of them.
        .prefix_with("MATERIALIZED")
    )
    return Hits(found, (found.c.id == SupportService.id) & (SupportService.programme_id == programme_id), found.c.in_name)


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _fts5(groups: Sequence[Group]) -> str:
    return " AND ".join(
        "(" + " OR ".join(f'"{term.word}"*' if term.is_start else f'"{term.word}"' for term in each.terms) + ")"
        for each in groups
    )


def _tsquery(groups: Sequence[Group], weight: str) -> str:
    def term(each: Term) -> str:
        signs = ("*" if each.is_start else "") + weight
        return f"'{each.word}'" + (f":{signs}" if signs else "")

    return " & ".join("(" + " | ".join(map(term, each.terms)) + ")" for each in groups)
