"""What the three machines need beside this checkout, and one line for what is missing."""

import os
import pwd
import shutil
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.real.postgresql_server import programs
from tests.static.tools import ROOT, make_environment

__all__ = ["MissingError", "Needed", "find_needed"]

_SYSTEM_USER = "nobody"


class MissingError(Exception):
    """Something isn't here; the text says what, and how to get it."""


@dataclass(frozen=True, slots=True)
class Needed:
    """The programs, and the user that they run as: None for ourselves. PostgreSQL refuses root."""

    etcd: Path
    patroni: Path
    postgresql: Path
    user: int | None
    group: int | None

    def give(self, folder: Path) -> None:
        """Let that user own a folder, and reach it."""
        if self.user is not None and self.group is not None:
            os.chown(folder, self.user, self.group)
            _open_the_way_to(folder)


def find_needed() -> Needed:
    """Look for etcd and PostgreSQL, and install Patroni into an environment of its own. Raises MissingError."""
    if sys.platform != "linux":
        raise MissingError("The three machines run on Linux only.")
    etcd = shutil.which("etcd")
    if etcd is None:
        raise MissingError("etcd is missing; on Debian or Ubuntu: apt-get install etcd-server. Nothing was started.")
    try:
        postgresql = programs()
        patroni = make_environment(ROOT / ".cache" / "ha", "requirements-ha.txt") / "patroni"
    except (RuntimeError, subprocess.CalledProcessError) as fault:
        raise MissingError(f"{fault} Nothing was started.") from fault
    if os.geteuid() != 0:
        return Needed(Path(etcd), patroni, postgresql, None, None)
    for each in (postgresql, patroni, Path(sys.executable), Path(sys.executable).resolve(), Path(__file__)):
        _open_the_way_to(each)
    owner = pwd.getpwnam(_SYSTEM_USER)
    return Needed(Path(etcd), patroni, postgresql, owner.pw_uid, owner.pw_gid)


def _open_the_way_to(place: Path) -> None:
    """Let other users pass through the folders above, where they cannot yet (a checkout or a Python under /root, say)."""
    for parent in place.absolute().parents:
        mode = parent.stat().st_mode
        if not mode & stat.S_IXOTH:
            parent.chmod(mode | stat.S_IXOTH)
