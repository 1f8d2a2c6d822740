"""The same checks where they must find something: COMMIT waits for one standby by name, or for nobody."""

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from bench.figures import Figure
from tests.ha.load import PROGRAMS, Load, Noted
from tests.ha.strikes import Scene

__all__ = ["asynchronous", "waiting_for_one_by_name"]

_BOOKED = 20


def waiting_for_one_by_name(scene: Scene, folder: Path) -> Iterator[Figure]:
    """The standby that every COMMIT waits for is frozen, in plain synchronous mode: writing must be seen to stand still."""
    cluster = scene.cluster
    cluster.change(synchronous_mode=True)
    cluster.wait_until_whole()
    name = next(each["name"] for each in cluster.members() if each["role"] == "sync_standby")
    standby = next(machine for machine in cluster.machines if machine.name == name)
    with closing(Noted(folder / "by-name.txt")) as told, Load({PROGRAMS: scene.load.clients[PROGRAMS]}, told) as load:
        load.wait_for_answers(_BOOKED)
        begun = time.monotonic()
        standby.freeze()
        load.wait_for_answers(_BOOKED)
        gap = told.longest_gap(PROGRAMS, begun)
        standby.thaw()
    yield Figure("a standby waited for by name, frozen: no writing", gap, "s", "must be seen", at_least=2)


def asynchronous(scene: Scene, folder: Path) -> Iterator[Figure]:
    """Standbys are behind and the primary is lost: acknowledged bookings must be lost. The machines are of no use afterwards."""
    cluster = scene.cluster
    cluster.change(synchronous_mode=False, maximum_lag_on_failover=2**30)
    cluster.wait_until_whole()
    with closing(Noted(folder / "asynchronous.txt")) as told, Load({PROGRAMS: scene.load.clients[PROGRAMS]}, told) as load:
        load.wait_for_answers(_BOOKED)
        leader = scene.leader()
        standbys = [machine for machine in cluster.machines if machine is not leader]
        for machine in standbys:
            machine.hold_back()
        load.wait_for_answers(_BOOKED)
        leader.kill()
        with told.lock:
            sure = set(told.done)
        for machine in standbys:
            machine.give_up_receiving()
        cluster.wait_until(lambda: cluster.leader() not in {None, leader})
        load.wait_for_answers(1)
    lost = sure - set(scene.bank.snapshot().entries)
    note = f"of {len(sure)}; must be seen"
    yield Figure("asynchronous on purpose: lost of those acknowledged", len(lost), "", note, at_least=1)
