"""The three machines together: started, asked who is the primary, and waited for."""

import base64
import json
import signal
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import NullPool, create_engine, text

from examples.ha.configuration import DATABASE, HOST, OWNER, Place, make_plan
from examples.ha.machines import Machine
from examples.ha.needed import Needed

__all__ = ["Cluster", "end_in_good_order", "running"]

_PATIENCE = 120.0
_LOOKS = 0.1
_ANSWERS_WITHIN = 2.0
"""Seconds; a frozen machine takes a question and never answers."""
_FAULTS = (OSError, ValueError)
_STANDBYS: Mapping[object, tuple[str, str]] = {
    "quorum": ("quorum_standby", "quorum_standby"),
    True: ("replica", "sync_standby"),
    False: ("replica", "replica"),
}
"""What Patroni calls the two, by `synchronous_mode`."""


class Cluster:
    """Three machines below `folder`."""

    def __init__(self, folder: Path, needed: Needed) -> None:
        self.plan = make_plan(folder)
        self.machines = [Machine(self.plan, place, needed) for place in self.plan.places]

    def start(self) -> None:
        """Switch all on, and wait until one is primary and two stand by. Raises TimeoutError with the end of a log."""
        for machine in self.machines:
            machine.start()
        self.wait_until_whole()

    def make_database(self) -> None:
        """An empty database, and its owner, who may make roles and nothing else."""
        engine = create_engine(self.plan.superuser_url(), isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with engine.connect() as connection:
            connection.execute(text(f"CREATE ROLE {OWNER} LOGIN CREATEROLE PASSWORD '{self.plan.owner_password}'"))
            connection.execute(text(f"CREATE DATABASE {DATABASE} OWNER {OWNER} TEMPLATE template0"))

    def stop(self) -> None:
        """Switch all off in good order: the standbys first, so that nobody takes over."""
        leader = self.leader()
        for machine in sorted(self.machines, key=lambda each: each is leader):
            machine.patroni.stop()
        for machine in self.machines:
            machine.stop()

    def kill(self) -> None:
        """End everything at once."""
        for machine in self.machines:
            machine.kill()

    def leader(self) -> Machine | None:
        """The primary: the one whose Patroni says that it holds the lock."""
        return next((machine for machine in self.machines if self._says(machine.place, "/primary")), None)

    def etcd_leader(self) -> Machine | None:
        """Where the etcd runs that leads the three."""
        for machine in self.machines:
            with suppress(*_FAULTS):
                said = _ask(f"http://{HOST}:{machine.place.etcd_port}/v3/maintenance/status", {}, method="POST")
                if said["leader"] == said["header"]["member_id"]:
                    return machine
        return None

    def members(self) -> list[dict[str, Any]]:
        """What Patroni knows of each: name, role, state, timeline. Empty while nobody answers."""
        return next((view for view in (self._seen_by(machine.place) for machine in self.machines) if view), [])

    def is_whole(self) -> bool:
        """Whether all three say that the same is primary and the others stand by as the settings say, and the etcds are well.

        All three, because one that was frozen goes on saying for a moment what was so before.
        """
        views = [self._seen_by(machine.place) for machine in self.machines]
        wanted = [("leader", "running"), *((role, "streaming") for role in _STANDBYS.get(self._mode(), ()))]
        if any(sorted((each["role"], each["state"]) for each in view) != wanted for view in views):
            return False
        leaders = {each["name"] for view in views for each in view if each["role"] == "leader"}
        return len(leaders) == 1 and all(self._is_well(machine.place) for machine in self.machines)

    def wait_until_whole(self) -> float:
        """Wait for that; answers the seconds it took. Raises TimeoutError with the ends of the logs."""
        return self.wait_until(self.is_whole)

    def wait_until(self, is_so: Callable[[], bool]) -> float:
        """Ask until it is so; answers the seconds it took. Raises TimeoutError with the ends of the logs."""
        begun = time.monotonic()
        while not is_so():
            if time.monotonic() - begun > _PATIENCE:
                said = "\n".join(f"{each.name}: {_end(each.patroni.log)}" for each in self.machines)
                raise TimeoutError(f"not so after {_PATIENCE:.0f} s: {self.members()}\n{said}")
            time.sleep(_LOOKS)
        return time.monotonic() - begun

    def change(self, **settings: object) -> None:
        """Change settings of all three, as `patronictl edit-config` does. Raises OSError."""
        self._tell(next(machine for machine in self.machines if machine is self.leader()), "/config", settings, method="PATCH")

    def switch_over(self) -> Machine:
        """Let somebody else be primary, as `patronictl switchover` does; answers who was. Raises OSError."""
        before = next(machine for machine in self.machines if machine is self.leader())
        self._tell(before, "/switchover", {"leader": before.name}, method="POST")
        return before

    def _tell(self, machine: Machine, what: str, body: object, *, method: str) -> None:
        proof = base64.b64encode(f"patroni:{self.plan.api_password}".encode()).decode()
        url = f"http://{HOST}:{machine.place.patroni_port}{what}"
        _ask(url, body, method=method, headers={"Authorization": f"Basic {proof}"}, within=_PATIENCE)

    def _seen_by(self, place: Place) -> list[dict[str, Any]]:
        with suppress(*_FAULTS):
            said: list[dict[str, Any]] = _ask(f"http://{HOST}:{place.patroni_port}/cluster")["members"]
            return said
        return []

    def _mode(self) -> object:
        for machine in self.machines:
            with suppress(*_FAULTS):
                return _ask(f"http://{HOST}:{machine.place.patroni_port}/config").get("synchronous_mode", False)
        return None

    def _is_well(self, place: Place) -> bool:
        with suppress(*_FAULTS):
            return bool(_ask(f"http://{HOST}:{place.etcd_port}/health")["health"] == "true")
        return False

    def _says(self, place: Place, what: str) -> bool:
        with suppress(*_FAULTS):
            _ask(f"http://{HOST}:{place.patroni_port}{what}")
            return True
        return False


def end_in_good_order() -> None:
    """From now on SIGTERM ends this process as Ctrl-C does: what was started is ended first."""

    def end(_signal: int, _frame: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        sys.exit(1)

    signal.signal(signal.SIGTERM, end)


@contextmanager
def running(folder: Path, needed: Needed) -> Iterator[Cluster]:
    """Three machines for the block, killed at its end."""
    cluster = Cluster(folder, needed)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.kill()


def _ask(
    url: str, body: object = None, *, method: str = "GET", headers: dict[str, str] | None = None, within: float = _ANSWERS_WITHIN
) -> Any:
    data = None if body is None else json.dumps(body).encode()
    sent = {"Content-Type": "application/json", **(headers or {})}
    asked = urllib.request.Request(url, data, sent, method=method)  # noqa: S310 - our own machines
    with urllib.request.urlopen(asked, timeout=within) as answer:  # noqa: S310
        said = answer.read()
    return json.loads(said) if said[:1] in {b"{", b"["} else said


def _end(log: Path) -> str:
    return log.read_text(errors="replace")[-1500:] if log.exists() else ""
