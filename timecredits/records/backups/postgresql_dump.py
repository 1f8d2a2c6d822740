"""A dump of a PostgreSQL database as of one moment, and a database out of a dump: pg_dump and pg_restore do the work.

The role that the application works as belongs to the server and is in no dump: it is made before anything is given to it.
Restoring is one transaction, so that a database holds all of a dump or nothing.
"""

import os
import re
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from psycopg.conninfo import make_conninfo
from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from timecredits.foundation import clock, schema
from timecredits.foundation.db import APPLICATION_ROLE, make_engine
from timecredits.records.backups.last_line import POSTGRESQL, UnusableError, add_last_line

__all__ = ["count_rows", "dump_database", "fill_database", "refuse_one_that_holds_anything", "temporary_database"]

_NOT_OURS: Final = re.compile(
    r"^\d+; \d+ \d+ (?:DEFAULT ACL|EXTENSION|COMMENT - (?:EXTENSION|SCHEMA)|EVENT TRIGGER|PUBLICATION|SUBSCRIPTION) "
)
"""What a dump holds besides the application's own: rights of the old owner by name, and what only a superuser may make."""
_TABLES: Final = text(
    "SELECT c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace"
    " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1"
)
_THINGS: Final = text(
    "SELECT count(*) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace"
    r" WHERE n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'"
    " AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = c.oid AND d.deptype = 'e')"
)
_ROLE: Final = f"""
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{APPLICATION_ROLE}') THEN
        CREATE ROLE {APPLICATION_ROLE} NOLOGIN;
    END IF;
    IF NOT pg_has_role(CURRENT_USER, '{APPLICATION_ROLE}', 'USAGE') THEN
        GRANT {APPLICATION_ROLE} TO CURRENT_USER;
    END IF;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'role of the application';
END
$$
"""
_NO_ROLE: Final = (
    f"The database's user may not make the role {APPLICATION_ROLE}, or is not in it. As a superuser, run: CREATE ROLE"
    f" {APPLICATION_ROLE} NOLOGIN; GRANT {APPLICATION_ROLE} TO its name."
)
_RIGHTS_TO_COME: Final = (
    f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APPLICATION_ROLE}"
)
"""As migration 2 has it, for whoever owns the database now."""
_MEANINGS: Final = (
    (r"role of the application", _NO_ROLE),
    (r"server version mismatch", "pg_dump is older than the server. Set POSTGRESQL_PROGRAMS to the folder of newer programs."),
    (
        r"unsupported version",
        "pg_restore is older than what made the backup. Set POSTGRESQL_PROGRAMS to the folder of newer ones.",
    ),
    (r"permission denied to create database", "The database's user may not make databases. Give another's address with --on."),
    (
        r"permission denied|row-level security|must be owner",
        "The database's user may not do all of this. Set MIGRATE_DATABASE_URL to its owner's address.",
    ),
    (r'role "([^"]+)" does not exist', "The backup gives rights to the role {0}, which this server lacks. Make it first."),
    (r"No space left|could not write|could not extend", "There is no room left on the disk."),
    (r"could not connect|connection to server", "The database does not answer. Check its address, and that it runs."),
)


def dump_database(url: str, file: Path, *, programs: str) -> None:
    """Make the empty `file` a backup of the database at `url`, whose owner it names. Raises UnusableError, OSError for `file`.

    `programs` is the folder of pg_dump and pg_restore; empty: they are looked for as any command is.
    """
    made_at = clock.now()
    engine = make_engine(url, as_application=False)
    try:
        with engine.connect().execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True) as line:
            # Or a wait of ours is ended while pg_dump works; and rows that we may not see are refused, not left out.
            line.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            line.execute(text("SET LOCAL row_security = off"))
            current = schema.current(line)
            if current is None:
                raise UnusableError("There is nothing to back up: the database was never migrated.")
            rows = _count(line)
            snapshot = line.scalar(text("SELECT pg_export_snapshot()"))
            options = ("--format=custom", "--no-publications", "--no-subscriptions", f"--snapshot={snapshot}")
            _run("pg_dump", [*options, f"--file={file}"], url, programs)
    except DBAPIError as fault:
        raise UnusableError(_meaning(str(fault.orig), "The database does not answer: {0}")) from fault
    finally:
        engine.dispose()
    add_last_line(file, kind=POSTGRESQL, schema=current, made_at=made_at, rows=rows)


