"""The support around time credits: a directory, referral, mentoring, groups, events, stories, and being safe.

`support_search` is the search engine's own index, kept by triggers: a table with a `tsvector` and a GIN index on PostgreSQL, a
virtual table of FTS5 over the entries themselves on SQLite. No model stands for it (docs/adr/0026).
"""

import sqlalchemy as sa
from alembic import op

from timecredits.foundation.db import Day, Id, Instant, Json

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


SQLITE = (
    """
    CREATE VIRTUAL TABLE support_search USING fts5(
        folded_name, folded_words, content='support_service', content_rowid='search_row', tokenize='unicode61', prefix='2 3 4'
    )
    """,
    """
    CREATE TRIGGER support_search_takes_up AFTER INSERT ON support_service BEGIN
        INSERT INTO support_search (rowid, folded_name, folded_words) VALUES (NEW.search_row, NEW.folded_name, NEW.folded_words);
    END
    """,
    """
    CREATE TRIGGER support_search_lets_go AFTER DELETE ON support_service BEGIN
        INSERT INTO support_search (support_search, rowid, folded_name, folded_words)
        VALUES ('delete', OLD.search_row, OLD.folded_name, OLD.folded_words);
    END
    """,
    """
    CREATE TRIGGER support_search_follows AFTER UPDATE OF folded_name, folded_words, search_row ON support_service BEGIN
        INSERT INTO support_search (support_search, rowid, folded_name, folded_words)
        VALUES ('delete', OLD.search_row, OLD.folded_name, OLD.folded_words);
        INSERT INTO support_search (rowid, folded_name, folded_words) VALUES (NEW.search_row, NEW.folded_name, NEW.folded_words);
    END
    """,
    *(
        f"""
        CREATE TRIGGER concern_look_is_not_{done} BEFORE {act} ON concern_look
        BEGIN SELECT RAISE(ABORT, 'looks at a concern are never {done}'); END
        """
        for act, done in (("UPDATE", "changed"), ("DELETE", "deleted"))
    ),
)
POSTGRESQL = (
    """
    CREATE TABLE support_search (
        programme_id uuid NOT NULL,
        id uuid NOT NULL,
        words tsvector NOT NULL,
        CONSTRAINT pk_support_search PRIMARY KEY (programme_id, id),
        CONSTRAINT fk_support_search_programme_id_id_support_service FOREIGN KEY (programme_id, id)
            REFERENCES support_service (programme_id, id) ON DELETE CASCADE
    )
    """,
    "CREATE INDEX ix_support_search_words ON support_search USING gin (words)",
    # The words are cut already: read as a vector they stay as they are, where a parser would make two words of "0e0a".
    # (A colon before a figure would be read as a parameter, hence its backslash.)
    r"""
    CREATE FUNCTION support_search_follow() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO support_search (programme_id, id, words)
        VALUES (
            NEW.programme_id,
            NEW.id,
            regexp_replace(NEW.folded_name, '[a-z0-9]+', '\&\:1A', 'g')::tsvector
                || regexp_replace(NEW.folded_words, '[a-z0-9]+', '\&\:1', 'g')::tsvector
        )
        ON CONFLICT (programme_id, id) DO UPDATE SET words = EXCLUDED.words;
        RETURN NULL;
    END
    $$
    """,
    """
    CREATE TRIGGER support_search_follows AFTER INSERT OR UPDATE OF folded_name, folded_words ON support_service
    FOR EACH ROW EXECUTE FUNCTION support_search_follow()
    """,
    "REVOKE UPDATE, DELETE ON concern_look FROM timecredits_app",
)


