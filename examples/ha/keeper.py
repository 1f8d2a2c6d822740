"""Runs one program as process 1 of a machine would: takes over what it leaves behind, and ends with the last of it.

    python keeper.py PROGRAM ARGUMENT ...

PostgreSQL outlives the Patroni that started it, as it should. So somebody has to notice when it ends, or it would stay in the
table of processes for ever and be taken for a living one; and has to end it when whoever started all this is gone. Linux only.
"""

import ctypes
import os
import signal
import subprocess
import sys
from contextlib import suppress

import psutil

_SET_PARENT_DEATH_SIGNAL, _SET_CHILD_SUBREAPER = 1, 36  # linux/prctl.h


def main(command: list[str]) -> None:
    """Start it, and wait for it and for all that came from it. SIGTERM ends them all at once, as a power cut does."""
    ending = False

    def end(_signal: int = 0, _frame: object = None) -> None:
        nonlocal ending
        ending = True
        for each in psutil.Process().children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                each.kill()

    signal.signal(signal.SIGTERM, end)
    own = ctypes.CDLL(None)
    own.prctl(_SET_CHILD_SUBREAPER, 1)
    own.prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)
    subprocess.Popen(command)  # noqa: S603 - what we were told to keep
    with suppress(ChildProcessError):
        while True:
            os.wait()
            if ending:
                end()


if __name__ == "__main__":
    main(sys.argv[1:])
