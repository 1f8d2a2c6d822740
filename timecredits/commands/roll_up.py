"""`timecredits roll-up`: count what the reports are made of, now, and not only when the worker comes by."""

from datetime import timedelta

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from timecredits.commands.database import open_engine, stop
from timecredits.foundation import clock
from timecredits.foundation.db import READ_ONLY, transaction
from timecredits.insight.counting.count_up import count_up, forget_counts
from timecredits.network.models import Programme

__all__ = ["roll_up"]


@click.command("roll-up")
@click.option("--again", is_flag=True, help="Forget what was counted, and count everything from the beginning.")
@click.option("--programme", "slug", help="Only the programme of this short name.")
def roll_up(*, again: bool, slug: str | None) -> None:
    """Count hours and credits for the reports, up to two minutes ago."""
    engine = open_engine()
    with Session(engine) as session:
        session.connection(execution_options=READ_ONLY)
        wanted = select(Programme.id, Programme.slug).order_by(Programme.number)
        programmes = session.execute(wanted.where(Programme.slug == slug) if slug else wanted).all()
    if slug and not programmes:
        stop(f"There is no programme {slug}.")
    for programme_id, name in programmes:
        if again:
            with transaction(engine) as session:
                forget_counts(session, programme_id)
        renewed = count_up(engine, programme_id, now=clock.now(), figures_every=timedelta(0))
        click.echo(f"{name}: {renewed} sums counted.")
    engine.dispose()
