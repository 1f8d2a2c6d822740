"""What the log's lines look like, as text to read or JSON to gather, and what each is about: a request, a round, a job.

A line says when, how serious, in which process, for which request (`doing`), and a few facts: names of our own and numbers. It
holds nobody's words: of an exception its kind and its place in the code, because a database's fault quotes what was written.
Who starts a process calls `set_up`; a library that is told nothing writes as Python does by itself.
"""

import json
import logging
import os
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

__all__ = ["FORMATS", "LEVELS", "Doing", "Lines", "do", "doing", "facts", "formatter", "set_up"]

FORMATS: Final = ("json", "text")
LEVELS: Final = ("debug", "info", "warning", "error")
_OURS: Final = "timecredits"
"""The logger above all of ours, which is also Flask's for the application."""
_FACTS: Final = "timecredits_facts"


@dataclass(slots=True)
class Doing:
    """What this thread is at: `ids` by kind (`request`, `round`, `job`), and how many statements it has sent so far."""

    ids: Mapping[str, str]
    queries: int = 0


_doing: ContextVar[Doing | None] = ContextVar("doing", default=None)


def doing() -> Doing | None:
    """What this thread is at, if anything."""
    return _doing.get()


@contextmanager
def do(kind: str, number: str) -> Iterator[Doing]:
    """Be at something until the block ends. A job within a round keeps the round's number, and its statements count for both."""
    outer = _doing.get()
    inner = Doing({**(outer.ids if outer else {}), kind: number})
    mark = _doing.set(inner)
    try:
        yield inner
    finally:
        _doing.reset(mark)
        if outer is not None:
            outer.queries += inner.queries


def facts(**known: object) -> dict[str, object]:
    """For `extra` of a call to a logger: names of ours and numbers, each a field of the line."""
    return {_FACTS: known}


class Lines(logging.Formatter):
    """Writes a record as one JSON object or as a line of text; below that of text stands where a fault was."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self.form = form

    def format(self, record: logging.LogRecord) -> str:
        """Called by logging."""
        said, _line, where = record.getMessage().partition("\n")
        now = doing()
        fields: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "process": os.getpid(),
            **(now.ids if now else {}),
            **getattr(record, _FACTS, {}),
        }
        if record.exc_info and record.exc_info[0] is not None:
            where += "".join(traceback.format_tb(record.exc_info[2])) + record.exc_info[0].__name__
        if self.form == "json":
            more = {"said": said} | ({"where": where} if where else {})
            return json.dumps(fields | more, default=str, ensure_ascii=False)
        first = [str(fields.pop(name)) for name in ("time", "level")]
        line = " ".join([*first, *(f"{name}={value}" for name, value in fields.items()), said])
        return f"{line}\n{where}" if where else line


class _ErrorOutput(logging.Handler):
    """Writes to the error output as it is at that moment."""

    def emit(self, record: logging.LogRecord) -> None:
        """Called by logging."""
        try:
            sys.stderr.write(f"{self.format(record)}\n")
            sys.stderr.flush()
        except Exception:  # noqa: BLE001  a log that can't be written must not stop what it tells of
            self.handleError(record)


def formatter() -> logging.Formatter | None:
    """How this process writes its lines, once `set_up` was called."""
    return next((each.formatter for each in logging.getLogger(_OURS).handlers if isinstance(each, _ErrorOutput)), None)


def set_up(form: str, level: str) -> None:
    """Write this process's lines to the error output in one of FORMATS, from one of LEVELS on. Again replaces it."""
    logger = logging.getLogger(_OURS)
    for each in [each for each in logger.handlers if isinstance(each, _ErrorOutput)]:
        logger.removeHandler(each)
    handler = _ErrorOutput()
    handler.setFormatter(Lines(form))
    logger.addHandler(handler)
    logger.setLevel(level.upper())


def settings_of(config: Mapping[str, Any]) -> tuple[str, str]:
    """What `set_up` takes, from the settings."""
    return str(config["LOG_FORMAT"]), str(config["LOG_LEVEL"])
