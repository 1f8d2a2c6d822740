"""The network and what it learns: invitations, reports, surveys, and what becomes of whole records.

An organisation has one owner from here on. Where it has more, the first stays it and the others become coordinators.
"""

import sqlalchemy as sa
from alembic import op

from timecredits.foundation.db import Day, Id, Instant, Json

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ONE_OWNER = """
UPDATE staff_role SET kind = 'coordinator'
WHERE kind = 'organisation_owner' AND ended_at IS NULL AND EXISTS (
    SELECT 1 FROM staff_role AS earlier
    WHERE earlier.programme_id = staff_role.programme_id AND earlier.organisation_id = staff_role.organisation_id
        AND earlier.kind = 'organisation_owner' AND earlier.ended_at IS NULL
        AND (earlier.started_at < staff_role.started_at
            OR (earlier.started_at = staff_role.started_at AND earlier.id < staff_role.id))
)
"""

MAY_MOVE = ("hour_entry", "shortfall")
MERGED_INDEXES = (("ix_volunteer_merged_account", "account_id"), ("ix_volunteer_merged_into", "merged_into"))

WORDS_OF = {"hour_entry": "note", "hour_correction": "reason", "reversal": "reason"}
"""Rows that are kept as they were written, and the words in them that go when the person they are about is erased."""


def let_words_go() -> None:
    """Of these rows the words, and only they, may be emptied: nothing else changes, and nothing else can be written there."""
    inspector = sa.inspect(op.get_bind())
    for table, words in WORDS_OF.items():
        if op.get_bind().dialect.name == "sqlite":
            may_change = {words, "volunteer_id"} if table == "hour_entry" else {words}  # `_let_hours_move`
            rest = ", ".join(f'"{each["name"]}"' for each in inspector.get_columns(table) if each["name"] not in may_change)
            refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is kept as it was written'); END"
            op.execute(f"DROP TRIGGER {table}_is_not_changed")
            op.execute(f"CREATE TRIGGER {table}_is_not_changed BEFORE UPDATE OF {rest} ON {table} {refuse}")
            op.execute(
                f"CREATE TRIGGER {table}_keeps_its_words BEFORE UPDATE OF {words} ON {table} WHEN NEW.{words} <> '' {refuse}"
            )
            continue
        op.execute(f"GRANT UPDATE ({words}) ON {table} TO timecredits_app")
        op.execute(
            f"CREATE FUNCTION {table}_keep_words() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"RAISE EXCEPTION '{table} is kept as it was written'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_keeps_its_words BEFORE UPDATE OF {words} ON {table} FOR EACH ROW "
            f"WHEN (NEW.{words} <> '') EXECUTE FUNCTION {table}_keep_words()"
        )


def keep_words() -> None:
    """As it was: nothing of these rows changes."""
    for table, words in WORDS_OF.items():
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TRIGGER {table}_keeps_its_words")
            op.execute(f"DROP TRIGGER {table}_is_not_changed")
            op.execute(
                f"CREATE TRIGGER {table}_is_not_changed BEFORE UPDATE ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is kept as it was written'); END"
            )
            continue
        op.execute(f"DROP TRIGGER {table}_keeps_its_words ON {table}")
        op.execute(f"DROP FUNCTION {table}_keep_words()")
        op.execute(f"REVOKE UPDATE ({words}) ON {table} FROM timecredits_app")


