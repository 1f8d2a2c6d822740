"""The link of a pack: worked out from its id with a key whenever it is shown, and kept nowhere. Each look at it is kept.

A link works up to its last day, unless its owner ended it before. Nothing tells an ended link from one that never was.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.keys import Keyring
from timecredits.foundation.private_links import link_code, link_fits, read_link
from timecredits.journey.pack_models import Pack, PackLookUp
from timecredits.journey.packs.packs import letters_of_packs
from timecredits.network.models import Programme

__all__ = [
    "LinkState",
    "PackLook",
    "PackRow",
    "keep_pack_look",
    "link_state",
    "list_pack_looks",
    "list_packs",
    "open_pack",
    "pack_code",
]

_PURPOSE: Final = "pack"
_MOST: Final = 200
LOOKED_AT: Final = ("page", "file", "letter")
"""What can be looked at: the page, the pack as one file, one letter's file."""


class LinkState(StrEnum):
    """Whether a pack's link works today."""

    OPEN = "open"
    RAN_OUT = "ran_out"
    ENDED = "ended"


@dataclass(frozen=True)
class PackLook:
    """One time that somebody opened the link. `what` is `page`, `file` or `letter`."""

    looked_at: datetime
    what: str


@dataclass(frozen=True)
class PackRow:
    """A pack in its owner's list."""

    pack: Pack
    state: LinkState
    letters: int
    looks: int


def pack_code(session: Session, keyring: Keyring, pack: Pack) -> str:
    """What stands at the end of the link's address."""
    programme = session.get_one(Programme, pack.programme_id)
    return link_code(keyring, _PURPOSE, programme.number, pack.id)


def open_pack(session: Session, keyring: Keyring, code: str) -> Pack | None:
    """The pack behind a link that works today; None for one that ended and for one that never was."""
    link = read_link(code)
    if link is None or not link_fits(keyring, _PURPOSE, link):
        return None
    pack = session.scalars(
        select(Pack)
        .join(Programme, Programme.id == Pack.programme_id)
        .where(Programme.number == link.programme_number, Pack.id == link.row_id)
    ).one_or_none()
    return pack if pack is not None and link_state(pack) is LinkState.OPEN else None


def link_state(pack: Pack) -> LinkState:
    """Whether the link of this pack works today."""
    if pack.ended_at is not None:
        return LinkState.ENDED
    return LinkState.OPEN if clock.today() <= pack.ends_on else LinkState.RAN_OUT


def keep_pack_look(session: Session, pack: Pack, what: str) -> None:
    """Keep that somebody looked, and at what. Nothing about who."""
    if what not in LOOKED_AT:
        raise ValueError(f"nothing to look at is called {what!r}")
    session.add(PackLookUp(programme_id=pack.programme_id, id=new_id(), pack_id=pack.id, looked_at=clock.now(), what=what))


def list_packs(session: Session, programme_id: UUID, volunteer_id: UUID) -> list[PackRow]:
    """A volunteer's packs: those with a link that works first, then the newest."""
    packs = session.scalars(
        select(Pack).where(Pack.programme_id == programme_id, Pack.volunteer_id == volunteer_id).order_by(Pack.made_at.desc())
    ).all()
    ids = [pack.id for pack in packs]
    letters, looks = letters_of_packs(session, programme_id, ids), _counted(session, programme_id, ids)
    rows = [PackRow(pack, link_state(pack), len(letters[pack.id]), looks.get(pack.id, 0)) for pack in packs]
    return sorted(rows, key=lambda row: row.state is not LinkState.OPEN)


def list_pack_looks(session: Session, pack: Pack) -> tuple[list[PackLook], int]:
    """The newest looks at a pack, at most 200, and how many there were in all."""
    found = session.scalars(
        select(PackLookUp)
        .where(PackLookUp.programme_id == pack.programme_id, PackLookUp.pack_id == pack.id)
        .order_by(PackLookUp.looked_at.desc(), PackLookUp.id.desc())
        .limit(_MOST)
    )
    total = _counted(session, pack.programme_id, [pack.id]).get(pack.id, 0)
    return [PackLook(each.looked_at, each.what) for each in found], total


def _counted(session: Session, programme_id: UUID, pack_ids: Sequence[UUID]) -> dict[UUID, int]:
    if not pack_ids:
        return {}
    found = session.execute(
        select(PackLookUp.pack_id, func.count())
        .where(PackLookUp.programme_id == programme_id, PackLookUp.pack_id.in_(pack_ids))
        .group_by(PackLookUp.pack_id)
    )
    return {pack_id: times for pack_id, times in found}  # noqa: C416  rows are no pairs to mypy
