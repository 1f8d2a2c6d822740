"""Trust: ways to sign in, texts, a chain of what staff did, seals of what moved, and a wall between programmes.

What staff did before is chained in the order in which it was recorded.
"""

from itertools import groupby
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import op

from timecredits.foundation.audit_chain import BEGINNING, link_hash
from timecredits.foundation.db import Id, Instant, Json, Long

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

APPEND_ONLY = ("audit_link", "seal")

# Nothing is hidden while the setting is empty: commands, the worker, and what is one thing in several programmes (ADR 37).
OWN_PROGRAMME = "programme_id = coalesce(nullif(current_setting('timecredits.programme', true), '')::uuid, programme_id)"
NO_WALL = ("support_search",)  # the search engine's own tables (0006): seen through the entries they lead to

AT_ONCE = 1000


def keep_as_written() -> None:
    """Links and seals are added, and nothing else."""
    for table in APPEND_ONLY:
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"REVOKE UPDATE, DELETE ON {table} FROM timecredits_app")
            continue
        for act, done in (("UPDATE", "changed"), ("DELETE", "deleted")):
            op.execute(
                f"CREATE TRIGGER {table}_is_not_{done} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is kept as it was written'); END"
            )


def tables_of_programmes() -> list[str]:
    """Every table whose rows belong to one programme: its key begins with it."""
    inspector = sa.inspect(op.get_bind())
    names = [name for name in inspector.get_table_names() if not name.startswith(NO_WALL)]
    return sorted(name for name in names if "programme_id" in inspector.get_pk_constraint(name)["constrained_columns"])


def build_wall() -> None:
    """The application's role sees one programme's rows, once it has said which. The owner, and its triggers, see all."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in tables_of_programmes():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_programme ON {table} USING ({OWN_PROGRAMME})")


def take_wall_down() -> None:
    """As it was."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in tables_of_programmes():
        op.execute(f"DROP POLICY own_programme ON {table}")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")


def chain_what_was_done() -> None:
    """Give each entry there is its place in the chain of its organisation, or of the programme."""
    connection = op.get_bind()
    entries = _table("audit_entry", "organisation_id", "actor_id", "action", "subject_id", "recorded_at")
    links, heads = _table("audit_link", "chain_id", "number", "hash"), _table("audit_head", "number", "hash")
    chain = sa.func.coalesce(entries.c.organisation_id, entries.c.programme_id)
    in_order = sa.select(entries).order_by(entries.c.programme_id, chain, entries.c.recorded_at, entries.c.id)
    found = connection.execute(in_order, execution_options={"yield_per": AT_ONCE})
    for (programme_id, chain_id), chained in groupby(
        found, key=lambda row: (row.programme_id, row.organisation_id or row.programme_id)
    ):
        before, waiting, number = BEGINNING, [], 0
        for number, row in enumerate(chained, 1):
            before = link_hash(
                before,
                number,
                programme_id=programme_id,
                entry_id=row.id,
                organisation_id=row.organisation_id,
                actor_id=row.actor_id,
                action=row.action,
                subject_id=row.subject_id,
                recorded_at=row.recorded_at,
            )
            waiting.append({"programme_id": programme_id, "id": row.id, "chain_id": chain_id, "number": number, "hash": before})
            if len(waiting) == AT_ONCE:
                connection.execute(links.insert(), waiting)
                waiting.clear()
        if waiting:
            connection.execute(links.insert(), waiting)
        connection.execute(heads.insert(), {"programme_id": programme_id, "id": chain_id, "number": number, "hash": before})


def _whose(entry: Any) -> tuple[UUID, UUID]:
    return entry.programme_id, entry.organisation_id or entry.programme_id


TYPES: dict[str, Any] = {"action": sa.Text(), "number": Long, "hash": sa.LargeBinary(), "recorded_at": Instant()}


def _table(name: str, *columns: str) -> sa.TableClause:
    return sa.table(name, *(sa.column(each, TYPES.get(each, Id)) for each in ("programme_id", "id", *columns)))


