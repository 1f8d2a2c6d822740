"""How a command reaches the database that DATABASE_URL names, and how it says no: one line, no traceback."""

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, NoReturn, TypeVar

import click
from flask import Config
from sqlalchemy import Engine
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from timecredits.foundation import schema
from timecredits.foundation.db import make_engine
from timecredits.foundation.errors import NotFoundError, RuleError
from timecredits.foundation.places import CONFIG, ROOT

Command = TypeVar("Command", bound=Callable[..., Any])

NO_ADDRESS = (ArgumentError, NoSuchModuleError, ImportError)
"""What SQLAlchemy raises for an address of nothing we know; the last for a kind of database whose driver isn't here."""
WRONG_ADDRESS = (
    "DATABASE_URL is not a database's address. Set it like sqlite:///folder/file.db or postgresql+psycopg://host/name."
)
UNUSABLE = 2
"""The exit code for input that can't be used at all, as click has it for a wrong option."""


def settings() -> Config:
    """The settings of config.py, without an application."""
    config = Config(str(ROOT))
    config.from_pyfile(str(CONFIG))
    return config


def database_url() -> str:
    """Where the application's data is."""
    url: str = settings()["DATABASE_URL"]
    return url


def owner_url() -> str:
    """The same database as its owner, for migrations."""
    config = settings()
    return str(config["MIGRATE_DATABASE_URL"] or config["DATABASE_URL"])


def open_engine() -> Engine:
    """An engine on a database that is up to date. Stops with one line, exit 2, when it is behind or out of reach."""
    try:
        engine = make_engine(database_url())
        with engine.connect() as connection:
            misfit = schema.misfit(connection)
    except NO_ADDRESS:
        stop(WRONG_ADDRESS)
    except DBAPIError as fault:
        # A database that was never migrated doesn't have the application's role yet.
        if getattr(fault.orig, "sqlstate", None) in {"22023", "42704"}:
            stop(schema.BEHIND)
        stop("The database does not answer. Check DATABASE_URL, and that the database runs.")
    if misfit is not None:
        stop(misfit)
    return engine


def stop(sentence: object, *, code: int = UNUSABLE) -> NoReturn:
    """Say one line on the error output, and end."""
    click.echo(str(sentence), err=True)
    sys.exit(code)


def plainly(command: Command) -> Command:
    """Turn what a verb raises into one line and exit code 2."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except RuleError as fault:
            stop(fault.sentence)
        except NotFoundError:
            stop("There is no such thing here. Check the short names you gave.")

    return run  # type: ignore[return-value]  # wraps keeps the command's own shape
