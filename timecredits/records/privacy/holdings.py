"""THE list of what is held about people: every table there is, and every column of words, bytes and JSON in it.

The export, the erasing, what is kept how long, the register of processing and the impact assessment are all read from here. A
test walks the database's tables: one that is not in the list, or a column that nobody said anything about, fails it.
"""

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Table, and_, false, or_, select

# Whoever reads the list must know every table of it; those of the layer beside this one come with the application.
import timecredits.community.directory_models
import timecredits.community.event_models
import timecredits.journey.credential_models
import timecredits.journey.learning_models
import timecredits.network.invitation_models
import timecredits.spending.card_models
import timecredits.spending.note_models
import timecredits.spending.offline_models  # noqa: F401
from timecredits.foundation.db import Base
from timecredits.records.privacy.held_giving import GIVING
from timecredits.records.privacy.held_journey import JOURNEY
from timecredits.records.privacy.held_people import PEOPLE
from timecredits.records.privacy.holding import Holding, Via

__all__ = [
    "HOLDINGS",
    "PEOPLE_IDS",
    "THING_IDS",
    "is_about",
    "need_every_table",
    "personal",
    "stands_at_organisation",
    "table_of",
]

HOLDINGS: Final = {each.table: each for each in (*PEOPLE, *GIVING, *JOURNEY)}

PEOPLE_IDS: Final = frozenset(
    {
        *("actor", "actor_id", "agreed_by", "appeal_decided_by", "asked_by", "asked_of", "author_id", "called_off_by"),
        *("changed_by", "confirmed_by", "corrected_by", "added_by", "decided_by", "ended_by", "entered_by", "from_volunteer_id"),
        *("given_by", "gone_id", "handed_to", "handled_by", "helper_id", "kept_id", "looked_by", "made_by", "matched_by"),
        *("mentee_id", "mentor_id", "merged_by", "merged_into", "noted_by", "other_id", "ran_by", "recorded_by", "said_by"),
        *("seen_by", "sent_by", "settled_by", "suspended_by", "to_volunteer_id", "undone_by", "uploaded_by", "used_by"),
        *("user_id", "volunteer_id", "written_by"),
    }
)
"""Columns that point at people. They are not handed out: whose hand it was is somebody else's data."""

THING_IDS: Final = frozenset(
    {
        *("id", "programme_id", "account_id", "activity_id", "activity_session_id", "batch_id", "budget_account_id", "card_id"),
        "chain_id",
        *("concern_id", "credential_id", "credit_account", "debit_account", "document_id", "entry_id", "frozen_by"),
        *(
            "from_pot_id",
            "goal_id",
            "group_id",
            "import_id",
            "job_id",
            "kiosk_id",
            "last_transfer",
            "mentoring_id",
            "note_id",
            "offer_id",
        ),
        *("organisation_id", "pack_id", "paid_from", "photo_id", "picture_id", "plan_id", "pot_id", "redemption_id"),
        *("reference_id", "referral_id", "replacement_id", "replaces", "reply_to", "reverses", "role_id", "service_id"),
        *("session_id", "shared_with", "sign_up_id", "story_id", "subject_id", "survey_id", "till_id", "to_pot_id"),
        *("together_id", "transfer_id", "venue_id", "webhook_id"),
    }
)
"""Columns that point at things. `frozen_by` is an organisation; `subject_id` of the audit may be anything, and stays an id."""


def table_of(name: str) -> Table:
    """The table of this name."""
    return Base.metadata.tables[name]


def need_every_table() -> None:
    """Raise LookupError where a module with tables was not imported: then what stands in them would be passed over in silence."""
    missing = HOLDINGS.keys() - Base.metadata.tables.keys()
    if missing:
        raise LookupError(f"import the modules of these tables first: {sorted(missing)}")


def personal() -> Iterator[Holding]:
    """What is held about people."""
    return (each for each in HOLDINGS.values() if each.is_personal)


def is_about(
    holding: Holding,
    programme_id: UUID,
    people: list[UUID],
    *,
    ways: tuple[Via, ...] | None = None,
    organisation_id: UUID | None = None,
) -> Any:
    """The condition that a row of this table is about one of these people, by these ways (by every way where none are named).

    With an organisation only what stands there: by the row itself, or by what it belongs to.
    """
    table = table_of(holding.table)
    chosen = holding.ways if ways is None else ways
    found = [_by(table, way, programme_id, people, organisation_id) for way in chosen]
    conditions: list[ColumnElement[bool]] = [or_(*found) if found else false()]
    if "programme_id" in table.c:
        conditions.append(table.c.programme_id == programme_id)
    if organisation_id is not None and "organisation_id" in table.c:
        conditions.append(table.c.organisation_id == organisation_id)
    return and_(*conditions)


def stands_at_organisation(holding: Holding) -> bool:
    """Whether a table's rows belong to one organisation: by a column of theirs, or by what they belong to."""
    if "organisation_id" in table_of(holding.table).c:
        return True
    return bool(holding.ways) and all(way.parent and stands_at_organisation(HOLDINGS[way.parent]) for way in holding.ways)


def _by(table: Table, way: Via, programme_id: UUID, people: list[UUID], organisation_id: UUID | None) -> ColumnElement[bool]:
    if not way.parent:
        return table.c[way.column].in_(people)
    parent = HOLDINGS[way.parent]
    ways = tuple(each for each in parent.ways if way.only in {"", each.column})
    about = is_about(parent, programme_id, people, ways=ways, organisation_id=organisation_id)
    return table.c[way.column].in_(select(table_of(way.parent).c[way.parent_column]).where(about))
