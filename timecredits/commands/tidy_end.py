"""Ending tidily when told to: SIGTERM undoes what was begun, as Ctrl+C does."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["ending_tidily"]


@contextmanager
def ending_tidily() -> Iterator[None]:
    """Within this block SIGTERM raises SystemExit, so that temporary files and databases go."""

    def end(number: int, _frame: FrameType | None) -> None:
        sys.exit(128 + number)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
