"""Runs migrations on the connection that timecredits.foundation.migrating hands over."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

import timecredits.community.directory_models
import timecredits.community.event_models
import timecredits.community.group_models
import timecredits.community.mentoring_models
import timecredits.community.referral_models
import timecredits.community.safety_models
import timecredits.community.story_models
import timecredits.foundation.audit
import timecredits.foundation.job_files
import timecredits.foundation.jobs
import timecredits.foundation.mail
import timecredits.foundation.texts
import timecredits.hours.activity_models
import timecredits.hours.models
import timecredits.insight.impact_models
import timecredits.insight.roll_up_models
import timecredits.journey.credential_models
import timecredits.journey.learning_models
import timecredits.journey.models
import timecredits.journey.pack_models
import timecredits.journey.planning_models
import timecredits.ledger.models
import timecredits.network.invitation_models
import timecredits.network.models
import timecredits.network.sign_in_models
import timecredits.records.models
import timecredits.spending.card_models
import timecredits.spending.giving_models
import timecredits.spending.models
import timecredits.spending.note_models
import timecredits.spending.offline_models  # noqa: F401  each import fills the metadata
from timecredits.foundation import db


def render_item(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write our column types by their names, so that a migration stays readable and works on both databases."""
    if kind != "type":
        return False
    autogen.imports.add("from timecredits.foundation.db import Day, Id, Instant, Json")
    if item is db.Id or (item.__class__.__name__ == "Uuid"):
        return "Id"
    if item is db.Json or item.__class__.__name__ == "JSON":
        return "Json"
    if isinstance(item, db.Instant):
        return "Instant()"
    if isinstance(item, db.Day):
        return "Day()"
    if isinstance(item, db.Word):
        return "sa.Text()"
    return False


def is_modelled(name: str | None, kind: str, _parent: Any) -> bool:
    """Whether a model stands for it: none does for the index that the database's search engine keeps (0006)."""
    return not (kind == "table" and name is not None and name.startswith("support_search"))


def run(connection: Connection) -> None:
    """Migrate within the caller's transaction."""
    context.configure(
        connection=connection,
        target_metadata=db.Base.metadata,
        render_item=render_item,
        include_name=is_modelled,
        transactional_ddl=True,
        compare_type=True,
    )
    context.run_migrations()


run(context.config.attributes["connection"])
