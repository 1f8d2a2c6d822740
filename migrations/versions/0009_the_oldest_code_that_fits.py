"""The database says which is the oldest code that still works with it: so it can be migrated while that code serves.

A later migration that takes something away, which the release before still uses, raises it (docs/adr/0048):
`op.execute("UPDATE alembic_version SET oldest_code = '0012'")`.
"""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A column beside the number that the migrations keep. Code of 0008 works with this shape."""
    op.execute("ALTER TABLE alembic_version ADD COLUMN oldest_code VARCHAR(32) NOT NULL DEFAULT '0008'")


def downgrade() -> None:
    """Without it."""
    op.execute("ALTER TABLE alembic_version DROP COLUMN oldest_code")
