"""Activities in time: plans, sign-ups, attendance, logged hours, checks seen, settings and jobs.

Columns are added in place, never by making a table anew: that would drop the guards of 0002 on SQLite.
"""

import sqlalchemy as sa
from alembic import op

from timecredits.foundation.db import Day, Id, Instant, Json

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


APPEND_ONLY = ("setting_change", "shortfall")


def upgrade() -> None:
    op.create_table(
        "calendar_link",
        sa.Column("id", Id, nullable=False),
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("volunteer_id", Id, nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_calendar_link_programme_id_programme")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_link")),
        info={"distribution": "reference"},
    )
    op.create_index(
        op.f("ix_calendar_link_programme_id_volunteer_id"), "calendar_link", ["programme_id", "volunteer_id"], unique=False
    )
    op.create_table(
        "job",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("organisation_id", Id, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("wanted", Json, nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("outcome", Json, nullable=True),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.Column("made_by", Id, nullable=True),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("started_at", Instant(), nullable=True),
        sa.Column("finished_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_job_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_job")),
        info={"distribution": "programme"},
    )
    op.create_index(op.f("ix_job_programme_id_finished_at"), "job", ["programme_id", "finished_at"], unique=False)
    op.create_table(
        "kiosk",
        sa.Column("id", Id, nullable=False),
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("organisation_id", Id, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("made_by", Id, nullable=True),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_kiosk_programme_id_programme")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kiosk")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_kiosk_token_hash")),
        info={"distribution": "reference"},
    )
    op.create_index(op.f("ix_kiosk_programme_id_organisation_id"), "kiosk", ["programme_id", "organisation_id"], unique=False)
    op.create_table(
        "setting_change",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", Json, nullable=False),
        sa.Column("changed_by", Id, nullable=True),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_setting_change_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_setting_change")),
        info={"distribution": "programme"},
    )
    op.create_index(
        op.f("ix_setting_change_programme_id_name_changed_at"),
        "setting_change",
        ["programme_id", "name", "changed_at"],
        unique=False,
    )
    op.create_table(
        "import_matching",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("organisation_id", Id, nullable=False),
        sa.Column("headings_hash", sa.LargeBinary(), nullable=False),
        sa.Column("matching", Json, nullable=False),
        sa.Column("used_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id", "organisation_id"],
            ["organisation.programme_id", "organisation.id"],
            name=op.f("fk_import_matching_programme_id_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_import_matching_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_import_matching")),
        sa.UniqueConstraint(
            "programme_id",
            "organisation_id",
            "headings_hash",
            name=op.f("uq_import_matching_programme_id_organisation_id_headings_hash"),
        ),
        info={"distribution": "programme"},
    )
    op.create_table(
        "seen_check",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("organisation_id", Id, nullable=False),
        sa.Column("volunteer_id", Id, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("workforce", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("issued_on", Day(), nullable=True),
        sa.Column("expires_on", Day(), nullable=True),
        sa.Column("update_service", sa.Boolean(), nullable=True),
        sa.Column("seen_by", Id, nullable=True),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["programme_id", "organisation_id"],
            ["organisation.programme_id", "organisation.id"],
            name=op.f("fk_seen_check_programme_id_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "volunteer_id"],
            ["volunteer.programme_id", "volunteer.id"],
            name=op.f("fk_seen_check_programme_id_volunteer_id_volunteer"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_seen_check_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_seen_check")),
        info={"distribution": "programme"},
    )
    op.create_index(
        op.f("ix_seen_check_programme_id_organisation_id_volunteer_id"),
        "seen_check",
        ["programme_id", "organisation_id", "volunteer_id"],
        unique=False,
    )
    op.create_table(
        "activity_plan",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("activity_id", Id, nullable=False),
        sa.Column("starts_on", Day(), nullable=False),
        sa.Column("starts", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("ends_on", Day(), nullable=True),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("made_by", Id, nullable=True),
        sa.Column("made_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id", "activity_id"],
            ["activity.programme_id", "activity.id"],
            name=op.f("fk_activity_plan_programme_id_activity_id_activity"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_activity_plan_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_activity_plan")),
        info={"distribution": "programme"},
    )
    op.create_index(
        op.f("ix_activity_plan_programme_id_activity_id"), "activity_plan", ["programme_id", "activity_id"], unique=False
    )
    op.create_table(
        "activity_requirement",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("activity_id", Id, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("workforce", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["programme_id", "activity_id"],
            ["activity.programme_id", "activity.id"],
            name=op.f("fk_activity_requirement_programme_id_activity_id_activity"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_activity_requirement_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_activity_requirement")),
        info={"distribution": "programme"},
    )
    op.create_index(
        op.f("ix_activity_requirement_programme_id_activity_id"),
        "activity_requirement",
        ["programme_id", "activity_id"],
        unique=False,
    )
    op.create_table(
        "logged_hours",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("organisation_id", Id, nullable=False),
        sa.Column("volunteer_id", Id, nullable=False),
        sa.Column("activity_id", Id, nullable=False),
        sa.Column("done_on", Day(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("logged_at", Instant(), nullable=False),
        sa.Column("decided_by", Id, nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.CheckConstraint("minutes > 0 AND minutes <= 1440", name=op.f("ck_logged_hours_minutes_in_a_day")),
        sa.ForeignKeyConstraint(
            ["programme_id", "activity_id"],
            ["activity.programme_id", "activity.id"],
            name=op.f("fk_logged_hours_programme_id_activity_id_activity"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "organisation_id"],
            ["organisation.programme_id", "organisation.id"],
            name=op.f("fk_logged_hours_programme_id_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "volunteer_id"],
            ["volunteer.programme_id", "volunteer.id"],
            name=op.f("fk_logged_hours_programme_id_volunteer_id_volunteer"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_logged_hours_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_logged_hours")),
        info={"distribution": "programme"},
    )
    op.create_index(
        op.f("ix_logged_hours_programme_id_organisation_id_status"),
        "logged_hours",
        ["programme_id", "organisation_id", "status"],
        unique=False,
    )
    op.create_index(
        op.f("ix_logged_hours_programme_id_volunteer_id_done_on"),
        "logged_hours",
        ["programme_id", "volunteer_id", "done_on"],
        unique=False,
    )
    op.create_table(
        "attendance",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("organisation_id", Id, nullable=False),
        sa.Column("activity_id", Id, nullable=False),
        sa.Column("session_id", Id, nullable=False),
        sa.Column("volunteer_id", Id, nullable=False),
        sa.Column("came_at", Instant(), nullable=False),
        sa.Column("came_by", sa.Text(), nullable=False),
        sa.Column("left_at", Instant(), nullable=True),
        sa.Column("left_by", sa.Text(), nullable=True),
        sa.Column("kiosk_id", Id, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("settled_by", Id, nullable=True),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.Column("settled_because", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id", "activity_id"],
            ["activity.programme_id", "activity.id"],
            name=op.f("fk_attendance_programme_id_activity_id_activity"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "organisation_id"],
            ["organisation.programme_id", "organisation.id"],
            name=op.f("fk_attendance_programme_id_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "session_id"],
            ["activity_session.programme_id", "activity_session.id"],
            name=op.f("fk_attendance_programme_id_session_id_activity_session"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "volunteer_id"],
            ["volunteer.programme_id", "volunteer.id"],
            name=op.f("fk_attendance_programme_id_volunteer_id_volunteer"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_attendance_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_attendance")),
        info={"distribution": "programme"},
    )
    op.create_index(
        op.f("ix_attendance_programme_id_organisation_id_state"),
        "attendance",
        ["programme_id", "organisation_id", "state"],
        unique=False,
    )
    op.create_index(
        "uq_attendance_one_place",
        "attendance",
        ["programme_id", "volunteer_id"],
        unique=True,
        sqlite_where=sa.text("state = 'here'"),
        postgresql_where=sa.text("state = 'here'"),
    )
    op.create_table(
        "session_message",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("session_id", Id, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sent_to", sa.Integer(), nullable=False),
        sa.Column("without_email", sa.Integer(), nullable=False),
        sa.Column("sent_by", Id, nullable=True),
        sa.Column("sent_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id", "session_id"],
            ["activity_session.programme_id", "activity_session.id"],
            name=op.f("fk_session_message_programme_id_session_id_activity_session"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_session_message_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_session_message")),
        info={"distribution": "programme"},
    )
    op.create_index(
        op.f("ix_session_message_programme_id_session_id"), "session_message", ["programme_id", "session_id"], unique=False
    )
    op.create_table(
        "sign_up",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("session_id", Id, nullable=False),
        sa.Column("volunteer_id", Id, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("signed_up_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("reminded_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["programme_id", "session_id"],
            ["activity_session.programme_id", "activity_session.id"],
            name=op.f("fk_sign_up_programme_id_session_id_activity_session"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "volunteer_id"],
            ["volunteer.programme_id", "volunteer.id"],
            name=op.f("fk_sign_up_programme_id_volunteer_id_volunteer"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_sign_up_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_sign_up")),
        sa.UniqueConstraint(
            "programme_id", "session_id", "volunteer_id", name=op.f("uq_sign_up_programme_id_session_id_volunteer_id")
        ),
        info={"distribution": "programme"},
    )
    op.create_index(op.f("ix_sign_up_programme_id_volunteer_id"), "sign_up", ["programme_id", "volunteer_id"], unique=False)
    op.create_table(
        "hour_import_entry",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("import_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id", "id"],
            ["hour_entry.programme_id", "hour_entry.id"],
            name=op.f("fk_hour_import_entry_programme_id_id_hour_entry"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "import_id"],
            ["hour_import.programme_id", "hour_import.id"],
            name=op.f("fk_hour_import_entry_programme_id_import_id_hour_import"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_hour_import_entry_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_hour_import_entry")),
        info={"distribution": "programme"},
    )
    op.create_index(
        op.f("ix_hour_import_entry_programme_id_import_id"), "hour_import_entry", ["programme_id", "import_id"], unique=False
    )
    op.create_table(
        "shortfall",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("volunteer_id", Id, nullable=False),
        sa.Column("entry_id", Id, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_shortfall_minutes_positive")),
        sa.ForeignKeyConstraint(
            ["programme_id", "entry_id"],
            ["hour_entry.programme_id", "hour_entry.id"],
            name=op.f("fk_shortfall_programme_id_entry_id_hour_entry"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "id"], ["transfer.programme_id", "transfer.id"], name=op.f("fk_shortfall_programme_id_id_transfer")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "volunteer_id"],
            ["volunteer.programme_id", "volunteer.id"],
            name=op.f("fk_shortfall_programme_id_volunteer_id_volunteer"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_shortfall_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_shortfall")),
        info={"distribution": "programme"},
    )
    op.create_index(op.f("ix_shortfall_programme_id_volunteer_id"), "shortfall", ["programme_id", "volunteer_id"], unique=False)
    op.add_column("activity", sa.Column("role", sa.Text(), nullable=False, server_default=""))
    op.add_column("activity", sa.Column("access_facts", Json, nullable=False, server_default="[]"))
    op.add_column("activity", sa.Column("capacity", sa.Integer(), nullable=True))
    op.add_column("activity", sa.Column("open_to", sa.Text(), nullable=False, server_default="everybody"))
    op.add_column("activity", sa.Column("forgotten", sa.Text(), nullable=False, server_default="look"))
    op.add_column("activity", sa.Column("forgotten_minutes", sa.Integer(), nullable=True))
    op.add_column("activity", sa.Column("credit_step", sa.Integer(), nullable=True))
    op.add_column("activity", sa.Column("credit_rest", sa.Text(), nullable=True))
    op.add_column("activity", sa.Column("credits_a_day", sa.Integer(), nullable=True))
    op.add_column("activity", sa.Column("credits_a_week", sa.Integer(), nullable=True))
    op.add_column("activity_session", sa.Column("plan_id", Id, nullable=True))
    op.add_column("activity_session", sa.Column("planned_on", Day(), nullable=True))
    op.add_column("activity_session", sa.Column("starts", sa.Integer(), nullable=True))
    op.add_column("activity_session", sa.Column("minutes", sa.Integer(), nullable=True))
    op.add_column("activity_session", sa.Column("place", sa.Text(), nullable=False, server_default=""))
    op.add_column("activity_session", sa.Column("capacity", sa.Integer(), nullable=True))
    op.add_column("activity_session", sa.Column("cancelled_at", Instant(), nullable=True))
    op.add_column("activity_session", sa.Column("cancelled_because", sa.Text(), nullable=False, server_default=""))
    op.add_column("enrolment", sa.Column("self_log", sa.Text(), nullable=False, server_default="approval"))
    op.add_column("hour_entry", sa.Column("earned", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("hour_entry", sa.Column("carried", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("hour_entry", sa.Column("policy", Json, nullable=True))
    op.create_index(
        "ix_hour_entry_carried",
        "hour_entry",
        ["programme_id", "volunteer_id"],
        unique=False,
        sqlite_where=sa.text("carried <> 0"),
        postgresql_where=sa.text("carried <> 0"),
    )
    op.add_column("hour_import", sa.Column("matching", Json, nullable=True))
    op.add_column("hour_import", sa.Column("job_id", Id, nullable=True))
    op.add_column("hour_import", sa.Column("to_mend", sa.LargeBinary(), nullable=True))
    op.add_column("hour_import", sa.Column("undone_at", Instant(), nullable=True))
    op.add_column("hour_import", sa.Column("undone_by", Id, nullable=True))
    op.add_column("volunteer", sa.Column("born_month", Day(), nullable=True))
    op.add_column("volunteer", sa.Column("wants_reminders", sa.Boolean(), nullable=False, server_default=sa.true()))

    _fill_earned()
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in APPEND_ONLY:
        if not on_sqlite:
            op.execute(f"REVOKE UPDATE, DELETE ON {table} FROM timecredits_app")
            continue
        for act, word in (("UPDATE", "changed"), ("DELETE", "deleted")):
            op.execute(
                f"CREATE TRIGGER {table}_is_not_{word} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is kept as it was written'); END"
            )


def _fill_earned() -> None:
    """Until now an hour was a credit, whole and at once."""
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    if on_sqlite:
        op.execute("DROP TRIGGER hour_entry_is_not_changed")
    op.execute("UPDATE hour_entry SET earned = minutes WHERE without_credits IS NULL")
    if on_sqlite:
        op.execute(
            "CREATE TRIGGER hour_entry_is_not_changed BEFORE UPDATE ON hour_entry "
            "BEGIN SELECT RAISE(ABORT, 'hour_entry is kept as it was written'); END"
        )


def downgrade() -> None:
    op.drop_column("volunteer", "wants_reminders")
    op.drop_column("volunteer", "born_month")
    op.drop_column("hour_import", "undone_by")
    op.drop_column("hour_import", "undone_at")
    op.drop_column("hour_import", "to_mend")
    op.drop_column("hour_import", "job_id")
    op.drop_column("hour_import", "matching")
    op.drop_index(
        "ix_hour_entry_carried",
        table_name="hour_entry",
        sqlite_where=sa.text("carried <> 0"),
        postgresql_where=sa.text("carried <> 0"),
    )
    op.drop_column("hour_entry", "policy")
    op.drop_column("hour_entry", "carried")
    op.drop_column("hour_entry", "earned")
    op.drop_column("enrolment", "self_log")
    op.drop_column("activity_session", "cancelled_because")
    op.drop_column("activity_session", "cancelled_at")
    op.drop_column("activity_session", "capacity")
    op.drop_column("activity_session", "place")
    op.drop_column("activity_session", "minutes")
    op.drop_column("activity_session", "starts")
    op.drop_column("activity_session", "planned_on")
    op.drop_column("activity_session", "plan_id")
    op.drop_column("activity", "credits_a_week")
    op.drop_column("activity", "credits_a_day")
    op.drop_column("activity", "credit_rest")
    op.drop_column("activity", "credit_step")
    op.drop_column("activity", "forgotten_minutes")
    op.drop_column("activity", "forgotten")
    op.drop_column("activity", "open_to")
    op.drop_column("activity", "capacity")
    op.drop_column("activity", "access_facts")
    op.drop_column("activity", "role")
    op.drop_index(op.f("ix_shortfall_programme_id_volunteer_id"), table_name="shortfall")
    op.drop_table("shortfall")
    op.drop_index(op.f("ix_hour_import_entry_programme_id_import_id"), table_name="hour_import_entry")
    op.drop_table("hour_import_entry")
    op.drop_index(op.f("ix_sign_up_programme_id_volunteer_id"), table_name="sign_up")
    op.drop_table("sign_up")
    op.drop_index(op.f("ix_session_message_programme_id_session_id"), table_name="session_message")
    op.drop_table("session_message")
    op.drop_index(
        "uq_attendance_one_place",
        table_name="attendance",
        sqlite_where=sa.text("state = 'here'"),
        postgresql_where=sa.text("state = 'here'"),
    )
    op.drop_index(op.f("ix_attendance_programme_id_organisation_id_state"), table_name="attendance")
    op.drop_table("attendance")
    op.drop_index(op.f("ix_logged_hours_programme_id_volunteer_id_done_on"), table_name="logged_hours")
    op.drop_index(op.f("ix_logged_hours_programme_id_organisation_id_status"), table_name="logged_hours")
    op.drop_table("logged_hours")
    op.drop_index(op.f("ix_activity_requirement_programme_id_activity_id"), table_name="activity_requirement")
    op.drop_table("activity_requirement")
    op.drop_index(op.f("ix_activity_plan_programme_id_activity_id"), table_name="activity_plan")
    op.drop_table("activity_plan")
    op.drop_index(op.f("ix_seen_check_programme_id_organisation_id_volunteer_id"), table_name="seen_check")
    op.drop_table("seen_check")
    op.drop_table("import_matching")
    op.drop_index(op.f("ix_setting_change_programme_id_name_changed_at"), table_name="setting_change")
    op.drop_table("setting_change")
    op.drop_index(op.f("ix_kiosk_programme_id_organisation_id"), table_name="kiosk")
    op.drop_table("kiosk")
    op.drop_index(op.f("ix_job_programme_id_finished_at"), table_name="job")
    op.drop_table("job")
    op.drop_index(op.f("ix_calendar_link_programme_id_volunteer_id"), table_name="calendar_link")
    op.drop_table("calendar_link")