def upgrade() -> None:
    op.create_table(
        "erasure",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("volunteer_id", Id, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("pot_id", Id, nullable=True),
        sa.Column("asked_by", Id, nullable=True),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("due_on", Day(), nullable=False),
        sa.Column("called_off_by", Id, nullable=True),
        sa.Column("called_off_at", Instant(), nullable=True),
        sa.Column("done_at", Instant(), nullable=True),
        sa.Column("counts", Json, nullable=True),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_erasure_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_erasure")),
        info={"distribution": "programme"},
    )
    op.create_index(op.f("ix_erasure_programme_id_due_on"), "erasure", ["programme_id", "due_on"], unique=False)
    op.create_index(
        "uq_erasure_once",
        "erasure",
        ["programme_id", "volunteer_id"],
        unique=True,
        sqlite_where=sa.text("called_off_at IS NULL"),
        postgresql_where=sa.text("called_off_at IS NULL"),
    )
    op.create_table(
        "figure",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("span", sa.Text(), nullable=False),
        sa.Column("starts_on", Day(), nullable=False),
        sa.Column("dimension", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("new_people", sa.Integer(), nullable=False),
        sa.Column("regular_people", sa.Integer(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_figure_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_figure")),
        sa.UniqueConstraint(
            "programme_id",
            "topic",
            "span",
            "starts_on",
            "dimension",
            "part",
            name=op.f("uq_figure_programme_id_topic_span_starts_on_dimension_part"),
        ),
        info={"distribution": "programme", "derived": True},
    )
    op.create_index(
        op.f("ix_figure_programme_id_topic_dimension_starts_on"),
        "figure",
        ["programme_id", "topic", "dimension", "starts_on"],
        unique=False,
    )
    op.create_table(
        "invitation",
        sa.Column("id", Id, nullable=False),
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("organisation_id", Id, nullable=True),
        sa.Column("venue_id", Id, nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("role_ends_on", Day(), nullable=True),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("made_by", Id, nullable=True),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("used_by", Id, nullable=True),
        sa.Column("used_at", Instant(), nullable=True),
        sa.Column("withdrawn_at", Instant(), nullable=True),
        sa.CheckConstraint("(kind = 'venue_manager') = (venue_id IS NOT NULL)", name=op.f("ck_invitation_venue_where_due")),
        sa.CheckConstraint(
            "(kind IN ('coordinator', 'organisation_owner')) = (organisation_id IS NOT NULL)",
            name=op.f("ck_invitation_organisation_where_due"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_invitation_programme_id_programme")),
        sa.ForeignKeyConstraint(["used_by"], ["user.id"], name=op.f("fk_invitation_used_by_user")),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name=op.f("fk_invitation_venue_id_venue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_invitation_code_hash")),
        info={"distribution": "reference"},
    )
    op.create_index(
        op.f("ix_invitation_programme_id_organisation_id_made_at"),
        "invitation",
        ["programme_id", "organisation_id", "made_at"],
        unique=False,
    )
    op.create_table(
        "person_counted",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("born_month", Day(), nullable=True),
        sa.Column("postcode_district", sa.Text(), nullable=False),
        sa.Column("first_gave_on", Day(), nullable=True),
        sa.Column("last_gave_on", Day(), nullable=True),
        sa.Column("first_earned_on", Day(), nullable=True),
        sa.Column("first_used_on", Day(), nullable=True),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_person_counted_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_person_counted")),
        info={"distribution": "programme", "derived": True},
    )
    op.create_table(
        "person_credit",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("volunteer_id", Id, nullable=True),
        sa.Column("month", Day(), nullable=False),
        sa.Column("flow", sa.Text(), nullable=False),
        sa.Column("venue_id", Id, nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first_on", Day(), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_person_credit_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_person_credit")),
        info={"distribution": "programme", "derived": True},
    )
    op.create_index(
        op.f("ix_person_credit_programme_id_month_flow"), "person_credit", ["programme_id", "month", "flow"], unique=False
    )
    op.create_index(
        op.f("ix_person_credit_programme_id_volunteer_id_month"),
        "person_credit",
        ["programme_id", "volunteer_id", "month"],
        unique=False,
    )
    op.create_table(
        "person_month",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("volunteer_id", Id, nullable=False),
        sa.Column("month", Day(), nullable=False),
        sa.Column("organisation_id", Id, nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("first_on", Day(), nullable=False),
        sa.Column("last_on", Day(), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_person_month_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_person_month")),
        sa.UniqueConstraint(
            "programme_id",
            "volunteer_id",
            "month",
            "organisation_id",
            "category",
            name=op.f("uq_person_month_programme_id_volunteer_id_month_organisation_id_category"),
        ),
        info={"distribution": "programme", "derived": True},
    )
    op.create_index(
        op.f("ix_person_month_programme_id_month_organisation_id"),
        "person_month",
        ["programme_id", "month", "organisation_id"],
        unique=False,
    )
    op.create_table(
        "person_use",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("volunteer_id", Id, nullable=True),
        sa.Column("month", Day(), nullable=False),
        sa.Column("venue_id", Id, nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("visitors", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_person_use_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_person_use")),
        info={"distribution": "programme", "derived": True},
    )
    op.create_index(
        op.f("ix_person_use_programme_id_month_venue_id"), "person_use", ["programme_id", "month", "venue_id"], unique=False
    )
    op.create_index(
        op.f("ix_person_use_programme_id_volunteer_id_month"),
        "person_use",
        ["programme_id", "volunteer_id", "month"],
        unique=False,
    )
    op.create_table(
        "shown_table",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("year", Day(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("content", Json, nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_shown_table_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_shown_table")),
        sa.UniqueConstraint("programme_id", "year", "name", "part", name=op.f("uq_shown_table_programme_id_year_name_part")),
        info={"distribution": "programme", "derived": True},
    )
    op.create_table(
        "privacy_answer",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("written_by", Id, nullable=True),
        sa.Column("written_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_privacy_answer_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_privacy_answer")),
        info={"distribution": "programme"},
    )
    op.create_index(
        op.f("ix_privacy_answer_programme_id_name_written_at"),
        "privacy_answer",
        ["programme_id", "name", "written_at"],
        unique=False,
    )
    op.create_table(
        "retention_run",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("ran_by", Id, nullable=True),
        sa.Column("ran_at", Instant(), nullable=False),
        sa.Column("rules", Json, nullable=False),
        sa.Column("counts", Json, nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_retention_run_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_retention_run")),
        info={"distribution": "programme"},
    )
    op.create_index(op.f("ix_retention_run_programme_id_ran_at"), "retention_run", ["programme_id", "ran_at"], unique=False)
    op.create_table(
        "roll_up",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("counted_to", Instant(), nullable=False),
        sa.Column("counted_at", Instant(), nullable=False),
        sa.Column("figures_to", Instant(), nullable=True),
        sa.Column("waiting", Json, nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_roll_up_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_roll_up")),
        sa.UniqueConstraint("programme_id", name=op.f("uq_roll_up_programme_id")),
        info={"distribution": "programme", "derived": True},
    )
    op.create_table(
        "venue_day",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("venue_id", Id, nullable=False),
        sa.Column("day", Day(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("visitors", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_venue_day_programme_id_programme")),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name=op.f("fk_venue_day_venue_id_venue")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_venue_day")),
        sa.UniqueConstraint("programme_id", "venue_id", "day", name=op.f("uq_venue_day_programme_id_venue_id_day")),
        info={"distribution": "programme", "derived": True},
    )
    op.create_table(
        "venue_settlement",
        sa.Column("id", Id, nullable=False),
        sa.Column("venue_id", Id, nullable=False),
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("month", Day(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("visitors", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("counted_to", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_venue_settlement_programme_id_programme")),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name=op.f("fk_venue_settlement_venue_id_venue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue_settlement")),
        sa.UniqueConstraint("venue_id", "programme_id", "month", name=op.f("uq_venue_settlement_venue_id_programme_id_month")),
        info={"distribution": "reference"},
    )
    op.create_index(op.f("ix_venue_settlement_programme_id"), "venue_settlement", ["programme_id"], unique=False)
    op.create_table(
        "webhook",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("events", Json, nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("told_to", Instant(), nullable=False),
        sa.Column("made_by", Id, nullable=True),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("paused_at", Instant(), nullable=True),
        sa.Column("paused_because", sa.Text(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", Instant(), nullable=True),
        sa.Column("rest_until", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_webhook_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_webhook")),
        info={"distribution": "programme"},
    )
    op.create_table(
        "webhook_delivery",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("webhook_id", Id, nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("subject_id", Id, nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("next_try_at", Instant(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("done_at", Instant(), nullable=True),
        sa.Column("given_up_at", Instant(), nullable=True),
        sa.Column("last_answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id", "webhook_id"],
            ["webhook.programme_id", "webhook.id"],
            name=op.f("fk_webhook_delivery_programme_id_webhook_id_webhook"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_webhook_delivery_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_webhook_delivery")),
        sa.UniqueConstraint(
            "programme_id",
            "webhook_id",
            "event",
            "subject_id",
            name=op.f("uq_webhook_delivery_programme_id_webhook_id_event_subject_id"),
        ),
        info={"distribution": "programme"},
    )
    op.create_index(
        "ix_webhook_delivery_due",
        "webhook_delivery",
        ["programme_id", "next_try_at"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL AND given_up_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL AND given_up_at IS NULL"),
    )
    op.create_index(
        op.f("ix_webhook_delivery_programme_id_webhook_id_made_at"),
        "webhook_delivery",
        ["programme_id", "webhook_id", "made_at"],
        unique=False,
    )
    op.create_table(
        "merge",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("kept_id", Id, nullable=False),
        sa.Column("gone_id", Id, nullable=False),
        sa.Column("transfer_id", Id, nullable=True),
        sa.Column("moved", Json, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("merged_by", Id, nullable=True),
        sa.Column("merged_at", Instant(), nullable=False),
        sa.Column("undo_until", Instant(), nullable=False),
        sa.Column("undone_by", Id, nullable=True),
        sa.Column("undone_at", Instant(), nullable=True),
        sa.CheckConstraint("kept_id <> gone_id", name=op.f("ck_merge_two_records")),
        sa.ForeignKeyConstraint(
            ["programme_id", "gone_id"],
            ["volunteer.programme_id", "volunteer.id"],
            name=op.f("fk_merge_programme_id_gone_id_volunteer"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "kept_id"],
            ["volunteer.programme_id", "volunteer.id"],
            name=op.f("fk_merge_programme_id_kept_id_volunteer"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "transfer_id"],
            ["transfer.programme_id", "transfer.id"],
            name=op.f("fk_merge_programme_id_transfer_id_transfer"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_merge_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_merge")),
        info={"distribution": "programme"},
    )
    op.create_index(op.f("ix_merge_programme_id_kept_id"), "merge", ["programme_id", "kept_id"], unique=False)
    op.create_index(
        "uq_merge_gone_once",
        "merge",
        ["programme_id", "gone_id"],
        unique=True,
        sqlite_where=sa.text("undone_at IS NULL"),
        postgresql_where=sa.text("undone_at IS NULL"),
    )
    op.create_table(
        "not_same",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("volunteer_id", Id, nullable=False),
        sa.Column("other_id", Id, nullable=False),
        sa.Column("said_by", Id, nullable=True),
        sa.Column("said_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id", "other_id"],
            ["volunteer.programme_id", "volunteer.id"],
            name=op.f("fk_not_same_programme_id_other_id_volunteer"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "volunteer_id"],
            ["volunteer.programme_id", "volunteer.id"],
            name=op.f("fk_not_same_programme_id_volunteer_id_volunteer"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_not_same_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_not_same")),
        sa.UniqueConstraint(
            "programme_id", "volunteer_id", "other_id", name=op.f("uq_not_same_programme_id_volunteer_id_other_id")
        ),
        info={"distribution": "programme"},
    )
    op.create_table(
        "people_import",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("organisation_id", Id, nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("uploaded_by", Id, nullable=True),
        sa.Column("uploaded_at", Instant(), nullable=False),
        sa.Column("imported_at", Instant(), nullable=True),
        sa.Column("outcome", Json, nullable=True),
        sa.Column("undone_by", Id, nullable=True),
        sa.Column("undone_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["programme_id", "organisation_id"],
            ["organisation.programme_id", "organisation.id"],
            name=op.f("fk_people_import_programme_id_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_people_import_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_people_import")),
        info={"distribution": "programme"},
    )
    op.create_index(
        op.f("ix_people_import_programme_id_organisation_id_uploaded_at"),
        "people_import",
        ["programme_id", "organisation_id", "uploaded_at"],
        unique=False,
    )
    op.create_table(
        "survey",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("organisation_id", Id, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.Column("introduction", sa.Text(), server_default="", nullable=False),
        sa.Column("copyright", sa.Text(), server_default="", nullable=False),
        sa.Column("questions", Json, nullable=False),
        sa.Column("again_after_months", sa.Integer(), nullable=False),
        sa.Column("asks_all", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("made_by", Id, nullable=True),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("started_at", Instant(), nullable=True),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("kept", Json, nullable=True),
        sa.Column("kept_at", Instant(), nullable=True),
        sa.CheckConstraint("kind <> 'wellbeing' OR licence <> ''", name=op.f("ck_survey_licence_where_due")),
        sa.ForeignKeyConstraint(
            ["programme_id", "organisation_id"],
            ["organisation.programme_id", "organisation.id"],
            name=op.f("fk_survey_programme_id_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_survey_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_survey")),
        info={"distribution": "programme"},
    )
    op.create_index(op.f("ix_survey_programme_id_organisation_id"), "survey", ["programme_id", "organisation_id"], unique=False)
    op.create_table(
        "survey_ask",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("survey_id", Id, nullable=False),
        sa.Column("volunteer_id", Id, nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("due_on", Day(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=True),
        sa.Column("mailed_at", Instant(), nullable=True),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("skipped_at", Instant(), nullable=True),
        sa.Column("put_off_at", Instant(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("on_paper", sa.Boolean(), nullable=False),
        sa.Column("entered_by", Id, nullable=True),
        sa.ForeignKeyConstraint(
            ["programme_id", "survey_id"],
            ["survey.programme_id", "survey.id"],
            name=op.f("fk_survey_ask_programme_id_survey_id_survey"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "volunteer_id"],
            ["volunteer.programme_id", "volunteer.id"],
            name=op.f("fk_survey_ask_programme_id_volunteer_id_volunteer"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_survey_ask_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_survey_ask")),
        sa.UniqueConstraint(
            "programme_id",
            "survey_id",
            "volunteer_id",
            "stage",
            name=op.f("uq_survey_ask_programme_id_survey_id_volunteer_id_stage"),
        ),
        info={"distribution": "programme"},
    )
    op.create_index(op.f("ix_survey_ask_programme_id_volunteer_id"), "survey_ask", ["programme_id", "volunteer_id"], unique=False)
    op.create_index(
        op.f("ix_survey_ask_programme_id_asked_at_due_on"), "survey_ask", ["programme_id", "asked_at", "due_on"], unique=False
    )
    op.create_index(op.f("ix_gift_programme_id_given_at"), "gift", ["programme_id", "given_at"], unique=False)
    op.create_index(
        "ix_gift_undone",
        "gift",
        ["programme_id", "undone_at"],
        unique=False,
        sqlite_where=sa.text("undone_at IS NOT NULL"),
        postgresql_where=sa.text("undone_at IS NOT NULL"),
    )
    op.create_index(
        "ix_redemption_arrived",
        "redemption",
        ["programme_id", "arrived_at"],
        unique=False,
        sqlite_where=sa.text("arrived_at IS NOT NULL"),
        postgresql_where=sa.text("arrived_at IS NOT NULL"),
    )
    op.create_index(
        "ix_redemption_undone",
        "redemption",
        ["programme_id", "undone_at"],
        unique=False,
        sqlite_where=sa.text("undone_at IS NOT NULL"),
        postgresql_where=sa.text("undone_at IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_audit_entry_programme_id_recorded_at_id"), "audit_entry", ["programme_id", "recorded_at", "id"], unique=False
    )
    op.create_index(
        "ix_transfer_reversals",
        "transfer",
        ["programme_id", "recorded_at", "id"],
        unique=False,
        sqlite_where=sa.text("reverses IS NOT NULL"),
        postgresql_where=sa.text("reverses IS NOT NULL"),
    )
    op.add_column("activity", sa.Column("category", sa.Text(), server_default="other", nullable=False))
    op.add_column("enrolment", sa.Column("phone", sa.Text(), server_default="", nullable=False))
    op.create_index(
        op.f("ix_hour_correction_programme_id_corrected_at"), "hour_correction", ["programme_id", "corrected_at"], unique=False
    )
    op.create_index(op.f("ix_hour_entry_programme_id_recorded_at"), "hour_entry", ["programme_id", "recorded_at"], unique=False)
    op.add_column("organisation", sa.Column("agreed_on", Day(), nullable=True))
    op.add_column("organisation", sa.Column("agreement_ends_on", Day(), nullable=True))
    op.add_column("organisation", sa.Column("briefed_on", Day(), nullable=True))
    op.add_column("organisation", sa.Column("suspended_at", Instant(), nullable=True))
    op.add_column("organisation", sa.Column("suspended_because", sa.Text(), nullable=True))
    op.add_column("organisation", sa.Column("suspended_by", Id, nullable=True))
    op.add_column("programme_venue", sa.Column("agreed_on", Day(), nullable=True))
    op.add_column("programme_venue", sa.Column("agreement_ends_on", Day(), nullable=True))
    op.add_column("staff_role", sa.Column("ends_on", Day(), nullable=True))
    op.execute(ONE_OWNER)
    op.create_index(
        "uq_staff_role_one_owner",
        "staff_role",
        ["programme_id", "organisation_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'organisation_owner' AND ended_at IS NULL"),
        postgresql_where=sa.text("kind = 'organisation_owner' AND ended_at IS NULL"),
    )
    op.add_column("volunteer", sa.Column("merged_into", Id, nullable=True))
    op.add_column("volunteer", sa.Column("erased_at", Instant(), nullable=True))
    for name, column in MERGED_INDEXES:
        where = sa.text("merged_into IS NOT NULL")
        op.create_index(name, "volunteer", ["programme_id", column], sqlite_where=where, postgresql_where=where)
    _let_hours_move()
    let_words_go()


def _let_hours_move() -> None:
    """Hours may go from a person's second record to their first, and back. Everything else of them stays as it was written."""
    for table in MAY_MOVE:
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"GRANT UPDATE (volunteer_id) ON {table} TO timecredits_app")
            continue
        names = (column["name"] for column in sa.inspect(op.get_bind()).get_columns(table))
        kept = ", ".join(f'"{name}"' for name in names if name != "volunteer_id")
        _refuse_changes(table, f" OF {kept}")


def _let_hours_stay() -> None:
    for table in MAY_MOVE:
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"REVOKE UPDATE (volunteer_id) ON {table} FROM timecredits_app")
        else:
            _refuse_changes(table, "")


def _refuse_changes(table: str, of_what: str) -> None:
    op.execute(f"DROP TRIGGER {table}_is_not_changed")
    op.execute(
        f"CREATE TRIGGER {table}_is_not_changed BEFORE UPDATE{of_what} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is kept as it was written'); END"
    )


def downgrade() -> None:
    keep_words()
    _let_hours_stay()
    op.drop_index(
        "ix_transfer_reversals",
        table_name="transfer",
        sqlite_where=sa.text("reverses IS NOT NULL"),
        postgresql_where=sa.text("reverses IS NOT NULL"),
    )
    op.drop_index(op.f("ix_audit_entry_programme_id_recorded_at_id"), table_name="audit_entry")
    for name, _column in MERGED_INDEXES:
        op.drop_index(name, table_name="volunteer")
    op.drop_column("volunteer", "erased_at")
    op.drop_column("volunteer", "merged_into")
    op.drop_index(
        "uq_staff_role_one_owner",
        table_name="staff_role",
        sqlite_where=sa.text("kind = 'organisation_owner' AND ended_at IS NULL"),
        postgresql_where=sa.text("kind = 'organisation_owner' AND ended_at IS NULL"),
    )
    op.drop_column("staff_role", "ends_on")
    op.drop_column("programme_venue", "agreement_ends_on")
    op.drop_column("programme_venue", "agreed_on")
    op.drop_column("organisation", "suspended_by")
    op.drop_column("organisation", "suspended_because")
    op.drop_column("organisation", "suspended_at")
    op.drop_column("organisation", "briefed_on")
    op.drop_column("organisation", "agreement_ends_on")
    op.drop_column("organisation", "agreed_on")
    op.drop_index(op.f("ix_hour_entry_programme_id_recorded_at"), table_name="hour_entry")
    op.drop_index(op.f("ix_hour_correction_programme_id_corrected_at"), table_name="hour_correction")
    op.drop_column("enrolment", "phone")
    op.drop_column("activity", "category")
    op.drop_index(op.f("ix_survey_ask_programme_id_asked_at_due_on"), table_name="survey_ask")
    op.drop_index(op.f("ix_survey_ask_programme_id_volunteer_id"), table_name="survey_ask")
    op.drop_table("survey_ask")
    op.drop_index(op.f("ix_survey_programme_id_organisation_id"), table_name="survey")
    op.drop_table("survey")
    op.drop_index(op.f("ix_people_import_programme_id_organisation_id_uploaded_at"), table_name="people_import")
    op.drop_table("people_import")
    op.drop_table("not_same")
    op.drop_index(
        "uq_merge_gone_once",
        table_name="merge",
        sqlite_where=sa.text("undone_at IS NULL"),
        postgresql_where=sa.text("undone_at IS NULL"),
    )
    op.drop_index(op.f("ix_merge_programme_id_kept_id"), table_name="merge")
    op.drop_table("merge")
    op.drop_index(op.f("ix_webhook_delivery_programme_id_webhook_id_made_at"), table_name="webhook_delivery")
    op.drop_index(
        "ix_webhook_delivery_due",
        table_name="webhook_delivery",
        sqlite_where=sa.text("done_at IS NULL AND given_up_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL AND given_up_at IS NULL"),
    )
    op.drop_table("webhook_delivery")
    op.drop_table("webhook")
    op.drop_index(op.f("ix_venue_settlement_programme_id"), table_name="venue_settlement")
    op.drop_table("venue_settlement")
    op.drop_table("venue_day")
    op.drop_table("roll_up")
    op.drop_index(op.f("ix_retention_run_programme_id_ran_at"), table_name="retention_run")
    op.drop_table("retention_run")
    op.drop_index(op.f("ix_privacy_answer_programme_id_name_written_at"), table_name="privacy_answer")
    op.drop_table("privacy_answer")
    op.drop_index("ix_redemption_undone", table_name="redemption")
    op.drop_index("ix_redemption_arrived", table_name="redemption")
    op.drop_index("ix_gift_undone", table_name="gift")
    op.drop_index(op.f("ix_gift_programme_id_given_at"), table_name="gift")
    op.drop_table("shown_table")
    op.drop_index(op.f("ix_person_use_programme_id_volunteer_id_month"), table_name="person_use")
    op.drop_index(op.f("ix_person_use_programme_id_month_venue_id"), table_name="person_use")
    op.drop_table("person_use")
    op.drop_index(op.f("ix_person_month_programme_id_month_organisation_id"), table_name="person_month")
    op.drop_table("person_month")
    op.drop_index(op.f("ix_person_credit_programme_id_volunteer_id_month"), table_name="person_credit")
    op.drop_index(op.f("ix_person_credit_programme_id_month_flow"), table_name="person_credit")
    op.drop_table("person_credit")
    op.drop_table("person_counted")
    op.drop_index(op.f("ix_invitation_programme_id_organisation_id_made_at"), table_name="invitation")
    op.drop_table("invitation")
    op.drop_index(op.f("ix_figure_programme_id_topic_dimension_starts_on"), table_name="figure")
    op.drop_table("figure")
    op.drop_index(
        "uq_erasure_once",
        table_name="erasure",
        sqlite_where=sa.text("called_off_at IS NULL"),
        postgresql_where=sa.text("called_off_at IS NULL"),
    )
    op.drop_index(op.f("ix_erasure_programme_id_due_on"), table_name="erasure")
    op.drop_table("erasure")
