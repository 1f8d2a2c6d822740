"""One of the three machines: etcd and Patroni with its PostgreSQL, to be started, killed, and stopped dead for a while."""

import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from examples.ha.configuration import Place, Plan, write_files
from examples.ha.needed import Needed

__all__ = ["Machine", "Program"]

_KEEPER = Path(__file__).with_name("keeper.py")
_PATIENCE = 30.0
_POSTGRESQL = "postgres"


@dataclass
class Program:
    """A program under a keeper of its own, and whatever comes from it. What it writes is added to `log`."""

    command: Sequence[str | Path]
    folder: Path
    log: Path
    needed: Needed
    _keeper: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Start it, unless it runs."""
        if self.is_running:
            return
        who = self.needed
        with self.log.open("ab") as output:
            self._keeper = subprocess.Popen(  # noqa: S603 - our own programs
                [sys.executable, _KEEPER, *self.command],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                user=who.user,
                group=who.group,
                extra_groups=None if who.user is None else [],
            )

    @property
    def is_running(self) -> bool:
        """Whether anything of it lives."""
        return self._keeper is not None and self._keeper.poll() is None

    def processes(self, name: str = "") -> list[psutil.Process]:
        """All that came from it, parents first; with `name`, those of that name."""
        if self._keeper is None or self._keeper.poll() is not None:
            return []
        with suppress(psutil.NoSuchProcess):
            return [each for each in psutil.Process(self._keeper.pid).children(recursive=True) if not name or _is(each, name)]
        return []

    def send(self, what: signal.Signals, name: str = "") -> None:
        """Send a signal to all of it; twice, for what one of them started meanwhile."""
        for _ in range(2):
            for each in self.processes(name):
                with suppress(psutil.NoSuchProcess):
                    each.send_signal(what)

    def kill(self) -> None:
        """End all of it by SIGKILL, frozen or not; returns when nothing of it is left. Raises TimeoutError."""
        begun = time.monotonic()
        while self.is_running:
            self.send(signal.SIGKILL)
            if time.monotonic() - begun > _PATIENCE:
                raise TimeoutError(f"{self.command[0]} can't be ended")
            time.sleep(0.02)

    def stop(self) -> None:
        """Ask it to end, and wait; then kill it."""
        for each in self.processes()[:1]:
            with suppress(psutil.NoSuchProcess):
                each.terminate()
        if self._keeper is not None:
            with suppress(subprocess.TimeoutExpired):
                self._keeper.wait(_PATIENCE)
        self.kill()


def _is(process: psutil.Process, name: str) -> bool:
    with suppress(psutil.NoSuchProcess):
        return process.name() == name
    return False


@dataclass(eq=False)
class Machine:
    """A place with its programs. PostgreSQL is Patroni's: it starts and stops it."""

    plan: Plan
    place: Place
    needed: Needed
    etcd: Program = field(init=False)
    patroni: Program = field(init=False)

    def __post_init__(self) -> None:
        folder = self.place.folder
        folder.mkdir(mode=0o700)
        etcd_file, patroni_file = write_files(self.plan, self.place, self.needed.postgresql)
        self.etcd = Program([self.needed.etcd, "--config-file", etcd_file], folder, folder / "etcd.log", self.needed)
        self.patroni = Program([self.needed.patroni, patroni_file], folder, folder / "patroni.log", self.needed)
        for each in (folder, etcd_file, patroni_file):
            self.needed.give(each)

    @property
    def name(self) -> str:
        """What the three call it."""
        return self.place.name

    @property
    def programs(self) -> tuple[Program, Program]:
        """Those that it runs."""
        return self.patroni, self.etcd

    def start(self) -> None:
        """Switch it on: etcd first."""
        self.etcd.start()
        self.patroni.start()

    def kill(self) -> None:
        """As if its plug were pulled: everything at once, without a farewell."""
        for each in self.programs:
            each.send(signal.SIGKILL)
        for each in self.programs:
            each.kill()

    def kill_postgresql(self) -> None:
        """PostgreSQL alone crashes; Patroni lives."""
        self.patroni.send(signal.SIGKILL, _POSTGRESQL)

    def freeze(self) -> None:
        """Everything stands still, and its lines stay open: as a machine whose disk or memory hangs."""
        for each in self.programs:
            each.send(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on where it was, and doesn't know that time has passed."""
        for each in self.programs:
            each.send(signal.SIGCONT)

    def hold_back(self) -> None:
        """Its PostgreSQL receives nothing more from the primary, but lives."""
        for each in self._receivers():
            each.suspend()

    def give_up_receiving(self) -> None:
        """After `hold_back`: what has come in on the line meanwhile is dropped unread."""
        for each in self._receivers():
            each.terminate()
            each.resume()

    def stop(self) -> None:
        """Switch it off in good order."""
        for each in self.programs:
            each.stop()

    def _receivers(self) -> list[psutil.Process]:
        return [each for each in self.patroni.processes(_POSTGRESQL) if "walreceiver" in " ".join(each.cmdline())]
