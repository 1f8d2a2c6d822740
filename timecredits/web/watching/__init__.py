"""Seeing what the service does while it runs: numbers of requests, lines of the log, counts, slow queries (docs/watching.md)."""

from flask import Flask, Response, current_app, g, request

from timecredits.foundation import slow_queries
from timecredits.foundation.tallies import take_tallies
from timecredits.web.database import db
from timecredits.web.watching import sentry, tracing
from timecredits.web.watching.measures import Measures
from timecredits.web.watching.packages import MissingPackageError
from timecredits.web.watching.requests import OTHER, SEEN, Seen, Watched, number_of_request

__all__ = ["MissingPackageError", "init_app", "metrics", "watch_database"]

_MEASURES, _TRACES = "measures", "traces"


def init_app(app: Flask) -> None:
    """Be the first to hear of each request and the last of its answer: called before whatever else looks at requests.

    Raises MissingPackageError where a setting asks for a package that isn't installed.
    """
    sentry.set_up(app.config)
    traces = tracing.set_up(app.config)
    measures = Measures() if app.config["METRICS_TOKEN"] else None
    app.extensions[_MEASURES], app.extensions[_TRACES] = measures, traces
    app.wsgi_app = Watched(  # type: ignore[method-assign]
        app.wsgi_app,
        trusts_proxy=app.config["PROXY_COUNT"] > 0,
        tell=[measures.count_request] if measures else [],
        around=traces.request if traces else None,
    )
    app.jinja_env.globals["number_of_request"] = number_of_request
    app.before_request(_note_endpoint)
    app.after_request(_count)


def watch_database(app: Flask) -> None:
    """Count and time the statements of requests: called once the application has its engine."""
    traces: tracing.Traces | None = app.extensions[_TRACES]
    measures: Measures | None = app.extensions[_MEASURES]
    with app.app_context():
        slow_queries.watch(db.engine, app.config["SLOW_QUERY_MS"], tell=traces.statement if traces else None)
        if measures is not None:
            measures.watch_pool(db.engine)


def metrics() -> bytes | None:
    """What Prometheus reads; None where nothing is counted."""
    measures: Measures | None = current_app.extensions[_MEASURES]
    if measures is None:
        return None
    from timecredits.web.watching.scraping import scrape  # here, not before: measures.py says why

    return scrape(measures, db.engine, current_app.config["WORKER_PULSE"])


def _note_endpoint() -> None:
    seen: Seen = request.environ[SEEN]
    seen.endpoint = request.endpoint or OTHER
    seen.route = request.url_rule.rule if request.url_rule is not None else ""


def _count(response: Response) -> Response:
    # Handlers run in reverse order: what is counted here has been committed.
    measures: Measures | None = current_app.extensions[_MEASURES]
    if measures is not None and (counted := take_tallies(db.session())) and not g.get("given_up"):
        measures.count_tallies(counted)
    return response