def upgrade() -> None:
    op.create_table(
        "support_spelling",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("spelling", sa.Text(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_support_spelling_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_support_spelling")),
        sa.UniqueConstraint("programme_id", "spelling", "word", name=op.f("uq_support_spelling_programme_id_spelling_word")),
        info={"distribution": "programme"},
    )
    op.create_table(
        "block",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("volunteer_id", Id, nullable=False),
        sa.Column("other_id", Id, nullable=False),
        sa.Column("shown_as", sa.Text(), nullable=False),
        sa.Column("organisation_id", Id, nullable=True),
        sa.Column("made_by", Id, nullable=True),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.CheckConstraint("volunteer_id <> other_id", name=op.f("ck_block_two_people")),
        sa.ForeignKeyConstraint(
            ["programme_id", "organisation_id"],
            ["organisation.programme_id", "organisation.id"],
            name=op.f("fk_block_programme_id_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "other_id"],
            ["volunteer.programme_id", "volunteer.id"],
            name=op.f("fk_block_programme_id_other_id_volunteer"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "volunteer_id"],
            ["volunteer.programme_id", "volunteer.id"],
            name=op.f("fk_block_programme_id_volunteer_id_volunteer"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_block_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_block")),
        info={"distribution": "programme"},
    )
    op.create_index(op.f("ix_block_programme_id_other_id"), "block", ["programme_id", "other_id"], unique=False)
    op.create_index(
        "uq_block_once",
        "block",
        ["programme_id", "volunteer_id", "other_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL AND organisation_id IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL AND organisation_id IS NULL"),
    )
    op.create_index(
        "uq_block_once_here",
        "block",
        ["programme_id", "organisation_id", "volunteer_id", "other_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL AND organisation_id IS NOT NULL"),
        postgresql_where=sa.text("ended_at IS NULL AND organisation_id IS NOT NULL"),
    )
    op.create_table(
        "concern",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("organisation_id", Id, nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("raised_at", Instant(), nullable=False),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["programme_id", "organisation_id"],
            ["organisation.programme_id", "organisation.id"],
            name=op.f("fk_concern_programme_id_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_concern_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_concern")),
        info={"distribution": "programme"},
    )
    op.create_index(
        op.f("ix_concern_programme_id_organisation_id_state"),
        "concern",
        ["programme_id", "organisation_id", "state"],
        unique=False,
    )
    op.create_table(
        "duty",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("organisation_id", Id, nullable=True),
        sa.Column("group_id", Id, nullable=True),
        sa.Column("user_id", Id, nullable=True),
        sa.Column("volunteer_id", Id, nullable=True),
        sa.Column("given_by", Id, nullable=True),
        sa.Column("given_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.CheckConstraint("(kind = 'facilitator') = (group_id IS NOT NULL)", name=op.f("ck_duty_group_where_due")),
        sa.CheckConstraint(
            "kind = 'safeguarding_lead' OR organisation_id IS NOT NULL", name=op.f("ck_duty_organisation_where_due")
        ),
        sa.CheckConstraint("(user_id IS NULL) <> (volunteer_id IS NULL)", name=op.f("ck_duty_one_holder")),
        sa.ForeignKeyConstraint(
            ["programme_id", "organisation_id"],
            ["organisation.programme_id", "organisation.id"],
            name=op.f("fk_duty_programme_id_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "volunteer_id"],
            ["volunteer.programme_id", "volunteer.id"],
            name=op.f("fk_duty_programme_id_volunteer_id_volunteer"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_duty_programme_id_programme")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_duty_user_id_user")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_duty")),
        info={"distribution": "programme"},
    )
    op.create_index(
        op.f("ix_duty_programme_id_organisation_id_kind"), "duty", ["programme_id", "organisation_id", "kind"], unique=False
    )
    op.create_index(op.f("ix_duty_programme_id_user_id"), "duty", ["programme_id", "user_id"], unique=False)
    op.create_index(op.f("ix_duty_programme_id_volunteer_id"), "duty", ["programme_id", "volunteer_id"], unique=False)
    op.create_table(
        "mentor",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("organisation_id", Id, nullable=False),
        sa.Column("volunteer_id", Id, nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["programme_id", "organisation_id"],
            ["organisation.programme_id", "organisation.id"],
            name=op.f("fk_mentor_programme_id_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "volunteer_id"],
            ["volunteer.programme_id", "volunteer.id"],
            name=op.f("fk_mentor_programme_id_volunteer_id_volunteer"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_mentor_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_mentor")),
        info={"distribution": "programme"},
    )
    op.create_index(
        "uq_mentor_once",
        "mentor",
        ["programme_id", "organisation_id", "volunteer_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "money_entry",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("organisation_id", Id, nullable=False),
        sa.Column("volunteer_id", Id, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("pence", sa.Integer(), nullable=False),
        sa.Column("noted_by", Id, nullable=True),
        sa.Column("noted_at", Instant(), nullable=False),
        sa.Column("settled_by", Id, nullable=True),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.Column("taken_back_at", Instant(), nullable=True),
        sa.CheckConstraint("kind = 'donation' OR volunteer_id IS NOT NULL", name=op.f("ck_money_entry_a_fee_is_somebodys")),
        sa.CheckConstraint("kind = 'joining_fee' OR state = 'received'", name=op.f("ck_money_entry_only_fees_are_owed")),
        sa.CheckConstraint("pence > 0", name=op.f("ck_money_entry_pence_positive")),
        sa.ForeignKeyConstraint(
            ["programme_id", "organisation_id"],
            ["organisation.programme_id", "organisation.id"],
            name=op.f("fk_money_entry_programme_id_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "volunteer_id"],
            ["volunteer.programme_id", "volunteer.id"],
            name=op.f("fk_money_entry_programme_id_volunteer_id_volunteer"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_money_entry_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_money_entry")),
        info={"distribution": "programme"},
    )
    op.create_index(
        op.f("ix_money_entry_programme_id_organisation_id_noted_at"),
        "money_entry",
        ["programme_id", "organisation_id", "noted_at"],
        unique=False,
    )
    op.create_table(
        "referral",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("organisation_id", Id, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("phone_mark", sa.LargeBinary(), nullable=True),
        sa.Column("email_mark", sa.LargeBinary(), nullable=True),
        sa.Column("save_code_hash", sa.LargeBinary(), nullable=True),
        sa.Column("consent_at", Instant(), nullable=True),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.Column("first_contact_at", Instant(), nullable=True),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.Column("handled_by", Id, nullable=True),
        sa.Column("volunteer_id", Id, nullable=True),
        sa.ForeignKeyConstraint(
            ["programme_id", "organisation_id"],
            ["organisation.programme_id", "organisation.id"],
            name=op.f("fk_referral_programme_id_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "volunteer_id"],
            ["volunteer.programme_id", "volunteer.id"],
            name=op.f("fk_referral_programme_id_volunteer_id_volunteer"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_referral_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_referral")),
        sa.UniqueConstraint("programme_id", "save_code_hash", name=op.f("uq_referral_programme_id_save_code_hash")),
        info={"distribution": "programme"},
    )
    op.create_index(op.f("ix_referral_programme_id_email_mark"), "referral", ["programme_id", "email_mark"], unique=False)
    op.create_index(
        op.f("ix_referral_programme_id_organisation_id_state"),
        "referral",
        ["programme_id", "organisation_id", "state"],
        unique=False,
    )
    op.create_index(op.f("ix_referral_programme_id_phone_mark"), "referral", ["programme_id", "phone_mark"], unique=False)
    op.create_table(
        "story",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("organisation_id", Id, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("picture_id", Id, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("people_agreed", sa.Boolean(), nullable=False),
        sa.Column("takes_comments", sa.Boolean(), nullable=False),
        sa.Column("shown_at", Instant(), nullable=True),
        sa.Column("made_by", Id, nullable=True),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id", "organisation_id"],
            ["organisation.programme_id", "organisation.id"],
            name=op.f("fk_story_programme_id_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "picture_id"],
            ["picture.programme_id", "picture.id"],
            name=op.f("fk_story_programme_id_picture_id_picture"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_story_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_story")),
        info={"distribution": "programme"},
    )
    op.create_index(op.f("ix_story_programme_id_organisation_id"), "story", ["programme_id", "organisation_id"], unique=False)
    op.create_index(op.f("ix_story_programme_id_state_shown_at"), "story", ["programme_id", "state", "shown_at"], unique=False)
    op.create_table(
        "support_service",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("organisation_id", Id, nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded_name", sa.Text(), nullable=False),
        sa.Column("folded_words", sa.Text(), nullable=False),
        sa.Column("search_row", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("who_for", sa.Text(), nullable=False),
        sa.Column("how_to_start", sa.Text(), nullable=False),
        sa.Column("when_text", sa.Text(), nullable=False),
        sa.Column("always_open", sa.Boolean(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("text_number", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("website", sa.Text(), nullable=False),
        sa.Column("address", Json, nullable=False),
        sa.Column("postcode_district", sa.Text(), nullable=False),
        sa.Column("is_online", sa.Boolean(), nullable=False),
        sa.Column("cost", sa.Text(), nullable=False),
        sa.Column("cost_words", sa.Text(), nullable=False),
        sa.Column("topics", Json, nullable=False),
        sa.Column("languages", Json, nullable=False),
        sa.Column("access_facts", Json, nullable=False),
        sa.Column("is_helpline", sa.Boolean(), nullable=False),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        sa.Column("reviewed_on", Day(), nullable=False),
        sa.Column("review_months", sa.Integer(), nullable=False),
        sa.Column("reminded_at", Instant(), nullable=True),
        sa.Column("made_by", Id, nullable=True),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("removed_at", Instant(), nullable=True),
        sa.CheckConstraint("review_months > 0", name=op.f("ck_support_service_review_months_positive")),
        sa.ForeignKeyConstraint(
            ["programme_id", "organisation_id"],
            ["organisation.programme_id", "organisation.id"],
            name=op.f("fk_support_service_programme_id_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_support_service_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_support_service")),
        sa.UniqueConstraint("programme_id", "search_row", name=op.f("uq_support_service_programme_id_search_row")),
        info={"distribution": "programme"},
    )
    op.create_index(
        op.f("ix_support_service_programme_id_folded_name"), "support_service", ["programme_id", "folded_name"], unique=False
    )
    op.create_index(
        op.f("ix_support_service_programme_id_organisation_id"),
        "support_service",
        ["programme_id", "organisation_id"],
        unique=False,
    )
    op.create_table(
        "concern_look",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("concern_id", Id, nullable=False),
        sa.Column("looked_by", Id, nullable=False),
        sa.Column("sealed_reason", sa.LargeBinary(), nullable=False),
        sa.Column("looked_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id", "concern_id"],
            ["concern.programme_id", "concern.id"],
            name=op.f("fk_concern_look_programme_id_concern_id_concern"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_concern_look_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_concern_look")),
        info={"distribution": "programme"},
    )
    op.create_index(op.f("ix_concern_look_programme_id_concern_id"), "concern_look", ["programme_id", "concern_id"], unique=False)
    op.create_table(
        "concern_note",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("concern_id", Id, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_by", Id, nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id", "concern_id"],
            ["concern.programme_id", "concern.id"],
            name=op.f("fk_concern_note_programme_id_concern_id_concern"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_concern_note_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_concern_note")),
        info={"distribution": "programme"},
    )
    op.create_index(op.f("ix_concern_note_programme_id_concern_id"), "concern_note", ["programme_id", "concern_id"], unique=False)
    op.create_table(
        "event",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("organisation_id", Id, nullable=False),
        sa.Column("activity_id", Id, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("most_guests", sa.Integer(), nullable=False),
        sa.Column("asks_needs", sa.Boolean(), nullable=False),
        sa.Column("entry_minutes", sa.Integer(), nullable=True),
        sa.Column("shown_at", Instant(), nullable=True),
        sa.Column("made_by", Id, nullable=True),
        sa.Column("made_at", Instant(), nullable=False),
        sa.CheckConstraint("entry_minutes IS NULL OR entry_minutes > 0", name=op.f("ck_event_entry_minutes_positive")),
        sa.CheckConstraint("most_guests >= 0", name=op.f("ck_event_most_guests_not_negative")),
        sa.ForeignKeyConstraint(
            ["programme_id", "activity_id"],
            ["activity.programme_id", "activity.id"],
            name=op.f("fk_event_programme_id_activity_id_activity"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "organisation_id"],
            ["organisation.programme_id", "organisation.id"],
            name=op.f("fk_event_programme_id_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_event_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_event")),
        sa.UniqueConstraint("programme_id", "activity_id", name=op.f("uq_event_programme_id_activity_id")),
        info={"distribution": "programme"},
    )
    op.create_index(op.f("ix_event_programme_id_organisation_id"), "event", ["programme_id", "organisation_id"], unique=False)
    op.create_table(
        "first_step",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("volunteer_id", Id, nullable=False),
        sa.Column("activity_id", Id, nullable=True),
        sa.Column("offer_id", Id, nullable=True),
        sa.Column("service_id", Id, nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("added_at", Instant(), nullable=False),
        sa.Column("done_on", Day(), nullable=True),
        sa.Column("remind_on", Day(), nullable=True),
        sa.Column("reminded_at", Instant(), nullable=True),
        sa.CheckConstraint(
            "(CASE WHEN activity_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN offer_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN service_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN sealed IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_first_step_one_thing"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "activity_id"],
            ["activity.programme_id", "activity.id"],
            name=op.f("fk_first_step_programme_id_activity_id_activity"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "offer_id"],
            ["offer.programme_id", "offer.id"],
            name=op.f("fk_first_step_programme_id_offer_id_offer"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "service_id"],
            ["support_service.programme_id", "support_service.id"],
            name=op.f("fk_first_step_programme_id_service_id_support_service"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "volunteer_id"],
            ["volunteer.programme_id", "volunteer.id"],
            name=op.f("fk_first_step_programme_id_volunteer_id_volunteer"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_first_step_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_first_step")),
        info={"distribution": "programme"},
    )
    op.create_index(op.f("ix_first_step_programme_id_volunteer_id"), "first_step", ["programme_id", "volunteer_id"], unique=False)
    op.create_table(
        "mentoring",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("organisation_id", Id, nullable=False),
        sa.Column("activity_id", Id, nullable=False),
        sa.Column("referral_id", Id, nullable=True),
        sa.Column("mentor_id", Id, nullable=False),
        sa.Column("mentee_id", Id, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("sealed_agreement", sa.LargeBinary(), nullable=True),
        sa.Column("matched_by", Id, nullable=True),
        sa.Column("matched_at", Instant(), nullable=False),
        sa.Column("mentor_agreed_at", Instant(), nullable=True),
        sa.Column("mentee_agreed_at", Instant(), nullable=True),
        sa.Column("review_on", Day(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.CheckConstraint("mentor_id <> mentee_id", name=op.f("ck_mentoring_two_people")),
        sa.ForeignKeyConstraint(
            ["programme_id", "activity_id"],
            ["activity.programme_id", "activity.id"],
            name=op.f("fk_mentoring_programme_id_activity_id_activity"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "mentee_id"],
            ["volunteer.programme_id", "volunteer.id"],
            name=op.f("fk_mentoring_programme_id_mentee_id_volunteer"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "mentor_id"],
            ["volunteer.programme_id", "volunteer.id"],
            name=op.f("fk_mentoring_programme_id_mentor_id_volunteer"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "organisation_id"],
            ["organisation.programme_id", "organisation.id"],
            name=op.f("fk_mentoring_programme_id_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "referral_id"],
            ["referral.programme_id", "referral.id"],
            name=op.f("fk_mentoring_programme_id_referral_id_referral"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_mentoring_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_mentoring")),
        info={"distribution": "programme"},
    )
    op.create_index(op.f("ix_mentoring_programme_id_mentee_id"), "mentoring", ["programme_id", "mentee_id"], unique=False)
    op.create_index(op.f("ix_mentoring_programme_id_mentor_id"), "mentoring", ["programme_id", "mentor_id"], unique=False)
    op.create_index(
        op.f("ix_mentoring_programme_id_organisation_id_state"),
        "mentoring",
        ["programme_id", "organisation_id", "state"],
        unique=False,
    )
    op.create_table(
        "peer_group",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("organisation_id", Id, nullable=False),
        sa.Column("activity_id", Id, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("first_time", sa.Text(), nullable=False),
        sa.Column("sealed_link", sa.LargeBinary(), nullable=True),
        sa.Column("has_board", sa.Boolean(), nullable=False),
        sa.Column("checks_posts", sa.Boolean(), nullable=False),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["programme_id", "activity_id"],
            ["activity.programme_id", "activity.id"],
            name=op.f("fk_peer_group_programme_id_activity_id_activity"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "organisation_id"],
            ["organisation.programme_id", "organisation.id"],
            name=op.f("fk_peer_group_programme_id_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_peer_group_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_peer_group")),
        sa.UniqueConstraint("programme_id", "activity_id", name=op.f("uq_peer_group_programme_id_activity_id")),
        info={"distribution": "programme"},
    )
    op.create_index(
        op.f("ix_peer_group_programme_id_organisation_id"), "peer_group", ["programme_id", "organisation_id"], unique=False
    )
    op.create_table(
        "referral_step",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("referral_id", Id, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("made_by", Id, nullable=True),
        sa.Column("made_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id", "referral_id"],
            ["referral.programme_id", "referral.id"],
            name=op.f("fk_referral_step_programme_id_referral_id_referral"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_referral_step_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_referral_step")),
        info={"distribution": "programme"},
    )
    op.create_index(
        op.f("ix_referral_step_programme_id_referral_id"), "referral_step", ["programme_id", "referral_id"], unique=False
    )
    op.create_table(
        "support_opening",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("service_id", Id, nullable=False),
        sa.Column("weekday", sa.SmallInteger(), nullable=False),
        sa.Column("opens", sa.Integer(), nullable=False),
        sa.Column("closes", sa.Integer(), nullable=False),
        sa.CheckConstraint("0 <= opens AND opens < closes AND closes <= 1440", name=op.f("ck_support_opening_within_a_day")),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_support_opening_weekday_of_a_week")),
        sa.ForeignKeyConstraint(
            ["programme_id", "service_id"],
            ["support_service.programme_id", "support_service.id"],
            name=op.f("fk_support_opening_programme_id_service_id_support_service"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_support_opening_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_support_opening")),
        info={"distribution": "programme"},
    )
    op.create_index(
        op.f("ix_support_opening_programme_id_service_id"), "support_opening", ["programme_id", "service_id"], unique=False
    )
    op.create_table(
        "support_report",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("service_id", Id, nullable=False),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.Column("said_at", Instant(), nullable=False),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["programme_id", "service_id"],
            ["support_service.programme_id", "support_service.id"],
            name=op.f("fk_support_report_programme_id_service_id_support_service"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_support_report_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_support_report")),
        info={"distribution": "programme"},
    )
    op.create_index(
        op.f("ix_support_report_programme_id_service_id"), "support_report", ["programme_id", "service_id"], unique=False
    )
    op.create_table(
        "comment",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("organisation_id", Id, nullable=False),
        sa.Column("story_id", Id, nullable=True),
        sa.Column("group_id", Id, nullable=True),
        sa.Column("reply_to", Id, nullable=True),
        sa.Column("volunteer_id", Id, nullable=True),
        sa.Column("user_id", Id, nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("warnings", Json, nullable=False),
        sa.Column("sent_at", Instant(), nullable=False),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("decided_by", Id, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("appealed_at", Instant(), nullable=True),
        sa.Column("sealed_appeal", sa.LargeBinary(), nullable=True),
        sa.Column("appeal_decided_at", Instant(), nullable=True),
        sa.Column("appeal_decided_by", Id, nullable=True),
        sa.CheckConstraint("(story_id IS NULL) <> (group_id IS NULL)", name=op.f("ck_comment_one_place")),
        sa.ForeignKeyConstraint(
            ["programme_id", "group_id"],
            ["peer_group.programme_id", "peer_group.id"],
            name=op.f("fk_comment_programme_id_group_id_peer_group"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "organisation_id"],
            ["organisation.programme_id", "organisation.id"],
            name=op.f("fk_comment_programme_id_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "reply_to"],
            ["comment.programme_id", "comment.id"],
            name=op.f("fk_comment_programme_id_reply_to_comment"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "story_id"], ["story.programme_id", "story.id"], name=op.f("fk_comment_programme_id_story_id_story")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "volunteer_id"],
            ["volunteer.programme_id", "volunteer.id"],
            name=op.f("fk_comment_programme_id_volunteer_id_volunteer"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_comment_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_comment")),
        info={"distribution": "programme"},
    )
    op.create_index(
        op.f("ix_comment_programme_id_group_id_state"), "comment", ["programme_id", "group_id", "state"], unique=False
    )
    op.create_index(
        op.f("ix_comment_programme_id_organisation_id_state_sent_at"),
        "comment",
        ["programme_id", "organisation_id", "state", "sent_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_comment_programme_id_story_id_state"), "comment", ["programme_id", "story_id", "state"], unique=False
    )
    op.create_index(op.f("ix_comment_programme_id_volunteer_id"), "comment", ["programme_id", "volunteer_id"], unique=False)
    op.create_table(
        "group_member",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("group_id", Id, nullable=False),
        sa.Column("volunteer_id", Id, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id", "group_id"],
            ["peer_group.programme_id", "peer_group.id"],
            name=op.f("fk_group_member_programme_id_group_id_peer_group"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "volunteer_id"],
            ["volunteer.programme_id", "volunteer.id"],
            name=op.f("fk_group_member_programme_id_volunteer_id_volunteer"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_group_member_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_group_member")),
        sa.UniqueConstraint(
            "programme_id", "group_id", "volunteer_id", name=op.f("uq_group_member_programme_id_group_id_volunteer_id")
        ),
        info={"distribution": "programme"},
    )
    op.create_index(
        op.f("ix_group_member_programme_id_volunteer_id"), "group_member", ["programme_id", "volunteer_id"], unique=False
    )
    op.create_table(
        "mentoring_goal",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("mentoring_id", Id, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("reached_on", Day(), nullable=True),
        sa.ForeignKeyConstraint(
            ["programme_id", "mentoring_id"],
            ["mentoring.programme_id", "mentoring.id"],
            name=op.f("fk_mentoring_goal_programme_id_mentoring_id_mentoring"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_mentoring_goal_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_mentoring_goal")),
        info={"distribution": "programme"},
    )
    op.create_index(
        op.f("ix_mentoring_goal_programme_id_mentoring_id"), "mentoring_goal", ["programme_id", "mentoring_id"], unique=False
    )
    op.create_table(
        "mentoring_meeting",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("mentoring_id", Id, nullable=False),
        sa.Column("held_on", Day(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("noted_by", Id, nullable=True),
        sa.Column("noted_at", Instant(), nullable=False),
        sa.Column("entry_id", Id, nullable=True),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_mentoring_meeting_minutes_positive")),
        sa.ForeignKeyConstraint(
            ["programme_id", "mentoring_id"],
            ["mentoring.programme_id", "mentoring.id"],
            name=op.f("fk_mentoring_meeting_programme_id_mentoring_id_mentoring"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_mentoring_meeting_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_mentoring_meeting")),
        info={"distribution": "programme"},
    )
    op.create_index(
        op.f("ix_mentoring_meeting_programme_id_mentoring_id"),
        "mentoring_meeting",
        ["programme_id", "mentoring_id"],
        unique=False,
    )
    op.create_table(
        "mentoring_review",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("mentoring_id", Id, nullable=False),
        sa.Column("held_on", Day(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("next_on", Day(), nullable=True),
        sa.Column("made_by", Id, nullable=True),
        sa.Column("made_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id", "mentoring_id"],
            ["mentoring.programme_id", "mentoring.id"],
            name=op.f("fk_mentoring_review_programme_id_mentoring_id_mentoring"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_mentoring_review_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_mentoring_review")),
        info={"distribution": "programme"},
    )
    op.create_index(
        op.f("ix_mentoring_review_programme_id_mentoring_id"), "mentoring_review", ["programme_id", "mentoring_id"], unique=False
    )
    op.create_table(
        "event_needs",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("sign_up_id", Id, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("kept_until", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id", "sign_up_id"],
            ["sign_up.programme_id", "sign_up.id"],
            name=op.f("fk_event_needs_programme_id_sign_up_id_sign_up"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_event_needs_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_event_needs")),
        sa.UniqueConstraint("programme_id", "sign_up_id", name=op.f("uq_event_needs_programme_id_sign_up_id")),
        info={"distribution": "programme"},
    )
    op.create_index(op.f("ix_event_needs_programme_id_kept_until"), "event_needs", ["programme_id", "kept_until"], unique=False)
    op.create_table(
        "mentoring_step",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("mentoring_id", Id, nullable=False),
        sa.Column("goal_id", Id, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("done_on", Day(), nullable=True),
        sa.ForeignKeyConstraint(
            ["programme_id", "goal_id"],
            ["mentoring_goal.programme_id", "mentoring_goal.id"],
            name=op.f("fk_mentoring_step_programme_id_goal_id_mentoring_goal"),
        ),
        sa.ForeignKeyConstraint(
            ["programme_id", "mentoring_id"],
            ["mentoring.programme_id", "mentoring.id"],
            name=op.f("fk_mentoring_step_programme_id_mentoring_id_mentoring"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_mentoring_step_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_mentoring_step")),
        info={"distribution": "programme"},
    )
    op.create_index(
        op.f("ix_mentoring_step_programme_id_mentoring_id"), "mentoring_step", ["programme_id", "mentoring_id"], unique=False
    )
    op.add_column("activity", sa.Column("kind", sa.Text(), server_default="role", nullable=False))
    op.add_column("activity", sa.Column("counts_hours", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("activity", sa.Column("talking", sa.Text(), nullable=True))
    op.add_column("offer", sa.Column("talking", sa.Text(), nullable=True))
    op.add_column("organisation", sa.Column("takes_referrals", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("organisation", sa.Column("joining_fee_pence", sa.Integer(), nullable=True))
    op.add_column("sign_up", sa.Column("party", sa.Integer(), server_default="1", nullable=False))
    op.add_column("volunteer", sa.Column("chosen_name", sa.Text(), server_default="", nullable=False))
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER support_search_follows ON support_service")
        op.execute("DROP FUNCTION support_search_follow()")
    else:
        for name in ("support_search_takes_up", "support_search_lets_go", "support_search_follows"):
            op.execute(f"DROP TRIGGER {name}")
    op.execute("DROP TABLE support_search")
    op.drop_column("volunteer", "chosen_name")
    op.drop_column("sign_up", "party")
    op.drop_column("organisation", "joining_fee_pence")
    op.drop_column("organisation", "takes_referrals")
    op.drop_column("offer", "talking")
    op.drop_column("activity", "talking")
    op.drop_column("activity", "counts_hours")
    op.drop_column("activity", "kind")
    op.drop_index(op.f("ix_mentoring_step_programme_id_mentoring_id"), table_name="mentoring_step")
    op.drop_table("mentoring_step")
    op.drop_index(op.f("ix_event_needs_programme_id_kept_until"), table_name="event_needs")
    op.drop_table("event_needs")
    op.drop_index(op.f("ix_mentoring_review_programme_id_mentoring_id"), table_name="mentoring_review")
    op.drop_table("mentoring_review")
    op.drop_index(op.f("ix_mentoring_meeting_programme_id_mentoring_id"), table_name="mentoring_meeting")
    op.drop_table("mentoring_meeting")
    op.drop_index(op.f("ix_mentoring_goal_programme_id_mentoring_id"), table_name="mentoring_goal")
    op.drop_table("mentoring_goal")
    op.drop_index(op.f("ix_group_member_programme_id_volunteer_id"), table_name="group_member")
    op.drop_table("group_member")
    op.drop_index(op.f("ix_comment_programme_id_volunteer_id"), table_name="comment")
    op.drop_index(op.f("ix_comment_programme_id_story_id_state"), table_name="comment")
    op.drop_index(op.f("ix_comment_programme_id_organisation_id_state_sent_at"), table_name="comment")
    op.drop_index(op.f("ix_comment_programme_id_group_id_state"), table_name="comment")
    op.drop_table("comment")
    op.drop_index(op.f("ix_support_report_programme_id_service_id"), table_name="support_report")
    op.drop_table("support_report")
    op.drop_index(op.f("ix_support_opening_programme_id_service_id"), table_name="support_opening")
    op.drop_table("support_opening")
    op.drop_index(op.f("ix_referral_step_programme_id_referral_id"), table_name="referral_step")
    op.drop_table("referral_step")
    op.drop_index(op.f("ix_peer_group_programme_id_organisation_id"), table_name="peer_group")
    op.drop_table("peer_group")
    op.drop_index(op.f("ix_mentoring_programme_id_organisation_id_state"), table_name="mentoring")
    op.drop_index(op.f("ix_mentoring_programme_id_mentor_id"), table_name="mentoring")
    op.drop_index(op.f("ix_mentoring_programme_id_mentee_id"), table_name="mentoring")
    op.drop_table("mentoring")
    op.drop_index(op.f("ix_first_step_programme_id_volunteer_id"), table_name="first_step")
    op.drop_table("first_step")
    op.drop_index(op.f("ix_event_programme_id_organisation_id"), table_name="event")
    op.drop_table("event")
    op.drop_index(op.f("ix_concern_note_programme_id_concern_id"), table_name="concern_note")
    op.drop_table("concern_note")
    op.drop_index(op.f("ix_concern_look_programme_id_concern_id"), table_name="concern_look")
    op.drop_table("concern_look")
    op.drop_index(op.f("ix_support_service_programme_id_organisation_id"), table_name="support_service")
    op.drop_index(op.f("ix_support_service_programme_id_folded_name"), table_name="support_service")
    op.drop_table("support_service")
    op.drop_index(op.f("ix_story_programme_id_state_shown_at"), table_name="story")
    op.drop_index(op.f("ix_story_programme_id_organisation_id"), table_name="story")
    op.drop_table("story")
    op.drop_index(op.f("ix_referral_programme_id_phone_mark"), table_name="referral")
    op.drop_index(op.f("ix_referral_programme_id_organisation_id_state"), table_name="referral")
    op.drop_index(op.f("ix_referral_programme_id_email_mark"), table_name="referral")
    op.drop_table("referral")
    op.drop_index(op.f("ix_money_entry_programme_id_organisation_id_noted_at"), table_name="money_entry")
    op.drop_table("money_entry")
    op.drop_index(
        "uq_mentor_once",
        table_name="mentor",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_table("mentor")
    op.drop_index(op.f("ix_duty_programme_id_volunteer_id"), table_name="duty")
    op.drop_index(op.f("ix_duty_programme_id_user_id"), table_name="duty")
    op.drop_index(op.f("ix_duty_programme_id_organisation_id_kind"), table_name="duty")
    op.drop_table("duty")
    op.drop_index(op.f("ix_concern_programme_id_organisation_id_state"), table_name="concern")
    op.drop_table("concern")
    op.drop_index(
        "uq_block_once_here",
        table_name="block",
        sqlite_where=sa.text("ended_at IS NULL AND organisation_id IS NOT NULL"),
        postgresql_where=sa.text("ended_at IS NULL AND organisation_id IS NOT NULL"),
    )
    op.drop_index(
        "uq_block_once",
        table_name="block",
        sqlite_where=sa.text("ended_at IS NULL AND organisation_id IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL AND organisation_id IS NULL"),
    )
    op.drop_index(op.f("ix_block_programme_id_other_id"), table_name="block")
    op.drop_table("block")
    op.drop_table("support_spelling")