def upgrade() -> None:
    op.create_table(
        "text_message",
        sa.Column("id", Id, nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("queued_at", Instant(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_fault", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_message")),
        info={"distribution": "reference"},
    )
    op.create_index(op.f("ix_text_message_sent_at_queued_at"), "text_message", ["sent_at", "queued_at"], unique=False)
    op.create_table(
        "audit_head",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("number", Long, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_audit_head_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_audit_head")),
        info={"distribution": "programme"},
    )
    op.create_table(
        "authenticator_app",
        sa.Column("id", Id, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("confirmed_at", Instant(), nullable=True),
        sa.Column("last_step", Long, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_authenticator_app_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authenticator_app")),
        sa.UniqueConstraint("user_id", name=op.f("uq_authenticator_app_user_id")),
        info={"distribution": "reference"},
    )
    op.create_table(
        "passkey",
        sa.Column("id", Id, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", Long, nullable=False),
        sa.Column("transports", Json, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_passkey_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
        info={"distribution": "reference"},
    )
    op.create_index(op.f("ix_passkey_user_id"), "passkey", ["user_id"], unique=False)
    op.create_table(
        "recovery_code",
        sa.Column("id", Id, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_recovery_code_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        info={"distribution": "reference"},
    )
    op.create_index(op.f("ix_recovery_code_user_id"), "recovery_code", ["user_id"], unique=False)
    op.create_table(
        "seal",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("number", Long, nullable=False),
        sa.Column("sealed_at", Instant(), nullable=False),
        sa.Column("covers_until", Instant(), nullable=False),
        sa.Column("transfers", Long, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_seal_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_seal")),
        sa.UniqueConstraint("programme_id", "number", name=op.f("uq_seal_programme_id_number")),
        info={"distribution": "programme"},
    )
    op.create_table(
        "audit_link",
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("chain_id", Id, nullable=False),
        sa.Column("number", Long, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["programme_id", "id"],
            ["audit_entry.programme_id", "audit_entry.id"],
            name=op.f("fk_audit_link_programme_id_id_audit_entry"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_audit_link_programme_id_programme")),
        sa.PrimaryKeyConstraint("programme_id", "id", name=op.f("pk_audit_link")),
        sa.UniqueConstraint("programme_id", "chain_id", "number", name=op.f("uq_audit_link_programme_id_chain_id_number")),
        info={"distribution": "programme"},
    )
    op.create_table(
        "sign_in_slip",
        sa.Column("id", Id, nullable=False),
        sa.Column("programme_id", Id, nullable=False),
        sa.Column("volunteer_id", Id, nullable=False),
        sa.Column("organisation_id", Id, nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("made_by", Id, nullable=True),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_sign_in_slip_programme_id_programme")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_slip")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_sign_in_slip_code_hash")),
        info={"distribution": "reference"},
    )
    op.create_index(
        op.f("ix_sign_in_slip_programme_id_volunteer_id"), "sign_in_slip", ["programme_id", "volunteer_id"], unique=False
    )
    op.add_column("sign_in", sa.Column("browser", sa.Text(), server_default="", nullable=False))
    op.add_column("sign_in", sa.Column("seen_at", Instant(), nullable=True))
    op.add_column("sign_in", sa.Column("proved_at", Instant(), nullable=True))
    op.create_index(op.f("ix_sign_in_user_id"), "sign_in", ["user_id"], unique=False)
    op.add_column("volunteer", sa.Column("wants_texts", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    chain_what_was_done()
    keep_as_written()
    build_wall()


def downgrade() -> None:
    take_wall_down()
    op.drop_column("volunteer", "wants_texts")
    op.drop_index(op.f("ix_sign_in_user_id"), table_name="sign_in")
    op.drop_column("sign_in", "proved_at")
    op.drop_column("sign_in", "seen_at")
    op.drop_column("sign_in", "browser")
    op.drop_index(op.f("ix_sign_in_slip_programme_id_volunteer_id"), table_name="sign_in_slip")
    op.drop_table("sign_in_slip")
    op.drop_table("audit_link")
    op.drop_table("seal")
    op.drop_index(op.f("ix_recovery_code_user_id"), table_name="recovery_code")
    op.drop_table("recovery_code")
    op.drop_index(op.f("ix_passkey_user_id"), table_name="passkey")
    op.drop_table("passkey")
    op.drop_table("authenticator_app")
    op.drop_table("audit_head")
    op.drop_index(op.f("ix_text_message_sent_at_queued_at"), table_name="text_message")
    op.drop_table("text_message")
