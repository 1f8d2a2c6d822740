"""Statements that take long are told of: their text without values, how long, and their home in our code.

The home is the innermost place inside `timecredits/` but outside the foundation, where somebody would mend it. It is looked for
only when a statement was slow; all others cost two looks at the clock (docs/adr/0046-watching.md).
"""

import logging
import re
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from types import FrameType
from typing import Any, Final

from sqlalchemy import Connection, Engine, ExceptionContext, event

from timecredits.foundation.log_lines import doing, facts

__all__ = ["Told", "watch", "without_values"]

Told = Callable[[str, float], None]
"""Told of each statement once it is done: its text, which may hold constants of ours, and the seconds that it took."""

_log = logging.getLogger("timecredits.queries")
_PACKAGE: Final = str(Path(__file__).parents[1]) + "/"
_NOT_HOME: Final = (f"{_PACKAGE}foundation/", f"{_PACKAGE}_installed/")
_TEXT: Final = re.compile(r"'(?:[^']|'')*'")
_LONGEST: Final = 2000
"""Characters of a statement that are told."""


def watch(engine: Engine, slow_ms: int, *, tell: Told | None = None) -> None:
    """Count an engine's statements for what this thread is at, and log those that take `slow_ms` or longer (0: none)."""
    slow = slow_ms / 1000 if slow_ms else float("inf")

    def begin(_c: Connection, _cursor: object, _statement: str, _values: object, context: Any, _many: bool) -> None:  # noqa: FBT001
        if context is not None:
            context.timecredits_begun = perf_counter()

    def end(_c: Connection, _cursor: object, statement: str, _values: object, context: Any, _many: bool) -> None:  # noqa: FBT001
        note(statement, context)

    def fail(failed: ExceptionContext) -> None:
        # Cut off by a time-out: it was the slowest of all, and no statement that failed comes to `end`.
        if failed.statement is not None and failed.engine is engine:  # engines may share a dialect, and with it who listens
            note(failed.statement, failed.execution_context)

    def note(statement: str, context: Any) -> None:
        begun: float | None = getattr(context, "timecredits_begun", None)
        took = perf_counter() - begun if begun is not None else 0.0
        now = doing()
        if now is not None:
            now.queries += 1
        if tell is not None:
            tell(statement, took)
        if took >= slow:
            more = facts(milliseconds=round(took * 1000), home=_home(sys._getframe(2)))  # noqa: SLF001  no other way is as cheap
            _log.warning("slow query: %s", without_values(statement), extra=more)

    event.listen(engine, "before_cursor_execute", begin)
    event.listen(engine, "after_cursor_execute", end)
    event.listen(engine, "handle_error", fail)


def without_values(statement: str) -> str:
    """A statement on one line, with what stands in quotes left out; values of ours are bound and never stand in it."""
    return " ".join(_TEXT.sub("'...'", statement).split())[:_LONGEST]


def _home(frame: FrameType | None) -> str:
    """`hours/register.py:120 find_entries`, or the outermost place of the foundation where nothing else of ours called."""
    last = ""
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(_PACKAGE) and name.endswith(".py"):
            last = f"{name.removeprefix(_PACKAGE)}:{frame.f_lineno} {frame.f_code.co_name}"
            if not name.startswith(_NOT_HOME):
                return last
        frame = frame.f_back
    return last
