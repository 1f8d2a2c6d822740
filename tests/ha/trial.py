"""The trial: machines, a site on them, everybody at work, and one misfortune after the other."""

import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from bench.figures import Figure
from examples.ha.cluster import Cluster, running
from examples.ha.needed import Needed
from tests.faults.bank.harness import Verdict, settle
from tests.faults.bank.real import RealBank
from tests.faults.serving import Site
from tests.faults.serving import running as served
from tests.faults.town import build_town
from tests.ha.control import asynchronous, waiting_for_one_by_name
from tests.ha.load import Load, Noted, clients_of
from tests.ha.strikes import Scene, Strike
from timecredits.foundation.db import make_engine
from timecredits.foundation.postgresql import FOR_PAGES

__all__ = ["run"]


def run(folder: Path, needed: Needed, strikes: Iterable[Strike]) -> list[Figure]:
    """All of it; prints how long each part took. `folder` is left with what the programs wrote."""
    figures: list[Figure] = []
    begun = time.monotonic()
    with running(folder, needed) as cluster:
        cluster.make_database()
        town = build_town(cluster.plan.url(), people=8, tills=4)
        town.engine.dispose()
        town.engine = make_engine(cluster.plan.url(), patience=FOR_PAGES)  # a question to a frozen machine must end
        with served(Site(town.url, folder / "site.log")) as site:
            figures.append(Figure("all three started, database made, site served", _told("start", begun), "s", "", at_most=90))
            figures += _trial(cluster, RealBank(town, site), folder, strikes)
        town.engine.dispose()
    return figures


def _trial(cluster: Cluster, bank: RealBank, folder: Path, strikes: Iterable[Strike]) -> Iterator[Figure]:
    verdict = Verdict()
    with closing(Noted(folder / "acknowledged.txt")) as told, Load(clients_of(bank, bank.town.engine), told) as load:
        scene = Scene(cluster, bank, load)
        for strike in strikes:
            begun = time.monotonic()
            yield from scene.suffer(strike)
            verdict.kills += 1
            _told(strike.name, begun)
    begun = time.monotonic()
    verdict.acknowledged = len(told.done)
    settle(bank, told, verdict, scene.missing)
    yield Figure("acknowledged", verdict.acknowledged, "", f"{verdict.kills} strikes", at_least=100 * verdict.kills)
    yield Figure("acts that had to be sent again", told.again, "", "same id", at_least=1)
    for kind in ("lost", "doubled", "negative", "differing", "unclean"):
        yield Figure(kind, getattr(verdict, kind), "", "at the end", at_most=0)
    others = sum(not _comes_to_hold_the_same(cluster, bank, machine.place.name) for machine in cluster.machines)
    yield Figure("machines that hold something else", others, "", "each asked by itself", at_most=0)
    _told("books", begun)
    begun = time.monotonic()
    yield from waiting_for_one_by_name(scene, folder)
    yield from asynchronous(scene, folder)
    _told("controls", begun)


def _comes_to_hold_the_same(cluster: Cluster, bank: RealBank, name: str) -> bool:
    """Whether this machine holds what the primary holds, once it has read what it was sent."""
    place = next(each for each in cluster.plan.places if each.name == name)
    wanted, engine = bank.snapshot(), make_engine(cluster.plan.url_of(place), patience=FOR_PAGES)
    own = RealBank(replace(bank.town, engine=engine), bank.site)
    try:
        cluster.wait_until(lambda: own.snapshot() == wanted)
    except TimeoutError:
        return False
    finally:
        engine.dispose()
    return True


def _told(part: str, begun: float) -> float:
    seconds = time.monotonic() - begun
    print(f"{part}: {seconds:.0f} s", flush=True)
    return seconds
