"""What a job asks for without the day it is asked on: as presets and packs keep it, and as a page's address hands it on."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from timecredits.journey.planning.plan_json import as_question
from timecredits.journey.planning.requirement import Requirement

__all__ = ["MOST_HANDLED_MONTHS", "ON_NO_DAY", "on_day", "tidy_asked"]

ON_NO_DAY: Final = "as_of"
MOST_HANDLED_MONTHS: Final = 120
"""Months that our pages take: ten years. The planner itself takes more."""

_ANY_DAY: Final = date(2000, 1, 1)


def on_day(asked: Mapping[str, Any], as_of: date) -> Requirement:
    """The requirement as of a day. Raises RuleError, one line that names the field, for what isn't one."""
    question = {"requirement": {**asked, ON_NO_DAY: as_of.isoformat()}}
    return as_question(question)[0]


def tidy_asked(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The same with every field, in one order, as JSON. Raises RuleError for what isn't a requirement."""
    found = on_day(asked, _ANY_DAY)
    return {
        "referees": found.referees,
        "known_months": found.known_months,
        "window_months": found.window_months,
        "max_gap_days": found.max_gap_days,
        "min_orgs": found.min_orgs,
        "must_be_at_org": found.must_be_at_org,
        "excluded": sorted(found.excluded),
        "max_inactivity_days": found.max_inactivity_days,
    }
