"""What an installation has already of the tables that programmes share, and how a row that comes in fits to it.

Somebody with the same address is the same user: the rows that come in name the user who is here. A venue with the same id is
the same venue. Nothing that is here is changed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.foundation.db import Base
from timecredits.foundation.wording import Sentence, counted

__all__ = ["Known", "look_around"]

_BY_ID = frozenset({"user", "venue", "till", "kiosk", "calendar_link", "invitation"})


@dataclass(slots=True)
class Known:
    """The ids, addresses and short names that are taken, by table."""

    ids: dict[str, set[UUID]]
    users: dict[str, UUID]
    slugs: set[str]
    keys: dict[int, bytes]
    same: dict[UUID, UUID] = field(default_factory=dict)
    """By the id of a user that comes in: the one who is here."""
    renamed: list[str] = field(default_factory=list)
    other_keys: list[int] = field(default_factory=list)

    def fit(self, name: str, values: dict[str, Any]) -> dict[str, Any] | None:
        """The row as it is to be stored, or None for what is here already."""
        if self.same:
            values = {column: self.same.get(value, value) if type(value) is UUID else value for column, value in values.items()}
        if name == "merge" and self.same:
            # What a merge can be taken back by holds ids as text, and would else bring a user back who isn't here.
            here = {coming.hex: known.hex for coming, known in self.same.items()}
            values = {**values, "moved": _replaced(values["moved"], here)}
        if name in _BY_ID and values["id"] in self.ids[name]:
            return None
        if name == "user" and values["email"] in self.users:
            self.same[values["id"]] = self.users[values["email"]]
            return None
        if name == "venue" and values["slug"] in self.slugs:
            values["slug"] = self._free_slug(values["slug"])
            self.renamed.append(values["slug"])
        if name == "credential_key" and values["number"] in self.keys:
            if self.keys[values["number"]] != values["public_key"]:
                self.other_keys.append(values["number"])
            return None
        return values

    def remarks(self) -> Iterator[Sentence]:
        """What somebody should know of how it was fitted in."""
        if self.same:
            yield counted(
                "%(num)s user was here already by their address. They are one user now.",
                "%(num)s users were here already by their address. They are one user each now.",
                len(self.same),
            )
        for slug in self.renamed:
            yield Sentence("A venue's short name was taken. It is called %(slug)s here.", slug=slug)
        for number in self.other_keys:
            yield Sentence("Digital letters under key %(number)s can't be checked: it is another key here.", number=number)

    def _free_slug(self, slug: str) -> str:
        number = 2
        while f"{slug}-{number}" in self.slugs:
            number += 1
        self.slugs.add(f"{slug}-{number}")
        return f"{slug}-{number}"


def _replaced(value: Any, texts: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _replaced(each, texts) for name, each in value.items()}
    if isinstance(value, list):
        return [_replaced(each, texts) for each in value]
    return texts.get(value, value) if isinstance(value, str) else value


def look_around(session: Session) -> Known:
    """What is here now."""
    tables: Any = Base.metadata.tables
    users, venues, keys = tables["user"], tables["venue"], tables["credential_key"]
    return Known(
        ids={name: set(session.scalars(select(tables[name].c.id))) for name in _BY_ID},
        users={row.email: row.id for row in session.execute(select(users.c.email, users.c.id).where(users.c.email.is_not(None)))},
        slugs=set(session.scalars(select(venues.c.slug))),
        keys={row.number: row.public_key for row in session.execute(select(keys.c.number, keys.c.public_key))},
    )
