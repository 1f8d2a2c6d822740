"""`timecredits` run as systemd runs it: with settings from a file's lines, and a socket that somebody else holds."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from socket import socket

__all__ = ["run", "serving"]

_HANDED_OVER = (
    "import os, sys; os.dup2(int(sys.argv[1]), 3); os.environ.update(LISTEN_FDS='1', LISTEN_PID=str(os.getpid()));"
    " os.execv(sys.executable, [sys.executable, *sys.argv[2:]])"
)
"""What systemd does for a service that has a socket: it is number 3, and it is said whose it is."""
_PATIENCE = 60


def run(words: list[str], *, environment: Mapping[str, str], folder: Path, python: str = sys.executable) -> str:
    """Run one command to its end and answer what it printed; CalledProcessError holds the rest."""
    ran = subprocess.run(  # noqa: S603
        [python, "-m", "timecredits.cli", *words], env=dict(environment), cwd=folder, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@contextmanager
def serving(
    listener: socket, *, environment: Mapping[str, str], folder: Path, python: str = sys.executable
) -> Iterator["subprocess.Popen[bytes]"]:
    """`timecredits serve` on this socket, ended by SIGTERM and waited for, as `systemctl stop` does it."""
    number = listener.fileno()
    with (folder / "serve.log").open("ab") as log:
        server = subprocess.Popen(  # noqa: S603
            [python, "-c", _HANDED_OVER, str(number), "-m", "timecredits.cli", "serve", "--workers", "2"],
            env=dict(environment),
            pass_fds=[number],
            cwd=folder,
            stdout=log,
            stderr=log,
        )
        try:
            yield server
        finally:
            server.terminate()
            server.wait(_PATIENCE)


def plain_environment(**settings: str) -> dict[str, str]:
    """This machine's environment without what the tests' own run put there."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "TIMECREDITS_"))}
    return {**kept, **settings}
