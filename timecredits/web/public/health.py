"""Whether the process runs, and whether it can serve."""

from flask import current_app

from timecredits.foundation import schema
from timecredits.foundation.db import READ_ONLY
from timecredits.network.permissions import WATCH_HEALTH
from timecredits.web.access import allow
from timecredits.web.database import db, give_up
from timecredits.web.public.blueprint import blueprint


@blueprint.get("/healthz")
@allow(WATCH_HEALTH)
def healthz() -> tuple[str, int, dict[str, str]]:
    """Answer that the process runs."""
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}


@blueprint.get("/readyz")
@allow(WATCH_HEALTH)
def readyz() -> tuple[str, int, dict[str, str]]:
    """Answer whether the database is there and has every migration."""
    try:
        ready = schema.misfit(db.session.connection(execution_options=READ_ONLY)) is None
    except Exception:  # noqa: BLE001  whatever is wrong, the answer is "not ready"
        current_app.logger.warning("not ready")
        give_up()
        ready = False
    return ("ready\n", 200, _PLAIN) if ready else ("not ready\n", 503, _PLAIN)


_PLAIN = {"Content-Type": "text/plain; charset=utf-8"}
