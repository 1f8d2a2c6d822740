"""The first tables."""

import sqlalchemy as sa
from alembic import op

from timecredits.foundation.db import Day, Id, Instant, Json

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table(
        "mail_message",
        sa.Column("id", Id, nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("queued_at", Instant(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_fault", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_message")),
        info={"distribution": "reference"},
    )
    op.create_index(op.f("ix_mail_message_sent_at_queued_at"), "mail_message", ["sent_at", "queued_at"], unique=False)
    op.create_table(
        "programme",
        sa.Column("id", Id, nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
        sa.UniqueConstraint("number", name=op.f("uq_programme_number")),
        sa.UniqueConstraint("slug", name=op.f("uq_programme_slug")),
        info={"distribution": "reference"},
    )
    op.create_table(
        "try_count",
        sa.Column("id", Id, nullable=False),
        sa.Column("subject_hash", sa.LargeBinary(), nullable=False),
        sa.Column("window_start", Instant(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_try_count")),
        sa.UniqueConstraint("subject_hash", "window_start", name=op.f("uq_try_count_subject_hash_window_start")),
        info={"distribution": "reference"},
    )
    op.create_table(
        "user",
        sa.Column("id", Id, nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("disabled_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("email", name=op.f("uq_user_email")),
        info={"distribution": "reference"},
    )
    op.create_table(
        "venue",
        sa.Column("id", Id, nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("town", sa.Text(), nullable=False),
        sa.Column("is_national", sa.Boolean(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("access_facts", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venue")),
        sa.UniqueConstraint("slug", name=op.f("uq_venue_slug")),
        info={"distribution": "reference"},
    )
    op.create_table(
        "account",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("floor", sa.Integer(), nullable=True),
        sa.Column("balance", sa.Integer(), nullable=True),
        sa.Column("last_transfer", Id, nullable=True),
        sa.CheckConstraint("(floor IS NULL) = (balance IS NULL)", name=op.f("ck_account_balance_where_floor")),
        sa.CheckConstraint("balance >= floor", name=op.f("ck_account_balance_not_below_floor")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_account_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_account")),
        info={"distribution": "programme"},
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "audit_entry",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("organisation_id", Id, nullable=True),
        sa.Column("actor_id", Id, nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject_id", Id, nullable=True),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_audit_entry_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_audit_entry")),
        info={"distribution": "programme"},
    )
    op.create_index(
        op.f("ix_audit_entry_programme_id_organisation_id_recorded_at"),
        "audit_entry",
        ["programme_id", "organisation_id", "recorded_at"],
        unique=False,
    )
    op.create_table(
        "code_use",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reference", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("redemption_id", Id, nullable=False),
        sa.Column("used_at", Instant(), nullable=False),
        sa.Column("released_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_code_use_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_code_use")),
        info={"distribution": "programme"},
    )
    op.create_index(
        "uq_code_use_once",
        "code_use",
        ["programme_id", "kind", "reference", "step"],
        unique=True,
        sqlite_where=sa.text("released_at IS NULL"),
        postgresql_where=sa.text("released_at IS NULL"),
    )
    op.create_table(
        "document",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_document_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_document")),
        sa.UniqueConstraint("programme_id", "sha256", name=op.f("uq_document_programme_id_sha256")),
        info={"distribution": "programme"},
    )
    op.create_table(
        "email_code",
        sa.Column("id", Id, nullable=False),
        sa.Column("user_id", Id, nullable=True),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("browser_hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_email_code_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email_code")),
        info={"distribution": "reference"},
    )
    op.create_index(op.f("ix_email_code_browser_hash"), "email_code", ["browser_hash"], unique=False)
    op.create_table(
        "offer",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("venue_id", Id, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("adult_minutes", sa.Integer(), nullable=False),
        sa.Column("under_16_minutes", sa.Integer(), nullable=True),
        sa.Column("most_people", sa.Integer(), nullable=False),
        sa.Column("restrictions", sa.Text(), nullable=False),
        sa.Column("good_first_step", sa.Boolean(), nullable=False),
        sa.Column("starts_on", Day(), nullable=True),
        sa.Column("ends_on", Day(), nullable=True),
        sa.Column("paused_because", sa.Text(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.CheckConstraint("adult_minutes > 0", name=op.f("ck_offer_adult_minutes_positive")),
        sa.CheckConstraint(
            "under_16_minutes IS NULL OR under_16_minutes >= 0", name=op.f("ck_offer_under_16_minutes_not_negative")
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_offer_programme_id_programme")),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name=op.f("fk_offer_venue_id_venue")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_offer")),
        info={"distribution": "programme"},
    )
    op.create_index(op.f("ix_offer_programme_id_venue_id"), "offer", ["programme_id", "venue_id"], unique=False)
    op.create_table(
        "sign_in",
        sa.Column("id", Id, nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("role_id", Id, nullable=True),
        sa.Column("volunteer_id", Id, nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.CheckConstraint("(role_id IS NULL) <> (volunteer_id IS NULL)", name=op.f("ck_sign_in_one_capacity")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_sign_in_programme_id_programme")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_sign_in_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_sign_in_secret_hash")),
        info={"distribution": "reference"},
    )
    op.create_table(
        "till",
        sa.Column("id", Id, nullable=False),
        sa.Column("venue_id", Id, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("paired_at", Instant(), nullable=False),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name=op.f("fk_till_venue_id_venue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_till_token_hash")),
        info={"distribution": "reference"},
    )
    op.create_table(
        "till_pairing",
        sa.Column("id", Id, nullable=False),
        sa.Column("venue_id", Id, nullable=False),
        sa.Column("till_name", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("made_by", Id, nullable=True),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name=op.f("fk_till_pairing_venue_id_venue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_pairing")),
        info={"distribution": "reference"},
    )
    op.create_index(op.f("ix_till_pairing_code_hash"), "till_pairing", ["code_hash"], unique=False)
    op.create_table(
        "organisation",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("town", sa.Text(), nullable=False),
        sa.Column("letter_name", sa.Text(), nullable=False),
        sa.Column("letter_address", Json, nullable=False),
        sa.Column("charity_number", sa.Text(), nullable=True),
        sa.Column("contact_email", sa.Text(), nullable=False),
        sa.Column("contact_phone", sa.Text(), nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id", "account_id"],
            ["account.programme_id", "account.id"],
            name=op.f("fk_organisation_programme_id_account_id_account"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_organisation_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("programme_id", "slug", name=op.f("uq_organisation_programme_id_slug")),
        info={"distribution": "programme"},
    )
    op.create_table(
        "programme_venue",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("venue_id", Id, nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("joined_on", Day(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id", "account_id"],
            ["account.programme_id", "account.id"],
            name=op.f("fk_programme_venue_programme_id_account_id_account"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_programme_venue_programme_id_programme")),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name=op.f("fk_programme_venue_venue_id_venue")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_programme_venue")),
        sa.UniqueConstraint("programme_id", "venue_id", name=op.f("uq_programme_venue_programme_id_venue_id")),
        info={"distribution": "programme"},
    )
    op.create_table(
        "redemption_attempt",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("till_id", Id, nullable=False),
        sa.Column("body_hash", sa.LargeBinary(), nullable=False),
        sa.Column("offer_id", Id, nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("answer", Json, nullable=False),
        sa.Column("scanned_at", Instant(), nullable=False),
        sa.Column("arrived_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_redemption_attempt_programme_id_programme")),
        sa.ForeignKeyConstraint(["till_id"], ["till.id"], name=op.f("fk_redemption_attempt_till_id_till")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_redemption_attempt")),
        info={"distribution": "programme"},
    )
    op.create_index(
        op.f("ix_redemption_attempt_programme_id_till_id_arrived_at"),
        "redemption_attempt",
        ["programme_id", "till_id", "arrived_at"],
        unique=False,
    )
    op.create_table(
        "transfer",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("debit_account", Id, nullable=False),
        sa.Column("credit_account", Id, nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("occurred_on", Day(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("actor", Id, nullable=True),
        sa.Column("reverses", Id, nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_transfer_amount_positive")),
        sa.CheckConstraint("debit_account <> credit_account", name=op.f("ck_transfer_two_accounts")),
        sa.ForeignKeyConstraint(
            ["programme_id", "credit_account"],
            ["account.programme_id", "account.id"],
            name=op.f("fk_transfer_programme_id_credit_account_account"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "debit_account"],
            ["account.programme_id", "account.id"],
            name=op.f("fk_transfer_programme_id_debit_account_account"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "reverses"],
            ["transfer.programme_id", "transfer.id"],
            name=op.f("fk_transfer_programme_id_reverses_transfer"),
        ),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_transfer")),
        info={"distribution": "programme"},
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "uq_transfer_reverses_once",
        "transfer",
        ["programme_id", "reverses"],
        unique=True,
        sqlite_where=sa.text("reverses IS NOT NULL"),
        postgresql_where=sa.text("reverses IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_transfer_programme_id_credit_account_recorded_at_id"),
        "transfer",
        ["programme_id", "credit_account", "recorded_at", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_transfer_programme_id_debit_account_recorded_at_id"),
        "transfer",
        ["programme_id", "debit_account", "recorded_at", "id"],
        unique=False,
    )
    op.create_table(
        "volunteer",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("last_name", sa.Text(), nullable=False),
        sa.Column("folded_name", sa.Text(), nullable=False),
        sa.Column("letter_name", sa.Text(), nullable=False),
        sa.Column("user_id", Id, nullable=True),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("wants_credits", sa.Boolean(), nullable=False),
        sa.Column("joined_on", Day(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id", "account_id"],
            ["account.programme_id", "account.id"],
            name=op.f("fk_volunteer_programme_id_account_id_account"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_volunteer_programme_id_programme")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_volunteer_user_id_user")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_volunteer")),
        info={"distribution": "programme"},
    )
    op.create_index(op.f("ix_volunteer_programme_id_folded_name"), "volunteer", ["programme_id", "folded_name"], unique=False)
    op.create_index(op.f("ix_volunteer_programme_id_user_id"), "volunteer", ["programme_id", "user_id"], unique=False)
    op.create_table(
        "activity",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("organisation_id", Id, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded_name", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("when_text", sa.Text(), nullable=False),
        sa.Column("usual_minutes", sa.Integer(), nullable=False),
        sa.Column("earns_credits", sa.Boolean(), nullable=False),
        sa.Column("good_first_step", sa.Boolean(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id", "organisation_id"],
            ["organisation.programme_id", "organisation.id"],
            name=op.f("fk_activity_programme_id_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_activity_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_activity")),
        sa.UniqueConstraint(
            "programme_id", "organisation_id", "folded_name", name=op.f("uq_activity_programme_id_organisation_id_folded_name")
        ),
        info={"distribution": "programme"},
    )
    op.create_table(
        "credential",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("volunteer_id", Id, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reference", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["programme_id", "volunteer_id"],
            ["volunteer.programme_id", "volunteer.id"],
            name=op.f("fk_credential_programme_id_volunteer_id_volunteer"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_credential_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_credential")),
        sa.UniqueConstraint("programme_id", "reference", name=op.f("uq_credential_programme_id_reference")),
        info={"distribution": "programme"},
    )
    op.create_index(op.f("ix_credential_programme_id_volunteer_id"), "credential", ["programme_id", "volunteer_id"], unique=False)
    op.create_table(
        "enrolment",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("organisation_id", Id, nullable=False),
        sa.Column("volunteer_id", Id, nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("enrolled_on", Day(), nullable=False),
        sa.Column("left_on", Day(), nullable=True),
        sa.ForeignKeyConstraint(
            ["programme_id", "organisation_id"],
            ["organisation.programme_id", "organisation.id"],
            name=op.f("fk_enrolment_programme_id_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "volunteer_id"],
            ["volunteer.programme_id", "volunteer.id"],
            name=op.f("fk_enrolment_programme_id_volunteer_id_volunteer"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_enrolment_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_enrolment")),
        sa.UniqueConstraint(
            "programme_id", "organisation_id", "number", name=op.f("uq_enrolment_programme_id_organisation_id_number")
        ),
        sa.UniqueConstraint(
            "programme_id", "organisation_id", "volunteer_id", name=op.f("uq_enrolment_programme_id_organisation_id_volunteer_id")
        ),
        info={"distribution": "programme"},
    )
    op.create_table(
        "hour_import",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("organisation_id", Id, nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("activity", sa.Text(), nullable=True),
        sa.Column("uploaded_by", Id, nullable=True),
        sa.Column("uploaded_at", Instant(), nullable=False),
        sa.Column("imported_at", Instant(), nullable=True),
        sa.Column("outcome", Json, nullable=True),
        sa.ForeignKeyConstraint(
            ["programme_id", "organisation_id"],
            ["organisation.programme_id", "organisation.id"],
            name=op.f("fk_hour_import_programme_id_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_hour_import_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_hour_import")),
        info={"distribution": "programme"},
    )
    op.create_index(
        op.f("ix_hour_import_programme_id_organisation_id_uploaded_at"),
        "hour_import",
        ["programme_id", "organisation_id", "uploaded_at"],
        unique=False,
    )
    op.create_table(
        "redemption",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("venue_id", Id, nullable=False),
        sa.Column("till_id", Id, nullable=False),
        sa.Column("offer_id", Id, nullable=False),
        sa.Column("volunteer_id", Id, nullable=False),
        sa.Column("adults", sa.Integer(), nullable=False),
        sa.Column("under_16s", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("used_at", Instant(), nullable=False),
        sa.Column("undone_at", Instant(), nullable=True),
        sa.Column("undone_because", sa.Text(), nullable=True),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_redemption_minutes_positive")),
        sa.ForeignKeyConstraint(
            ["programme_id", "id"], ["transfer.programme_id", "transfer.id"], name=op.f("fk_redemption_programme_id_id_transfer")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "offer_id"],
            ["offer.programme_id", "offer.id"],
            name=op.f("fk_redemption_programme_id_offer_id_offer"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "volunteer_id"],
            ["volunteer.programme_id", "volunteer.id"],
            name=op.f("fk_redemption_programme_id_volunteer_id_volunteer"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_redemption_programme_id_programme")),
        sa.ForeignKeyConstraint(["till_id"], ["till.id"], name=op.f("fk_redemption_till_id_till")),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name=op.f("fk_redemption_venue_id_venue")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_redemption")),
        info={"distribution": "programme"},
    )
    op.create_index(
        op.f("ix_redemption_programme_id_venue_id_used_at"), "redemption", ["programme_id", "venue_id", "used_at"], unique=False
    )
    op.create_index(
        op.f("ix_redemption_programme_id_volunteer_id_used_at"),
        "redemption",
        ["programme_id", "volunteer_id", "used_at"],
        unique=False,
    )
    op.create_table(
        "reference",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("organisation_id", Id, nullable=False),
        sa.Column("volunteer_id", Id, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("holder_name", sa.Text(), nullable=False),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("neutral_letterhead", sa.Boolean(), nullable=False),
        sa.Column("author_id", Id, nullable=False),
        sa.Column("signer_name", sa.Text(), nullable=False),
        sa.Column("signer_title", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("issued_at", Instant(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("facts", Json, nullable=True),
        sa.Column("document_id", Id, nullable=True),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=True),
        sa.Column("short_code", sa.Text(), nullable=True),
        sa.Column("withdrawn_at", Instant(), nullable=True),
        sa.Column("withdrawn_because", sa.Text(), nullable=True),
        sa.CheckConstraint("(status = 'draft') = (issued_at IS NULL)", name=op.f("ck_reference_issued_unless_draft")),
        sa.CheckConstraint(
            "(status = 'withdrawn') = (withdrawn_at IS NOT NULL)", name=op.f("ck_reference_withdrawn_with_moment")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "document_id"],
            ["document.programme_id", "document.id"],
            name=op.f("fk_reference_programme_id_document_id_document"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "organisation_id"],
            ["organisation.programme_id", "organisation.id"],
            name=op.f("fk_reference_programme_id_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "volunteer_id"],
            ["volunteer.programme_id", "volunteer.id"],
            name=op.f("fk_reference_programme_id_volunteer_id_volunteer"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_reference_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_reference")),
        sa.UniqueConstraint("programme_id", "number", name=op.f("uq_reference_programme_id_number")),
        sa.UniqueConstraint("programme_id", "secret_hash", name=op.f("uq_reference_programme_id_secret_hash")),
        sa.UniqueConstraint("programme_id", "short_code", name=op.f("uq_reference_programme_id_short_code")),
        info={"distribution": "programme"},
    )
    op.create_index(
        op.f("ix_reference_programme_id_organisation_id_status"),
        "reference",
        ["programme_id", "organisation_id", "status"],
        unique=False,
    )
    op.create_index(op.f("ix_reference_programme_id_volunteer_id"), "reference", ["programme_id", "volunteer_id"], unique=False)
    op.create_table(
        "reversal",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id", "id"], ["transfer.programme_id", "transfer.id"], name=op.f("fk_reversal_programme_id_id_transfer")
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_reversal_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_reversal")),
        info={"distribution": "programme"},
    )
    op.create_table(
        "staff_role",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("organisation_id", Id, nullable=True),
        sa.Column("venue_id", Id, nullable=True),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.CheckConstraint("(kind = 'venue_manager') = (venue_id IS NOT NULL)", name=op.f("ck_staff_role_venue_where_due")),
        sa.CheckConstraint(
            "(kind IN ('coordinator', 'organisation_owner')) = (organisation_id IS NOT NULL)",
            name=op.f("ck_staff_role_organisation_where_due"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "organisation_id"],
            ["organisation.programme_id", "organisation.id"],
            name=op.f("fk_staff_role_programme_id_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_staff_role_programme_id_programme")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_staff_role_user_id_user")),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name=op.f("fk_staff_role_venue_id_venue")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_staff_role")),
        info={"distribution": "programme"},
    )
    op.create_index(op.f("ix_staff_role_programme_id_user_id"), "staff_role", ["programme_id", "user_id"], unique=False)
    op.create_table(
        "activity_session",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("activity_id", Id, nullable=False),
        sa.Column("held_on", Day(), nullable=False),
        sa.Column("recorded_by", Id, nullable=True),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id", "activity_id"],
            ["activity.programme_id", "activity.id"],
            name=op.f("fk_activity_session_programme_id_activity_id_activity"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_activity_session_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_activity_session")),
        info={"distribution": "programme"},
    )
    op.create_index(
        op.f("ix_activity_session_programme_id_activity_id_held_on"),
        "activity_session",
        ["programme_id", "activity_id", "held_on"],
        unique=False,
    )
    op.create_table(
        "reference_look_up",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("reference_id", Id, nullable=False),
        sa.Column("looked_at", Instant(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id", "reference_id"],
            ["reference.programme_id", "reference.id"],
            name=op.f("fk_reference_look_up_programme_id_reference_id_reference"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_reference_look_up_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_reference_look_up")),
        info={"distribution": "programme"},
    )
    op.create_index(
        op.f("ix_reference_look_up_programme_id_reference_id_looked_at"),
        "reference_look_up",
        ["programme_id", "reference_id", "looked_at"],
        unique=False,
    )
    op.create_table(
        "typed_code",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("credential_id", Id, nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id", "credential_id"],
            ["credential.programme_id", "credential.id"],
            name=op.f("fk_typed_code_programme_id_credential_id_credential"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_typed_code_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_typed_code")),
        sa.UniqueConstraint("programme_id", "code", name=op.f("uq_typed_code_programme_id_code")),
        sa.UniqueConstraint("programme_id", "credential_id", "step", name=op.f("uq_typed_code_programme_id_credential_id_step")),
        info={"distribution": "programme"},
    )
    op.create_index(op.f("ix_typed_code_expires_at"), "typed_code", ["expires_at"], unique=False)
    op.create_table(
        "hour_entry",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("organisation_id", Id, nullable=False),
        sa.Column("volunteer_id", Id, nullable=False),
        sa.Column("activity_id", Id, nullable=False),
        sa.Column("activity_session_id", Id, nullable=True),
        sa.Column("done_on", Day(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("starts", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("recorded_by", Id, nullable=True),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("without_credits", sa.Text(), nullable=True),
        sa.CheckConstraint("minutes > 0 AND minutes <= 1440", name=op.f("ck_hour_entry_minutes_in_a_day")),
        sa.ForeignKeyConstraint(
            ["programme_id", "activity_id"],
            ["activity.programme_id", "activity.id"],
            name=op.f("fk_hour_entry_programme_id_activity_id_activity"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "activity_session_id"],
            ["activity_session.programme_id", "activity_session.id"],
            name=op.f("fk_hour_entry_programme_id_activity_session_id_activity_session"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "organisation_id"],
            ["organisation.programme_id", "organisation.id"],
            name=op.f("fk_hour_entry_programme_id_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "volunteer_id"],
            ["volunteer.programme_id", "volunteer.id"],
            name=op.f("fk_hour_entry_programme_id_volunteer_id_volunteer"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_hour_entry_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_hour_entry")),
        info={"distribution": "programme"},
    )
    op.create_index(
        op.f("ix_hour_entry_programme_id_activity_session_id"),
        "hour_entry",
        ["programme_id", "activity_session_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_hour_entry_programme_id_organisation_id_done_on"),
        "hour_entry",
        ["programme_id", "organisation_id", "done_on"],
        unique=False,
    )
    op.create_index(
        op.f("ix_hour_entry_programme_id_volunteer_id_done_on"),
        "hour_entry",
        ["programme_id", "volunteer_id", "done_on"],
        unique=False,
    )
    op.create_table(
        "hour_correction",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("entry_id", Id, nullable=False),
        sa.Column("replacement_id", Id, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("corrected_by", Id, nullable=True),
        sa.Column("corrected_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id", "entry_id"],
            ["hour_entry.programme_id", "hour_entry.id"],
            name=op.f("fk_hour_correction_programme_id_entry_id_hour_entry"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "replacement_id"],
            ["hour_entry.programme_id", "hour_entry.id"],
            name=op.f("fk_hour_correction_programme_id_replacement_id_hour_entry"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_hour_correction_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_hour_correction")),
        sa.UniqueConstraint("programme_id", "entry_id", name=op.f("uq_hour_correction_programme_id_entry_id")),
        info={"distribution": "programme"},
    )


def downgrade() -> None:

    op.drop_table("hour_correction")
    op.drop_index(op.f("ix_hour_entry_programme_id_volunteer_id_done_on"), table_name="hour_entry")
    op.drop_index(op.f("ix_hour_entry_programme_id_organisation_id_done_on"), table_name="hour_entry")
    op.drop_index(op.f("ix_hour_entry_programme_id_activity_session_id"), table_name="hour_entry")
    op.drop_table("hour_entry")
    op.drop_index(op.f("ix_typed_code_expires_at"), table_name="typed_code")
    op.drop_table("typed_code")
    op.drop_index(op.f("ix_reference_look_up_programme_id_reference_id_looked_at"), table_name="reference_look_up")
    op.drop_table("reference_look_up")
    op.drop_index(op.f("ix_activity_session_programme_id_activity_id_held_on"), table_name="activity_session")
    op.drop_table("activity_session")
    op.drop_index(op.f("ix_staff_role_programme_id_user_id"), table_name="staff_role")
    op.drop_table("staff_role")
    op.drop_table("reversal")
    op.drop_index(op.f("ix_reference_programme_id_volunteer_id"), table_name="reference")
    op.drop_index(op.f("ix_reference_programme_id_organisation_id_status"), table_name="reference")
    op.drop_table("reference")
    op.drop_index(op.f("ix_redemption_programme_id_volunteer_id_used_at"), table_name="redemption")
    op.drop_index(op.f("ix_redemption_programme_id_venue_id_used_at"), table_name="redemption")
    op.drop_table("redemption")
    op.drop_index(op.f("ix_hour_import_programme_id_organisation_id_uploaded_at"), table_name="hour_import")
    op.drop_table("hour_import")
    op.drop_table("enrolment")
    op.drop_index(op.f("ix_credential_programme_id_volunteer_id"), table_name="credential")
    op.drop_table("credential")
    op.drop_table("activity")
    op.drop_index(op.f("ix_volunteer_programme_id_user_id"), table_name="volunteer")
    op.drop_index(op.f("ix_volunteer_programme_id_folded_name"), table_name="volunteer")
    op.drop_table("volunteer")
    op.drop_index(op.f("ix_transfer_programme_id_debit_account_recorded_at_id"), table_name="transfer")
    op.drop_index(op.f("ix_transfer_programme_id_credit_account_recorded_at_id"), table_name="transfer")
    op.drop_index(
        "uq_transfer_reverses_once",
        table_name="transfer",
        sqlite_where=sa.text("reverses IS NOT NULL"),
        postgresql_where=sa.text("reverses IS NOT NULL"),
    )
    op.drop_table("transfer")
    op.drop_index(op.f("ix_redemption_attempt_programme_id_till_id_arrived_at"), table_name="redemption_attempt")
    op.drop_table("redemption_attempt")
    op.drop_table("programme_venue")
    op.drop_table("organisation")
    op.drop_index(op.f("ix_till_pairing_code_hash"), table_name="till_pairing")
    op.drop_table("till_pairing")
    op.drop_table("till")
    op.drop_table("sign_in")
    op.drop_index(op.f("ix_offer_programme_id_venue_id"), table_name="offer")
    op.drop_table("offer")
    op.drop_index(op.f("ix_email_code_browser_hash"), table_name="email_code")
    op.drop_table("email_code")
    op.drop_table("document")
    op.drop_index(
        "uq_code_use_once",
        table_name="code_use",
        sqlite_where=sa.text("released_at IS NULL"),
        postgresql_where=sa.text("released_at IS NULL"),
    )
    op.drop_table("code_use")
    op.drop_index(op.f("ix_audit_entry_programme_id_organisation_id_recorded_at"), table_name="audit_entry")
    op.drop_table("audit_entry")
    op.drop_table("account")
    op.drop_table("venue")
    op.drop_table("user")
    op.drop_table("try_count")
    op.drop_table("programme")
    op.drop_index(op.f("ix_mail_message_sent_at_queued_at"), table_name="mail_message")
    op.drop_table("mail_message")
