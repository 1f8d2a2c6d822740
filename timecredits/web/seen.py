"""Noting, at most once an hour, that a signed-in browser asked for a page: after the answer is out, so that nobody waits."""

from datetime import datetime
from uuid import UUID

from flask import Flask, Response, g
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from timecredits.foundation import clock
from timecredits.foundation.db import transaction
from timecredits.network.sign_ins import SEEN_EVERY, note_seen
from timecredits.web.access import actor
from timecredits.web.database import db

_MOST = 10_000


def init_app(app: Flask) -> None:
    """Look after every answer whether it is time to note it. A process that noted it lately does not try again."""
    noted: dict[UUID, datetime] = {}

    def note(response: Response) -> Response:
        who, now = actor(), clock.now()
        if who.sign_in_id is None or g.get("given_up"):
            return response
        before = max(filter(None, (who.seen_at, noted.get(who.sign_in_id))), default=None)
        if before is None or before <= now - SEEN_EVERY:
            if len(noted) >= _MOST:
                noted.clear()
            noted[who.sign_in_id] = now
            engine, sign_in_id = db.engine, who.sign_in_id
            response.call_on_close(lambda: _note(engine, sign_in_id))
        return response

    def _note(engine: Engine, sign_in_id: UUID) -> None:
        try:
            with transaction(engine) as session:
                note_seen(session, sign_in_id)
        except SQLAlchemyError:
            app.logger.warning("when a browser was seen could not be noted")

    app.after_request(note)
