"""Faults told to Sentry, or to whatever speaks its language, where SENTRY_DSN is set: what the log says of them, and no more.

Nothing of Sentry's looks at requests, and what leaves is picked field by field: the kind of each exception and its places in the
code. No words of an exception, no variables, no addresses, no cookies, nobody.
"""

import logging
import sys
from collections.abc import Mapping
from typing import Any, Final

from timecredits.foundation.log_lines import doing
from timecredits.web.watching.packages import need

__all__ = ["scrub", "set_up"]

_LOGGER: Final = logging.getLogger("timecredits")
_OF_EVENT: Final = (
    "event_id",
    "timestamp",
    "platform",
    "level",
    "environment",
    "release",
    "sdk",
    "tags",
    "logger",
    "transaction",
)
_OF_FRAME: Final = ("filename", "function", "module", "lineno", "in_app")


def set_up(config: Mapping[str, Any]) -> None:
    """Tell of faults from here on, if the settings say to whom. Raises MissingPackageError."""
    for each in [each for each in _LOGGER.handlers if isinstance(each, _Faults)]:
        _LOGGER.removeHandler(each)
    dsn: str = config["SENTRY_DSN"]
    if not dsn:
        return
    need("SENTRY_DSN", "sentry_sdk", "sentry")
    import sentry_sdk
    from sentry_sdk.integrations.atexit import AtexitIntegration

    sentry_sdk.init(
        dsn=dsn,
        environment=config["TIMECREDITS_ENV"],
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[AtexitIntegration(callback=lambda *_waiting: None)],
        include_local_variables=False,
        include_source_context=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        auto_session_tracking=False,
        send_client_reports=False,
        server_name="timecredits",
        before_send=scrub,  # type: ignore[arg-type]  # its type names fields that we don't make
    )
    _LOGGER.addHandler(_Faults(logging.ERROR))


class _Faults(logging.Handler):
    """Takes up what the log says is a fault."""

    def emit(self, record: logging.LogRecord) -> None:
        """Called by logging, while the exception that it tells of is being handled."""
        import sentry_sdk

        fault, now = sys.exc_info()[1], doing()
        with sentry_sdk.new_scope() as scope:
            for kind, number in (now.ids if now else {}).items():
                scope.set_tag(kind, number)
            scope.set_tag("said", record.getMessage().partition("\n")[0][:200])
            if fault is not None:
                sentry_sdk.capture_exception(fault)
            else:
                sentry_sdk.capture_message(record.name, level="error")


def scrub(event: Mapping[str, Any], _hint: object = None) -> dict[str, Any]:
    """Only what is named here leaves."""
    kept: dict[str, Any] = {name: event[name] for name in _OF_EVENT if name in event}
    faults = (event.get("exception") or {}).get("values") or []
    if faults:
        kept["exception"] = {"values": [_fault(each) for each in faults]}
    else:
        kept["message"] = (event.get("tags") or {}).get("said", "a fault")
    return kept


def _fault(fault: Mapping[str, Any]) -> dict[str, Any]:
    frames = (fault.get("stacktrace") or {}).get("frames") or []
    places = [{name: each[name] for name in _OF_FRAME if name in each} for each in frames]
    return {"type": fault.get("type"), "module": fault.get("module"), "stacktrace": {"frames": places}}
