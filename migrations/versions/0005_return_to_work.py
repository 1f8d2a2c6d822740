"""References through their whole life, packs, the planner, training and notes, and digital credentials.

Columns are added in place, never by making a table anew: that would drop the guards of 0002 on SQLite.
"""

import sqlalchemy as sa
from alembic import op

from timecredits.foundation.db import Day, Id, Instant, Json

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "credential_key",
        sa.Column("id", Id, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("first_used_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential_key")),
        sa.UniqueConstraint("number", name=op.f("uq_credential_key_number")),
        sa.UniqueConstraint("public_key", name=op.f("uq_credential_key_public_key")),
        info={"distribution": "reference"},
    )
    op.create_table(
        "requirement_preset",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("requirement", Json, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("checked_on", Day(), nullable=False),
        sa.Column("hidden", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("changed_by", Id, nullable=True),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_requirement_preset_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_requirement_preset")),
        sa.UniqueConstraint("programme_id", "key", name=op.f("uq_requirement_preset_programme_id_key")),
        info={"distribution": "programme"},
    )
    op.create_table(
        "gap_evidence",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("volunteer_id", Id, nullable=False),
        sa.Column("organisation_id", Id, nullable=False),
        sa.Column("first_day", Day(), nullable=False),
        sa.Column("last_day", Day(), nullable=False),
        sa.Column("seen_by", Id, nullable=False),
        sa.Column("seen_by_name", sa.Text(), nullable=False),
        sa.Column("seen_on", Day(), nullable=False),
        sa.Column("noted_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_gap_evidence_days_in_order")),
        sa.ForeignKeyConstraint(
            ["programme_id", "organisation_id"],
            ["organisation.programme_id", "organisation.id"],
            name=op.f("fk_gap_evidence_programme_id_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "volunteer_id"],
            ["volunteer.programme_id", "volunteer.id"],
            name=op.f("fk_gap_evidence_programme_id_volunteer_id_volunteer"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_gap_evidence_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_gap_evidence")),
        info={"distribution": "programme"},
    )
    op.create_index(
        op.f("ix_gap_evidence_programme_id_volunteer_id"), "gap_evidence", ["programme_id", "volunteer_id"], unique=False
    )
    op.create_table(
        "goal",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("volunteer_id", Id, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("by_day", Day(), nullable=True),
        sa.Column("done_on", Day(), nullable=True),
        sa.Column("made_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id", "volunteer_id"],
            ["volunteer.programme_id", "volunteer.id"],
            name=op.f("fk_goal_programme_id_volunteer_id_volunteer"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_goal_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_goal")),
        info={"distribution": "programme"},
    )
    op.create_index(op.f("ix_goal_programme_id_volunteer_id"), "goal", ["programme_id", "volunteer_id"], unique=False)
    op.create_table(
        "outcome",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("volunteer_id", Id, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("happened_in", Day(), nullable=False),
        sa.Column("told_at", Instant(), nullable=False),
        sa.Column("taken_back_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["programme_id", "volunteer_id"],
            ["volunteer.programme_id", "volunteer.id"],
            name=op.f("fk_outcome_programme_id_volunteer_id_volunteer"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_outcome_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_outcome")),
        info={"distribution": "programme"},
    )
    op.create_index(op.f("ix_outcome_programme_id_happened_in"), "outcome", ["programme_id", "happened_in"], unique=False)
    op.create_index(op.f("ix_outcome_programme_id_volunteer_id"), "outcome", ["programme_id", "volunteer_id"], unique=False)
    op.create_table(
        "pack",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("volunteer_id", Id, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("holder_name", sa.Text(), nullable=False),
        sa.Column("asked", Json, nullable=True),
        sa.Column("preset_name", sa.Text(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("ends_on", Day(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["programme_id", "volunteer_id"],
            ["volunteer.programme_id", "volunteer.id"],
            name=op.f("fk_pack_programme_id_volunteer_id_volunteer"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_pack_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_pack")),
        info={"distribution": "programme"},
    )
    op.create_index(op.f("ix_pack_programme_id_volunteer_id"), "pack", ["programme_id", "volunteer_id"], unique=False)
    op.create_table(
        "referee",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("volunteer_id", Id, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("organisation_id", Id, nullable=True),
        sa.Column("organisation_name", sa.Text(), nullable=False),
        sa.Column("user_id", Id, nullable=True),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("known_since", Day(), nullable=False),
        sa.Column("known_until", Day(), nullable=True),
        sa.Column("at_org_until", Day(), nullable=True),
        sa.Column("consent", sa.Text(), nullable=False),
        sa.Column("consent_from", Day(), nullable=True),
        sa.Column("consent_until", Day(), nullable=True),
        sa.Column("asked_at", Instant(), nullable=True),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("added_at", Instant(), nullable=False),
        sa.Column("removed_at", Instant(), nullable=True),
        sa.CheckConstraint("known_until IS NULL OR known_until >= known_since", name=op.f("ck_referee_known_in_order")),
        sa.ForeignKeyConstraint(
            ["programme_id", "organisation_id"],
            ["organisation.programme_id", "organisation.id"],
            name=op.f("fk_referee_programme_id_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "volunteer_id"],
            ["volunteer.programme_id", "volunteer.id"],
            name=op.f("fk_referee_programme_id_volunteer_id_volunteer"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_referee_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_referee")),
        info={"distribution": "programme"},
    )
    op.create_index(op.f("ix_referee_programme_id_volunteer_id"), "referee", ["programme_id", "volunteer_id"], unique=False)
    op.create_table(
        "reflection",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("volunteer_id", Id, nullable=False),
        sa.Column("done_on", Day(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("skill", sa.Text(), nullable=False),
        sa.Column("shared_with", Id, nullable=True),
        sa.Column("shared_at", Instant(), nullable=True),
        sa.Column("written_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id", "shared_with"],
            ["organisation.programme_id", "organisation.id"],
            name=op.f("fk_reflection_programme_id_shared_with_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "volunteer_id"],
            ["volunteer.programme_id", "volunteer.id"],
            name=op.f("fk_reflection_programme_id_volunteer_id_volunteer"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_reflection_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_reflection")),
        info={"distribution": "programme"},
    )
    op.create_index(op.f("ix_reflection_programme_id_volunteer_id"), "reflection", ["programme_id", "volunteer_id"], unique=False)
    op.create_table(
        "spell_elsewhere",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("volunteer_id", Id, nullable=False),
        sa.Column("organisation_name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("first_day", Day(), nullable=False),
        sa.Column("last_day", Day(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("contact_name", sa.Text(), nullable=False),
        sa.Column("contact_email", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=True),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        sa.Column("removed_at", Instant(), nullable=True),
        sa.CheckConstraint("last_day IS NULL OR last_day >= first_day", name=op.f("ck_spell_elsewhere_days_in_order")),
        sa.CheckConstraint("minutes IS NULL OR minutes > 0", name=op.f("ck_spell_elsewhere_some_time")),
        sa.ForeignKeyConstraint(
            ["programme_id", "volunteer_id"],
            ["volunteer.programme_id", "volunteer.id"],
            name=op.f("fk_spell_elsewhere_programme_id_volunteer_id_volunteer"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_spell_elsewhere_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_spell_elsewhere")),
        info={"distribution": "programme"},
    )
    op.create_index(
        op.f("ix_spell_elsewhere_programme_id_volunteer_id"), "spell_elsewhere", ["programme_id", "volunteer_id"], unique=False
    )
    op.create_table(
        "training",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("volunteer_id", Id, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("awarded_by", sa.Text(), nullable=False),
        sa.Column("completed_on", Day(), nullable=False),
        sa.Column("expires_on", Day(), nullable=True),
        sa.Column("added_by", Id, nullable=True),
        sa.Column("added_at", Instant(), nullable=False),
        sa.Column("organisation_id", Id, nullable=True),
        sa.Column("confirmed_by", Id, nullable=True),
        sa.Column("confirmed_by_name", sa.Text(), nullable=True),
        sa.Column("confirmed_at", Instant(), nullable=True),
        sa.Column("on_any_letter", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("removed_at", Instant(), nullable=True),
        sa.CheckConstraint("(confirmed_at IS NULL) = (organisation_id IS NULL)", name=op.f("ck_training_confirmed_somewhere")),
        sa.CheckConstraint("expires_on IS NULL OR expires_on >= completed_on", name=op.f("ck_training_days_in_order")),
        sa.ForeignKeyConstraint(
            ["programme_id", "organisation_id"],
            ["organisation.programme_id", "organisation.id"],
            name=op.f("fk_training_programme_id_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "volunteer_id"],
            ["volunteer.programme_id", "volunteer.id"],
            name=op.f("fk_training_programme_id_volunteer_id_volunteer"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_training_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_training")),
        info={"distribution": "programme"},
    )
    op.create_index(op.f("ix_training_programme_id_volunteer_id"), "training", ["programme_id", "volunteer_id"], unique=False)
    op.create_table(
        "digital_credential",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("reference_id", Id, nullable=False),
        sa.Column("key_number", sa.Integer(), nullable=False),
        sa.Column("list_number", sa.Integer(), nullable=False),
        sa.Column("list_index", sa.Integer(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("issued_at", Instant(), nullable=False),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["programme_id", "reference_id"],
            ["reference.programme_id", "reference.id"],
            name=op.f("fk_digital_credential_programme_id_reference_id_reference"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_digital_credential_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_digital_credential")),
        sa.UniqueConstraint(
            "programme_id", "list_number", "list_index", name=op.f("uq_digital_credential_programme_id_list_number_list_index")
        ),
        sa.UniqueConstraint("programme_id", "reference_id", name=op.f("uq_digital_credential_programme_id_reference_id")),
        info={"distribution": "programme"},
    )
    op.create_table(
        "pack_letter",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("pack_id", Id, nullable=False),
        sa.Column("reference_id", Id, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.CheckConstraint("place BETWEEN 1 AND 3", name=op.f("ck_pack_letter_at_most_three")),
        sa.ForeignKeyConstraint(
            ["programme_id", "pack_id"], ["pack.programme_id", "pack.id"], name=op.f("fk_pack_letter_programme_id_pack_id_pack")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "reference_id"],
            ["reference.programme_id", "reference.id"],
            name=op.f("fk_pack_letter_programme_id_reference_id_reference"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_pack_letter_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_pack_letter")),
        sa.UniqueConstraint("programme_id", "pack_id", "place", name=op.f("uq_pack_letter_programme_id_pack_id_place")),
        sa.UniqueConstraint(
            "programme_id", "pack_id", "reference_id", name=op.f("uq_pack_letter_programme_id_pack_id_reference_id")
        ),
        info={"distribution": "programme"},
    )
    op.create_table(
        "pack_look_up",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("pack_id", Id, nullable=False),
        sa.Column("looked_at", Instant(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id", "pack_id"], ["pack.programme_id", "pack.id"], name=op.f("fk_pack_look_up_programme_id_pack_id_pack")
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_pack_look_up_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_pack_look_up")),
        info={"distribution": "programme"},
    )
    op.create_index(
        op.f("ix_pack_look_up_programme_id_pack_id_looked_at"),
        "pack_look_up",
        ["programme_id", "pack_id", "looked_at"],
        unique=False,
    )
    op.create_table(
        "reference_request",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("organisation_id", Id, nullable=False),
        sa.Column("volunteer_id", Id, nullable=False),
        sa.Column("asked_of", Id, nullable=True),
        sa.Column("asked_of_name", sa.Text(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("holder_name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("neutral_letterhead", sa.Boolean(), nullable=False),
        sa.Column("with_elsewhere", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("reference_id", Id, nullable=True),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("declined_because", sa.Text(), nullable=True),
        sa.Column("cancelled_at", Instant(), nullable=True),
        sa.CheckConstraint(
            "answered_at IS NULL OR cancelled_at IS NULL", name=op.f("ck_reference_request_answered_or_cancelled")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "organisation_id"],
            ["organisation.programme_id", "organisation.id"],
            name=op.f("fk_reference_request_programme_id_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "reference_id"],
            ["reference.programme_id", "reference.id"],
            name=op.f("fk_reference_request_programme_id_reference_id_reference"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "volunteer_id"],
            ["volunteer.programme_id", "volunteer.id"],
            name=op.f("fk_reference_request_programme_id_volunteer_id_volunteer"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_reference_request_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_reference_request")),
        info={"distribution": "programme"},
    )
    op.create_index(
        op.f("ix_reference_request_programme_id_organisation_id_answered_at"),
        "reference_request",
        ["programme_id", "organisation_id", "answered_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_reference_request_programme_id_volunteer_id"),
        "reference_request",
        ["programme_id", "volunteer_id"],
        unique=False,
    )
    op.add_column("reference", sa.Column("language", sa.Text(), server_default="en", nullable=False))
    op.add_column("reference", sa.Column("confidential", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("reference", sa.Column("with_elsewhere", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("reference", sa.Column("wants_second_look", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("reference", sa.Column("looked_by", Id, nullable=True))
    op.add_column("reference", sa.Column("looked_by_name", sa.Text(), nullable=True))
    op.add_column("reference", sa.Column("looked_at", Instant(), nullable=True))
    op.add_column("reference", sa.Column("look_note", sa.Text(), server_default="", nullable=False))
    op.create_index(op.f("ix_reference_programme_id_document_id"), "reference", ["programme_id", "document_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_reference_programme_id_document_id"), table_name="reference")
    op.drop_column("reference", "look_note")
    op.drop_column("reference", "looked_at")
    op.drop_column("reference", "looked_by_name")
    op.drop_column("reference", "looked_by")
    op.drop_column("reference", "wants_second_look")
    op.drop_column("reference", "with_elsewhere")
    op.drop_column("reference", "confidential")
    op.drop_column("reference", "language")
    op.drop_index(op.f("ix_reference_request_programme_id_volunteer_id"), table_name="reference_request")
    op.drop_index(op.f("ix_reference_request_programme_id_organisation_id_answered_at"), table_name="reference_request")
    op.drop_table("reference_request")
    op.drop_index(op.f("ix_pack_look_up_programme_id_pack_id_looked_at"), table_name="pack_look_up")
    op.drop_table("pack_look_up")
    op.drop_table("pack_letter")
    op.drop_table("digital_credential")
    op.drop_index(op.f("ix_training_programme_id_volunteer_id"), table_name="training")
    op.drop_table("training")
    op.drop_index(op.f("ix_spell_elsewhere_programme_id_volunteer_id"), table_name="spell_elsewhere")
    op.drop_table("spell_elsewhere")
    op.drop_index(op.f("ix_reflection_programme_id_volunteer_id"), table_name="reflection")
    op.drop_table("reflection")
    op.drop_index(op.f("ix_referee_programme_id_volunteer_id"), table_name="referee")
    op.drop_table("referee")
    op.drop_index(op.f("ix_pack_programme_id_volunteer_id"), table_name="pack")
    op.drop_table("pack")
    op.drop_index(op.f("ix_outcome_programme_id_volunteer_id"), table_name="outcome")
    op.drop_index(op.f("ix_outcome_programme_id_happened_in"), table_name="outcome")
    op.drop_table("outcome")
    op.drop_index(op.f("ix_goal_programme_id_volunteer_id"), table_name="goal")
    op.drop_table("goal")
    op.drop_index(op.f("ix_gap_evidence_programme_id_volunteer_id"), table_name="gap_evidence")
    op.drop_table("gap_evidence")
    op.drop_table("requirement_preset")
    op.drop_table("credential_key")
