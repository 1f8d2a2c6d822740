"""The disk is full: a SQLite file on a small disk of its own, or, where none can be mounted, under a limit on the size of files.

Full in the middle of taking credits, the site says that there is a short break, pages are still read, and once there is room
again the same id is taken once.
"""

import os
import random
import resource
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

import psutil
from sqlalchemy import Engine

from bench.figures import Figure
from tests.faults.bank.harness import Answer, NoAnswerError, Told, Verdict, settle
from tests.faults.bank.real import RealBank, TillClient
from tests.faults.browsing import Browser
from tests.faults.serving import Site, running
from tests.faults.town import build_town
from tests.web.world import PASSWORD

MOST_SECONDS = 5.0
_MEGABYTES = 64


class Disk(Protocol):
    """Something that can be filled up to a few bytes."""

    def fill(self, left: int) -> None: ...
    def free(self) -> None: ...


class SmallDisk:
    """A mounted disk in memory, filled by a file of our own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.ballast = folder, folder / "ballast"

    def fill(self, left: int) -> None:
        room = os.statvfs(self.folder)
        with self.ballast.open("wb") as file, suppress(OSError):
            os.posix_fallocate(file.fileno(), 0, max(1, room.f_bavail * room.f_frsize - left))

    def free(self) -> None:
        self.ballast.unlink(missing_ok=True)


class SizeLimit:
    """The processes of a site may write no file beyond a size: what a quota does."""

    def __init__(self, site: Site, file: Path) -> None:
        self.site, self.file = site, file

    def fill(self, left: int) -> None:
        log = self.file.with_name(f"{self.file.name}-wal")
        self._limit((log.stat().st_size if log.exists() else 0) // 2 + left)

    def free(self) -> None:
        self._limit(resource.RLIM_INFINITY)

    def _limit(self, size: int) -> None:
        for each in self.site.processes():
            with suppress(psutil.NoSuchProcess):
                each.rlimit(psutil.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@contextmanager
def closing(engine: Engine) -> Iterator[None]:
    """Let go of the file, or its disk could not be taken away."""
    try:
        yield
    finally:
        engine.dispose()


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """Mount a small disk at `folder` for the block; whether that could be done."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={_MEGABYTES}m", "tmpfs", str(folder)]
    mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", str(folder)], check=True)  # noqa: S603, S607


def run(folder: Path, *, injections: int) -> list[Figure]:
    """Fill the disk so often, each time to another byte, under a redemption; look at a page while it is full."""
    with small_disk(folder / "disk") as mounted:
        file = folder / "disk" / "full.db"
        town = build_town(f"sqlite:///{file}", people=3)
        with running(Site(town.url, folder / "disk.log", workers=2)) as site, closing(town.engine):
            disk: Disk = SmallDisk(folder / "disk") if mounted else SizeLimit(site, file)
            scene = Scene(RealBank(town, site), disk)
            for number in range(injections):
                scene.strike(number)
            verdict = Verdict()
            settle(scene.bank, scene.told, verdict)
    how = f"a mounted disk of {_MEGABYTES} MB" if mounted else "a limit on the size of files"
    return [
        Figure("disk: filled under a redemption", injections, "", how),
        Figure("disk: refused with the page or problem 503", scene.refused, "", "the others had room", at_least=injections * 0.5),
        Figure("disk: pages read while it was full", scene.looked, "", "", at_least=injections),
        Figure("disk: inconsistent", verdict.faults, "", "lost, doubled, below nothing, differing, books", at_most=0),
        Figure("disk: other answers", len(scene.wrong), "", "; ".join(scene.wrong[:3]), at_most=0),
        Figure("disk: slowest answer while full", scene.slowest, "s", "", at_most=MOST_SECONDS),
        Figure("disk: works again after", scene.recovery, "s", "no restart", at_most=10),
    ]


class Scene:
    """A till, a reader, and the disk."""

    def __init__(self, bank: RealBank, disk: Disk) -> None:
        self.bank, self.disk, self.chance = bank, disk, random.Random(11)
        self.tills = [TillClient(bank, each, random.Random(11)) for each in bank.town.counters]
        self.reader = Browser(bank.site.port)
        self.reader.sign_in(bank.town.people[0].email, PASSWORD)
        self.told = Told()
        self.refused = self.looked = 0
        self.slowest = self.recovery = 0.0
        self.wrong: list[str] = []

    def strike(self, number: int) -> None:
        till = self.tills[number % len(self.tills)]
        act = till.next()
        while act is None:
            time.sleep(0.5)
            act = till.next()
        # Else what is written goes where something was written before, and needs no room.
        with self.bank.town.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as line:
            line.exec_driver_sql("COMMIT")
            line.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        self.disk.fill(self.chance.choice([0, 4096, 20_000, 50_000, 80_000]))
        answer: Answer | None = None
        begun = time.monotonic()
        try:
            answer = till.send(act)
        except NoAnswerError:
            self.refused += 1
        self.slowest = max(self.slowest, time.monotonic() - begun)
        page = self.reader.get("/my/")
        self.looked += page.status == 200
        if page.status != 200:
            self.wrong.append(f"a page was {page.status}")
        self.disk.free()
        begun = time.monotonic()
        while answer is None:
            try:
                answer = till.send(act)
            except NoAnswerError:
                time.sleep(0.05)
        self.recovery = max(self.recovery, time.monotonic() - begun)
        self.told.note(act, answer)
        till.told(act, answer)
