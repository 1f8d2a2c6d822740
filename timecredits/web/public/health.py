"""Whether the process runs, and whether it can serve."""

from typing import Final

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from timecredits.foundation.db import READ_ONLY
from timecredits.insight.readiness import what_is_wrong
from timecredits.network.permissions import WATCH_HEALTH
from timecredits.web.access import allow
from timecredits.web.database import db, give_up
from timecredits.web.public.blueprint import blueprint

AWAY: Final = "database"
"""What /readyz says when the database does not answer, beside the words of insight/readiness.py."""
_PLAIN: Final = {"Content-Type": "text/plain; charset=utf-8"}


@blueprint.get("/healthz")
@allow(WATCH_HEALTH)
def healthz() -> tuple[str, int, dict[str, str]]:
    """Answer that the process runs."""
    return "ok\n", 200, _PLAIN


@blueprint.get("/readyz")
@allow(WATCH_HEALTH)
def readyz() -> tuple[str, int, dict[str, str]]:
    """Answer whether the database is there, up to date and guarded; if not, which, in one word that tells strangers nothing."""
    try:
        wrong = what_is_wrong(db.session.connection(execution_options=READ_ONLY))
    except SQLAlchemyError:
        give_up()
        wrong = AWAY
    if wrong is None:
        return "ready\n", 200, _PLAIN
    current_app.logger.warning("not ready: %s", wrong)
    return f"not ready: {wrong}\n", 503, _PLAIN
