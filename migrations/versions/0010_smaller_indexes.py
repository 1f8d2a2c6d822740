"""An account's transfers are found by the account alone: its id says the programme already, and 32 bytes a transfer are saved.

On a table of millions this takes minutes, in which nothing is posted: choose a quiet hour. It is read all the while: what shuts
readers out comes at the end, and takes no time.
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

SIDES = ("debit_account", "credit_account")


def upgrade() -> None:
    """New ones first, so that nothing is read without one."""
    for side in SIDES:
        op.create_index(op.f(f"ix_transfer_{side}_recorded_at_id"), "transfer", [side, "recorded_at", "id"])
    for side in SIDES:
        op.drop_index(op.f(f"ix_transfer_programme_id_{side}_recorded_at_id"), "transfer")


def downgrade() -> None:
    """As they were."""
    for side in SIDES:
        columns = ["programme_id", side, "recorded_at", "id"]
        op.create_index(op.f(f"ix_transfer_programme_id_{side}_recorded_at_id"), "transfer", columns)
    for side in SIDES:
        op.drop_index(op.f(f"ix_transfer_{side}_recorded_at_id"), "transfer")
