"""Every way to use credits: cards, notes, offers with places, tills with no signal, giving, and keys for partners.

Columns are added in place, never by making a table anew: that would drop the guards of 0002 on SQLite.
"""

import sqlalchemy as sa
from alembic import op

from timecredits.foundation.db import Day, Id, Instant, Json, Long

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _widen_reference(sa.BigInteger())
    op.create_table(
        "api_token",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", Json, nullable=False),
        sa.Column("made_by", Id, nullable=True),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.Column("last_used_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_api_token_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("programme_id", "token_hash", name=op.f("uq_api_token_programme_id_token_hash")),
        info={"distribution": "programme"},
    )
    op.create_table(
        "picture",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("jpeg", sa.LargeBinary(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("shows", sa.Text(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_picture_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_picture")),
        info={"distribution": "programme"},
    )
    op.create_table(
        "job_file",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id", "id"], ["job.programme_id", "job.id"], name=op.f("fk_job_file_programme_id_id_job")
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_job_file_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_job_file")),
        info={"distribution": "programme"},
    )
    op.create_index(op.f("ix_job_file_programme_id_made_at"), "job_file", ["programme_id", "made_at"], unique=False)
    op.create_table(
        "note_batch",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("organisation_id", Id, nullable=True),
        sa.Column("volunteer_id", Id, nullable=True),
        sa.Column("pot_id", Id, nullable=True),
        sa.Column("paid_from", Id, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("expires_on", Day(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("made_by", Id, nullable=True),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("printed_at", Instant(), nullable=True),
        sa.CheckConstraint(
            "minutes > 0 AND minutes % 15 = 0 AND minutes <= 3825", name=op.f("ck_note_batch_minutes_in_quarters")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "paid_from"],
            ["account.programme_id", "account.id"],
            name=op.f("fk_note_batch_programme_id_paid_from_account"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_note_batch_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_note_batch")),
        info={"distribution": "programme"},
    )
    op.create_index(
        op.f("ix_note_batch_programme_id_organisation_id_made_at"),
        "note_batch",
        ["programme_id", "organisation_id", "made_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_note_batch_programme_id_volunteer_id_made_at"),
        "note_batch",
        ["programme_id", "volunteer_id", "made_at"],
        unique=False,
    )
    op.create_table(
        "offer_places",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("offer_id", Id, nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.CheckConstraint("taken >= 0", name=op.f("ck_offer_places_taken_not_negative")),
        sa.ForeignKeyConstraint(
            ["programme_id", "offer_id"],
            ["offer.programme_id", "offer.id"],
            name=op.f("fk_offer_places_programme_id_offer_id_offer"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_offer_places_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_offer_places")),
        sa.UniqueConstraint("programme_id", "offer_id", "period", name=op.f("uq_offer_places_programme_id_offer_id_period")),
        info={"distribution": "programme"},
    )
    op.create_table(
        "offline_use",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("till_id", Id, nullable=False),
        sa.Column("venue_id", Id, nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("sent", Json, nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("reference", Long, nullable=True),
        sa.Column("volunteer_id", Id, nullable=True),
        sa.Column("note_id", Id, nullable=True),
        sa.Column("offer_id", Id, nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("scanned_at", Instant(), nullable=False),
        sa.Column("clock_was_off", sa.Boolean(), nullable=False),
        sa.Column("arrived_at", Instant(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided", sa.Text(), nullable=True),
        sa.Column("decided_by", Id, nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("decided_because", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_offline_use_programme_id_programme")),
        sa.ForeignKeyConstraint(["till_id"], ["till.id"], name=op.f("fk_offline_use_till_id_till")),
        sa.ForeignKeyConstraint(["venue_id"], ["venue.id"], name=op.f("fk_offline_use_venue_id_venue")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_offline_use")),
        info={"distribution": "programme"},
    )
    op.create_index(
        op.f("ix_offline_use_programme_id_kind_reference"), "offline_use", ["programme_id", "kind", "reference"], unique=False
    )
    op.create_index(
        op.f("ix_offline_use_programme_id_result_arrived_at"),
        "offline_use",
        ["programme_id", "result", "arrived_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_offline_use_programme_id_till_id_sequence"), "offline_use", ["programme_id", "till_id", "sequence"], unique=False
    )
    op.create_table(
        "card",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("volunteer_id", Id, nullable=False),
        sa.Column("organisation_id", Id, nullable=False),
        sa.Column("serial", Long, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("check", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.Text(), nullable=True),
        sa.Column("name_on_card", sa.Boolean(), nullable=False),
        sa.Column("misses", sa.Integer(), nullable=False),
        sa.Column("locked_at", Instant(), nullable=True),
        sa.Column("made_by", Id, nullable=True),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("printed_at", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("ended_because", sa.Text(), nullable=True),
        sa.Column("replaces", Id, nullable=True),
        sa.ForeignKeyConstraint(
            ["programme_id", "replaces"], ["card.programme_id", "card.id"], name=op.f("fk_card_programme_id_replaces_card")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "volunteer_id"],
            ["volunteer.programme_id", "volunteer.id"],
            name=op.f("fk_card_programme_id_volunteer_id_volunteer"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_card_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_card")),
        sa.UniqueConstraint("programme_id", "code", name=op.f("uq_card_programme_id_code")),
        sa.UniqueConstraint("programme_id", "serial", name=op.f("uq_card_programme_id_serial")),
        info={"distribution": "programme"},
    )
    op.create_index(op.f("ix_card_programme_id_volunteer_id"), "card", ["programme_id", "volunteer_id"], unique=False)
    op.create_index(
        "uq_card_live",
        "card",
        ["programme_id", "volunteer_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "credit_note",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("batch_id", Id, nullable=False),
        sa.Column("serial", Long, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("expires_on", Day(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.Column("handed_to", Id, nullable=True),
        sa.Column("handed_on", Day(), nullable=True),
        sa.Column("handed_words", sa.Text(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("ended_because", sa.Text(), nullable=True),
        sa.Column("replaces", Id, nullable=True),
        sa.ForeignKeyConstraint(
            ["programme_id", "batch_id"],
            ["note_batch.programme_id", "note_batch.id"],
            name=op.f("fk_credit_note_programme_id_batch_id_note_batch"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_credit_note_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_credit_note")),
        sa.UniqueConstraint("programme_id", "code", name=op.f("uq_credit_note_programme_id_code")),
        sa.UniqueConstraint("programme_id", "serial", name=op.f("uq_credit_note_programme_id_serial")),
        info={"distribution": "programme"},
    )
    op.create_index(op.f("ix_credit_note_programme_id_batch_id"), "credit_note", ["programme_id", "batch_id"], unique=False)
    op.create_index(op.f("ix_credit_note_programme_id_expires_on"), "credit_note", ["programme_id", "expires_on"], unique=False)
    op.create_table(
        "helping",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("volunteer_id", Id, nullable=False),
        sa.Column("helper_id", Id, nullable=False),
        sa.Column("organisation_id", Id, nullable=False),
        sa.Column("minutes_a_week", sa.Integer(), nullable=False),
        sa.Column("may_give", sa.Boolean(), nullable=False),
        sa.Column("agreed_by", Id, nullable=True),
        sa.Column("begins_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("ended_by", Id, nullable=True),
        sa.CheckConstraint("minutes_a_week > 0", name=op.f("ck_helping_minutes_a_week_positive")),
        sa.CheckConstraint("volunteer_id <> helper_id", name=op.f("ck_helping_two_people")),
        sa.ForeignKeyConstraint(
            ["programme_id", "helper_id"],
            ["volunteer.programme_id", "volunteer.id"],
            name=op.f("fk_helping_programme_id_helper_id_volunteer"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "volunteer_id"],
            ["volunteer.programme_id", "volunteer.id"],
            name=op.f("fk_helping_programme_id_volunteer_id_volunteer"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_helping_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_helping")),
        info={"distribution": "programme"},
    )
    op.create_index(op.f("ix_helping_programme_id_helper_id"), "helping", ["programme_id", "helper_id"], unique=False)
    op.create_index(op.f("ix_helping_programme_id_volunteer_id"), "helping", ["programme_id", "volunteer_id"], unique=False)
    op.create_table(
        "offer_turn",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("offer_id", Id, nullable=False),
        sa.Column("volunteer_id", Id, nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("redemption_id", Id, nullable=False),
        sa.Column("released_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["programme_id", "offer_id"],
            ["offer.programme_id", "offer.id"],
            name=op.f("fk_offer_turn_programme_id_offer_id_offer"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "volunteer_id"],
            ["volunteer.programme_id", "volunteer.id"],
            name=op.f("fk_offer_turn_programme_id_volunteer_id_volunteer"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_offer_turn_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_offer_turn")),
        info={"distribution": "programme"},
    )
    op.create_index(
        op.f("ix_offer_turn_programme_id_redemption_id"), "offer_turn", ["programme_id", "redemption_id"], unique=False
    )
    op.create_index(
        "uq_offer_turn_once",
        "offer_turn",
        ["programme_id", "offer_id", "volunteer_id", "period"],
        unique=True,
        sqlite_where=sa.text("released_at IS NULL"),
        postgresql_where=sa.text("released_at IS NULL"),
    )
    op.create_table(
        "pot",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("organisation_id", Id, nullable=True),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("made_by", Id, nullable=True),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["programme_id", "account_id"],
            ["account.programme_id", "account.id"],
            name=op.f("fk_pot_programme_id_account_id_account"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "organisation_id"],
            ["organisation.programme_id", "organisation.id"],
            name=op.f("fk_pot_programme_id_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_pot_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_pot")),
        info={"distribution": "programme"},
    )
    op.create_index(op.f("ix_pot_programme_id_organisation_id"), "pot", ["programme_id", "organisation_id"], unique=False)
    op.create_table(
        "gift",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("from_volunteer_id", Id, nullable=True),
        sa.Column("from_pot_id", Id, nullable=True),
        sa.Column("to_volunteer_id", Id, nullable=True),
        sa.Column("to_pot_id", Id, nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("together_id", Id, nullable=True),
        sa.Column("helper_id", Id, nullable=True),
        sa.Column("given_by", Id, nullable=True),
        sa.Column("given_at", Instant(), nullable=False),
        sa.Column("undone_at", Instant(), nullable=True),
        sa.Column("undone_because", sa.Text(), nullable=True),
        sa.CheckConstraint("(to_volunteer_id IS NULL) <> (to_pot_id IS NULL)", name=op.f("ck_gift_one_receiver")),
        sa.CheckConstraint("from_volunteer_id IS NULL OR from_pot_id IS NULL", name=op.f("ck_gift_one_giver")),
        sa.ForeignKeyConstraint(
            ["programme_id", "from_pot_id"], ["pot.programme_id", "pot.id"], name=op.f("fk_gift_programme_id_from_pot_id_pot")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "from_volunteer_id"],
            ["volunteer.programme_id", "volunteer.id"],
            name=op.f("fk_gift_programme_id_from_volunteer_id_volunteer"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "id"], ["transfer.programme_id", "transfer.id"], name=op.f("fk_gift_programme_id_id_transfer")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "to_pot_id"], ["pot.programme_id", "pot.id"], name=op.f("fk_gift_programme_id_to_pot_id_pot")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "to_volunteer_id"],
            ["volunteer.programme_id", "volunteer.id"],
            name=op.f("fk_gift_programme_id_to_volunteer_id_volunteer"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_gift_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_gift")),
        info={"distribution": "programme"},
    )
    op.create_index(
        op.f("ix_gift_programme_id_from_volunteer_id_given_at"),
        "gift",
        ["programme_id", "from_volunteer_id", "given_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_gift_programme_id_to_volunteer_id_given_at"),
        "gift",
        ["programme_id", "to_volunteer_id", "given_at"],
        unique=False,
    )
    op.create_index(op.f("ix_gift_programme_id_together_id"), "gift", ["programme_id", "together_id"], unique=False)
    op.add_column("credential", sa.Column("helper_id", Id, nullable=True))
    op.add_column("offer", sa.Column("times", Json, server_default="[]", nullable=False))
    op.add_column("offer", sa.Column("places", sa.Integer(), nullable=True))
    op.add_column("offer", sa.Column("places_per", sa.Text(), nullable=True))
    op.add_column("offer", sa.Column("once_a", sa.Text(), nullable=True))
    op.add_column("offer", sa.Column("organisation_ids", Json, server_default="[]", nullable=False))
    op.add_column("offer", sa.Column("least_age", sa.Integer(), nullable=True))
    op.add_column("offer", sa.Column("booking_note", sa.Text(), server_default="", nullable=False))
    op.add_column("offer", sa.Column("picture_id", Id, nullable=True))
    op.add_column("offer", sa.Column("is_step_free", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("offer", sa.Column("is_quiet", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("offer", sa.Column("alone_is_fine", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("offer", sa.Column("ended_at", Instant(), nullable=True))
    op.add_column("organisation", sa.Column("budget_account_id", Id, nullable=True))
    op.add_column("programme_venue", sa.Column("frozen_at", Instant(), nullable=True))
    op.add_column("programme_venue", sa.Column("frozen_because", sa.Text(), nullable=True))
    op.add_column("redemption", sa.Column("way", sa.Text(), server_default="live", nullable=False))
    op.add_column("redemption", sa.Column("paid_by", sa.Text(), server_default="volunteer", nullable=False))
    op.add_column("redemption", sa.Column("card_id", Id, nullable=True))
    op.add_column("redemption", sa.Column("note_id", Id, nullable=True))
    op.add_column("redemption", sa.Column("helper_id", Id, nullable=True))
    op.add_column("redemption", sa.Column("arrived_at", Instant(), nullable=True))
    op.add_column("redemption", sa.Column("places_period", sa.Text(), nullable=True))
    _may_be_empty("redemption", "volunteer_id")
    op.add_column("redemption_attempt", sa.Column("way", sa.Text(), nullable=True))
    op.add_column("till", sa.Column("kind", sa.Text(), server_default="screen", nullable=False))
    op.add_column("till", sa.Column("revoked_because", sa.Text(), nullable=True))
    op.add_column("till", sa.Column("last_seen_at", Instant(), nullable=True))
    op.add_column("till", sa.Column("last_synced_at", Instant(), nullable=True))
    _may_be_empty("user", "email")
    op.add_column("venue", sa.Column("address", Json, server_default="[]", nullable=False))
    op.add_column("venue", sa.Column("postcode_district", sa.Text(), server_default="", nullable=False))
    op.add_column("volunteer", sa.Column("postcode_district", sa.Text(), server_default="", nullable=False))
    op.add_column("volunteer", sa.Column("photo_id", Id, nullable=True))
    op.add_column("volunteer", sa.Column("frozen_at", Instant(), nullable=True))
    op.add_column("volunteer", sa.Column("frozen_because", sa.Text(), nullable=True))
    op.add_column("volunteer", sa.Column("frozen_by", Id, nullable=True))


def downgrade() -> None:
    op.drop_column("volunteer", "frozen_by")
    op.drop_column("volunteer", "frozen_because")
    op.drop_column("volunteer", "frozen_at")
    op.drop_column("volunteer", "photo_id")
    op.drop_column("volunteer", "postcode_district")
    op.drop_column("venue", "postcode_district")
    op.drop_column("venue", "address")
    op.execute(_GIVE_EMAILS[op.get_bind().dialect.name])
    _may_not_be_empty("user", "email")
    op.drop_column("till", "last_synced_at")
    op.drop_column("till", "last_seen_at")
    op.drop_column("till", "revoked_because")
    op.drop_column("till", "kind")
    op.drop_column("redemption_attempt", "way")
    op.execute("DELETE FROM redemption WHERE volunteer_id IS NULL")
    _may_not_be_empty("redemption", "volunteer_id")
    op.drop_column("redemption", "places_period")
    op.drop_column("redemption", "arrived_at")
    op.drop_column("redemption", "helper_id")
    op.drop_column("redemption", "note_id")
    op.drop_column("redemption", "card_id")
    op.drop_column("redemption", "paid_by")
    op.drop_column("redemption", "way")
    op.drop_column("programme_venue", "frozen_because")
    op.drop_column("programme_venue", "frozen_at")
    op.drop_column("organisation", "budget_account_id")
    op.drop_column("offer", "ended_at")
    op.drop_column("offer", "alone_is_fine")
    op.drop_column("offer", "is_quiet")
    op.drop_column("offer", "is_step_free")
    op.drop_column("offer", "picture_id")
    op.drop_column("offer", "booking_note")
    op.drop_column("offer", "least_age")
    op.drop_column("offer", "organisation_ids")
    op.drop_column("offer", "once_a")
    op.drop_column("offer", "places_per")
    op.drop_column("offer", "places")
    op.drop_column("offer", "times")
    op.drop_column("credential", "helper_id")
    op.drop_index(op.f("ix_gift_programme_id_together_id"), table_name="gift")
    op.drop_index(op.f("ix_gift_programme_id_to_volunteer_id_given_at"), table_name="gift")
    op.drop_index(op.f("ix_gift_programme_id_from_volunteer_id_given_at"), table_name="gift")
    op.drop_table("gift")
    op.drop_index(op.f("ix_pot_programme_id_organisation_id"), table_name="pot")
    op.drop_table("pot")
    op.drop_index(
        "uq_offer_turn_once",
        table_name="offer_turn",
        sqlite_where=sa.text("released_at IS NULL"),
        postgresql_where=sa.text("released_at IS NULL"),
    )
    op.drop_index(op.f("ix_offer_turn_programme_id_redemption_id"), table_name="offer_turn")
    op.drop_table("offer_turn")
    op.drop_index(op.f("ix_helping_programme_id_volunteer_id"), table_name="helping")
    op.drop_index(op.f("ix_helping_programme_id_helper_id"), table_name="helping")
    op.drop_table("helping")
    op.drop_index(op.f("ix_credit_note_programme_id_expires_on"), table_name="credit_note")
    op.drop_index(op.f("ix_credit_note_programme_id_batch_id"), table_name="credit_note")
    op.drop_table("credit_note")
    op.drop_index(
        "uq_card_live",
        table_name="card",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index(op.f("ix_card_programme_id_volunteer_id"), table_name="card")
    op.drop_table("card")
    op.drop_index(op.f("ix_offline_use_programme_id_till_id_sequence"), table_name="offline_use")
    op.drop_index(op.f("ix_offline_use_programme_id_result_arrived_at"), table_name="offline_use")
    op.drop_index(op.f("ix_offline_use_programme_id_kind_reference"), table_name="offline_use")
    op.drop_table("offline_use")
    op.drop_table("offer_places")
    op.drop_index(op.f("ix_note_batch_programme_id_volunteer_id_made_at"), table_name="note_batch")
    op.drop_index(op.f("ix_note_batch_programme_id_organisation_id_made_at"), table_name="note_batch")
    op.drop_table("note_batch")
    op.drop_index(op.f("ix_job_file_programme_id_made_at"), table_name="job_file")
    op.drop_table("job_file")
    op.drop_table("picture")
    op.drop_table("api_token")
    op.execute("DELETE FROM code_use WHERE reference > 2147483647")
    _widen_reference(sa.Integer())


_GIVE_EMAILS = {
    "postgresql": """UPDATE "user" SET email = CAST(id AS text) WHERE email IS NULL""",
    "sqlite": """UPDATE "user" SET email = lower(hex(id)) WHERE email IS NULL""",
}


def _widen_reference(width: sa.types.TypeEngine) -> None:
    if op.get_bind().dialect.name == "postgresql":  # SQLite's numbers are long enough
        op.alter_column("code_use", "reference", type_=width)


def _may_be_empty(table: str, column: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column(table, column, nullable=True)
    else:
        _rewrite(table, f"{column} {_TYPES[column]} NOT NULL", f"{column} {_TYPES[column]}")


def _may_not_be_empty(table: str, column: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column(table, column, nullable=False)
    else:
        _rewrite(table, f"{column} {_TYPES[column]}", f"{column} {_TYPES[column]} NOT NULL")


_TYPES = {"email": "TEXT", "volunteer_id": "BLOB"}


def _rewrite(table: str, before: str, after: str) -> None:
    """Change the words of a table's definition, to add or drop a NOT NULL without making the table anew.

    It is SQLite's own second procedure: https://www.sqlite.org/lang_altertable.html, section 7.
    """
    connection = op.get_bind()
    stored = connection.exec_driver_sql("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?", (table,)).scalar_one()
    if stored.count(before) != 1:
        raise LookupError(f"{table}: {before}")
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema=ON")
    connection.exec_driver_sql(
        "UPDATE sqlite_schema SET sql = ? WHERE type = 'table' AND name = ?", (stored.replace(before, after), table)
    )
    connection.exec_driver_sql(f"PRAGMA schema_version={version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema=OFF")
