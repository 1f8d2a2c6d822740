"""A long list as a job: added in groups, each in a transaction of its own."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from timecredits.foundation.errors import RuleError
from timecredits.foundation.jobs import Handler, Work
from timecredits.foundation.wording import Sentence
from timecredits.network.standing import OnHoldError, need_open
from timecredits.records.models import PeopleImport
from timecredits.records.opening.adding import add_rows, finish_list, plan_of
from timecredits.records.opening.past_lists import has_begun, hold_list
from timecredits.records.opening.uploads import ADD

__all__ = ["HANDLERS", "add_long_list"]

_GROUP: Final = 200  # people in one transaction: others may write in between


def add_long_list(work: Work) -> Mapping[str, Any]:
    """Add a long list. Begun again, it finds whom it added and adds the rest.

    Refused by a rule on the way, such as an organisation put on hold, it gives up; the page then lets somebody end it there.
    """
    import_id = UUID(work.wanted["import_id"])
    with work.step() as session:
        kept = hold_list(session, work.programme_id, import_id)
        if kept.content is None:
            return {}
        plan, before = plan_of(session, kept), (kept.outcome or {}).get("rows", 0)
    rows = plan.to_add
    for start in range(0, len(rows), _GROUP):
        group = rows[start : start + _GROUP]
        with work.step(done=start + len(group), total=len(rows)) as session:
            kept = hold_list(session, work.programme_id, import_id)
            if kept.content is None:  # somebody stopped it
                return {}
            _need_open(session, kept)
            add_rows(session, kept, group, actor_id=work.made_by)
    with work.step() as session:
        kept = hold_list(session, work.programme_id, import_id)
        if kept.content is None:
            return {}
        finish_list(session, kept, plan, actor_id=work.made_by, rows_before=before)
        return {"added": len(rows)}


def _need_open(session: Session, kept: PeopleImport) -> None:
    """Raise RuleError while the organisation is on hold, in words that are true of a list that is half in."""
    try:
        need_open(session, kept.programme_id, kept.organisation_id)
    except OnHoldError as fault:
        if not has_begun(kept):
            raise
        raise RuleError(
            Sentence(
                "The organisation was put on hold while we worked. %(rows)s rows of the list are in. The rest was not added.",
                rows=(kept.outcome or {})["rows"],
            )
        ) from fault


HANDLERS: Final[Mapping[str, Handler]] = {ADD: add_long_list}
"""By kind of job; the application hands them to whoever runs jobs."""
