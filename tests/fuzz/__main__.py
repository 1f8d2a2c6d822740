"""`make fuzz`: ten million spoilt codes (FUZZ=number for fewer), on every core. Exits 1 if one was accepted or crashed."""

import os
import random
import sys
from concurrent.futures import ProcessPoolExecutor

from tests.fuzz.codes import is_accepted, mutated

_ALL = 10_000_000
_GROUP = 50_000


def run(seed: int) -> list[str]:
    """A group of spoilt codes: those that were accepted, or crashed."""
    chance, found = random.Random(seed), []
    for _ in range(_GROUP):
        text = mutated(chance)
        try:
            if is_accepted(text):
                found.append(f"accepted: {text!r}")
        except Exception as fault:
            found.append(f"crashed: {text!r}: {fault!r}")
    return found


def main() -> None:
    """Run them all and say how many."""
    groups = max(1, int(os.environ.get("FUZZ", _ALL)) // _GROUP)
    found: list[str] = []
    with ProcessPoolExecutor() as pool:
        for done, group in enumerate(pool.map(run, range(groups)), start=1):
            found += group
            if done % 20 == 0 or done == groups:
                print(f"{done * _GROUP:,} mutated codes, {len(found)} accepted or crashed", flush=True)
    for line in found[:20]:
        print(line, file=sys.stderr)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
