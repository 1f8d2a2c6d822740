"""Runs a command that moves a programme, and dies by SIGKILL just before it sends a given statement, or its COMMIT.

`python -m tests.records.moving.killed STATEMENT COMMAND WORD...`: the statement's beginning, or COMMIT; then the command line.
"""

import os
import signal
import sys
from typing import Any

from sqlalchemy import Engine, event

from timecredits.cli import cli


def die() -> None:
    """As in a power cut: nothing is tidied up."""
    os.kill(os.getpid(), signal.SIGKILL)


def listen(before: str) -> None:
    """Die just before this."""

    def at_statement(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith(before) or (before.startswith("FROM") and before in statement):
            die()

    def at_commit(_connection: Any) -> None:
        die()

    if before == "COMMIT":
        event.listen(Engine, "commit", at_commit)
    else:
        event.listen(Engine, "before_cursor_execute", at_statement)


if __name__ == "__main__":
    listen(sys.argv[1])
    cli(sys.argv[2:])
