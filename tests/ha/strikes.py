"""What befalls the three machines, one thing after the other, and what came of each."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bench.figures import Figure
from examples.ha.cluster import Cluster
from examples.ha.machines import Machine
from tests.faults.bank.real import RealBank
from tests.ha.load import PROGRAMS, SITE, Load

__all__ = ["LONG_STRIKES", "STRIKES", "Scene", "Strike"]

TTL = 20.0
"""Seconds after which a silent primary is replaced: `ttl` in patroni.yml."""
_ROOM = 15.0
"""For noticing, agreeing and taking over, with everything on two busy cores."""
_AFTER = 20
"""Answers on each way that show that all goes on."""


@dataclass(frozen=True)
class Strike:
    """One kind of misfortune.

    `longest`: seconds that writing may stand still. `held`: seconds that it lasts; None: until somebody else is primary.
    """

    name: str
    do: Callable[["Scene"], Machine]
    undo: Callable[["Scene", Machine], None]
    longest: float
    held: float | None = None


class Scene:
    """The machines, the site that uses them, and everybody at work."""

    def __init__(self, cluster: Cluster, bank: RealBank, load: Load) -> None:
        self.cluster, self.bank, self.load = cluster, bank, load
        self.missing: set[str] = set()
        """Ids that were acknowledged and not there after a strike."""

    def leader(self) -> Machine:
        """The primary; waits for one."""
        self.cluster.wait_until(lambda: self.cluster.leader() is not None)
        found = self.cluster.leader()
        assert found is not None
        return found

    def standby(self) -> Machine:
        """One that is not the primary."""
        leader = self.leader()
        return next(machine for machine in self.cluster.machines if machine is not leader)

    def suffer(self, strike: Strike) -> Iterator[Figure]:
        """One strike, from quiet to quiet."""
        self.load.wait_for_answers(_AFTER)
        before, begun = self.leader(), time.monotonic()
        struck = strike.do(self)
        if strike.held is None:
            self.cluster.wait_until(lambda: self.cluster.leader() not in {None, before})
        else:
            time.sleep(strike.held)
        self.load.wait_for_answers(_AFTER)
        for lane, words in ((SITE, "through the site"), (PROGRAMS, "by programs")):
            gap = self.load.noted.longest_gap(lane, begun)
            yield Figure(f"{strike.name}: no writing {words}", gap, "s", f"on {struck.name}", at_most=strike.longest)
        after = self.leader()
        yield Figure(
            f"{strike.name}: lost of those acknowledged", len(self._look()), "", f"{before.name} to {after.name}", at_most=0
        )
        strike.undo(self, struck)
        back = self.cluster.wait_until_whole()
        yield Figure(f"{strike.name}: all three together again after", back, "s", "", at_most=90)

    def _look(self) -> set[str]:
        with self.load.noted.lock:
            sure = set(self.load.noted.done)
        gone = sure - set(self.bank.snapshot().entries)
        self.missing |= gone
        return gone


def _crash(scene: Scene) -> Machine:
    leader = scene.leader()
    leader.kill_postgresql()
    return leader


def _lose(scene: Scene) -> Machine:
    leader = scene.leader()
    leader.kill()
    return leader


def _freeze(scene: Scene) -> Machine:
    leader = scene.leader()
    leader.freeze()
    return leader


def _freeze_standby(scene: Scene) -> Machine:
    standby = scene.standby()
    standby.freeze()
    return standby


def _lose_etcd(scene: Scene) -> Machine:
    scene.cluster.wait_until(lambda: scene.cluster.etcd_leader() is not None)
    leader = scene.cluster.etcd_leader()
    assert leader is not None
    leader.etcd.kill()
    return leader


def _switch_over(scene: Scene) -> Machine:
    scene.leader()
    return scene.cluster.switch_over()


def _lose_every_etcd(scene: Scene) -> Machine:
    for machine in scene.cluster.machines:
        machine.etcd.kill()
    return scene.leader()


def _nothing(_scene: Scene, _machine: Machine) -> None:
    """It finds its way back by itself."""


def _start(_scene: Scene, machine: Machine) -> None:
    machine.start()


def _thaw(_scene: Scene, machine: Machine) -> None:
    machine.thaw()


def _start_all(scene: Scene, _machine: Machine) -> None:
    for machine in scene.cluster.machines:
        machine.start()


STRIKES = (
    Strike("PostgreSQL of the primary killed", _crash, _nothing, _ROOM),
    Strike("the primary's machine lost", _lose, _start, TTL + _ROOM),
    Strike("the primary's machine frozen", _freeze, _thaw, TTL + _ROOM),
    Strike("a standby's machine frozen", _freeze_standby, _thaw, 5.0, held=8.0),
    Strike("etcd's leader lost", _lose_etcd, _start, _ROOM, held=8.0),
    Strike("the primary moved by hand", _switch_over, _nothing, _ROOM),
)
LONG_STRIKES = (Strike("every etcd lost", _lose_every_etcd, _start_all, _ROOM, held=2 * TTL),)
