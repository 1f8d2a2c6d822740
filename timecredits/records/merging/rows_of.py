"""Every column that says whose something is, and what becomes of it when two records of one person become one.

Columns stand here by name, because some tables belong to a layer that this one must not import. A test goes through all tables
and fails for a column that refers to a volunteer and stands neither here nor in `LEFT`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Any, Final

__all__ = ["BY_HAND", "LEFT", "NOW", "RULES", "Clash", "Rule"]

NOW: Final = "now"
"""Stands for the moment of the merge among the values that end a row."""
_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
_ENDED: Final[Mapping[str, Any]] = MappingProxyType({"ended_at": NOW})


class Clash(Enum):
    """What becomes of a row that a unique key keeps from going over, because the record that stays has its own."""

    STAY = "stay"  # it stays where nobody looks any more
    END = "end"  # it ends, and goes over
    REMOVE = "remove"  # its table has no ended rows: it is kept whole in the merge, and comes back with it


@dataclass(frozen=True, slots=True)
class Rule:
    """How one column goes over. `key` are the columns that with the person are unique, among rows that are `live`.

    `pair` is the column of the other person in a row about two. A row about both records can't be about one person twice: where
    `pair_ends`, that ends it; where `pair_empties`, the column is emptied; else it stays about both. `empties` is a column that
    is emptied where it names the record that stays: nobody helped themselves. `better` is a column that makes the second
    record's row the one that counts, where it has a value there and the other has none; the other is then removed.
    """

    table: str
    column: str
    key: tuple[str, ...] | None = None
    live: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    clash: Clash = Clash.STAY
    ends: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    pair: str | None = None
    pair_ends: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    pair_empties: bool = False
    empties: str | None = None
    better: str | None = None


_OPEN: Final[Mapping[str, Any]] = MappingProxyType({"ended_at": None})
_MENTORING_ENDS: Final[Mapping[str, Any]] = MappingProxyType({"state": "ended", "ended_at": NOW})
_WITHOUT_MORE: Final = (
    "attendance",
    "calendar_link",
    "comment",
    "first_step",
    "gap_evidence",
    "goal",
    "hour_entry",
    "logged_hours",
    "money_entry",
    "note_batch",
    "offline_use",
    "outcome",
    "pack",
    "referee",
    "reference",
    "reference_request",
    "referral",
    "reflection",
    "seen_check",
    "shortfall",
    "spell_elsewhere",
    "training",
)

RULES: Final = (
    # Who helped comes first: once the person's own column is theirs, nobody could tell that it was the other record.
    Rule("redemption", "helper_id", pair="volunteer_id", pair_empties=True),
    Rule("credential", "helper_id", pair="volunteer_id", pair_empties=True),
    Rule("gift", "helper_id", pair="from_volunteer_id", pair_empties=True),
    Rule("gift", "from_volunteer_id", pair="to_volunteer_id", empties="helper_id"),
    Rule("gift", "to_volunteer_id", pair="from_volunteer_id"),
    Rule("helping", "volunteer_id", pair="helper_id", pair_ends=_ENDED),
    Rule("helping", "helper_id", pair="volunteer_id", pair_ends=_ENDED),
    Rule("mentoring", "mentor_id", pair="mentee_id", pair_ends=_MENTORING_ENDS),
    Rule("mentoring", "mentee_id", pair="mentor_id", pair_ends=_MENTORING_ENDS),
    Rule("redemption", "volunteer_id", empties="helper_id"),
    Rule("credential", "volunteer_id", empties="helper_id"),
    *(Rule(table, "volunteer_id") for table in _WITHOUT_MORE),
    Rule("credit_note", "handed_to"),
    Rule("volunteer", "merged_into"),
    Rule("group_member", "volunteer_id", key=("group_id",), clash=Clash.REMOVE),
    Rule("survey_ask", "volunteer_id", key=("survey_id", "stage"), better="answered_at"),
    Rule("offer_turn", "volunteer_id", key=("offer_id", "period"), live=MappingProxyType({"released_at": None})),
    Rule("mentor", "volunteer_id", key=("organisation_id",), live=_OPEN, clash=Clash.END, ends=_ENDED),
    Rule("duty", "volunteer_id", key=("kind", "organisation_id", "group_id"), live=_OPEN, clash=Clash.END, ends=_ENDED),
    Rule(
        "card",
        "volunteer_id",
        key=(),
        live=_OPEN,
        clash=Clash.END,
        ends=MappingProxyType({"ended_at": NOW, "ended_because": "replaced"}),
    ),
)

BY_HAND: Final = frozenset(
    {
        "block.volunteer_id",
        "block.other_id",
        "enrolment.volunteer_id",
        "sign_in.volunteer_id",
        "sign_in_slip.volunteer_id",
        "sign_up.volunteer_id",
    }
)
"""What `merging` looks at row by row."""

LEFT: Final = frozenset(
    {
        "erasure.volunteer_id",  # nobody who is to be erased is merged; what was called off stays a fact about that record
        "merge.gone_id",
        "merge.kept_id",
        "not_same.other_id",
        "not_same.volunteer_id",
    }
)
"""What speaks of one record, and goes on speaking of it. Tables that are worked out from others are counted anew instead."""
