"""Gather everything that is held about one person, table by table, as plain values that JSON can hold.

Nobody else's data comes along: columns that point at people are left out, and so is what names them. Sealed words are opened.
What is left out is told with its reason. Only reads.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import JSON, LargeBinary, RowMapping, Table, Uuid, select
from sqlalchemy.orm import Session

from timecredits.community.group_models import PeerGroup
from timecredits.foundation.keys import Keyring
from timecredits.foundation.sealing import open_sealed
from timecredits.foundation.wording import Sentence
from timecredits.hours.activity_models import Activity
from timecredits.journey.models import Document, Reference, ReferenceStatus
from timecredits.network.models import Picture, Volunteer
from timecredits.network.scope import find
from timecredits.records.privacy.aims import CONFIDENTIAL, NOT_HERE, PRIVATE, WHY_NOT
from timecredits.records.privacy.holding import Aim, Export, Holding
from timecredits.records.privacy.holdings import HOLDINGS, PEOPLE_IDS, is_about, stands_at_organisation, table_of

__all__ = ["AskedBy", "PersonFile", "Section", "collect", "files_of", "people_of", "to_collect"]

_NAMES: Final[Mapping[str, tuple[str, str, str]]] = {
    "organisation_id": ("organisation", "name", "organisation"),
    "shared_with": ("organisation", "name", "shared_with"),
    "activity_id": ("activity", "name", "activity"),
    "venue_id": ("venue", "name", "venue"),
    "offer_id": ("offer", "name", "offer"),
    "story_id": ("story", "title", "story"),
}
"""Columns that are handed out as the name of what they point at. A group gives the plain name of its activity (ADR 27)."""

_ABOUT_ANYBODY: Final = frozenset({"volunteer", "user", "picture", "erasure"})
"""What the programme holds of the person as such: an organisation where they are may hand it out too."""
_OF_A_CONFIDENTIAL_LETTER: Final = frozenset({"id", "organisation_id", "issued_at", "signer_name", "confidential"})
_OF_WHO_REFERS: Final = "referrer_"


@dataclass(frozen=True, slots=True)
class AskedBy:
    """Who asks for it: the person (or the programme for them), or staff of one organisation."""

    organisation_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """What one table holds. `left_out` are the reasons why something of it is not handed out."""

    table: str
    title: Sentence
    rows: tuple[Mapping[str, Any], ...]
    left_out: tuple[Sentence, ...] = ()
    count: int = 0
    """How many rows there are, handed out or not."""


@dataclass(frozen=True, slots=True)
class PersonFile:
    """A file that goes with it."""

    name: str
    content: bytes


@dataclass
class _Found:
    """Names of things, looked up once."""

    names: dict[tuple[str, UUID], str] = field(default_factory=dict)


def to_collect() -> list[Holding]:
    """The tables with a section of their own, in the order of the list."""
    return [each for each in HOLDINGS.values() if each.title is not None and each.handed_out_by]


def people_of(session: Session, programme_id: UUID, volunteer_id: UUID) -> list[UUID]:
    """The person's record, and those that were found to be second ones of it. Raises NotFoundError."""
    find(session, Volunteer, programme_id, volunteer_id)
    known, waiting = [volunteer_id], [volunteer_id]
    while waiting:
        rows = session.scalars(
            select(Volunteer.id).where(Volunteer.programme_id == programme_id, Volunteer.merged_into.in_(waiting))
        )
        waiting = [each for each in rows if each not in known]
        known += waiting
    return known


def collect(
    session: Session, keyring: Keyring, programme_id: UUID, people: list[UUID], holdings: Iterable[Holding], asked_by: AskedBy
) -> Iterator[Section]:
    """The sections of these tables about a person; those with nothing in them are left out."""
    found = _Found()
    for holding in holdings:
        section = _section(session, keyring, programme_id, people, holding, asked_by, found)
        if section is not None:
            yield section


def files_of(session: Session, programme_id: UUID, people: list[UUID], asked_by: AskedBy) -> list[PersonFile]:
    """The letters as they were issued, but none in confidence, and the photo."""
    query = (
        select(Reference.number, Document.content)
        .join(Document, (Document.programme_id == Reference.programme_id) & (Document.id == Reference.document_id))
        .where(
            Reference.programme_id == programme_id,
            Reference.volunteer_id.in_(people),
            Reference.confidential.is_(False),
            Reference.status != ReferenceStatus.DRAFT,
        )
        .order_by(Reference.number)
    )
    if asked_by.organisation_id is not None:
        query = query.where(Reference.organisation_id == asked_by.organisation_id)
    letters = [PersonFile(f"letters/{_plain(number)}.pdf", content) for number, content in session.execute(query)]
    photos = session.scalars(
        select(Picture.jpeg)
        .join(Volunteer, (Volunteer.programme_id == Picture.programme_id) & (Volunteer.photo_id == Picture.id))
        .where(Volunteer.programme_id == programme_id, Volunteer.id.in_(people))
    )
    return [*letters, *(PersonFile(f"photo-{place}.jpg", jpeg) for place, jpeg in enumerate(photos, 1))]


def _plain(number: str | None) -> str:
    return "".join(each if each.isalnum() else "-" for each in number or "letter")


