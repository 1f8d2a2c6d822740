"""What an organisation said of a file's columns and sheets, and remembers for the next file with the same headings."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import new_id
from timecredits.foundation.errors import RuleError
from timecredits.foundation.wording import Sentence
from timecredits.hours.importing.import_hours import preview_import
from timecredits.hours.imports import Choices, Layout, UnmatchedFile
from timecredits.hours.imports.choices import CHOICES, headings_hash
from timecredits.hours.models import HourImport, ImportMatching
from timecredits.network.scope import find

__all__ = ["choices_of", "choose_matching", "matching_for", "remember_matching"]

_table: Any = ImportMatching.__table__


def choices_of(matching: Mapping[str, Any] | None) -> Choices:
    """The choices stored with an upload."""
    return Choices.from_json(matching)


def matching_for(session: Session, programme_id: UUID, organisation_id: UUID, layout: Layout) -> dict[str, Any]:
    """What is to be stored with an upload that was read so: its headings' hash, and what was said of such headings before."""
    digest = headings_hash([each.key for each in layout.shown])
    known = session.scalar(
        select(ImportMatching.matching).where(
            ImportMatching.programme_id == programme_id,
            ImportMatching.organisation_id == organisation_id,
            ImportMatching.headings_hash == digest,
        )
    )
    found: dict[str, Any] = {"hash": digest.hex(), "remembered": bool(known)}
    return found | ({"columns": known["columns"]} if known else {})


def choose_matching(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    import_id: UUID,
    *,
    columns: Mapping[str, str],
    sheets: tuple[str, ...],
    activity: str | None,
    today: date,
) -> None:
    """Let an upload be read by what a person says: `columns` by the keys of the layout that was shown.

    Raises RuleError for a word that is no choice, or two columns that mean the same; NotFoundError, also once it is added.
    """
    kept = find(session, HourImport, programme_id, import_id, organisation_id=organisation_id, imported_at=None, job_id=None)
    chosen = {key: choice for key, choice in columns.items() if choice}
    if any(choice not in CHOICES for choice in chosen.values()):
        raise RuleError(Sentence("Choose what the column means. Nothing was changed."), field="columns")
    used = [choice for choice in chosen.values() if choice != "ignore"]
    if len(set(used)) < len(used):
        raise RuleError(Sentence("Two columns mean the same. Choose “Not used” for one. Nothing was added."), field="columns")
    matching: dict[str, Any] = {"hash": (kept.matching or {}).get("hash", ""), "remembered": False}
    kept.matching = matching | {"columns": chosen, "sheets": list(sheets)}
    kept.activity = activity
    session.flush()
    if kept.content is not None:
        try:
            look = preview_import(
                session,
                programme_id,
                organisation_id,
                kept.content,
                kept.filename,
                activity=activity,
                choices=choices_of(kept.matching),
                today=today,
            )
        except UnmatchedFile:
            kept.outcome = {"ready": 0}  # the look says what is missing
        else:
            kept.outcome = {"ready": look.to_add}
        session.flush()


def remember_matching(session: Session, kept: HourImport) -> None:
    """Remember what was said of the columns of an upload that is added now, for the next file with these headings."""
    matching = kept.matching or {}
    if not matching.get("columns") or not matching.get("hash"):
        return
    row = {
        "programme_id": kept.programme_id,
        "id": new_id(),
        "organisation_id": kept.organisation_id,
        "headings_hash": bytes.fromhex(matching["hash"]),
        "matching": {"columns": matching["columns"]},
        "used_at": clock.now(),
    }
    connection = session.connection()
    dialect: Any = {"postgresql": postgresql, "sqlite": sqlite}[connection.dialect.name]
    insert = dialect.insert(_table).values(row)
    connection.execute(
        insert.on_conflict_do_update(
            index_elements=["programme_id", "organisation_id", "headings_hash"],
            set_={"matching": insert.excluded.matching, "used_at": insert.excluded.used_at},
        )
    )
