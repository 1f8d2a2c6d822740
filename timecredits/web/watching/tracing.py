"""Spans of requests and their statements, sent by OpenTelemetry where OTEL_EXPORTER_OTLP_ENDPOINT is set.

A request's span has the pattern of its address, never the address; a statement's its text without values. Both are written here
and not by OpenTelemetry's own listeners, which write more than that. Its other settings (OTEL_...) are read as it reads them.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from time import time_ns
from typing import Any

from timecredits.foundation.slow_queries import without_values
from timecredits.web.watching.packages import need
from timecredits.web.watching.requests import Seen

__all__ = ["Traces", "set_up"]


def set_up(config: Mapping[str, Any]) -> "Traces | None":
    """What writes spans, if the settings say where to. Raises MissingPackageError."""
    endpoint: str = config["OTEL_EXPORTER_OTLP_ENDPOINT"]
    if not endpoint:
        return None
    need("OTEL_EXPORTER_OTLP_ENDPOINT", "opentelemetry.sdk", "telemetry")
    need("OTEL_EXPORTER_OTLP_ENDPOINT", "opentelemetry.exporter.otlp.proto.http", "telemetry")
    return Traces(f"{endpoint.rstrip('/')}/v1/traces")


class Traces:
    """Writes spans and sends them to `endpoint`, some at a time, from a thread of its own."""

    def __init__(self, endpoint: str) -> None:
        from opentelemetry import trace
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        self._trace = trace
        self.provider = TracerProvider(resource=Resource.create({"service.name": "timecredits"}))
        self.provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint)))
        self._tracer = self.provider.get_tracer("timecredits")

    @contextmanager
    def request(self, seen: Seen) -> Iterator[None]:
        """The span of a request. What is known of it only at its end is written then."""
        with self._tracer.start_as_current_span(
            seen.method, kind=self._trace.SpanKind.SERVER, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield
            finally:
                span.update_name(f"{seen.method} {seen.endpoint}")
                span.set_attributes(
                    {
                        "http.request.method": seen.method,
                        "http.route": seen.route,
                        "http.response.status_code": seen.status,
                        "timecredits.endpoint": seen.endpoint,
                        "timecredits.request": seen.number,
                    }
                )
                if seen.status >= 500 or not seen.status:  # noqa: PLR2004  a fault of ours
                    span.set_status(self._trace.StatusCode.ERROR)

    def statement(self, statement: str, seconds: float) -> None:
        """The span of a statement that is done, within its request; elsewhere none."""
        if not self._trace.get_current_span().is_recording():
            return
        text, ended = without_values(statement), time_ns()
        span = self._tracer.start_span(
            text.partition(" ")[0].upper(),
            kind=self._trace.SpanKind.CLIENT,
            start_time=ended - int(seconds * 1e9),
            attributes={"db.query.text": text},
        )
        span.end(ended)
