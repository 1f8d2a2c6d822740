"""What is kept once an upload's hours are in: counts, and the rows to mend for a day. Its content goes."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.csv_text import csv_text
from timecredits.foundation.wording import Sentence
from timecredits.hours.importing.import_hours import ImportResult
from timecredits.hours.importing.import_matchings import remember_matching
from timecredits.hours.imports.mending import rows_to_mend
from timecredits.hours.models import HourEntry, HourImport, HourImportEntry

__all__ = ["close_upload", "finish_upload"]

_MOST_ROWS_KEPT = 500


def finish_upload(session: Session, kept: HourImport, result: ImportResult) -> None:
    """Keep what came of an upload whose hours are in, with the rows to mend for a day, and let its content go."""
    imported, minutes, people, earned = _added(session, kept)
    heading, label = str(Sentence("What to mend")), str(Sentence("Activity"))
    table = rows_to_mend(result.reading, result.problems, activity=kept.activity, heading=heading, label=label)
    kept.content, kept.imported_at, kept.job_id = None, clock.now(), None
    kept.to_mend = csv_text(table[0], table[1:]).encode() if table else None
    kept.outcome = {
        "ready": result.ready,
        "imported": imported,
        "already": result.ready - imported,
        "minutes": minutes,
        "people": people,
        "earned": earned,
        "problems": len(result.problems),
        "bad_rows": result.bad_rows,
        "sent_back": [[each.row, each.letter or "", each.column, each.sheet] for each in result.problems[:_MOST_ROWS_KEPT]],
    }
    remember_matching(session, kept)
    session.flush()


def close_upload(session: Session, kept: HourImport, *, ended_at: datetime) -> None:
    """End an upload whose job gave up and that nobody tried again: its content goes, and what it brought in stays its own.

    One that brought in nothing is thrown away. One whose undoing gave up may then be undone anew.
    """
    if kept.imported_at is None:
        imported, minutes, people, earned = _added(session, kept)
        if not imported:
            session.delete(kept)
            session.flush()
            return
        kept.content, kept.imported_at = None, ended_at
        kept.outcome = {"imported": imported, "minutes": minutes, "people": people, "earned": earned}
    kept.job_id = None
    session.flush()


def _added(session: Session, kept: HourImport) -> tuple[int, int, int, int]:
    """How many entries an upload brought in, also in a try that was broken off; their minutes; whose; minutes of credit."""
    row = session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(HourEntry.minutes), 0),
            func.count(HourEntry.volunteer_id.distinct()),
            func.coalesce(func.sum(HourEntry.earned), 0),
        )
        .select_from(HourImportEntry)
        .join(HourEntry, (HourEntry.programme_id == HourImportEntry.programme_id) & (HourEntry.id == HourImportEntry.id))
        .where(HourImportEntry.programme_id == kept.programme_id, HourImportEntry.import_id == kept.id)
    ).one()
    return row[0], int(row[1]), row[2], int(row[3])
