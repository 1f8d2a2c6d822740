"""`make fuzz`: every reader of what strangers send, on every core; FUZZ=number for fewer each, words for some of them alone.

Ten million spoilt codes and a million of each other kind. Exits 1 if one was accepted or crashed;
the group and number that are said then give the same input again.
"""

import os
import random
import sys
import time
from concurrent.futures import ProcessPoolExecutor

from tests.fuzz.readers import READERS

_GROUP = 10_000


def run(name: str, seed: int, count: int) -> list[str]:
    """A group of spoilt inputs: what came of those that were accepted, or crashed."""
    chance, found = random.Random(f"{name} {seed}"), []
    reader, _most = READERS[name]
    for number in range(count):
        try:
            fault = reader(chance)
        except Exception as crash:
            fault = f"crashed: {crash!r}"
        if fault:
            found.append(f"{name}, group {seed}, input {number}: {fault}")
    return found


def main(words: list[str]) -> int:
    """Run them all and say how many, and how fast."""
    chosen = [name for name in READERS if not words or any(word in name for word in words)]
    wanted, faults = os.environ.get("FUZZ"), []
    with ProcessPoolExecutor() as pool:
        for name in chosen:
            count = int(wanted) if wanted else READERS[name][1]
            sizes = [min(_GROUP, count - done) for done in range(0, count, _GROUP)]
            began = time.perf_counter()
            found = [each for group in pool.map(run, [name] * len(sizes), range(len(sizes)), sizes) for each in group]
            rate = count / (time.perf_counter() - began)
            print(f"{name}: {count:,} inputs, {len(found)} accepted or crashed, {rate:,.0f} a second", flush=True)
            faults += found[:10]
    for line in faults:
        print(line, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
