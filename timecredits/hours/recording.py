"""Record hours, one or thousands at a time, with the credits they earn.

Set-based on purpose: a spreadsheet of 5,000 rows takes the same number of questions to the database as a register of 12.
An entry's id is also its transfer's and is chosen by the caller, so recording the same entries again adds nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from timecredits.foundation import clock
from timecredits.foundation.db import find_in_groups
from timecredits.hours.hour_rules import Checked, HoursRuleError, NewHours, Remark, check_hours
from timecredits.hours.models import HourEntry, HourSource
from timecredits.ledger.models import TransferKind
from timecredits.ledger.transfers import Movement, post_many
from timecredits.network.models import Organisation

__all__ = ["Checked", "HoursRuleError", "NewHours", "Recorded", "Remark", "check_hours", "record_hours"]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What came of it: ids of entries added now, ids that were there before, remarks (nothing was held back for them).

    `minutes` is the time added now, `people` the number of volunteers it was added for.
    """

    entries: tuple[UUID, ...]
    already: tuple[UUID, ...]
    warnings: tuple[Remark, ...]
    minutes: int
    people: int


def record_hours(
    session: Session,
    programme_id: UUID,
    organisation_id: UUID,
    entries: Sequence[NewHours],
    *,
    source: HourSource,
    actor_id: UUID | None,
    today: date,
) -> Recorded:
    """Add hour entries and post the credits they earn, all or nothing. The same id twice adds once.

    Raises HoursRuleError (a RuleError with the `entry_id` at fault) for the first entry that breaks a rule, and NotFoundError for
    an activity of another organisation. To sort good rows from bad first, use `check_hours`, which raises neither.
    """
    raise NotImplementedError
