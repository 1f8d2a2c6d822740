"""`timecredits shard-plan`: prints the statements that spread the database over several machines. It runs none of them."""

import click

from timecredits.commands.database import open_engine, owner_url, stop
from timecredits.foundation.db import make_engine
from timecredits.foundation.sharding import NotPlannedError, shard_plan


@click.command("shard-plan")
def shard_plan_command() -> None:
    """Print the statements that spread this database over several machines with Citus (docs/sharding.md)."""
    open_engine().dispose()  # says in one line what is wrong
    engine = make_engine(owner_url(), as_application=False)
    if engine.dialect.name != "postgresql":
        stop("Only PostgreSQL can be spread over several machines. Set DATABASE_URL to one.")
    with engine.connect() as connection:
        try:
            statements = shard_plan(connection)
        except NotPlannedError as fault:
            stop(f"Nobody has said where these tables belong: {fault}. Nothing was planned.")
    engine.dispose()
    for each in statements:
        click.echo(each if each.startswith("--") else f"{each};")
