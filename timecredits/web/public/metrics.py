"""/metrics, for Prometheus: not there without METRICS_TOKEN, nor for anybody who doesn't send it."""

import hmac

from flask import Response, abort, current_app

from timecredits.network.permissions import READ_METRICS
from timecredits.web.access import allow, bearer_key
from timecredits.web.public.blueprint import blueprint
from timecredits.web.watching import metrics as read_metrics

_KIND = "text/plain; version=0.0.4; charset=utf-8"


@blueprint.get("/metrics")
@allow(READ_METRICS)
def metrics() -> Response:
    """The counts, to whoever holds the token."""
    token: str = current_app.config["METRICS_TOKEN"]
    if not token or not hmac.compare_digest(bearer_key().encode(), token.encode()):
        abort(404)
    return Response(read_metrics(), content_type=_KIND)
