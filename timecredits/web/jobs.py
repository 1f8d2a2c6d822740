"""Which work runs as a job, and the thread that runs it where no `timecredits worker` does.

With JOBS=here (unless told otherwise) each web process runs jobs by itself once the answer that asked for them has gone out.
With JOBS=worker it leaves them to `timecredits worker`, which calls `run_waiting(engine, handlers(keyring, issuer))`. A job is
claimed by exactly one, so both may be at work.
"""

from collections.abc import Mapping

from flask import Flask, Response, current_app

from timecredits.foundation.background import Background
from timecredits.foundation.db import make_engine
from timecredits.foundation.jobs import WAITING, Handler, run_waiting
from timecredits.foundation.keys import Keyring
from timecredits.hours.importing import import_jobs
from timecredits.insight.books import book_jobs
from timecredits.journey.letters import letter_jobs
from timecredits.journey.letters.issuing import Issuer
from timecredits.records.moving import export_jobs
from timecredits.records.opening import opening_jobs
from timecredits.records.privacy import export_jobs as person_files
from timecredits.spending import expiry_jobs
from timecredits.spending.cards import card_jobs
from timecredits.spending.giving import gift_jobs
from timecredits.web.database import db
from timecredits.web.issuing import issuer_of

HANDLERS: Mapping[str, Handler] = {
    **book_jobs.HANDLERS,
    **import_jobs.HANDLERS,
    **expiry_jobs.HANDLERS,
    **gift_jobs.HANDLERS,
    **opening_jobs.HANDLERS,
}
_THREAD = "job_thread"


def handlers(keyring: Keyring, issuer: Issuer | None = None) -> Mapping[str, Handler]:
    """By kind of job: those that need no key, and those that sign what they print. Letters only with who issues them."""
    return {
        **HANDLERS,
        **card_jobs.handlers(keyring),
        **export_jobs.handlers(keyring),
        **person_files.handlers(keyring, issuer.sign if issuer else None),
        **(letter_jobs.handlers(issuer) if issuer else {}),
    }


def init_app(app: Flask) -> None:
    """Look after every request whether it asked for a job. Tests run their jobs themselves, at the moment they choose."""
    app.config.setdefault("JOBS", "here")
    if app.config["JOBS"] == "here" and not app.testing:
        # Connections of its own: what a job asks may take longer than a page may wait.
        engine = make_engine(app.config["DATABASE_URL"])
        known = handlers(app.config["KEYRING"], issuer_of(app.config))
        app.extensions[_THREAD] = Background("jobs", lambda: run_waiting(engine, known))
    app.after_request(_after)


def wake() -> None:
    """See to it that waiting jobs are run, also those whose runner died."""
    if _THREAD in current_app.extensions:
        current_app.extensions[_THREAD].wake()


def _after(response: Response) -> Response:
    # Runs before the transaction ends (handlers run in reverse order): the thread is woken once the answer has gone out.
    if db.session().info.pop(WAITING, False) and _THREAD in current_app.extensions:
        thread: Background = current_app.extensions[_THREAD]
        response.call_on_close(thread.wake)
    return response
