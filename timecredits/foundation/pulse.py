"""The worker's sign of life: a file written anew after each round, and a word to systemd where it asks for one.

The file is text as Prometheus reads it, so that node_exporter's textfile collector may take it up; /metrics shows it where it
stands on the same machine, and `timecredits worker --healthy` looks whether it is fresh.
"""

import os
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from timecredits.foundation import clock

__all__ = ["Pulse", "read_pulse", "tell_systemd", "write_pulse"]

_NAMES: Final = {
    "ended": ("timecredits_worker_round_ended_timestamp_seconds", "When the worker's last round ended, in seconds of Unix time."),
    "seconds": ("timecredits_worker_round_seconds", "How long the worker's last round took."),
    "failed": ("timecredits_worker_round_failed_parts", "How many parts of the worker's last round failed."),
    "every": ("timecredits_worker_round_pause_seconds", "How long the worker waits between rounds."),
}


@dataclass(frozen=True, slots=True)
class Pulse:
    """One round of the worker: when it ended (seconds of Unix time), how long it took, what failed, and the pause after it."""

    ended: float
    seconds: float
    failed: int
    every: int

    @property
    def is_fresh(self) -> bool:
        """Whether a worker that is well would not have ended another round by now: three pauses and rounds have not passed."""
        return clock.now().timestamp() - self.ended <= 3 * (self.seconds + self.every) + 60

    def text(self) -> str:
        """As Prometheus reads it."""
        lines = []
        for field, (name, meaning) in _NAMES.items():
            lines += [f"# HELP {name} {meaning}", f"# TYPE {name} gauge", f"{name} {getattr(self, field)}"]
        return "".join(f"{line}\n" for line in lines)


def write_pulse(path: str, pulse: Pulse) -> None:
    """Write the file whole or not at all; nothing without a path. Raises OSError."""
    if path:
        place = Path(path)
        new = place.with_name(f".{place.name}.{os.getpid()}")
        new.write_text(pulse.text(), encoding="utf-8")
        new.replace(place)


def read_pulse(path: str) -> Pulse | None:
    """What a worker wrote last; None where none did, or where something else stands."""
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines() if path else []
    except (OSError, UnicodeDecodeError):
        return None
    found = dict(line.split(" ", 1) for line in lines if line and not line.startswith("#") and " " in line)
    try:
        ended, seconds, failed, every = (float(found[name]) for name, _meaning in _NAMES.values())
    except (KeyError, ValueError):
        return None
    return Pulse(ended, seconds, int(failed), int(every))


def tell_systemd(word: str) -> None:
    """Say `READY=1` or `WATCHDOG=1` where systemd listens (sd_notify(3)); nothing elsewhere."""
    place = os.environ.get("NOTIFY_SOCKET", "")
    if not place:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
        line.connect(f"\0{place[1:]}" if place.startswith("@") else place)
        line.sendall(word.encode("ascii"))
