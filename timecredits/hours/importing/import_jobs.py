"""Large imports as jobs: added in groups, each in a transaction of its own, and undone in one."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from timecredits.foundation import audit
from timecredits.foundation.errors import NotFoundError
from timecredits.foundation.jobs import Handler, Work
from timecredits.hours.importing.import_hours import Tally, add_group, make_activities, result_of
from timecredits.hours.importing.import_matchings import choices_of
from timecredits.hours.importing.import_plan import plan_import
from timecredits.hours.importing.import_results import finish_upload
from timecredits.hours.importing.import_undoing import UNDO, take_away_import
from timecredits.hours.importing.import_uploads import ADD
from timecredits.hours.importing.past_imports import lock_upload
from timecredits.network.standing import need_open

__all__ = ["HANDLERS", "add_upload", "undo_upload"]

_GROUP = 500  # entries in one transaction: others may write in between


def add_upload(work: Work) -> Mapping[str, Any]:
    """Add a large upload. Begun again, it finds the groups that were added and adds the rest.

    Raises OnHoldError once the organisation is put on hold: what was added stays, and the rest can be added later.
    """
    import_id, today, organisation_id = _wanted(work)
    here = (work.programme_id, organisation_id)
    with work.step() as session:
        need_open(session, *here)
        kept = lock_upload(session, *here, import_id)
        if kept.content is None:
            return {}
        plan = plan_import(
            session,
            *here,
            kept.content,
            kept.filename,
            activity=kept.activity,
            choices=choices_of(kept.matching),
            today=today,
        )
        entries, made = make_activities(session, *here, plan, today=today)
    tally, total = Tally(), len(plan.rows)
    before = total - len(entries)
    for start in range(0, len(entries), _GROUP):
        group = entries[start : start + _GROUP]
        with work.step(done=before + start + len(group), total=total) as session:
            need_open(session, *here)
            add_group(
                session,
                *here,
                group,
                tally,
                today=today,
                actor_id=work.made_by,
                import_id=import_id,
                unmade=plan.to_be_made,
            )
    with work.step(done=total, total=total) as session:
        kept = lock_upload(session, *here, import_id)
        finish_upload(session, kept, result_of(plan, tally, made))
        audit.record(
            session, here[0], "hours imported", actor_id=work.made_by, subject_id=import_id, organisation_id=organisation_id
        )
    return {"imported": len(tally.added)}


def undo_upload(work: Work) -> Mapping[str, Any]:
    """Undo a large import, all or nothing."""
    import_id, today, organisation_id = _wanted(work)
    with work.step() as session:
        need_open(session, work.programme_id, organisation_id)
        kept = lock_upload(session, work.programme_id, organisation_id, import_id)
        undone = take_away_import(session, kept, today=today, actor_id=work.made_by)
    return {"minutes": undone.minutes, "people": undone.people}


def _wanted(work: Work) -> tuple[UUID, date, UUID]:
    if work.organisation_id is None:
        raise NotFoundError
    return UUID(work.wanted["import_id"]), date.fromisoformat(work.wanted["today"]), work.organisation_id


HANDLERS: Final[Mapping[str, Handler]] = {ADD: add_upload, UNDO: undo_upload}
"""By kind of job; the application hands them to whoever runs jobs."""
