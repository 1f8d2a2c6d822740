"""The release before goes on working with the shape that this one makes, and this one with what the next may make.

So a database is migrated first and the processes are changed after it, one by one, with nobody sent away (docs/adr/0048).
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.migrations import contracting, on_newer_shape
from tests.web.on_database import application_on
from tests.web.world import build_world
from timecredits.app import NotReadyError
from timecredits.foundation import migrating, schema
from timecredits.foundation.db import make_engine, transaction
from timecredits.foundation.places import MIGRATIONS, ROOT

SINCE = "0009"
"""From here on the database says what fits it; older releases stop at any shape but their own."""
NEXT = (
    "ALTER TABLE volunteer ADD COLUMN likes_to_be_called TEXT",
    "ALTER TABLE job ADD COLUMN urgency INTEGER NOT NULL DEFAULT 0",
    "CREATE TABLE something_new (programme_id INTEGER, id INTEGER)",
    "CREATE INDEX ix_something_new ON volunteer (last_name, first_name)",
)
"""What the next release may add before its code is there."""
OLD_TESTS = (
    "tests/ledger/test_transfers.py",
    "tests/hours/register/test_registers.py",
    "tests/spending/test_redemption.py",
    "tests/web/till/test_scanning.py",
    "tests/web/coordinator/test_register.py",
)
"""What the code before must still do: hours recorded, credits used, by its own tests."""


def be_migrated_further(url: str, *, oldest_code: str) -> None:
    """As if the next release had migrated this database."""
    engine = create_engine(url)
    with engine.begin() as connection:
        for each in NEXT:
            connection.execute(text(each))
        connection.execute(
            text("UPDATE alembic_version SET version_num = '9999', oldest_code = :oldest"), {"oldest": oldest_code}
        )
    engine.dispose()


def test_this_code_serves_on_what_the_next_release_adds(database_url: str) -> None:
    be_migrated_further(database_url, oldest_code=schema.head())

    with application_on(database_url) as app:
        assert app.test_client().get("/readyz").status_code == 200
        engine = make_engine(database_url)
        with transaction(engine) as session:
            build_world(session)
        engine.dispose()


def test_it_stops_at_a_shape_that_it_cannot_work_with(database_url: str) -> None:
    be_migrated_further(database_url, oldest_code="9999")

    with pytest.raises(NotReadyError, match="newer release"), application_on(database_url):
        pass


def test_it_does_not_migrate_what_is_ahead(database_url: str) -> None:
    be_migrated_further(database_url, oldest_code=schema.head())
    with pytest.raises(migrating.NewerDatabaseError):
        migrating.upgrade(database_url)


@pytest.mark.parametrize("path", sorted(MIGRATIONS.glob("versions/[0-9]*.py")), ids=lambda path: path.stem)
def test_a_migration_that_takes_away_says_so(path: Path) -> None:
    if path.stem[:4] <= SINCE:
        return
    assert not contracting.unsaid(path.read_text()), f"{path.name} takes away what the code before may use, and keeps oldest_code"


@pytest.mark.parametrize(
    "act",
    [
        'op.drop_column("volunteer", "name")',
        'op.drop_table("volunteer")',
        'op.rename_table("volunteer", "person")',
        'op.alter_column("volunteer", "name", nullable=False)',
        'op.alter_column("volunteer", "name", new_column_name="names")',
        'op.add_column("volunteer", sa.Column("name", sa.Text(), nullable=False))',
        'op.create_unique_constraint("uq", "volunteer", ["name"])',
        'op.create_index("uq", "volunteer", ["name"], unique=True)',
        'op.execute("ALTER TABLE volunteer DROP COLUMN name")',
        'with op.batch_alter_table("volunteer") as batch:\n        batch.drop_column("name")',
    ],
)
def test_such_migrations_are_found(act: str) -> None:
    source = f"def upgrade():\n    {act}\n\ndef downgrade():\n    pass\n"
    assert contracting.unsaid(source)
    assert not contracting.unsaid(
        source.replace("pass", "").replace("def downgrade", f"    {contracting.SAYS}\n\ndef other") + "    pass"
    )


def test_what_only_adds_is_not() -> None:
    assert not contracting.unsaid(
        'def upgrade():\n    op.add_column("job", sa.Column("a", sa.Text()))\n'
        '    op.add_column("job", sa.Column("b", sa.Text(), nullable=False, server_default="x"))\n'
        '    op.create_index("ix", "job", ["a"])\n'
        'def downgrade():\n    op.drop_column("job", "a")\n'
    )


def test_the_release_before_works_on_this_shape(tmp_path: Path) -> None:
    """Its own code and its own tests, from the project's history, on databases that this code has migrated."""
    newest = max(MIGRATIONS.glob("versions/[0-9]*.py"))
    before = on_newer_shape.commit_before(newest)
    if before is None:
        pytest.skip("the project's history is not here: a copy without git, or with its last commits only")
    old = tmp_path / "before"
    on_newer_shape.take_out(before, old)
    shutil.copytree(ROOT / "static" / "dist", old / "static" / "dist", dirs_exist_ok=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    environment |= {
        on_newer_shape.NEWER: str(ROOT),
        "PYTHONPATH": os.pathsep.join([str(old), str(Path(on_newer_shape.__file__).parent)]),
    }

    ran = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "pytest", "-q", "-p", "on_newer_shape", "-p", "no:cacheprovider", "-n", "0", *OLD_TESTS],
        cwd=old,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-1000:]
    assert f"on databases of {schema.head()}" in ran.stdout
    assert f"code of {schema.head()}" not in ran.stdout
