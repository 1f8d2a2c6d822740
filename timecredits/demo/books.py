"""The demo's books: checked once, so that the first page says that they add up and not that nobody looked."""

from sqlalchemy import Engine, select

from timecredits.foundation.db import new_id, transaction
from timecredits.foundation.jobs import run_waiting
from timecredits.insight.books.book_jobs import HANDLERS, ask_for_check
from timecredits.network.models import Programme

__all__ = ["check_sample_books"]


def check_sample_books(engine: Engine) -> None:
    """Check each demo programme's books, once everything is committed and counted."""
    with transaction(engine) as session:
        for programme_id in session.scalars(select(Programme.id).where(Programme.is_demo)).all():
            ask_for_check(session, programme_id, job_id=new_id(), actor_id=None)
    run_waiting(engine, HANDLERS)
