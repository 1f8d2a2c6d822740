"""A database past all its guards, as where somebody wrote to it by hand: what the checks of the books are for."""

from sqlalchemy import Connection, text

__all__ = ["lower_guards"]


def lower_guards(connection: Connection) -> None:
    """No trigger, no foreign key, no check: as where somebody wrote to the database by hand."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL ROLE postgres"))  # the application's own role could do none of this
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("ALTER TABLE account DROP CONSTRAINT ck_account_balance_not_below_floor"))
        return
    for name in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all():
        connection.execute(text(f'DROP TRIGGER "{name}"'))
    connection.execute(text("PRAGMA defer_foreign_keys = ON"))
    connection.execute(text("PRAGMA ignore_check_constraints = ON"))
