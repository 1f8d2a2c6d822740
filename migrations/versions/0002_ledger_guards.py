"""The ledger's guards: the triggers that refuse and move, what can't be changed, and the application's role.

Created after every table (design/scale.md). On PostgreSQL rights keep the application from changing what is append-only;
SQLite has no rights, so triggers refuse.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY = ("transfer", "reversal", "audit_entry", "hour_entry", "hour_correction")

SQLITE = (
    """
    CREATE TRIGGER transfer_moves_balance AFTER INSERT ON transfer
    BEGIN
        UPDATE account SET balance = balance - NEW.amount, last_transfer = NEW.id
         WHERE programme_id = NEW.programme_id AND id = NEW.debit_account AND floor IS NOT NULL;
        UPDATE account SET balance = balance + NEW.amount, last_transfer = NEW.id
         WHERE programme_id = NEW.programme_id AND id = NEW.credit_account AND floor IS NOT NULL;
    END
    """,
    """
    CREATE TRIGGER transfer_refuses_overdraft BEFORE INSERT ON transfer
    WHEN EXISTS (
        SELECT 1 FROM account
         WHERE programme_id = NEW.programme_id AND id = NEW.debit_account AND balance - NEW.amount < floor)
    BEGIN
        SELECT RAISE(IGNORE);
    END
    """,
    """
    CREATE TRIGGER account_opens_empty BEFORE INSERT ON account
    WHEN NEW.balance <> 0 OR NEW.last_transfer IS NOT NULL
    BEGIN
        SELECT RAISE(ABORT, 'an account opens empty');
    END
    """,
    """
    CREATE TRIGGER account_balance_only_by_transfer BEFORE UPDATE ON account
    WHEN NEW.last_transfer IS OLD.last_transfer
      OR NEW.programme_id IS NOT OLD.programme_id OR NEW.id IS NOT OLD.id
      OR NEW.kind IS NOT OLD.kind OR NEW.floor IS NOT OLD.floor
      OR NOT EXISTS (
            SELECT 1 FROM transfer
             WHERE transfer.programme_id = NEW.programme_id AND transfer.id = NEW.last_transfer
               AND ((transfer.debit_account = NEW.id AND NEW.balance = OLD.balance - transfer.amount)
                 OR (transfer.credit_account = NEW.id AND NEW.balance = OLD.balance + transfer.amount)))
    BEGIN
        SELECT RAISE(ABORT, 'only a transfer moves a balance');
    END
    """,
    """
    CREATE TRIGGER account_is_not_deleted BEFORE DELETE ON account
    BEGIN
        SELECT RAISE(ABORT, 'an account is kept for good');
    END
    """,
)

# The refusal is a row that isn't inserted, not an error: an error would end the transaction, and the savepoint that guards
# against that costs nearly as much as the posting itself (docs/ledger.md). It only looks, under the lock that the move will need,
# taken in the same order; a replay is skipped like any other and found by the application. The floor's check stays behind it.
POSTGRESQL = (
    """
    CREATE FUNCTION refuse_overdraft() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE
        room integer;
    BEGIN
        IF NEW.credit_account < NEW.debit_account THEN
            PERFORM FROM account
              WHERE programme_id = NEW.programme_id AND id = NEW.credit_account AND floor IS NOT NULL FOR NO KEY UPDATE;
        END IF;
        SELECT balance - floor INTO room FROM account
         WHERE programme_id = NEW.programme_id AND id = NEW.debit_account AND floor IS NOT NULL FOR NO KEY UPDATE;
        IF room < NEW.amount THEN
            RETURN NULL;
        END IF;
        RETURN NEW;
    END
    $$
    """,
    """
    CREATE FUNCTION move_balance() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    BEGIN
        IF NEW.debit_account < NEW.credit_account THEN
            UPDATE account SET balance = balance - NEW.amount, last_transfer = NEW.id
             WHERE programme_id = NEW.programme_id AND id = NEW.debit_account AND floor IS NOT NULL;
            UPDATE account SET balance = balance + NEW.amount, last_transfer = NEW.id
             WHERE programme_id = NEW.programme_id AND id = NEW.credit_account AND floor IS NOT NULL;
        ELSE
            UPDATE account SET balance = balance + NEW.amount, last_transfer = NEW.id
             WHERE programme_id = NEW.programme_id AND id = NEW.credit_account AND floor IS NOT NULL;
            UPDATE account SET balance = balance - NEW.amount, last_transfer = NEW.id
             WHERE programme_id = NEW.programme_id AND id = NEW.debit_account AND floor IS NOT NULL;
        END IF;
        RETURN NULL;
    END
    $$
    """,
    # Else the application could hang these on a table of its own, and they act with the owner's rights.
    "REVOKE EXECUTE ON FUNCTION refuse_overdraft(), move_balance() FROM PUBLIC",
    """
    DO $$
    BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'timecredits_app') THEN
            CREATE ROLE timecredits_app NOLOGIN;
        END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL; -- another database of this server was migrated at the same moment
    END
    $$
    """,
    "GRANT timecredits_app TO CURRENT_USER",
    "GRANT USAGE ON SCHEMA public TO timecredits_app",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO timecredits_app",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO timecredits_app",
    "REVOKE UPDATE, DELETE ON account FROM timecredits_app",
    "REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM timecredits_app",
    *(f"REVOKE UPDATE, DELETE ON {table} FROM timecredits_app" for table in APPEND_ONLY),
    """
    CREATE TRIGGER transfer_refuses_overdraft BEFORE INSERT ON transfer
    FOR EACH ROW EXECUTE FUNCTION refuse_overdraft()
    """,
    """
    CREATE TRIGGER transfer_moves_balance AFTER INSERT ON transfer
    FOR EACH ROW EXECUTE FUNCTION move_balance()
    """,
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        statements = POSTGRESQL
    else:
        statements = (*SQLITE, *(_refuse(table, act) for table in APPEND_ONLY for act in ("update", "delete")))
    for statement in statements:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for statement in (
            "DROP TRIGGER transfer_moves_balance ON transfer",
            "DROP FUNCTION move_balance()",
            "DROP TRIGGER transfer_refuses_overdraft ON transfer",
            "DROP FUNCTION refuse_overdraft()",
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM timecredits_app",
            "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM timecredits_app",
            "REVOKE ALL ON SCHEMA public FROM timecredits_app",
        ):
            op.execute(statement)
        return
    names = ["transfer_refuses_overdraft", "transfer_moves_balance", "account_opens_empty"]
    names += ["account_balance_only_by_transfer", "account_is_not_deleted"]
    names += [_name(table, act) for table in APPEND_ONLY for act in ("update", "delete")]
    for name in names:
        op.execute(f"DROP TRIGGER {name}")


def _name(table: str, act: str) -> str:
    return f"{table}_is_not_{'changed' if act == 'update' else 'deleted'}"


def _refuse(table: str, act: str) -> str:
    return (
        f"CREATE TRIGGER {_name(table, act)} BEFORE {act.upper()} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is kept as it was written'); END"
    )
