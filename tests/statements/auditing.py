"""Listens to every statement that the code sends while tests run, and keeps those that could not go to one machine.

`tests/conftest.py` looks after each test whether there were any. Each text is judged once in a process. Statements that a test
itself sends are its own business. What is allowed nonetheless, and why, stands in `allowed.py`, by its home in the code.
"""

import os
import sys
from typing import Any, Final

from sqlalchemy import Engine, event

from tests.statements.allowed import ALLOWED
from tests.statements.judging import faults_of_statement, faults_of_text
from timecredits.foundation.places import ROOT

__all__ = ["listen", "take_found"]

_CODE, _TESTS = f"{ROOT}/timecredits/", (f"{ROOT}/tests/", f"{ROOT}/bench/", f"{ROOT}/migrations/", f"{ROOT}/scripts/")
_verdicts: Final[dict[str, tuple[str, ...]]] = {}
_found: Final[list[str]] = []


def listen() -> None:
    """From now on, on every engine; not within mutmut, which gives functions other names."""
    if "MUTANT_UNDER_TEST" not in os.environ and not event.contains(Engine, "before_cursor_execute", _look):
        event.listen(Engine, "before_cursor_execute", _look)


def take_found() -> list[str]:
    """What was found since the last call: home and faults."""
    found = list(dict.fromkeys(_found))
    _found.clear()
    return found


def _look(_connection: Any, _cursor: Any, statement: str, _parameters: Any, context: Any, _many: bool) -> None:  # noqa: FBT001
    verdict = _verdicts.get(statement)
    if verdict is None:
        verdict = _verdicts[statement] = tuple(_judge(statement, getattr(context, "compiled", None)))
    if verdict and (home := _home()) is not None and home not in ALLOWED:
        _found.append(f"{home}: {', '.join(verdict)}")


def _judge(statement: str, compiled: Any) -> list[str]:
    if compiled is None:
        return faults_of_text(statement)
    element = getattr(compiled.compile_state, "statement", None)
    return faults_of_statement(compiled.statement if element is None else element)


def _home() -> str | None:
    """The innermost function of ours, as `file:function`; None where that is a test's, or nobody's."""
    frame = sys._getframe(1)
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith(_CODE):
            return f"{file.removeprefix(str(ROOT) + '/')}:{frame.f_code.co_name}"
        if file.startswith(_TESTS) and not file.endswith("tests/statements/auditing.py"):
            return None
        frame = frame.f_back  # type: ignore[assignment]
    return None