def _section(
    session: Session,
    keyring: Keyring,
    programme_id: UUID,
    people: list[UUID],
    holding: Holding,
    asked_by: AskedBy,
    found: _Found,
) -> Section | None:
    table, here = table_of(holding.table), asked_by.organisation_id
    if here is not None and (reason := _kept_from_staff(holding)) is not None:
        return Section(holding.table, _title(holding), (), (reason,))
    condition = is_about(holding, programme_id, people, ways=holding.handed_out_by, organisation_id=here)
    rows = session.execute(select(table).where(condition).order_by(table.c.id)).mappings().all()
    if not rows:
        return None
    _learn_names(session, programme_id, table, rows, found)
    accounts = _accounts(session, programme_id, people) if holding.table == "transfer" else set()
    left_out: dict[Sentence, None] = {}
    told = tuple(_row(keyring, table, holding, row, found, accounts, left_out) for row in rows)
    return Section(holding.table, _title(holding), told, tuple(left_out), len(rows))


def _kept_from_staff(holding: Holding) -> Sentence | None:
    """Why staff of an organisation are not handed a table, or None."""
    if holding.private:
        return PRIVATE
    if holding.table in _ABOUT_ANYBODY:
        return None
    # Credits could tell of help given elsewhere, so no organisation sees them.
    return NOT_HERE if holding.aim is Aim.CREDITS or not stands_at_organisation(holding) else None


def _title(holding: Holding) -> Sentence:
    if holding.title is None:
        raise LookupError(holding.table)
    return holding.title


def _row(
    keyring: Keyring,
    table: Table,
    holding: Holding,
    row: RowMapping,
    found: _Found,
    accounts: set[UUID],
    left_out: dict[Sentence, None],
) -> dict[str, Any]:
    confidential = holding.table == "reference" and row["confidential"]
    told: dict[str, Any] = {}
    for column in table.columns:
        name, value = column.name, row[column.name]
        if name == "programme_id" or value is None:
            continue
        if confidential and name not in _OF_A_CONFIDENTIAL_LETTER:
            left_out[CONFIDENTIAL] = None
        elif isinstance(column.type, Uuid):
            told |= _thing(name, value, found)
        elif (told_of := holding.columns.get(name)) is None:
            told[name] = _value(value)
        elif told_of.export is Export.GIVEN and told_of.seal:
            told[name.replace("sealed_", "").replace("sealed", "words")] = _opened(keyring, told_of.seal, row["id"], value)
        elif told_of.export is Export.GIVEN and not isinstance(column.type, LargeBinary):
            told[name] = value if isinstance(column.type, JSON) else _value(value)
        elif told_of.export in WHY_NOT and value not in ("", b""):
            left_out[WHY_NOT[told_of.export]] = None
    if holding.table == "transfer":
        told["amount"] = row["amount"] if row["credit_account"] in accounts else -row["amount"]
    return told


def _thing(name: str, value: UUID, found: _Found) -> dict[str, str]:
    """What a column that points at something is handed out as: its own id, or the name of the thing. Nothing for people."""
    if name == "id":
        return {name: str(value)}
    if name in PEOPLE_IDS or (name, value) not in found.names:
        return {}
    return {_NAMES[name][2] if name in _NAMES else "group": found.names[name, value]}


def _value(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def _opened(keyring: Keyring, purpose: str, row_id: UUID, sealed: bytes) -> Any:
    """The words, as JSON where that is how they were kept; None where the key is gone. Nothing of who referred the person."""
    words = open_sealed(keyring, purpose, row_id, sealed)
    if words is None:
        return None
    try:
        kept = json.loads(words)
    except ValueError:
        return words
    if isinstance(kept, dict):
        return {name: value for name, value in kept.items() if not name.startswith(_OF_WHO_REFERS)}
    return kept


def _learn_names(session: Session, programme_id: UUID, table: Table, rows: Sequence[RowMapping], found: _Found) -> None:
    for name, (of, shown, _key) in _NAMES.items():
        wanted = {row[name] for row in rows if row[name] is not None} if name in table.c else set()
        wanted = {each for each in wanted if (name, each) not in found.names}
        if not wanted:
            continue
        things = table_of(of)
        query: Any = select(things.c.id, things.c[shown]).where(things.c.id.in_(wanted))
        if "programme_id" in things.c:
            query = query.where(things.c.programme_id == programme_id)
        found.names.update({(name, each): text for each, text in session.execute(query)})
    groups = {row["group_id"] for row in rows if row["group_id"] is not None} if "group_id" in table.c else set()
    if groups:
        query = (
            select(PeerGroup.id, Activity.name)
            .join(Activity, (Activity.programme_id == PeerGroup.programme_id) & (Activity.id == PeerGroup.activity_id))
            .where(PeerGroup.programme_id == programme_id, PeerGroup.id.in_(groups))
        )
        found.names.update({("group_id", each): text for each, text in session.execute(query)})


def _accounts(session: Session, programme_id: UUID, people: list[UUID]) -> set[UUID]:
    query = select(Volunteer.account_id).where(Volunteer.programme_id == programme_id, Volunteer.id.in_(people))
    return set(session.scalars(query))
