"""`make soak`: 50 people use a real server; SOAK=seconds for longer (1800: half an hour). Exits 1 if a bound is missed.

Volunteers look around, coordinators keep registers, tills take credits, visitors look for support, and the worker goes round.
What is wanted: no answer of 5xx and none missing, 95 of 100 answers within 300 ms to look and 500 ms to send, memory that grows
by less than 5 % and files that stay as many. The people come from locust, in an environment of its own (requirements-soak.txt).
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

import psutil

from bench.figures import Figure, table
from tests.canaries import TYPED, Canaries
from tests.faults.serving import SECRET
from tests.real.nursery import ROOT
from tests.real.postgresql_server import PostgresqlServer
from tests.soak.site import soak_site
from tests.static.tools import make_environment

SHORT = 120
PEOPLE = 50
WARM_UP = 0.4
"""Of the time: until every page, template and connection has been used by every process."""
EVERY = 1.0


def watch(processes: list[psutil.Process], people: "subprocess.Popen[bytes]") -> list[tuple[float, int, int]]:
    """Until the people have gone, each second: moment, bytes that the processes hold, and files they have open."""
    seen = []
    while people.poll() is None:
        held = [each.memory_full_info().uss for each in processes]
        seen.append((time.monotonic(), sum(held), sum(each.num_fds() for each in processes)))
        time.sleep(EVERY)
    return seen


def figures_of_answers(answers: list[tuple[str, str, float, int]]) -> Iterator[Figure]:
    """From (method, what, milliseconds, status) of each; of what the people told their phones nothing is counted."""
    ours = [each for each in answers if each[1] != "a phone"]
    wrong = [f"{method} {what}: {status}" for method, what, _ms, status in ours if not 200 <= status < 400]
    yield Figure("answers", len(ours), "", f"{PEOPLE} people", at_least=PEOPLE)
    yield Figure("of them 5xx, or none at all", sum(each[3] >= 500 or each[3] <= 0 for each in ours), "", "", at_most=0)
    yield Figure("of them 4xx", sum(400 <= each[3] < 500 for each in ours), "", "; ".join(sorted(set(wrong))[:3]), at_most=0)
    for name, looks, most in (("to look", True, 300.0), ("to send", False, 500.0)):
        took = [ms for method, _what, ms, _status in ours if (method == "GET") is looks]
        yield Figure(f"{name}, p95", quantiles(took, n=20)[-1], "ms", f"{len(took):,} answers", at_most=most)
        yield Figure(f"{name}, median", median(took), "ms", "")
    names = sorted({each[1] for each in ours})
    slowest = max(names, key=lambda name: median([each[2] for each in ours if each[1] == name]))
    yield Figure("slowest of them, median", median([each[2] for each in ours if each[1] == slowest]), "ms", slowest)


def figures_of_machine(seen: list[tuple[float, int, int]]) -> Iterator[Figure]:
    """How memory and files grew, from the end of the warm-up to the end: a tenth of the time at each, by its median."""
    begun, ended = seen[0][0], seen[-1][0]
    length = ended - begun
    first = [each for each in seen if WARM_UP <= (each[0] - begun) / length <= WARM_UP + 0.1]
    last = [each for each in seen if (each[0] - begun) / length >= 0.9]
    before, after = (median([each[1] for each in some]) for some in (first, last))
    note = f"{before / 2**20:.0f} to {after / 2**20:.0f} MiB in {length * (0.9 - WARM_UP):.0f} s, server and worker"
    yield Figure("memory grew by", (after / before - 1) * 100, "%", note, at_most=5)
    files = [median([each[2] for each in some]) for some in (first, last)]
    yield Figure("open files grew by", files[1] - files[0], "", f"from {files[0]:.0f}", at_most=5)


def main() -> int:
    """Serve, let the people in, and say what came of it."""
    seconds = int(os.environ.get("SOAK", SHORT))
    programs = make_environment(ROOT / ".cache" / "soak", "requirements-soak.txt")
    with tempfile.TemporaryDirectory(prefix="timecredits-soak-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL may run as another user
        server = PostgresqlServer(folder / "postgresql", settings=())
        server.start()
        try:
            with soak_site(folder, server.url()) as (site, processes, told):
                answers = folder / "answers.json"
                command: list[str | Path] = [programs / "locust", "-f", ROOT / "tests" / "soak" / "users.py", "--headless"]
                command += [
                    "-u",
                    str(PEOPLE),
                    "-r",
                    "5",
                    "-t",
                    f"{seconds}s",
                    "-H",
                    site.url,
                    "--only-summary",
                    "--loglevel",
                    "ERROR",
                ]
                environment = {**os.environ, "SOAK_SITE": str(told), "SOAK_ANSWERS": str(answers)}
                with (folder / "people.txt").open("wb") as output:
                    people = subprocess.Popen(command, env=environment, stdout=output, stderr=output)  # noqa: S603
                    seen = watch(processes, people)
                if not answers.exists():
                    print((folder / "people.txt").read_text()[-2000:], file=sys.stderr)
                    return 1
                clean = site.check_books()
            figures = [*figures_of_answers(json.loads(answers.read_text())), *figures_of_machine(seen)]
            figures.append(Figure("faults in the books", float(not clean), "", "check-books", at_most=0))
            words = Canaries([*TYPED, SECRET, "TC1:", "faults.example"])
            words.look(site.log.read_text(errors="replace"), "the server's log")
            figures.append(Figure("words in the log that may not stand there", len(words.found), "", "", at_most=0))
        finally:
            server.stop("immediate")
    print(table(figures))
    return 0 if all(each.holds for each in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