def refuse_one_that_holds_anything(url: str) -> None:
    """Raise UnusableError unless the database at `url` is there and empty."""
    engine = create_engine(url, poolclass=NullPool)
    try:
        with engine.connect() as line:
            things = line.scalar(_THINGS)
    except DBAPIError as fault:
        raise UnusableError(_meaning(str(fault.orig), "The database does not answer: {0}")) from fault
    if things:
        raise UnusableError("The database holds something already. Give the address of an empty one. Nothing was changed.")


def fill_database(url: str, file: Path, *, programs: str) -> None:
    """Restore the dump in `file` into the empty database at `url`, as its owner, whole or not at all. Raises UnusableError."""
    with tempfile.NamedTemporaryFile("w", prefix=".timecredits-", suffix=".list") as wanted:
        listed = _run("pg_restore", ["--list", str(file)], None, programs)
        wanted.writelines(line for line in listed.splitlines(keepends=True) if not _NOT_OURS.match(line))
        wanted.flush()
        _execute(url, [_ROLE])
        options = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-tablespaces", f"--use-list={wanted.name}")
        _run("pg_restore", [*options, str(file)], url, programs)
    _execute(url, [_RIGHTS_TO_COME, "ANALYZE"])


@contextmanager
def temporary_database(url: str) -> Iterator[str]:
    """The address of a new, empty database on the server of `url`, dropped at the end. Raises UnusableError."""
    name = f"timecredits_verify_{secrets.token_hex(6)}"
    _execute(url, [f"CREATE DATABASE {name} TEMPLATE template0"])
    try:
        yield make_url(url).set(database=name).render_as_string(hide_password=False)
    finally:
        _execute(url, [f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"])


def count_rows(url: str) -> dict[str, int]:
    """How many rows each table of the database at `url` holds."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as line:
        return _count(line)


def _count(line: Connection) -> dict[str, int]:
    names = line.scalars(_TABLES).all()
    return {name: int(line.scalar(text(f'SELECT count(*) FROM public."{name}"')) or 0) for name in names}  # noqa: S608  their own names


def _execute(url: str, statements: Sequence[str]) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    try:
        with engine.connect() as line:
            for statement in statements:
                line.execute(text(statement))
    except DBAPIError as fault:
        raise UnusableError(_meaning(str(fault.orig), "PostgreSQL said no: {0}")) from fault


def _run(program: str, arguments: Sequence[str], url: str | None, programs: str) -> str:
    """What the program prints. Raises UnusableError with what went wrong in one sentence."""
    found = shutil.which(program, path=programs or None)
    if found is None:
        raise UnusableError(f"{program} is not there. Install PostgreSQL's programs, or set POSTGRESQL_PROGRAMS to their folder.")
    more, environment = _line_of(url) if url else ([], {})
    done = subprocess.run(  # noqa: S603  PostgreSQL's own program, with words of ours
        [found, *more, *arguments],
        env={**os.environ, **environment, "LC_MESSAGES": "C"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        raise UnusableError(_meaning(done.stderr, f"{program} said no: {{0}}", ended=done.returncode))
    return done.stdout


def _line_of(url: str) -> tuple[list[str], Mapping[str, str]]:
    """How to say a database's address to a program: the password goes where no list of processes shows it."""
    address = make_url(url)
    options = address.get_dialect()().create_connect_args(address)[1]
    password = options.pop("password", None)
    options.setdefault("connect_timeout", 10)
    if "," in str(options.get("host", "")):
        options.setdefault("target_session_attrs", "read-write")
    return [f"--dbname={make_conninfo(**options)}"], {} if password is None else {"PGPASSWORD": str(password)}


def _meaning(said: str, otherwise: str, *, ended: int = 0) -> str:
    """One sentence of ours. Of what a program said only the first line: the next ones may quote rows."""
    for pattern, sentence in _MEANINGS:
        if found := re.search(pattern, said):
            return sentence.format(*found.groups())
    first = next((line for line in said.splitlines() if "error:" in line), said.strip().partition("\n")[0])
    return otherwise.format(re.sub(r"^.*?error: ", "", first) or f"it ended with {ended}") + "."
